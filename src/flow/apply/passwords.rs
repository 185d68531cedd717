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
    authn::password::{PasswordInput, check_new_password},
    base::secret::Secret,
    config::{
        settings::{MfaPolicy, Scope, Settings},
        source_text::SourceText,
    },
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

/// Checks every password that is needed against the strictest rules of its user's customers.
pub(super) fn check_all(source: &SourceText, seed: &Seed, trial: &Written) -> Result<Vec<Input>, SeedFaults> {
    let (mut inputs, mut faults) = (Vec::new(), Vec::new());
    for needed in &trial.unhashed {
        let Some(at) = seed.users.get(needed.index).and_then(|user| user.password.as_ref()) else { continue };
        let NewPassword::Plain(clear) = &at.value else { continue };
        let context: Vec<&str> = needed.context.iter().map(String::as_str).collect();
        let rules = trial.settings.password(&needed.customers);
        let min_length = rules.min_length(second_factor_enforced(&trial.settings, &needed.customers));
        let min_length = usize::try_from(min_length).unwrap_or(usize::MAX);
        match PasswordInput::parse(clear.expose()) {
            Ok(input) => {
                let failures = check_new_password(&input, min_length, rules.min_strength, &context).err();
                for failure in failures.into_iter().flatten() {
                    faults.push((at.span.clone(), format!("user.password: {failure}")));
                }
            }
            Err(error) => faults.push((at.span.clone(), format!("user.password: {error}"))),
        }
        inputs.push(Input { index: needed.index, clear: clear.clone() });
    }
    check(source, faults)?;
    Ok(inputs)
}

/// Whether the person is asked for a second factor wherever they sign in.
fn second_factor_enforced(settings: &Settings, customers: &[crate::base::id::CustomerId]) -> bool {
    let required = |customer| settings.mfa(&Scope { customer, ..Scope::INSTANCE }).policy == MfaPolicy::Required;
    required(None) || (!customers.is_empty() && customers.iter().all(|id| required(Some(*id))))
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
