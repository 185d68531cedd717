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

use crate::{
    base::{clock::Clock, entropy::Entropy},
    config::{
        settings::Site,
        source_text::{Position, SourceText},
    },
    hashing::{HashPool, HashingError},
    keys::{kek::Kek, seal::SealError},
    store::{Db, StoreError},
};

use self::{
    fault::check,
    write::{Run, Written, write},
};
pub use self::{
    fault::{SeedFault, SeedFaults},
    ledger::{Change, Outcome},
    read::MAX_OBJECTS,
};

/// Why nothing was applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The file is wrong.
    #[error(transparent)]
    Faulty(#[from] SeedFaults),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored secret does not open, or a new one cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// No passwords can be hashed.
    #[error(transparent)]
    Hashing(#[from] HashingError),
    /// Somebody changed a login of the file meanwhile.
    #[error("the database changed while the file was applied: run it again")]
    Changed,
}

/// A remark about a file that is applied all the same.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Warning {
    /// The sentence.
    pub message: String,
    /// Line, from one.
    pub line: usize,
    /// Column, from one.
    pub column: usize,
}

/// What was done, or would be.
#[derive(Debug)]
pub struct Report {
    /// Every object of the file.
    pub changes: Vec<Change>,
    /// Remarks.
    pub warnings: Vec<Warning>,
}

/// What applying works with.
pub struct Apply<'a> {
    /// The database, migrated.
    pub db: &'a Db,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Where passwords are hashed.
    pub hashing: &'a HashPool,
    /// Seals settings that are secrets.
    pub kek: &'a Kek,
    /// What the bounds of settings depend on.
    pub site: Site,
}

impl Apply<'_> {
    /// Applies a file; with `dry_run` everything is done but the last commit and the hashing.
    ///
    /// `progress` is told how many of how many passwords are hashed.
    ///
    /// # Errors
    /// [`ApplyError::Faulty`] with everything that is wrong with the file. Nothing is written after any error.
    pub async fn run(
        &self,
        source: &SourceText,
        dry_run: bool,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Report, ApplyError> {
        let mut seed = read::read(source, self.site)?;
        let warnings = std::mem::take(&mut seed.warnings).into_iter().map(|(span, message)| {
            let Position { line, column } = source.position(span.start);
            Warning { message, line, column }
        });
        let warnings = warnings.collect();
        let trial = self.write(source, &seed, &HashMap::new(), dry_run || seed.has_plain_passwords()).await?;
        let inputs = passwords::check_all(source, &seed, &trial)?;
        if dry_run || !seed.has_plain_passwords() {
            return Ok(Report { changes: trial.ledger.into_changes(), warnings });
        }
        let hashes = passwords::hash_all(self.hashing, inputs, progress).await?;
        let written = self.write(source, &seed, &hashes, false).await?;
        Ok(Report { changes: written.ledger.into_changes(), warnings })
    }

    /// Writes the file in one transaction, which is rolled back on `trial` and if anything is wrong.
    async fn write(
        &self,
        source: &SourceText,
        seed: &read::Seed,
        hashes: &HashMap<usize, crate::base::secret::Secret<String>>,
        trial: bool,
    ) -> Result<Written, ApplyError> {
        let run = Run { now: self.clock.now(), entropy: self.entropy, kek: self.kek, site: self.site, hashes };
        let mut tx = self.db.write().await?;
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
}
