//! The JOSE confusion table (security.md) and the round trip.

use std::sync::LazyLock;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{
    base::entropy::SystemEntropy,
    keys::{
        jwk::Alg,
        kek::Kek,
        rotation::{Policy, SigningKeyRow},
        sign::SigningKey,
    },
};

const NOW: Moment = Moment::from_secs(1_795_200_000);
const ISSUER: &str = "https://id.example.com";
const CHECKS: Checks<'static> =
    Checks { issuer: ISSUER, audience: Some("https://api.example"), now: NOW, expired: Expired::Refuse };

/// One ring for all tests: an RSA key takes its time.
static RING: LazyLock<KeyRing> = LazyLock::new(ring);

fn ring() -> KeyRing {
    let (kek, entropy) = (Kek::from_bytes(&[7; 32]).unwrap(), SystemEntropy::default());
    let row = |alg| {
        let key = SigningKey::generate(alg).unwrap();
        SigningKeyRow::new(&key, &kek, &entropy, NOW, NOW).unwrap()
    };
    KeyRing::open(&Alg::ALL.map(row), &kek, &Policy::default(), NOW).unwrap()
}

fn claims() -> Value {
    json!({"iss": ISSUER, "aud": "https://api.example", "exp": NOW.as_secs() + 600, "iat": NOW.as_secs(), "sub": "u"})
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn sign(alg: Alg, claims: &Value) -> String {
    RING.signer(alg).unwrap().sign(Typ::AccessToken, claims).unwrap()
}

fn verify(token: &str) -> Result<Claims, VerifyError> {
    RING.verify(token, Typ::AccessToken, CHECKS)
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token with a header of the attacker's choice, signed by one of our own keys (or an oracle that has one).
fn sign_with_header(alg: Alg, header: &Value) -> String {
    let message = format!("{}.{}", encode(header), encode(&claims()));
    RING.signer(alg).unwrap().sign_bytes_for_test(message)
}

fn header(alg: Alg) -> Value {
    json!({"typ": "at+jwt", "alg": alg.as_str(), "kid": RING.signer(alg).unwrap().kid()})
}

#[test]
fn sec_q38_every_algorithm_signs_what_the_ring_accepts() {
    for alg in Alg::ALL {
        assert_eq!(Value::Object(verify(&sign(alg, &claims())).unwrap()), claims(), "{alg}");
    }
}

#[test]
fn prot_c12_sec_q38_none_is_refused() {
    for name in ["none", "None", "NONE", "nOnE", ""] {
        let header = json!({"typ": "at+jwt", "alg": name, "kid": RING.signer(Alg::RS256).unwrap().kid()});
        for signature in ["", "AAAA"] {
            let token = format!("{}.{}.{signature}", encode(&header), encode(&claims()));
            assert_eq!(verify(&token), Err(VerifyError::Malformed), "{name}");
        }
    }
}

#[test]
fn sec_q38_hs256_with_a_public_key_as_secret_is_refused() {
    let document: Value = serde_json::from_slice(&RING.jwks().body).unwrap();
    for jwk in document["keys"].as_array().unwrap() {
        let secrets = ["n", "x"].iter().filter_map(|member| jwk[member].as_str());
        for secret in secrets.flat_map(|text| [text.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(text).unwrap()]) {
            let header = json!({"typ": "at+jwt", "alg": "HS256", "kid": jwk["kid"]});
            let message = format!("{}.{}", encode(&header), encode(&claims()));
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), message.as_bytes());
            let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag));
            assert_eq!(verify(&token), Err(VerifyError::Algorithm));
        }
    }
}

#[test]
fn sec_q38_the_algorithm_is_bound_to_the_key() {
    for (signed, claimed) in [(Alg::RS256, Alg::ES256), (Alg::ES256, Alg::EdDSA), (Alg::EdDSA, Alg::RS256)] {
        let mut header = header(signed);
        header["alg"] = json!(claimed.as_str());
        assert_eq!(verify(&sign_with_header(signed, &header)), Err(VerifyError::Algorithm));
        header["kid"] = json!(RING.signer(claimed).unwrap().kid());
        assert_eq!(verify(&sign_with_header(signed, &header)), Err(VerifyError::Signature));
    }
    for name in ["RS384", "PS256", "ES384"] {
        let mut header = header(Alg::RS256);
        header["alg"] = json!(name);
        assert_eq!(verify(&sign_with_header(Alg::RS256, &header)), Err(VerifyError::Algorithm), "{name}");
    }
}

#[test]
fn sec_q38_a_foreign_key_is_refused_whatever_it_calls_itself() {
    for alg in Alg::ALL {
        let foreign = SigningKey::generate(alg).unwrap();
        assert_eq!(verify(&foreign.sign(Typ::AccessToken, &claims()).unwrap()), Err(VerifyError::UnknownKey));
        let message = format!("{}.{}", encode(&header(alg)), encode(&claims()));
        assert_eq!(verify(&foreign.sign_bytes_for_test(message)), Err(VerifyError::Signature));
    }
    assert_eq!(
        verify(&sign_with_header(Alg::ES256, &json!({"typ": "at+jwt", "alg": "ES256"}))),
        Err(VerifyError::UnknownKey)
    );
}

#[test]
fn sec_q38_keys_that_a_token_brings_along_are_not_looked_at() {
    let foreign = SigningKey::generate(Alg::ES256).unwrap();
    let jwk = serde_json::to_value(foreign.public()).unwrap();
    for (member, value) in [
        ("jwk", jwk),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!(["AAAA"])),
    ] {
        let mut named = header(Alg::ES256);
        named[member] = value.clone();
        let message = format!("{}.{}", encode(&named), encode(&claims()));
        assert_eq!(verify(&foreign.sign_bytes_for_test(message)), Err(VerifyError::Signature), "{member}");
        let mut own = named;
        own["kid"] = json!(foreign.kid());
        let message = format!("{}.{}", encode(&own), encode(&claims()));
        assert_eq!(verify(&foreign.sign_bytes_for_test(message)), Err(VerifyError::UnknownKey), "{member}");
    }
}

