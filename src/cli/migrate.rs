//! `usher migrate`: the schema of the database.

use serde_json::json;

use super::{Context, block_on, error::CliError};
use crate::app::open;

/// Takes nothing of its own.
#[derive(clap::Args)]
#[command(after_help = "\
`serve` and `apply` do this by themselves, unless they are given --no-migrate.

Example:
  usher migrate --config /etc/usher.toml")]
pub(super) struct Args {}

pub(super) fn run(_: &Args, context: &mut Context) -> Result<(), CliError> {
    let config = context.config()?;
    let applied = block_on(async { open::migrate(&config).await.map_err(|error| CliError::of(&error)) })?;
    context.output.data(&json!({ "applied": applied }), || match applied.as_slice() {
        [] => "Nothing to do: the database is at this version's schema.\n".to_owned(),
        names => names.iter().map(|name| format!("applied {name}\n")).collect(),
    })
}
