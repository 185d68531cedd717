//! Second factors within the sign-in: proving one, and enrolling one.

use std::time::Duration;

use serde::Serialize;

use super::sign_in::Account;
use crate::{
    base::moment::Moment,
    theme::{
        forms::Problem,
        frame::{Href, Page, Stamp, TimeSpan},
    },
};

/// What every page of a second factor shows: who it is about, and the ways around it.
#[derive(Clone, Debug, Serialize)]
pub struct Around {
    /// Who is signed in.
    pub account: Account,
    /// The company whose demands these are, where one was chosen.
    pub customer: Option<String>,
    /// Where "act for another company" (`action=company`) and "use another account" (`action=other`) post.
    pub leave: Href,
    /// The person can act for another company.
    pub others: bool,
}

impl Around {
    fn sample() -> Self {
        Self {
            account: Account::sample(),
            customer: Some("Acme AB".to_owned()),
            leave: Href::local("/signin/factor?a=7sK2"),
            others: true,
        }
    }

    fn alone() -> Self {
        Self { customer: None, others: false, ..Self::sample() }
    }
}

/// A method to choose.
#[derive(Clone, Debug, Serialize)]
pub struct Method {
    /// `passkey`, `totp`, `sms`, `email`, `recovery`: the value of the radio button.
    pub method: &'static str,
    /// Where a code would go, masked.
    pub target: Option<String>,
    /// Ticked when the page opens.
    pub selected: bool,
}

/// `/signin/factor`: how to confirm who it is. Posts `method`.
#[derive(Clone, Debug, Serialize)]
pub struct ChooseFactor {
    /// Where the form posts.
    pub action: Href,
    /// Who, and the ways around it.
    pub around: Around,
    /// The preferred first.
    pub methods: Vec<Method>,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for ChooseFactor {
    const TEMPLATE: &'static str = "choose_factor";

    fn samples() -> Vec<(&'static str, Self)> {
        let method =
            |method, target: Option<&str>, selected| Method { method, target: target.map(str::to_owned), selected };
        let all = Self {
            action: Href::local("/signin/factor?a=7sK2"),
            around: Around::sample(),
            methods: vec![
                method("passkey", None, true),
                method("totp", None, false),
                method("sms", Some("+46•••••12"), false),
                method("email", Some("j•••@a•••"), false),
                method("recovery", None, false),
            ],
            problems: vec![],
        };
        let hostile = method("email", Some(super::HOSTILE), false);
        let around = Around { customer: Some(super::HOSTILE.to_owned()), ..Around::sample() };
        vec![
            ("default", all.clone()),
            ("nothing-chosen", Self { problems: vec![Problem::MethodMissing], ..all.clone() }),
            ("one", Self { methods: vec![method("totp", None, true)], around: Around::alone(), ..all.clone() }),
            ("hostile", Self { methods: vec![hostile], around, ..all }),
        ]
    }
}

/// `/signin/code`: a code of an app, of the set of recovery codes, or one that was sent. Posts `code`, `trust_device`.
#[derive(Clone, Debug, Serialize)]
pub struct FactorCode {
    /// Where the form posts.
    pub action: Href,
    /// Who, and the ways around it.
    pub around: Around,
    /// `totp`, `recovery`, `sms`, `email`.
    pub method: &'static str,
    /// What was sent, where the code is sent.
    pub sent: Option<Sent>,
    /// For how long this browser can be trusted; absent where it cannot be.
    pub trust: Option<TimeSpan>,
    /// Where another method is chosen, if there is another.
    pub other_way: Option<Href>,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

/// A code that was sent, or can be.
#[derive(Clone, Debug, Serialize)]
pub struct Sent {
    /// Where it goes, masked.
    pub target: String,
    /// One was sent here and can be tried; otherwise the page offers to send one.
    pub live: bool,
    /// Where "send a code" posts `method`.
    pub resend: Href,
    /// How long until another one can be sent; absent: at once.
    pub wait: Option<Wait>,
}

/// How long to wait, in words: seconds up to a minute and a half, then minutes, then hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Wait {
    /// `seconds`, `minutes`, `hours`.
    pub unit: &'static str,
    /// How many, rounded up.
    pub count: u64,
}

impl Wait {
    /// `None` for no time at all.
    pub fn new(wait: Duration) -> Option<Self> {
        // A second that has begun counts.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Some(match seconds {
            0 => return None,
            1..=90 => Self { unit: "seconds", count: seconds },
            91..=7200 => Self { unit: "minutes", count: seconds.div_ceil(60) },
            _ => Self { unit: "hours", count: seconds.div_ceil(3600) },
        })
    }
}

