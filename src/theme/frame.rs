//! What every page shares, and the small values that pages are made of.

use std::time::Duration;

use serde::Serialize;
use url::Url;

use crate::base::moment::Moment;

/// One template and what it is filled with. Implemented by the structs of [`super::pages`] only.
pub trait Page: Serialize + Sized {
    /// Name of the template: `pages/<TEMPLATE>.html`.
    const TEMPLATE: &'static str;

    /// The page in each of its states, by name. The first is the ordinary one. Tests and the gallery render them all.
    fn samples() -> Vec<(&'static str, Self)>;
}

/// Everything about a response that is not about one page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Frame {
    /// One of [`super::Theme::locales`]; another tag is rendered in the theme's first language.
    pub locale: String,
    /// Light or dark, as the browser's cookie says.
    pub scheme: Scheme,
    /// Token for the forms of this page (security.md S3). A page with a form that posts does not render without.
    pub csrf: Option<String>,
    /// The application that the person came from.
    pub client: Option<Client>,
    /// Path and query that show this page again by GET; without it there is no language menu.
    /// The menu links to it with `lang=<tag>` added.
    pub here: Option<Href>,
    /// Shows the ribbon of `usher demo`.
    pub demo: bool,
}

/// Colour scheme: rendered as `data-scheme`, so that nothing flashes and no script is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// As the operating system says.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// An application, as a person sees it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Client {
    /// `client_name`, else `client_id`.
    pub name: String,
    /// Where "Back to …" leads: the registered `client_uri`.
    pub home: Option<Href>,
}

/// A link or form target that is safe to render: one of our own paths, http(s), mail, telephone, an authenticator app,
/// or a private-use scheme of a native application (RFC 8252 §7.1: a reversed domain name, so it holds a dot).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Href(String);

impl Href {
    /// Checks any address. `None` for `javascript:`, `data:` and everything else that is not in the list above.
    pub fn new(address: &str) -> Option<Self> {
        if address.chars().any(char::is_control) {
            return None;
        }
        if address.starts_with('/') {
            return (!address.starts_with("//") && !address.contains('\\')).then(|| Self(address.to_owned()));
        }
        let url = Url::parse(address).ok()?;
        let safe =
            matches!(url.scheme(), "http" | "https" | "mailto" | "tel" | "otpauth") || url.scheme().contains('.');
        safe.then(|| Self(address.to_owned()))
    }

    /// One of our own paths, beginning with `/`; whatever is not one becomes `/`.
    pub fn local(path: impl Into<String>) -> Self {
        let path = path.into();
        let own = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
        Self(if own && !path.chars().any(char::is_control) { path } else { "/".to_owned() })
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// This address with one more query parameter; `name` and `value` need no encoding.
    pub(super) fn with_query(&self, name: &str, value: &str) -> String {
        let separator = if self.0.contains('?') { '&' } else { '?' };
        format!("{}{separator}{name}={value}", self.0)
    }
}

/// An instant on a page: for machines and, in UTC, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stamp {
    iso: String,
    text: String,
}

impl Stamp {
    /// For people.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

impl From<Moment> for Stamp {
    fn from(moment: Moment) -> Self {
        let iso = Moment::from_secs(moment.as_secs()).to_string();
        let text = iso.replacen('T', " ", 1).replacen('Z', " UTC", 1);
        Self { iso, text }
    }
}

/// When something was last used, in days before now.
#[derive(Clone, Debug, Serialize)]
pub struct LastUsed {
    at: Stamp,
    days: i64,
}

impl LastUsed {
    /// `at` as seen at `now`; calendar days of UTC.
    pub fn new(at: Moment, now: Moment) -> Self {
        let day = |moment: Moment| moment.as_secs().div_euclid(86_400);
        Self { at: at.into(), days: (day(now) - day(at)).max(0) }
    }
}

/// A length of time in one unit, rounded up: what is told as "at most" is never less than it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TimeSpan {
    unit: &'static str,
    count: u64,
}

impl TimeSpan {
    /// Up to so many of a unit are told in it, and more only if the next one does not divide them.
    const MINUTES: u64 = 3 * 60;
    const HOURS: u64 = 3 * 24;
}

impl From<Duration> for TimeSpan {
    fn from(duration: Duration) -> Self {
        let minutes = duration.as_secs().div_ceil(60).max(1);
        if minutes < Self::MINUTES && !minutes.is_multiple_of(60) {
            return Self { unit: "minutes", count: minutes };
        }
        let hours = minutes.div_ceil(60);
        if hours < Self::HOURS && !hours.is_multiple_of(24) {
            return Self { unit: "hours", count: hours };
        }
        Self { unit: "days", count: hours.div_ceil(24) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_markup_only_harmless_addresses_become_links() {
        for good in [
            "/signin?a=1",
            "https://portal.example/",
            "http://localhost:1/",
            "mailto:a@b.example",
            "tel:+4612",
            "otpauth://totp/Acme:anna?secret=A",
            "com.acme.app:/cb",
        ] {
            assert_eq!(Href::new(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://x/1",
            "file:///etc/passwd",
            "//evil.example",
            "/\\evil.example",
            "relative",
        ] {
            assert_eq!(Href::new(bad), None, "{bad}");
        }
        assert_eq!(Href::local("javascript:alert(1)").as_str(), "/");
        assert_eq!(Href::local("/\\evil.example").as_str(), "/");
    }

    #[test]
    fn a_parameter_is_added_to_either_kind_of_path() {
        assert_eq!(Href::local("/signin?a=1").with_query("lang", "sv"), "/signin?a=1&lang=sv");
        assert_eq!(Href::local("/signout").with_query("lang", "sv"), "/signout?lang=sv");
    }

    #[test]
    fn stamps_are_utc_to_the_second() {
        let stamp = Stamp::from(Moment::from_micros(1_795_200_000_123_456));
        assert_eq!((stamp.iso.as_str(), stamp.text.as_str()), ("2026-11-20T18:40:00Z", "2026-11-20 18:40:00 UTC"));
    }

    #[test]
    fn sec_q33_a_length_of_time_is_told_in_one_unit_and_never_too_short() {
        let span = |secs: u64| {
            let TimeSpan { unit, count } = Duration::from_secs(secs).into();
            format!("{count} {unit}")
        };
        for (secs, told) in [
            (0, "1 minutes"),
            (59, "1 minutes"),
            (600, "10 minutes"),
            (3540, "59 minutes"),
            (3541, "1 hours"),
            (5400, "90 minutes"),
            (7260, "121 minutes"),
            (11_460, "4 hours"),
            (43_180, "12 hours"),
            (43_200, "12 hours"),
            (86_400, "1 days"),
            (90_000, "25 hours"),
            (262_800, "4 days"),
            (2_592_000, "30 days"),
            (2_592_001, "31 days"),
        ] {
            assert_eq!(span(secs), told, "{secs}");
        }
    }

    #[test]
    fn days_are_calendar_days_and_never_negative() {
        let noon = Moment::from_secs(1_795_176_000);
        let hours = |n: u64| std::time::Duration::from_secs(n * 3600);
        assert_eq!(LastUsed::new(noon.minus(hours(11)), noon).days, 0);
        assert_eq!(LastUsed::new(noon.minus(hours(13)), noon).days, 1);
        assert_eq!(LastUsed::new(noon.plus(hours(48)), noon).days, 0);
    }
}
