//! Who administers.

use super::{
    error::{StoreError, json, parsed, to_json},
    tx::Tx,
};
use crate::{
    base::{id::UserId, moment::Moment},
    identity::admin_role::{AdminRole, Holder, Role},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    holder_type: String,
    holder_id: String,
    role: String,
    customers: String,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for AdminRole {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let id = &row.id;
        let holder = match row.holder_type.as_str() {
            "user" => Holder::User(parsed(&row.holder_id, "admin_role", "holder_id", id)?),
            _ => Holder::Client(row.holder_id),
        };
        Ok(Self {
            id: parsed(id, "admin_role", "id", id)?,
            holder,
            role: parsed(&row.role, "admin_role", "role", id)?,
            customers: json(&row.customers, "admin_role", "customers", id)?,
            created_at: Moment::from_micros(row.created_at),
            updated_at: Moment::from_micros(row.updated_at),
        })
    }
}

/// This role of this holder, given directly.
pub async fn find(tx: &mut Tx, holder: &Holder, role: Role) -> Result<Option<AdminRole>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, holder_type, holder_id, role, customers, created_at, updated_at FROM admin_role \
         WHERE holder_type = $1 AND holder_id = $2 AND role = $3",
        holder.kind(),
        holder.id(),
        role.as_str()
    )?;
    row.map(AdminRole::try_from).transpose()
}

/// Gives a role.
///
/// # Errors
/// [`StoreError::Conflict`] if the holder has it.
pub async fn insert(tx: &mut Tx, role: &AdminRole) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "INSERT INTO admin_role (id, holder_type, holder_id, role, customers, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        role.id.text(),
        role.holder.kind(),
        role.holder.id(),
        role.role.as_str(),
        to_json(&role.customers),
        role.created_at.as_micros(),
        role.updated_at.as_micros(),
    )?;
    Ok(())
}

/// Writes the customers that a role is limited to.
pub async fn update(tx: &mut Tx, role: &AdminRole) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE admin_role SET customers = $2, updated_at = $3 WHERE id = $1",
        role.id.text(),
        to_json(&role.customers),
        role.updated_at.as_micros(),
    )?;
    Ok(())
}

/// How many people who may sign in are system administrators, directly or by a group. There must stay one (domain.md 5).
///
/// Holds every other count back until this transaction ends, so that the last two cannot go at once.
pub async fn system_admins(tx: &mut Tx) -> Result<i64, StoreError> {
    execute!(tx, "UPDATE instance SET value = value WHERE name = 'administrators'")?;
    count_system_admins(tx).await
}

/// The same without holding anybody back: what a page may show, and nothing may be decided on.
pub async fn count_system_admins(tx: &mut Tx) -> Result<i64, StoreError> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        "WITH RECURSIVE holder (id) AS (SELECT holder_id FROM admin_role WHERE holder_type = 'user' AND role = 'system-admin' \
             UNION SELECT id FROM user_group WHERE admin_role = 'system-admin' \
             UNION SELECT m.member_id FROM group_member m JOIN holder h ON m.group_id = h.id) \
         SELECT COUNT(*) FROM user_account u WHERE u.active AND NOT u.blocked AND u.id IN (SELECT id FROM holder)"
    )?;
    Ok(count)
}

/// Every role that was given to this holder directly.
pub async fn of_holder(tx: &mut Tx, holder: &Holder) -> Result<Vec<Role>, StoreError> {
    let rows = fetch_all!(
        tx,
        (String,),
        "SELECT role FROM admin_role WHERE holder_type = $1 AND holder_id = $2 ORDER BY role",
        holder.kind(),
        holder.id()
    )?;
    rows.into_iter().map(|(role,)| parsed(&role, "admin_role", "role", &holder.id())).collect()
}

/// Every role that a user holds, directly or by a group; those of groups have no list of customers.
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<Role>, StoreError> {
    let rows = fetch_all!(
        tx,
        (String,),
        "WITH RECURSIVE belongs (group_id) AS (SELECT group_id FROM group_member WHERE member_id = $1 \
             UNION SELECT m.group_id FROM group_member m JOIN belongs b ON m.member_id = b.group_id) \
         SELECT role FROM admin_role WHERE holder_type = 'user' AND holder_id = $1 \
         UNION SELECT g.admin_role FROM user_group g JOIN belongs b ON b.group_id = g.id \
               WHERE g.admin_role IS NOT NULL AND g.scope = '' ORDER BY 1",
        user.text()
    )?;
    rows.into_iter().map(|(role,)| parsed(&role, "admin_role", "role", &user.text())).collect()
}
