//! Access tokens (RFC 9068; claims.md 2). An opaque token stands for the same claims, kept in the database.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{
    claims::{self, Caps, Claims, Subject},
    client::Client,
    facts::{Authentication, Authority},
    resource,
    scope::ScopeSet,
};
use crate::{
    authn::acr::Acr,
    base::{
        id::{CustomerId, GrantId, InvalidId, ReferenceId, SessionId},
        moment::Moment,
    },
};

/// `aud`: a string when single (C11, RFC 7519 §4.1.3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Audience(pub Vec<String>);

impl Serialize for Audience {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => serializer.serialize_str(one),
            several => several.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(one) => Ok(Self(vec![one])),
            several => serde_json::from_value(several).map(Self).map_err(D::Error::custom),
        }
    }
}

/// The claims of an access token.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AccessToken {
    /// Issuer.
    pub iss: String,
    /// The person, the membership or the client.
    pub sub: String,
    /// The resource servers it is for; never the client.
    pub aud: Audience,
    /// To whom it was issued.
    pub client_id: String,
    /// Seconds since the epoch.
    pub iat: i64,
    /// Seconds since the epoch.
    pub exp: i64,
    /// `<grant id>.<random>`, or a bare id without a grant.
    pub jti: String,
    /// Granted scopes.
    #[serde(default, skip_serializing_if = "ScopeSet::is_empty")]
    pub scope: ScopeSet,
    /// When the person signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// How well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<Acr>,
    /// With what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
    /// The company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// Its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_code: Option<String>,
    /// The membership.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_id: Option<ReferenceId>,
    /// Effective permissions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
    /// Roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// `<product>:<action>`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entitlements: Vec<String>,
    /// A list did not fit and was left out: resource servers must introspect.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub authz_overflow: bool,
    /// Further names that the client registered.
    #[serde(flatten)]
    pub aliases: Claims,
}

/// What every access token is made of.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'a> {
    /// `iss`.
    pub issuer: &'a str,
    /// To whom.
    pub client: &'a Client,
    /// Scopes of this token.
    pub scope: &'a ScopeSet,
    /// Resource servers, at least one (see `resource::audience`).
    pub audience: &'a [String],
    /// `iat`.
    pub issued_at: Moment,
    /// `exp` - `iat`.
    pub lifetime: Duration,
}

impl Issue<'_> {
    /// A token that a person granted. `random` is 128 bits or more, base64url.
    /// `None` if the client's subjects are memberships and there is none (see [`Subject::sub`]).
    pub fn for_person(
        &self,
        subject: &Subject<'_>,
        authentication: &Authentication,
        grant: GrantId,
        random: &str,
    ) -> Option<AccessToken> {
        let mut token = self.bare(subject.sub(self.client)?, format!("{grant}.{random}"));
        token.auth_time = Some(authentication.auth_time.as_secs());
        token.acr = Some(authentication.acr);
        token.amr = authentication.amr.clone();
        token.sid = authentication.sid;
        if let Some(membership) = subject.membership.filter(|_| self.scope.has_company()) {
            token.customer_id = Some(membership.customer_id);
            token.customer_code = Some(membership.customer_code.clone());
            token.reference_id = Some(membership.reference_id);
        }
        self.add_authority(&mut token, subject.authority);
        self.add_aliases(&mut token);
        Some(token)
    }

    /// A token of the client itself: `sub` is its id (RFC 9068 §2.2).
    pub fn for_service(&self, jti: &str) -> AccessToken {
        self.bare(self.client.id().to_owned(), jti.to_owned())
    }

    fn bare(&self, sub: String, jti: String) -> AccessToken {
        AccessToken {
            iss: self.issuer.to_owned(),
            sub,
            aud: Audience(self.audience.to_vec()),
            client_id: self.client.id().to_owned(),
            iat: self.issued_at.as_secs(),
            exp: self.issued_at.plus(self.lifetime).as_secs(),
            jti,
            scope: self.scope.clone(),
            auth_time: None,
            acr: None,
            amr: Vec::new(),
            sid: None,
            customer_id: None,
            customer_code: None,
            reference_id: None,
            permissions: Vec::new(),
            roles: Vec::new(),
            groups: Vec::new(),
            entitlements: Vec::new(),
            authz_overflow: false,
            aliases: Claims::new(),
        }
    }

    fn add_authority(&self, token: &mut AccessToken, authority: &Authority) {
        let mut caps = Caps::default();
        let mut fit = |granted: bool, list: &[String]| {
            let fits = granted && caps.fits(list);
            token.authz_overflow |= granted && !fits;
            if fits { list.to_vec() } else { Vec::new() }
        };
        // Entitlements are for a licence server, which has an audience of its own.
        let own = self.audience.iter().all(|aud| *aud == resource::userinfo(self.issuer));
        token.entitlements = fit(!own, &authority.entitlements);
        token.permissions = fit(self.scope.contains("permissions"), &authority.permissions);
        token.roles = fit(self.scope.contains("roles"), &authority.roles);
        token.groups = fit(self.scope.contains("groups"), &authority.groups);
    }

    fn add_aliases(&self, token: &mut AccessToken) {
        if self.client.metadata().claim_aliases.is_empty() {
            return;
        }
        let Ok(serde_json::Value::Object(mut claims)) = serde_json::to_value(&*token) else { return };
        claims::add_aliases(&mut claims, self.client);
        token.aliases = claims.into_iter().filter(|(name, _)| !claims::is_reserved(name)).collect();
    }
}

impl AccessToken {
    /// The grant it came from; `None` for a service's. `jti` is `<grant id>.<random>`, a service's a bare id (claims.md 2).
    ///
    /// # Errors
    /// The part before the dot names no grant.
    pub fn grant(&self) -> Result<Option<GrantId>, InvalidId> {
        self.jti.split_once('.').map(|(id, _)| id.parse()).transpose()
    }
}
