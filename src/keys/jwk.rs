//! Signature algorithms, and the public half of a key as JWKS publishes it (RFC 7517, RFC 7518 §6, RFC 8037 §2).

use std::fmt;

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Serialize;

/// The signature algorithms Usher signs with (D22); nothing else verifies either, so `none` and HMAC cannot be.
pub use crate::oidc::client::SigningAlg as Alg;

impl Alg {
    /// Every algorithm, those first whose keys are made in no time (performance.md 13).
    pub const ALL: [Self; 3] = [Self::ES256, Self::EdDSA, Self::RS256];

    pub(super) const fn jsonwebtoken(self) -> Algorithm {
        match self {
            Self::RS256 => Algorithm::RS256,
            Self::ES256 => Algorithm::ES256,
            Self::EdDSA => Algorithm::EdDSA,
        }
    }
}

impl fmt::Display for Alg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The public members of a key. There is no place in it for a private one (prot N9).
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kty")]
pub(super) enum PublicKey {
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
    #[serde(rename = "EC")]
    Ec { crv: &'static str, x: String, y: String },
    #[serde(rename = "OKP")]
    Okp { crv: &'static str, x: String },
}

impl PublicKey {
    /// Modulus and exponent, big-endian without leading zeros.
    pub(super) fn rsa(n: &[u8], e: &[u8]) -> Self {
        Self::Rsa { n: URL_SAFE_NO_PAD.encode(n), e: URL_SAFE_NO_PAD.encode(e) }
    }

    /// An uncompressed P-256 point (SEC 1 §2.3.3); `None` if it is not one.
    pub(super) fn p256(point: &[u8]) -> Option<Self> {
        let (x, y) = point.strip_prefix(&[4]).filter(|xy| xy.len() == 64)?.split_at(32);
        Some(Self::Ec { crv: "P-256", x: URL_SAFE_NO_PAD.encode(x), y: URL_SAFE_NO_PAD.encode(y) })
    }

    /// An Ed25519 public key.
    pub(super) fn ed25519(x: &[u8]) -> Self {
        Self::Okp { crv: "Ed25519", x: URL_SAFE_NO_PAD.encode(x) }
    }

    /// The thumbprint: base64url of SHA-256 over the required members in lexicographic order (RFC 7638 §3, RFC 8037 §2).
    pub(super) fn thumbprint(&self) -> String {
        let canonical = match self {
            Self::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
            Self::Ec { crv, x, y } => format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#),
            Self::Okp { crv, x } => format!(r#"{{"crv":"{crv}","kty":"OKP","x":"{x}"}}"#),
        };
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, canonical.as_bytes()))
    }

    pub(super) fn decoding_key(&self) -> Result<DecodingKey, jsonwebtoken::errors::Error> {
        match self {
            Self::Rsa { n, e } => DecodingKey::from_rsa_components(n, e),
            Self::Ec { x, y, .. } => DecodingKey::from_ec_components(x, y),
            Self::Okp { x, .. } => DecodingKey::from_ed_components(x),
        }
    }
}

/// One entry of the document.
#[derive(Serialize)]
struct Jwk<'a> {
    kid: &'a str,
    r#use: &'static str,
    alg: Alg,
    #[serde(flatten)]
    key: &'a PublicKey,
}

/// The JWKS document (RFC 7517 §5), built once per ring.
#[derive(Clone, Debug)]
pub struct Jwks {
    /// The body, `application/jwk-set+json`.
    pub body: bytes::Bytes,
    /// Strong entity tag of the body, with its quotes.
    pub etag: String,
}

impl Jwks {
    /// Builds the document of `keys`, in their order.
    pub(super) fn build<'a>(
        keys: impl Iterator<Item = (&'a str, Alg, &'a PublicKey)>,
    ) -> Result<Self, serde_json::Error> {
        #[derive(Serialize)]
        struct Document<'a> {
            keys: Vec<Jwk<'a>>,
        }
        let keys = keys.map(|(kid, alg, key)| Jwk { kid, r#use: "sig", alg, key }).collect();
        let body = serde_json::to_vec(&Document { keys })?;
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &body)));
        Ok(Self { body: body.into(), etag })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbprints_are_those_of_the_standards() {
        // RFC 7638 §3.1
        let rsa = PublicKey::Rsa {
            n: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs\
                tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI\
                SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
                .into(),
            e: "AQAB".into(),
        };
        assert_eq!(rsa.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        // RFC 8037 appendix A.3
        let ed = PublicKey::Okp { crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".into() };
        assert_eq!(ed.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn only_an_uncompressed_point_is_a_p256_key() {
        assert!(PublicKey::p256(&[4; 65]).is_some());
        assert!(PublicKey::p256(&[2; 33]).is_none());
        assert!(PublicKey::p256(&[4; 64]).is_none());
        assert!(PublicKey::p256(&[]).is_none());
    }
}
