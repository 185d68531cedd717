//! The metadata document (OpenID Connect Discovery 1.0 §3, RFC 8414 §2): what this server does, and nothing it does not.

use serde::Serialize;

use super::{
    client::{AuthMethod, GrantType, ResponseMode, SigningAlg},
    prompt, scope,
};
use crate::authn::acr::Acr;

/// What the document cannot know by itself.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The public URL, without trailing slash.
    pub issuer: &'a str,
    /// Classes that somebody can reach with the factors that are switched on.
    pub acr_values: &'a [Acr],
    /// Languages of the pages.
    pub ui_locales: &'a [String],
    /// Signature algorithms with a key, RS256 among them (N4).
    pub signing_algs: &'a [SigningAlg],
}

/// The document. Empty lists are left out (N6).
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Metadata {
    /// Exactly the public URL.
    pub issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
    end_session_endpoint: String,
    scopes_supported: Vec<&'static str>,
    response_types_supported: Vec<&'static str>,
    response_modes_supported: Vec<&'static str>,
    grant_types_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    acr_values_supported: Vec<&'static str>,
    subject_types_supported: Vec<&'static str>,
    id_token_signing_alg_values_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    claim_types_supported: Vec<&'static str>,
    claims_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ui_locales_supported: Vec<String>,
    prompt_values_supported: Vec<&'static str>,
    code_challenge_methods_supported: Vec<&'static str>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// The document of an issuer; the same at both well-known places (N2).
    pub fn new(facts: &Facts<'_>) -> Self {
        let endpoint = |path: &str| format!("{}{path}", facts.issuer);
        let secret = [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost];
        let or_none = [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::None];
        let grants = [GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::ClientCredentials];
        let modes = [ResponseMode::Query, ResponseMode::Fragment, ResponseMode::FormPost];
        Self {
            issuer: facts.issuer.to_owned(),
            authorization_endpoint: endpoint("/oauth2/authorize"),
            token_endpoint: endpoint("/oauth2/token"),
            userinfo_endpoint: endpoint("/oauth2/userinfo"),
            jwks_uri: endpoint("/.well-known/jwks.json"),
            introspection_endpoint: endpoint("/oauth2/introspect"),
            revocation_endpoint: endpoint("/oauth2/revoke"),
            end_session_endpoint: endpoint("/oauth2/logout"),
            scopes_supported: scope::supported().collect(),
            response_types_supported: vec!["code"],
            response_modes_supported: modes.map(ResponseMode::as_str).to_vec(),
            grant_types_supported: grants.map(GrantType::as_str).to_vec(),
            acr_values_supported: facts.acr_values.iter().map(|acr| acr.as_str()).collect(),
            subject_types_supported: vec!["public"],
            id_token_signing_alg_values_supported: facts.signing_algs.iter().map(|alg| alg.as_str()).collect(),
            token_endpoint_auth_methods_supported: or_none.map(AuthMethod::as_str).to_vec(),
            introspection_endpoint_auth_methods_supported: secret.map(AuthMethod::as_str).to_vec(),
            revocation_endpoint_auth_methods_supported: or_none.map(AuthMethod::as_str).to_vec(),
            claim_types_supported: vec!["normal"],
            claims_supported: super::claims::supported().collect(),
            ui_locales_supported: facts.ui_locales.to_vec(),
            prompt_values_supported: prompt::SUPPORTED.to_vec(),
            code_challenge_methods_supported: vec!["S256"],
            claims_parameter_supported: true,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            authorization_response_iss_parameter_supported: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::oidc::{claims, client::ClientMetadata, prompt::Prompt, scope::ScopeSet};

    fn document() -> Value {
        let facts = Facts {
            issuer: "https://id.example",
            acr_values: &[Acr::Pwd],
            ui_locales: &[],
            signing_algs: &[SigningAlg::RS256, SigningAlg::ES256],
        };
        serde_json::to_value(Metadata::new(&facts)).unwrap()
    }

    fn list(name: &str) -> Vec<String> {
        serde_json::from_value(document()[name].clone()).unwrap()
    }

    #[test]
    fn prot_n1_the_issuer_is_the_public_url_and_begins_every_endpoint() {
        let document = document();
        assert_eq!(document["issuer"], "https://id.example");
        for (name, value) in document.as_object().unwrap() {
            if name.ends_with("_endpoint") || name == "jwks_uri" {
                assert!(value.as_str().unwrap().starts_with("https://id.example/"), "{name}");
            }
        }
    }

    #[test]
    fn prot_n4_n5_n8_what_clients_look_for_is_said_explicitly() {
        let document = document();
        assert!(list("id_token_signing_alg_values_supported").contains(&"RS256".to_owned()));
        assert_eq!(document["request_uri_parameter_supported"], json!(false));
        assert_eq!(document["request_parameter_supported"], json!(false));
        assert_eq!(document["claims_parameter_supported"], json!(true));
        assert_eq!(document["authorization_response_iss_parameter_supported"], json!(true));
        assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(document["acr_values_supported"], json!(["urn:usher:acr:pwd"]));
        assert_eq!(document["response_types_supported"], json!(["code"]));
    }

    #[test]
    fn prot_n6_empty_lists_are_left_out() {
        let document = document();
        assert_eq!(document.get("ui_locales_supported"), None);
        assert!(document.as_object().unwrap().values().all(|value| *value != json!([])));
    }

    #[test]
    fn prot_n7_what_is_advertised_can_be_registered_and_asked_for() {
        let method = |method: &str| {
            json!({"client_id": "x", "token_endpoint_auth_method": method,
            "redirect_uris": ["https://x.example/"], "scope": list("scopes_supported").join(" "),
            "response_modes": list("response_modes_supported"), "response_types": list("response_types_supported")})
        };
        for name in list("token_endpoint_auth_methods_supported") {
            serde_json::from_value::<ClientMetadata>(method(&name)).unwrap().validate().unwrap();
        }
        let mut client = method("client_secret_basic");
        client["grant_types"] = json!(list("grant_types_supported"));
        serde_json::from_value::<ClientMetadata>(client).unwrap().validate().unwrap();
        for value in list("prompt_values_supported") {
            assert_ne!(Prompt::parse(Some(&value)).unwrap(), Prompt::default());
        }
        for name in list("scopes_supported") {
            assert!(!ScopeSet::parse(&name).unwrap().is_empty(), "{name}");
        }
        for claim in list("claims_supported") {
            assert!(claims::is_reserved(&claim), "{claim}");
        }
    }
}
