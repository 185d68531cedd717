//! The authorization request: read and checked in the order of RFC 6749 §4.1.2.1. Until client and redirect URI are known to be
//! good, errors stay on a page of ours; from then on they go back to the client.

use serde::{Deserialize, Serialize};

use super::{
    claims,
    claims_request::ClaimsRequest,
    client::{Client, GrantType, ResponseMode},
    error::{ErrorCode, OAuthError},
    params::{Params, ParamsError},
    pkce::CodeChallenge,
    prompt::{self, Prompt},
    redirect_uri::{self, Mismatch},
    resource,
    response_mode::ReturnTo,
    scope::{self, CompanyRequest, OFFLINE_ACCESS, OPENID, ScopeSet},
};
use crate::authn::acr::Acr;

/// A checked authorization request. Stored as JSON while the person signs in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: String,
    /// The way back.
    pub return_to: ReturnTo,
    /// Scopes this client may have and asked for.
    pub scope: ScopeSet,
    /// The company to act for.
    #[serde(default)]
    pub company: CompanyRequest,
    /// Repeated in the ID token (Q43).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Bound to the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<CodeChallenge>,
    /// Audiences asked for; empty: the default one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resource: Vec<String>,
    /// What the person is to be asked.
    #[serde(default)]
    pub prompt: Prompt,
    /// Longest time since the person signed in, in seconds; the client's `default_max_age` if the request names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u64>,
    /// Claims asked for one by one.
    #[serde(default, skip_serializing_if = "ClaimsRequest::is_empty")]
    pub claims: ClaimsRequest,
    /// The assurance asked for.
    #[serde(default)]
    pub acr: AcrDemand,
    /// As sent; its signature is checked elsewhere (B18).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_hint: Option<String>,
    /// Who may be about to sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
    /// Languages the person may prefer, as sent (see `base::language`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ui_locales: Option<String>,
}

/// The assurance a request asks for (Core §3.1.2.1 `acr_values`, §5.5.1.1).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AcrDemand {
    /// Classes this server knows, in the client's order of preference.
    pub acceptable: Vec<Acr>,
    /// Without one of them there is no success.
    pub essential: bool,
}

impl AcrDemand {
    /// An essential `acr` claim decides alone; otherwise the voluntary claim, then `acr_values`. Unknown classes are passed over,
    /// so an essential claim that names only such can never be met (B21).
    fn new(claims: &ClaimsRequest, acr_values: Option<&str>) -> Self {
        let claim = claims.id_token.get("acr").filter(|claim| !claim.values.is_empty());
        let named = claim.into_iter().flat_map(|claim| &claim.values).filter_map(|value| value.as_str()?.parse().ok());
        let essential = claim.is_some_and(|claim| claim.essential);
        let voluntary =
            acr_values.filter(|_| !essential).unwrap_or_default().split(' ').filter_map(|name| name.parse().ok());
        Self { acceptable: named.chain(voluntary).collect(), essential }
    }

    /// Whether a sign-in of class `achieved` may succeed.
    pub fn is_met_by(&self, achieved: Acr) -> bool {
        !self.essential || self.goal(|wanted| wanted <= achieved).is_some()
    }

    /// The class to aim at: the first that `reachable` allows, in the client's order (B22).
    pub fn goal(&self, reachable: impl Fn(Acr) -> bool) -> Option<Acr> {
        self.acceptable.iter().copied().find(|acr| reachable(*acr))
    }
}

/// Why a request was refused, and who is told.
#[derive(Clone, PartialEq, Debug)]
pub enum AuthorizeError {
    /// A page of ours: there is nobody it would be safe to redirect to.
    ShowPage(PageError),
    /// The client, through the browser.
    TellClient {
        /// The way back.
        to: ReturnTo,
        /// What it is told.
        error: OAuthError,
    },
}

