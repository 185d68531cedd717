use base64::engine::general_purpose::STANDARD as B64;

use super::*;
use crate::oidc::testing::{self, SECRET};

const NOW: Moment = Moment::from_secs(1_795_200_000);

fn header(id: &str, secret: &str) -> String {
    let form = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", B64.encode(format!("{}:{}", form(id), form(secret))))
}

fn body(pairs: &[(&str, &str)]) -> Params {
    pairs.iter().copied().collect()
}

fn error(authorization: Option<&str>, pairs: &[(&str, &str)]) -> (ErrorCode, u16) {
    let error = presented(authorization.map(str::as_bytes), &body(pairs)).err().unwrap();
    (error.code(), error.status())
}

fn check(authorization: Option<&str>, pairs: &[(&str, &str)], client: &Client) -> Result<(), AuthFailure> {
    let presented = presented(authorization.map(str::as_bytes), &body(pairs)).unwrap();
    authenticate(&presented, Some(client), NOW)
}

fn with(method: AuthMethod) -> Client {
    testing::client(|metadata| metadata.token_endpoint_auth_method = method)
}

#[test]
fn prot_a5_basic_credentials_are_form_decoded_after_base64() {
    for (id, secret) in [
        ("portal", "s3cret"),
        ("a:b", "c:d"),
        ("a%b", "50%"),
        ("a+b", "c+d"),
        ("a b", "c d"),
        ("\u{fc}ber", "p\u{e4}ss:w\u{f6}rd %+"),
    ] {
        let presented = presented(Some(header(id, secret).as_bytes()), &body(&[])).unwrap();
        assert_eq!(presented.client_id, id);
        assert_eq!(presented.secret.unwrap().expose(), secret);
    }
    // The pair splits at the first colon of what base64 held, not of what form decoding yields.
    let raw = format!("Basic {}", B64.encode("a%3Ab:c:d"));
    let presented = presented(Some(raw.as_bytes()), &body(&[])).unwrap();
    assert_eq!((presented.client_id.as_str(), presented.secret.unwrap().expose().as_str()), ("a:b", "c:d"));
}

#[test]
fn prot_a5_rubbish_in_the_header_is_invalid_client() {
    let no_colon = format!("Basic {}", B64.encode("portal"));
    let nul = format!("Basic {}", B64.encode("portal:a\0"));
    let not_utf8 = format!("Basic {}", B64.encode(b"portal:\xff"));
    let no_id = header("", "x");
    for bad in ["", "Basic", "Basic !!!", "Bearer abc", "Negotiate x", &no_colon, &nul, &not_utf8, &no_id] {
        assert_eq!(error(Some(bad), &[("client_id", "portal")]), (ErrorCode::InvalidClient, 401), "{bad}");
    }
    assert_eq!(presented(Some(b"Basic \xff"), &body(&[])).err().unwrap().code(), ErrorCode::InvalidClient);
}

#[test]
fn prot_a6_sec_q21_two_mechanisms_are_refused() {
    let basic = header("portal", SECRET);
    for pairs in [&[("client_secret", "x")][..], &[("client_assertion", "x")], &[("client_assertion_type", "x")]] {
        assert_eq!(error(Some(&basic), pairs), (ErrorCode::InvalidRequest, 400));
    }
    let both = [("client_id", "portal"), ("client_secret", "x"), ("client_assertion", "x")];
    assert_eq!(error(None, &both), (ErrorCode::InvalidRequest, 400));
    assert_eq!(error(None, &[("client_assertion", "x")]), (ErrorCode::InvalidClient, 401));
}

#[test]
fn prot_a7_two_client_ids_are_refused() {
    let basic = header("portal", SECRET);
    assert_eq!(error(Some(&basic), &[("client_id", "other")]), (ErrorCode::InvalidRequest, 400));
    let same = check(Some(&basic), &[("client_id", "portal")], &with(AuthMethod::ClientSecretBasic));
    assert_eq!(same, Ok(()));
}

#[test]
fn prot_a8_every_failure_is_the_same_401() {
    assert_eq!(error(None, &[]), (ErrorCode::InvalidClient, 401));
    let failures = [
        AuthFailure::Missing,
        AuthFailure::Malformed,
        AuthFailure::UnknownClient,
        AuthFailure::Inactive,
        AuthFailure::WrongSecret,
        AuthFailure::ExpiredSecret,
    ];
    for failure in failures {
        let error = OAuthError::from(failure);
        assert_eq!(error, OAuthError::from(AuthFailure::UnknownClient));
        assert!(error.www_authenticate("https://id.example").is_some_and(|header| header.starts_with("Basic ")));
    }
}

#[test]
fn prot_a9_the_registered_method_is_enforced() {
    let basic = header("portal", SECRET);
    let post = [("client_id", "portal"), ("client_secret", SECRET)];
    let none = [("client_id", "portal")];
    for registered in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::None] {
        let client = with(registered);
        for (used, result) in [
            (AuthMethod::ClientSecretBasic, check(Some(&basic), &[], &client)),
            (AuthMethod::ClientSecretPost, check(None, &post, &client)),
            (AuthMethod::None, check(None, &none, &client)),
        ] {
            let expected = if used == registered { Ok(()) } else { Err(AuthFailure::Method { registered, used }) };
            assert_eq!(result, expected);
        }
    }
    // An empty secret in Basic is still a secret.
    assert!(check(Some(&header("portal", "")), &[], &with(AuthMethod::None)).is_err());
}

#[test]
fn sec_q18_secrets_are_compared_with_every_live_hash() {
    let hash = |value: &str| ClientSecret::hash(value).text().to_owned();
    let secrets = vec![
        ClientSecret { hash: hash("old"), expires_at: Some(NOW) },
        ClientSecret { hash: hash("leaving"), expires_at: Some(Moment::from_secs(1_795_200_001)) },
        ClientSecret { hash: hash("new"), expires_at: None },
    ];
    let client = Client::new(testing::metadata(), true, secrets).unwrap();
    let check = |secret: &str| check(Some(&header("portal", secret)), &[], &client);
    assert_eq!(check("new"), Ok(()));
    assert_eq!(check("leaving"), Ok(()));
    assert_eq!(check("old"), Err(AuthFailure::ExpiredSecret));
    assert_eq!(check("wrong"), Err(AuthFailure::WrongSecret));
    assert_eq!(check(""), Err(AuthFailure::WrongSecret));
}

#[test]
fn sec_m_unknown_and_disabled_clients_fail() {
    let presented = presented(Some(header("portal", SECRET).as_bytes()), &body(&[])).unwrap();
    assert_eq!(authenticate(&presented, None, NOW), Err(AuthFailure::UnknownClient));
    let disabled = Client::new(testing::metadata(), false, Vec::new()).unwrap();
    assert_eq!(authenticate(&presented, Some(&disabled), NOW), Err(AuthFailure::Inactive));
    let without_secret = Client::new(testing::metadata(), true, Vec::new()).unwrap();
    assert_eq!(authenticate(&presented, Some(&without_secret), NOW), Err(AuthFailure::WrongSecret));
}
