//! Which claims there are, which scope each belongs to, and where each may be told (claims.md 2).

use serde_json::{Map, Value, json};

use super::{
    claims_request::{ClaimRequest, ClaimsRequest},
    client::{Client, SubjectKind},
    facts::{Authority, Membership, Person},
    scope::{CUSTOMER, ScopeSet},
};
use crate::identity::attributes::Address;

/// A set of claims.
pub type Claims = Map<String, Value>;

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

/// Those of them that ID tokens hold.
const TOLD: [&str; 13] =
    ["iss", "sub", "aud", "exp", "iat", "azp", "auth_time", "nonce", "acr", "amr", "sid", "at_hash", "authz_overflow"];

/// The scope that grants a claim; `None` for claims of the protocol and unknown ones.
pub fn scope_of(claim: &str) -> Option<&'static str> {
    BY_SCOPE.iter().find(|(_, claims)| claims.contains(&claim)).map(|(scope, _)| *scope)
}

/// Claims that ID tokens and UserInfo answers can hold; what discovery lists.
pub fn supported() -> impl Iterator<Item = &'static str> {
    let of_scopes =
        BY_SCOPE.iter().filter(|(scope, _)| *scope != "license").flat_map(|(_, claims)| claims.iter().copied());
    TOLD.into_iter().chain(of_scopes)
}

/// Whether this server gives the name a meaning, so that no alias may take it.
pub fn is_reserved(name: &str) -> bool {
    PROTOCOL.contains(&name) || scope_of(name).is_some() || name == "device_id" || name == "authorization_details"
}

/// Whether a claim may be told under a second name: what describes the person or the company, not what the protocol rests on.
pub fn may_be_aliased(claim: &str) -> bool {
    scope_of(claim).is_some()
}

/// Who the tokens of a client are about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The person.
    pub person: &'a Person,
    /// The membership chosen, if the grant has one.
    pub membership: Option<&'a Membership>,
    /// What they may do.
    pub authority: &'a Authority,
}

impl Subject<'_> {
    /// `sub`: the person's id, or the membership's where the client keeps one account per company (protocol.md R).
    /// `None` if such a client has no membership to speak of: then it gets no token at all.
    pub fn sub(&self, client: &Client) -> Option<String> {
        match client.metadata().subject {
            SubjectKind::User => Some(self.person.id.text()),
            SubjectKind::Reference => self.membership.map(|membership| membership.reference_id.text()),
        }
    }
}

/// Which claims may be told to a client, and where.
///
/// A claim of a scope goes to UserInfo when the scope was granted. A claim asked for one by one needs no granted scope, but one that
/// the client registered, and the person's consent: `AuthorizationRequest::consent_scope` asks under the same rule.
#[derive(Clone, Copy, Debug)]
pub struct Release<'a> {
    /// Who is told.
    pub client: &'a Client,
    /// The scopes of this token.
    pub scope: &'a ScopeSet,
    /// Claims asked for one by one.
    pub request: &'a ClaimsRequest,
}

impl Release<'_> {
    /// Whether UserInfo tells this claim.
    pub fn in_userinfo(&self, claim: &str) -> bool {
        self.granted(claim) || (self.request.userinfo.contains_key(claim) && self.registered(claim))
    }

    /// Whether the ID token tells this claim: the company always, other claims where the client registered `id_token_claims` or
    /// named them (C15). The list of all companies never leaves UserInfo.
    pub fn in_id_token(&self, claim: &str) -> bool {
        let named: Option<&ClaimRequest> = self.request.id_token.get(claim);
        match scope_of(claim) {
            None | Some("customers" | "license") => false,
            Some(CUSTOMER) => self.granted(claim),
            Some(_) if named.is_some() => self.granted(claim) || self.registered(claim),
            Some(_) => self.client.metadata().id_token_claims && self.granted(claim),
        }
    }

    fn granted(&self, claim: &str) -> bool {
        match scope_of(claim) {
            Some(CUSTOMER) => self.scope.has_company(),
            Some(scope) => self.scope.contains(scope),
            None => false,
        }
    }

    fn registered(&self, claim: &str) -> bool {
        // Claims of the company need a choice of company, which only its scope brings about.
        scope_of(claim).is_some_and(|scope| scope != CUSTOMER && self.client.scopes().contains(scope))
    }
}

