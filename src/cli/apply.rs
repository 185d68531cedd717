//! `usher apply`: what a seed file declares, in the database.

use std::{
    fs,
    io::{IsTerminal, stderr},
    path::PathBuf,
};

use serde::Serialize;

use super::{Context, NoMigrate, block_on, error::CliError, output::Output};
use crate::{
    app::{open, open_node},
    config::source_text::SourceText,
    flow::apply::{ApplyError, Change, Outcome, SeedFile, Warning, apply},
};

/// A file, and how.
#[derive(clap::Args)]
#[command(after_help = "\
Creates or updates what the file declares, in one transaction; never deletes. Applied again, it changes nothing.
A server may run meanwhile; it follows within a second. docs/reference/seed-file.md describes the file.

Examples:
  usher apply seed.toml
  usher apply seed.toml --dry-run     check everything, write nothing")]
pub(super) struct Args {
    /// Seed file (TOML)
    file: PathBuf,
    /// Check everything and say what would change, but write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    migrations: NoMigrate,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    dry_run: bool,
    changes: Vec<Change>,
    warnings: Vec<Warning>,
}

pub(super) fn run(args: &Args, context: &mut Context) -> Result<(), CliError> {
    let config = context.config()?;
    let name = args.file.display();
    let text = fs::read_to_string(&args.file).map_err(|error| CliError::Failed(format!("{name}: {error}")))?;
    let faulty = |error: &dyn std::fmt::Display| CliError::Failed(format!("{name} cannot be applied:\n\n{error}"));
    let source = SourceText::new(&args.file, text);
    let seed = SeedFile::read(source, config.public_url.site()).map_err(|error| faulty(&error))?;
    let warnings = seed.warnings();
    for warning in &warnings {
        context.output.note(&format!("{name}:{}:{}: {}", warning.line, warning.column, warning.message));
    }
    let progress = |done, total| show_progress(done, total);
    let changes = block_on(async {
        let db = open::database(&config, args.migrations.wanted()).await.map_err(|error| CliError::of(&error))?;
        let node = open_node(&config, db).await.map_err(|error| CliError::of(&error))?;
        apply(&node, &seed, args.dry_run, &progress).await.map_err(|error| match error {
            ApplyError::Faulty(faults) => faulty(&faults),
            error => CliError::of(&error),
        })
    })?;
    let report = Report { dry_run: args.dry_run, changes, warnings };
    context.output.data(&report, || describe(&report))
}

/// Counts on one line of a terminal; says nothing into a file.
fn show_progress(done: usize, total: usize) {
    let worth_it = total >= 50 && stderr().is_terminal();
    if worth_it && (done.is_multiple_of(10) || done == total) {
        let end = if done == total { "\n" } else { "" };
        Output::progress(&format!("\rhashing passwords {done}/{total}{end}"));
    }
}

fn describe(report: &Report) -> String {
    let of = |outcome| report.changes.iter().filter(|change| change.outcome == outcome).count();
    let mut text = String::new();
    for change in report.changes.iter().filter(|change| change.outcome != Outcome::Unchanged) {
        let Change { kind, name, outcome, fields } = change;
        let (word, fields) = match outcome {
            Outcome::Created => ("created", String::new()),
            Outcome::Skipped => ("skipped", format!(" ({})", fields.join(", "))),
            _ => ("updated", format!(" ({})", fields.join(", "))),
        };
        text.push_str(&format!("{word}  {kind} {name}{fields}\n"));
    }
    let [created, updated, unchanged] = [of(Outcome::Created), of(Outcome::Updated), of(Outcome::Unchanged)];
    let end = if report.dry_run { "; nothing was written (--dry-run)" } else { "" };
    text.push_str(&format!("{created} created, {updated} updated, {unchanged} unchanged{end}\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_names_what_changed_and_counts_the_rest() {
        let change = |name: &str, outcome, fields: &[&str]| Change {
            kind: "customer",
            name: name.into(),
            outcome,
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        };
        let changes = vec![
            change("ACME", Outcome::Created, &[]),
            change("BETA", Outcome::Updated, &["displayName", "active"]),
            change("GAMMA", Outcome::Unchanged, &[]),
        ];
        let report = Report { dry_run: true, changes, warnings: Vec::new() };
        assert_eq!(
            describe(&report),
            "created  customer ACME\nupdated  customer BETA (displayName, active)\n\
             1 created, 1 updated, 1 unchanged; nothing was written (--dry-run)\n"
        );
    }
}
