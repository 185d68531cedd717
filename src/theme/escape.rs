//! The one place where text becomes markup.

use std::fmt;

use minijinja::{AutoEscape, Error, Output, State, Value, escape_formatter};

/// Text as HTML, for content and for quoted attributes.
pub(super) struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let special = |c: char| matches!(c, '&' | '<' | '>' | '"' | '\'');
        for piece in self.0.split_inclusive(special) {
            let mut text = piece.chars();
            let last = text.next_back().filter(|last| special(*last));
            f.write_str(if last.is_some() { text.as_str() } else { piece })?;
            f.write_str(match last {
                Some('&') => "&amp;",
                Some('<') => "&lt;",
                Some('>') => "&gt;",
                Some('"') => "&quot;",
                Some(_) => "&#39;",
                None => "",
            })?;
        }
        Ok(())
    }
}

/// Characters that turn, nest or end the direction of text. One of them in a name would turn round what stands beside it,
/// even out of a `<bdi>`; the marks that a name may need (U+200E, U+200F) are not among them.
pub(super) const DIRECTION_CONTROLS: [char; 9] =
    ['\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'];

/// Writes a value as a template shows it: text escaped, whatever the template is called, and without
/// [`DIRECTION_CONTROLS`]. The engine's own escaping writes every `/` as `&#x2f;`, which makes addresses hard to read and
/// buys nothing where attributes are quoted.
pub(super) fn formatter(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    match value.as_str().filter(|_| !value.is_safe() && matches!(state.auto_escape(), AutoEscape::Html)) {
        Some(text) if text.contains(DIRECTION_CONTROLS) => {
            write!(out, "{}", Escaped(&text.replace(DIRECTION_CONTROLS, ""))).map_err(Error::from)
        }
        Some(text) => write!(out, "{}", Escaped(text)).map_err(Error::from),
        None => escape_formatter(out, state, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_markup_every_special_character_is_escaped() {
        assert_eq!(Escaped("a<b>&\"'ü</").to_string(), "a&lt;b&gt;&amp;&quot;&#39;ü&lt;/");
        assert_eq!(Escaped("").to_string(), "");
        assert_eq!(Escaped("plain").to_string(), "plain");
    }
}
