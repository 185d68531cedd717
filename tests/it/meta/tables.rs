//! `docs/reference/tables.md`: every table has an owner, a bound and an end (security.md S13).

use std::{collections::BTreeMap, collections::BTreeSet, fs, path::Path};

use usher::flow::clean_up::Remains;

use crate::support::engine::{ENGINES, migrated};

/// What the page says of a table.
pub struct Described {
    pub owner: String,
    pub ends: String,
}

/// The rows of the page, by table.
pub fn described() -> BTreeMap<String, Described> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/reference/tables.md")).unwrap();
    let mut tables = BTreeMap::new();
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [table, owner, grows, bound, ends] = cells[..] else { panic!("not five cells: {line}") };
        assert!(![grows, bound, ends].contains(&""), "{line}");
        let (owner, ends) = (owner.trim_matches('`').to_owned(), ends.to_owned());
        let known = tables.insert(table.trim_matches('`').to_owned(), Described { owner, ends });
        assert!(known.is_none(), "twice: {line}");
    }
    tables
}

#[tokio::test]
async fn sec_s13_every_table_is_described_and_no_other() {
    let described: Vec<String> = described().into_keys().collect();
    for engine in ENGINES {
        assert_eq!(migrated(engine).await.tables().await, described, "{engine:?}");
    }
}

#[test]
fn sec_s13_every_table_has_an_owner_that_exists_and_an_end() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (table, Described { owner, ends }) in described() {
        if owner != "–" {
            let text = fs::read_to_string(source.join(&owner)).unwrap_or_else(|_| panic!("{table}: no {owner}"));
            assert!(text.contains(&table), "{table}: {owner} does not speak of it");
        }
        let known = ends == "settled" || ends == "kept" || ends.starts_with("clean-up: ");
        assert!(known, "{table} ends as {ends:?}");
    }
}

#[test]
fn sec_s13_what_is_said_to_be_cleaned_up_is() {
    let said: BTreeSet<String> =
        described().into_iter().filter(|(_, it)| it.ends.starts_with("clean-up")).map(|(table, _)| table).collect();
    let cleaned: BTreeSet<String> =
        Remains::ALL.iter().flat_map(|it| it.tables()).map(|table| (*table).to_owned()).collect();
    assert_eq!(said, cleaned);
}
