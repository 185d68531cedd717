//! `usher migrate`.

use super::Place;
use crate::support::engine::{ENGINES, at_schema};

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

/// What came after the schema of 0002.
const NEWER: [&str; 7] = [
    "0003_epochs.sql",
    "0004_outbox.sql",
    "0005_factors.sql",
    "0006_sending.sql",
    "0007_step_up.sql",
    "0008_recovery.sql",
    "0009_deletion.sql",
];

#[tokio::test(flavor = "multi_thread")]
async fn an_older_database_is_brought_up_to_date_and_refused_before_that() {
    for engine in ENGINES {
        let older = at_schema(engine, 2).await;
        let place = Place::new().with("USHER__DATABASE__URL", older.url.clone());
        let refused = place.run(&["admin", "unlock", "anna"]).failed();
        let pending = format!("{} migrations are pending: run `usher migrate`", NEWER.len());
        assert!(refused.contains(&pending), "{refused}");
        let applied = place.run(&["migrate", "--json"]).json();
        assert_eq!(applied, serde_json::json!({"applied": NEWER}), "{engine:?}");
        assert_eq!(place.run(&["admin", "unlock", "anna"]).failed(), "usher: nobody signs in as anna\n");
    }
}
