//! No statement reads a whole table that grows: every one finds its rows by an index, on both engines.

use serde_json::Value;
use sqlx::{Connection, Row, SqlSafeStr};

use super::schema::statements;
use crate::support::engine::{Engine, migrated};

/// Tables as large as the configuration makes them, or a handful of rows: reading them whole is what they are for.
const SMALL: [&str; 14] = [
    "client",
    "client_secret",
    "errand",
    "instance",
    "lockout_slot",
    "package",
    "permission",
    "permission_profile",
    "schema_migration",
    "secret_key",
    "setting",
    "signing_key",
    "template_override",
    "version",
];

/// Statements that count, and stop at a limit or are asked by an administrator's change only.
const COUNTS: [&str; 5] = [
    "SELECT COUNT(*) FROM (SELECT id FROM attempt LIMIT",
    "SELECT COUNT(*) FROM (SELECT id FROM request_handle LIMIT",
    // How many logins there are, and how many of them administer.
    "SELECT COUNT(*) FROM user_account u WHERE (u.active OR $1)",
    "WITH RECURSIVE holder (id) AS",
    // How many messages wait and how many failed, of those of a week.
    "SELECT state, COUNT(*) FROM message GROUP BY state",
];

/// Reads along an index and stops at a limit: the newest messages, the ended attempts.
const ORDERED: [&str; 2] = ["ORDER BY id DESC LIMIT $1", "OR finished_at IS NOT NULL ORDER BY expires_at LIMIT $2"];

fn is_meant(sql: &str) -> bool {
    COUNTS.iter().any(|start| sql.starts_with(start)) || ORDERED.iter().any(|part| sql.contains(part))
}

/// The tables of a statement by the names it calls them.
fn named(sql: &str, alias: &str) -> String {
    let words: Vec<&str> = sql.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).collect();
    let before = words.windows(3).find(|w| ["FROM", "JOIN"].contains(&w[0]) && w[2] == alias);
    before.map_or(alias, |w| w[1]).to_owned()
}

#[tokio::test]
async fn no_statement_scans_a_table_that_grows_on_sqlite() {
    let test = migrated(Engine::Sqlite).await;
    let mut connection = sqlx::SqliteConnection::connect(&test.url).await.unwrap();
    let tables = test.tables().await;
    let mut scans = Vec::new();
    for (file, sql) in statements().into_iter().filter(|(_, sql)| !is_meant(sql) && explainable(sql)) {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")).into_sql_str();
        for row in sqlx::query(explain).fetch_all(&mut connection).await.unwrap() {
            let step: String = row.get("detail");
            let Some(alias) = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next()) else { continue };
            let table = named(&sql, alias);
            if tables.contains(&table) && !SMALL.contains(&table.as_str()) {
                scans.push(format!("{file}: {step}\n    {sql}"));
            }
        }
    }
    assert!(scans.is_empty(), "{}", scans.join("\n"));
}

#[tokio::test]
async fn no_statement_scans_a_table_that_grows_on_postgres() {
    let test = migrated(Engine::Postgres).await;
    let mut connection = sqlx::PgConnection::connect(&test.url).await.unwrap();
    // The tables are empty: a plan is only honest if it does not know that.
    let settings = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; \
                    SET enable_mergejoin = off";
    sqlx::raw_sql(settings).execute(&mut connection).await.unwrap();
    let mut scans = Vec::new();
    for (number, (file, sql)) in statements().into_iter().enumerate() {
        if is_meant(&sql) || !explainable(&sql) {
            continue;
        }
        let prepare = format!("PREPARE s{number} AS {sql}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(prepare)).execute(&mut connection).await.unwrap();
        let count = (1..100).rev().find(|n| sql.contains(&format!("${n}"))).unwrap_or(0);
        let nulls = vec!["NULL"; count].join(", ");
        let arguments = if count == 0 { String::new() } else { format!("({nulls})") };
        let explain = format!("EXPLAIN (FORMAT JSON, COSTS OFF) EXECUTE s{number}{arguments}");
        let plan = sqlx::raw_sql(sqlx::AssertSqlSafe(explain)).fetch_one(&mut connection).await.unwrap();
        let plan: Value = serde_json::from_str(plan.try_get_unchecked::<&str, _>(0).unwrap()).unwrap();
        let mut found = Vec::new();
        whole_reads(&plan, &mut found);
        scans.extend(found.into_iter().map(|node| format!("{file}: {node}\n    {sql}")));
    }
    assert!(scans.is_empty(), "{}", scans.join("\n"));
}

/// What has a plan that depends on rows: not an INSERT of values.
fn explainable(sql: &str) -> bool {
    !sql.starts_with("INSERT") && !sql.starts_with("CREATE")
}

/// The steps that read a table that grows without being told where to look.
fn whole_reads(plan: &Value, found: &mut Vec<String>) {
    match plan {
        Value::Array(parts) => parts.iter().for_each(|part| whole_reads(part, found)),
        Value::Object(node) => {
            let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default();
            let kind = text("Node Type");
            let reads = kind == "Seq Scan" || (kind.contains("Index") && !node.contains_key("Index Cond"));
            let (table, index) = (text("Relation Name"), text("Index Name"));
            let is_small = SMALL.iter().any(|small| *small == table || index.strip_suffix("_pkey") == Some(small));
            if reads && !is_small {
                found.push(format!("{kind} {table} {index}"));
            }
            node.values().for_each(|part| whole_reads(part, found));
        }
        _ => {}
    }
}
