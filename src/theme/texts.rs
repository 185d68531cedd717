//! The texts are complete, the same in every language, and all of them are used.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use super::{Problem, source::Source};

/// Keys of a locale file with the variables that their texts name. A message begins at the margin and goes on indented.
fn variables(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = None;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, _)) =
            line.split_once(" =").filter(|(key, _)| key.starts_with(|c: char| c.is_ascii_lowercase()))
        {
            assert!(found.insert(key.to_owned(), BTreeSet::new()).is_none(), "{key} is there twice");
            current = Some(key.to_owned());
        }
        let Some(key) = &current else { continue };
        let names =
            line.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap());
        found.get_mut(key).unwrap().extend(names.map(str::to_owned));
    }
    found
}

fn languages() -> BTreeMap<String, String> {
    let source = Source::read(None, "default").unwrap();
    source.locales.into_iter().map(|(tag, texts)| (tag, texts.concat())).collect()
}

#[test]
fn dec_d30_every_text_is_there_in_every_language_with_the_same_variables() {
    let languages = languages();
    assert_eq!(languages.keys().collect::<Vec<_>>(), ["de", "en", "fr", "sv"]);
    let english = variables(&languages["en"]);
    for (tag, text) in &languages {
        let other = variables(text);
        let missing: Vec<_> = english.keys().filter(|key| !other.contains_key(*key)).collect();
        let unknown: Vec<_> = other.keys().filter(|key| !english.contains_key(*key)).collect();
        assert!(missing.is_empty() && unknown.is_empty(), "{tag} lacks {missing:?}, has besides {unknown:?}");
        for (key, names) in &english {
            assert_eq!(&other[key], names, "{key} in {tag}");
        }
    }
}

#[test]
fn every_text_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut users = String::new();
    let mut folders: Vec<_> = ["themes/default", "src/theme"].map(|folder| root.join(folder)).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| ["html", "txt", "rs"].iter().any(|it| extension == *it))
            {
                users.push_str(&fs::read_to_string(entry).unwrap());
            }
        }
    }
    // Keys that are put together: by a template from an enum, or by the name of a claim or a link.
    let joined = [
        "claim-",
        "consent-life-",
        "difference-",
        "mistake-",
        "fix-",
        "rule-",
        "error-",
        "footer-",
        "method-",
        "notice-",
        "outbox-",
        "span-",
        "mail-method-",
        "link-unlock-",
        "link-not-me-",
        "link-verify-email-",
        "link-undo-email-",
        "link-enrol-",
        "code-wait-",
        "account-done-",
        "account-nav-",
        "invite-password-saved-",
        "invite-joined-",
        "invite-declined-",
        "licence-",
    ];
    for key in variables(&languages()["en"]).keys() {
        let by_name = users.contains(&format!("\"{key}\""));
        assert!(by_name || joined.iter().any(|prefix| key.starts_with(prefix)), "{key} is used nowhere");
    }
}

#[test]
fn every_problem_has_its_sentence() {
    let english = variables(&languages()["en"]);
    let sentences: BTreeSet<_> = english.keys().filter(|key| key.starts_with("problem-")).cloned().collect();
    let problems: BTreeSet<_> = Problem::ALL.iter().map(|problem| problem.key().to_owned()).collect();
    assert_eq!(sentences, problems);
}

#[test]
fn sec_s4_no_template_turns_text_into_markup() {
    for (name, text) in Source::read(None, "default").unwrap().templates {
        for forbidden in ["|safe", "| safe", "autoescape", "<style", "style=", "javascript:"] {
            assert!(!text.contains(forbidden), "{name}: {forbidden}");
        }
    }
}
