//! Who somebody is while tokens are issued: login, chosen membership, groups.

use super::{customer::Customer, group::Group, reference::Reference, user::User};

/// Everything that claims are made of, as it stands in one transaction.
#[derive(Clone, PartialEq, Debug)]
pub struct Standing {
    /// The login.
    pub user: User,
    /// The membership that was chosen, if one was.
    pub membership: Option<Membership>,
    /// The user's groups, direct and by way of other groups: the global ones and those of the chosen customer.
    pub groups: Vec<Group>,
}

/// A reference and its customer.
#[derive(Clone, PartialEq, Debug)]
pub struct Membership {
    /// The reference.
    pub reference: Reference,
    /// Its customer.
    pub customer: Customer,
    /// How often one of the two was switched off: a grant of an earlier epoch is dead, unless it may move to another
    /// company (domain.md 5).
    pub epoch: i64,
}

impl Membership {
    /// Whether tokens may name it: accepted, switched on, an internet user, and so is the customer (domain.md 4).
    /// The client's own list of customers is another question.
    pub const fn is_usable(&self) -> bool {
        self.reference.is_usable() && self.customer.active
    }
}

impl Standing {
    /// The reference that was chosen, if one was.
    pub fn reference(&self) -> Option<&Reference> {
        self.membership.as_ref().map(|membership| &membership.reference)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{
        base::moment::Moment,
        identity::{customer::CustomerAttributes, reference, user},
    };

    pub(crate) fn standing(at: Moment) -> Standing {
        let reference = reference::tests::reference(at);
        let customer = Customer {
            id: reference.customer,
            code: "ACME".parse().unwrap(),
            display_name: "Acme AB".into(),
            ledger_number: None,
            parent: None,
            profile: None,
            active: true,
            attributes: CustomerAttributes::default(),
            created_at: at,
            updated_at: at,
        };
        let membership = Some(Membership { reference, customer, epoch: 0 });
        Standing { user: user::tests::user("anna"), membership, groups: Vec::new() }
    }

    #[test]
    fn dec_d4_whatever_is_switched_off_makes_the_membership_unusable() {
        let good = standing(Moment::from_secs(1)).membership.unwrap();
        assert!(good.is_usable());
        let mut changed = good.clone();
        changed.customer.active = false;
        assert!(!changed.is_usable());
        changed = good;
        changed.reference.internet_user = false;
        assert!(!changed.is_usable());
    }
}
