//! Broken seed files and what people read about them: place, excerpt, what was meant.

use usher::{
    config::{settings::Site, source_text::SourceText},
    flow::apply::SeedFile,
};

/// Files that are wrong in themselves; whether names exist is for another test.
const BROKEN: &[&str] = &[
    // Not TOML.
    "[[user]\nuserName = \"anna\"",
    "[[user]]\nuserName = anna",
    "[[user]]\nuserName = \"anna\"\nuserName = \"bob\"",
    // Tables.
    "[[users]]\nuserName = \"anna\"",
    "[user]\nuserName = \"anna\"",
    "settings = 5",
    "[[settings]]\n\"lockout.max_attempts\" = 5",
    "title = \"My seed\"",
    "user = [\"anna\"]",
    // Keys.
    "[[user]]\nusername = \"anna\"",
    "[[user]]\nuserName = \"anna\"\nemail = \"anna@acme.example\"",
    "[[client]]\nclient_id = \"portal\"\nredirect_uri = [\"https://portal.example/\"]",
    "[[customer]]\nname = \"Acme\"",
    "[[permission]]\nlabel = \"Place orders\"",
    "[[user]]\nuserName = \"anna\"\nname = { given_name = \"Anna\" }",
    "[[user]]\nuserName = \"anna\"\nclaims = { birthday = \"1990-01-31\" }",
    // Types.
    "[[user]]\nuserName = 5",
    "[[user]]\nuserName = \"anna\"\nactive = \"yes\"",
    "[[user]]\nuserName = \"anna\"\nemails = \"anna@acme.example\"",
    "[[user]]\nuserName = \"anna\"\nemails = [\"anna@acme.example\"]",
    "[[client]]\nclient_id = \"portal\"\nredirect_uris = \"https://portal.example/\"",
    "[[permissionProfile]]\ndisplayName = \"Standard\"\npermissions = [\"orders.create\"]",
    "[[permissionProfile]]\ndisplayName = \"Standard\"\npermissions = { orders.create = \"yes\" }",
    "[[package]]\nsku = \"A\"\nseats = 1.5",
    "[[package]]\nsku = \"A\"\nseats = -1",
    // Values.
    "[[user]]\nuserName = \"anna berg\"",
    "[[user]]\nuserName = \"anna\"\nemails = [{ value = \"anna.acme.example\" }]",
    "[[user]]\nuserName = \"anna\"\nemails = [{ value = \"a@x.example\", primary = true }, { value = \"b@x.example\", primary = true }]",
    "[[user]]\nuserName = \"anna\"\nuserType = \"Person\"",
    "[[user]]\nuserName = \"anna\"\nlocale = \"Swedish (Sweden)\"",
    "[[user]]\nuserName = \"anna\"\nclaims = { birthdate = \"31.1.1990\", picture = \"a.png\" }",
    "[[user]]\nuserName = \"anna\"\npasswordHash = \"$2z$nonsense\"",
    "[[user]]\nuserName = \"anna\"\npassword = \"correct horse\"\npasswordHash = \"$2y$10$abc\"",
    "[[user]]\nuserName = \"anna\\u0007\"",
    "[[customer]]\ncode = \"0193a0aa-1111-7aaa-8aaa-000000000001\"",
    "[[customer]]\ncode = \"ACME AB\"",
    "[[customer]]\ncode = \"ACME\"\nmfaPolicy = { policy = \"sometimes\" }",
    "[[customer]]\ncode = \"ACME\"\nsettings = { \"lockout.max_attempts\" = 3 }",
    "[[customer]]\ncode = \"ACME\"\nautoCreateUser = true\nsettings = { \"accounts.auto_create_user\" = false }",
    "[[permission]]\nkey = \"orders create\"",
    "[[reference]]\ncustomer = \"ACME\"",
    "[[reference]]\ncustomer = \"ACME\"\nuser = \"anna\"\ncontactRole = \"boss\"",
    "[[group]]\ndisplayName = \"Admins\"\ncustomer = \"ACME\"\nadminRole = \"system-admin\"",
    "[[license]]\ncustomer = \"ACME\"\nproduct = \"CAD Pro\"\nactions = [\"use\"]",
    "[[license]]\ncustomer = \"ACME\"\nproduct = \"CAD\"\nvalidTo = \"next year\"",
    "[[license]]\ncustomer = \"ACME\"\nproduct = \"CAD\"\nvalidFrom = 2027-01-01\nvalidTo = 2026-01-01",
    "[[license]]\ncustomer = \"ACME\"\nproduct = \"CAD\"\nvalidTo = 2027-03-31T12:00:00",
    "[[license]]\ncustomer = \"ACME\"\nproduct = \"CAD\"\nassignments = [{ type = \"User\", value = \"anna\" }]",
    "[[adminRole]]\nuser = \"anna\"\nrole = \"root\"",
    "[[adminRole]]\nrole = \"auditor\"",
    "[[adminRole]]\nuser = \"anna\"\nrole = \"system-admin\"\ncustomers = [\"ACME\"]",
    "[[connector]]\nname = \"Entra\"\ncustomer = \"ACME\"\ntoken_file = \"/nowhere/token\"",
    "[[connector]]\nname = \"Entra\"\ncustomer = \"ACME\"\nonDelete = \"purge\"",
    // Settings.
    "[settings]\n\"lockout.maxAttempts\" = 5",
    "[settings]\n\"lockout.max_attempts\" = 0",
    "[settings]\n\"session.idle\" = \"1h\"",
    "[settings]\n\"accounts.registration\" = true",
    "[settings]\nlockout.max_atempts = 5",
    // Clients.
    "[[client]]\nclient_id = \"portal\"\ngrant_types = [\"code\"]",
    "[[client]]\nclient_id = \"portal\"\nclient_secret = \"hunter2hunter2\"\nclient_secret_file = \"secret\"",
    // The same thing twice.
    "[[user]]\nuserName = \"anna\"\n\n[[user]]\nuserName = \"ANNA\"",
    "[[customer]]\ncode = \"ACME\"\n\n[[customer]]\ncode = \"acme\"",
    "[[permissionProfile]]\ndisplayName = \"A\"\nisDefault = true\n\n[[permissionProfile]]\ndisplayName = \"B\"\nisDefault = true",
    // Several faults are told at once, in the order of the file.
    "[[user]]\nuserName = \"anna\"\nage = 36\n\n[[customer]]\ncode = \"\"\n\n[settings]\n\"sesion.idle\" = \"PT1H\"",
];