impl Page for FactorCode {
    const TEMPLATE: &'static str = "factor_code";

    fn samples() -> Vec<(&'static str, Self)> {
        let thirty_days = TimeSpan::from(Duration::from_secs(30 * 86_400));
        let app = Self {
            action: Href::local("/signin/code?a=7sK2&method=totp"),
            around: Around::sample(),
            method: "totp",
            sent: None,
            trust: Some(thirty_days),
            other_way: Some(Href::local("/signin/factor?a=7sK2")),
            problems: vec![],
        };
        let resend = Href::local("/signin/factor?a=7sK2");
        let sent = |target: &str, live, wait| {
            let wait = Wait::new(Duration::from_secs(wait));
            Some(Sent { target: target.to_owned(), live, resend: resend.clone(), wait })
        };
        let wrong = |problem| Self { problems: vec![problem], ..app.clone() };
        let email = |live, wait, problems| Self {
            method: "email",
            sent: sent("j•••@a•••", live, wait),
            problems,
            ..app.clone()
        };
        vec![
            ("default", app.clone()),
            ("wrong", wrong(Problem::CodeWrong)),
            ("used", wrong(Problem::CodeUsed)),
            ("empty", wrong(Problem::CodeMissing)),
            ("locked", wrong(Problem::FactorLocked(15))),
            ("blocked", wrong(Problem::FactorBlocked)),
            ("bare", Self { trust: None, other_way: None, around: Around::alone(), ..app.clone() }),
            ("recovery", Self { method: "recovery", ..app.clone() }),
            ("recovery-wrong", Self { method: "recovery", problems: vec![Problem::RecoveryWrong], ..app.clone() }),
            ("sms", Self { method: "sms", sent: sent("+46•••••12", true, 60), ..app.clone() }),
            (
                "sms-unsendable",
                Self {
                    method: "sms",
                    sent: sent("+46•••••12", false, 0),
                    problems: vec![Problem::CodeUnsendable],
                    ..app.clone()
                },
            ),
            ("email", email(true, 0, vec![])),
            ("email-unsent", email(false, 0, vec![])),
            ("email-wrong", email(true, 0, vec![Problem::SentCodeWrong])),
            ("email-soon", email(true, 50, vec![Problem::CodeSoon])),
            ("email-gone", email(false, 180, vec![Problem::CodeGone])),
            ("email-tomorrow", email(false, 80_000, vec![Problem::CodeSoon])),
            ("hostile", Self { method: "email", sent: sent(super::HOSTILE, true, 5), ..app }),
        ]
    }
}

/// `/signin/passkey`: a passkey as the second factor. A script asks the browser and posts `credential`.
#[derive(Clone, Debug, Serialize)]
pub struct FactorPasskey {
    /// The ceremony.
    pub passkey: Ceremony,
    /// Who, and the ways around it.
    pub around: Around,
    /// For how long this browser can be trusted; absent where it cannot be.
    pub trust: Option<TimeSpan>,
    /// Where another method is chosen, if there is another.
    pub other_way: Option<Href>,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

/// Where the script of a passkey's form goes.
#[derive(Clone, Debug, Serialize)]
pub struct Ceremony {
    /// Where the form posts.
    pub action: Href,
    /// Where the options for the browser are asked for.
    pub options: Href,
}

impl Ceremony {
    pub(super) fn of(page: &str) -> Self {
        Self { action: Href::local(page), options: Href::local(format!("{page}/options")) }
    }

