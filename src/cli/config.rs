//! `usher config`: is it right, what holds, what is there to say.

use std::fmt::Write as _;

use clap::Subcommand;
use serde_json::{Map, json};

use super::{Context, error::CliError};
use crate::config::{Config, ConfigError, DEFAULT_FILE, Entry, Environment, Place, reference};

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Say whether the configuration can be used, and what is wrong where
    #[command(after_help = "Example:\n  usher config check --config /etc/usher.toml")]
    Check,
    /// Print every key with its value; secrets are masked
    #[command(after_help = "Example:\n  usher config show --sources")]
    Show {
        /// Say where each value comes from
        #[arg(long)]
        sources: bool,
    },
    /// Print a usher.toml in which everything is commented out
    #[command(after_help = "Example:\n  usher config template > usher.toml")]
    Template,
    /// Print the JSON Schema of usher.toml, for editors
    #[command(after_help = "Example:\n  usher config schema > usher.schema.json")]
    Schema,
}

pub(super) fn run(args: &Args, context: &mut Context) -> Result<(), CliError> {
    match args.action {
        Action::Check => check(context),
        Action::Show { sources } => show(context, sources),
        Action::Template => context.output.text(&reference::template()),
        Action::Schema => context.output.json(&reference::schema()),
    }
}

fn check(context: &mut Context) -> Result<(), CliError> {
    let loaded = Environment::of_process().and_then(|it| Config::load(context.file.as_deref(), &it));
    if context.output.is_json() {
        context
            .output
            .json(&json!({ "ok": loaded.is_ok(), "faults": loaded.as_ref().err().map_or(json!([]), faults) }))?;
    }
    let config = loaded?;
    if !context.output.is_json() {
        let name = context.file.clone().unwrap_or_else(|| DEFAULT_FILE.into());
        let from_file = config.entries().iter().filter(|entry| entry.source.is_file()).count();
        let issuer = config.public_url.as_str();
        let keys = if from_file == 1 { "1 key".to_owned() } else { format!("{from_file} keys") };
        context.output.line(&format!("{} is right: {keys}, issuer {issuer}", name.display()))?;
    }
    Ok(())
}

fn faults(error: &ConfigError) -> serde_json::Value {
    let fault = |fault: &crate::config::Fault| {
        let place = match &fault.place {
            Place::File { excerpt, .. } => {
                excerpt.lines().next().and_then(|line| line.split_once("--> ")).map(|it| it.1)
            }
            Place::Environment(name) => Some(name.as_str()),
            Place::Nowhere => None,
        };
        json!({ "message": fault.message, "place": place })
    };
    error.faults().iter().map(fault).collect()
}

fn show(context: &mut Context, sources: bool) -> Result<(), CliError> {
    let config = context.config()?;
    if context.output.is_json() {
        let entry = |entry: &Entry| {
            let source = entry.source.to_string();
            (entry.path.clone(), json!({ "value": entry.shown, "source": source }))
        };
        return context.output.json(&config.entries().iter().map(entry).collect::<Map<_, _>>());
    }
    let mut text = String::new();
    let mut current = "";
    for entry in config.entries() {
        let (section, name) = entry.path.split_once('.').unwrap_or(("", &entry.path));
        if section != current {
            let _ = writeln!(text, "\n[{section}]");
            current = section;
        }
        let line = format!("{name} = {}", entry.shown);
        let _ = match sources {
            true => writeln!(text, "{line:<48} # {}", entry.source),
            false => writeln!(text, "{line}"),
        };
    }
    context.output.text(&text)
}
