//! What templates of mails can do: less than those of pages, because administrators write them too.
//!
//! There is no filter and no function but those named here, and an amount of text and of steps that no mail comes near.

use std::{
    io::{self, Write},
    sync::Arc,
};

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, filters,
    syntax::SyntaxConfig,
    tests,
    value::{Kwargs, Value},
};

use crate::theme::{
    escape,
    functions::{arguments, markup, wrong},
    locale::{Argument, Locale},
};

/// Steps that a part of a mail may take.
const FUEL: u64 = 100_000;
/// Bytes that a part of a mail may have. Gmail cuts a mail off at 102 KiB.
pub(super) const LARGEST: usize = 96 * 1024;

/// The filters that a mail may use. None of them makes markup, and none makes much of little.
pub(super) const FILTERS: [&str; 6] = ["upper", "lower", "title", "capitalize", "trim", "default"];

/// An environment that knows no template yet.
pub(super) fn environment() -> Environment<'static> {
    let mut env = Environment::empty();
    let mut syntax = SyntaxConfig::builder();
    if let Ok(tidy) = syntax.trim_blocks(true).lstrip_blocks(true).build() {
        env.set_syntax(tidy);
    }
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
    env.set_formatter(escape::formatter);
    env.set_fuel(Some(FUEL));
    env.set_debug(false);
    env.add_filter("upper", filters::upper);
    env.add_filter("lower", filters::lower);
    env.add_filter("title", filters::title);
    env.add_filter("capitalize", filters::capitalize);
    env.add_filter("trim", filters::trim);
    env.add_filter("default", filters::default);
    env.add_test("defined", tests::is_defined);
    env.add_test("undefined", tests::is_undefined);
    env
}

/// Adds what depends on the language: `t` gives a sentence as markup in an HTML part and as text elsewhere, `duration`
/// says a number of minutes in words.
pub(super) fn speak(env: &mut Environment<'static>, locale: Arc<Locale>) {
    let said = Arc::clone(&locale);
    env.add_function("t", move |state: &State, key: &str, kwargs: Kwargs| {
        let arguments = arguments(&kwargs)?;
        match state.auto_escape() {
            AutoEscape::Html => said.html(key, &arguments).map(markup),
            _ => said.plain(key, &arguments).map(Value::from),
        }
        .map_err(wrong)
    });
    env.add_function("duration", move |minutes: i64| duration(&locale, minutes).map_err(wrong));
}

/// The largest unit that says it exactly; two hours and more in hours, two days and more in days.
fn duration(locale: &Locale, minutes: i64) -> Result<String, String> {
    const DAY: i64 = 24 * 60;
    let (key, name, number) = match minutes {
        _ if minutes >= 2 * DAY && minutes % DAY == 0 && minutes != 3 * DAY => ("mail-days", "days", minutes / DAY),
        _ if minutes >= 120 => ("mail-hours", "hours", minutes / 60),
        _ => ("mail-minutes", "minutes", minutes.max(1)),
    };
    locale.plain(key, &[(name, Argument::Number(number))])
}

/// Renders a template of the environment, as long as it stays within [`LARGEST`].
pub(super) fn render(env: &Environment<'_>, name: &str, context: Value) -> Result<String, Error> {
    let mut out = Limited(Vec::new());
    env.get_template(name)?.render_captured_to(context, &mut out)?;
    String::from_utf8(out.0).map_err(|_| Error::new(ErrorKind::InvalidOperation, "not UTF-8"))
}

/// A text that does not grow past [`LARGEST`].
struct Limited(Vec<u8>);

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LARGEST {
            return Err(io::Error::other(format!("the result is larger than {LARGEST} bytes")));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
