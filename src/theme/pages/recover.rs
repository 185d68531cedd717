//! Getting back in.

use serde::Serialize;

use crate::theme::{
    forms::Problem,
    frame::{Href, Page},
};

/// What the page of a forgotten password says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForgotState {
    /// Type a name.
    Ask,
    /// The same for everybody: if there is an account, a message is on its way.
    Sent,
    /// An administrator sets passwords here (inventory K18).
    Off,
}

/// `/password/forgot`: one field, and one answer to everybody. Posts `username`.
#[derive(Clone, Debug, Serialize)]
pub struct ForgotPassword {
    /// Where the form posts.
    pub action: Href,
    /// What it says.
    pub state: ForgotState,
    /// What was just sent, where something is wrong with it.
    pub username: String,
    /// The page that the person came from.
    pub back: Option<Href>,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

impl Page for ForgotPassword {
    const TEMPLATE: &'static str = "forgot_password";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            action: Href::local("/password/forgot?a=7sK2"),
            state: ForgotState::Ask,
            username: String::new(),
            back: Some(Href::local("/signin?a=7sK2")),
            problems: vec![],
        };
        let hostile = super::HOSTILE.to_owned();
        vec![
            ("default", plain.clone()),
            ("missing", Self { problems: vec![Problem::UsernameMissing], ..plain.clone() }),
            ("stale", Self { problems: vec![Problem::FormStale], ..plain.clone() }),
            ("sent", Self { state: ForgotState::Sent, ..plain.clone() }),
            ("sent-alone", Self { state: ForgotState::Sent, back: None, ..plain.clone() }),
            ("off", Self { state: ForgotState::Off, ..plain.clone() }),
            ("hostile", Self { username: hostile, ..plain }),
        ]
    }
}
