//! The reference pages say what the program does.

use std::{fs, path::Path};

/// Compares a page with the file, or writes it when `UPDATE_REFERENCE` is set.
fn is_up_to_date(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference").join(name);
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/reference/{name} is old: UPDATE_REFERENCE=1 cargo test --test it reference");
}

#[test]
fn the_configuration_reference_is_up_to_date() {
    is_up_to_date("configuration.md", &usher::config::reference::page());
}

#[test]
fn the_template_reference_is_up_to_date() {
    is_up_to_date("templates.md", &usher::theme::mails::reference::page());
}

#[test]
fn the_settings_reference_is_up_to_date() {
    is_up_to_date("settings.md", &usher::config::settings::reference::page());
}
