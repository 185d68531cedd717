//! A request of a browser to one of our pages: who it may be, and in which language it wants its answer.

use std::{convert::Infallible, net::IpAddr};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts, uri::PathAndQuery},
};

use crate::{
    base::language,
    flow::caller::Caller,
    http::{
        cookies::CookieName,
        layers::RequestContext,
        state::{SharedWeb, Web},
    },
    oidc::params::Params,
    store::session::Browser,
    theme::Href,
};

/// Characters of a user agent that are kept.
const USER_AGENT_LENGTH: usize = 200;

/// Parameters that tell of a person or open something. They stay in the request that brought them.
pub const PERSONAL: [&str; 3] = ["id_token_hint", "login_hint", "t"];

/// Addresses that are only posted to, and the page that the form stands on.
const POSTED_ONLY: [(&str, &str); 3] = [
    ("/account/mfa/passkey/options", "/account/mfa/passkey"),
    ("/signin/leave", "/signin/customer"),
    ("/signin/passkey/options", "/signin/passkey"),
];

/// What a page handler knows of its visitor.
pub struct Visit {
    /// Cookies and address.
    pub caller: Caller,
    /// Path and query, for redirects back to this page. Where they are shown, [`Visit::again`] says what may be.
    pub here: String,
    /// The query.
    pub query: Params,
    /// `lang` of the query, if the visitor just chose a language.
    pub chosen_language: Option<String>,
    languages: Vec<String>,
}

impl Visit {
    /// The value of a query parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.get(name)
    }

    /// A link that shows this page again. There is none where the address holds what is to be repeated nowhere.
    pub fn again(&self) -> Option<Href> {
        let query = self.here.split_once('?').map_or("", |(_, query)| query);
        let mut names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
        (!names.any(|name| PERSONAL.contains(&&*name))).then(|| Href::local(self.here.clone()))
    }

    /// The language of the answer: what the visitor chose, what the request asks for (`ui_locales`), the cookie,
    /// the browser, the theme's first (experience.md).
    pub fn locale(&self, ui_locales: Option<&str>, available: &[String]) -> String {
        let asked = ui_locales.map(language::preferences).unwrap_or_default();
        let chosen = self.chosen_language.as_deref();
        let wanted = chosen.into_iter().chain(asked).chain(self.languages.iter().map(String::as_str));
        language::choose(wanted, available).or_else(|| available.first().cloned()).unwrap_or_default()
    }
}

impl Visit {
    /// Reads a visitor's headers; `here` is the path and query asked for.
    pub fn of(web: &Web, headers: &HeaderMap, context: Option<RequestContext>, here: &str) -> Self {
        let cookie = |name| web.cookies.read(headers, name);
        let mut caller = Caller::new(
            cookie(CookieName::Session),
            cookie(CookieName::Flow),
            cookie(CookieName::KnownBrowser),
            browser(headers, context.map(|context| context.client)),
        )
        .trusted(cookie(CookieName::TrustedBrowser));
        caller.request_id = context.map(|context| context.id.to_string());
        // A page's own query is never worth an error: what cannot be read is absent.
        let query = here.split_once('?').map_or("", |(_, query)| query);
        let query = Params::parse(query.as_bytes()).unwrap_or_default();
        let chosen_language = query.get("lang").map(str::to_owned);
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let languages = cookie(CookieName::Language)
            .into_iter()
            .chain(language::preferences(accepted.unwrap_or_default()))
            .map(str::to_owned)
            .collect();
        Self { caller, here: on_a_page(without_language(here)), query, chosen_language, languages }
    }
}

impl FromRequestParts<SharedWeb> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &SharedWeb) -> Result<Self, Infallible> {
        let context = parts.extensions.get::<RequestContext>().copied();
        let here = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
        Ok(Self::of(web, &parts.headers, context, here))
    }
}

fn browser(headers: &HeaderMap, address: Option<IpAddr>) -> Browser {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Browser {
        ip: address.map(|address| address.to_string()),
        user_agent: agent.map(|agent| agent.chars().take(USER_AGENT_LENGTH).collect()),
    }
}

/// The address without `lang`, which the language menu adds itself.
fn without_language(here: &str) -> String {
    let Some((path, query)) = here.split_once('?') else { return here.to_owned() };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("lang=")).collect();
    match kept.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", kept.join("&")),
    }
}

/// The address of the page that `here` belongs to.
fn on_a_page(here: String) -> String {
    let path = here.split('?').next().unwrap_or_default();
    match POSTED_ONLY.iter().find(|(posted, _)| *posted == path) {
        Some((posted, page)) => here.replacen(posted, page, 1),
        None => here,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(here: &str) -> Option<String> {
        let visit = Visit {
            caller: Caller::default(),
            here: on_a_page(without_language(here)),
            query: Params::default(),
            chosen_language: None,
            languages: Vec::new(),
        };
        visit.again().map(|link| link.as_str().to_owned())
    }

    #[test]
    fn sec_a_link_repeats_nothing_that_tells_of_a_person_or_opens_something() {
        assert_eq!(again("/signin?a=1&lang=sv").unwrap(), "/signin?a=1");
        assert_eq!(
            again("/oauth2/logout?client_id=portal&state=t").unwrap(),
            "/oauth2/logout?client_id=portal&state=t"
        );
        for secret in ["id_token_hint=x", "id%5Ftoken_hint=x", "login_hint=anna", "t=su_1.x", "%74=su_1.x"] {
            assert_eq!(again(&format!("/oauth2/logout?client_id=portal&{secret}&state=s")), None, "{secret}");
        }
    }

    #[test]
    fn a_form_without_a_page_of_its_own_leads_back_to_the_page_it_stands_on() {
        assert_eq!(again("/signin/leave?a=1").unwrap(), "/signin/customer?a=1");
        assert_eq!(again("/signin/leaves?a=1").unwrap(), "/signin/leaves?a=1");
    }

    #[test]
    fn the_language_parameter_is_not_repeated() {
        assert_eq!(without_language("/signin?a=1&lang=sv"), "/signin?a=1");
        assert_eq!(without_language("/signin?lang=sv"), "/signin");
        assert_eq!(without_language("/signin"), "/signin");
    }
}
