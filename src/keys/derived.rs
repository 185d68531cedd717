//! Secrets in messages: derived from the message, so that a second attempt sends the same one and no table holds it
//! (security.md S9). What redeems them stores a hash.

use uuid::Uuid;

use super::secret_keys::HmacKey;
use crate::base::{
    bearer::{BearerKind, Minted, form},
    secret::Secret,
};

/// Digits of a code by mail or SMS (D28).
pub const CODE_DIGITS: usize = 6;

/// How many codes there are.
const CODES: u32 = 10_u32.pow(CODE_DIGITS as u32);
/// Words from here on would make the smaller codes likelier than the larger ones.
const UNEVEN: u32 = u32::MAX - u32::MAX % CODES;

/// The link in the message `id`: `HMAC-SHA256(K_link, message id ‖ purpose)` in the form of a bearer value of `kind`.
pub fn link_secret(key: &HmacKey, kind: BearerKind, id: Uuid, purpose: &str) -> Minted {
    form(kind, id, &key.mac(&[b"link", id.as_bytes(), purpose.as_bytes()]))
}

/// The six-digit code in the message `id`, each of the million as likely as any other.
pub fn code_digits(key: &HmacKey, id: Uuid, purpose: &str) -> Secret<String> {
    let words = (0_u32..).flat_map(|block| {
        let mac = Secret::new(key.mac(&[b"code", id.as_bytes(), purpose.as_bytes(), &block.to_be_bytes()]));
        mac.expose().as_chunks::<4>().0.iter().map(|word| u32::from_be_bytes(*word)).collect::<Vec<_>>()
    });
    // One word in four thousand is passed over; the sequence has no end.
    let code = words.into_iter().find(|word| *word < UNEVEN).unwrap_or_default() % CODES;
    Secret::new(format!("{code:0CODE_DIGITS$}"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{
        base::{bearer::read, entropy::SystemEntropy, moment::Moment},
        keys::{
            kek::Kek,
            secret_keys::{Purpose, SecretKeyRow, SecretKeys, missing_purposes},
        },
    };

    fn keys() -> SecretKeys {
        let (kek, entropy) = (Kek::from_bytes(&[7; 32]).unwrap(), SystemEntropy::default());
        let row = |purpose| SecretKeyRow::generate(purpose, &kek, &entropy, Moment::from_secs(1)).unwrap();
        SecretKeys::open(&missing_purposes(&[]).map(row).collect::<Vec<_>>(), &kek).unwrap()
    }

    fn link(keys: &SecretKeys, kind: BearerKind, id: u128, purpose: &str) -> String {
        link_secret(keys.current(Purpose::Link), kind, Uuid::from_u128(id), purpose).value.expose().clone()
    }

    #[test]
    fn sec_s9_a_link_can_be_made_again_and_is_nobody_elses() {
        let keys = keys();
        let reset = link(&keys, BearerKind::PasswordLink, 1, "reset");
        assert_eq!(reset, link(&keys, BearerKind::PasswordLink, 1, "reset"));
        assert!(read(BearerKind::PasswordLink, &reset).is_some_and(|it| it.id == Uuid::from_u128(1)));
        let others = [
            link(&keys, BearerKind::PasswordLink, 2, "reset"),
            link(&keys, BearerKind::PasswordLink, 1, "password"),
            link(&self::keys(), BearerKind::PasswordLink, 1, "reset"),
        ];
        let bits = |value: &str| value.split('.').nth(1).unwrap().to_owned();
        assert!(others.iter().all(|other| bits(other) != bits(&reset)));
    }

    #[test]
    fn sec_s9_codes_are_six_digits_and_depend_on_everything() {
        let keys = keys();
        let code =
            |id, purpose| code_digits(keys.current(Purpose::Link), Uuid::from_u128(id), purpose).expose().clone();
        assert_eq!(code(1, "sign-in"), code(1, "sign-in"));
        let many: HashSet<String> = (0..500).map(|id| code(id, "sign-in")).collect();
        assert!(many.len() > 490, "{} of 500 are different", many.len());
        assert!(many.iter().all(|code| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())));
        assert!((0..20).any(|id| code(id, "sign-in") != code(id, "verify-phone")));
    }

    #[test]
    fn sec_s9_no_code_is_likelier_than_another() {
        assert_eq!(UNEVEN % CODES, 0, "every code has as many words below the bound");
        const { assert!(UNEVEN > u32::MAX - CODES) };
        // The last digit of twenty thousand codes, by a chi-squared test with nine degrees of freedom.
        let keys = keys();
        let key = keys.current(Purpose::Link);
        let mut counts = [0_i64; 10];
        for id in 0..20_000 {
            let code = code_digits(key, Uuid::from_u128(id), "x");
            counts[usize::from(code.expose().as_bytes()[5] - b'0')] += 1;
        }
        let chi_squared: i64 = counts.iter().map(|count| (count - 2000).pow(2)).sum::<i64>() / 2000;
        assert!(chi_squared < 45, "{counts:?}");
    }
}
