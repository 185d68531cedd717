//! A parsed private key and what it signs. Keys are parsed once: parsing on each signature costs more than half of the rate
//! (performance.md 1).

use std::fmt;

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
        RsaPublicKeyComponents,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;

use super::{
    jwk::{Alg, PublicKey},
    kek::Kek,
    seal::{Place, SealError, Sealed},
};
use crate::base::{entropy::Entropy, secret::Secret};

/// The `typ` of what is signed: one token never passes for another (RFC 8725 `secret_keys`:3.11).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Typ {
    /// `at+jwt`: an access token (RFC 9068 `secret_keys`:2.1).
    AccessToken,
    /// `JWT`: an ID token, a signed UserInfo response.
    Jwt,
    /// `logout+jwt`: a logout token (OpenID Connect Back-Channel Logout `secret_keys`:2.4).
    LogoutToken,
}

impl Typ {
    const ALL: [Self; 3] = [Self::AccessToken, Self::Jwt, Self::LogoutToken];

    /// The header's value.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "at+jwt",
            Self::Jwt => "JWT",
            Self::LogoutToken => "logout+jwt",
        }
    }
}

/// Why a key cannot be made, kept, loaded or used.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The library could not make a key.
    #[error("could not make a key for {0}")]
    Generate(Alg),
    /// The stored key is not a key of its algorithm, or an RSA key of less than 2048 bits.
    #[error("not a private key for {0}")]
    Rejected(Alg),
    /// The stored key is another one than its id says.
    #[error("the key stored as {0} is another key")]
    KeyId(String),
    /// The claims cannot be written as JSON.
    #[error("claims: {0}")]
    Claims(#[from] serde_json::Error),
    /// The library could not sign.
    #[error("could not sign")]
    Sign,
    /// The row could not be sealed or opened.
    #[error(transparent)]
    Seal(#[from] SealError),
}

enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// A private key, parsed, with everything about a token that does not change from one to the next.
pub struct SigningKey {
    alg: Alg,
    kid: String,
    pair: Pair,
    public: PublicKey,
    /// `base64url(header).` per [`Typ`].
    headers: [(Typ, String); 3],
}

impl SigningKey {
    /// A new key. RSA takes 80 ms on average with a long tail, the others nothing to speak of.
    /// The library draws from its own generator; it takes no other.
    ///
    /// # Errors
    /// [`SignError::Generate`].
    pub fn generate(alg: Alg) -> Result<Self, SignError> {
        let failed = |_| SignError::Generate(alg);
        let pair = match alg {
            Alg::RS256 => Pair::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?),
            Alg::ES256 => Pair::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?),
            Alg::EdDSA => Pair::Ed25519(Ed25519KeyPair::generate().map_err(failed)?),
        };
        Self::from_pair(alg, pair)
    }

    /// The key sealed in the row `kid` of the table `signing_key`.
    ///
    /// # Errors
    /// [`SignError::Seal`], [`SignError::Rejected`], [`SignError::KeyId`].
    pub fn open(kid: &str, alg: Alg, sealed: &Sealed, kek: &Kek) -> Result<Self, SignError> {
        let key = Self::from_pkcs8(alg, &kek.open(place(kid), sealed)?)?;
        if key.kid == kid { Ok(key) } else { Err(SignError::KeyId(kid.to_owned())) }
    }

    /// The key, sealed for the row [`kid`](Self::kid) of the table `signing_key`.
    ///
    /// # Errors
    /// [`SignError::Seal`], [`SignError::Rejected`].
    pub fn seal(&self, kek: &Kek, entropy: &dyn Entropy) -> Result<Sealed, SignError> {
        Ok(kek.seal(place(&self.kid), self.to_pkcs8()?.expose(), entropy)?)
    }

    /// Algorithm; a key has exactly one.
    pub const fn alg(&self) -> Alg {
        self.alg
    }

    /// Key id: the thumbprint of the public key (RFC 7638), so no two keys share one.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    pub(super) const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs `claims` and returns the compact form (RFC 7515 `secret_keys`:7.1).
    ///
    /// # Errors
    /// [`SignError::Claims`], [`SignError::Sign`].
    pub fn sign(&self, typ: Typ, claims: &impl Serialize) -> Result<String, SignError> {
        let mut json = Vec::with_capacity(1024);
        serde_json::to_writer(&mut json, claims)?;
        let header = self.header(typ);
        let signature = self.signature_len();
        let mut token = String::with_capacity(header.len() + (json.len() + signature).div_ceil(3) * 4 + 5);
        token.push_str(header);
        URL_SAFE_NO_PAD.encode_string(&json, &mut token);
        self.append_signature(&mut token)?;
        Ok(token)
    }

    fn append_signature(&self, token: &mut String) -> Result<(), SignError> {
        let message = token.as_bytes();
        let failed = |_| SignError::Sign;
        let mut rsa = Vec::new();
        let other;
        let signature: &[u8] = match &self.pair {
            Pair::Rsa(pair) => {
                rsa.resize(pair.public_modulus_len(), 0);
                pair.sign(&RSA_PKCS1_SHA256, &unused_random(), message, &mut rsa).map_err(failed)?;
                &rsa
            }
            Pair::P256(pair) => {
                other = pair.sign(&unused_random(), message).map_err(failed)?;
                other.as_ref()
            }
            Pair::Ed25519(pair) => {
                other = pair.try_sign(message).map_err(failed)?;
                other.as_ref()
            }
        };
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, token);
        Ok(())
    }

    fn header(&self, typ: Typ) -> &str {
        self.headers.iter().find(|(of, _)| *of == typ).map_or("", |(_, header)| header)
    }

    fn signature_len(&self) -> usize {
        match &self.pair {
            Pair::Rsa(pair) => pair.public_modulus_len(),
            Pair::P256(_) | Pair::Ed25519(_) => 64,
        }
    }

    fn from_pair(alg: Alg, pair: Pair) -> Result<Self, SignError> {
        let public = match &pair {
            Pair::Rsa(pair) if pair.public_modulus_len() >= 256 => {
                let RsaPublicKeyComponents { n, e } = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                PublicKey::rsa(&n, &e)
            }
            Pair::Rsa(_) => return Err(SignError::Rejected(alg)),
            Pair::P256(pair) => PublicKey::p256(pair.public_key().as_ref()).ok_or(SignError::Rejected(alg))?,
            Pair::Ed25519(pair) => PublicKey::ed25519(pair.public_key().as_ref()),
        };
        let kid = public.thumbprint();
        let headers = Typ::ALL.map(|typ| {
            let json = format!(r#"{{"typ":"{}","alg":"{alg}","kid":"{kid}"}}"#, typ.name());
            (typ, format!("{}.", URL_SAFE_NO_PAD.encode(json)))
        });
        Ok(Self { alg, kid, pair, public, headers })
    }

    fn from_pkcs8(alg: Alg, der: &Secret<Vec<u8>>) -> Result<Self, SignError> {
        let rejected = |_| SignError::Rejected(alg);
        let der = der.expose();
        let pair = match alg {
            Alg::RS256 => Pair::Rsa(RsaKeyPair::from_pkcs8(der).map_err(rejected)?),
            Alg::ES256 => {
                Pair::P256(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(rejected)?)
            }
            Alg::EdDSA => Pair::Ed25519(Ed25519KeyPair::from_pkcs8(der).map_err(rejected)?),
        };
        Self::from_pair(alg, pair)
    }

    fn to_pkcs8(&self) -> Result<Secret<Vec<u8>>, SignError> {
        let der = match &self.pair {
            Pair::Rsa(pair) => {
                AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(pair).map(|der| der.as_ref().to_vec())
            }
            Pair::P256(pair) => pair.to_pkcs8v1().map(|document| document.as_ref().to_vec()),
            Pair::Ed25519(pair) => pair.to_pkcs8().map(|document| document.as_ref().to_vec()),
        };
        der.map(Secret::new).map_err(|_| SignError::Rejected(self.alg))
    }
}

