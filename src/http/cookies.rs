//! The cookies of our pages (security.md S2).

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite};

/// What a browser keeps for us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CookieName {
    /// The sign-in session; a new value at every rise of assurance.
    Session,
    /// The handle that binds the attempts to sign in to this browser. Ends with the browser.
    Flow,
    /// A browser in which a user once signed in (device cookie, S6); proves nothing by itself.
    KnownBrowser,
    /// A browser that is not asked for a second factor for a while (inventory M27).
    TrustedBrowser,
    /// The language chosen on a page.
    Language,
    /// The secret of a link, out of the address bar.
    Link,
}

impl CookieName {
    const fn suffix(self) -> &'static str {
        match self {
            Self::Session => "usher-sid",
            Self::Flow => "usher-flow",
            Self::KnownBrowser => "usher-dev",
            Self::TrustedBrowser => "usher-trust",
            Self::Language => "usher-lang",
            Self::Link => "usher-link",
        }
    }
}

/// A browser may keep a cookie for 400 days at most (RFC 6265bis §5.5).
pub const LONGEST: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// What of a request's cookies is looked at; our own need a tenth of it.
const MAX_COOKIES: usize = 64;

/// Reads and writes cookies in the form that the scheme of `public_url` demands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cookies {
    secure: bool,
}

impl Cookies {
    /// `secure`: whether `public_url` is https. Only then do names begin with `__Host-` and is `Secure` set.
    pub const fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// The whole name of a cookie.
    pub fn name(self, name: CookieName) -> String {
        format!("{}{}", if self.secure { "__Host-" } else { "" }, name.suffix())
    }

    /// The value the browser sent; the first one if it sent several.
    pub fn read(self, headers: &HeaderMap, name: CookieName) -> Option<&str> {
        let pairs = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        pairs.flat_map(|line| line.split(';')).take(MAX_COOKIES).find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            let key = if self.secure { key.strip_prefix("__Host-")? } else { key };
            (key == name.suffix() && !value.is_empty()).then_some(value)
        })
    }

    /// A `Set-Cookie` value. Without `max_age` the cookie ends with the browser.
    ///
    /// `value` is one of ours: a bearer value or a language tag. Anything else becomes the empty value, so that no text
    /// from outside can ever add an attribute.
    pub fn set(self, name: CookieName, value: &str, max_age: Option<Duration>) -> HeaderValue {
        let mut cookie = Cookie::build((self.name(name), if is_plain(value) { value } else { "" }))
            .path("/")
            .http_only(true)
            // Lax: a portal's link to /oauth2/authorize must carry the session.
            .same_site(SameSite::Lax)
            .build();
        if self.secure {
            cookie.set_secure(true);
        }
        if let Some(max_age) = max_age {
            let seconds = max_age.min(LONGEST).as_secs();
            cookie.set_max_age(cookie::time::Duration::seconds(i64::try_from(seconds).unwrap_or_default()));
        }
        HeaderValue::try_from(cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    /// A `Set-Cookie` value that makes the browser forget.
    pub fn clear(self, name: CookieName) -> HeaderValue {
        self.set(name, "", Some(Duration::ZERO))
    }
}

fn is_plain(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTPS: Cookies = Cookies::new(true);
    const HTTP: Cookies = Cookies::new(false);

    fn sent(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (header::COOKIE, line.parse().unwrap())).collect()
    }

    #[test]
    fn sec_q85_cookies_carry_every_attribute() {
        let year = Some(Duration::from_secs(31_536_000));
        assert_eq!(
            HTTPS.set(CookieName::Session, "st_1.a-_", None),
            "__Host-usher-sid=st_1.a-_; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
        assert_eq!(
            HTTPS.set(CookieName::KnownBrowser, "kb_1.a", year),
            "__Host-usher-dev=kb_1.a; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=31536000"
        );
        assert_eq!(
            HTTPS.clear(CookieName::Flow),
            "__Host-usher-flow=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
        );
    }

    #[test]
    fn sec_s2_over_http_only_prefix_and_secure_are_missing() {
        assert_eq!(HTTP.set(CookieName::Flow, "fl_1.a", None), "usher-flow=fl_1.a; HttpOnly; SameSite=Lax; Path=/");
        assert_eq!(HTTP.read(&sent(&["usher-flow=a"]), CookieName::Flow), Some("a"));
        assert_eq!(HTTP.read(&sent(&["__Host-usher-flow=a"]), CookieName::Flow), None);
        assert_eq!(HTTPS.read(&sent(&["usher-flow=a"]), CookieName::Flow), None);
    }

    #[test]
    fn no_browser_keeps_a_cookie_for_more_than_400_days() {
        let set = HTTPS.set(CookieName::KnownBrowser, "x", Some(Duration::MAX));
        assert!(set.to_str().unwrap().ends_with("Max-Age=34560000"));
    }

    #[test]
    fn a_value_cannot_add_attributes() {
        for evil in ["a; Domain=evil.example", "a\r\nSet-Cookie: b", "a b", "ü", "a,b", "a\"b"] {
            assert_eq!(HTTP.set(CookieName::Session, evil, None), "usher-sid=; HttpOnly; SameSite=Lax; Path=/");
        }
    }

    #[test]
    fn reads_its_own_among_others() {
        let lines = ["a=b; __Host-usher-sid=st_1.x;other=1", "__Host-usher-flow=fl_1.y"];
        assert_eq!(HTTPS.read(&sent(&lines), CookieName::Session), Some("st_1.x"));
        assert_eq!(HTTPS.read(&sent(&lines), CookieName::Flow), Some("fl_1.y"));
        assert_eq!(HTTPS.read(&sent(&lines), CookieName::KnownBrowser), None);
        let twice = sent(&["__Host-usher-sid=first; __Host-usher-sid=second"]);
        assert_eq!(HTTPS.read(&twice, CookieName::Session), Some("first"));
    }

    #[test]
    fn garbage_is_no_cookie() {
        let noise = "x=y;".repeat(MAX_COOKIES);
        let behind = format!("{noise}__Host-usher-sid=late");
        for line in ["", ";;;", "=", "__Host-usher-sid", "__Host-usher-sid=", "__host-usher-sid=a", behind.as_str()] {
            assert_eq!(HTTPS.read(&sent(&[line]), CookieName::Session), None, "{line}");
        }
        let mut binary = HeaderMap::new();
        binary.insert(header::COOKIE, HeaderValue::from_bytes(b"__Host-usher-sid=\xff").unwrap());
        assert_eq!(HTTPS.read(&binary, CookieName::Session), None);
    }

    proptest::proptest! {
        #[test]
        fn no_header_breaks_the_reader(value: Vec<u8>) {
            let headers: HeaderMap =
                HeaderValue::from_bytes(&value).into_iter().map(|value| (header::COOKIE, value)).collect();
            for cookies in [HTTP, HTTPS] {
                let read = cookies.read(&headers, CookieName::Session);
                assert!(read.is_none_or(|value| !value.is_empty() && !value.contains(';')));
            }
        }

        #[test]
        fn what_is_set_is_read_back(value in "[A-Za-z0-9_.~-]{1,100}") {
            let set = HTTPS.set(CookieName::Flow, &value, None);
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            assert_eq!(HTTPS.read(&sent(&[&pair]), CookieName::Flow), Some(value.as_str()));
        }
    }
}
