//! What somebody says of themselves: name and language (screens.md 2, "Profile").

use crate::{
    flow::{account::event, caller::Caller, error::FlowError, node::Node},
    identity::user::User,
    store,
};

/// Characters of a name.
pub const MAX_NAME: usize = 100;

/// What was typed.
pub struct Typed<'a> {
    /// Given name.
    pub given_name: &'a str,
    /// Family name.
    pub family_name: &'a str,
    /// A language that pages are offered in; empty: as the browser says.
    pub locale: &'a str,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SaveProfile {
    /// Saved.
    Saved,
    /// There is no name at all.
    NameMissing,
    /// A name is too long, or holds what no name does.
    NameUnusable,
    /// A directory owns this login.
    Managed,
}

/// Whether somebody's own data is theirs to change; else their company's directory says what it is.
pub fn is_managed(user: &User) -> bool {
    user.managed_by.is_some()
}

/// Saves the profile. `locales` are the languages that there are.
pub async fn save_profile(
    node: &Node,
    user: &User,
    typed: &Typed<'_>,
    locales: &[String],
    caller: &Caller,
) -> Result<SaveProfile, FlowError> {
    let (given, family) = (typed.given_name.trim(), typed.family_name.trim());
    if given.is_empty() && family.is_empty() {
        return Ok(SaveProfile::NameMissing);
    }
    let unusable = |name: &str| name.chars().count() > MAX_NAME || name.chars().any(char::is_control);
    if unusable(given) || unusable(family) {
        return Ok(SaveProfile::NameUnusable);
    }
    let now = node.now();
    let mut tx = node.db.write_what_was_read().await?;
    let found = store::user::find(&mut tx, user.id).await?;
    let Some(mut changed) = found.filter(|it| !is_managed(it)) else {
        tx.rollback().await?;
        return Ok(SaveProfile::Managed);
    };
    let before = changed.clone();
    let name = &mut changed.attributes.name;
    let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    if (name.given_name.as_deref(), name.family_name.as_deref()) != (part(given).as_deref(), part(family).as_deref()) {
        (name.given_name, name.family_name) = (part(given), part(family));
        // What was put together of the old name is not the name any more.
        (name.formatted, changed.attributes.display_name) = (None, None);
    }
    changed.locale = locales.iter().find(|tag| *tag == typed.locale).cloned();
    if changed == before {
        tx.rollback().await?;
        return Ok(SaveProfile::Saved);
    }
    changed.updated_at = now;
    store::user::update(&mut tx, &changed).await?;
    store::audit::record(&mut tx, &event(node, now, "user.updated", user.id, caller)).await?;
    tx.commit().await?;
    Ok(SaveProfile::Saved)
}
