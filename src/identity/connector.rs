//! Connectors: a customer's own directory that provisions through Directory SCIM (D2).

use super::words;
use crate::base::{
    id::{ConnectorId, CustomerId},
    moment::Moment,
};

words! {
    /// What happens when the directory deletes somebody (scim.md 2).
    OnDelete {
        /// The membership is switched off.
        Disable = "disable",
        /// The membership ends; a login that the customer manages ends with its last one.
        Delete = "delete",
    }
}

/// A connector of a customer.
#[derive(Clone, PartialEq, Debug)]
pub struct Connector {
    /// Its id.
    pub id: ConnectorId,
    /// Whose directory it is.
    pub customer: CustomerId,
    /// Its name, unique within the customer, in any case.
    pub name: String,
    /// No leniency towards what directories send against the RFC (D9).
    pub strict: bool,
    /// What a deletion does.
    pub on_delete: OnDelete,
    /// Whether it may make logins, and not only memberships.
    pub allow_create: bool,
    /// When it was made.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
}
