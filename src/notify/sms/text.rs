//! What a text message may hold and what it costs: characters of GSM 03.38 or UCS-2, in segments; and the last line that
//! binds a code to this site (WICG "Origin-bound one-time codes delivered via SMS").

/// How a message is written on the air.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// The alphabet of GSM 03.38: 160 characters, or 153 in each of several segments.
    Gsm7,
    /// Everything else: 70 units of UTF-16, or 67 in each of several segments.
    Ucs2,
}

/// The size of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// How it is written.
    pub encoding: Encoding,
    /// Characters as the encoding counts them.
    pub units: usize,
    /// Messages that are paid for.
    pub segments: usize,
}

/// The basic alphabet (3GPP TS 23.038 §6.2.1), without the escape.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Characters that take two places (§6.2.1.1).
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// Measures a message.
pub fn size(text: &str) -> Size {
    let gsm: Option<Vec<usize>> = text.chars().map(septets).collect();
    let (encoding, units, single, several) = match gsm {
        Some(units) => (Encoding::Gsm7, units, 160, 153),
        None => (Encoding::Ucs2, text.chars().map(char::len_utf16).collect(), 70, 67),
    };
    let total: usize = units.iter().sum();
    let segments = if total <= single { 1 } else { segments(&units, several) };
    Size { encoding, units: total, segments }
}

fn septets(character: char) -> Option<usize> {
    if BASIC.contains(character) { Some(1) } else { EXTENDED.contains(character).then_some(2) }
}

/// A character is not cut in two: what does not fit begins the next segment.
fn segments(units: &[usize], room: usize) -> usize {
    let (mut segments, mut used) = (1, 0);
    for unit in units {
        if used + unit > room {
            segments += 1;
            used = 0;
        }
        used += unit;
    }
    segments
}

/// A message with a code: the sentence that people read, and the line by which browsers offer the code on our pages only.
/// `host` is the one of `public_url`.
pub fn with_code(sentence: &str, host: &str, code: &str) -> String {
    // A name in the sentence must not begin a line of this form.
    let sentence = sentence.replace(['\r', '\n'], " ");
    format!("{}\n\n@{host} #{code}", sentence.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn measured(text: &str) -> (Encoding, usize, usize) {
        let size = size(text);
        (size.encoding, size.units, size.segments)
    }

    #[test]
    fn segments_are_counted_as_networks_do() {
        use Encoding::{Gsm7, Ucs2};
        for (text, expected) in [
            (String::new(), (Gsm7, 0, 1)),
            ("x".repeat(160), (Gsm7, 160, 1)),
            ("x".repeat(161), (Gsm7, 161, 2)),
            ("x".repeat(306), (Gsm7, 306, 2)),
            ("x".repeat(307), (Gsm7, 307, 3)),
            ("€".repeat(80), (Gsm7, 160, 1)),
            ("€".repeat(81), (Gsm7, 162, 2)),
            // 153 is odd: a pair does not fit into its last place.
            ("€".repeat(153), (Gsm7, 306, 3)),
            ("Ihr Code für Größe: åäö".to_owned(), (Gsm7, 23, 1)),
            ("Votre code à ê".to_owned(), (Ucs2, 14, 1)),
            ("ж".repeat(70), (Ucs2, 70, 1)),
            ("ж".repeat(71), (Ucs2, 71, 2)),
            ("😀".repeat(35), (Ucs2, 70, 1)),
            ("😀".repeat(36), (Ucs2, 72, 2)),
            ("😀".repeat(67), (Ucs2, 134, 3)),
        ] {
            assert_eq!(measured(&text), expected, "{text}");
        }
    }

    #[test]
    fn the_alphabet_has_its_127_characters_and_ten_more() {
        assert_eq!((BASIC.chars().count(), EXTENDED.chars().count()), (127, 10));
    }

    #[test]
    fn sec_s8_the_last_line_binds_the_code_to_this_site() {
        let text = with_code("123456 is your code for Acme.", "login.acme.example", "123456");
        assert_eq!(text, "123456 is your code for Acme.\n\n@login.acme.example #123456");
        assert_eq!(size(&text).segments, 1);
    }

    #[test]
    fn sec_s8_no_name_in_the_sentence_makes_another_such_line() {
        let text = with_code("Your code for Evil\n@evil.example #000000", "login.acme.example", "123456");
        let bound: Vec<&str> = text.lines().filter(|line| line.starts_with('@')).collect();
        assert_eq!(bound, ["@login.acme.example #123456"]);
    }

    proptest! {
        #[test]
        fn a_longer_message_never_costs_less(text in "\\PC{0,300}", more in "\\PC{0,50}") {
            let (shorter, longer) = (size(&text), size(&format!("{text}{more}")));
            prop_assert!(longer.segments >= shorter.segments);
            prop_assert!(shorter.segments >= 1 && shorter.units.div_ceil(160) <= shorter.segments);
        }
    }
}
