//! Everything that issuing depends on and claims are made of, in one statement.

use super::{
    customer::CustomerRow,
    error::StoreError,
    group::GroupRow,
    joined::{Joined, Key},
    reference::ReferenceRow,
    session::{Session, SessionRow},
    tx::Tx,
    user::UserRow,
};
use crate::{
    authn::lockout::BucketKey,
    base::{
        id::{ReferenceId, SessionId, UserId},
        moment::Moment,
    },
    identity::{
        group::Group,
        membership::{Membership, Standing},
    },
};

/// What a grant rests on.
#[derive(sqlx::FromRow)]
struct GroundRow {
    #[sqlx(flatten)]
    session: Joined<SessionRow>,
    locked_until: Option<i64>,
}

impl GroundRow {
    fn under(self, standing: Standing) -> Result<Found, StoreError> {
        let session = self.session.0.map(Session::try_from).transpose()?;
        Ok(Found { standing, session, locked_until: self.locked_until.map(Moment::from_micros) })
    }
}

/// A membership, with the epochs of both its halves.
#[derive(sqlx::FromRow)]
struct MembershipRow {
    #[sqlx(flatten)]
    reference: ReferenceRow,
    #[sqlx(flatten)]
    customer: CustomerRow,
    company_epoch: i64,
}

impl Key for MembershipRow {
    const COLUMN: &'static str = "reference_id";
}

impl TryFrom<MembershipRow> for Membership {
    type Error = StoreError;

    fn try_from(row: MembershipRow) -> Result<Self, StoreError> {
        let (reference, customer) = (row.reference.try_into()?, row.customer.try_into()?);
        Ok(Self { reference, customer, epoch: row.company_epoch })
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    ground: GroundRow,
    #[sqlx(flatten)]
    user: UserRow,
    #[sqlx(flatten)]
    membership: Joined<MembershipRow>,
    #[sqlx(flatten)]
    group: Joined<GroupRow>,
}

/// Everything that issuing depends on, as it stands now.
pub struct Found {
    /// Login, membership, groups.
    pub standing: Standing,
    /// The session asked for, if it is the user's and has not ended.
    pub session: Option<Session>,
    /// Until when strangers are kept out of the account.
    pub locked_until: Option<Moment>,
}

/// The login, the membership (if one was chosen), the groups that apply, the session that it rests on (if it rests on
/// one) and the account's lock.
///
/// `None` if the login does not exist, or the reference does not or is another's. One row per group comes back, so
/// the rest is repeated in each; there are few groups, and a second statement would cost more (performance.md 5).
pub async fn load(
    tx: &mut Tx,
    user: UserId,
    reference: Option<ReferenceId>,
    session: Option<SessionId>,
) -> Result<Option<Found>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "WITH RECURSIVE belongs (group_id) AS (SELECT group_id FROM group_member WHERE member_id = $1 \
             UNION SELECT m.group_id FROM group_member m JOIN belongs b ON m.member_id = b.group_id) \
         SELECT s.id AS session_id, s.user_id AS session_user_id, s.user_epoch AS session_user_epoch, \
                s.remember AS session_remember, s.auth_time AS session_auth_time, s.acr AS session_acr, \
                s.amr AS session_amr, s.known_browser_id AS session_known_browser_id, \
                s.last_reference_id AS session_last_reference_id, s.password_due AS session_password_due, s.created_at AS session_created_at, \
                s.last_seen_at AS session_last_seen_at, s.expires_at AS session_expires_at, \
                l.locked_until, \
                u.id AS user_id, u.user_name, u.user_type, u.locale AS user_locale, u.managed_by AS user_managed_by, \
                u.active AS user_active, u.blocked AS user_blocked, u.epoch AS user_epoch, \
                u.attributes AS user_attributes, u.last_sign_in_at AS user_last_sign_in_at, \
                u.created_at AS user_created_at, u.updated_at AS user_updated_at, \
                r.id AS reference_id, r.customer_id AS reference_customer_id, r.user_id AS reference_user_id, \
                r.connector_key AS reference_connector_key, r.external_id AS reference_external_id, \
                r.display_name AS reference_name, r.internet_user AS reference_internet_user, \
                r.active AS reference_active, r.accepted_at AS reference_accepted_at, \
                r.is_default AS reference_is_default, r.contact_role AS reference_contact_role, \
                r.permissions AS reference_permissions, r.roles AS reference_roles, r.source AS reference_source, \
                r.attributes AS reference_attributes, r.last_used_at AS reference_last_used_at, \
                r.created_at AS reference_created_at, r.updated_at AS reference_updated_at, \
                c.id AS customer_id, c.code AS customer_code, c.display_name AS customer_name, \
                c.ledger_number AS customer_ledger_number, c.parent_id AS customer_parent_id, \
                c.profile_id AS customer_profile_id, c.active AS customer_active, \
                c.attributes AS customer_attributes, c.created_at AS customer_created_at, \
                c.updated_at AS customer_updated_at, r.epoch + c.epoch AS company_epoch, \
                g.id AS group_id, g.customer_id AS group_customer_id, g.display_name AS group_name, \
                g.description AS group_description, g.roles AS group_roles, g.permissions AS group_permissions, \
                g.admin_role AS group_admin_role, g.created_at AS group_created_at, g.updated_at AS group_updated_at \
         FROM user_account u \
         LEFT JOIN reference r ON r.id = $2 AND r.user_id = u.id LEFT JOIN customer c ON c.id = r.customer_id \
         LEFT JOIN session s ON s.id = $3 AND s.user_id = u.id AND s.ended_at IS NULL \
         LEFT JOIN lockout_bucket l ON l.key = $4 \
         LEFT JOIN user_group g ON g.id IN (SELECT group_id FROM belongs) AND g.scope IN ('', r.customer_id) \
         WHERE u.id = $1 ORDER BY g.id",
        user.text(),
        reference.map(ReferenceId::text),
        session.map(SessionId::text),
        BucketKey::untrusted(user).as_str()
    )?;
    let mut groups: Vec<Group> = Vec::new();
    let mut first = None;
    for row in rows {
        groups.extend(row.group.0.map(Group::try_from).transpose()?);
        first.get_or_insert((row.user, row.membership.0, row.ground));
    }
    let Some((user, membership, ground)) = first else { return Ok(None) };
    if reference.is_some() && membership.is_none() {
        return Ok(None);
    }
    let membership = membership.map(Membership::try_from).transpose()?;
    ground.under(Standing { user: user.try_into()?, membership, groups }).map(Some)
}
