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
};

/// Characters of a user agent that are kept.
const USER_AGENT_LENGTH: usize = 200;

/// What a page handler knows of its visitor.
pub struct Visit {
    /// Cookies and address.
    pub caller: Caller,
    /// Path and query, for links back to this page.
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
        );
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
        Self { caller, here: without_language(here), query, chosen_language, languages }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_parameter_is_not_repeated() {
        assert_eq!(without_language("/signin?a=1&lang=sv"), "/signin?a=1");
        assert_eq!(without_language("/signin?lang=sv"), "/signin");
        assert_eq!(without_language("/signin"), "/signin");
    }
}
