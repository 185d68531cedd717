//! The seed and the welcome tell the same story, and the seed satisfies the rules of a new installation.

use super::*;
use crate::cli::output::Output;

fn args(listen: &str) -> Args {
    Args { port: 8080, portal_port: 8090, reset: false, listen: listen.parse().unwrap(), i_know_this_is_a_demo: false }
}

fn context(file: Option<&str>) -> Context {
    Context { file: file.map(Into::into), output: Output::new(false) }
}

fn table() -> toml::Table {
    SEED.parse().unwrap()
}

#[test]
fn the_cast_is_that_of_the_seed() {
    let seed = table();
    let users = seed["user"].as_array().unwrap();
    let names: Vec<_> = users.iter().map(|user| user["userName"].as_str().unwrap()).collect();
    assert_eq!(names, CAST.each_ref().map(|person| person.user_name));
    assert!(users.iter().all(|user| user["password"].as_str() == Some(PASSWORD)));
    assert_eq!(seed["customer"].as_array().unwrap().len(), 3);
    let references = seed["reference"].as_array().unwrap();
    let companies = |name: &str| references.iter().filter(|it| it["user"].as_str() == Some(name)).count();
    assert_eq!(CAST.each_ref().map(|person| companies(person.user_name)), [2, 1, 1, 1, 1, 0]);
}

#[test]
fn the_demo_takes_nothing_from_the_real_installation() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usher.toml");
    let theirs = "public_url = \"https://id.example.com\"\n[database]\nurl = \"postgres://db/usher\"\n[mail]\nurl = \"smtps://mail\"\n\
                  [theme]\nname = \"theirs\"";
    std::fs::write(&file, theirs).unwrap();
    let config = config(&args("127.0.0.1"), &context(file.to_str())).unwrap();
    assert_eq!(config.public_url.as_str(), "http://localhost:8080");
    assert_eq!(config.database.url.expose(), "sqlite://data/demo/usher.db");
    assert!(config.mail.url.is_none() && config.pinned().is_empty() && config.keys.kek_file.is_none());
    assert_eq!(config.theme.name, "theirs");
}

#[test]
fn another_address_than_loopback_must_be_meant() {
    let error = run(&args("0.0.0.0"), &mut context(None)).unwrap_err();
    assert!(matches!(&error, CliError::Usage(text) if text.contains("--i-know-this-is-a-demo")), "{error}");
}

#[test]
fn a_reset_deletes_the_folder_unless_a_demo_runs_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("demo");
    reset(&home).unwrap();
    std::fs::create_dir_all(home.join("keys")).unwrap();
    let lock = File::create(home.join("usher.db.lock")).unwrap();
    lock.lock().unwrap();
    assert!(reset(&home).unwrap_err().to_string().contains("end it first"));
    assert!(home.exists());
    lock.unlock().unwrap();
    reset(&home).unwrap();
    assert!(!home.exists() && folder.path().exists());
}
