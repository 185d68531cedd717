//! `usher apply`.

use super::Place;

const SEED: &str =
    "[[customer]]\ncode = \"ACME\"\n\n[[user]]\nuserName = \"anna\"\npassword = \"harbour-lantern-27\"\n";

#[test]
fn applies_a_file_and_says_what_changed() {
    let place = Place::new();
    place.file("seed.toml", SEED);
    let dry = place.run(&["apply", "seed.toml", "--dry-run"]).ok();
    assert!(dry.ends_with("2 created, 0 updated, 0 unchanged; nothing was written (--dry-run)\n"), "{dry}");
    assert_eq!(
        place.run(&["apply", "seed.toml"]).ok(),
        "created  customer ACME\ncreated  user anna\n2 created, 0 updated, 0 unchanged\n"
    );
    assert_eq!(place.run(&["apply", "seed.toml"]).ok(), "0 created, 0 updated, 2 unchanged\n");
    place.file("more.toml", "[[customer]]\ncode = \"ACME\"\ndisplayName = \"Acme AB\"\n");
    let report = place.run(&["apply", "more.toml", "--json"]).json();
    let change =
        serde_json::json!({"kind": "customer", "name": "ACME", "outcome": "updated", "fields": ["displayName"]});
    assert_eq!(report, serde_json::json!({"dry_run": false, "changes": [change], "warnings": []}));
}

#[test]
fn a_broken_file_makes_no_database_and_a_file_that_is_not_there_is_named() {
    let place = Place::new();
    place.file("seed.toml", "[[user]]\nuserName = \"a b\"\n");
    let said = place.run(&["apply", "seed.toml"]).failed();
    assert!(said.starts_with("usher: seed.toml cannot be applied:\n\nuser.userName: not a user name"), "{said}");
    assert!(said.contains(" --> seed.toml:2:12\n"), "{said}");
    assert!(!place.path().join("data").exists());
    assert!(place.run(&["apply", "nowhere.toml"]).failed().starts_with("usher: nowhere.toml: No such file"));
}

#[test]
fn a_remark_goes_to_standard_error_with_its_place() {
    let place = Place::new();
    place.file("seed.toml", "[settings]\n\"authentication/autoCreateUserAccount\" = true\n");
    let said = place.run(&["apply", "seed.toml"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.starts_with("seed.toml:2:1: authentication/autoCreateUserAccount is an old name"), "{}", said.err);
}
