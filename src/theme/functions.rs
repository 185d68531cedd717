//! The functions of templates. There are seven, and no filter that makes text into markup.

use std::{fmt::Display, sync::Arc};

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior,
    syntax::SyntaxConfig,
    value::{Kwargs, Value, ValueKind},
};

use super::{
    assets::Assets,
    escape::{self, Escaped},
    locale::{Argument, Locale},
};
use crate::{authn::totp::qr_svg, base::secret::Secret};

/// Steps that a page may take; the longest of ours takes a fiftieth.
const FUEL: u64 = 1_000_000;

/// An environment that knows no template yet, and nothing outside the theme (security.md S4).
pub(super) fn environment(assets: Arc<Assets>) -> Environment<'static> {
    let mut env = Environment::new();
    let mut syntax = SyntaxConfig::builder();
    if let Ok(tidy) = syntax.trim_blocks(true).lstrip_blocks(true).build() {
        env.set_syntax(tidy);
    }
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_formatter(escape::formatter);
    env.set_fuel(Some(FUEL));
    // What a page holds does not belong in an error that is logged.
    env.set_debug(false);
    env.remove_filter("safe");
    env.add_function("asset", move |name: &str| {
        assets.href(name).map(str::to_owned).ok_or_else(|| wrong(format!("no file static/{name}")))
    });
    env.add_function("csrf", csrf);
    // Black on white, of modules only: no letter of the text gets into the markup.
    env.add_function("qr", |text: &str| {
        markup(qr_svg(&Secret::new(text.to_owned())).map(|svg| svg.expose().clone()).unwrap_or_default())
    });
    // A parameter that goes back to whom it came from, to the letter.
    env.add_function("exact", |text: &str| markup(Escaped(text)));
    env
}

/// Adds what depends on the language: `t`, `label` and `known`.
pub(super) fn speak(env: &mut Environment<'static>, locale: Arc<Locale>) {
    let said = Arc::clone(&locale);
    env.add_function("t", move |key: &str, kwargs: Kwargs| {
        said.html(key, &arguments(&kwargs)?).map(markup).map_err(wrong)
    });
    let labelled = Arc::clone(&locale);
    env.add_function("label", move |key: &str, kwargs: Kwargs| {
        labelled.plain(key, &arguments(&kwargs)?).map(|text| markup(Escaped(&text))).map_err(wrong)
    });
    env.add_function("known", move |key: &str| locale.has(key));
}

/// `csrf()`: the hidden field of a form that posts. A frame without a token is a mistake of the caller, not a page.
fn csrf(state: &State) -> Result<Value, Error> {
    let frame = state.lookup("frame").ok_or_else(|| wrong("csrf() outside a page"))?;
    let token = frame.get_attr("csrf")?;
    let token = token.as_str().ok_or_else(|| wrong("this page has a form, and the frame no token for it"))?;
    Ok(markup(format_args!(r#"<input type="hidden" name="csrf" value="{}">"#, Escaped(token))))
}

/// Every piece of markup that does not stand in a template is made here, of escaped parts.
pub(super) fn markup(html: impl Display) -> Value {
    Value::from_safe_string(html.to_string())
}

pub(super) fn arguments(kwargs: &Kwargs) -> Result<Vec<(&str, Argument<'static>)>, Error> {
    kwargs
        .args()
        .map(|name| {
            let value: Value = kwargs.get(name)?;
            let argument = match value.kind() {
                ValueKind::Number => Argument::Number(value.as_i64().unwrap_or_default()),
                ValueKind::String => Argument::Name(value.to_string().into()),
                kind => return Err(wrong(format!("{name} is {kind}, not a number or a text"))),
            };
            Ok((name, argument))
        })
        .collect()
}

pub(super) fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}
