use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct KnownAnswers {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    scheme: String,
    password: String,
    hash: String,
    verifies: bool,
}

fn vectors() -> Vec<Vector> {
    let text = include_str!("../../../tests/data/legacy-password-hashes.json");
    serde_json::from_str::<KnownAnswers>(text).unwrap().vectors
}

fn typed(text: &str) -> PasswordInput {
    PasswordInput::parse(text).unwrap()
}

fn peppers() -> Peppers {
    Peppers::new(Pepper::new("k2", &[2; 32]).unwrap(), vec![Pepper::new("k1", &[1; 32]).unwrap()])
}

fn verify(hash: &str, password: &str) -> bool {
    let stored = StoredPassword::parse(hash).unwrap_or_else(|error| panic!("{error}: {hash}"));
    stored.verify(&typed(password), &peppers(), &mut HashMemory::default()).unwrap()
}

fn low() -> HashCost {
    HashCost::new(64, 1).unwrap()
}

fn hashed(password: &str, pepper: &Peppers) -> String {
    hash(&typed(password), [7; 16], low(), pepper, &mut HashMemory::default()).unwrap()
}

#[test]
fn inv_o21_every_known_answer_of_other_systems_is_given() {
    let wanted = vectors().into_iter().filter(|vector| vector.scheme != "malformed");
    let mut count = 0;
    for vector in wanted {
        assert_eq!(verify(&vector.hash, &vector.password), vector.verifies, "{} {}", vector.scheme, vector.hash);
        count += 1;
    }
    assert!(count > 80, "{count}");
}

#[test]
fn inv_o21_every_hash_of_another_system_is_to_be_replaced() {
    for vector in vectors().iter().filter(|vector| vector.verifies) {
        let stored = StoredPassword::parse(&vector.hash).unwrap();
        assert!(stored.needs_upgrade(HashCost::DEFAULT, &peppers()), "{}", vector.hash);
    }
}

#[test]
fn inv_x3_malformed_hashes_are_refused_with_a_reason() {
    let malformed: Vec<_> = vectors().into_iter().filter(|vector| vector.scheme == "malformed").collect();
    assert!(malformed.len() >= 10);
    for vector in malformed {
        assert!(StoredPassword::parse(&vector.hash).is_err(), "{}", vector.hash);
    }
    assert_eq!(StoredPassword::parse("").unwrap_err(), HashError::Empty);
    assert_eq!(StoredPassword::parse("plaintext").unwrap_err(), HashError::Unrecognised);
    assert_eq!(StoredPassword::parse("$2b$06$short").unwrap_err(), HashError::Malformed("bcrypt"));
}

#[test]
fn sec_s7_work_and_memory_of_a_hash_are_bounded() {
    let salt = "YWFhYWFhYWFhYWFhYWFhYQ";
    for hash in [
        format!("$argon2id$v=19$m=4294967295,t=1,p=1${salt}${salt}"),
        format!("$argon2id$v=19$m=131072,t=4294967295,p=1${salt}${salt}"),
        format!("$argon2id$v=19$m=131073,t=1,p=1${salt}${salt}"),
        "$2b$31$fdn53tu/4HyuObjypBKEMuWLQESzCXaOBiNPcBV4OM8mgOjeFlupq".to_owned(),
        format!("pbkdf2_sha256$999999999$salt${salt}=="),
        format!("$pbkdf2-sha512$4294967295${salt}${salt}"),
        format!("$scrypt$ln=40,r=8,p=1${salt}${salt}"),
        format!("$scrypt$ln=1,r=1,p=100000000${salt}${salt}"),
        format!("scrypt$1099511627776$salt$8$1${salt}=="),
        format!("$6$rounds=999999999$abc${}", "a".repeat(86)),
        "$P$SxoR9uSp2zytn7c4qQXzoFWCraRjOJ.".to_owned(),
    ] {
        assert!(matches!(StoredPassword::parse(&hash), Err(HashError::TooCostly(_))), "{hash}");
    }
}