/// Errors that never leave our own pages (B2).
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PageError {
    /// The parameters cannot be read.
    #[error(transparent)]
    Malformed(#[from] ParamsError),
    /// No `client_id`.
    #[error("the parameter client_id is missing")]
    MissingClientId,
    /// Nobody registered this `client_id`.
    #[error("there is no client {0}")]
    UnknownClient(String),
    /// The client is switched off.
    #[error("the client is not active")]
    InactiveClient,
    /// No `redirect_uri`; one registered URI does not stand in for it (B4).
    #[error("the parameter redirect_uri is missing")]
    MissingRedirectUri,
    /// The URI is not registered.
    #[error("the redirect URI is not registered for this client")]
    RedirectUri {
        /// As sent.
        received: String,
        /// What is registered and how it differs, for the developers of a client in development.
        registered: Vec<Mismatch>,
    },
}

impl PageError {
    /// The OAuth error to show on the page.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownClient(_) | Self::InactiveClient => ErrorCode::InvalidClient,
            _ => ErrorCode::InvalidRequest,
        }
    }
}

impl From<PageError> for AuthorizeError {
    fn from(error: PageError) -> Self {
        Self::ShowPage(error)
    }
}

/// The client a request names, before that client is looked up.
pub fn client_id<'a>(params: &'a Params, fault: Option<&ParamsError>) -> Result<&'a str, PageError> {
    params.get("client_id").ok_or_else(|| about("client_id", fault).unwrap_or(PageError::MissingClientId))
}

fn about(parameter: &str, fault: Option<&ParamsError>) -> Option<PageError> {
    match fault {
        Some(ParamsError::Repeated(name) | ParamsError::TooLong(name)) if name == parameter => {
            fault.cloned().map(PageError::Malformed)
        }
        _ => None,
    }
}

impl AuthorizationRequest {
    /// Checks a request of `client`, with what [`Params::parse_redirectable`] found at fault.
    pub fn parse(params: &Params, fault: Option<&ParamsError>, client: &Client) -> Result<Self, AuthorizeError> {
        let redirect_uri = redirect_uri(params, fault, client)?;
        let (response_mode, mode_error) = response_mode(params, client);
        let to = ReturnTo { redirect_uri, response_mode, state: params.get("state").map(str::to_owned) };
        let checked = match (fault, mode_error) {
            (Some(fault), _) => Err(fault.clone().into()),
            (None, Some(error)) => unsupported_objects(params).and(response_type(params, client)).and(Err(error)),
            (None, None) => Self::checked(params, client, to.clone()),
        };
        checked.map_err(|error| AuthorizeError::TellClient { to, error })
    }

    fn checked(params: &Params, client: &Client, return_to: ReturnTo) -> Result<Self, OAuthError> {
        unsupported_objects(params)?;
        response_type(params, client)?;
        let (scope, company) = scope::requested(params.get("scope"), params.get("customer"), client.scopes())?;
        let refreshes = client.allows_grant(GrantType::RefreshToken);
        let scope = scope.filtered(|scope| scope != OFFLINE_ACCESS || refreshes);
        let company = match company {
            CompanyRequest::None if client.requires_customer() => CompanyRequest::Any,
            company => company,
        };
        let request = Self {
            client_id: client.id().to_owned(),
            return_to,
            company,
            nonce: None,
            code_challenge: CodeChallenge::from_request(params, client.requires_pkce())?,
            resource: resource::requested(params, client)?,
            prompt: Prompt::default(),
            max_age: None,
            claims: ClaimsRequest::default(),
            acr: AcrDemand::default(),
            id_token_hint: None,
            login_hint: params.get("login_hint").map(str::to_owned),
            ui_locales: params.get("ui_locales").map(str::to_owned),
            scope,
        };
        if request.scope.contains(OPENID) { request.with_openid(params, client) } else { Ok(request) }
    }

    /// The parameters that mean nothing without `openid` (B28).
    fn with_openid(self, params: &Params, client: &Client) -> Result<Self, OAuthError> {
        let claims = ClaimsRequest::parse(params.get("claims"))?;
        Ok(Self {
            nonce: params.get("nonce").map(str::to_owned),
            prompt: Prompt::parse(params.get("prompt"))?,
            max_age: prompt::max_age(params.get("max_age"))?.or(client.metadata().default_max_age),
            acr: AcrDemand::new(&claims, params.get("acr_values")),
            id_token_hint: params.get("id_token_hint").map(str::to_owned),
            claims,
            ..self
        })
    }

