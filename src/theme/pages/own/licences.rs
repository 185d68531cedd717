//! What somebody may use.

use serde::Serialize;

use super::{Head, Section, stamp};
use crate::theme::frame::{Page, Stamp};

/// `/account/licences`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountLicences {
    /// Who, and the menu.
    pub head: Head,
    /// By product and edition.
    pub licences: Vec<LicenceLine>,
}

/// A licence.
#[derive(Clone, Debug, Serialize)]
pub struct LicenceLine {
    /// The product.
    pub product: String,
    /// The edition; empty for none.
    pub edition: String,
    /// `active`, `pending`, `expired`, `disabled`.
    pub status: &'static str,
    /// How many may use it; none: any number.
    pub seats: Option<i64>,
    /// How many do, as far as that is known.
    pub used: Option<i64>,
    /// Until when.
    pub until: Option<Stamp>,
    /// The companies through which it is theirs.
    pub companies: Vec<String>,
}

impl Page for AccountLicences {
    const TEMPLATE: &'static str = "account_licences";

    fn samples() -> Vec<(&'static str, Self)> {
        let line = |product: &str, status, seats, used| LicenceLine {
            product: product.to_owned(),
            edition: "pro".to_owned(),
            status,
            seats,
            used,
            until: Some(stamp(1)),
            companies: vec!["Acme AB".to_owned()],
        };
        let any = LicenceLine { edition: String::new(), until: None, ..line("viewer", "pending", None, None) };
        let head = Head::sample(Section::Licences);
        let lines = vec![
            line("cad", "active", Some(5), Some(3)),
            line("cad-addon", "expired", Some(5), None),
            line("old", "disabled", Some(1), Some(1)),
            any,
        ];
        let evil = vec![line(super::super::HOSTILE, "active", None, None)];
        vec![
            ("default", Self { head: head.clone(), licences: lines }),
            ("none", Self { head: head.clone(), licences: vec![] }),
            ("hostile", Self { head, licences: evil }),
        ]
    }
}
