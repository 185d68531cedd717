//! The variables of the replaced products, `%ResetPasswordUrl%`, beside our own, `{{ reset_password_url }}`; and the
//! narrow syntax of what administrators write.

use super::{
    check::{Code, Fault},
    env::FILTERS,
};
use crate::config::suggest::did_you_mean;

/// Statements that a template of an administrator's may use.
const STATEMENTS: [&str; 4] = ["if", "elif", "else", "endif"];
/// The one file that it may name.
const PARTS: &str = "from \"mail/parts.html\" import ";

/// `reset_password_url` → `ResetPasswordUrl`.
pub fn alias(variable: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    variable.split('_').map(capital).collect()
}

/// Writes every `%Name%` of a known variable as `{{ name }}`. `%%`, a lone `%` and `%20` stay as they are, and so does
/// what stands between the brackets of the template language.
///
/// # Errors
/// A `%Name%` that is no variable, with the one that was probably meant.
pub(super) fn expand<'a>(template: &str, variables: impl Iterator<Item = &'a str> + Clone) -> Result<String, Fault> {
    let mut written = String::with_capacity(template.len());
    for piece in pieces(template) {
        let Piece::Text(text) = piece else {
            written.push_str(piece.source());
            continue;
        };
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('%') {
            written.push_str(before);
            let Some(name) = name_before_percent(after) else {
                written.push('%');
                // Of `%%`, the second begins no name either.
                rest = after.strip_prefix('%').inspect(|_| written.push('%')).unwrap_or(after);
                continue;
            };
            let known = variables.clone().find(|variable| alias(variable) == name);
            if known.is_none() && begins_percent_encoded(name) {
                written.push('%');
                rest = after;
                continue;
            }
            let variable = known.ok_or_else(|| unknown(name, variables.clone()))?;
            written.push_str("{{ ");
            written.push_str(variable);
            written.push_str(" }}");
            rest = after.get(name.len() + 1..).unwrap_or_default();
        }
        written.push_str(rest);
    }
    Ok(written)
}

/// The `Name` of `Name%…`: three letters and digits at least, the first a letter.
fn name_before_percent(after: &str) -> Option<&str> {
    let (name, _) = after.split_once('%')?;
    let shaped = name.len() >= 3
        && name.len() <= 64
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    shaped.then_some(name)
}

/// `%C3%A4b%`: an address, not a name.
fn begins_percent_encoded(name: &str) -> bool {
    name.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
}

fn unknown<'a>(name: &str, variables: impl Iterator<Item = &'a str>) -> Fault {
    let names: Vec<String> = variables.map(alias).collect();
    let meant = did_you_mean(name, names.iter().map(String::as_str))
        .map(|meant| format!("; did you mean %{meant}%?"))
        .unwrap_or_default();
    Fault::new(Code::UnknownVariable, format!("there is no variable %{name}%{meant}"))
}

/// Refuses what an administrator's template may not do: loops, macros, other files, and operators that make much of
/// little. What is left prints variables, and chooses by them.
pub(super) fn narrow(template: &str) -> Result<(), Fault> {
    for piece in pieces(template) {
        match piece {
            Piece::Text(_) | Piece::Comment(_) => {}
            Piece::Unclosed(bracket) => {
                return Err(Fault::new(Code::Syntax, format!("{bracket} is not closed")));
            }
            Piece::Print(tag) => expression(inner(tag))?,
            Piece::Statement(tag) => statement(inner(tag))?,
        }
    }
    Ok(())
}

/// What stands between the brackets, without the signs that trim white space.
fn inner(tag: &str) -> &str {
    let inside = tag.get(2..tag.len().saturating_sub(2)).unwrap_or_default();
    inside.trim_matches(|c| c == '-' || c == '+').trim()
}

fn statement(text: &str) -> Result<(), Fault> {
    let names = |list: &str| list.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b',' | b'_'));
    if text.strip_prefix(PARTS).is_some_and(names) {
        return Ok(());
    }
    let word = text.split_whitespace().next().unwrap_or_default();
    match STATEMENTS.contains(&word) {
        true => expression(text.strip_prefix(word).unwrap_or_default()),
        false => {
            let meant = did_you_mean(word, STATEMENTS).map(|meant| format!("; did you mean {meant:?}?"));
            let meant = meant.unwrap_or_default();
            Err(Fault::new(
                Code::Forbidden,
                format!("{word:?} cannot be used in a mail, only if, elif and else{meant}"),
            ))
        }
    }
}

/// An expression without loops in it: no lists, no maps, no multiplication, and only the filters that there are.
fn expression(text: &str) -> Result<(), Fault> {
    let mut outside = String::new();
    let mut quote = None;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => outside.push(c),
        }
    }
    if let Some(sign) = outside.chars().find(|c| matches!(c, '*' | '[' | ']' | '{' | '}' | '~' | '+')) {
        return Err(Fault::new(Code::Forbidden, format!("{sign:?} cannot be used in a mail")));
    }
    for filter in outside.split('|').skip(1) {
        let name =
            filter.trim_start().split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        if !FILTERS.contains(&name) {
            let message = format!("there is no filter {name:?}, only {}", FILTERS.join(", "));
            return Err(Fault::new(Code::Forbidden, message));
        }
    }
    Ok(())
}

