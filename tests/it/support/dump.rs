//! Everything that a database holds, as text.

use sqlx::{Column, Connection, Row};

use super::app::TestApp;

impl TestApp {
    /// Every value of every column of every table.
    pub async fn dump(&self) -> String {
        if self.test.url.starts_with("sqlite") { self.dump_sqlite().await } else { self.dump_postgres().await }
    }

    async fn dump_sqlite(&self) -> String {
        let mut connection = sqlx::SqliteConnection::connect(&self.test.url).await.unwrap();
        let names: Vec<(String,)> = sqlx::query_as("SELECT name FROM sqlite_schema WHERE type = 'table'")
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let mut dump = String::new();
        for (name,) in names {
            let select = format!("SELECT * FROM {name}");
            for row in sqlx::query(sqlx::AssertSqlSafe(select)).fetch_all(&mut connection).await.unwrap() {
                for column in row.columns() {
                    let value: Result<Option<String>, _> = row.try_get_unchecked(column.ordinal());
                    dump.push_str(&format!("{name}.{}={:?}\n", column.name(), value.unwrap_or_default()));
                }
            }
        }
        dump
    }

    async fn dump_postgres(&self) -> String {
        let mut connection = sqlx::PgConnection::connect(&self.test.url).await.unwrap();
        let names: Vec<(String,)> =
            sqlx::query_as("SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'")
                .fetch_all(&mut connection)
                .await
                .unwrap();
        let mut dump = String::new();
        for (name,) in names {
            let select = format!("SELECT t::text FROM {name} t");
            let rows: Vec<(String,)> =
                sqlx::query_as(sqlx::AssertSqlSafe(select)).fetch_all(&mut connection).await.unwrap();
            rows.iter().for_each(|(row,)| dump.push_str(&format!("{name}: {row}\n")));
        }
        dump
    }
}
