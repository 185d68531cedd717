//! Migrations from every schema that was ever released, with rows in it: `tests/data/rows/NNNN.sql` holds some for each
//! table that the schema of that number made.

use std::{collections::BTreeMap, fs, path::Path};

use usher::{
    base::{clock::Clock, moment::Moment},
    store::{self, Db, migrate},
};

use crate::support::{
    engine::{ENGINES, Engine, TestDb, at_schema, migrated},
    time::TestClock,
};

/// The numbers of the files in a folder of the repository, each once.
fn numbers(folder: &str) -> Vec<i64> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut numbers: Vec<i64> = fs::read_dir(root)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.split(['_', '.']).next()?.parse().ok())
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Every schema there was.
fn schemas() -> Vec<i64> {
    let mut all = numbers("migrations");
    all.extend(numbers("migrations/sqlite"));
    all.sort_unstable();
    all.dedup();
    all
}

/// The schema of this number, with rows in all its tables.
async fn filled(engine: Engine, version: i64) -> TestDb {
    let test = at_schema(engine, version).await;
    for number in numbers("tests/data/rows").into_iter().filter(|number| *number <= version) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/rows/{number:04}.sql"));
        test.run(&fs::read_to_string(path).unwrap()).await;
    }
    test
}

async fn counts(test: &TestDb) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for table in test.tables().await {
        counts.insert(table.clone(), test.rows(&table).await);
    }
    counts
}

/// Tables with their columns, and indexes.
async fn shape(test: &TestDb) -> Vec<String> {
    let mut shape = test.texts(match test.engine() {
        Engine::Sqlite => {
            "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" FROM sqlite_schema m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY 1"
        }
        Engine::Postgres => {
            "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable \
             FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1"
        }
    }).await;
    shape.extend(indexes(test).await);
    shape
}

async fn indexes(test: &TestDb) -> Vec<String> {
    test.texts(match test.engine() {
        Engine::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'ix%' ORDER BY 1",
        Engine::Postgres => {
            "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'ix%' ORDER BY 1"
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_landed_schema_migrates_with_its_rows_to_the_schema_of_today() {
    let now = TestClock::default().now();
    for engine in ENGINES {
        let today = shape(&migrated(engine).await).await;
        for version in schemas() {
            let test = filled(engine, version).await;
            let before = counts(&test).await;
            let empty: Vec<_> = before.iter().filter(|(_, rows)| **rows == 0).collect();
            assert!(empty.is_empty(), "tests/data/rows has nothing for {empty:?} of schema {version}");
            let applied = migrate::migrate(&test.db, now).await.unwrap();
            assert_eq!(applied.len(), schemas().into_iter().filter(|it| *it > version).count(), "{engine:?} {version}");
            let mut after = counts(&test).await;
            after.retain(|table, _| before.contains_key(table));
            *after.get_mut("schema_migration").unwrap() -= applied.len() as i64;
            assert_eq!(after, before, "{engine:?}: a row got lost on the way from {version}");
            assert_eq!(shape(&test).await, today, "{engine:?} {version}");
            reads_back(&test.db, version).await;
        }
    }
}

/// The rows of 0001 mean what they meant.
async fn reads_back(db: &Db, version: i64) {
    // What was off before there were epochs was switched off once.
    let off = i64::from(version < 3);
    let id = |last: &str| format!("0193a000-0000-7000-8000-0000000000{last}");
    let mut tx = db.read().await.unwrap();
    let clients = store::client::all(&mut tx).await.unwrap();
    let state: Vec<_> = clients.iter().map(|it| (it.metadata.client_id.as_str(), it.active, it.epoch)).collect();
    assert_eq!(state, [("portal", true, 0), ("retired", false, off)]);
    let grant = store::grant::find(&mut tx, id("16").parse().unwrap()).await.unwrap().unwrap();
    let reference = grant.reference_id.unwrap();
    let found = store::membership::load(&mut tx, grant.user_id, Some(reference), grant.session_id).await;
    let found = found.unwrap().unwrap();
    assert!(found.session.is_some());
    let standing = found.standing;
    let membership = standing.membership.unwrap();
    assert!(standing.user.is_usable() && membership.is_usable());
    // A refresh goes on after the upgrade.
    assert_eq!((grant.client_epoch, grant.company_epoch, membership.epoch), (0, 0, 0));
    assert_eq!(standing.user.epoch, grant.user_epoch);
    let gone = store::membership::load(&mut tx, grant.user_id, Some(id("09").parse().unwrap()), None).await.unwrap();
    assert_eq!(gone.unwrap().standing.membership.unwrap().epoch, 2 * off, "a contact of a customer that is off");
    let now = Moment::from_secs(1);
    assert!(!store::lockout::is_locked(&mut tx, grant.user_id, now).await.unwrap());
}

#[tokio::test]
async fn both_engines_have_the_same_indexes() {
    let (sqlite, postgres) = (migrated(Engine::Sqlite).await, migrated(Engine::Postgres).await);
    assert_eq!(indexes(&sqlite).await, indexes(&postgres).await);
}
