//! Groups and who is in them.

use super::{
    error::{StoreError, json, parsed, to_json},
    joined::Key,
    tx::Tx,
};
use crate::{
    base::{
        id::{CustomerId, GroupId, UserId},
        moment::Moment,
    },
    identity::group::{Group, name_key},
};

/// Columns of `user_group` under names that no other table uses.
#[derive(sqlx::FromRow)]
pub(super) struct GroupRow {
    group_id: String,
    group_customer_id: Option<String>,
    group_name: String,
    group_description: String,
    group_roles: String,
    group_permissions: String,
    group_admin_role: Option<String>,
    group_created_at: i64,
    group_updated_at: i64,
}

impl Key for GroupRow {
    const COLUMN: &'static str = "group_id";
}

impl TryFrom<GroupRow> for Group {
    type Error = StoreError;

    fn try_from(row: GroupRow) -> Result<Self, StoreError> {
        let id = &row.group_id;
        Ok(Self {
            id: parsed(id, "user_group", "id", id)?,
            customer: row.group_customer_id.map(|text| parsed(&text, "user_group", "customer_id", id)).transpose()?,
            roles: json(&row.group_roles, "user_group", "roles", id)?,
            permissions: json(&row.group_permissions, "user_group", "permissions", id)?,
            admin_role: row.group_admin_role.map(|text| parsed(&text, "user_group", "admin_role", id)).transpose()?,
            display_name: row.group_name,
            description: row.group_description,
            created_at: Moment::from_micros(row.group_created_at),
            updated_at: Moment::from_micros(row.group_updated_at),
        })
    }
}

/// A member of a group.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Member {
    /// A login.
    User(UserId),
    /// A group, whose members are members too.
    Group(GroupId),
}

impl Member {
    /// Its id.
    pub fn id(self) -> String {
        self.parts().1
    }

    fn parts(self) -> (&'static str, String) {
        match self {
            Self::User(id) => ("User", id.text()),
            Self::Group(id) => ("Group", id.text()),
        }
    }
}

/// The group of that name, in any case, of a customer; or the global one.
pub async fn find_by_name(
    tx: &mut Tx,
    customer: Option<CustomerId>,
    display_name: &str,
) -> Result<Option<Group>, StoreError> {
    let row = fetch_optional!(
        tx,
        GroupRow,
        "SELECT id AS group_id, customer_id AS group_customer_id, display_name AS group_name, \
                description AS group_description, roles AS group_roles, permissions AS group_permissions, \
                admin_role AS group_admin_role, created_at AS group_created_at, updated_at AS group_updated_at \
         FROM user_group WHERE scope = $1 AND display_name_key = $2",
        scope(customer),
        name_key(display_name)
    )?;
    row.map(Group::try_from).transpose()
}

/// A unique index passes over NULLs, so a global group has an empty text.
fn scope(customer: Option<CustomerId>) -> String {
    customer.map(CustomerId::text).unwrap_or_default()
}

/// Stores a new group without members.
///
/// # Errors
/// [`StoreError::Conflict`] if its name is taken.
pub async fn insert(tx: &mut Tx, group: &Group) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO user_group (id, customer_id, scope, display_name, display_name_key, description, roles, permissions, \
                                 admin_role, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        group.id.text(),
        group.customer.map(CustomerId::text),
        scope(group.customer),
        group.display_name.as_str(),
        name_key(&group.display_name),
        group.description.as_str(),
        to_json(&group.roles),
        to_json(&group.permissions),
        group.admin_role.map(|role| role.as_str()),
        group.created_at.as_micros(),
        group.updated_at.as_micros(),
    )?;
    Ok(())
}

/// Writes a changed group. Its customer never changes.
///
/// # Errors
/// [`StoreError::Conflict`] if its name is another's.
pub async fn update(tx: &mut Tx, group: &Group) -> Result<(), StoreError> {
    tx.touch_state();
    execute!(
        tx,
        "UPDATE user_group SET display_name = $2, display_name_key = $3, description = $4, roles = $5, permissions = $6, \
                               admin_role = $7, updated_at = $8 WHERE id = $1",
        group.id.text(),
        group.display_name.as_str(),
        name_key(&group.display_name),
        group.description.as_str(),
        to_json(&group.roles),
        to_json(&group.permissions),
        group.admin_role.map(|role| role.as_str()),
        group.updated_at.as_micros(),
    )?;
    Ok(())
}

/// The direct members of a group, in order of their ids.
pub async fn members(tx: &mut Tx, group: GroupId) -> Result<Vec<Member>, StoreError> {
    let rows = fetch_all!(
        tx,
        (String, String),
        "SELECT member_type, member_id FROM group_member WHERE group_id = $1 ORDER BY member_type, member_id",
        group.text()
    )?;
    rows.into_iter()
        .map(|(kind, id)| match kind.as_str() {
            "User" => parsed(&id, "group_member", "member_id", &group.text()).map(Member::User),
            _ => parsed(&id, "group_member", "member_id", &group.text()).map(Member::Group),
        })
        .collect()
}

/// Adds a member; nothing happens if it is one.
pub async fn add_member(tx: &mut Tx, group: GroupId, member: Member) -> Result<(), StoreError> {
    tx.touch_state();
    let (kind, id) = member.parts();
    execute!(
        tx,
        "INSERT INTO group_member (group_id, member_id, member_type) VALUES ($1, $2, $3) \
         ON CONFLICT (group_id, member_id) DO NOTHING",
        group.text(),
        id,
        kind
    )?;
    Ok(())
}

/// Removes a member.
pub async fn remove_member(tx: &mut Tx, group: GroupId, member: Member) -> Result<(), StoreError> {
    tx.touch_state();
    let (_, id) = member.parts();
    execute!(tx, "DELETE FROM group_member WHERE group_id = $1 AND member_id = $2", group.text(), id)?;
    Ok(())
}

/// Whether the members of `inner` are members of `outer` by way of any number of groups, or the two are one.
pub async fn contains(tx: &mut Tx, outer: GroupId, inner: GroupId) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "WITH RECURSIVE inside (id) AS (SELECT id FROM user_group WHERE id = $1 \
             UNION SELECT m.member_id FROM group_member m JOIN inside i ON m.group_id = i.id WHERE m.member_type = 'Group') \
         SELECT id FROM inside WHERE id = $2",
        outer.text(),
        inner.text()
    )?;
    Ok(row.is_some())
}

/// The groups that a user is in, directly or by another group, and that count for `customer` (or for everybody).
pub async fn of_user(tx: &mut Tx, user: UserId, customer: Option<CustomerId>) -> Result<Vec<GroupId>, StoreError> {
    let rows = fetch_all!(
        tx,
        (String,),
        "WITH RECURSIVE belongs (group_id) AS (SELECT group_id FROM group_member WHERE member_id = $1 \
             UNION SELECT m.group_id FROM group_member m JOIN belongs b ON m.member_id = b.group_id) \
         SELECT g.id FROM user_group g JOIN belongs b ON b.group_id = g.id WHERE g.scope IN ('', $2) ORDER BY g.id",
        user.text(),
        customer.map(CustomerId::text).unwrap_or_default(),
    )?;
    rows.into_iter().map(|(id,)| parsed(&id, "user_group", "id", &id)).collect()
}
