//! A provider that answers as a test tells it to.

use std::sync::{Arc, Mutex};

use aws_lc_rs::{
    digest,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// How the provider misbehaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Twist {
    None,
    WrongNonce,
    WrongAudience,
    WrongIssuer,
    Expired,
    ForeignKey,
    KeyMadeLate,
    OtherAccessToken,
    NoIdToken,
    OtherSubjectInUserinfo,
    OtherSubjectOnRefresh,
    RefusesRefresh,
}

/// The provider, listening on a port of its own.
pub(super) struct Stub {
    pub(super) issuer: String,
    state: Mutex<Memory>,
    key: EcdsaKeyPair,
}

struct Memory {
    twist: Twist,
    nonce: String,
    challenge: String,
}

impl Stub {
    #[allow(clippy::disallowed_methods, reason = "the provider of a test runs beside it")]
    pub(super) async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stub = Arc::new(Self {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            state: Mutex::new(Memory { twist: Twist::None, nonce: String::new(), challenge: String::new() }),
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(Arc::clone(&stub));
        tokio::spawn(async move { axum::serve(listener, router).await });
        stub
    }

    /// What the authorization request asked for, and how to answer.
    pub(super) fn expect(&self, nonce: &str, challenge: &str, twist: Twist) {
        *self.state.lock().unwrap() = Memory { twist, nonce: nonce.into(), challenge: challenge.into() };
    }

    pub(super) fn twist(&self, twist: Twist) {
        self.state.lock().unwrap().twist = twist;
    }

    fn id_token(&self, subject: &str, nonce: Option<&str>, twist: Twist) -> String {
        let access_token = if twist == Twist::OtherAccessToken { "another" } else { "access" };
        let hash = digest::digest(&digest::SHA256, access_token.as_bytes());
        let now = i64::try_from(jsonwebtoken::get_current_timestamp()).unwrap();
        let claims = json!({
            "iss": if twist == Twist::WrongIssuer { "https://evil.example" } else { &self.issuer },
            "sub": subject,
            "aud": if twist == Twist::WrongAudience { "somebody-else" } else { "portal" },
            "iat": now,
            "exp": if twist == Twist::Expired { now - 3600 } else { now + 600 },
            "nonce": nonce,
            "at_hash": URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]),
            "customer_code": "ACME", "customer_name": "Acme <AB>",
        });
        let foreign = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let pair = if twist == Twist::ForeignKey { &foreign } else { &self.key };
        let key = EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref());
        let header = Header { kid: Some("k1".into()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, &claims, &key).unwrap()
    }
}

async fn discovery(State(stub): State<Arc<Stub>>) -> Json<Value> {
    let at = |path: &str| format!("{}/{path}", stub.issuer);
    Json(json!({
        "issuer": stub.issuer, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"), "jwks_uri": at("jwks"), "end_session_endpoint": at("logout"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
    }))
}

async fn jwks(State(stub): State<Arc<Stub>>) -> Json<Value> {
    if stub.state.lock().unwrap().twist == Twist::KeyMadeLate {
        return Json(json!({"keys": []}));
    }
    let point = stub.key.public_key().as_ref();
    let coordinate = |from: usize| URL_SAFE_NO_PAD.encode(&point[from..from + 32]);
    Json(json!({"keys": [{"kid": "k1", "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
        "x": coordinate(1), "y": coordinate(33)}]}))
}

async fn token(State(stub): State<Arc<Stub>>, headers: HeaderMap, body: String) -> Response {
    assert_eq!(headers["authorization"], "Basic cG9ydGFsOnNlY3JldA==");
    let field = |wanted: &str| {
        let mut fields = form_urlencoded::parse(body.as_bytes());
        fields.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
    };
    let mut memory = stub.state.lock().unwrap();
    if memory.twist == Twist::KeyMadeLate {
        // From now on it has one, the one it signs with.
        memory.twist = Twist::None;
    }
    let (subject, nonce) = match field("grant_type").as_deref() {
        Some("authorization_code") => {
            assert_eq!(field("code").as_deref(), Some("the-code"));
            let verifier = field("code_verifier").unwrap();
            let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
            assert_eq!(challenge, memory.challenge);
            ("anna", Some(if memory.twist == Twist::WrongNonce { "other" } else { memory.nonce.as_str() }))
        }
        _ if memory.twist == Twist::RefusesRefresh => {
            let refusal = json!({"error": "invalid_grant", "error_description": "ended & over"});
            return (StatusCode::BAD_REQUEST, Json(refusal)).into_response();
        }
        _ => {
            assert_eq!(field("refresh_token").as_deref(), Some("refresh"));
            (if memory.twist == Twist::OtherSubjectOnRefresh { "bob" } else { "anna" }, None)
        }
    };
    let mut tokens = json!({
        "access_token": "access", "token_type": "Bearer", "expires_in": 600, "refresh_token": "refresh",
        "id_token": stub.id_token(subject, nonce, memory.twist),
    });
    if memory.twist == Twist::NoIdToken {
        tokens.as_object_mut().unwrap().remove("id_token");
    }
    Json(tokens).into_response()
}

async fn userinfo(State(stub): State<Arc<Stub>>, headers: HeaderMap) -> Json<Value> {
    assert_eq!(headers["authorization"], "Bearer access");
    let other = stub.state.lock().unwrap().twist == Twist::OtherSubjectInUserinfo;
    Json(json!({
        "sub": if other { "bob" } else { "anna" }, "name": "Anna <b>Berg</b>", "email": "anna@acme.example",
        "customer_code": "ACME", "customer_name": "Acme <AB>", "permissions": ["orders.read", "<script>"],
    }))
}
