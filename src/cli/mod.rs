//! The command line, one file per command (contract.md, Commands).
//!
//! Exit codes: 0 done, 1 failed, 2 used wrongly. Data goes to standard output, everything else to standard error.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

mod admin;
mod apply;
mod config;
mod demo;
mod error;
mod health;
mod keys;
mod migrate;
mod output;
mod serve;

use error::CliError;
use output::Output;

use crate::{
    app::open::{self, Migrations},
    config::{Config, Environment},
    store::Db,
};

/// Sign-in for your customers' portals and your licensed software.
#[derive(Parser)]
#[command(name = "usher", version, propagate_version = true, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  usher serve                 start, with everything at its default
  usher demo                  look around: a vendor, three customers, a portal
  usher admin link            print the link to begin with
  usher config check          is usher.toml right?
  usher apply seed.toml       create or update what the file declares
  usher health --wait 30s     wait until the server is ready

Exit codes: 0 done, 1 failed, 2 used wrongly.";

/// What every command takes.
#[derive(clap::Args)]
struct Common {
    /// Configuration file; without it usher.toml in the working directory, if there is one
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print data as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server
    Serve(serve::Args),
    /// Serve a seeded vendor with a portal, to look around
    Demo(demo::Args),
    /// Create or update what a seed file declares
    Apply(apply::Args),
    /// Bring the database to this version's schema
    Migrate(migrate::Args),
    /// Ask a running server whether it is ready
    Health(health::Args),
    /// Help administrators back in
    Admin(admin::Args),
    /// List, rotate and withdraw the keys that sign tokens
    Keys(keys::Args),
    /// Check, show and describe the configuration
    Config(config::Args),
}

/// What commands take that migrate by themselves.
#[derive(clap::Args)]
struct NoMigrate {
    /// Refuse to go on while migrations are pending, instead of applying them
    #[arg(long)]
    no_migrate: bool,
}

impl NoMigrate {
    const fn wanted(&self) -> Migrations {
        if self.no_migrate { Migrations::Refuse } else { Migrations::Apply }
    }
}

/// What a command works with.
struct Context {
    file: Option<PathBuf>,
    output: Output,
}

impl Context {
    /// The configuration: file and environment.
    fn config(&self) -> Result<Config, CliError> {
        Ok(Config::load(self.file.as_deref(), &Environment::of_process()?)?)
    }
}

/// Runs the command that the arguments of this process name.
pub fn main() -> ExitCode {
    // Prints help, version or what is wrong with the arguments, and ends the process: 0, or 2.
    let Cli { common, command } = Cli::parse();
    let mut context = Context { file: common.config, output: Output::new(common.json) };
    let result = match command {
        Command::Serve(args) => serve::run(&args, &mut context),
        Command::Demo(args) => demo::run(&args, &mut context),
        Command::Apply(args) => apply::run(&args, &mut context),
        Command::Migrate(args) => migrate::run(&args, &mut context),
        Command::Health(args) => health::run(&args, &mut context),
        Command::Admin(args) => admin::run(&args, &mut context),
        Command::Keys(args) => keys::run(args, &mut context),
        Command::Config(args) => config::run(&args, &mut context),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read our output has seen enough: `usher … | head`.
        Err(CliError::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            context.output.error(&error);
            error.exit_code()
        }
    }
}

/// The database at this version's schema; commands beside a running server never migrate under it.
async fn open_database(config: &Config) -> Result<Db, CliError> {
    open::database(config, Migrations::Refuse).await.map_err(|error| CliError::of(&error))
}

/// Runs asynchronous work on a runtime of its own.
fn block_on<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Runtime)?;
    runtime.block_on(work)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_are_well_formed_and_explain_themselves() {
        let mut cli = Cli::command();
        cli.build();
        let mut pending = vec![&cli];
        while let Some(command) = pending.pop() {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            let is_help = |it: &&clap::Command| it.get_name() == "help";
            let own = command.get_subcommands().filter(|it| !is_help(it)).collect::<Vec<_>>();
            if own.is_empty() {
                let help = command.clone().render_long_help().to_string();
                assert!(help.contains("Example"), "{} shows no example", command.get_name());
            }
            pending.extend(own);
        }
        cli.debug_assert();
    }
}
