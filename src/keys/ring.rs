//! The key ring: an immutable snapshot of the signing keys at one moment. Its owner builds a new one when rows or time
//! change it, and swaps it whole.

use std::sync::Arc;

use jsonwebtoken::{DecodingKey, Validation};

use super::{
    jwk::{Alg, Jwks},
    kek::Kek,
    rotation::{KeyState, Policy, SigningKeyRow},
    sign::{SignError, SigningKey},
};
use crate::base::moment::Moment;

/// Why no ring can be built.
#[derive(Debug, thiserror::Error)]
pub enum RingError {
    /// A row does not open.
    #[error("signing key {kid}: {source}")]
    Key {
        /// Which.
        kid: String,
        /// Why.
        source: SignError,
    },
    /// A public key that cannot verify.
    #[error("signing key {kid}: {source}")]
    Verifier {
        /// Which.
        kid: String,
        /// Why.
        source: jsonwebtoken::errors::Error,
    },
    /// The document cannot be written.
    #[error("jwks: {0}")]
    Jwks(#[from] serde_json::Error),
}

/// Everything needed to sign and to verify, at one moment.
pub struct KeyRing {
    signers: Vec<Arc<SigningKey>>,
    pub(super) verifiers: Vec<Verifier>,
    jwks: Jwks,
    changes_at: Option<Moment>,
}

/// A public key with the one algorithm it verifies.
pub(super) struct Verifier {
    pub(super) kid: String,
    pub(super) alg: Alg,
    pub(super) key: DecodingKey,
    pub(super) validation: Validation,
}

impl KeyRing {
    /// Opens what `rows` (all of them, retired ones too) hold and the moment does not call retired.
    ///
    /// # Errors
    /// [`RingError`]: one row that does not open is an error, never a key quietly missing.
    pub fn open(rows: &[SigningKeyRow], kek: &Kek, policy: &Policy, now: Moment) -> Result<Self, RingError> {
        let mut keys = Vec::new();
        for (row, state) in rows.iter().zip(policy.states(rows, now)) {
            if state != KeyState::Retired && !keys.iter().any(|(key, _): &(Arc<SigningKey>, _)| key.kid() == row.kid) {
                let opened = SigningKey::open(&row.kid, row.alg, &row.sealed, kek);
                keys.push((Arc::new(opened.map_err(|source| RingError::Key { kid: row.kid.clone(), source })?), state));
            }
        }
        // The same rows give the same bytes and the same ETag on every node, in whatever order the store returns them.
        keys.sort_unstable_by(|(a, _), (b, _)| (a.alg().as_str(), a.kid()).cmp(&(b.alg().as_str(), b.kid())));
        Ok(Self {
            verifiers: keys.iter().map(|(key, _)| Verifier::new(key)).collect::<Result<_, _>>()?,
            jwks: Jwks::build(keys.iter().map(|(key, _)| (key.kid(), key.alg(), key.public())))?,
            signers: keys.into_iter().filter(|(_, state)| *state == KeyState::Current).map(|(key, _)| key).collect(),
            changes_at: policy.next_change(rows, now),
        })
    }

    /// The key that signs with `alg`; `None` only until the first key of that algorithm exists (performance.md 13).
    pub fn signer(&self, alg: Alg) -> Option<Arc<SigningKey>> {
        self.signers.iter().find(|key| key.alg() == alg).cloned()
    }

    /// Whether every algorithm can sign. Until then the JWKS document is about to change and must not be cached.
    pub fn is_complete(&self) -> bool {
        Alg::ALL.into_iter().all(|alg| self.signers.iter().any(|key| key.alg() == alg))
    }

    /// The JWKS document of all keys that are not retired (prot N9).
    pub const fn jwks(&self) -> &Jwks {
        &self.jwks
    }

