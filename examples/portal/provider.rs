//! The provider, through the `openidconnect` crate.

use std::pin::Pin;

use openidconnect::{
    AccessTokenHash, AdditionalClaims, AsyncHttpClient, AuthenticationFlow, AuthorizationCode, Client, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdToken,
    IdTokenClaims, IdTokenFields, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    ProviderMetadataWithLogout, RefreshToken, Scope, SignatureVerificationError, StandardErrorResponse,
    StandardTokenResponse, TokenResponse, UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreResponseType, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
    http,
    url::Url,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Portal, pages::Failure};

/// Claims beside those of OpenID Connect: the company and what the person may do there. All that come are kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct MoreClaims(Map<String, Value>);

impl AdditionalClaims for MoreClaims {}

/// A verified or yet unverified ID token.
pub(super) type PortalIdToken =
    IdToken<MoreClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

type Fields = IdTokenFields<
    MoreClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Tokens = StandardTokenResponse<Fields, CoreTokenType>;

type PortalClient = Client<
    MoreClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A provider whose discovery document and keys were just read. Reading them at each step keeps the example short and
/// always right; a busy portal keeps them for some minutes.
pub(super) struct Provider {
    client: PortalClient,
    end_session: Option<openidconnect::EndSessionUrl>,
}

/// The way to the provider, and what must be remembered until the browser comes back.
pub(super) struct Departure {
    pub(super) url: Url,
    pub(super) state: CsrfToken,
    pub(super) nonce: Nonce,
    pub(super) verifier: String,
}

/// What a token response was worth once everything in it was checked.
#[derive(Clone)]
pub(super) struct Identity {
    /// Kept as the hint for signing out.
    pub(super) id_token: PortalIdToken,
    /// Who the tokens are about.
    pub(super) subject: String,
    /// The claims of the verified ID token.
    pub(super) claims: Map<String, Value>,
    /// What UserInfo says; its subject is that of the ID token.
    pub(super) userinfo: Map<String, Value>,
    /// For the next refresh.
    pub(super) refresh_token: Option<RefreshToken>,
    /// Scopes granted, where the provider says so.
    pub(super) scopes: Vec<String>,
    /// Seconds that the access token lives.
    pub(super) expires_in: Option<u64>,
}

impl Provider {
    /// Reads the provider's discovery document and keys.
    pub(super) async fn discover(portal: &Portal) -> Result<Self, Failure> {
        let settings = &portal.settings;
        let metadata = ProviderMetadataWithLogout::discover_async(settings.issuer.clone(), &portal.http)
            .await
            .map_err(|error| Failure::provider("The provider cannot be reached", &error))?;
        let end_session = metadata.additional_metadata().end_session_endpoint.clone();
        let (id, secret) = (settings.client_id.clone(), settings.client_secret.clone());
        let client = Client::from_provider_metadata(metadata, id, Some(secret));
        Ok(Self { client: client.set_redirect_uri(portal.redirect_uri.clone()), end_session })
    }

    /// Where to send the browser to sign in.
    pub(super) fn depart(&self, scopes: &[String], prompt: Option<CoreAuthPrompt>) -> Departure {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = self.client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        request = request.add_scopes(scopes.iter().cloned().map(Scope::new)).set_pkce_challenge(challenge);
        if let Some(prompt) = prompt {
            request = request.add_prompt(prompt);
        }
        let (url, state, nonce) = request.url();
        Departure { url, state, nonce, verifier: verifier.into_secret() }
    }

