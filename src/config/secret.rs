//! Secrets: from a variable, a file that a variable or key names, or a systemd credential; never shown.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use serde_json::json;

use super::{
    fault::Place,
    raw::Raw,
    reader::{Given, Reader, Source},
};
use crate::base::{private_file, secret::Secret};

/// Stands where a secret was.
pub(super) const MASK: &str = "•••";

/// Longest secret, in bytes.
const MAX_LEN: u64 = 8192;

impl<'a> Reader<'a> {
    /// A path; relative ones start at the working directory.
    pub(super) fn file_name(&mut self, name: &str) -> Option<PathBuf> {
        self.optional(name, |text| Ok(PathBuf::from(text)))
    }

    /// A secret that may stand in `usher.toml`, such as a URL that may do without a password. Shown by `mask`.
    pub(super) fn secret_in_file(
        &mut self,
        name: &str,
        default: &str,
        mask: fn(&str) -> String,
    ) -> Option<Secret<String>> {
        let direct = self.take(name);
        let named = self.take_variable(&format!("{name}_file"));
        let given = self.pick(name, direct, named);
        self.keep(name, default, mask, given)
    }

    /// A secret for which `usher.toml` can only name a file, by the key `<name>_file`.
    pub(super) fn secret_by_file(&mut self, name: &str) -> Option<Secret<String>> {
        let direct = self.take_variable(name);
        let named = self.take_file_key(name);
        let given = self.pick(name, direct, named);
        self.keep_bare(name, given)
    }

    /// A secret as `secret_by_file` finds it, but a file that is named is left unread.
    pub(super) fn secret_or_file_name(&mut self, name: &str) -> (Option<Secret<String>>, Option<PathBuf>) {
        let direct = self.take_variable(name);
        let named = self.take_file_key(name);
        match self.prefer(name, direct, named) {
            Some((named, true)) => (None, named.raw.text().ok().map(PathBuf::from)),
            direct => {
                let given = direct.map(|(given, _)| given).or_else(|| self.credential(&self.path(name)));
                (self.keep_bare(name, given), None)
            }
        }
    }

    /// The key `<name>_file`, an ordinary one; empty means none.
    fn take_file_key(&mut self, name: &str) -> Option<Given<'a>> {
        let key = format!("{name}_file");
        let given = self.take(&key);
        let read = given.as_ref().map(|given| given.raw.text().map(str::to_owned));
        let (path, (source, place)) = (self.path(&key), origin(given.as_ref()));
        if let Some(Err(wrong)) = read {
            self.fault(format!("{path}: {}", wrong.message), place);
            return None;
        }
        let file = read.and_then(Result::ok).unwrap_or_default();
        self.note(path, json!(file), source, place);
        given.filter(|_| !file.is_empty())
    }

    /// Of a value and the name of a file, the one from the environment; `true` beside the name of a file.
    fn prefer(&mut self, name: &str, direct: Option<Given<'a>>, named: Option<Given<'a>>) -> Option<(Given<'a>, bool)> {
        let is_variable = |given: &Given<'_>| matches!(given.source, Source::Variable(_));
        match (direct, named) {
            (Some(direct), Some(named)) if is_variable(&direct) && is_variable(&named) => {
                let path = self.path(name);
                self.fault(format!("{path} and {path}_file are both set in the environment; keep one"), named.place);
                None
            }
            (Some(_), Some(named)) if is_variable(&named) => Some((named, true)),
            (Some(direct), _) => Some((direct, false)),
            (None, named) => named.map(|named| (named, true)),
        }
    }

    fn pick(&mut self, name: &str, direct: Option<Given<'a>>, named: Option<Given<'a>>) -> Option<Given<'a>> {
        match self.prefer(name, direct, named) {
            Some((named, true)) => self.open_named(named),
            Some((direct, false)) => Some(direct),
            None => self.credential(&self.path(name)),
        }
    }

    fn keep_bare(&mut self, name: &str, given: Option<Given<'a>>) -> Option<Secret<String>> {
        let secret = self.keep(name, "", mask_all, given);
        if let Some(entry) = self.last() {
            entry.in_file = false;
        }
        secret
    }

    fn keep(
        &mut self,
        name: &str,
        default: &str,
        mask: fn(&str) -> String,
        given: Option<Given<'a>>,
    ) -> Option<Secret<String>> {
        let path = self.path(name);
        let (source, place) = origin(given.as_ref());
        let text = match given.map(|given| given.raw.text().map(str::to_owned)) {
            Some(Err(wrong)) => {
                self.fault(format!("{path}: {}", wrong.message), place.clone());
                None
            }
            text => text.and_then(Result::ok),
        };
        self.note(path, json!(text.as_deref().map_or_else(|| default.to_owned(), mask)), source, place);
        text.filter(|text| !text.is_empty()).map(Secret::new)
    }

    /// Replaces a file's name by what the file holds.
    fn open_named(&mut self, named: Given<'a>) -> Option<Given<'a>> {
        let name = named.raw.text().unwrap_or_default();
        match read_private(Path::new(name)) {
            Ok(text) => {
                let source = Source::SecretFile(name.to_owned());
                Some(Given { raw: Raw::Variable(text), source, place: named.place })
            }
            Err(error) => {
                self.fault(format!("{name}: {error}"), named.place);
                None
            }
        }
    }

    /// What systemd put into `$CREDENTIALS_DIRECTORY/usher.<path>`.
    fn credential(&mut self, path: &str) -> Option<Given<'a>> {
        let name = format!("usher.{path}");
        let file = self.environment.credentials.as_ref()?.join(&name);
        let place = Place::Environment(file.display().to_string());
        match read(&file) {
            Ok(text) => Some(Given { raw: Raw::Variable(text), source: Source::Credential(name), place }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                self.fault(format!("{}: {error}", file.display()), place);
                None
            }
        }
    }
}

fn origin(given: Option<&Given<'_>>) -> (Source, Place) {
    given.map_or((Source::Default, Place::Nowhere), |given| (given.source.clone(), given.place.clone()))
}

/// Reads a file that only its owner may read (security.md S12).
pub fn read_private(path: &Path) -> Result<String, String> {
    let exposed = File::open(path).and_then(|file| private_file::exposure(&file)).map_err(|error| error.to_string())?;
    match exposed {
        Some(mode) => Err(format!("can be read by others (mode {mode:04o}); run: chmod 600 {}", path.display())),
        None => read(path).map_err(|error| error.to_string()),
    }
}

/// Reads a text without the line end that editors add.
fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MAX_LEN).read_to_string(&mut text)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Shows nothing of a secret.
pub(super) fn mask_all(text: &str) -> String {
    if text.is_empty() { String::new() } else { MASK.to_owned() }
}

/// Shows a URL without its password.
pub(super) fn mask_password(text: &str) -> String {
    match url::Url::parse(text) {
        Ok(mut url) if url.password().is_some() => {
            // Fails only for URLs without a host, which have no password either.
            let _ = url.set_password(Some("xxx"));
            url.as_str().replacen(":xxx@", &format!(":{MASK}@"), 1)
        }
        Ok(_) => text.to_owned(),
        Err(_) => mask_all(text),
    }
}
