//! Choosing the company to act for.

use serde::Serialize;

use super::{Incident, sign_in::Account};
use crate::{
    base::moment::Moment,
    theme::{
        forms::Problem,
        frame::{Href, LastUsed, Page},
    },
};

/// `/signin/customer`: the companies that a person may act for. Posts `reference`, `remember`, or `action=other`.
#[derive(Clone, Debug, Serialize)]
pub struct ChooseCustomer {
    /// Where the form posts, with the attempt.
    pub action: Href,
    /// Who is signed in.
    pub account: Account,
    /// Last used first.
    pub choices: Vec<Choice>,
    /// Present when there are more than [`Search::FROM`] companies.
    pub search: Option<Search>,
    /// The box "remember for this application", ticked or not; absent where nothing is remembered.
    pub remember: Option<bool>,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

/// One company, and the person's place in it.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// Id of the reference: value of the radio button.
    pub reference: String,
    /// Name of the company.
    pub name: String,
    /// Its code.
    pub code: String,
    /// Where it is.
    pub city: Option<String>,
    /// What the person is there.
    pub role: Option<String>,
    /// When the person last acted for it.
    pub last_used: Option<LastUsed>,
    /// Ticked when the page opens.
    pub selected: bool,
}

/// The search of a long list: a GET form with `q`, and a filter while typing where there is JavaScript.
#[derive(Clone, Debug, Serialize)]
pub struct Search {
    /// Path of this page, without query.
    pub path: Href,
    /// The attempt: sent along as `a`.
    pub attempt: String,
    /// What was searched for.
    pub query: String,
    /// How many companies there are without the search.
    pub total: usize,
}

impl Search {
    /// A list longer than this has a search.
    pub const FROM: usize = 7;
}

impl Page for ChooseCustomer {
    const TEMPLATE: &'static str = "choose_customer";

    fn samples() -> Vec<(&'static str, Self)> {
        let few = Self {
            action: Href::local("/signin/customer?a=7sK2"),
            account: Account::sample(),
            choices: vec![
                Choice::sample(1, "Acme AB", "ACME", Some(0), true),
                Choice::sample(2, "Nordic Bearings GmbH & Co. KG", "NORDIC", Some(1), false),
                Choice::sample(3, "شركة الخليج", "GULF", None, false),
            ],
            search: None,
            remember: Some(true),
            problems: vec![],
        };
        let search = |query: &str| {
            let path = Href::local("/signin/customer");
            Some(Search { path, attempt: "7sK2".to_owned(), query: query.to_owned(), total: 12 })
        };
        let many = |count: u32| -> Vec<Choice> {
            (1..=count)
                .map(|n| {
                    Choice::sample(n, &format!("Northwind Subsidiary {n}"), &format!("NW-{n:03}"), Some(n), n == 1)
                })
                .collect()
        };
        let hostile = Choice {
            reference: super::HOSTILE.to_owned(),
            city: Some(super::HOSTILE.to_owned()),
            role: Some(super::HOSTILE.to_owned()),
            ..Choice::sample(1, super::HOSTILE, super::HOSTILE, None, false)
        };
        vec![
            ("default", few.clone()),
            ("nothing-chosen", Self { problems: vec![Problem::CustomerMissing], ..few.clone() }),
            ("many", Self { choices: many(12), search: search(""), ..few.clone() }),
            ("found", Self { choices: many(2), search: search("north"), ..few.clone() }),
            ("none-found", Self { choices: vec![], search: search("zzz"), ..few.clone() }),
            ("hostile", Self { choices: vec![hostile], search: search(super::HOSTILE), remember: None, ..few }),
        ]
    }
}

impl Choice {
    fn sample(n: u32, name: &str, code: &str, days: Option<u32>, selected: bool) -> Self {
        let now = Moment::from_secs(1_795_200_000);
        let ago = |days: u32| now.minus(std::time::Duration::from_secs(86_400 * u64::from(days)));
        Self {
            reference: format!("0193a0ab-1111-7aaa-8aaa-{n:012}"),
            name: name.to_owned(),
            code: code.to_owned(),
            city: (!n.is_multiple_of(3)).then(|| "Göteborg".to_owned()),
            role: (!n.is_multiple_of(2)).then(|| "Purchasing".to_owned()),
            last_used: days.map(|days| LastUsed::new(ago(days), now)),
            selected,
        }
    }
}

/// A person without a company that may use this application (domain.md 4). Its two forms post to `back` and, with
/// `action=other`, to `switch`.
#[derive(Clone, Debug, Serialize)]
pub struct NoAccess {
    /// Who is signed in.
    pub account: Account,
    /// The one company whose administrator can help, where there is one.
    pub customer: Option<String>,
    /// Address of whoever can help, shown as written.
    pub contact: Option<String>,
    /// Where "back to the application" posts: the application then gets its error answer.
    pub back: Option<Href>,
    /// Where "use another account" posts.
    pub switch: Option<Href>,
    /// What to quote.
    pub incident: Incident,
}

impl Page for NoAccess {
    const TEMPLATE: &'static str = "no_access";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            account: Account::sample(),
            customer: Some("Acme AB".to_owned()),
            contact: Some("it@acme.example".to_owned()),
            back: Some(Href::local("/signin/leave?a=7sK2")),
            switch: Some(Href::local("/signin/customer?a=7sK2")),
            incident: Incident::sample("access_denied"),
        };
        vec![
            ("default", full.clone()),
            ("no-contact", Self { customer: None, contact: None, back: None, switch: None, ..full.clone() }),
            (
                "hostile",
                Self { customer: Some(super::HOSTILE.to_owned()), contact: Some(super::HOSTILE.to_owned()), ..full },
            ),
        ]
    }
}
