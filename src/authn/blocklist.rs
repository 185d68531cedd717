//! Passwords that everybody tries (security.md Q53, inventory.md K26): a bundled list, and the disguises that people give
//! to its words. `NOTICE` names its sources.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

/// One per line, folded and sorted by bytes; what is found through its disguise (`password1`) is left out.
const COMMON: &str = include_str!("blocklist/common.txt");

/// Fewest characters of a word that is looked for inside its ends.
const SHORTEST_CORE: usize = 4;
/// More ways to read one password there are not, unless somebody looks for them.
const MOST_FORMS: usize = 64;

/// Whether a password is one of the common ones, in any spelling of it: with other capitals, with digits and signs at its
/// ends, with digits for letters, twice in a row. The whole password is compared, never a part of it.
pub fn is_common(password: &str) -> bool {
    forms(password).iter().any(|form| is_listed(form))
}

/// One spelling for all capitals and widths.
pub(super) fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// Digits and signs as the letters that they stand for; `1` and `!` as `one`, which is `l` or `i`.
pub(super) fn unleet(text: &str, one: char) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' => one,
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        '8' => 'b',
        '!' => 'i',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// The password and everything that it is a disguise of.
fn forms(password: &str) -> Vec<String> {
    let mut forms = vec![fold(password)];
    let mut known: HashSet<String> = forms.iter().cloned().collect();
    let mut next = 0;
    while let Some(form) = forms.get(next).filter(|_| next < MOST_FORMS).cloned() {
        for simpler in simpler(&form) {
            if known.insert(simpler.clone()) {
                forms.push(simpler);
            }
        }
        next += 1;
    }
    forms
}

fn simpler(form: &str) -> Vec<String> {
    let characters: Vec<char> = form.chars().collect();
    let mut simpler = vec![unleet(form, 'l'), unleet(form, 'i')];
    simpler.extend(repeated(&characters).map(|unit| unit.iter().collect()));
    let end = characters.iter().rposition(|c| c.is_alphabetic()).map_or(0, |last| last + 1);
    let start = characters.iter().position(|c| c.is_alphabetic()).unwrap_or(0);
    for begin in [0, start] {
        let core = characters.get(begin..end).unwrap_or_default();
        // "butterfly-7392-4417-1138" is not a way to write "butterfly".
        if core.len() >= SHORTEST_CORE && 2 * core.len() >= characters.len() {
            simpler.push(core.iter().collect());
        }
    }
    simpler
}

/// What the text is a repetition of: `abcabc` of `abc`.
fn repeated(characters: &[char]) -> Option<&[char]> {
    let length = characters.len();
    let is_unit = |size: &usize| {
        length.is_multiple_of(*size)
            && characters.get(..*size).is_some_and(|unit| characters.chunks(*size).all(|chunk| chunk == unit))
    };
    (2..=length / 2).find(is_unit).and_then(|size| characters.get(..size))
}

/// Looks a line up by bisection.
fn is_listed(word: &str) -> bool {
    let list = COMMON.as_bytes();
    let (mut low, mut high) = (0, list.len());
    while low < high {
        let middle = low.midpoint(high);
        // The line that holds the byte in the middle.
        let start = list
            .get(low..middle)
            .and_then(|left| left.iter().rposition(|b| *b == b'\n'))
            .map_or(low, |at| low + at + 1);
        let end = list
            .get(start..)
            .and_then(|rest| rest.iter().position(|b| *b == b'\n'))
            .map_or(list.len(), |at| start + at);
        match list.get(start..end).unwrap_or_default().cmp(word.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sec_q53_tens_of_thousands_of_common_passwords_are_known() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() > 40_000, "{}", lines.len());
        assert!(lines.is_sorted() && COMMON.ends_with('\n'), "the list is sorted by bytes");
        for line in &lines {
            assert!(fold(line) == *line && line.chars().count() >= 4 && is_listed(line), "{line:?}");
        }
        for word in ["", "\n", "123456\n", "zzzzzzzzzzzz", "\u{10ffff}", "a", "passwordpasswor"] {
            assert!(!is_listed(word), "{word:?}");
        }
    }

    #[test]
    fn inv_k26_a_common_password_is_known_in_its_disguises() {
        for password in [
            "password",
            "Password",
            "PASSWORD1",
            "Passw0rd!",
            "Passw0rd!Passw0rd!",
            "P@$$w0rd2024",
            "pa55word",
            "ｐａｓｓｗｏｒｄ",
            "@dmin123",
            "!!qwerty!!",
            "qwertyuiop",
            "123456789",
            "iloveyou",
            "1Password1",
            "letmeinletmein",
            "Passwort123",
            "Lösenord2026",
            "motdepasse!",
        ] {
            assert!(is_common(password), "{password}");
        }
    }

    #[test]
    fn sec_q53_the_whole_password_is_compared() {
        for password in [
            "correct horse battery staple",
            "vexing-marsh",
            "password manager on a tall ladder",
            "butterfly-7392-4417-1138",
            "8zQ!rT5#wLp0vXe",
            "mypasswordisgreen",
            "日本語日本国東京都",
            "",
        ] {
            assert!(!is_common(password), "{password}");
        }
    }

    #[test]
    fn a_repetition_is_found() {
        let unit = |text: &str| {
            let characters: Vec<char> = text.chars().collect();
            repeated(&characters).map(|unit| unit.iter().collect::<String>())
        };
        assert_eq!(unit("abcabc").as_deref(), Some("abc"));
        assert_eq!(unit("abababab").as_deref(), Some("ab"));
        for text in ["", "a", "aa", "abca", "abcab"] {
            assert_eq!(unit(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_password_panics_or_takes_many_forms(password in "\\PC{0,256}") {
            prop_assert!(forms(&password).len() <= 4 * MOST_FORMS);
            let _ = is_common(&password);
        }

        #[test]
        fn inv_k26_capitals_and_ends_hide_no_common_password(index in 0_usize..40_000, ends in "[0-9!?.]{0,3}") {
            let word = COMMON.lines().nth(index).unwrap();
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            prop_assume!(letters == word.chars().count() && letters >= 4);
            let disguised = word.to_uppercase() + &ends;
            prop_assert!(is_common(&disguised) || letters < ends.len(), "{}", disguised);
        }
    }
}