#[test]
fn rfc_7515_a_critical_extension_is_refused() {
    for crit in [json!(["exp"]), json!(["b64"]), json!([])] {
        let mut header = header(Alg::EdDSA);
        header["crit"] = crit;
        header["b64"] = json!(true);
        assert_eq!(verify(&sign_with_header(Alg::EdDSA, &header)), Err(VerifyError::Critical));
    }
}

#[test]
fn sec_q47_prot_p2_a_token_of_another_type_is_refused() {
    let key = RING.signer(Alg::ES256).unwrap();
    let types = [Typ::AccessToken, Typ::Jwt, Typ::LogoutToken];
    for (made, wanted) in types.iter().flat_map(|made| types.map(|wanted| (*made, wanted))) {
        let verified = RING.verify(&key.sign(made, &claims()).unwrap(), wanted, CHECKS);
        assert_eq!(verified.is_ok(), made == wanted, "{made:?} as {wanted:?}");
    }
    for typ in [json!("AT+JWT"), json!("application/at+jwt"), json!(null), json!("")] {
        let mut header = header(Alg::ES256);
        header["typ"] = typ;
        assert_eq!(verify(&sign_with_header(Alg::ES256, &header)), Err(VerifyError::Type));
    }
}

#[test]
fn sec_q39_issuer_and_audience_are_exact() {
    for (aud, fine) in [
        (json!("https://api.example"), true),
        (json!(["other", "https://api.example"]), true),
        (json!("https://api.example/"), false),
        (json!(["other"]), false),
        (json!([["https://api.example"]]), false),
        (json!({"https://api.example": true}), false),
        (Value::Null, false),
    ] {
        assert_eq!(verify(&sign(Alg::ES256, &with("aud", aud.clone()))).is_ok(), fine, "{aud}");
    }
    for iss in [json!("https://id.example.com/"), json!("https://other.example"), json!([ISSUER]), Value::Null] {
        assert_eq!(verify(&sign(Alg::ES256, &with("iss", iss))), Err(VerifyError::Issuer));
    }
    let token = sign(Alg::ES256, &with("aud", json!("anybody")));
    assert!(RING.verify(&token, Typ::AccessToken, Checks { audience: None, ..CHECKS }).is_ok());
}

#[test]
fn sec_q39_a_lifetime_is_demanded_and_kept() {
    let now = NOW.as_secs();
    for (exp, expected) in [
        (json!(now + 1), None),
        (json!(now), Some(VerifyError::Expired)),
        (json!(now - 1), Some(VerifyError::Expired)),
        (json!(-1), Some(VerifyError::Expired)),
        (json!("4102444800"), Some(VerifyError::Lifetime)),
        (json!(u64::MAX), Some(VerifyError::Lifetime)),
        (Value::Null, Some(VerifyError::Lifetime)),
    ] {
        assert_eq!(verify(&sign(Alg::ES256, &with("exp", exp.clone()))).err(), expected, "{exp}");
    }
    let mut without = claims();
    without.as_object_mut().unwrap().remove("exp");
    assert_eq!(verify(&sign(Alg::ES256, &without)), Err(VerifyError::Lifetime));
    assert_eq!(verify(&sign(Alg::ES256, &with("nbf", json!(now + 1)))), Err(VerifyError::NotYet));

    let old = sign(Alg::ES256, &with("exp", json!(now - 86_400)));
    assert!(RING.verify(&old, Typ::AccessToken, Checks { expired: Expired::Accept, ..CHECKS }).is_ok());
}

#[test]
fn sec_jose_oversized_and_misshapen_tokens_are_refused() {
    let long = sign(Alg::ES256, &with("pad", json!("x".repeat(MAX_TOKEN_LEN))));
    assert_eq!(verify(&long), Err(VerifyError::TooLong));
    let good = sign(Alg::ES256, &claims());
    let flattened =
        json!({"protected": encode(&header(Alg::ES256)), "payload": encode(&claims()), "signature": "AAAA"});
    for bad in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "a.b.c.d.e",
        &flattened.to_string(),
        &format!("{good}.AAAA"),
        &format!(" {good}"),
    ] {
        assert_eq!(verify(bad), Err(VerifyError::Malformed), "{bad}");
    }
    assert_eq!(verify(&format!("{good}=")), Err(VerifyError::Signature));
    let (message, _) = good.rsplit_once('.').unwrap();
    assert_eq!(verify(&format!("{message}.")), Err(VerifyError::Signature));
    let doubled =
        format!(r#"{{"typ":"at+jwt","alg":"none","alg":"ES256","kid":"{}"}}"#, RING.signer(Alg::ES256).unwrap().kid());
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(doubled), encode(&claims()));
    assert_eq!(verify(&RING.signer(Alg::ES256).unwrap().sign_bytes_for_test(message)), Err(VerifyError::Malformed));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_signed_verifies_and_nothing_near_it_does(
        subject in "\\PC{0,40}", which in 0usize..3, at in 0usize..10_000, with_char in "[A-Za-z0-9_.-]",
    ) {
        let alg = Alg::ALL[which];
        let claims = with("sub", json!(subject));
        let token = sign(alg, &claims);
        prop_assert_eq!(Value::Object(verify(&token).unwrap()), claims);

        let mut changed = token.clone();
        let at = at % changed.len();
        changed.replace_range(at..=at, &with_char);
        prop_assert!(changed == token || verify(&changed).is_err());
    }
}
