//! `usher keys`, on both engines.

use serde_json::Value;
use usher::{
    base::clock::{Clock, SystemClock},
    store,
};

use super::Place;
use crate::support::engine::{ENGINES, Engine, TestDb, migrated};

/// 32 bytes.
const KEK: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

async fn place(engine: Engine) -> (TestDb, Place) {
    let db = migrated(engine).await;
    let place = Place::new().with("USHER__DATABASE__URL", db.url.clone()).with("USHER__KEYS__KEK", KEK);
    (db, place)
}

fn list(place: &Place) -> Vec<Value> {
    place.run(&["keys", "list", "--json"]).json().as_array().unwrap().clone()
}

/// Ids of the keys of one algorithm with their states, oldest first.
fn states(keys: &[Value], alg: &str) -> Vec<(String, String)> {
    let text = |key: &Value, name: &str| key[name].as_str().unwrap().to_owned();
    keys.iter().filter(|key| key["alg"] == alg).map(|key| (text(key, "kid"), text(key, "state"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q45_a_key_is_published_before_it_signs_and_withdrawn_at_once() {
    for engine in ENGINES {
        let (db, place) = place(engine).await;
        assert!(place.run(&["keys", "list"]).ok().starts_with("No key yet"));
        let first = place.run(&["keys", "rotate"]).ok();
        assert_eq!(first.matches(" is published and signs from ").count(), 3, "{first}");
        let second = place.run(&["keys", "rotate", "--alg", "ES256", "--json"]).json();
        assert_eq!(second[0]["alg"], "ES256");
        assert!(place.run(&["keys", "rotate", "--alg", "ES256"]).ok().contains("is published already"));

        let keys = states(&list(&place), "ES256");
        assert_eq!(keys.iter().map(|key| key.1.as_str()).collect::<Vec<_>>(), ["current", "next"]);
        let table = place.run(&["keys", "list"]).ok();
        assert!(table.starts_with("Algorithm  State") && table.contains(&keys[0].0), "{table}");

        // The next key takes over from the one that leaked, and nobody is left to take over from that.
        store::version::refresh(&db.db, SystemClock.now()).await.unwrap();
        let before = db.db.versions().catalog();
        assert_eq!(place.run(&["keys", "retire", &keys[0].0]).ok(), format!("{} is retired\n", keys[0].0));
        store::version::refresh(&db.db, SystemClock.now()).await.unwrap();
        assert_ne!(db.db.versions().catalog(), before, "running nodes load the keys again");
        assert_eq!(states(&list(&place), "ES256")[1].1, "current");
        let replaced = place.run(&["keys", "retire", &keys[1].0]).ok();
        let now = states(&list(&place), "ES256");
        assert_eq!(now.iter().map(|key| key.1.as_str()).collect::<Vec<_>>(), ["retired", "retired", "current"]);
        assert_eq!(replaced, format!("{} is retired; {} signs in its place\n", keys[1].0, now[2].0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_retired() {
    let (_db, place) = place(Engine::Sqlite).await;
    place.run(&["keys", "rotate", "--alg", "EdDSA"]).ok();
    let kid = list(&place)[0]["kid"].as_str().unwrap().to_owned();
    place.run(&["keys", "retire", &kid]).ok();
    for id in ["nothing", "-nothing", kid.as_str()] {
        assert_eq!(place.run(&["keys", "retire", id]).failed(), format!("usher: no key in use has the id {id}\n"));
    }
    assert_eq!(place.run(&["keys", "rotate", "--alg", "HS256"]).code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s12_another_key_encryption_key_is_refused() {
    for engine in ENGINES {
        let (db, first) = place(engine).await;
        first.run(&["keys", "rotate", "--alg", "ES256"]).ok();
        let other = Place::new()
            .with("USHER__DATABASE__URL", db.url.clone())
            .with("USHER__KEYS__KEK", "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=");
        let said = other.run(&["keys", "rotate"]).failed();
        assert!(said.contains("is sealed under"), "{said}");
        assert_eq!(list(&other).len(), 1, "listing needs no key");
    }
}
