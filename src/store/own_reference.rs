//! The memberships of a user, as their owner sees them.

use super::{error::StoreError, reference::ReferenceRow, tx::Tx};
use crate::{
    base::id::{ReferenceId, UserId},
    identity::reference::Reference,
};

/// A membership with the names of its company.
#[derive(Clone, Debug)]
pub struct OwnReference {
    /// The membership.
    pub reference: Reference,
    /// The company's code.
    pub code: String,
    /// The company's name.
    pub customer_name: String,
    /// The company is not switched off.
    pub customer_active: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    reference: ReferenceRow,
    customer_code: String,
    customer_name: String,
    customer_active: bool,
}

impl TryFrom<Row> for OwnReference {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let Row { reference, customer_code, customer_name, customer_active } = row;
        Ok(Self { reference: reference.try_into()?, code: customer_code, customer_name, customer_active })
    }
}

/// Every membership of a user, by the name of the company.
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<OwnReference>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT r.id AS reference_id, r.customer_id AS reference_customer_id, r.user_id AS reference_user_id, \
                r.connector_key AS reference_connector_key, r.external_id AS reference_external_id, \
                r.display_name AS reference_name, r.internet_user AS reference_internet_user, \
                r.active AS reference_active, r.accepted_at AS reference_accepted_at, \
                r.is_default AS reference_is_default, r.contact_role AS reference_contact_role, \
                r.permissions AS reference_permissions, r.roles AS reference_roles, r.source AS reference_source, \
                r.attributes AS reference_attributes, r.last_used_at AS reference_last_used_at, \
                r.created_at AS reference_created_at, r.updated_at AS reference_updated_at, \
                c.code AS customer_code, c.display_name AS customer_name, c.active AS customer_active \
         FROM reference r JOIN customer c ON c.id = r.customer_id WHERE r.user_id = $1 ORDER BY c.display_name, c.code",
        user.text()
    )?;
    rows.into_iter().map(OwnReference::try_from).collect()
}

/// One membership, if it is the user's.
pub async fn find(tx: &mut Tx, id: ReferenceId, user: UserId) -> Result<Option<OwnReference>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT r.id AS reference_id, r.customer_id AS reference_customer_id, r.user_id AS reference_user_id, \
                r.connector_key AS reference_connector_key, r.external_id AS reference_external_id, \
                r.display_name AS reference_name, r.internet_user AS reference_internet_user, \
                r.active AS reference_active, r.accepted_at AS reference_accepted_at, \
                r.is_default AS reference_is_default, r.contact_role AS reference_contact_role, \
                r.permissions AS reference_permissions, r.roles AS reference_roles, r.source AS reference_source, \
                r.attributes AS reference_attributes, r.last_used_at AS reference_last_used_at, \
                r.created_at AS reference_created_at, r.updated_at AS reference_updated_at, \
                c.code AS customer_code, c.display_name AS customer_name, c.active AS customer_active \
         FROM reference r JOIN customer c ON c.id = r.customer_id WHERE r.id = $1 AND r.user_id = $2",
        id.text(),
        user.text()
    )?;
    row.map(OwnReference::try_from).transpose()
}
