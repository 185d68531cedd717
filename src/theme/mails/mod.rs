//! Mails: `mail/<key>/{subject.txt,body.txt,body.html}` of a theme, what administrators wrote over them, and the one
//! layout around them all.
//!
//! A mail is a struct ([`catalogue`]) and three templates; [`Mails::render`] brings them together. The body of the HTML
//! part is a fragment: `mail/layout.html` makes a document of it. What an administrator wrote is rendered with less than
//! the theme's own files may use, and cleaned before it gets there.

mod alias;
mod catalogue;
mod check;
mod env;
mod kind;
pub mod reference;
mod sanitize;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use minijinja::{
    Environment, context,
    value::{Serde, Value},
};
use serde_json::Map;

pub use self::{
    alias::alias,
    catalogue::*,
    check::{Code, Fault},
    kind::{COMMON, Mail, MailKind, Medium, SecretVariable, variables},
};
use super::{
    brand::MailColors, error::ThemeError, escape::DIRECTION_CONTROLS, functions::markup, locale::Locale,
    manifest::Links,
};
use crate::base::language;

/// Where samples lead to.
const SAMPLE_URL: &str = "https://login.acme.example";
/// Characters of a subject that are sent.
const SUBJECT_LENGTH: usize = 200;
/// Characters of a name that are printed.
const NAME_LENGTH: usize = 200;

/// One of the three templates of a mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Subject line.
    Subject,
    /// Text part.
    Text,
    /// HTML part.
    Html,
}

impl Part {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Subject, Self::Text, Self::Html];

    /// The word of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Text => "text",
            Self::Html => "html",
        }
    }

    const fn file(self) -> &'static str {
        match self {
            Self::Subject => "subject.txt",
            Self::Text => "body.txt",
            Self::Html => "body.html",
        }
    }
}

/// What an administrator wrote; a part that is absent stays the theme's.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Parts {
    /// Subject line.
    pub subject: Option<String>,
    /// Text part.
    pub text: Option<String>,
    /// HTML part.
    pub html: Option<String>,
}

impl Parts {
    /// The source of a part.
    pub fn get(&self, part: Part) -> Option<&str> {
        match part {
            Part::Subject => self.subject.as_deref(),
            Part::Text => self.text.as_deref(),
            Part::Html => self.html.as_deref(),
        }
    }
}

/// A mail to render.
pub struct Draft<'a> {
    /// What it is.
    pub kind: &'static MailKind,
    /// The person's language; the theme's nearest is taken.
    pub locale: &'a str,
    /// What it is filled with, its secret too.
    pub variables: &'a Map<String, serde_json::Value>,
    /// The issuer.
    pub base_url: &'a str,
    /// What an administrator wrote.
    pub over: &'a Parts,
    /// `templates.code_in_subject`
    pub code_in_subject: bool,
}

/// A mail as it is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rendered {
    /// One line; empty for a text message.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part, a whole document; empty for a text message.
    pub html: String,
    /// The language it is in.
    pub locale: String,
}

/// The mails of a theme, ready to render.
pub struct Mails {
    locales: Vec<String>,
    speakers: BTreeMap<String, Speaker>,
    /// By `<key>/<file>`, as written.
    sources: BTreeMap<String, String>,
    vendor: Vendor,
}

struct Speaker {
    env: Environment<'static>,
    dir: String,
}

/// What mails say of the vendor.
pub(super) struct Vendor {
    pub(super) name: String,
    /// Path of a logo that mail programs can show.
    pub(super) logo: Option<String>,
    pub(super) links: Links,
    pub(super) colors: MailColors,
}

