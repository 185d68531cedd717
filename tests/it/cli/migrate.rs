//! `usher migrate`.

use super::Place;

#[test]
fn migrates_once_and_says_what_it_did() {
    let place = Place::new();
    let first = place.run(&["migrate"]).ok();
    assert!(first.starts_with("applied 0001_initial.sql\n"), "{first}");
    assert!(place.path().join("data/usher.db").is_file());
    assert!(place.run(&["migrate"]).ok().starts_with("Nothing to do"));
    assert_eq!(place.run(&["migrate", "--json"]).json(), serde_json::json!({"applied": []}));
}

#[test]
fn a_database_that_does_not_open_is_named_without_its_password() {
    let place = Place::new().with("USHER__DATABASE__URL", "postgres://usher:s3cret@127.0.0.1:1/usher");
    let said = place.run(&["migrate"]).failed();
    assert!(said.contains("cannot open the database postgres://usher:•••@127.0.0.1:1/usher: "), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
}
