//! Logins, and the names that sign them in.

use super::{
    error::{StoreError, json, parsed, to_json},
    tx::Tx,
};
use crate::{
    base::{
        id::{CustomerId, UserId},
        login_name::LoginName,
        moment::Moment,
        secret::Secret,
    },
    identity::user::{User, UserType},
};

/// Columns of `user_account` under names that no other table uses, so that joins can hold several rows.
#[derive(sqlx::FromRow)]
pub(super) struct UserRow {
    user_id: String,
    user_name: String,
    user_type: String,
    user_locale: Option<String>,
    user_managed_by: Option<String>,
    user_active: bool,
    user_blocked: bool,
    user_epoch: i64,
    user_attributes: String,
    user_last_sign_in_at: Option<i64>,
    user_created_at: i64,
    user_updated_at: i64,
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        let id = &row.user_id;
        Ok(Self {
            id: parsed(id, "user_account", "id", id)?,
            user_type: parsed(&row.user_type, "user_account", "user_type", id)?,
            managed_by: row.user_managed_by.map(|text| parsed(&text, "user_account", "managed_by", id)).transpose()?,
            attributes: json(&row.user_attributes, "user_account", "attributes", id)?,
            user_name: row.user_name,
            locale: row.user_locale,
            active: row.user_active,
            blocked: row.user_blocked,
            epoch: row.user_epoch,
            last_sign_in_at: row.user_last_sign_in_at.map(Moment::from_micros),
            created_at: Moment::from_micros(row.user_created_at),
            updated_at: Moment::from_micros(row.user_updated_at),
        })
    }
}

/// A login and what there is to check a password against.
pub struct SignIn {
    /// The login.
    pub user: User,
    /// The password's hash in PHC or a legacy form; none while no password is set.
    pub password_hash: Option<Secret<String>>,
    /// The password is one that an administrator handed out: it is good until then, for one change.
    pub temporary_until: Option<Moment>,
}

#[derive(sqlx::FromRow)]
struct SignInRow {
    #[sqlx(flatten)]
    user: UserRow,
    password_hash: Option<String>,
    temporary_until: Option<i64>,
}

/// The login with this id.
pub async fn find(tx: &mut Tx, id: UserId) -> Result<Option<User>, StoreError> {
    let row = fetch_optional!(
        tx,
        UserRow,
        "SELECT id AS user_id, user_name, user_type, locale AS user_locale, managed_by AS user_managed_by, \
                active AS user_active, blocked AS user_blocked, epoch AS user_epoch, attributes AS user_attributes, \
                last_sign_in_at AS user_last_sign_in_at, created_at AS user_created_at, updated_at AS user_updated_at \
         FROM user_account WHERE id = $1",
        id.text()
    )?;
    row.map(User::try_from).transpose()
}

/// The login that this user name or verified e-mail address signs in, with its password: all that sign-in needs to know.
pub async fn for_sign_in(tx: &mut Tx, name: &LoginName) -> Result<Option<SignIn>, StoreError> {
    let row = fetch_optional!(
        tx,
        SignInRow,
        "SELECT u.id AS user_id, u.user_name, u.user_type, u.locale AS user_locale, u.managed_by AS user_managed_by, \
                u.active AS user_active, u.blocked AS user_blocked, u.epoch AS user_epoch, \
                u.attributes AS user_attributes, u.last_sign_in_at AS user_last_sign_in_at, \
                u.created_at AS user_created_at, u.updated_at AS user_updated_at, p.hash AS password_hash, \
                p.temporary_until \
         FROM login_name n JOIN user_account u ON u.id = n.user_id LEFT JOIN password p ON p.user_id = u.id \
         WHERE n.name = $1",
        name.as_str()
    )?;
    row.map(|row| {
        Ok(SignIn {
            user: row.user.try_into()?,
            password_hash: row.password_hash.map(Secret::new),
            temporary_until: row.temporary_until.map(Moment::from_micros),
        })
    })
    .transpose()
}

/// The login that this user name or verified e-mail address signs in (inventory Q13).
pub async fn find_by_login_name(tx: &mut Tx, name: &LoginName) -> Result<Option<User>, StoreError> {
    Ok(for_sign_in(tx, name).await?.map(|found| found.user))
}