impl Mails {
    /// Compiles the files below `mail/` of a theme.
    pub(super) fn new(
        sources: &BTreeMap<String, String>,
        locales: &BTreeMap<String, Arc<Locale>>,
        order: &[String],
        vendor: Vendor,
    ) -> Result<Self, ThemeError> {
        let mut base = env::environment();
        for (path, text) in sources {
            let name = format!("mail/{path}");
            let failed = |source| ThemeError::Template { name: name.clone(), source };
            let wrong = |message: String| ThemeError::Mail { name: name.clone(), message };
            let text = match path.rsplit_once('/') {
                None => text.clone(),
                Some((key, _)) => {
                    let keys = MailKind::all().iter().map(|kind| kind.key);
                    let meant = || crate::config::suggest::did_you_mean(key, keys.clone());
                    let meant = || meant().map(|meant| format!("; did you mean {meant:?}?")).unwrap_or_default();
                    let kind = MailKind::find(key).ok_or_else(|| wrong(format!("there is no such mail{}", meant())))?;
                    alias::expand(text, kind.variables()).map_err(|fault| wrong(fault.message))?
                }
            };
            base.add_template_owned(name.clone(), text).map_err(failed)?;
        }
        base.add_global("colors", Value::from(Serde(&vendor.colors)));
        let mut speakers = BTreeMap::new();
        for (tag, locale) in locales {
            let mut env = base.clone();
            env::speak(&mut env, Arc::clone(locale));
            speakers.insert(tag.clone(), Speaker { env, dir: locale.dir.clone() });
        }
        Ok(Self { locales: order.to_vec(), speakers, sources: sources.clone(), vendor })
    }

    /// The vendor, as people read it.
    pub(super) fn vendor(&self) -> &str {
        &self.vendor.name
    }

    /// Tags of the languages; the first is the default.
    pub fn locales(&self) -> &[String] {
        &self.locales
    }

    /// The language in which somebody who prefers `wanted` is written to.
    pub fn nearest(&self, wanted: &str) -> &str {
        let chosen = language::choose([wanted], &self.locales);
        let known = chosen.and_then(|chosen| self.locales.iter().find(|tag| **tag == chosen));
        known.or(self.locales.first()).map_or("en", String::as_str)
    }

    /// The theme's source of a part.
    pub fn source(&self, kind: &MailKind, part: Part) -> Option<&str> {
        self.sources.get(&format!("{}/{}", kind.key, part.file())).map(String::as_str)
    }

    /// The mail as it is sent.
    ///
    /// # Errors
    /// What is wrong with the template, or with what it is filled with.
    pub fn render(&self, draft: &Draft<'_>) -> Result<Rendered, Fault> {
        let mut rendered = self.render_checked(draft)?;
        let code = draft.variables.get("code").and_then(serde_json::Value::as_str);
        // The setting may be younger than the template.
        if !draft.code_in_subject && code.is_some_and(|code| rendered.subject.contains(code)) {
            let plain = Parts { subject: None, ..draft.over.clone() };
            rendered.subject = self.render_checked(&Draft { over: &plain, ..*draft })?.subject;
        }
        Ok(rendered)
    }

    fn render_checked(&self, draft: &Draft<'_>) -> Result<Rendered, Fault> {
        let locale = self.nearest(draft.locale).to_owned();
        let Some(speaker) = self.speakers.get(&locale) else {
            return Err(Fault::new(Code::Syntax, "the theme has no language"));
        };
        let values = self.values(draft, &locale);
        let context = Value::from(Serde(&values));
        let part = |part: Part| self.part(speaker, draft, part, context.clone());
        let text = tidy(&part(Part::Text)?);
        if draft.kind.medium == Medium::Sms {
            return Ok(Rendered { subject: String::new(), text, html: String::new(), locale });
        }
        let subject = one_line(&part(Part::Subject)?, SUBJECT_LENGTH);
        let body = part(Part::Html)?;
        let around = context! {
            content => markup(body),
            subject => &subject,
            preheader => preheader(&text, &values, draft.kind),
            lang => context! { tag => &locale, dir => &speaker.dir },
            ..context
        };
        let laid_out = |name: &str, part: Part| {
            env::render(&speaker.env, name, around.clone()).map_err(|error| Fault::of(&error, part))
        };
        let html = laid_out("mail/layout.html", Part::Html)?;
        let foot = laid_out("mail/foot.txt", Part::Text)?;
        Ok(Rendered { subject, text: tidy(&format!("{text}\n{foot}")), html, locale })
    }