fn place(kid: &str) -> Place<'_> {
    Place { table: "signing_key", column: "sealed", row: kid }
}

#[allow(
    clippy::disallowed_methods,
    reason = "a parameter for ring's sake: aws-lc ignores it and draws from its own generator"
)]
fn unused_random() -> SystemRandom {
    SystemRandom::new()
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({} {})", self.alg, self.kid)
    }
}

#[cfg(test)]
impl SigningKey {
    /// Signs `header.payload` as it is, to play the attacker.
    pub(super) fn sign_bytes_for_test(&self, mut message: String) -> String {
        self.append_signature(&mut message).unwrap();
        message
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::base::entropy::SystemEntropy;

    #[test]
    fn prot_p1_prot_c11_the_header_names_type_algorithm_and_key() {
        let key = SigningKey::generate(Alg::ES256).unwrap();
        for typ in Typ::ALL {
            let token = key.sign(typ, &json!({"a": 1})).unwrap();
            let parts: Vec<_> = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
            let header: Value = serde_json::from_slice(&parts[0]).unwrap();
            assert_eq!(header, json!({"typ": typ.name(), "alg": "ES256", "kid": key.kid()}));
            assert_eq!(parts[1], br#"{"a":1}"#);
            assert_eq!((parts.len(), parts[2].len()), (3, 64), "r and s at fixed length (RFC 7518 `secret_keys`:3.4)");
        }
    }

    #[test]
    fn the_compact_form_takes_the_room_that_was_reserved() {
        for alg in Alg::ALL {
            let key = SigningKey::generate(alg).unwrap();
            for length in 0..12 {
                let token = key.sign(Typ::Jwt, &json!({"a": "x".repeat(length)})).unwrap();
                assert!(token.capacity() - token.len() < 8, "{alg}: {} of {}", token.len(), token.capacity());
            }
        }
    }

    #[test]
    fn dec_d15_a_key_survives_sealing_under_its_own_id_only() {
        let (kek, entropy) = (Kek::from_bytes(&[7; 32]).unwrap(), SystemEntropy::default());
        for alg in Alg::ALL {
            let key = SigningKey::generate(alg).unwrap();
            let sealed = key.seal(&kek, &entropy).unwrap();
            let opened = SigningKey::open(key.kid(), alg, &sealed, &kek).unwrap();
            assert_eq!((opened.kid(), opened.public()), (key.kid(), key.public()));
            assert!(SigningKey::open("other", alg, &sealed, &kek).is_err());
            // A row whose id is not the key's: sealed for that row, yet another key.
            let misplaced = kek.seal(place("other"), key.to_pkcs8().unwrap().expose(), &entropy).unwrap();
            assert!(matches!(SigningKey::open("other", alg, &misplaced, &kek), Err(SignError::KeyId(_))));
        }
    }

    #[test]
    fn claims_that_are_not_json_are_an_error() {
        let key = SigningKey::generate(Alg::EdDSA).unwrap();
        let claims = std::collections::HashMap::from([((1, 2), 3)]);
        assert!(matches!(key.sign(Typ::Jwt, &claims), Err(SignError::Claims(_))));
    }
}
