//! What may be linked: aws-lc-rs does all cryptography, so no OpenSSL, and no private key meets the `rsa` crate.

use std::{fs, path::Path};

/// Crates that bring OpenSSL or the platform's TLS.
const FORBIDDEN: &[&str] = &["openssl", "openssl-sys", "native-tls", "tokio-native-tls"];

#[test]
fn no_crate_brings_openssl_or_a_second_tls() {
    let packages = packages();
    let names = packages.iter().map(|(name, _)| name.as_str());
    let found: Vec<&str> = names.filter(|name| FORBIDDEN.contains(name)).collect();
    assert!(found.is_empty(), "Cargo.lock holds {found:?}");
}

/// RUSTSEC-2023-0071: private-key operations of `rsa` leak time. `openidconnect` may verify with it, and so may
/// `webauthn-rs`, whose cryptography is in `crypto-glue`: passkeys of Windows sign with RSA. We cannot name it.
#[test]
fn only_libraries_that_verify_depend_on_the_rsa_crate() {
    let packages = packages();
    let users = packages.iter().filter(|(_, depends)| depends.iter().any(|name| name == "rsa"));
    let users: Vec<&str> = users.map(|(name, _)| name.as_str()).collect();
    assert!(
        users.iter().all(|name| ["openidconnect", "crypto-glue"].contains(name)),
        "the rsa crate is used by {users:?}"
    );
}

/// Every package of Cargo.lock with the names of what it depends on.
fn packages() -> Vec<(String, Vec<String>)> {
    let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    let lock: toml::Table = lock.parse().unwrap();
    let text = |value: &toml::Value| value.as_str().unwrap().split(' ').next().unwrap().to_owned();
    let depends = |package: &toml::Value| {
        package
            .get("dependencies")
            .and_then(toml::Value::as_array)
            .map_or(Vec::new(), |all| all.iter().map(text).collect())
    };
    lock["package"].as_array().unwrap().iter().map(|package| (text(&package["name"]), depends(package))).collect()
}
