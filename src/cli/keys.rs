//! `usher keys`: the keys that sign tokens.

use clap::{Subcommand, builder::PossibleValuesParser, builder::TypedValueParser as _};
use serde_json::{Value, json};

use super::{Context, block_on, error::CliError, open_database, output::table};
use crate::{
    app::open,
    base::{
        clock::{Clock as _, SystemClock},
        entropy::SystemEntropy,
        moment::Moment,
    },
    config::Config,
    flow::rotate_keys::{self, KeyFacts, RetireOutcome, Rotation},
    keys::rotation::KeyState,
    oidc::client::SigningAlg,
};

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Print every signing key and where it stands in its life
    #[command(after_help = "\
next: published, signs later. current: signs. previous: verifies what it signed. retired: out of use.

Example:
  usher keys list")]
    List,
    /// Publish a new key for each algorithm; it signs a day later
    #[command(after_help = "\
A server does this by itself every 90 days.

Examples:
  usher keys rotate
  usher keys rotate --alg ES256")]
    Rotate {
        /// Only this algorithm
        #[arg(long, value_parser = alg())]
        alg: Option<SigningAlg>,
    },
    /// Withdraw a key at once: what it signed is worth nothing any more
    #[command(after_help = "\
For a key that leaked. Everybody who holds a token signed with it has to sign in again or refresh.

Example:
  usher keys retire 0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86z")]
    Retire {
        /// Key id, as `usher keys list` prints it
        // A thumbprint in base64url may begin with a hyphen.
        #[arg(allow_hyphen_values = true)]
        kid: String,
    },
}

fn alg() -> impl clap::builder::TypedValueParser<Value = SigningAlg> {
    PossibleValuesParser::new(SigningAlg::ALL.map(SigningAlg::as_str))
        .try_map(|name| SigningAlg::parse(&name).ok_or("not an algorithm"))
}

pub(super) fn run(args: Args, context: &mut Context) -> Result<(), CliError> {
    let config = context.config()?;
    match args.action {
        Action::List => list(&config, context),
        Action::Rotate { alg } => rotate(&config, alg, context),
        Action::Retire { kid } => retire(&config, &kid, context),
    }
}

fn list(config: &Config, context: &mut Context) -> Result<(), CliError> {
    let keys = block_on(async {
        let db = open_database(config).await?;
        rotate_keys::list(&db, SystemClock.now()).await.map_err(|error| CliError::of(&error))
    })?;
    let text = |moment: Moment| moment.to_string();
    let data: Vec<Value> = keys
        .iter()
        .map(|key| {
            json!({
                "kid": key.kid, "alg": key.alg.as_str(), "state": state(key.state),
                "published_at": text(key.published_at), "active_from": text(key.active_from),
                "retired_at": key.retired_at.map(text),
            })
        })
        .collect();
    let row = |key: &KeyFacts| {
        let state = state(key.state).to_owned();
        [key.alg.as_str().to_owned(), state, text(key.active_from), key.kid.clone()]
    };
    context.output.data(&data, || {
        if keys.is_empty() {
            return "No key yet: the first ones are made when the server starts.\n".to_owned();
        }
        table(["Algorithm", "State", "Signs from", "Key id"], &keys.iter().map(row).collect::<Vec<_>>())
    })
}

const fn state(state: KeyState) -> &'static str {
    match state {
        KeyState::Next => "next",
        KeyState::Current => "current",
        KeyState::Previous => "previous",
        KeyState::Retired => "retired",
    }
}

fn rotate(config: &Config, alg: Option<SigningAlg>, context: &mut Context) -> Result<(), CliError> {
    let algs = alg.map_or_else(|| SigningAlg::ALL.to_vec(), |alg| vec![alg]);
    let done = block_on(async {
        let db = open_database(config).await?;
        let entropy = SystemEntropy::default();
        let kek = open::kek(config, &db, &entropy).await.map_err(|error| CliError::of(&error))?;
        let mut done = Vec::new();
        for alg in algs {
            let rotated = rotate_keys::rotate(&db, &kek, &entropy, SystemClock.now(), alg).await;
            done.push((alg.as_str(), rotated.map_err(|error| CliError::of(&error))?));
        }
        Ok(done)
    })?;
    let data = |(alg, rotation): &(&str, Rotation)| match rotation {
        Rotation::Published { kid, active_from } => {
            json!({ "alg": alg, "kid": kid, "active_from": active_from.to_string() })
        }
        Rotation::Underway => json!({ "alg": alg, "kid": null }),
    };
    let line = |(alg, rotation): &(&str, Rotation)| match rotation {
        Rotation::Published { kid, active_from } => format!("{alg}: {kid} is published and signs from {active_from}\n"),
        Rotation::Underway => format!("{alg}: the next key is published already\n"),
    };
    context.output.data(&done.iter().map(data).collect::<Value>(), || done.iter().map(line).collect())
}

fn retire(config: &Config, kid: &str, context: &mut Context) -> Result<(), CliError> {
    let outcome = block_on(async {
        let db = open_database(config).await?;
        let entropy = SystemEntropy::default();
        let kek = open::kek(config, &db, &entropy).await.map_err(|error| CliError::of(&error))?;
        let retired = rotate_keys::retire(&db, &kek, &entropy, SystemClock.now(), kid).await;
        retired.map_err(|error| CliError::of(&error))
    })?;
    match outcome {
        RetireOutcome::NoSuchKey => Err(CliError::Failed(format!("no key in use has the id {kid}"))),
        RetireOutcome::Retired { successor } => {
            context.output.data(&json!({ "retired": kid, "successor": successor }), || match &successor {
                Some(new) => format!("{kid} is retired; {new} signs in its place\n"),
                None => format!("{kid} is retired\n"),
            })
        }
    }
}
