//! What kind of route a path is; rules that hold for a kind are decided here, not per handler.

use std::time::Duration;

/// Kinds of routes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RouteClass {
    /// A hosted page of ours: HTML, cookies, forms of our own.
    Page,
    /// `/oauth2/authorize` and `/oauth2/logout`: relying parties send browsers here, by link or by form. No cross-site
    /// check, no CORS (protocol.md A18); mistakes are told on a page.
    FrontChannel,
    /// Endpoints for programs: JSON in every case, errors included (protocol.md A15).
    Api,
    /// Discovery and JWKS: public, the same for everybody, cached.
    Metadata,
    /// Style sheets, scripts, fonts, images.
    Asset,
    /// `/livez`, `/readyz`, `/metrics`: asked by machines that may not know our name.
    Health,
}

/// Where the files of the theme are served.
pub const ASSETS: &str = "/theme/";

impl RouteClass {
    /// The class of a path, matched or not.
    pub fn of(path: &str) -> Self {
        match path {
            "/livez" | "/readyz" | "/metrics" => Self::Health,
            "/oauth2/authorize" | "/oauth2/logout" => Self::FrontChannel,
            _ if path.starts_with("/.well-known/") => Self::Metadata,
            _ if path.starts_with(ASSETS) => Self::Asset,
            _ if ["/oauth2/", "/api/", "/scim/"].iter().any(|prefix| path.starts_with(prefix)) => Self::Api,
            _ => Self::Page,
        }
    }

    /// Whether answers are HTML for people.
    pub const fn is_html(self) -> bool {
        matches!(self, Self::Page | Self::FrontChannel)
    }

    /// How long a handler may take. Hashing waits two seconds for a place and two for a lockout slot (security.md S6, S7).
    pub const fn timeout(self) -> Duration {
        match self {
            Self::Page | Self::FrontChannel | Self::Api => Duration::from_secs(15),
            Self::Metadata | Self::Asset | Self::Health => Duration::from_secs(5),
        }
    }

    /// The largest request body in bytes. No form and no token request of ours comes near it.
    pub const fn body_limit(self) -> usize {
        match self {
            Self::Page | Self::FrontChannel | Self::Api => 64 * 1024,
            Self::Metadata | Self::Asset | Self::Health => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_fall_into_their_class() {
        for (path, class) in [
            ("/", RouteClass::Page),
            ("/signin", RouteClass::Page),
            ("/oauth2", RouteClass::Page),
            ("/themes", RouteClass::Page),
            ("/livez/x", RouteClass::Page),
            ("/oauth2/authorize", RouteClass::FrontChannel),
            ("/oauth2/logout", RouteClass::FrontChannel),
            ("/oauth2/token", RouteClass::Api),
            ("/oauth2/nothing", RouteClass::Api),
            ("/scim/v2/Users", RouteClass::Api),
            ("/.well-known/jwks.json", RouteClass::Metadata),
            ("/theme/app.css", RouteClass::Asset),
            ("/readyz", RouteClass::Health),
        ] {
            assert_eq!(RouteClass::of(path), class, "{path}");
        }
    }
}
