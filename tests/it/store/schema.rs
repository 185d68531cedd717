//! Both engines hold the same schema, and every statement of the source prepares on both.

use std::{collections::BTreeMap, path::Path};

use sqlx::{Connection, Executor, SqlSafeStr};
use usher::store::{Db, migrate};

use crate::support::engine::{ENGINES, Engine, empty, migrated};

/// Table → its columns with their types, nullability and place, in the words of our own dialect.
async fn schema(engine: Engine) -> BTreeMap<String, Vec<(String, String, bool)>> {
    let test = migrated(engine).await;
    let rows: Vec<(String, String, String, bool)> = match engine {
        Engine::Sqlite => {
            let mut connection = sqlx::SqliteConnection::connect(&test.url).await.unwrap();
            sqlx::query_as(
                "SELECT m.name, c.name, c.type, c.\"notnull\" = 0 AND c.pk = 0 FROM sqlite_schema m, pragma_table_info(m.name) c \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.name",
            )
            .fetch_all(&mut connection)
            .await
            .unwrap()
        }
        Engine::Postgres => {
            let mut connection = sqlx::PgConnection::connect(&test.url).await.unwrap();
            sqlx::query_as(
                "SELECT table_name::text, column_name::text, upper(data_type)::text, is_nullable = 'YES' \
                 FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
            )
            .fetch_all(&mut connection)
            .await
            .unwrap()
        }
    };
    let mut tables: BTreeMap<String, Vec<(String, String, bool)>> = BTreeMap::new();
    for (table, column, kind, nullable) in rows {
        tables.entry(table).or_default().push((column, kind, nullable));
    }
    tables
}

#[tokio::test]
async fn dec_d23_both_engines_have_one_schema_of_three_types() {
    let sqlite = schema(Engine::Sqlite).await;
    assert!(sqlite.len() > 20);
    assert_eq!(sqlite, schema(Engine::Postgres).await);
    for (table, columns) in sqlite {
        for (column, kind, _) in columns {
            assert!(["TEXT", "BIGINT", "BOOLEAN"].contains(&kind.as_str()), "{table}.{column} is {kind}");
        }
    }
}

#[tokio::test]
async fn migrating_twice_or_from_two_nodes_is_migrating_once() {
    for engine in ENGINES {
        let (url, _folder) = empty(engine).await;
        let (one, two) = (Db::open(&url).await.unwrap(), Db::open(&url).await.unwrap());
        assert!(matches!(migrate::check(&one).await, Err(migrate::MigrateError::Pending(_))));
        let now = usher::base::moment::Moment::from_secs(0);
        let (first, second) = tokio::join!(migrate::migrate(&one, now), migrate::migrate(&two, now));
        let applied = first.unwrap().len() + second.unwrap().len();
        migrate::check(&two).await.unwrap();
        let (fresh, _folder) = empty(engine).await;
        let alone = migrate::migrate(&Db::open(&fresh).await.unwrap(), now).await.unwrap().len();
        assert_eq!(applied, alone, "{engine:?}");
    }
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        let newer = "INSERT INTO schema_migration (version, name, applied_at) VALUES (9999, 'later', 0)";
        match engine {
            Engine::Sqlite => {
                sqlx::SqliteConnection::connect(&test.url).await.unwrap().execute(newer).await.map(drop).unwrap()
            }
            Engine::Postgres => {
                sqlx::PgConnection::connect(&test.url).await.unwrap().execute(newer).await.map(drop).unwrap()
            }
        }
        let refused = migrate::check(&test.db).await.unwrap_err();
        assert!(matches!(refused, migrate::MigrateError::Newer { found: 9999, .. }), "{engine:?}: {refused}");
    }
}

/// Every SQL literal handed to one of the store's macros.
pub(super) fn statements() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    for file in walk(&root) {
        let text = std::fs::read_to_string(&file).unwrap();
        for name in ["fetch_optional!(", "fetch_one!(", "fetch_all!(", "execute!("] {
            for (at, _) in text.match_indices(name) {
                let rest = &text[at..];
                let Some(open) = rest.find('"') else { continue };
                let literal = string_literal(&rest[open + 1..]);
                // The macros' own definitions hold no statement.
                if literal.chars().next().is_some_and(|c| c.is_ascii_uppercase()) {
                    found.push((file.display().to_string(), literal));
                }
            }
        }
    }
    found
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tx.rs") {
            files.push(path);
        }
    }
    files
}

/// The value of a Rust string literal whose opening quote was read: continued lines are joined.
fn string_literal(text: &str) -> String {
    let mut value = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('\n') => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                Some(other) => value.push(other),
                None => break,
            },
            c => value.push(c),
        }
    }
    value
}

#[tokio::test]
async fn every_statement_prepares_on_both_engines() {
    let statements = statements();
    assert!(statements.len() > 50, "found {}", statements.len());
    let (sqlite, postgres) = (migrated(Engine::Sqlite).await, migrated(Engine::Postgres).await);
    let mut sqlite = sqlx::SqliteConnection::connect(&sqlite.url).await.unwrap();
    let mut postgres = sqlx::PgConnection::connect(&postgres.url).await.unwrap();
    let mut refused = Vec::new();
    for (file, sql) in statements {
        if let Err(error) = (&mut sqlite).prepare(sqlx::AssertSqlSafe(sql.clone()).into_sql_str()).await {
            refused.push(format!("{file}: SQLite: {error}\n    {sql}"));
        }
        if let Err(error) = (&mut postgres).prepare(sqlx::AssertSqlSafe(sql.clone()).into_sql_str()).await {
            refused.push(format!("{file}: PostgreSQL: {error}\n    {sql}"));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