    /// When this snapshot is to be built anew though no row changes.
    pub const fn changes_at(&self) -> Option<Moment> {
        self.changes_at
    }
}

impl Verifier {
    fn new(key: &SigningKey) -> Result<Self, RingError> {
        let mut validation = Validation::new(key.alg().jsonwebtoken());
        // Times and audience are checked in `verify`, against a moment that is passed in.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let decoding = key.public().decoding_key();
        let decoding = decoding.map_err(|source| RingError::Verifier { kid: key.kid().to_owned(), source })?;
        Ok(Self { kid: key.kid().to_owned(), alg: key.alg(), key: decoding, validation })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::Value;

    use super::*;
    use crate::{
        base::{entropy::SystemEntropy, moment::Moment},
        keys::{
            seal::SealError,
            sign::Typ,
            verify::{Checks, Expired, VerifyError},
        },
    };

    const NOW: Moment = Moment::from_secs(1_795_200_000);

    fn kek() -> Kek {
        Kek::from_bytes(&[7; 32]).unwrap()
    }

    fn row(alg: Alg, active_from: Moment) -> SigningKeyRow {
        let key = SigningKey::generate(alg).unwrap();
        SigningKeyRow::new(&key, &kek(), &SystemEntropy::default(), NOW, active_from).unwrap()
    }

    fn open(rows: &[SigningKeyRow], now: Moment) -> KeyRing {
        KeyRing::open(rows, &kek(), &Policy::default(), now).unwrap()
    }

    fn keys(ring: &KeyRing) -> Vec<Value> {
        let document: Value = serde_json::from_slice(&ring.jwks().body).unwrap();
        document["keys"].as_array().unwrap().clone()
    }

    #[test]
    fn prot_n9_the_document_holds_unique_public_keys_with_use_and_alg() {
        let rows = [row(Alg::RS256, NOW), row(Alg::ES256, NOW), row(Alg::ES256, NOW), row(Alg::EdDSA, NOW)];
        let ring = open(&rows, NOW);
        let keys = keys(&ring);
        let kids: std::collections::HashSet<_> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
        assert_eq!((keys.len(), kids.len()), (4, 4));
        for key in &keys {
            let members: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
            let expected: &[_] = match key["kty"].as_str().unwrap() {
                "RSA" => &["alg", "e", "kid", "kty", "n", "use"],
                "EC" => &["alg", "crv", "kid", "kty", "use", "x", "y"],
                _ => &["alg", "crv", "kid", "kty", "use", "x"],
            };
            assert_eq!((members.as_slice(), &key["use"]), (expected, &Value::from("sig")));
            if key["kty"] == "RSA" {
                assert!(key["n"].as_str().unwrap().len() >= 2048 / 6, "at least 2048 bits");
            }
        }
    }

    #[test]
    fn the_same_keys_give_the_same_document_in_any_order() {
        let mut rows = [row(Alg::ES256, NOW), row(Alg::EdDSA, NOW), row(Alg::ES256, NOW)];
        let one = open(&rows, NOW);
        rows.reverse();
        let two = open(&rows, NOW);
        assert_eq!((&one.jwks().body, &one.jwks().etag), (&two.jwks().body, &two.jwks().etag));
        assert_ne!(one.jwks().etag, open(&rows[..2], NOW).jwks().etag);
    }

    #[test]
    fn perf_13_a_ring_without_an_rsa_key_is_usable_and_says_so() {
        let mut rows = vec![row(Alg::ES256, NOW), row(Alg::EdDSA, NOW)];
        let ring = open(&rows, NOW);
        assert!(ring.signer(Alg::ES256).is_some() && ring.signer(Alg::RS256).is_none() && !ring.is_complete());
        rows.push(row(Alg::RS256, NOW));
        assert!(open(&rows, NOW).is_complete());
    }

    #[test]
    fn sec_q45_tokens_survive_a_rotation_and_the_new_key_was_published_before() {
        let day = |n: u64| NOW.plus(Duration::from_secs(86_400 * n));
        let rows = [row(Alg::ES256, NOW), row(Alg::ES256, day(1))];
        let checks = |now| Checks { issuer: "i", audience: None, now, expired: Expired::Accept };
        let claims = serde_json::json!({"iss": "i", "exp": 1});

        let before = open(&rows, NOW);
        let old = before.signer(Alg::ES256).unwrap();
        assert_eq!((old.kid(), keys(&before).len()), (rows[0].kid.as_str(), 2));
        assert_eq!(before.changes_at(), Some(day(1)));
        let token = old.sign(Typ::Jwt, &claims).unwrap();

        let after = open(&rows, day(1));
        assert_eq!(after.signer(Alg::ES256).unwrap().kid(), rows[1].kid);
        assert!(after.verify(&token, Typ::Jwt, checks(day(1))).is_ok());

        let late = open(&rows, day(31));
        assert_eq!(keys(&late).len(), 1);
        assert_eq!(late.verify(&token, Typ::Jwt, checks(day(31))), Err(VerifyError::UnknownKey));
    }

    #[test]
    fn sec_s12_sealed_keys_swapped_between_rows_are_refused() {
        let mut rows = [row(Alg::ES256, NOW), row(Alg::ES256, NOW)];
        let [one, two] = &mut rows;
        std::mem::swap(&mut one.sealed, &mut two.sealed);
        let error = KeyRing::open(&rows, &kek(), &Policy::default(), NOW).map(drop).unwrap_err();
        let tampered = matches!(error, RingError::Key { source: SignError::Seal(SealError::Tampered { .. }), .. });
        assert!(tampered, "{error}");
    }

    #[test]
    fn a_key_stored_under_another_algorithm_is_refused() {
        let mut rows = [row(Alg::ES256, NOW)];
        rows[0].alg = Alg::EdDSA;
        let error = KeyRing::open(&rows, &kek(), &Policy::default(), NOW).map(drop).unwrap_err();
        assert!(matches!(error, RingError::Key { source: SignError::Rejected(Alg::EdDSA), .. }), "{error}");
    }
}
