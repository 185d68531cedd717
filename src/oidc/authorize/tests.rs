use std::time::Duration;

use super::*;
use crate::oidc::{
    client::{AuthMethod, SubjectKind},
    redirect_uri::Difference,
    testing,
};

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A good request with `changes`: a pair replaces, an empty value removes.
fn params(changes: &[(&str, &str)]) -> Params {
    let base = [
        ("client_id", "portal"),
        ("redirect_uri", "https://portal.example/callback"),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("state", "s1"),
        ("nonce", "n1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let kept = base.into_iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    kept.chain(changes.iter().copied()).collect()
}

fn parse(changes: &[(&str, &str)]) -> Result<AuthorizationRequest, AuthorizeError> {
    AuthorizationRequest::parse(&params(changes), None, &testing::client(|_| ()))
}

#[track_caller]
fn told(result: Result<AuthorizationRequest, AuthorizeError>) -> (ReturnTo, ErrorCode) {
    match result {
        Err(AuthorizeError::TellClient { to, error }) => (to, error.code()),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn code(changes: &[(&str, &str)]) -> ErrorCode {
    told(parse(changes)).1
}

#[track_caller]
fn page(result: Result<AuthorizationRequest, AuthorizeError>) -> PageError {
    match result {
        Err(AuthorizeError::ShowPage(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_good_request_is_read_and_stored_as_json() {
    let request = parse(&[
        ("max_age", "300"),
        ("prompt", "login"),
        ("claims", r#"{"userinfo":{"email":{"essential":true}}}"#),
        ("acr_values", "urn:usher:acr:mfa other"),
        ("login_hint", "anna"),
        ("ui_locales", "sv de"),
        ("display", "popup"),
        ("unknown", "x"),
    ])
    .unwrap();
    assert_eq!(request.return_to.state.as_deref(), Some("s1"));
    assert_eq!(request.max_age, Some(300));
    assert_eq!(request.acr, AcrDemand { acceptable: vec![Acr::Mfa], essential: false });
    let json = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<AuthorizationRequest>(&json).unwrap(), request);
}

#[test]
fn prot_b2_b4_without_client_and_redirect_uri_nothing_is_redirected() {
    let (unread, fault) = Params::parse_redirectable(b"client_id=a&client_id=b").unwrap();
    assert_eq!(
        client_id(&unread, fault.as_ref()),
        Err(PageError::Malformed(ParamsError::Repeated("client_id".into())))
    );
    assert_eq!(client_id(&params(&[("client_id", "")]), None), Err(PageError::MissingClientId));
    assert_eq!(page(parse(&[("redirect_uri", "")])), PageError::MissingRedirectUri);
    let (twice, fault) =
        Params::parse_redirectable(b"redirect_uri=https://portal.example/callback&redirect_uri=https://evil.example/")
            .unwrap();
    let refused = AuthorizationRequest::parse(&twice, fault.as_ref(), &testing::client(|_| ()));
    assert_eq!(page(refused), PageError::Malformed(ParamsError::Repeated("redirect_uri".into())));
    let PageError::RedirectUri { received, registered } =
        page(parse(&[("redirect_uri", "https://portal.example/callback/")]))
    else {
        panic!("another error");
    };
    assert_eq!(received, "https://portal.example/callback/");
    assert_eq!(registered[0].difference, Difference::TrailingSlash);
}

#[test]
fn sec_m_a_disabled_client_gets_a_page_whatever_it_asks() {
    let client = Client::new(testing::metadata(), false, Vec::new()).unwrap();
    let refused = page(AuthorizationRequest::parse(&params(&[("response_type", "token")]), None, &client));
    assert_eq!(refused, PageError::InactiveClient);
    assert_eq!(refused.code(), ErrorCode::InvalidClient);
}

#[test]
fn prot_b6_response_type_missing_unknown_and_not_allowed_are_three_errors() {
    assert_eq!(code(&[("response_type", "")]), ErrorCode::InvalidRequest);
    for other in ["token", "id_token", "code id_token", "id_token code", "none", "Code", "code code"] {
        assert_eq!(code(&[("response_type", other)]), ErrorCode::UnsupportedResponseType, "{other}");
    }
    let service = testing::client(|m| m.grant_types = vec![GrantType::ClientCredentials]);
    let refused = AuthorizationRequest::parse(&params(&[]), None, &service);
    assert_eq!(told(refused).1, ErrorCode::UnauthorizedClient);
}

#[test]
fn prot_b9_errors_travel_as_the_response_would() {
    let mode = |changes: &[(&str, &str)]| told(parse(changes)).0.response_mode;
    let bad = ("prompt", "bad");
    assert_eq!(mode(&[bad]), ResponseMode::Query);
    assert_eq!(mode(&[bad, ("response_mode", "fragment")]), ResponseMode::Fragment);
    assert_eq!(mode(&[bad, ("response_mode", "form_post")]), ResponseMode::FormPost);
    for tokens in ["token", "id_token token", "code id_token"] {
        assert_eq!(mode(&[("response_type", tokens)]), ResponseMode::Fragment);
        assert_eq!(mode(&[("response_type", tokens), ("response_mode", "query")]), ResponseMode::Fragment);
    }
    let (to, error) = told(parse(&[("response_mode", "web_message")]));
    assert_eq!((to.response_mode, error), (ResponseMode::Query, ErrorCode::InvalidRequest));
}

#[test]
fn sec_q22_a_response_mode_the_client_did_not_register_is_refused() {
    let client = testing::client(|m| m.response_modes = vec![ResponseMode::FormPost]);
    for modes in [&[][..], &[("response_mode", "fragment")]] {
        let refused = AuthorizationRequest::parse(&params(modes), None, &client);
        assert_eq!(told(refused).1, ErrorCode::UnauthorizedClient);
    }
    assert!(AuthorizationRequest::parse(&params(&[("response_mode", "form_post")]), None, &client).is_ok());
}

#[test]
fn prot_b7_state_comes_back_with_every_error() {
    let long = "s".repeat(4000);
    let (to, _) = told(parse(&[("state", &long), ("prompt", "bad")]));
    assert_eq!(to.state.as_deref(), Some(long.as_str()));
    assert_eq!(told(parse(&[("state", ""), ("prompt", "bad")])).0.state, None);
}

#[test]
fn prot_a2_a21_a_repeated_or_oversized_parameter_is_told_to_the_client() {
    let base = "client_id=portal&redirect_uri=https%3A%2F%2Fportal.example%2Fcallback&response_type=code";
    let long_state = format!("{base}&state={}", "s".repeat(5000));
    for raw in [format!("{base}&scope=openid&scope=openid&state=s"), format!("{base}&state=a&state=b"), long_state] {
        let (params, fault) = Params::parse_redirectable(raw.as_bytes()).unwrap();
        let refused = AuthorizationRequest::parse(&params, fault.as_ref(), &testing::client(|_| ()));
        assert_eq!(told(refused).1, ErrorCode::InvalidRequest);
    }
}

#[test]
fn prot_b10_nonce_is_optional_and_kept_as_sent() {
    assert_eq!(parse(&[("nonce", "")]).unwrap().nonce, None);
    let nonce = "n".repeat(200);
    assert_eq!(parse(&[("nonce", &nonce)]).unwrap().nonce, Some(nonce));
}

#[test]
fn prot_b11_a_challenge_is_required_unless_a_confidential_client_opted_out() {
    let without = params(&[("code_challenge", ""), ("code_challenge_method", "")]);
    let parse = |client: &Client| AuthorizationRequest::parse(&without, None, client);
    assert_eq!(told(parse(&testing::client(|_| ()))).1, ErrorCode::InvalidRequest);
    let public = testing::client(|m| m.token_endpoint_auth_method = AuthMethod::None);
    assert_eq!(told(parse(&public)).1, ErrorCode::InvalidRequest);
    assert_eq!(parse(&testing::client(|m| m.require_pkce = false)).unwrap().code_challenge, None);
    assert_eq!(code(&[("code_challenge_method", "plain")]), ErrorCode::InvalidRequest);
}

#[test]
fn prot_b14_b16_prompt_and_max_age_are_checked() {
    assert_eq!(code(&[("prompt", "none login")]), ErrorCode::InvalidRequest);
    assert_eq!(code(&[("max_age", "-1")]), ErrorCode::InvalidRequest);
    let client = testing::client(|m| m.default_max_age = Some(60));
    let request = AuthorizationRequest::parse(&params(&[]), None, &client).unwrap();
    assert_eq!(request.max_age, Some(60));
    let request = AuthorizationRequest::parse(&params(&[("max_age", "90")]), None, &client).unwrap();
    assert_eq!(request.max_age, Some(90));
}

#[test]
fn prot_b15_b16_when_a_fresh_sign_in_is_wanted() {
    let wants = |changes: &[(&str, &str)], age, here| {
        parse(changes).unwrap().wants_fresh_login(Duration::from_millis(age), here)
    };
    for once in [("prompt", "login"), ("max_age", "0")] {
        assert!(wants(&[once], 0, false), "{once:?}");
        assert!(!wants(&[once], 1_000, true), "{once:?}");
    }
    for here in [false, true] {
        assert!(!wants(&[("max_age", "10")], 10_000, here));
        assert!(wants(&[("max_age", "10")], 10_001, here));
        assert!(!wants(&[], 1_000_000_000, here));
    }
    assert!(wants(&[("prompt", "login"), ("max_age", "10")], 0, false));
}

#[test]
fn prot_b20_claims_must_be_an_object() {
    assert_eq!(code(&[("claims", "[]")]), ErrorCode::InvalidRequest);
    assert!(parse(&[("claims", r#"{"id_token":{"nothing_we_know":{"essential":true}}}"#)]).is_ok());
}

#[test]
fn prot_b21_b22_essential_acr_decides_and_voluntary_never_fails() {
    let demand = |changes: &[(&str, &str)]| parse(changes).unwrap().acr;
    let essential = r#"{"id_token":{"acr":{"essential":true,"values":["urn:usher:acr:phr","urn:usher:acr:mfa"]}}}"#;
    let wanted = demand(&[("claims", essential), ("acr_values", "urn:usher:acr:pwd")]);
    assert_eq!(wanted, AcrDemand { acceptable: vec![Acr::PhishingResistant, Acr::Mfa], essential: true });
    assert!(wanted.is_met_by(Acr::Mfa) && wanted.is_met_by(Acr::PhishingResistant) && !wanted.is_met_by(Acr::TwoStep));
    assert_eq!(wanted.goal(|acr| acr <= Acr::Mfa), Some(Acr::Mfa));

    let unknown = demand(&[("claims", r#"{"id_token":{"acr":{"essential":true,"value":"sca"}}}"#)]);
    assert!(Acr::ALL.into_iter().all(|acr| !unknown.is_met_by(acr)));
    let no_values = demand(&[("claims", r#"{"id_token":{"acr":{"essential":true}}}"#)]);
    assert!(no_values.is_met_by(Acr::Pwd));

    let voluntary = demand(&[("acr_values", "x urn:usher:acr:mfa urn:usher:acr:pwd")]);
    assert_eq!(voluntary.acceptable, [Acr::Mfa, Acr::Pwd]);
    assert!(voluntary.is_met_by(Acr::Pwd));
    assert_eq!(voluntary.goal(|acr| acr == Acr::Pwd), Some(Acr::Pwd));
}

#[test]
fn prot_b23_hints_never_cause_an_error() {
    let rubbish = "\u{1F600} ; q=x, ''<>";
    for name in ["display", "ui_locales", "claims_locales", "login_hint"] {
        assert!(parse(&[(name, rubbish)]).is_ok(), "{name}");
    }
}

#[test]
fn prot_b24_request_objects_are_refused_by_their_own_errors() {
    assert_eq!(code(&[("request", "x.y.")]), ErrorCode::RequestNotSupported);
    assert_eq!(code(&[("request_uri", "https://portal.example/r")]), ErrorCode::RequestUriNotSupported);
    assert_eq!(code(&[("request", "x"), ("request_uri", "y")]), ErrorCode::InvalidRequest);
    assert_eq!(code(&[("request", "x"), ("response_type", "")]), ErrorCode::RequestNotSupported);
    assert_eq!(code(&[("registration", "{}")]), ErrorCode::RegistrationNotSupported);
}

#[test]
fn prot_b27_scopes_and_the_company_are_checked() {
    assert_eq!(code(&[("scope", "openid scim:read")]), ErrorCode::InvalidScope);
    assert_eq!(code(&[("scope", "customer:a customer:b")]), ErrorCode::InvalidScope);
    assert_eq!(code(&[("scope", "openid customer:a"), ("customer", "b")]), ErrorCode::InvalidRequest);
    assert_eq!(parse(&[("customer", "ACME")]).unwrap().company, CompanyRequest::Named("ACME".into()));
    assert_eq!(parse(&[]).unwrap().company, CompanyRequest::None);
    let required = testing::client(|m| m.requires_customer = true);
    let per_company = testing::client(|m| m.subject = SubjectKind::Reference);
    for client in [required, per_company] {
        let request = AuthorizationRequest::parse(&params(&[]), None, &client).unwrap();
        assert_eq!(request.company, CompanyRequest::Any);
        assert!(!request.scope.has_company());
    }
}

#[test]
fn prot_b28_without_openid_its_parameters_are_ignored() {
    let request = parse(&[
        ("scope", "profile"),
        ("prompt", "bad"),
        ("max_age", "-1"),
        ("claims", "["),
        ("acr_values", "urn:usher:acr:phr"),
        ("id_token_hint", "x"),
    ])
    .unwrap();
    assert_eq!((request.nonce, request.max_age, request.id_token_hint), (None, None, None));
    assert_eq!((request.prompt, request.acr), (Prompt::default(), AcrDemand::default()));
}

#[test]
fn prot_c16_resources_are_checked_at_authorize() {
    assert_eq!(code(&[("resource", "https://elsewhere.example/")]), ErrorCode::InvalidTarget);
}

#[test]
fn prot_d8_offline_access_is_ignored_where_no_refresh_token_can_be() {
    let client = testing::client(|m| m.grant_types = vec![GrantType::AuthorizationCode]);
    let request = AuthorizationRequest::parse(&params(&[("scope", "openid offline_access")]), None, &client).unwrap();
    assert_eq!(request.scope.to_string(), "openid");
    assert!(parse(&[("scope", "openid offline_access")]).unwrap().scope.contains(OFFLINE_ACCESS));
}

#[test]
fn sec_q33_consent_covers_claims_asked_for_one_by_one() {
    let claims =
        r#"{"id_token":{"email":null,"phone_number":null,"acr":null},"userinfo":{"address":null,"customer_id":null}}"#;
    let request = parse(&[("claims", claims)]).unwrap();
    assert_eq!(request.consent_scope(&testing::client(|_| ())).to_string(), "openid profile email address");
    assert_eq!(request.scope.to_string(), "openid profile");
}