    /// One part: the administrator's, cleaned, else the theme's.
    fn part(&self, speaker: &Speaker, draft: &Draft<'_>, part: Part, context: Value) -> Result<String, Fault> {
        let failed = |error: minijinja::Error| Fault::of(&error, part);
        let Some(source) = draft.over.get(part) else {
            let name = format!("mail/{}/{}", draft.kind.key, part.file());
            return env::render(&speaker.env, &name, context).map_err(failed);
        };
        let source = alias::expand(source, draft.kind.variables()).map_err(|fault| fault.at(part))?;
        let name = format!("written/{}", part.file());
        let mut env = speaker.env.clone();
        env.add_template_owned(name.clone(), source).map_err(failed)?;
        let rendered = env::render(&env, &name, context).map_err(failed)?;
        Ok(if part == Part::Html { sanitize::sanitized(&rendered) } else { rendered })
    }

    /// Everything that a template may name: its own variables over those that all have.
    fn values(&self, draft: &Draft<'_>, locale: &str) -> Map<String, serde_json::Value> {
        let mut values = Map::new();
        for name in COMMON {
            values.insert((*name).to_owned(), "".into());
        }
        let absolute = |path: &str| match path.starts_with('/') {
            true => format!("{}{path}", draft.base_url),
            false => path.to_owned(),
        };
        let links = &self.vendor.links;
        let support = links.support.as_deref().unwrap_or_default();
        let mailbox = support.strip_prefix("mailto:");
        let link = |link: &Option<String>| link.as_deref().map(absolute).unwrap_or_default();
        let known: [(&str, serde_json::Value); 12] = [
            ("vendor_name", self.vendor.name.clone().into()),
            ("product_name", self.vendor.name.clone().into()),
            ("vendor_logo_url", self.vendor.logo.as_deref().map(absolute).unwrap_or_default().into()),
            ("support_email", mailbox.unwrap_or_default().into()),
            ("support_url", if mailbox.is_some() { String::new() } else { absolute(support) }.into()),
            ("privacy_url", link(&links.privacy).into()),
            ("imprint_url", link(&links.imprint).into()),
            ("base_url", draft.base_url.into()),
            ("locale", locale.into()),
            ("now", "".into()),
            ("valid_minutes", 0.into()),
            ("code_in_subject", draft.code_in_subject.into()),
        ];
        values.extend(known.map(|(name, value)| (name.to_owned(), value)));
        for (name, value) in draft.variables {
            values.insert(name.clone(), harmless(name, value));
        }
        values
    }
}

/// A value that stays in its line and turns nothing round. A name is somebody's choice: it must not look like an address
/// to follow, which mail programs would make a link of.
fn harmless(name: &str, value: &serde_json::Value) -> serde_json::Value {
    let Some(text) = value.as_str() else { return value.clone() };
    let text = one_line(&text.replace(DIRECTION_CONTROLS, ""), usize::MAX);
    if name.ends_with("_url") {
        return text.into();
    }
    let mut text: String = text.chars().take(NAME_LENGTH).collect();
    while let Some(at) = text.find("://") {
        text.replace_range(at..at + 3, " ");
    }
    for www in ["www.", "WWW.", "Www."] {
        text = text.replace(www, "www ");
    }
    text.into()
}

/// The text in one line of at most `length` characters.
fn one_line(text: &str, length: usize) -> String {
    let plain = |c: char| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}') { ' ' } else { c };
    let words: String = text.chars().map(plain).collect();
    words.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").chars().take(length).collect()
}

/// A text without blanks at the ends of its lines, and with one empty line at most between two others.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && blank) {
            tidy.push_str(line);
            tidy.push('\n');
        }
        blank = line.is_empty();
    }
    tidy.truncate(tidy.trim_end().len());
    tidy.push('\n');
    tidy
}

/// What lists of mails show beside the subject: the first sentence after the heading and the greeting. Never a code, nor
/// a link.
fn preheader(text: &str, values: &Map<String, serde_json::Value>, kind: &MailKind) -> String {
    let secret = kind.secret.name().and_then(|name| values.get(name)).and_then(serde_json::Value::as_str);
    let line = text.split("\n\n").nth(2).unwrap_or_default();
    let tells = secret.is_some_and(|secret| !secret.is_empty() && line.contains(secret));
    if tells { String::new() } else { one_line(line, 140) }
}
