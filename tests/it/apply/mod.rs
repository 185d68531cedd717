//! `usher apply`: the seed file of contract.md, on both engines.

mod accounts;
mod broken;
mod channels;
mod documentation;
mod edges;
mod objects;
mod unknown_names;
mod whole;

use usher::{
    base::login_name::LoginName,
    config::source_text::SourceText,
    flow::apply::{ApplyError, Change, Outcome, SeedFile, apply},
    flow::node::Node,
    identity::{customer::Customer, user::User},
    store::{self, Tx},
};

/// Applies a text; the error is what a person would read.
async fn try_apply(node: &Node, text: &str, dry_run: bool) -> Result<Vec<Change>, String> {
    let source = SourceText::new("seed.toml", text);
    let seed = SeedFile::read(source, node.site).map_err(|faults| faults.to_string())?;
    apply(node, &seed, dry_run, &|_, _| {}).await.map_err(|error| match error {
        ApplyError::Faulty(faults) => faults.to_string(),
        other => format!("{other:?}"),
    })
}

/// Applies a text that is right.
async fn applied(node: &Node, text: &str) -> Vec<Change> {
    try_apply(node, text, false).await.unwrap_or_else(|error| panic!("{error}"))
}

/// Applies a text that is wrong and returns the first line of what a person would read.
async fn refused(node: &Node, text: &str) -> String {
    match try_apply(node, text, false).await {
        Ok(changes) => panic!("applied: {changes:?}"),
        Err(error) => error.lines().next().unwrap_or_default().to_owned(),
    }
}

/// What changed, one word and one name each; what did not is left out.
fn told(changes: &[Change]) -> Vec<String> {
    let changed = changes.iter().filter(|change| change.outcome != Outcome::Unchanged);
    changed
        .map(|change| match change.outcome {
            Outcome::Created => format!("+ {} {}", change.kind, change.name),
            _ => format!("~ {} {}: {}", change.kind, change.name, change.fields.join(" ")),
        })
        .collect()
}

async fn user(tx: &mut Tx, name: &str) -> User {
    store::user::find_by_login_name(tx, &LoginName::parse(name).unwrap()).await.unwrap().unwrap()
}

async fn customer(tx: &mut Tx, code: &str) -> Customer {
    store::customer::find_by_code(tx, &code.parse().unwrap()).await.unwrap().unwrap()
}

/// The entries of the audit log: action, target type, detail.
async fn audit_log(url: &str) -> Vec<(String, String, String)> {
    use sqlx::Connection;
    let sql = "SELECT action, COALESCE(target_type, ''), detail FROM audit_event ORDER BY id";
    match url.starts_with("sqlite") {
        true => {
            let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
            sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap()
        }
        false => {
            let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
            sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap()
        }
    }
}
