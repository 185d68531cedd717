//! Scopes: which there are, which a client may ask for, what a refresh may narrow, and which company they select
//! (claims.md 2, domain.md 4; RFC 6749 §3.3).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::error::{ErrorCode, OAuthError};

/// The company the person acts for.
pub const CUSTOMER: &str = "customer";
/// As [`CUSTOMER`], and refreshes may move to any other membership.
pub const CUSTOMER_ANY: &str = "customer:*";
/// Makes the request an OpenID Connect one.
pub const OPENID: &str = "openid";
/// A refresh token that outlives the session.
pub const OFFLINE_ACCESS: &str = "offline_access";

/// Scopes that only a person can grant. `license:<action>` tells what a person may do with a licence.
const PERSONAL: [&str; 17] = [
    OPENID,
    "profile",
    "email",
    "phone",
    "address",
    CUSTOMER,
    CUSTOMER_ANY,
    "customers",
    "roles",
    "groups",
    "permissions",
    OFFLINE_ACCESS,
    "license:read",
    "license:activate",
    "license:release",
    "license:download",
    "license:report",
];

/// Scopes of the administration APIs, for people and for service clients.
const ADMINISTRATIVE: [&str; 15] = [
    "scim",
    "scim:read",
    "scim:write",
    "scim:users",
    "scim:groups",
    "scim:customers",
    "scim:references",
    "scim:licenses",
    "scim:lifecycle",
    "scim:credentials",
    "admin:settings",
    "admin:clients",
    "admin:keys",
    "admin:audit",
    "admin:roles",
];

/// What discovery lists; `customer:<code|id>` is dynamic and stands behind `customer`.
pub fn supported() -> impl Iterator<Item = &'static str> {
    PERSONAL.into_iter().chain(ADMINISTRATIVE)
}

/// The company named by `customer:<code|id>`, if `scope` is of that form. `customer:*` names none.
pub fn named_company(scope: &str) -> Option<&str> {
    scope.strip_prefix("customer:").filter(|name| *name != "*")
}

/// Whether `name` can be the code or the id of a customer (domain.md 2).
fn is_company_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && name.len() <= 64
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

/// Known scopes, each once, in the order asked for. Written and stored as one space-separated string.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeSet(Vec<String>);

impl ScopeSet {
    /// Reads a `scope` parameter. Unknown scopes are left out (B27); a character no scope may hold, or a company that cannot be
    /// one, is `invalid_scope`: a restriction to a company is never silently dropped (B19).
    pub fn parse(text: &str) -> Result<Self, OAuthError> {
        let mut scopes = Self::default();
        for token in text.split(' ').filter(|token| !token.is_empty()) {
            if !token.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
                return Err(invalid("a scope holds characters that none may hold"));
            }
            if let Some(company) = named_company(token) {
                if !is_company_name(company) {
                    return Err(invalid("customer: is followed by a customer's code or id"));
                }
                scopes.insert(token);
            } else if supported().any(|known| known == token) {
                scopes.insert(token);
            }
        }
        Ok(scopes)
    }

    /// Whether exactly this scope is in the set.
    pub fn contains(&self, scope: &str) -> bool {
        self.iter().any(|known| same_scope(known, scope))
    }

    /// The scopes in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a scope, if it is not in the set.
    pub fn insert(&mut self, scope: &str) {
        if !self.contains(scope) {
            self.0.push(scope.to_owned());
        }
    }

    /// The scopes of this set that `keep` lets pass.
    #[must_use]
    pub fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|scope| keep(scope)).cloned().collect())
    }

    /// Whether every scope here is in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|scope| other.contains(scope))
    }

    /// Whether any scope tells about a company.
    pub fn has_company(&self) -> bool {
        self.iter().any(|scope| scope == CUSTOMER || scope.starts_with("customer:"))
    }

    /// Whether a client that registered this set may ask for `scope`: literally, or under a wider company scope.
    /// `customer` covers `customer:<x>`; `customer:*` covers both and is covered by nothing.
    pub fn covers(&self, scope: &str) -> bool {
        self.contains(scope)
            || (scope == CUSTOMER && self.contains(CUSTOMER_ANY))
            || (named_company(scope).is_some() && (self.contains(CUSTOMER) || self.contains(CUSTOMER_ANY)))
    }

    /// The one company named in the set; `invalid_scope` if there are several (domain.md 4).
    pub fn named_company(&self) -> Result<Option<&str>, OAuthError> {
        let mut names = self.iter().filter_map(named_company);
        let first = names.next();
        if names.next().is_some() { Err(invalid("only one customer can be named")) } else { Ok(first) }
    }
}

/// Scopes are case-sensitive, but customers' codes are not (domain.md 2).
fn same_scope(a: &str, b: &str) -> bool {
    a == b || matches!((named_company(a), named_company(b)), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b))
}

impl PartialEq for ScopeSet {
    /// As sets: order does not count.
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.is_subset(other)
    }
}