fn read(text: &str) -> String {
    match SeedFile::read(SourceText::new("seed.toml", text), Site::Public) {
        Ok(_) => "RIGHT".to_owned(),
        Err(faults) => faults.to_string(),
    }
}

#[test]
fn broken_seed_files_are_explained() {
    let messages: Vec<String> = BROKEN.iter().map(|text| format!("{text}\n\n{}", read(text))).collect();
    for (text, message) in BROKEN.iter().zip(&messages) {
        assert!(message.contains("--> seed.toml:"), "{text}\n{message}");
        assert!(!message.contains("RIGHT"), "{text}");
    }
    insta::assert_snapshot!(messages.join("\n\n----------------------------------------\n"));
}

#[test]
fn positions_count_lines_and_characters_as_editors_do() {
    let text = "# Käse\n[[user]]\nuserName = \"käse\"\ntitel = \"Ärztin\"\n";
    let Err(faults) = SeedFile::read(SourceText::new("seed.toml", text), Site::Public) else { panic!("read") };
    let [fault] = faults.0.as_slice() else { panic!("{faults}") };
    assert_eq!((fault.position.line, fault.position.column), (4, 1));
    assert_eq!(fault.message, "user has no key \"titel\"; did you mean \"title\"?");
}

#[test]
fn a_password_never_appears_in_a_message() {
    let text = "[[user]]\nuserName = 5\npassword = \"hunter2\"\n\n[[user]]\nuserName = \"a\"\npasswordHash = \"hunter2\"\n\n\
                [[client]]\nclient_id = \"c\"\nclient_secret = \"hunter2\"\nclient_secret_file = \"f\"\n";
    assert!(!read(text).contains("hunter2"), "{}", read(text));
}

#[test]
fn more_objects_than_a_file_may_hold_are_refused() {
    let text = "[[permission]]\nkey = \"a\"\n".repeat(10_001);
    assert!(read(&text).starts_with("more than 10000 objects: split the file"), "{}", &read(&text)[..200]);
}

#[test]
fn old_names_of_settings_are_applied_with_a_remark() {
    let text = "[settings]\n\"authentication/autoCreateUserAccount\" = true\n";
    let seed = SeedFile::read(SourceText::new("seed.toml", text), Site::Public).unwrap_or_else(|e| panic!("{e}"));
    let [warning] = &seed.warnings()[..] else { panic!("one remark") };
    assert_eq!((warning.line, warning.column), (2, 1));
    assert!(warning.message.contains("write accounts.auto_create_user instead"), "{}", warning.message);
}
