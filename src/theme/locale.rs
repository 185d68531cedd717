//! Texts of one language.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use super::{
    error::ThemeError,
    escape::{DIRECTION_CONTROLS, Escaped},
};

const ISOLATE: char = '\u{2068}';
const END: char = '\u{2069}';

/// One language: its texts, its direction and its name for itself.
pub(super) struct Locale {
    pub tag: String,
    /// `ltr` or `rtl`, from the text `direction`.
    pub dir: String,
    /// The language's name in itself, from the text `language-name`.
    pub name: String,
    bundle: FluentBundle<FluentResource>,
}

/// A value that a text may name: a number chooses the plural, a name is only put in.
pub(super) enum Argument<'a> {
    Number(i64),
    Name(Cow<'a, str>),
}

impl Locale {
    /// From locale files, later ones over earlier ones. The first language of the default theme comes below them all,
    /// so that a language that is not complete shows an English sentence rather than none.
    pub fn new<'a>(tag: &str, texts: impl IntoIterator<Item = &'a str>) -> Result<Self, ThemeError> {
        let wrong = |line: usize, message: String| ThemeError::Locale { tag: tag.to_owned(), line, message };
        let language: LanguageIdentifier =
            tag.parse().map_err(|_| wrong(0, "the name is no language tag".to_owned()))?;
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        bundle.set_use_isolating(false);
        for text in texts {
            let resource = FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| {
                let first = errors.first();
                let at = first.map_or(0, |error| error.pos.start);
                let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
                wrong(line, first.map(ToString::to_string).unwrap_or_default())
            })?;
            bundle.add_resource_overriding(resource);
        }
        let mut locale = Self { tag: tag.to_owned(), dir: String::new(), name: String::new(), bundle };
        let fixed = |key: &str| locale.format(key, &[]).map_err(|message| wrong(0, message));
        (locale.dir, locale.name) = (fixed("direction")?, fixed("language-name")?);
        match locale.dir.as_str() {
            "ltr" | "rtl" => Ok(locale),
            _ => Err(wrong(0, "direction is ltr or rtl".to_owned())),
        }
    }

    /// Whether there is such a text.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// A sentence for an attribute or a title: names are isolated by control characters where they could turn it round.
    pub fn plain(&self, key: &str, arguments: &[(&str, Argument)]) -> Result<String, String> {
        let text = self.format(key, arguments)?;
        let foreign = self.dir == "rtl" || text.chars().any(is_right_to_left);
        Ok(if foreign { text } else { text.replace([ISOLATE, END], "") })
    }

    /// A sentence as HTML: escaped, every name in a `<bdi>` of its own.
    pub fn html(&self, key: &str, arguments: &[(&str, Argument)]) -> Result<String, String> {
        let escaped = Escaped(&self.format(key, arguments)?).to_string();
        Ok(escaped.replace(ISOLATE, "<bdi>").replace(END, "</bdi>"))
    }

    /// The sentence with each name between [`ISOLATE`] and [`END`], which nothing else brings in.
    fn format(&self, key: &str, arguments: &[(&str, Argument)]) -> Result<String, String> {
        let missing = || format!("no text {key:?} in {}", self.tag);
        let pattern = self.bundle.get_message(key).and_then(|message| message.value()).ok_or_else(missing)?;
        let mut values = FluentArgs::new();
        for (name, argument) in arguments {
            values.set(
                *name,
                match argument {
                    Argument::Number(number) => FluentValue::from(*number),
                    Argument::Name(text) => FluentValue::from(isolated(text)),
                },
            );
        }
        let mut errors = vec![];
        let text = self.bundle.format_pattern(pattern, Some(&values), &mut errors);
        match errors.first() {
            None => Ok(text.into_owned()),
            Some(error) => Err(format!("text {key:?} in {}: {error}", self.tag)),
        }
    }
}

fn isolated(text: &str) -> String {
    format!("{ISOLATE}{}{END}", text.replace(DIRECTION_CONTROLS, ""))
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "direction = ltr\nlanguage-name = English\nto = Go to { $client }.\n\
                        wait = { $minutes ->\n    [one] one minute\n   *[other] { $minutes } minutes\n }\n";

    fn locale(tag: &str, text: &str) -> Locale {
        Locale::new(tag, [BASE, text]).unwrap()
    }

    fn name(text: &str) -> [(&'static str, Argument<'_>); 1] {
        [("client", Argument::Name(text.into()))]
    }

    #[test]
    fn sec_markup_names_are_escaped_and_isolated() {
        let english = locale("en", "");
        assert_eq!(
            english.html("to", &name("<b>\"A\"&'")).unwrap(),
            "Go to <bdi>&lt;b&gt;&quot;A&quot;&amp;&#39;</bdi>."
        );
        let turned = "\u{2069}\u{202e}evil\u{2068}";
        assert_eq!(english.html("to", &name(turned)).unwrap(), "Go to <bdi>evil</bdi>.");
        assert_eq!(english.plain("to", &name(turned)).unwrap(), "Go to evil.");
        assert_eq!(english.plain("to", &name("شركة")).unwrap(), "Go to \u{2068}شركة\u{2069}.");
    }

    #[test]
    fn numbers_choose_the_plural_of_the_language() {
        let wait = |tag: &str, n| locale(tag, "").plain("wait", &[("minutes", Argument::Number(n))]).unwrap();
        assert_eq!((wait("en", 1), wait("en", 2)), ("one minute".to_owned(), "2 minutes".to_owned()));
        assert_eq!(wait("fr", 0), "one minute", "nought is singular in French");
    }

    #[test]
    fn a_text_that_is_missing_or_lacks_its_variable_is_an_error() {
        let english = locale("en", "");
        assert!(english.plain("nothing", &[]).is_err());
        assert!(english.plain("to", &[]).is_err());
    }

    #[test]
    fn a_broken_file_is_an_error_with_its_line() {
        let error = Locale::new("en", [BASE, "good = x\n\nbad = { $\n"]).err().unwrap();
        assert!(error.to_string().contains("locales/en.ftl, line 3"), "{error}");
        assert!(Locale::new("en", ["language-name = X\ndirection = up\n"]).is_err());
        assert!(Locale::new("not a tag", [BASE]).is_err());
    }
}
