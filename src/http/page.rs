//! Rendering: a page, its frame, its headers.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use crate::{
    base::secret::Secret,
    flow::snapshot::Snapshot,
    http::{
        cookies::CookieName,
        csrf::{FormOwner, form_token},
        error::Trouble,
        layers::headers::FormAction,
        state::Web,
        visit::Visit,
    },
    keys::secret_keys::Purpose,
    oidc::client::Client,
    theme::{self, Frame, Href, Page},
};

/// How a page is shown, beside what is on it.
#[derive(Default)]
pub struct Setting<'a> {
    /// 200 unless said otherwise.
    pub status: Option<StatusCode>,
    /// The application the person came from.
    pub client: Option<&'a Client>,
    /// `ui_locales` of the request.
    pub ui_locales: Option<&'a str>,
    /// Token of the page's form.
    pub csrf: Option<String>,
    /// Where the same page is shown by GET, if not at the address that was asked for.
    pub here: Option<Href>,
}

impl Web {
    /// Renders a page for a visitor.
    pub fn show<P: Page>(&self, visit: &Visit, page: &P, setting: Setting<'_>) -> Result<Response, Trouble> {
        let locale = visit.locale(setting.ui_locales, self.theme.locales());
        let frame = Frame {
            locale: locale.clone(),
            scheme: theme::Scheme::Auto,
            csrf: setting.csrf,
            client: setting.client.map(shown),
            here: setting.here.or_else(|| visit.again()),
            demo: self.surroundings.demo,
        };
        let html = self.theme.render(page, &frame).map_err(|error| Trouble::internal(&error))?;
        let mut response = (setting.status.unwrap_or(StatusCode::OK), Html(html)).into_response();
        if let Some(client) = setting.client {
            // Chromium applies form-action to the redirect after a POST as well (security.md S4).
            response.extensions_mut().insert(FormAction(client.form_action_sources().to_vec()));
        }
        if visit.chosen_language.is_some() {
            let year = std::time::Duration::from_secs(365 * 24 * 60 * 60);
            let cookie = self.cookies.set(CookieName::Language, &locale, Some(year));
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }

    /// A token for the form called `form` on a page of `owner`.
    pub fn form_token(&self, snapshot: &Snapshot, owner: FormOwner<'_>, form: &str) -> String {
        let key = snapshot.secrets.current(Purpose::Csrf).bytes();
        form_token(key.expose(), owner, form, &*self.node.entropy)
    }
}

/// A client as a page shows it.
pub fn shown(client: &Client) -> theme::Client {
    theme::Client { name: client.name().to_owned(), home: home(client) }
}

/// The registered home of a client: the only address of it that pages of ours link to.
pub fn home(client: &Client) -> Option<Href> {
    client.metadata().client_uri.as_deref().and_then(Href::new)
}

/// 303 to one of our own paths (A17).
pub fn see_other(path: &str) -> Response {
    let location = HeaderValue::try_from(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// Adds a cookie to a response.
pub fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// Adds a flow cookie, where there is a new one. It ends with the browser.
pub fn with_flow_cookie(web: &Web, response: Response, value: Option<Secret<String>>) -> Response {
    match value {
        Some(value) => with_cookie(response, web.cookies.set(CookieName::Flow, value.expose(), None)),
        None => response,
    }
}
