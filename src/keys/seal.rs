//! Secrets at rest: AES-256-GCM under the key-encryption key, bound to the place where they are stored (D15, security.md S12).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::kek::{Kek, KekId};
use crate::base::{entropy::Entropy, secret::Secret};

const VERSION: &str = "v1";

/// Where a sealed value is stored. It is authenticated with the value, so that a value copied into another row,
/// column or table does not open there.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Table.
    pub table: &'a str,
    /// Column.
    pub column: &'a str,
    /// Id of the row.
    pub row: &'a str,
}

impl Place<'_> {
    /// NUL separates: no name or id can hold it (architecture.md, one SQL text, rule 3).
    fn aad(&self) -> Vec<u8> {
        [self.table, self.column, self.row].join("\0").into_bytes()
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{} of {}", self.table, self.column, self.row)
    }
}

/// A sealed value as the database stores it: `v1.<kek id>.<base64url of nonce, ciphertext, tag>`.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    text: String,
    kek: KekId,
}

/// Why a value could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The text is not a sealed value.
    #[error("not a sealed value")]
    Malformed,
    /// It was sealed under another key.
    #[error("{place} is sealed under key {wanted}, but the key given is {given}; provide the key with id {wanted}")]
    OtherKey {
        /// Where the value stands.
        place: String,
        /// The key that sealed it.
        wanted: KekId,
        /// The key at hand.
        given: KekId,
    },
    /// It was altered, or belongs to another row.
    #[error("{place} does not open: it was changed, or it belongs to another row")]
    Tampered {
        /// Where the value stands.
        place: String,
    },
    /// The library refused to encrypt; does not happen with values of sane size.
    #[error("could not seal")]
    Failed,
}

impl Sealed {
    /// Reads the stored text.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let rest = text.strip_prefix(VERSION).and_then(|rest| rest.strip_prefix('.'));
        let (kek, data) = rest.and_then(|rest| rest.split_once('.')).ok_or(SealError::Malformed)?;
        let kek = kek.parse().map_err(|_| SealError::Malformed)?;
        let minimum = base64::encoded_len(NONCE_LEN + AES_256_GCM.tag_len(), false).unwrap_or(usize::MAX);
        if data.len() < minimum {
            return Err(SealError::Malformed);
        }
        Ok(Self { text: text.to_owned(), kek })
    }

    /// The stored text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Id of the key that sealed it.
    pub const fn kek_id(&self) -> KekId {
        self.kek
    }

    fn data(&self) -> Result<Vec<u8>, SealError> {
        let data = self.text.rsplit('.').next().unwrap_or_default();
        URL_SAFE_NO_PAD.decode(data).map_err(|_| SealError::Malformed)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({VERSION}.{}.…)", self.kek)
    }
}

impl Kek {
    /// Seals `plain` for `place`.
    ///
    /// # Errors
    /// [`SealError::Failed`] if the library refuses.
    pub fn seal(&self, place: Place<'_>, plain: &[u8], entropy: &dyn Entropy) -> Result<Sealed, SealError> {
        // A random 96-bit nonce is safe for 2^32 values under one key (SP 800-38D `secret_keys`:8.3); rows are far fewer.
        let nonce: [u8; NONCE_LEN] = entropy.bytes();
        // Room for the tag from the start: growing would leave a copy of the plain text behind.
        let mut body = Vec::with_capacity(plain.len() + AES_256_GCM.tag_len());
        body.extend_from_slice(plain);
        self.cipher()
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place.aad()), &mut body)
            .map_err(|_| SealError::Failed)?;
        let mut text = format!("{VERSION}.{}.", self.id());
        URL_SAFE_NO_PAD.encode_string([nonce.as_slice(), &body].concat(), &mut text);
        Ok(Sealed { text, kek: self.id() })
    }

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    /// [`SealError::OtherKey`], or [`SealError::Tampered`] if text or place differ from what was sealed.
    pub fn open(&self, place: Place<'_>, sealed: &Sealed) -> Result<Secret<Vec<u8>>, SealError> {
        if sealed.kek_id() != self.id() {
            return Err(SealError::OtherKey { place: place.to_string(), wanted: sealed.kek_id(), given: self.id() });
        }
        let data = sealed.data()?;
        let (nonce, body) = data.split_at_checked(NONCE_LEN).ok_or(SealError::Malformed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Malformed)?;
        let mut body = body.to_vec();
        let plain = self
            .cipher()
            .open_in_place(nonce, Aad::from(place.aad()), &mut body)
            .map_err(|_| SealError::Tampered { place: place.to_string() })?
            .len();
        body.truncate(plain);
        Ok(Secret::new(body))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::entropy::SystemEntropy;

    const HERE: Place<'static> = Place { table: "signing_key", column: "sealed", row: "1" };

    fn kek(byte: u8) -> Kek {
        Kek::from_bytes(&[byte; 32]).unwrap()
    }

    #[test]
    fn sec_s12_values_swapped_between_rows_columns_or_tables_are_refused() {
        let (kek, entropy) = (kek(7), SystemEntropy::default());
        let sealed = kek.seal(HERE, b"secret", &entropy).unwrap();
        assert_eq!(kek.open(HERE, &sealed).unwrap().expose(), b"secret");
        for elsewhere in [
            Place { row: "2", ..HERE },
            Place { column: "other", ..HERE },
            Place { table: "secret_key", ..HERE },
            Place { table: "signing_keysealed", column: "", ..HERE },
        ] {
            assert!(matches!(kek.open(elsewhere, &sealed), Err(SealError::Tampered { .. })), "{elsewhere}");
        }
    }

    #[test]
    fn sec_s12_another_key_is_named() {
        let entropy = SystemEntropy::default();
        let sealed = kek(7).seal(HERE, b"secret", &entropy).unwrap();
        let error = kek(8).open(HERE, &sealed).map(drop).unwrap_err();
        assert!(error.to_string().contains(&kek(7).id().to_string()), "{error}");
    }

    #[test]
    fn dec_d15_the_text_shows_nothing_and_never_repeats() {
        let (kek, entropy) = (kek(7), SystemEntropy::default());
        let (one, two) = (kek.seal(HERE, b"secret", &entropy).unwrap(), kek.seal(HERE, b"secret", &entropy).unwrap());
        assert_ne!(one.text(), two.text());
        assert!(!format!("{one:?}").contains(one.text()));
    }

    #[test]
    fn malformed_text_is_refused() {
        let long = "A".repeat(60);
        let kek = kek(7).id();
        for text in
            ["", "v1", "v1..", &long, &format!("v2.{kek}.{long}"), &format!("v1.{kek}.AAAA"), &format!("v1.zz.{long}")]
        {
            assert!(matches!(Sealed::parse(text), Err(SealError::Malformed)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_opens_again_and_no_changed_text_does(
            plain: Vec<u8>, row in "[a-z0-9-]{1,36}", at in 0usize..10_000, with in "[A-Za-z0-9_-]",
        ) {
            let (kek, entropy) = (kek(7), SystemEntropy::default());
            let place = Place { row: &row, ..HERE };
            let sealed = kek.seal(place, &plain, &entropy).unwrap();
            let read = Sealed::parse(sealed.text()).unwrap();
            let opened = kek.open(place, &read).unwrap();
            prop_assert_eq!(opened.expose(), &plain);

            let mut changed = sealed.text().to_owned();
            let at = at % changed.len();
            changed.replace_range(at..=at, &with);
            if changed != sealed.text() {
                prop_assert!(Sealed::parse(&changed).and_then(|sealed| kek.open(place, &sealed)).is_err());
            }
        }
    }
}