    /// Turns the code that the browser brought back into a verified identity.
    pub(super) async fn redeem(
        self,
        portal: &Portal,
        code: String,
        verifier: String,
        nonce: &Nonce,
    ) -> Result<Identity, Failure> {
        let request = self.client.exchange_code(AuthorizationCode::new(code));
        let request = request.map_err(|error| Failure::provider("The provider has no token endpoint", &error))?;
        let tokens = request
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&portal.http)
            .await
            .map_err(|error| Failure::provider("The provider gave no tokens", &error))?;
        let id_token = tokens.id_token().cloned().ok_or_else(|| Failure::plain("The provider gave no ID token"))?;
        let provider = self.knowing_key_of(portal, &id_token).await?;
        let claims = provider.verified(&id_token, nonce)?;
        provider.identity(portal, tokens, id_token, &claims).await
    }

    /// Exchanges the refresh token for new tokens about the same person (OpenID Connect Core §12).
    pub(super) async fn refresh(self, portal: &Portal, old: &Identity) -> Result<Identity, Failure> {
        let refresh_token = old.refresh_token.as_ref().ok_or_else(|| Failure::plain("There is no refresh token"))?;
        let request = self.client.exchange_refresh_token(refresh_token);
        let mut tokens = request
            .map_err(|error| Failure::provider("The provider has no token endpoint", &error))?
            .request_async(&portal.http)
            .await
            .map_err(|error| Failure::provider("The provider gave no new tokens", &error))?;
        if tokens.refresh_token().is_none() {
            tokens.set_refresh_token(Some(refresh_token.clone()));
        }
        let id_token = tokens.id_token().cloned().ok_or_else(|| Failure::plain("The provider gave no ID token"))?;
        // A nonce may be missing here; the subject may not change.
        let provider = self.knowing_key_of(portal, &id_token).await?;
        let claims = provider.verified(&id_token, |_: Option<&Nonce>| Ok(()))?;
        if claims.subject().as_str() != old.subject {
            return Err(Failure::plain("The provider answered about somebody else"));
        }
        provider.identity(portal, tokens, id_token, &claims).await
    }

    /// Where to send the browser to sign out at the provider too; `None` if the provider cannot.
    pub(super) fn sign_out_url(&self, portal: &Portal, id_token: &PortalIdToken) -> Option<Url> {
        let request = LogoutRequest::from(self.end_session.clone()?)
            .set_id_token_hint(id_token)
            .set_client_id(portal.settings.client_id.clone())
            .set_post_logout_redirect_uri(portal.post_logout_redirect_uri.clone())
            .set_state(CsrfToken::new("signed-out".to_owned()));
        Some(request.http_get_url())
    }

    /// This provider, read anew if it signs with a key that it did not have a moment ago (OpenID Connect Core §10.1.1).
    async fn knowing_key_of(self, portal: &Portal, id_token: &PortalIdToken) -> Result<Self, Failure> {
        let known = id_token.signing_key(&self.client.id_token_verifier()).map(drop);
        match known {
            Err(SignatureVerificationError::NoMatchingKey) => Self::discover(portal).await,
            _ => Ok(self),
        }
    }

    /// Checks signature, issuer, audience, times and nonce.
    fn verified(
        &self,
        id_token: &PortalIdToken,
        nonce: impl openidconnect::NonceVerifier,
    ) -> Result<IdTokenClaims<MoreClaims, CoreGenderClaim>, Failure> {
        let claims = id_token.claims(&self.client.id_token_verifier(), nonce);
        claims.cloned().map_err(|error| Failure::provider("The ID token is not right", &error))
    }

    async fn identity(
        &self,
        portal: &Portal,
        tokens: Tokens,
        id_token: PortalIdToken,
        claims: &IdTokenClaims<MoreClaims, CoreGenderClaim>,
    ) -> Result<Identity, Failure> {
        self.check_access_token(&tokens, &id_token, claims)?;
        let userinfo = self.userinfo(portal, &tokens, claims).await?;
        let scopes = tokens.scopes().map(|scopes| scopes.iter().map(|scope| scope.as_str().to_owned()).collect());
        Ok(Identity {
            subject: claims.subject().as_str().to_owned(),
            claims: object(claims)?,
            userinfo: object(&userinfo)?,
            refresh_token: tokens.refresh_token().cloned(),
            scopes: scopes.unwrap_or_default(),
            expires_in: tokens.expires_in().map(|length| length.as_secs()),
            id_token,
        })
    }

    /// The ID token vouches for the access token that came with it, where it names its hash (OpenID Connect Core §3.1.3.8).
    fn check_access_token(
        &self,
        tokens: &Tokens,
        id_token: &PortalIdToken,
        claims: &IdTokenClaims<MoreClaims, CoreGenderClaim>,
    ) -> Result<(), Failure> {
        let Some(expected) = claims.access_token_hash() else { return Ok(()) };
        let verifier = self.client.id_token_verifier();
        let algorithm = id_token.signing_alg();
        let algorithm = algorithm.map_err(|error| Failure::provider("The ID token is not right", &error))?;
        let key = id_token.signing_key(&verifier);
        let key = key.map_err(|error| Failure::provider("The ID token is not right", &error))?;
        let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
        let actual = actual.map_err(|error| Failure::provider("The ID token is not right", &error))?;
        if actual == *expected { Ok(()) } else { Err(Failure::plain("The access token is not the ID token's own")) }
    }

    async fn userinfo(
        &self,
        portal: &Portal,
        tokens: &Tokens,
        claims: &IdTokenClaims<MoreClaims, CoreGenderClaim>,
    ) -> Result<UserInfoClaims<MoreClaims, CoreGenderClaim>, Failure> {
        let expected = Some(claims.subject().clone());
        let request = self.client.user_info(tokens.access_token().clone(), expected);
        request
            .map_err(|error| Failure::provider("The provider has no UserInfo endpoint", &error))?
            .request_async(&portal.http)
            .await
            .map_err(|error| Failure::provider("UserInfo is not right", &error))
    }
}

fn object(claims: &impl Serialize) -> Result<Map<String, Value>, Failure> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(claims)) => Ok(claims),
        Ok(_) => Err(Failure::plain("The claims are not an object")),
        Err(error) => Err(Failure::provider("The claims are not JSON", &error)),
    }
}

/// The HTTP client that `openidconnect` is given. No redirects: an endpoint that redirects could lead anywhere.
pub(super) struct Http(reqwest::Client);

/// Longest answer that is read, in bytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    /// Nothing came, or something that is not HTTP.
    #[error("{0}")]
    Transport(#[from] reqwest::Error),
    /// The answer is larger than 1 MiB.
    #[error("the answer is too large")]
    TooLarge,
}

impl Http {
    pub(super) fn new() -> Result<Self, reqwest::Error> {
        #[allow(clippy::disallowed_methods, reason = "a portal is a program of its own, and calls its provider only")]
        let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Ok(Self(builder.no_proxy().timeout(std::time::Duration::from_secs(10)).build()?))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let mut answer = self.0.execute(request.try_into()?).await?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(HttpError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = http::Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