/// Stores a new login with the names that sign it in.
///
/// # Errors
/// [`StoreError::Conflict`] if one of the names is another's.
pub async fn insert(tx: &mut Tx, user: &User) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO user_account (id, user_name, display_name, user_type, locale, managed_by, active, blocked, epoch, \
                                   attributes, last_sign_in_at, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        user.id.text(),
        user.user_name.as_str(),
        user.label(),
        user.user_type.as_str(),
        user.locale.as_deref(),
        user.managed_by.map(CustomerId::text),
        user.active,
        user.blocked,
        user.epoch,
        to_json(&user.attributes),
        user.last_sign_in_at.map(Moment::as_micros),
        user.created_at.as_micros(),
        user.updated_at.as_micros(),
    )?;
    add_names(tx, user).await
}

/// Writes a changed login, and its names anew, for whoever read it in the same transaction
/// ([`Db::write_what_was_read`]). Switching it off moves its epoch on: what was opened and granted before is dead for
/// good. Its epoch and an administrator's lock have statements of their own: [`move_epoch`], [`set_blocked`].
///
/// [`Db::write_what_was_read`]: super::Db::write_what_was_read
///
/// # Errors
/// [`StoreError::Conflict`] if one of the names is another's.
pub async fn update(tx: &mut Tx, user: &User) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE user_account SET user_name = $2, display_name = $3, user_type = $4, locale = $5, managed_by = $6, \
                                 epoch = CASE WHEN active AND NOT $7 THEN epoch + 1 ELSE epoch END, \
                                 active = $7, attributes = $8, updated_at = $9 WHERE id = $1",
        user.id.text(),
        user.user_name.as_str(),
        user.label(),
        user.user_type.as_str(),
        user.locale.as_deref(),
        user.managed_by.map(CustomerId::text),
        user.active,
        to_json(&user.attributes),
        user.updated_at.as_micros(),
    )?;
    execute!(tx, "DELETE FROM login_name WHERE user_id = $1", user.id.text())?;
    add_names(tx, user).await
}

/// Locks a login as an administrator does, or ends that lock; `false` if nothing changes.
pub async fn set_blocked(tx: &mut Tx, id: UserId, blocked: bool, now: Moment) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE user_account SET blocked = $2, updated_at = $3 WHERE id = $1 AND blocked <> $2",
        id.text(),
        blocked,
        now.as_micros()
    )?;
    if touched == 1 {
        tx.touch_state();
    }
    Ok(touched == 1)
}

/// Puts another label on a login, if it has the label `from`; `false` if it has not.
pub async fn relabel(tx: &mut Tx, id: UserId, from: UserType, to: UserType, now: Moment) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE user_account SET user_type = $3, updated_at = $4 WHERE id = $1 AND user_type = $2",
        id.text(),
        from.as_str(),
        to.as_str(),
        now.as_micros()
    )?;
    if touched == 1 {
        tx.touch_state();
    }
    Ok(touched == 1)
}

/// Signs a login out everywhere: sessions and grants of an earlier epoch are dead.
pub async fn move_epoch(tx: &mut Tx, id: UserId) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(tx, "UPDATE user_account SET epoch = epoch + 1 WHERE id = $1", id.text())?;
    Ok(())
}

async fn add_names(tx: &mut Tx, user: &User) -> Result<(), StoreError> {
    let unreadable = |_| StoreError::Corrupt { table: "user_account", column: "user_name", id: user.id.text() };
    for name in user.login_names().map_err(unreadable)? {
        execute!(tx, "INSERT INTO login_name (name, user_id) VALUES ($1, $2)", name.as_str(), user.id.text())?;
    }
    Ok(())
}

/// Notes that somebody signed in who was looked up at `epoch`; `false` if they may not any more: the password was set,
/// or the login switched off, while this one was being verified. First in its transaction, so that PostgreSQL holds
/// the row against whoever is about to do that.
pub async fn signed_in(tx: &mut Tx, id: UserId, epoch: i64, now: Moment) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE user_account SET last_sign_in_at = $3 WHERE id = $1 AND epoch = $2 AND active AND NOT blocked",
        id.text(),
        epoch,
        now.as_micros()
    )?;
    Ok(touched == 1)
}

/// Holds a login for this transaction, so that nothing else about it is decided meanwhile; its epoch, or `None` if it
/// may not be used. First in its transaction.
pub async fn hold(tx: &mut Tx, id: UserId) -> Result<Option<i64>, StoreError> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "UPDATE user_account SET epoch = epoch WHERE id = $1 AND active AND NOT blocked RETURNING epoch",
        id.text()
    )?;
    Ok(row.map(|(epoch,)| epoch))
}
