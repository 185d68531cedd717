//! `usher apply`: makes the database what a seed file declares (contract.md, Seed file).
//!
//! Idempotent; never deletes; all or nothing. The file is read and checked first, then written once on trial, which
//! finds every name that does not exist and every password that must be hashed; then the passwords are checked and
//! hashed, outside of any transaction; then everything is written in one. A running server follows by the version
//! counters.

mod entry;
mod fault;
mod ledger;
mod passwords;
mod read;
mod write;

use std::collections::HashMap;

use self::{
    fault::check,
    read::Seed,
    write::{Run, Written, write},
};
pub use self::{
    fault::{SeedFault, SeedFaults},
    ledger::{Change, Outcome},
    read::MAX_OBJECTS,
};
use crate::{
    base::secret::Secret,
    config::{
        settings::Site,
        source_text::{Position, SourceText},
    },
    flow::{error::FlowError, node::Node, verify_password::hash_cost},
    hashing::HashingError,
    keys::seal::SealError,
    store::StoreError,
};

/// How often a file is written anew after somebody else changed the same rows.
const TRIES: usize = 5;

/// Why nothing was applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The file is wrong.
    #[error(transparent)]
    Faulty(#[from] SeedFaults),
    /// The database, or a key.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// No passwords can be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// Somebody changed a login of the file meanwhile.
    #[error("the database changed while the file was applied: run it again")]
    Changed,
}

impl From<StoreError> for ApplyError {
    fn from(error: StoreError) -> Self {
        Self::Flow(error.into())
    }
}

impl From<SealError> for ApplyError {
    fn from(error: SealError) -> Self {
        Self::Flow(error.into())
    }
}

/// A remark about a file that can be applied all the same.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Warning {
    /// The sentence.
    pub message: String,
    /// Line, from one.
    pub line: usize,
    /// Column, from one.
    pub column: usize,
}

/// A seed file that is right in itself: keys, types and values. Whether the names in it exist, the database knows.
pub struct SeedFile {
    source: SourceText,
    seed: Seed,
}

impl SeedFile {
    /// Reads a text. Paths in it start at the folder of the file that it stands in.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the file.
    pub fn read(source: SourceText, site: Site) -> Result<Self, SeedFaults> {
        let seed = read::read(&source, site)?;
        Ok(Self { source, seed })
    }

    /// Remarks about the file.
    pub fn warnings(&self) -> Vec<Warning> {
        let warning = |(span, message): &(fault::Span, String)| {
            let Position { line, column } = self.source.position(span.start);
            Warning { message: message.clone(), line, column }
        };
        self.seed.warnings.iter().map(warning).collect()
    }
}

/// Applies a file and says what became of each of its objects; with `dry_run` what would become.
///
/// `progress` is told how many of how many passwords are hashed.
///
/// # Errors
/// [`ApplyError::Faulty`] with everything that is wrong with the file. Nothing is written after any error.
pub async fn apply(
    node: &Node,
    file: &SeedFile,
    dry_run: bool,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<Change>, ApplyError> {
    let needs_hashing = file.seed.has_plain_passwords();
    let trial = run(node, file, &HashMap::new(), dry_run || needs_hashing).await?;
    let inputs = passwords::check_all(node, &file.source, &file.seed, &trial).await?;
    if dry_run || !needs_hashing {
        return Ok(trial.ledger.into_changes());
    }
    node.hashing.set_cost(hash_cost(&trial.settings));
    let hashes = passwords::hash_all(&node.hashing, inputs, progress).await?;
    Ok(run(node, file, &hashes, false).await?.ledger.into_changes())
}

/// Writes the file, again if somebody else was writing the same: nobody's change may get lost.
async fn run(
    node: &Node,
    file: &SeedFile,
    hashes: &HashMap<usize, Secret<String>>,
    trial: bool,
) -> Result<Written, ApplyError> {
    for _ in 1..TRIES {
        match run_once(node, file, hashes, trial).await {
            // Names are looked up before they are written: a conflict is somebody else's, made meanwhile.
            Err(ApplyError::Flow(FlowError::Store(StoreError::Contended(_) | StoreError::Conflict(_)))) => {}
            done => return done,
        }
    }
    run_once(node, file, hashes, trial).await
}

/// Writes the file in one transaction, which is rolled back on `trial` and if anything is wrong.
async fn run_once(
    node: &Node,
    SeedFile { source, seed }: &SeedFile,
    hashes: &HashMap<usize, Secret<String>>,
    trial: bool,
) -> Result<Written, ApplyError> {
    let (now, entropy, pinned) = (node.now(), &*node.entropy, node.pinned());
    let run = Run { now, entropy, kek: &node.kek, site: node.site, pinned, hashes };
    let mut tx = node.db.write_what_was_read().await?;
    let mut written = write(&mut tx, seed, &run).await?;
    let faults = check(source, std::mem::take(&mut written.faults));
    if trial || faults.is_err() {
        tx.rollback().await?;
        faults?;
        return Ok(written);
    }
    if !written.unhashed.is_empty() {
        tx.rollback().await?;
        return Err(ApplyError::Changed);
    }
    tx.commit().await?;
    Ok(written)
}