#[test]
fn numbers_have_one_spelling_and_fields_one_count() {
    let salt = "YWFhYWFhYWFhYWFhYWFhYQ";
    for hash in [
        format!("$argon2id$v=19$m=+64,t=1,p=1${salt}${salt}"),
        format!("$argon2id$v=19$m=064,t=1,p=1${salt}${salt}"),
        format!("$argon2id$v=18$m=64,t=1,p=1${salt}${salt}"),
        format!("$argon2id$v=19$m=64,t=1,p=1,x=1${salt}${salt}"),
        format!("$argon2id$v=19$m=64,t=1,p=1${salt}${salt}$"),
        format!("$argon2id$v=19$m=64,t=0,p=1${salt}${salt}"),
        format!("$argon2id$v=19$m=64,t=1,p=1${salt}$"),
        format!("$argon2x$v=19$m=64,t=1,p=1${salt}${salt}"),
        format!("$pbkdf2-md5$1000${salt}${salt}"),
        format!("$pbkdf2-sha256$0${salt}${salt}"),
        format!("pbkdf2_sha256$1000$${salt}=="),
        "pbkdf2:sha256:1000$salt$abc".to_owned(),
        "pbkdf2:sha256:1000$salt$zz".to_owned(),
        format!("scrypt$16383$salt$8$1${salt}=="),
        "$6$salt$short".to_owned(),
        format!("$6$rounds=1$salt${}", "a".repeat(86)),
        format!("$6$salt${}$more", "a".repeat(86)),
        "$2x$06$fdn53tu/4HyuObjypBKEMuWLQESzCXaOBiNPcBV4OM8mgOjeFlupq".to_owned(),
        "$2b$03$fdn53tu/4HyuObjypBKEMuWLQESzCXaOBiNPcBV4OM8mgOjeFlupq".to_owned(),
        "{MD5}rL0Y20zC+Fzt72VPzMSk2A==".to_owned(),
        "{\"credentialData\":\"{}\",\"secretData\":\"{}\"}".to_owned(),
        "{\"credentialData\":1}".to_owned(),
        "x".repeat(MAX_TEXT + 1),
    ] {
        assert!(StoredPassword::parse(&hash).is_err(), "{hash}");
    }
}

#[test]
fn sec_q56_our_own_hash_names_cost_and_pepper_and_verifies() {
    let hash = hashed("correct horse", &peppers());
    assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1,keyid=k2$"), "{hash}");
    assert!(verify(&hash, "correct horse"));
    assert!(!verify(&hash, "correct horses"));
    let stored = StoredPassword::parse(&hash).unwrap();
    assert!(!stored.needs_upgrade(low(), &peppers()));
    assert!(stored.needs_upgrade(HashCost::DEFAULT, &peppers()));
    assert!(stored.costs(low()) && !stored.costs(HashCost::DEFAULT));
}

#[test]
fn sec_q56_a_former_pepper_verifies_and_is_replaced_an_unknown_one_is_an_error() {
    let former = Peppers::new(Pepper::new("k1", &[1; 32]).unwrap(), Vec::new());
    let hash = hashed("correct horse", &former);
    assert!(verify(&hash, "correct horse"));
    let stored = StoredPassword::parse(&hash).unwrap();
    assert!(stored.needs_upgrade(low(), &peppers()));
    let lost = Peppers::new(Pepper::new("k9", &[9; 32]).unwrap(), Vec::new());
    let error = stored.verify(&typed("correct horse"), &lost, &mut HashMemory::default());
    assert_eq!(error, Err(HashError::UnknownPepper("k1".to_owned())));
    assert!(Pepper::new("a$b", &[0; 32]).is_err() && Pepper::new("", &[0; 32]).is_err());
}

#[test]
fn sec_q56_without_the_pepper_the_hash_alone_verifies_nothing() {
    let hash = hashed("correct horse", &peppers()).replace(",keyid=k2", "");
    assert!(!verify(&hash, "correct horse"));
}

