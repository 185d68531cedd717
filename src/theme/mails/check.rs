//! Whether a template can be used: it compiles, renders in every state, and says what it must.

use serde_json::{Map, Value};

use super::{
    Draft, Mails, Part, Parts,
    kind::{MailKind, Medium},
};

/// What is wrong with a template, for programs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Code {
    /// It does not compile, or does not render.
    Syntax,
    /// `%Name%` of no variable, or `{{ name }}` of none.
    UnknownVariable,
    /// A required variable is not in the result.
    MissingVariable,
    /// The code is in the subject line, where every lock screen shows it.
    CodeInSubject,
    /// The subject is empty.
    EmptySubject,
    /// Larger than a mail may be.
    TooLarge,
    /// A statement or filter that mails may not use.
    Forbidden,
}

impl Code {
    /// The word of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::UnknownVariable => "unknownVariable",
            Self::MissingVariable => "missingVariable",
            Self::CodeInSubject => "codeInSubject",
            Self::EmptySubject => "emptySubject",
            Self::TooLarge => "tooLarge",
            Self::Forbidden => "forbidden",
        }
    }
}

/// One thing that is wrong with a template.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}{message}", .part.map(|part| format!("{}: ", part.as_str())).unwrap_or_default())]
pub struct Fault {
    /// What it is.
    pub code: Code,
    /// In which part.
    pub part: Option<Part>,
    /// In words.
    pub message: String,
    /// Line of the part.
    pub line: Option<usize>,
}

impl Fault {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, part: None, message: message.into(), line: None }
    }

    pub(super) fn at(mut self, part: Part) -> Self {
        self.part = Some(part);
        self
    }

    /// From the error of the engine. Its text names template and line, and no value.
    pub(super) fn of(error: &minijinja::Error, part: Part) -> Self {
        let code = match error.kind() {
            minijinja::ErrorKind::UndefinedError => Code::UnknownVariable,
            minijinja::ErrorKind::OutOfFuel | minijinja::ErrorKind::WriteFailure => Code::TooLarge,
            _ => Code::Syntax,
        };
        let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
        Self { code, part: Some(part), message: format!("{}{detail}", error.kind()), line: error.line() }
    }
}

/// Largest source of each part, in bytes.
const LARGEST: [(Part, usize); 3] = [(Part::Subject, 500), (Part::Text, 12 * 1024), (Part::Html, 40 * 1024)];

impl Mails {
    /// Everything that is wrong with what an administrator wrote for `kind` in `locale` (`*`: in every language).
    pub fn faults(&self, kind: &'static MailKind, locale: &str, parts: &Parts, code_in_subject: bool) -> Vec<Fault> {
        let narrow = |part: Part| {
            let source = parts.get(part)?;
            let largest = LARGEST.iter().find(|(known, _)| *known == part).map_or(0, |(_, bytes)| *bytes);
            if source.len() > largest {
                return Some(Fault::new(Code::TooLarge, format!("is larger than {largest} bytes")).at(part));
            }
            super::alias::narrow(source).err().map(|fault| fault.at(part))
        };
        let faults: Vec<Fault> = Part::ALL.into_iter().filter_map(narrow).collect();
        if !faults.is_empty() {
            return faults;
        }
        let spoken = self.locales().iter().filter(|tag| locale == "*" || tag.as_str() == locale);
        let mut faults = Vec::new();
        for tag in spoken {
            for name in kind.sample_names() {
                let Some(sample) = kind.sample(name, super::SAMPLE_URL) else { continue };
                for fault in self.in_one_state(kind, tag, parts, &sample, code_in_subject) {
                    if !faults.contains(&fault) {
                        faults.push(fault);
                    }
                }
            }
        }
        faults
    }

    fn in_one_state(
        &self,
        kind: &'static MailKind,
        locale: &str,
        parts: &Parts,
        sample: &Map<String, Value>,
        code_in_subject: bool,
    ) -> Vec<Fault> {
        let draft =
            Draft { kind, locale, variables: sample, base_url: super::SAMPLE_URL, over: parts, code_in_subject };
        let rendered = match self.render_checked(&draft) {
            Ok(rendered) => rendered,
            Err(fault) => return vec![fault],
        };
        let mut faults = Vec::new();
        for name in kind.required {
            let value = sample.get(*name).and_then(Value::as_str).unwrap_or_default();
            let missing = |part: Part| {
                let message = format!("{{{{ {name} }}}} is missing, and the message is of no use without it");
                Fault::new(Code::MissingVariable, message).at(part)
            };
            if !rendered.text.contains(value) {
                faults.push(missing(Part::Text));
            }
            if kind.medium == Medium::Email && !rendered.html.contains(value) {
                faults.push(missing(Part::Html));
            }
        }
        if kind.medium == Medium::Email {
            let code = sample.get("code").and_then(Value::as_str);
            if !code_in_subject && code.is_some_and(|code| rendered.subject.contains(code)) {
                let message = "holds the code, which templates.code_in_subject does not allow";
                faults.push(Fault::new(Code::CodeInSubject, message).at(Part::Subject));
            }
            if rendered.subject.is_empty() {
                faults.push(Fault::new(Code::EmptySubject, "is empty").at(Part::Subject));
            }
        }
        faults
    }

    /// Renders every kind in every state and language: what can go wrong with the files of a theme goes wrong when it is
    /// loaded, a required variable that is missing too.
    pub(in crate::theme) fn check(&self) -> Result<(), (&'static str, String, Fault)> {
        let nothing = Parts::default();
        for kind in MailKind::all() {
            for locale in self.locales() {
                let spoken = |name| kind.sample(name, super::SAMPLE_URL);
                for sample in kind.sample_names().filter_map(spoken) {
                    let faults = self.in_one_state(kind, locale, &nothing, &sample, false);
                    if let Some(fault) = faults.into_iter().next() {
                        return Err((kind.key, locale.clone(), fault));
                    }
                }
            }
        }
        Ok(())
    }
}