/// A template in pieces.
enum Piece<'a> {
    Text(&'a str),
    Print(&'a str),
    Statement(&'a str),
    Comment(&'a str),
    /// The bracket that is not closed; everything after it is lost.
    Unclosed(&'a str),
}

impl<'a> Piece<'a> {
    fn source(&self) -> &'a str {
        match self {
            Self::Text(text) | Self::Print(text) | Self::Statement(text) | Self::Comment(text) => text,
            Self::Unclosed(text) => text,
        }
    }
}

/// Splits a template at its brackets. A bracket in a string of an expression is part of the string.
fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some(at) = next_bracket(rest) {
        let (text, tag) = rest.split_at(at);
        if !text.is_empty() {
            found.push(Piece::Text(text));
        }
        let close = match tag.as_bytes().get(1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            _ => "#}",
        };
        let Some(end) = end_of_tag(tag, close) else {
            found.push(Piece::Unclosed(tag));
            return found;
        };
        let (tag, after) = tag.split_at(end);
        found.push(match close {
            "}}" => Piece::Print(tag),
            "%}" => Piece::Statement(tag),
            _ => Piece::Comment(tag),
        });
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}

fn next_bracket(text: &str) -> Option<usize> {
    ["{{", "{%", "{#"].iter().filter_map(|open| text.find(open)).min()
}

fn end_of_tag(tag: &str, close: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in tag.char_indices().skip(2) {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if close != "#}" && matches!(c, '"' | '\'') => quote = Some(c),
            None if tag.get(at..).is_some_and(|rest| rest.starts_with(close)) => return Some(at + close.len()),
            None => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 3] = ["reset_password_url", "person_name", "request_ip"];

    fn expanded(template: &str) -> Result<String, String> {
        expand(template, KNOWN.into_iter()).map_err(|fault| fault.message)
    }

    #[test]
    fn inv_q21_old_names_become_ours_and_the_rest_stays() {
        for (old, ours) in [
            (
                "<a href=\"%ResetPasswordUrl%\">%ResetPasswordUrl%</a>",
                "<a href=\"{{ reset_password_url }}\">{{ reset_password_url }}</a>",
            ),
            (
                "Hi %PersonName%, 100% sure? 5 %% of %RequestIp%",
                "Hi {{ person_name }}, 100% sure? 5 %% of {{ request_ip }}",
            ),
            ("width:100%;height:50%", "width:100%;height:50%"),
            ("https://x.example/%20a%C3%A4b%2F", "https://x.example/%20a%C3%A4b%2F"),
            ("%%PersonName%%", "%%PersonName%%"),
            ("%", "%"),
            ("%PersonName", "%PersonName"),
            (
                "{%if person_name%}%PersonName%{%else%}you{%endif%}",
                "{%if person_name%}{{ person_name }}{%else%}you{%endif%}",
            ),
            ("{{ \"%PersonName%\" }}{# %Nonsense% #}", "{{ \"%PersonName%\" }}{# %Nonsense% #}"),
            ("ä%PersonName%ä", "ä{{ person_name }}ä"),
        ] {
            assert_eq!(expanded(old).as_deref(), Ok(ours), "{old}");
        }
    }

    #[test]
    fn an_unknown_old_name_is_an_error_that_says_what_was_meant() {
        assert_eq!(
            expanded("%ResetPaswordUrl%").unwrap_err(),
            "there is no variable %ResetPaswordUrl%; did you mean %ResetPasswordUrl%?"
        );
        assert_eq!(expanded("%resetpasswordurl%").unwrap_err().split("mean ").nth(1), Some("%ResetPasswordUrl%?"));
        assert_eq!(expanded("%Password%").unwrap_err(), "there is no variable %Password%");
    }

    #[test]
    fn names_are_written_both_ways() {
        assert_eq!(alias("reset_password_url"), "ResetPasswordUrl");
        assert_eq!(alias("email"), "Email");
    }

    #[test]
    fn sec_templates_of_administrators_print_and_choose_and_do_nothing_else() {
        for good in [
            "Hello",
            "{{ person_name }} {{- person_name|default('you', true)|upper -}}",
            "{% if person_name == \"*\" %}a{% elif not request_ip %}b{% else %}c{% endif %}",
            "{% from \"mail/parts.html\" import button, p %}{{ button(url, \"Go [on]\") }}",
            "{# {% for %} #}",
        ] {
            assert!(narrow(good).is_ok(), "{good}: {:?}", narrow(good).err());
        }
        for bad in [
            "{% for a in b %}{% endfor %}",
            "{%- for a in b %}{% endfor %}",
            "{% set a = 1 %}",
            "{% include 'mail/layout.html' %}",
            "{% extends 'mail/layout.html' %}",
            "{% from \"mail/layout.html\" import x %}",
            "{% import 'x' as y %}",
            "{% macro a() %}{% endmacro %}",
            "{% raw %}{% endraw %}",
            "{% autoescape false %}{% endautoescape %}",
            "{{ 'x' * 100000 }}",
            "{{ [1, 2] }}",
            "{{ {'a': 1} }}",
            "{{ a ~ a }}",
            "{{ a|safe }}",
            "{{ a|replace('a', b) }}",
            "{{ a|join }}",
            "{% if a * 2 %}{% endif %}",
            "{{ a",
            "{% if a",
        ] {
            assert!(narrow(bad).is_err(), "{bad}");
        }
    }
}
