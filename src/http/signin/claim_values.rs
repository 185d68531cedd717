//! Claims as the consent page shows them.

use serde_json::Value;

use crate::{
    base::moment::Moment,
    oidc::claims::{self, Claims},
    theme::pages::{Claim, ClaimValue},
};

/// Every claim with its value, in the order of the standards; further names that the client registered come last.
pub fn values(claims: Claims) -> Vec<Claim> {
    let place = |name: &str| claims::supported().position(|known| known == name).unwrap_or(usize::MAX);
    let mut shown: Vec<Claim> =
        claims.into_iter().map(|(name, value)| Claim { value: value_of(&name, value), name }).collect();
    shown.sort_by_key(|claim| place(&claim.name));
    shown
}

fn value_of(name: &str, value: Value) -> ClaimValue {
    match value {
        Value::Bool(flag) => ClaimValue::Flag(flag),
        Value::Number(seconds) if name == "updated_at" => {
            Moment::from_secs(seconds.as_i64().unwrap_or_default()).into()
        }
        value => ClaimValue::Text(text(&value)),
    }
}

/// Lists are separated by commas. Of an address its lines are shown, of a company its name and code.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.lines().collect::<Vec<_>>().join(", "),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            let member = |name: &str| members.get(name).map(text);
            match (member("formatted"), member("name"), member("code")) {
                (Some(lines), ..) => lines,
                (None, Some(name), Some(code)) => format!("{name} ({code})"),
                _ => members.values().map(text).collect::<Vec<_>>().join(", "),
            }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_claim_can_be_read() {
        let Value::Object(claims) = json!({
            "x_alias": 7,
            "permissions": ["orders.create", "orders.read"],
            "address": { "country": "SE", "formatted": "Storgatan 1\n111 22 Stockholm" },
            "customers": [{ "id": "1", "code": "ACME", "name": "Acme AB" }, { "id": "2", "code": "BETA", "name": "Beta Oy" }],
            "email_verified": true,
            "updated_at": 1_795_200_000,
            "name": "Anna Berg",
            "sub": "0193",
        }) else {
            panic!("an object");
        };
        let shown = values(claims);
        let shown: Vec<String> = shown
            .iter()
            .map(|claim| match &claim.value {
                ClaimValue::Text(text) => format!("{}: {text}", claim.name),
                ClaimValue::Flag(flag) => format!("{}: {flag}", claim.name),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "sub: 0193",
                "name: Anna Berg",
                "updated_at: 2026-11-20 18:40:00 UTC",
                "email_verified: true",
                "address: Storgatan 1, 111 22 Stockholm",
                "customers: Acme AB (ACME), Beta Oy (BETA)",
                "permissions: orders.create, orders.read",
                "x_alias: 7",
            ]
        );
    }
}
