//! A membership: what a person is at a company. It never owns a credential (D1).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{attributes::Address, words};
use crate::base::{
    id::{CustomerId, ReferenceId, UserId},
    moment::Moment,
};

words! {
    /// Whether a reference is a contact person of its customer, and so may administer it (domain.md 7).
    ContactRole {
        /// No.
        None = "none",
        /// The first contact.
        Primary = "primary",
        /// A further contact.
        Secondary = "secondary",
    }
}

words! {
    /// Where a reference stands (domain.md 3).
    ReferenceStatus {
        /// A contact without login.
        None = "none",
        /// The login has not accepted it yet.
        Invited = "invited",
        /// In use.
        Active = "active",
        /// Switched off.
        Disabled = "disabled",
    }
}

/// A membership of a person at a company.
#[derive(Clone, PartialEq, Debug)]
pub struct Reference {
    /// Its id; never given out again.
    pub id: ReferenceId,
    /// The company; never changes.
    pub customer: CustomerId,
    /// The login; none for a mere contact (inventory O2). Once set it never changes.
    pub user: Option<UserId>,
    /// The connector that `external_id` belongs to; empty for none.
    pub connector_key: String,
    /// The id that another system knows it by, unique per customer and connector, in exactly this case.
    pub external_id: Option<String>,
    /// Its name.
    pub display_name: String,
    /// Whether the person may sign in for this customer (inventory O16).
    pub internet_user: bool,
    /// Whether it is switched on.
    pub active: bool,
    /// When the person accepted it.
    pub accepted_at: Option<Moment>,
    /// The one that the chooser proposes. At most one per user.
    pub is_default: bool,
    /// Contact person?
    pub contact_role: ContactRole,
    /// Explicit answers; a key that is absent has the catalogue's default or a group's grant.
    pub permissions: BTreeMap<String, bool>,
    /// Roles at the customer, for relying parties.
    pub roles: Vec<String>,
    /// Where it came from: `console`, `scim:<connector>`, `self`, `import`, `apply`.
    pub source: String,
    /// The rest.
    pub attributes: ReferenceAttributes,
    /// Last time tokens were issued for it.
    pub last_used_at: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
}

/// Contact data of a membership, under SCIM's names. The e-mail address need not be unique (domain.md 2).
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReferenceAttributes {
    /// Contact e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Contact telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Department.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Postal addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
}

impl Reference {
    /// Where the membership stands.
    pub const fn status(&self) -> ReferenceStatus {
        match (self.user, self.active, self.accepted_at) {
            (None, _, _) => ReferenceStatus::None,
            (Some(_), false, _) => ReferenceStatus::Disabled,
            (Some(_), true, None) => ReferenceStatus::Invited,
            (Some(_), true, Some(_)) => ReferenceStatus::Active,
        }
    }

    /// Whether its owner may leave: a directory that made it would only make it again, and says itself who leaves.
    pub fn may_be_left(&self) -> bool {
        self.user.is_some() && self.active && !self.source.starts_with("scim:")
    }

    /// Whether its owner may accept it (domain.md 3: "confirm after sign-in").
    pub const fn may_be_accepted(&self) -> bool {
        matches!(self.status(), ReferenceStatus::Invited)
    }

    /// The membership as its owner leaves it: switched off, and an invitation again should somebody switch it on.
    #[must_use]
    pub fn left(self, now: Moment) -> Self {
        Self { active: false, accepted_at: None, is_default: false, updated_at: now, ..self }
    }

    /// Whether tokens may name it, as far as it alone can tell: the customer must be active too (domain.md 4).
    pub const fn is_usable(&self) -> bool {
        matches!(self.status(), ReferenceStatus::Active) && self.internet_user
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn reference(at: Moment) -> Reference {
        let id = uuid::Uuid::from_u128(1);
        Reference {
            id: id.into(),
            customer: id.into(),
            user: Some(id.into()),
            connector_key: String::new(),
            external_id: None,
            display_name: "Anna".into(),
            internet_user: true,
            active: true,
            accepted_at: Some(at),
            is_default: false,
            contact_role: ContactRole::None,
            permissions: BTreeMap::new(),
            roles: Vec::new(),
            source: "apply".into(),
            attributes: ReferenceAttributes::default(),
            last_used_at: None,
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn inv_o2_a_reference_without_login_is_a_contact() {
        let with_login = reference(Moment::from_secs(1));
        assert_eq!(with_login.status(), ReferenceStatus::Active);
        let contact = Reference { user: None, ..with_login.clone() };
        assert_eq!((contact.status(), contact.is_usable()), (ReferenceStatus::None, false));
        let invited = Reference { accepted_at: None, ..with_login.clone() };
        assert_eq!((invited.status(), invited.is_usable()), (ReferenceStatus::Invited, false));
        let disabled = Reference { active: false, ..invited };
        assert_eq!((disabled.status(), disabled.is_usable()), (ReferenceStatus::Disabled, false));
        let left = with_login.clone().left(Moment::from_secs(2));
        assert_eq!((left.status(), left.is_usable(), left.may_be_left()), (ReferenceStatus::Disabled, false, false));
        let again = Reference { active: true, ..left };
        assert!(again.may_be_accepted() && again.may_be_left() && !again.is_usable(), "accepted anew, or not at all");
        assert!(!Reference { source: "scim:entra".into(), ..with_login.clone() }.may_be_left());
        // inventory O16
        assert!(!Reference { internet_user: false, ..with_login }.is_usable());
    }
}