    /// Whether a proof given `age` ago is too old. One given within the attempt (`here`) is fresh for `prompt=login` and
    /// `max_age=0`; a positive `max_age` counts from the proof whenever it was given, as the client will count (B15, B16).
    pub fn wants_fresh_login(&self, age: std::time::Duration, here: bool) -> bool {
        let too_old = |max: u64| if max == 0 { !here } else { age > std::time::Duration::from_secs(max) };
        (self.prompt.login && !here) || self.max_age.is_some_and(too_old)
    }

    /// The scopes the person must agree to: those asked for, and those of claims asked for one by one that this client may have.
    /// Claims are released under exactly this rule (`claims::Release`).
    pub fn consent_scope(&self, client: &Client) -> ScopeSet {
        let mut scopes = self.scope.clone();
        let named = self.claims.id_token.keys().chain(self.claims.userinfo.keys());
        named
            .filter_map(|claim| claims::scope_of(claim))
            .filter(|scope| client.scopes().contains(scope) && *scope != OPENID)
            .for_each(|scope| scopes.insert(scope));
        scopes
    }
}

fn redirect_uri(params: &Params, fault: Option<&ParamsError>, client: &Client) -> Result<String, PageError> {
    if !client.is_active() {
        return Err(PageError::InactiveClient);
    }
    let Some(received) = params.get("redirect_uri") else {
        return Err(about("redirect_uri", fault).unwrap_or(PageError::MissingRedirectUri));
    };
    if client.allows_redirect_uri(received) {
        return Ok(received.to_owned());
    }
    let registered = redirect_uri::explain(received, &client.metadata().redirect_uris);
    Err(PageError::RedirectUri { received: received.to_owned(), registered })
}

/// The mode in which success and error travel, and what is wrong with the one asked for. A refused mode is reported in the default
/// one; a response type with a token in it never in the query (B9).
fn response_mode(params: &Params, client: &Client) -> (ResponseMode, Option<OAuthError>) {
    let mut types = params.get("response_type").unwrap_or_default().split(' ');
    let with_token = types.any(|value| matches!(value, "token" | "id_token"));
    let default = if with_token { ResponseMode::Fragment } else { ResponseMode::Query };
    match params.get("response_mode").map(ResponseMode::parse) {
        None if with_token || client.allows_response_mode(default) => (default, None),
        Some(None) => (default, Some(OAuthError::new(ErrorCode::InvalidRequest, "the response_mode is not supported"))),
        Some(Some(ResponseMode::Query)) if with_token => (default, None),
        Some(Some(mode)) if client.allows_response_mode(mode) => (mode, None),
        None | Some(Some(_)) => {
            let text = "this client may not use that response_mode";
            (default, Some(OAuthError::new(ErrorCode::UnauthorizedClient, text)))
        }
    }
}

/// Request objects are not read; saying so beats ignoring what they ask for (B24).
fn unsupported_objects(params: &Params) -> Result<(), OAuthError> {
    let (code, text) = match (params.get("request"), params.get("request_uri")) {
        (Some(_), Some(_)) => (ErrorCode::InvalidRequest, "request and request_uri exclude each other"),
        (Some(_), None) => (ErrorCode::RequestNotSupported, "the parameter request is not supported"),
        (None, Some(_)) => (ErrorCode::RequestUriNotSupported, "the parameter request_uri is not supported"),
        (None, None) if params.get("registration").is_some() => {
            (ErrorCode::RegistrationNotSupported, "the parameter registration is not supported")
        }
        (None, None) => return Ok(()),
    };
    Err(OAuthError::new(code, text))
}

/// Only `code` (D21). The order of several values would not count, were there any (B6).
fn response_type(params: &Params, client: &Client) -> Result<(), OAuthError> {
    let (code, text) = match params.get("response_type") {
        None => (ErrorCode::InvalidRequest, "the parameter response_type is missing"),
        Some("code") if client.allows_grant(GrantType::AuthorizationCode) => return Ok(()),
        Some("code") => (ErrorCode::UnauthorizedClient, "this client may not use response_type code"),
        Some(_) => (ErrorCode::UnsupportedResponseType, "the only response_type is code"),
    };
    Err(OAuthError::new(code, text))
}

#[cfg(test)]
mod tests;
