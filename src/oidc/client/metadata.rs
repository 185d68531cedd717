//! Client metadata under the names of RFC 7591 §2 and contract.md: one layout for seed file, database and APIs (D26).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a client registered. Stored as JSON text; a key that is absent has its default.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientMetadata {
    /// Identifier on the wire; never shaped like a user's id.
    pub client_id: String,
    /// Name that people read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// How it proves who it is at the token endpoint.
    #[serde(default)]
    pub token_endpoint_auth_method: AuthMethod,
    /// Where authorization responses may go (D20).
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where a browser may go after signing out.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Grants it may use.
    #[serde(default = "default_grant_types")]
    pub grant_types: Vec<GrantType>,
    /// Scopes it may ask for, separated by spaces.
    #[serde(default)]
    pub scope: String,

    /// Absent: `code` if it may use codes, else none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_types: Option<Vec<String>>,
    /// How authorization responses may travel.
    #[serde(default = "default_response_modes")]
    pub response_modes: Vec<ResponseMode>,
    /// Its public keys (RFC 7517).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Map<String, Value>>,
    /// Where its public keys are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Its home page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// Its logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// Its terms of service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// Its privacy policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// People responsible for it.
    #[serde(default)]
    pub contacts: Vec<String>,
    /// `max_age` of requests that name none, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u64>,
    /// `auth_time` is wanted in ID tokens; they always have it.
    #[serde(default)]
    pub require_auth_time: bool,
    /// Algorithm of its ID tokens.
    #[serde(default)]
    pub id_token_signed_response_alg: SigningAlg,
    /// Algorithm of its access tokens.
    #[serde(default)]
    pub access_token_signed_response_alg: SigningAlg,
    /// Algorithm of a signed UserInfo answer; absent: plain JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<SigningAlg>,
    /// RFC 9449 §5.2.
    #[serde(default)]
    pub dpop_bound_access_tokens: bool,
    /// RFC 9126 §6.
    #[serde(default)]
    pub require_pushed_authorization_requests: bool,
    /// OpenID Connect Back-Channel Logout §2.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// OpenID Connect Front-Channel Logout §2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,

    /// In development, error pages explain a mismatch in full.
    #[serde(default)]
    pub environment: Environment,
    /// Codes or ids of the customers it is for; empty: any.
    #[serde(default)]
    pub customers: Vec<String>,
    /// Takes the company chosen for another client of the session.
    #[serde(default = "yes")]
    pub inherit_selection: bool,
    /// A permission without which nobody gets in; empty: none is needed.
    #[serde(default)]
    pub require_permission: String,
    /// Permissions never told to this client.
    #[serde(default)]
    pub permission_filter: Vec<String>,
    /// The vendor's own; needed for `consent = "none"`.
    #[serde(default)]
    pub first_party: bool,
    /// People may register from its sign-in page.
    #[serde(default)]
    pub allow_registration: bool,
    /// False for a confidential client that cannot do PKCE (D21).
    #[serde(default = "yes")]
    pub require_pkce: bool,
    /// No grace for a repeated refresh token (D16).
    #[serde(default)]
    pub refresh_strict: bool,
    /// Origins whose scripts may call; empty: those of the redirect URIs.
    #[serde(default)]
    pub cors_origins: Vec<String>,
    /// Further origins a browser is led to after the redirect URI.
    #[serde(default)]
    pub form_action_origins: Vec<String>,
    /// Audiences whose tokens it may introspect.
    #[serde(default)]
    pub introspects: Vec<String>,
    /// Client assertions may name the token endpoint as audience (A11).
    #[serde(default)]
    pub assertion_audience_compat: bool,
    /// May use the authorization challenge endpoint.
    #[serde(default)]
    pub challenge_endpoint: bool,
    /// Whose id `sub` is.
    #[serde(default)]
    pub subject: SubjectKind,
    /// Further names for claims: new name → claim it repeats.
    #[serde(default)]
    pub claim_aliases: BTreeMap<String, String>,
    /// Concurrent devices per reference; 0: no cap.
    #[serde(default)]
    pub device_cap: u32,
    /// What happens beyond the cap.
    #[serde(default)]
    pub device_cap_policy: DeviceCapPolicy,
    /// When people are asked for consent.
    #[serde(default)]
    pub consent: ConsentPolicy,
    /// Nobody gets in without acting for a company.
    #[serde(default)]
    pub requires_customer: bool,
    /// Audiences it may ask for (RFC 8707); the first is the default.
    #[serde(default)]
    pub resources: Vec<String>,
    /// Form of its access tokens.
    #[serde(default)]
    pub access_token_format: AccessTokenFormat,
    /// Claims of scopes also in the ID token (C15).
    #[serde(default)]
    pub id_token_claims: bool,
}

