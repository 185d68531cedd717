//! The keys of `usher.toml` as documents: a commented template, a JSON Schema, the reference page.
//!
//! Names and defaults come from reading an empty configuration, the words from the comments of the structs.

use std::fmt::Write as _;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{Config, Environment, environment::variable};

/// One key.
struct Key {
    /// Empty for keys above all sections.
    section: String,
    name: String,
    default: Value,
    help: String,
}

impl Key {
    fn path(&self) -> String {
        if self.section.is_empty() { self.name.clone() } else { format!("{}.{}", self.section, self.name) }
    }
}

/// The JSON Schema of `usher.toml` (draft 2020-12), for editors that complete.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<Config>().to_value();
    let defaults = default_entries();
    close(&mut schema);
    for (path, default) in defaults {
        let pointer = match path.split_once('.') {
            Some((section, name)) => format!("/properties/{section}/properties/{name}"),
            None => format!("/properties/{path}"),
        };
        if let Some(key) = schema.pointer_mut(&pointer).and_then(Value::as_object_mut) {
            key.insert("default".into(), default);
        }
    }
    schema
}

/// Every key is optional, none is unknown, and what a line end in a comment was is a space.
fn close(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    object.remove("required");
    if let Some(Value::String(text)) = object.get_mut("description") {
        *text = text.replace('\n', " ");
    }
    if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(close);
        object.insert("additionalProperties".into(), json!(false));
    }
}

/// Keys of the file with the values they have when nobody gives one.
fn default_entries() -> Vec<(String, Value)> {
    let entries = Config::read(None, &Environment::default()).map(|config| config.entries).unwrap_or_default();
    entries.into_iter().filter(|entry| entry.in_file).map(|entry| (entry.path, entry.shown)).collect()
}

/// The keys of the file in order, and what each section is for.
fn keys() -> (Vec<Key>, Map<String, Value>) {
    let schema = schema();
    let sections = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let words = |value: Option<&Value>| {
        value.and_then(|value| value.get("description")).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let key = |(path, default): (String, Value)| {
        let (section, name) = path.split_once('.').unwrap_or(("", &path));
        let place = match section {
            "" => sections.get(name),
            section => sections.get(section).and_then(|section| section.pointer(&format!("/properties/{name}"))),
        };
        Key { help: words(place), section: section.to_owned(), name: name.to_owned(), default }
    };
    (default_entries().into_iter().map(key).collect(), sections)
}

fn section_help(sections: &Map<String, Value>, name: &str) -> String {
    let section = sections.get(name).and_then(|section| section.get("description"));
    section.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A `usher.toml` in which every key is commented out and shows its default.
pub fn template() -> String {
    let mut text = String::from(
        "# Usher. Every key is optional; what is commented out shows its default.\n\
         # Each is also an environment variable, which wins: USHER__HTTP__LISTEN, USHER__PUBLIC_URL.\n",
    );
    let (keys, sections) = keys();
    let mut current = String::new();
    for key in keys {
        if key.section != current {
            let _ = write!(text, "\n# {}\n[{}]", section_help(&sections, &key.section), key.section);
            text.push('\n');
            current.clone_from(&key.section);
        }
        let gap = if key.section.is_empty() { "\n" } else { "" };
        let _ = writeln!(text, "{gap}# {}\n#{} = {}", key.help, key.name, key.default);
    }
    text
}

/// `docs/reference/configuration.md`.
pub fn page() -> String {
    let (keys, sections) = keys();
    let mut page = String::from(INTRODUCTION);
    let mut current = None;
    for key in &keys {
        if current != Some(&key.section) {
            match key.section.as_str() {
                "" => page.push_str("\n## Above all sections\n"),
                name => {
                    let _ = write!(page, "\n## [{name}]\n\n{}\n", section_help(&sections, name));
                }
            }
            page.push_str("\n| Key | Default | Variable | Meaning |\n|---|---|---|---|\n");
            current = Some(&key.section);
        }
        let row = (&key.name, &key.default, variable(&key.path()), &key.help);
        let _ = writeln!(page, "| `{}` | `{}` | `{}` | {} |", row.0, row.1, row.2, row.3);
    }
    page
}

const INTRODUCTION: &str = "\
# Configuration: `usher.toml`

<!-- Generated from src/config by `UPDATE_REFERENCE=1 cargo test --test it reference`. Do not edit. -->

Usher starts without a file. `usher serve --config FILE` reads one; without `--config` it reads `usher.toml` in the
working directory, if there is one. Relative paths start at the working directory.

* Every key is also an environment variable, which wins over the file. Lists are separated by commas there.
* Secrets need not stand in either: `USHER__DATABASE__URL_FILE`, `USHER__MAIL__URL_FILE`, `USHER__SMS__AUTH_TOKEN_FILE`
  and `USHER__KEYS__KEK_FILE` name files that hold them, readable by their owner alone (mode 0600) unless they lie on a
  read-only mount. As systemd credentials (`LoadCredential=`) they are called `usher.database.url`, `usher.mail.url`,
  `usher.sms.auth_token` and `usher.keys.kek`.
* `USHER__KEYS__KEK` and `USHER__SMS__AUTH_TOKEN` hold the secrets themselves; there are no such keys in the file.
* A key that is unknown or holds a wrong value stops the start. `usher config check` says what is wrong and where,
  `usher config show --sources` where each value comes from, `usher config template` prints a file to begin with, and
  `usher config schema` a JSON Schema for editors.

Everything that may change while Usher runs is not here but a [setting](settings.md).
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::source_text::SourceText;

    fn read(text: String) -> Config {
        Config::read(Some(&SourceText::new("template", text)), &Environment::default())
            .unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn there_are_at_most_thirty_keys_and_each_has_a_meaning() {
        let (keys, _) = keys();
        assert!(keys.len() <= 30, "{}", keys.len());
        for key in keys {
            assert!(key.help.ends_with('.') && !key.help.contains('|'), "{}: {:?}", key.path(), key.help);
        }
    }

    #[test]
    fn the_template_says_what_is_so_without_it() {
        let defaults =
            |config: Config| config.entries().iter().map(|e| (e.path.clone(), e.shown.clone())).collect::<Vec<_>>();
        let nothing = Config::read(None, &Environment::default()).unwrap();
        assert_eq!(defaults(read(template())), defaults(nothing.clone()));
        let everything = template()
            .lines()
            .map(|l| l.strip_prefix('#').filter(|l| !l.starts_with(' ')).unwrap_or(l))
            .collect::<Vec<_>>()
            .join("\n");
        assert_eq!(defaults(read(everything)), defaults(nothing));
    }

    #[test]
    fn the_schema_knows_every_key_and_no_other() {
        let schema = schema();
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["properties"]["http"]["additionalProperties"], false);
        assert_eq!(schema["properties"]["http"]["properties"]["listen"]["default"], "127.0.0.1:8080");
        let count = |section: &Value| section["properties"].as_object().map_or(1, Map::len);
        let keys: usize = schema["properties"].as_object().unwrap().values().map(count).sum();
        assert_eq!(keys, default_entries().len());
    }
}
