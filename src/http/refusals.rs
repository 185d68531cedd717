//! The pages for what the edge refuses, before any handler has seen it.

use std::sync::Arc;

use axum::{
    http::{HeaderMap, StatusCode, header, uri::PathAndQuery},
    response::{IntoResponse, Response},
};

use crate::{
    http::{
        layers::rejection::{Refused, Rejection, RejectionPages},
        page::Setting,
        state::Web,
        visit::Visit,
    },
    theme::pages::{ErrorKind, ErrorPage, Incident, Throttled},
};

/// Renders refusals with the theme of the node.
pub struct Refusals(pub Arc<Web>);

impl RejectionPages for Refusals {
    fn page(&self, rejection: Rejection, refused: &Refused) -> Response {
        let web = &self.0;
        let mut headers = HeaderMap::new();
        for (name, value) in [(header::ACCEPT_LANGUAGE, &refused.accept_language), (header::COOKIE, &refused.cookie)] {
            if let Some(value) = value {
                headers.insert(name, value.clone());
            }
        }
        let here = refused.here.as_ref().map_or("/", PathAndQuery::as_str);
        let visit = Visit::of(web, &headers, None, here);
        let incident = Incident {
            code: rejection.oauth_error().to_owned(),
            id: refused.id.to_string(),
            at: web.node.now().into(),
        };
        let setting = Setting { status: Some(rejection.status()), ..Setting::default() };
        let page = match rejection {
            Rejection::TooMany { retry_after } => {
                let minutes = u32::try_from(retry_after.as_secs().div_ceil(60).max(1)).unwrap_or(u32::MAX);
                web.show(&visit, &Throttled { minutes, retry: None, incident }, setting)
            }
            other => {
                let page = ErrorPage { kind: kind(other), incident, retry: None, developer: None };
                web.show(&visit, &page, setting)
            }
        };
        page.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}

const fn kind(rejection: Rejection) -> ErrorKind {
    match rejection {
        Rejection::ForeignForm => ErrorKind::Forbidden,
        Rejection::NotFound => ErrorKind::NotFound,
        Rejection::MethodNotAllowed => ErrorKind::MethodNotAllowed,
        Rejection::TooLarge => ErrorKind::TooLarge,
        Rejection::Internal => ErrorKind::Internal,
        Rejection::Unavailable { .. } | Rejection::TooMany { .. } => ErrorKind::Unavailable,
        Rejection::Malformed | Rejection::BodyTimeout | Rejection::Misdirected => ErrorKind::Request,
    }
}
