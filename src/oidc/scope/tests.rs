use super::*;

const ID: &str = "0193a0f0-2222-7bbb-8bbb-000000000003";

fn set(text: &str) -> ScopeSet {
    ScopeSet::parse(text).unwrap()
}

fn code<T: std::fmt::Debug>(result: Result<T, OAuthError>) -> ErrorCode {
    result.unwrap_err().code()
}

#[test]
fn prot_b27_unknown_scopes_are_ignored() {
    assert_eq!(set("openid orders.read  profile openid").to_string(), "openid profile");
    assert!(set("nonsense").is_empty());
    assert_eq!(code(ScopeSet::parse("openid \"x")), ErrorCode::InvalidScope);
    assert_eq!(code(ScopeSet::parse("openid\tprofile")), ErrorCode::InvalidScope);
}

#[test]
fn prot_b27_a_known_scope_the_client_may_not_have_is_invalid_scope() {
    let registered = set("openid email");
    assert!(requested(Some("openid email unknown"), None, &registered).is_ok());
    assert_eq!(code(requested(Some("openid phone"), None, &registered)), ErrorCode::InvalidScope);
}

#[test]
fn prot_b27_without_scope_authorize_grants_none_and_a_service_gets_its_own() {
    let registered = set("openid customer scim:read admin:keys");
    let (scopes, company) = requested(None, None, &registered).unwrap();
    assert!(scopes.is_empty());
    assert_eq!(company, CompanyRequest::None);
    assert_eq!(for_service(None, &registered).unwrap().to_string(), "scim:read admin:keys");
}

#[test]
fn prot_f3_scopes_that_need_a_person_are_refused_to_a_service() {
    let registered = set("openid customer customer:* license:read scim:read");
    for scope in ["openid", "customer", "customer:ACME", "customer:*", "license:read", "offline_access", "scim:write"] {
        assert_eq!(code(for_service(Some(scope), &registered)), ErrorCode::InvalidScope, "{scope}");
    }
    assert_eq!(for_service(Some("scim:read"), &registered).unwrap(), set("scim:read"));
}

/// registered, scope, customer → company or error.
#[test]
fn dec_d6_the_company_is_selected_by_scope_or_parameter() {
    let table = [
        ("openid customer", "openid", None, Ok(CompanyRequest::None)),
        ("openid customer", "customer", None, Ok(CompanyRequest::Any)),
        ("openid customer", "customer:ACME", None, Ok(CompanyRequest::Named("ACME".into()))),
        ("openid customer", "customer customer:ACME", None, Ok(CompanyRequest::Named("ACME".into()))),
        ("openid customer", "openid", Some("ACME"), Ok(CompanyRequest::Named("ACME".into()))),
        ("openid customer", "openid", Some(ID), Ok(CompanyRequest::Named(ID.into()))),
        ("openid customer", "customer:ACME", Some("acme"), Ok(CompanyRequest::Named("ACME".into()))),
        ("openid customer", "customer:ACME customer:acme", None, Ok(CompanyRequest::Named("ACME".into()))),
        ("openid customer", "customer:ACME", Some("BETA"), Err(ErrorCode::InvalidRequest)),
        ("openid customer", "customer:ACME customer:BETA", None, Err(ErrorCode::InvalidScope)),
        ("openid customer", "customer:*", None, Err(ErrorCode::InvalidScope)),
        ("openid customer", "customer:", None, Err(ErrorCode::InvalidScope)),
        ("openid customer", "customer:-x", None, Err(ErrorCode::InvalidScope)),
        ("openid customer", "openid", Some("a b"), Err(ErrorCode::InvalidRequest)),
        ("openid customer", "openid", Some("*"), Err(ErrorCode::InvalidRequest)),
        ("openid", "openid", Some("ACME"), Err(ErrorCode::InvalidScope)),
        ("openid", "customer:ACME", None, Err(ErrorCode::InvalidScope)),
        ("openid customer:*", "customer:*", None, Ok(CompanyRequest::Star)),
        ("openid customer:*", "customer:* customer:ACME", None, Ok(CompanyRequest::Named("ACME".into()))),
    ];
    for (registered, scope, customer, expected) in table {
        let company = requested(Some(scope), customer, &set(registered)).map(|(_, company)| company);
        assert_eq!(company.map_err(|e| e.code()), expected, "{registered} | {scope} | {customer:?}");
    }
}

/// granted, asked → (scopes, company) or refused.
#[test]
fn prot_d2_a_refresh_narrows_and_never_widens() {
    let table = [
        ("openid email", None, Some(("openid email", None))),
        ("openid email", Some("openid"), Some(("openid", None))),
        ("openid email", Some("openid phone"), None),
        ("openid email", Some("openid nonsense"), None),
        ("openid customer:*", None, Some(("openid customer:*", None))),
        ("openid customer:*", Some("openid customer:beta"), Some(("openid customer:beta", Some("beta")))),
        ("openid customer:*", Some("customer:*"), Some(("customer:*", None))),
        ("openid customer:*", Some("customer"), Some(("customer", None))),
        ("openid customer:*", Some("customer:a customer:b"), None),
        ("openid customer:*", Some("customer:"), None),
        ("openid customer", Some("customer:acme"), None),
        ("openid customer:acme", Some("customer:beta"), None),
        ("openid customer:acme", Some("customer:ACME"), Some(("customer:ACME", None))),
        ("openid customer:acme", Some("customer"), None),
        ("openid customer", Some("customer:*"), None),
    ];
    for (granted, asked, expected) in table {
        let narrowed = narrow(asked, &set(granted));
        match expected {
            None => assert_eq!(code(narrowed), ErrorCode::InvalidScope, "{granted} | {asked:?}"),
            Some((scopes, company)) => {
                let company = company.map(str::to_owned);
                assert_eq!(narrowed.unwrap(), Narrowed { scopes: set(scopes), company }, "{granted} | {asked:?}");
            }
        }
    }
}

#[test]
fn a_scope_set_is_stored_as_one_string() {
    let scopes = set("openid customer:* email");
    let json = serde_json::to_string(&scopes).unwrap();
    assert_eq!(json, "\"openid customer:* email\"");
    assert_eq!(serde_json::from_str::<ScopeSet>(&json).unwrap(), scopes);
}