#[test]
fn inv_x3_an_empty_password_never_matches() {
    let empty = hashed("", &peppers());
    assert!(!verify(&empty, ""));
    // {SSHA} of "" with the salt "salt"
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, b"salt");
    let bytes = [digest.as_ref(), b"salt"].concat();
    let hash = format!("{{SSHA}}{}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes));
    assert!(!verify(&hash, ""));
}

#[test]
fn sec_q51_bcrypt_does_not_match_a_password_it_cannot_see_whole() {
    let long = "x".repeat(72);
    let hash = ::bcrypt::hash_with_salt(&long, 4, [3; 16]).unwrap().to_string();
    assert!(verify(&hash, &long));
    assert!(!verify(&hash, &format!("{long}y")));
    let short = ::bcrypt::hash_with_salt("a", 4, [3; 16]).unwrap().to_string();
    assert!(verify(&short, "a") && !verify(&short, "a\0a"));
}

#[test]
fn wrappers_of_django_and_openldap_are_seen_through() {
    let bcrypt = "$2b$06$fdn53tu/4HyuObjypBKEMuWLQESzCXaOBiNPcBV4OM8mgOjeFlupq";
    let argon2 = "$argon2id$v=19$m=1024,t=2,p=1$NrgIyEuCFfBwdzBTEzJMdw$MM8tEzl+sODAKIz25VpIJIZBEmS6ojyY1ny1OMUdZmU";
    for hash in [
        format!("bcrypt${bcrypt}"),
        format!("{{CRYPT}}{bcrypt}"),
        format!("argon2{argon2}"),
        format!("{{ARGON2}}{argon2}"),
    ] {
        assert!(verify(&hash, "correct horse battery staple"), "{hash}");
    }
}

#[test]
fn keycloak_argon2_credentials_are_read() {
    let credential = |memory: &str| {
        let data = serde_json::json!({
            "algorithm": "argon2", "hashIterations": 2,
            "additionalParameters": {
                "type": ["id"], "version": ["1.3"], "memory": [memory], "parallelism": ["1"], "hashLength": ["32"],
            },
        });
        let secret = serde_json::json!({
            "salt": "NrgIyEuCFfBwdzBTEzJMdw==",
            "value": "MM8tEzl+sODAKIz25VpIJIZBEmS6ojyY1ny1OMUdZmU=",
        });
        serde_json::json!({ "credentialData": data.to_string(), "secretData": secret.to_string() }).to_string()
    };
    assert!(verify(&credential("1024"), "correct horse battery staple"));
    assert!(!verify(&credential("1024"), "wrong"));
    assert_eq!(StoredPassword::parse(&credential("4294967295")).unwrap_err(), HashError::TooCostly("Argon2"));
}

#[test]
fn sec_s7_memory_is_used_again_and_given_back() {
    let mut memory = HashMemory::default();
    let peppers = peppers();
    let first = hash(&typed("a"), [7; 16], low(), &peppers, &mut memory).unwrap();
    spend(&typed("b"), 1000, HashCost::new(1024, 1).unwrap(), &peppers, &mut memory);
    assert_eq!(memory.0.len(), 1024);
    assert_eq!(first, hash(&typed("a"), [7; 16], low(), &peppers, &mut memory).unwrap());
    memory.shrink_to(low());
    assert_eq!(memory.0.len(), 64);
    spend(&typed("b"), 0, low(), &peppers, &mut memory);
    assert_eq!(first, hash(&typed("a"), [7; 16], low(), &peppers, &mut memory).unwrap());
}

#[test]
fn cost_of_new_hashes_is_bounded_too() {
    assert!(HashCost::new(19_456, 2).is_ok_and(|cost| cost == HashCost::DEFAULT));
    assert!(HashCost::new(7, 1).is_err());
    assert!(HashCost::new(64, 0).is_err());
    assert!(HashCost::new(131_073, 1).is_err());
    assert!(HashCost::new(131_072, 100).is_err());
}
