//! Builds and signs tokens. The one place that does; every grant comes here with a [`Permit`].

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    base::{
        bearer::{self, BearerKind},
        moment::Moment,
        secret::Secret,
    },
    config::settings::{self, Scope},
    flow::{
        error::{FlowError, ProtocolError},
        facts::About,
        may_issue::Permit,
        node::Node,
        snapshot::Snapshot,
    },
    keys::sign::{SigningKey, Typ},
    oidc::{
        access_token::{AccessToken, Issue},
        claims::Release,
        claims_request::ClaimsRequest,
        client::{AccessTokenFormat, Client, SigningAlg},
        error::{ErrorCode, OAuthError},
        facts::Authentication,
        id_token::IdToken,
        scope::{OPENID, ScopeSet},
    },
    store::{self, Tx, grant::Grant},
};

/// What a token request bought.
pub struct Tokens {
    /// The access token.
    pub access_token: Secret<String>,
    /// How long it lives.
    pub lifetime: Duration,
    /// What it is good for.
    pub scope: ScopeSet,
    /// The refresh token, where the grant may be refreshed.
    pub refresh_token: Option<Secret<String>>,
    /// The ID token, where `openid` was granted.
    pub id_token: Option<Secret<String>>,
}

/// On what ground tokens are issued to a client for a person.
pub struct Grounds<'a> {
    /// The client.
    pub client: &'a Arc<Client>,
    /// The grant.
    pub grant: &'a Grant,
    /// Leave to issue.
    pub permit: &'a Permit,
    /// Scopes of these tokens.
    pub scopes: &'a ScopeSet,
    /// `aud` of the access token.
    pub audience: &'a [String],
    /// The first tokens of the grant: their ID token repeats the `nonce`, later ones do not (D5).
    pub first: bool,
}

/// Issues an access token and, for `openid`, an ID token.
pub async fn issue_tokens(
    node: &Node,
    snapshot: &Snapshot,
    tx: &mut Tx,
    grounds: &Grounds<'_>,
    now: Moment,
) -> Result<Tokens, ProtocolError> {
    let Grounds { client, grant, permit, scopes, audience, first } = *grounds;
    let about = About::of(tx, permit, scopes, now).await?;
    let subject = about.subject();
    let authentication =
        Authentication { acr: grant.acr, amr: grant.amr.clone(), auth_time: grant.auth_time, sid: grant.session_id };
    let lifetime = access_lifetime(snapshot, client);
    let issue = Issue { issuer: &node.issuer, client, scope: scopes, audience, issued_at: now, lifetime };
    let random = URL_SAFE_NO_PAD.encode(node.entropy.bytes::<16>());
    let claims = issue.for_person(&subject, &authentication, grant.id, &random).ok_or_else(nobody)?;
    let access_token = access_token(node, snapshot, tx, client, &claims, now).await?;
    let id_token = if scopes.contains(OPENID) {
        let request = claims_request(grant);
        let token = IdToken {
            issuer: &node.issuer,
            subject,
            release: Release { client, scope: scopes, request: &request },
            authentication: &authentication,
            nonce: grant.nonce.as_deref().filter(|_| first),
            access_token: Some(access_token.expose()),
            issued_at: now,
            lifetime: setting(snapshot, client, &settings::TOKEN_ID),
        };
        let claims = token.claims().ok_or_else(nobody)?;
        let signer = signer(snapshot, client.metadata().id_token_signed_response_alg)?;
        Some(Secret::new(signer.sign(Typ::Jwt, &claims)?))
    } else {
        None
    };
    Ok(Tokens { access_token, lifetime, scope: scopes.clone(), refresh_token: None, id_token })
}

/// Issues an access token for the client itself (RFC 9068 §2.2: `sub` is the client).
pub async fn issue_service_token(
    node: &Node,
    snapshot: &Snapshot,
    client: &Arc<Client>,
    scopes: &ScopeSet,
    audience: &[String],
    now: Moment,
) -> Result<Tokens, ProtocolError> {
    let lifetime = access_lifetime(snapshot, client);
    let issue = Issue { issuer: &node.issuer, client, scope: scopes, audience, issued_at: now, lifetime };
    let claims = issue.for_service(&node.entropy.uuid(now).to_string());
    let access_token = if client.metadata().access_token_format == AccessTokenFormat::Opaque {
        let mut tx = node.db.write().await?;
        let token = access_token(node, snapshot, &mut tx, client, &claims, now).await?;
        tx.commit().await?;
        token
    } else {
        // A stateless token needs no row and no transaction (performance.md 8).
        signed(&*node.signer(client.metadata().access_token_signed_response_alg).await?, &claims)?
    };
    Ok(Tokens { access_token, lifetime, scope: scopes.clone(), refresh_token: None, id_token: None })
}

async fn access_token(
    node: &Node,
    snapshot: &Snapshot,
    tx: &mut Tx,
    client: &Client,
    claims: &AccessToken,
    now: Moment,
) -> Result<Secret<String>, ProtocolError> {
    if client.metadata().access_token_format == AccessTokenFormat::Jwt {
        return signed(&*signer(snapshot, client.metadata().access_token_signed_response_alg)?, claims);
    }
    let id = node.entropy.uuid(now);
    let minted = bearer::mint(BearerKind::Access, id, &*node.entropy);
    let json = serde_json::json!(claims).to_string();
    store::token::insert_opaque(tx, id, &minted.hash, client.id(), &json, Moment::from_secs(claims.exp)).await?;
    Ok(minted.value)
}

/// A key of the catalog that the request began with: nothing is loaded inside a transaction.
fn signer(snapshot: &Snapshot, alg: SigningAlg) -> Result<Arc<SigningKey>, FlowError> {
    snapshot.ring.signer(alg).ok_or(FlowError::NoKey(alg.as_str()))
}

fn signed(signer: &SigningKey, claims: &AccessToken) -> Result<Secret<String>, ProtocolError> {
    Ok(Secret::new(signer.sign(Typ::AccessToken, claims)?))
}

/// The `claims` parameter of the authorization request.
pub fn claims_request(grant: &Grant) -> ClaimsRequest {
    grant.claims_request.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

/// How long an access token of a client lives.
pub fn access_lifetime(snapshot: &Snapshot, client: &Client) -> Duration {
    match client.metadata().access_token_format {
        AccessTokenFormat::Jwt => setting(snapshot, client, &settings::TOKEN_ACCESS),
        AccessTokenFormat::Opaque => setting(snapshot, client, &settings::TOKEN_ACCESS_OPAQUE),
    }
}

fn setting(
    snapshot: &Snapshot,
    client: &Client,
    setting: &settings::Setting<crate::base::duration::IsoDuration>,
) -> Duration {
    snapshot.settings.get(setting, &Scope { client: Some(client.id()), ..Scope::INSTANCE }).get()
}

/// A client that keeps one account per company has nobody to speak of without one.
fn nobody() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidGrant, "the grant names no customer")
}