    pub(super) fn sample(page: &str) -> Self {
        Self { action: Href::local(format!("{page}?a=7sK2")), options: Href::local("/signin/passkey/options?a=7sK2") }
    }
}

impl Page for FactorPasskey {
    const TEMPLATE: &'static str = "factor_passkey";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            passkey: Ceremony::sample("/signin/passkey"),
            around: Around::sample(),
            trust: Some(TimeSpan::from(Duration::from_secs(30 * 86_400))),
            other_way: Some(Href::local("/signin/factor?a=7sK2")),
            problems: vec![],
        };
        vec![
            ("default", plain.clone()),
            ("failed", Self { problems: vec![Problem::PasskeyFailed], ..plain.clone() }),
            ("bare", Self { trust: None, other_way: None, around: Around::alone(), ..plain }),
        ]
    }
}

/// `/signin/enrol`: which factor to add. Posts `method`, or `action=later`.
#[derive(Clone, Debug, Serialize)]
pub struct EnrolFactor {
    /// Where the form posts.
    pub action: Href,
    /// Who, and the ways around it.
    pub around: Around,
    /// The strongest first.
    pub methods: Vec<Method>,
    /// There is no way around it.
    pub forced: bool,
    /// Until when it can be put off, where a day was set.
    pub until: Option<Stamp>,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for EnrolFactor {
    const TEMPLATE: &'static str = "enrol_factor";

    fn samples() -> Vec<(&'static str, Self)> {
        let method = |method, selected| Method { method, target: None, selected };
        let forced = Self {
            action: Href::local("/signin/enrol?a=7sK2"),
            around: Around::sample(),
            methods: vec![method("passkey", true), method("totp", false)],
            forced: true,
            until: None,
            problems: vec![],
        };
        let optional = Self { forced: false, around: Around::alone(), ..forced.clone() };
        vec![
            ("default", forced.clone()),
            ("optional", optional.clone()),
            ("until", Self { until: Some(Moment::from_secs(1_795_200_000).into()), ..optional }),
            ("nothing-chosen", Self { problems: vec![Problem::MethodMissing], ..forced.clone() }),
            ("expired", Self { problems: vec![Problem::EnrolmentGone], ..forced }),
        ]
    }
}

/// `/signin/enrol/totp`: the secret of an authenticator app. Posts `code`.
#[derive(Clone, Debug, Serialize)]
pub struct EnrolTotp {
    /// Where the form posts.
    pub action: Href,
    /// Who, and the ways around it.
    pub around: Around,
    /// `otpauth://…`: what the QR code holds.
    pub uri: String,
    /// The same, for the app on this device.
    pub link: Option<Href>,
    /// The secret in groups of four.
    pub secret: String,
    /// Where another method is chosen.
    pub other_way: Href,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for EnrolTotp {
    const TEMPLATE: &'static str = "enrol_totp";

    fn samples() -> Vec<(&'static str, Self)> {
        let uri = "otpauth://totp/Acme:anna%40acme.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme";
        let plain = Self {
            action: Href::local("/signin/enrol/totp?a=7sK2"),
            around: Around::sample(),
            uri: uri.to_owned(),
            link: Href::new(uri),
            secret: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP".to_owned(),
            other_way: Href::local("/signin/enrol?a=7sK2"),
            problems: vec![],
        };
        let hostile =
            Self { uri: super::HOSTILE.to_owned(), link: None, secret: super::HOSTILE.to_owned(), ..plain.clone() };
        vec![
            ("default", plain.clone()),
            ("wrong", Self { problems: vec![Problem::CodeWrong], ..plain.clone() }),
            ("empty", Self { problems: vec![Problem::CodeMissing], around: Around::alone(), ..plain }),
            ("hostile", hostile),
        ]
    }
}

/// `/signin/enrol/passkey`: a new passkey. A script asks the browser and posts `credential`.
#[derive(Clone, Debug, Serialize)]
pub struct EnrolPasskey {
    /// The ceremony.
    pub passkey: Ceremony,
    /// Who, and the ways around it.
    pub around: Around,
    /// Where another method is chosen.
    pub other_way: Href,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for EnrolPasskey {
    const TEMPLATE: &'static str = "enrol_passkey";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            passkey: Ceremony::sample("/signin/enrol/passkey"),
            around: Around::sample(),
            other_way: Href::local("/signin/enrol?a=7sK2"),
            problems: vec![],
        };
        vec![
            ("default", plain.clone()),
            ("failed", Self { problems: vec![Problem::PasskeyFailed], ..plain.clone() }),
            ("exists", Self { problems: vec![Problem::PasskeyExists], ..plain }),
        ]
    }
}
