//! Which claims there are, which scope each belongs to, and where each may be told (claims.md 2).

use super::scope::CUSTOMER;

/// Claims by the scope that grants them. The company's scopes are written as `customer`.
const BY_SCOPE: [(&str, &[&str]); 10] = [
    (
        "profile",
        &[
            "name",
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "picture",
            "profile",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("phone", &["phone_number", "phone_number_verified"]),
    ("address", &["address"]),
    (CUSTOMER, &["customer_id", "customer_code", "customer_name", "reference_id", "reference_name", "contact_role"]),
    ("customers", &["customers"]),
    ("roles", &["roles"]),
    ("groups", &["groups"]),
    ("permissions", &["permissions"]),
    ("license", &["entitlements", "licenses"]),
];

/// Claims of the protocol itself.
const PROTOCOL: [&str; 25] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "azp",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "sid",
    "at_hash",
    "c_hash",
    "s_hash",
    "scope",
    "client_id",
    "cnf",
    "act",
    "events",
    "active",
    "token_type",
    "username",
    "authz_overflow",
];

/// The scope that grants a claim; `None` for claims of the protocol and unknown ones.
pub fn scope_of(claim: &str) -> Option<&'static str> {
    BY_SCOPE.iter().find(|(_, claims)| claims.contains(&claim)).map(|(scope, _)| *scope)
}

/// Whether this server gives the name a meaning, so that no alias may take it.
pub fn is_reserved(name: &str) -> bool {
    PROTOCOL.contains(&name) || scope_of(name).is_some() || name == "device_id" || name == "authorization_details"
}

/// Whether a claim may be told under a second name: what describes the person or the company, not what the protocol rests on.
pub fn may_be_aliased(claim: &str) -> bool {
    scope_of(claim).is_some()
}