impl Eq for ScopeSet {}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl From<ScopeSet> for String {
    fn from(scopes: ScopeSet) -> Self {
        scopes.to_string()
    }
}

impl TryFrom<String> for ScopeSet {
    type Error = OAuthError;

    fn try_from(text: String) -> Result<Self, OAuthError> {
        Self::parse(&text)
    }
}

/// Which company a request asks for (domain.md 4). `Named` holds a code or an id as sent.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompanyRequest {
    /// None: tokens speak of the person alone.
    #[default]
    None,
    /// Any one the person is eligible for, chosen by memory or by the person.
    Any,
    /// Exactly this one, or nothing at all.
    Named(String),
    /// As `Any`; the grant may move to another one later.
    Star,
}

/// The scopes and the company that an authorization request asks for, from its parameters `scope` and `customer`.
///
/// # Errors
/// `invalid_scope` for a known scope the client may not have (B27) or several companies; `invalid_request` if the two parameters
/// name different companies (claims.md 2).
pub fn requested(
    scope: Option<&str>,
    customer: Option<&str>,
    registered: &ScopeSet,
) -> Result<(ScopeSet, CompanyRequest), OAuthError> {
    let mut scopes = ScopeSet::parse(scope.unwrap_or_default())?;
    let in_scope = scopes.named_company()?.map(str::to_owned);
    if let Some(name) = customer {
        match in_scope {
            Some(other) if !other.eq_ignore_ascii_case(name) => {
                let text = "the parameter customer and the scope name different customers";
                return Err(OAuthError::new(ErrorCode::InvalidRequest, text));
            }
            _ if !is_company_name(name) => {
                let text = "the parameter customer is neither a code nor an id";
                return Err(OAuthError::new(ErrorCode::InvalidRequest, text));
            }
            _ => scopes.insert(&format!("customer:{name}")),
        }
    }
    refuse_beyond(&scopes, registered)?;
    let company = company_request(&scopes)?;
    Ok((scopes, company))
}

/// The company that a set of scopes asks for.
pub fn company_request(scopes: &ScopeSet) -> Result<CompanyRequest, OAuthError> {
    Ok(match scopes.named_company()? {
        Some(name) => CompanyRequest::Named(name.to_owned()),
        None if scopes.contains(CUSTOMER_ANY) => CompanyRequest::Star,
        None if scopes.contains(CUSTOMER) => CompanyRequest::Any,
        None => CompanyRequest::None,
    })
}

/// What a refresh asks for within what its family was granted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Narrowed {
    /// The scopes of the new access token; the family keeps its own.
    pub scopes: ScopeSet,
    /// The company to move the family to, named by code or id; `None`: the one it remembers.
    pub company: Option<String>,
}

/// Narrows a grant for one access token (RFC 6749 §6, D2; companies: domain.md 4).
///
/// # Errors
/// `invalid_scope` if anything asked for is not within `granted`. Unlike at the authorization endpoint that includes scopes nobody
/// knows: they were not granted.
pub fn narrow(requested: Option<&str>, granted: &ScopeSet) -> Result<Narrowed, OAuthError> {
    let Some(text) = requested else {
        return Ok(Narrowed { scopes: granted.clone(), company: None });
    };
    let scopes = ScopeSet::parse(text)?;
    let movable = granted.contains(CUSTOMER_ANY);
    let within = |scope: &str| {
        granted.contains(scope) || (movable && (scope == CUSTOMER || named_company(scope).is_some_and(is_company_name)))
    };
    if text.split(' ').any(|scope| !scope.is_empty() && !within(scope)) {
        return Err(invalid("the scope exceeds what was granted"));
    }
    let company = scopes.named_company()?.filter(|_| movable).map(str::to_owned);
    Ok(Narrowed { scopes, company })
}

/// The scopes of a client_credentials token: those asked for, or all registered ones that need no person (B27, F3).
pub fn for_service(requested: Option<&str>, registered: &ScopeSet) -> Result<ScopeSet, OAuthError> {
    let personal = |scope: &str| PERSONAL.contains(&scope) || named_company(scope).is_some();
    let Some(text) = requested else {
        return Ok(registered.filtered(|scope| !personal(scope)));
    };
    let scopes = ScopeSet::parse(text)?;
    if let Some(refused) = scopes.iter().find(|scope| personal(scope)) {
        return Err(invalid(format!("the scope {refused} needs a person")));
    }
    refuse_beyond(&scopes, registered)?;
    Ok(scopes)
}

fn refuse_beyond(scopes: &ScopeSet, registered: &ScopeSet) -> Result<(), OAuthError> {
    match scopes.iter().find(|scope| !registered.covers(scope)) {
        Some(refused) => Err(invalid(format!("this client may not ask for the scope {refused}"))),
        None => Ok(()),
    }
}

fn invalid(description: impl Into<super::error::Description>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidScope, description)
}

#[cfg(test)]
mod tests;
