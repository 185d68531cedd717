//! A password that an administrator gives (`accounts.admin_set_password`; inventory K17, K19, K22, O20): not at all, one that
//! is made here, shown once and good for one change within a day, or any. None is ever mailed (D3).

use std::time::Duration;

use crate::{
    authn::password::PasswordInput,
    base::{entropy::Entropy, id::UserId, moment::Moment, secret::Secret},
    config::settings::{ADMIN_SET_PASSWORD, AdminSetPassword, Settings},
    flow::{
        error::FlowError,
        new_password::{About, PasswordProblem, check, hash},
        node::Node,
        outbox::{Desk, notices},
        set_password::close_everything,
    },
    identity::audit::{Actor, AuditEvent},
    store::{self, session::Browser},
};

/// How long a temporary password can be changed.
pub const TEMPORARY_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// Letters and digits that nobody takes for one another: 32, five bits each.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
/// Four groups of four: eighty bits.
const LENGTH: usize = 16;

/// What an administrator gives.
#[derive(Clone, Copy)]
pub enum Given<'a> {
    /// One that is made here.
    Temporary,
    /// One that the administrator typed.
    Permanent(&'a str),
}

/// What became of it.
pub enum GiveOutcome {
    /// To be shown once; it is stored nowhere.
    Temporary {
        /// The password.
        password: Secret<String>,
        /// It can be changed until then.
        until: Moment,
    },
    /// Saved.
    Permanent,
    /// The setting does not allow it.
    NotAllowed,
    /// The password breaks these rules.
    Refused(Vec<PasswordProblem>),
    /// There is no such login, or it may not be used.
    NoSuchUser,
}

/// Gives somebody a password. Everything that the old one opened is closed, and its owner is told that it changed.
pub async fn give_password(
    node: &Node,
    user: UserId,
    given: Given<'_>,
    actor: Actor,
    browser: &Browser,
) -> Result<GiveOutcome, FlowError> {
    let snapshot = node.snapshot().await?;
    if !allows(&snapshot.settings, given) {
        return Ok(GiveOutcome::NotAllowed);
    }
    let mut tx = node.db.read().await?;
    let found = store::user::find(&mut tx, user).await?.filter(|user| user.is_usable());
    let Some(found) = found else { return Ok(GiveOutcome::NoSuchUser) };
    let about = About::user(&mut tx, &found).await?;
    drop(tx);
    let temporary = match given {
        Given::Temporary => Some(generate(&*node.entropy)),
        Given::Permanent(_) => None,
    };
    let input = match (given, &temporary) {
        (Given::Permanent(typed), _) => check(node, &snapshot.settings, typed, &about).await,
        (_, Some(made)) => PasswordInput::parse(made.expose()).map_err(|_| vec![PasswordProblem::TooLong]),
        (Given::Temporary, None) => Err(vec![PasswordProblem::Missing]),
    };
    let input = match input {
        Ok(input) => input,
        Err(problems) => return Ok(GiveOutcome::Refused(problems)),
    };
    let hash = hash(node, input).await?;
    let now = node.now();
    let until = now.plus(TEMPORARY_LIFE);
    let mut tx = node.db.write().await?;
    if store::user::hold(&mut tx, user).await?.is_none() {
        tx.rollback().await?;
        return Ok(GiveOutcome::NoSuchUser);
    }
    store::password::set(&mut tx, user, &hash, now).await?;
    if temporary.is_some() {
        store::password::make_temporary(&mut tx, user, until).await?;
    }
    close_everything(&mut tx, user, now).await?;
    notices::password_changed(&mut tx, Desk::of(node, &snapshot, now), &found, true, browser).await?;
    let mode = if temporary.is_some() { "temporary" } else { "permanent" };
    let event = AuditEvent::new(&*node.entropy, now, "password.given", actor)
        .target("user", user.text())
        .caller(browser.ip.clone(), None)
        .detail("mode", mode);
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(match temporary {
        Some(password) => GiveOutcome::Temporary { password, until },
        None => GiveOutcome::Permanent,
    })
}

/// Whether the setting allows it: whoever may give any password may give a temporary one, too.
fn allows(settings: &Settings, given: Given<'_>) -> bool {
    match settings.instance(&ADMIN_SET_PASSWORD) {
        AdminSetPassword::Off => false,
        AdminSetPassword::Temporary => matches!(given, Given::Temporary),
        AdminSetPassword::Permanent => true,
    }
}

/// A password that can be read out on the telephone.
fn generate(entropy: &dyn Entropy) -> Secret<String> {
    let bytes = entropy.bytes::<LENGTH>();
    let letters = bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32)));
    let mut text = String::new();
    for (at, letter) in letters.enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(*letter));
    }
    Secret::new(text)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::base::entropy::SystemEntropy;

    #[test]
    fn inv_k17_a_temporary_password_is_random_and_can_be_read_out() {
        let entropy = SystemEntropy::default();
        let made: HashSet<String> = (0..200).map(|_| generate(&entropy).expose().clone()).collect();
        assert_eq!(made.len(), 200);
        for text in made {
            assert_eq!(text.len(), 19, "{text}");
            assert!(text.split('-').all(|group| group.len() == 4), "{text}");
            assert!(!text.contains(['i', 'l', 'o', '1']), "{text}");
        }
    }
}
