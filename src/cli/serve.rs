//! `usher serve`.

use std::io::IsTerminal as _;

use serde_json::json;

use super::{Context, NoMigrate, block_on, error::CliError, output::tree};
use crate::{
    app::{App, Options},
    config::{Config, settings::Site},
    flow::admin_link::{AdminLinkOutcome, admin_link},
    server::termination,
};

/// How to serve.
#[derive(clap::Args)]
#[command(after_help = "\
Without a configuration: ./data/usher.db, ./keys, http://localhost:8080, loopback only. Ends on SIGTERM or SIGINT,
when what is under way is finished.

Examples:
  usher serve
  usher serve --config /etc/usher.toml --no-migrate")]
pub(super) struct Args {
    #[command(flatten)]
    migrate: NoMigrate,
}

pub(super) fn run(args: &Args, context: &mut Context) -> Result<(), CliError> {
    let config = context.config()?;
    block_on(async {
        let options = Options { migrations: args.migrate.wanted(), demo: false };
        let app = App::start(&config, options).await.map_err(|error| CliError::of(&error))?;
        welcome(&config, &app, context).await?;
        app.serve(termination()).await;
        Ok(())
    })
}

/// Says where everything is, and how to begin where nobody has yet.
async fn welcome(config: &Config, app: &App, context: &mut Context) -> Result<(), CliError> {
    let is_loopback = config.public_url.site() == Site::Loopback;
    // Standard output of a service ends up in a log, and a log is no place for a link that makes an administrator.
    let may_show = is_loopback || std::io::stdout().is_terminal();
    let set_up = if may_show { set_up_link(config, app).await? } else { None };
    let outbox = config.shows_outbox().then(|| format!("{}/dev/outbox", config.public_url));
    let issuer = config.public_url.as_str();
    let (database, listening) = (config.database.shown_url(), app.local_addr().to_string());
    let data = json!({
        "issuer": issuer, "listening": listening, "database": database, "set_up": set_up, "outbox": outbox,
    });
    context.output.data(&data, || {
        let lines = [
            set_up.map(|url| format!("Set up      {url}   (works once, 30 min; again: usher admin link)")),
            Some(format!("Issuer      {issuer}")),
            Some(format!("Listening   {listening}")),
            outbox.map(|url| format!("Outbox      {url}   (mail and SMS are captured, none is sent)")),
            Some(format!("Data        {database}")),
        ];
        tree(&format!("usher {}", env!("CARGO_PKG_VERSION")), &lines.into_iter().flatten().collect::<Vec<_>>())
    })
}

/// A link to the set-up page, while there is no administrator.
async fn set_up_link(config: &Config, app: &App) -> Result<Option<String>, CliError> {
    let node = &app.node;
    let made = admin_link(&node.db, &*node.entropy, node.now(), None).await;
    match made.map_err(|error| CliError::of(&error))? {
        AdminLinkOutcome::Setup(link) => Ok(Some(format!("{}/setup?t={}", config.public_url, link.token.expose()))),
        _ => Ok(None),
    }
}