/// How much of lists a token carries: proxies cap headers at 4 kB (P4). What does not fit is left out as a whole and
/// `authz_overflow` is set, so that resource servers introspect: a part would pass for the whole.
#[derive(Debug)]
pub(super) struct Caps {
    bytes: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self { bytes: 2000 }
    }
}

impl Caps {
    /// Most entries of one list.
    pub(super) const ENTRIES: usize = 64;

    /// Whether a list still fits, beside those that did.
    pub(super) fn fits(&mut self, list: &[String]) -> bool {
        // Each entry is written with quotes and a comma.
        let bytes = list.iter().map(|entry| entry.len() + 3).sum::<usize>();
        let fits = list.len() <= Self::ENTRIES && bytes <= self.bytes;
        if fits {
            self.bytes -= bytes;
        }
        fits
    }

    /// The lists that `tell` wants and that do not fit.
    pub(super) fn overflow(&mut self, authority: &Authority, tell: impl Fn(&str) -> bool) -> Vec<&'static str> {
        let lists =
            [("permissions", &authority.permissions), ("roles", &authority.roles), ("groups", &authority.groups)];
        lists.into_iter().filter(|(name, list)| tell(name) && !self.fits(list)).map(|(name, _)| name).collect()
    }
}

/// Every claim about the subject that has a value; `tell` decides which to take. Absent data is an absent claim, never null or blank.
pub(super) fn collect(subject: &Subject<'_>, tell: impl Fn(&str) -> bool) -> Claims {
    let mut claims = Claims::new();
    let mut add = |name: &str, value: Value| {
        if tell(name) && !is_blank(&value) {
            claims.insert(name.to_owned(), value);
        }
    };
    let person = subject.person;
    add("name", json!(person.name));
    add("given_name", json!(person.given_name));
    add("family_name", json!(person.family_name));
    add("middle_name", json!(person.middle_name));
    add("nickname", json!(person.nickname));
    add("preferred_username", json!(person.user_name));
    add("profile", json!(person.profile));
    add("picture", json!(person.picture));
    add("website", json!(person.website));
    add("gender", json!(person.gender));
    add("birthdate", json!(person.birthdate));
    add("zoneinfo", json!(person.zoneinfo));
    add("locale", json!(person.locale));
    add("updated_at", json!(person.updated_at.map(|at| at.as_secs())));
    if let Some(email) = person.email.as_deref().filter(|email| !email.trim().is_empty()) {
        add("email", json!(email));
        add("email_verified", json!(person.email_verified));
    }
    if let Some(number) = person.phone_number.as_deref().filter(|number| !number.trim().is_empty()) {
        add("phone_number", json!(number));
        add("phone_number_verified", json!(person.phone_number_verified));
    }
    if let Some(membership) = subject.membership {
        add("address", membership.address.as_ref().map_or(Value::Null, address));
        add("customer_id", json!(membership.customer_id));
        add("customer_code", json!(membership.customer_code));
        add("customer_name", json!(membership.customer_name));
        add("reference_id", json!(membership.reference_id));
        add("reference_name", json!(membership.reference_name));
        add("contact_role", json!(membership.contact_role));
    }
    add("roles", json!(subject.authority.roles));
    add("groups", json!(subject.authority.groups));
    add("permissions", json!(subject.authority.permissions));
    claims
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The `address` claim (Core §5.1.1), formatted if nobody did.
fn address(address: &Address) -> Value {
    let part = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let clean = Address {
        formatted: part(&address.formatted),
        street_address: part(&address.street_address),
        locality: part(&address.locality),
        region: part(&address.region),
        postal_code: part(&address.postal_code),
        country: part(&address.country),
        ..Address::default()
    };
    let members = [
        ("formatted", clean.whole()),
        ("street_address", clean.street_address),
        ("locality", clean.locality),
        ("region", clean.region),
        ("postal_code", clean.postal_code),
        ("country", clean.country),
    ];
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect::<Claims>().into()
}

/// Repeats claims under the further names that the client registered. A name of ours is never overwritten.
pub(super) fn add_aliases(claims: &mut Claims, client: &Client) {
    for (alias, claim) in &client.metadata().claim_aliases {
        if let Some(value) = claims.get(claim).filter(|_| !is_reserved(alias)).cloned() {
            claims.entry(alias.clone()).or_insert(value);
        }
    }
}

#[cfg(test)]
mod tests;
