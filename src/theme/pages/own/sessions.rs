//! Where somebody is signed in.

use serde::Serialize;

use super::{Head, Section, stamp, used};
use crate::theme::{
    forms::Problem,
    frame::{Href, LastUsed, Page, Stamp},
};

/// `/account/sessions`. Posts `action=end` with `session`, `action=others`, or `action=forget` with `browser`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountSessions {
    /// Who, and the menu.
    pub head: Head,
    /// Where the forms post.
    pub action: Href,
    /// What was done just now.
    pub done: Option<&'static str>,
    /// Sessions in use, this one first.
    pub sessions: Vec<SessionLine>,
    /// Browsers that are not asked for a second factor.
    pub trusted: Vec<TrustedLine>,
    /// Where to end the session of this browser.
    pub sign_out: Href,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

/// A session.
#[derive(Clone, Debug, Serialize)]
pub struct SessionLine {
    /// Its id.
    pub id: String,
    /// It is this browser's.
    pub here: bool,
    /// Browser and system; empty if they are not known.
    pub device: String,
    /// The network address that it was opened from.
    pub ip: Option<String>,
    /// Names of applications that were signed in to.
    pub applications: Vec<String>,
    /// When it was opened.
    pub since: Stamp,
    /// When it was used last.
    pub last_used: LastUsed,
}

/// A trusted browser.
#[derive(Clone, Debug, Serialize)]
pub struct TrustedLine {
    /// Its id.
    pub id: String,
    /// It is this one.
    pub here: bool,
    /// Browser and system; empty if they are not known.
    pub device: String,
    /// The network address that it was trusted from.
    pub ip: Option<String>,
    /// When that was.
    pub since: Stamp,
}

impl Page for AccountSessions {
    const TEMPLATE: &'static str = "account_sessions";

    fn samples() -> Vec<(&'static str, Self)> {
        let session = |id: &str, here, device: &str, days| SessionLine {
            id: id.to_owned(),
            here,
            device: device.to_owned(),
            ip: Some("192.0.2.7".to_owned()),
            applications: vec!["Acme Portal".to_owned(), "Spare Parts".to_owned()],
            since: stamp(days + 1),
            last_used: used(days),
        };
        let trusted = |id: &str, device: &str| TrustedLine {
            id: id.to_owned(),
            here: id == "b1",
            device: device.to_owned(),
            ip: Some("2001:db8:85a3::8a2e:370:7334".to_owned()),
            since: stamp(3),
        };
        let here = session("s1", true, "Firefox, Linux", 0);
        let unknown = SessionLine { ip: None, applications: vec![], ..session("s3", false, "", 9) };
        let plain = Self {
            head: Head::sample(Section::Sessions),
            action: Href::local("/account/sessions"),
            done: None,
            sessions: vec![here.clone(), session("s2", false, "Safari, iPhone", 1), unknown],
            trusted: vec![trusted("b1", "Firefox, Linux"), trusted("b2", "")],
            sign_out: Href::local("/signout"),
            problems: vec![],
        };
        let evil = SessionLine { applications: vec![super::super::HOSTILE.to_owned()], ..here.clone() };
        vec![
            ("default", plain.clone()),
            ("alone", Self { sessions: vec![here], trusted: vec![], ..plain.clone() }),
            ("ended", Self { done: Some("session-ended"), ..plain.clone() }),
            ("all-ended", Self { done: Some("sessions-ended"), ..plain.clone() }),
            ("forgotten", Self { done: Some("browser-forgotten"), ..plain.clone() }),
            ("confirmed", Self { done: Some("confirmed"), ..plain.clone() }),
            ("stale", Self { problems: vec![Problem::FormStale], ..plain.clone() }),
            ("hostile", Self { sessions: vec![evil], ..plain }),
        ]
    }
}
