//! Recovery codes: the way in when every other factor is lost (security.md S8, Q68; inventory M23). Pure.

use crate::base::{entropy::Entropy, secret::Secret};

/// How many codes a set has.
pub const CODES: usize = 10;
/// Characters of a code: 16 times 5 bits are 80.
const LENGTH: usize = 16;
/// Characters between two dashes.
const GROUP: usize = 4;

/// Crockford's base 32: no letter looks like a digit, and none spells a word that nobody wants to read.
const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P',
    'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// A recovery code in the form in which it is compared: sixteen characters, no dashes.
#[derive(Clone)]
pub struct RecoveryCode(Secret<String>);

impl RecoveryCode {
    /// A new one.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        // 256 is a multiple of 32: the low five bits of a byte are as good as any.
        let letter = |byte: u8| ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or('0');
        Self(Secret::new(entropy.bytes::<LENGTH>().into_iter().map(letter).collect()))
    }

    /// Reads what somebody typed: any case, spaces and dashes anywhere, and the letters that look like digits as those.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut code = String::with_capacity(LENGTH);
        for letter in typed.chars().filter(|letter| !letter.is_whitespace() && !is_dash(*letter)) {
            let letter = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                letter => letter,
            };
            if !ALPHABET.contains(&letter) || code.len() == LENGTH {
                return None;
            }
            code.push(letter);
        }
        (code.len() == LENGTH).then(|| Self(Secret::new(code)))
    }

    /// As it is hashed.
    pub fn plain(&self) -> &str {
        self.0.expose()
    }

    /// As it is shown: `ABCD-EFGH-JKMN-PQRS`.
    pub fn shown(&self) -> Secret<String> {
        let mut text = String::with_capacity(LENGTH + LENGTH / GROUP);
        for (at, letter) in self.plain().chars().enumerate() {
            if at > 0 && at % GROUP == 0 {
                text.push('-');
            }
            text.push(letter);
        }
        Secret::new(text)
    }
}

/// The hyphen, and what word processors make of it.
pub(super) fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::base::entropy::SystemEntropy;

    #[test]
    fn sec_q68_a_code_has_eighty_bits() {
        assert_eq!(ALPHABET.iter().collect::<HashSet<_>>().len(), 32);
        assert_eq!(LENGTH * 5, 80);
        let codes: HashSet<_> =
            (0..100).map(|_| RecoveryCode::generate(&SystemEntropy::default()).plain().to_owned()).collect();
        assert_eq!(codes.len(), 100);
        let used: HashSet<char> = codes.iter().flat_map(|code| code.chars()).collect();
        assert_eq!(used.len(), 32, "every letter comes up");
    }

    #[test]
    fn a_code_reads_back_however_it_is_typed() {
        let code = RecoveryCode::parse("ab1d-ef0h jkmn–PQRS").unwrap();
        assert_eq!(code.plain(), "AB1DEF0HJKMNPQRS");
        assert_eq!(code.shown().expose(), "AB1D-EF0H-JKMN-PQRS");
        for typed in ["AB1DEF0HJKMNPQRS", " abLd-efoh\tjkmn pqrs ", "a-b-I-d-e-f-O-h-j-k-m-n-p-q-r-s"] {
            assert_eq!(RecoveryCode::parse(typed).unwrap().plain(), code.plain(), "{typed}");
        }
        for typed in ["", "AB1D", "AB1DEF0HJKMNPQRST", "AB1DEF0HJKMNPQRU", "AB1D_EF0H_JKMN_PQRS", "ÄB1DEF0HJKMNPQRS"] {
            assert!(RecoveryCode::parse(typed).is_none(), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read(lower: bool) {
            let code = RecoveryCode::generate(&SystemEntropy::default());
            let shown = code.shown();
            let typed = if lower { shown.expose().to_lowercase() } else { shown.expose().clone() };
            prop_assert_eq!(RecoveryCode::parse(&typed).map(|read| read.plain().to_owned()), Some(code.plain().to_owned()));
        }

        #[test]
        fn nothing_typed_breaks_it(typed: String) {
            prop_assert!(RecoveryCode::parse(&typed).is_none_or(|code| code.plain().len() == LENGTH));
        }
    }
}
