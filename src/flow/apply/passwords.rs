//! The first passwords of a seed file: checked, then hashed side by side (D19).

use std::collections::HashMap;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    ApplyError,
    fault::{SeedFaults, check},
    read::{NewPassword, Seed},
    write::Written,
};
use crate::{
    authn::password::PasswordInput,
    base::secret::Secret,
    config::source_text::SourceText,
    flow::{new_password, node::Node},
    hashing::{HashPool, HashingError, Lane},
};

/// Passwords that wait for a hashing thread at once.
const AT_ONCE: usize = 8;

/// A password to hash, by the place of its user in the file.
pub(super) struct Input {
    index: usize,
    clear: Secret<String>,
}

impl Seed {
    /// Whether hashing may be needed.
    pub(super) fn has_plain_passwords(&self) -> bool {
        self.users.iter().flat_map(|user| &user.password).any(|at| matches!(at.value, NewPassword::Plain(_)))
    }
}

/// Checks every password that is needed by the rules that hold everywhere (`flow::new_password`), with the settings that
/// the file leaves behind.
pub(super) async fn check_all(
    node: &Node,
    source: &SourceText,
    seed: &Seed,
    trial: &Written,
) -> Result<Vec<Input>, SeedFaults> {
    let mut checks = Vec::new();
    for needed in &trial.unhashed {
        let Some(at) = seed.users.get(needed.index).and_then(|user| user.password.as_ref()) else { continue };
        let NewPassword::Plain(clear) = &at.value else { continue };
        checks.push(async move {
            let checked = new_password::check(node, &trial.settings, clear.expose(), &needed.about).await;
            let problems = checked.err().unwrap_or_default();
            let faults = problems.into_iter().map(|it| (at.span.clone(), format!("user.password: {it}")));
            (Input { index: needed.index, clear: clear.clone() }, faults.collect::<Vec<_>>())
        });
    }
    let (inputs, faults): (Vec<_>, Vec<_>) = stream::iter(checks).buffered(AT_ONCE).unzip().await;
    check(source, faults.concat())?;
    Ok(inputs)
}

/// Hashes all of them.
pub(super) async fn hash_all(
    pool: &HashPool,
    inputs: Vec<Input>,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<HashMap<usize, Secret<String>>, ApplyError> {
    let total = inputs.len();
    let mut hashes = HashMap::with_capacity(total);
    let mut hashing = stream::iter(inputs).map(|input| hash(pool, input)).buffer_unordered(AT_ONCE);
    while let Some((index, hash)) = hashing.try_next().await? {
        hashes.insert(index, hash);
        progress(hashes.len(), total);
    }
    Ok(hashes)
}

async fn hash(pool: &HashPool, input: Input) -> Result<(usize, Secret<String>), ApplyError> {
    loop {
        // It was parsed before; what is too long was refused then.
        let Ok(typed) = PasswordInput::parse(input.clear.expose()) else { return Err(ApplyError::Changed) };
        match pool.hash(Lane::Admin, typed).await {
            Ok(hash) => return Ok((input.index, Secret::new(hash))),
            Err(HashingError::Overloaded { retry_after }) => tokio::time::sleep(retry_after).await,
            Err(error) => return Err(error.into()),
        }
    }
}
