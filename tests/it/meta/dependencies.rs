//! What may be linked: aws-lc-rs does all cryptography, so no OpenSSL; and never an RSA private key in the `rsa` crate.

use std::{fs, path::Path};

/// Crates that bring the platform's TLS or OpenSSL.
const FORBIDDEN: &[&str] = &["openssl", "openssl-sys", "native-tls", "tokio-native-tls"];

#[test]
fn no_crate_brings_openssl_or_a_second_tls() {
    let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    let names = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    let found: Vec<&str> = names.filter(|name| FORBIDDEN.contains(name)).collect();
    assert!(found.is_empty(), "Cargo.lock holds {found:?}");
}

#[test]
fn our_own_code_never_names_the_rsa_crate() {
    use super::source::{Token, files_below, tokens};
    let named = |text: &str| {
        tokens(text).windows(2).any(|pair| pair[0] == Token::Word("rsa".into()) && pair[1] == Token::PathSeparator)
    };
    let users: Vec<String> =
        files_below("src", &[".rs"]).into_iter().filter(|file| named(&file.text)).map(|file| file.path).collect();
    assert!(users.is_empty(), "RUSTSEC-2023-0071: {users:?}");
}