fn yes() -> bool {
    true
}

fn default_grant_types() -> Vec<GrantType> {
    vec![GrantType::AuthorizationCode]
}

fn default_response_modes() -> Vec<ResponseMode> {
    vec![ResponseMode::Query, ResponseMode::Fragment, ResponseMode::FormPost]
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)* }

        impl $name {
            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Reads the word on the wire.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    )*};
}

words! {
    /// How a client proves who it is (RFC 7591 §2).
    AuthMethod {
        /// A public client: it only names itself.
        None = "none",
        /// RFC 6749 §2.3.1, HTTP Basic.
        #[default]
        ClientSecretBasic = "client_secret_basic",
        /// RFC 6749 §2.3.1, in the body.
        ClientSecretPost = "client_secret_post",
        /// RFC 7523 §2.2.
        PrivateKeyJwt = "private_key_jwt",
    }

    /// The grants of the token endpoint.
    GrantType {
        /// RFC 6749 §4.1.
        #[default]
        AuthorizationCode = "authorization_code",
        /// RFC 6749 §6.
        RefreshToken = "refresh_token",
        /// RFC 6749 §4.4.
        ClientCredentials = "client_credentials",
        /// RFC 6749 §4.3, fenced (D5).
        Password = "password",
        /// RFC 8628 §3.4.
        DeviceCode = "urn:ietf:params:oauth:grant-type:device_code",
    }

    /// How an authorization response travels (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode §2).
    ResponseMode {
        /// In the query of the redirect.
        #[default]
        Query = "query",
        /// In its fragment.
        Fragment = "fragment",
        /// In the body of a form that the browser posts.
        FormPost = "form_post",
    }

    /// Signature algorithms (RFC 7518 §3.1, RFC 8037 §3.1).
    SigningAlg {
        /// RSASSA-PKCS1-v1_5 with SHA-256: what every relying party understands.
        #[default]
        RS256 = "RS256",
        /// ECDSA with P-256 and SHA-256.
        ES256 = "ES256",
        /// Ed25519.
        EdDSA = "EdDSA",
    }

    /// What a client is used for.
    Environment {
        /// Error pages say little.
        #[default]
        Production = "production",
        /// Error pages explain the mismatch.
        Development = "development",
    }

    /// Whose id `sub` is.
    SubjectKind {
        /// The person's.
        #[default]
        User = "user",
        /// The membership's: one account per company (protocol.md R).
        Reference = "reference",
    }

    /// What happens when a person has as many devices as the client allows.
    DeviceCapPolicy {
        /// The new one is refused.
        #[default]
        Reject = "reject",
        /// The oldest one is signed out.
        EvictOldest = "evict-oldest",
    }

    /// When people are asked for consent (domain.md 1).
    ConsentPolicy {
        /// Each time.
        Always = "always",
        /// When something new is asked for.
        #[default]
        Remember = "remember",
        /// Never; for the vendor's own clients.
        None = "none",
    }

    /// Form of access tokens (D22).
    AccessTokenFormat {
        /// RFC 9068.
        #[default]
        Jwt = "jwt",
        /// A random value; resource servers introspect.
        Opaque = "opaque",
    }
}
