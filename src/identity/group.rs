//! Groups of users, of one customer or of all, with what they give their members.

use super::{admin_role::Role, reference::Reference};
use crate::base::{
    id::{CustomerId, GroupId},
    moment::Moment,
};

/// A group of users and groups.
#[derive(Clone, PartialEq, Debug)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// The customer it belongs to; none for a global group.
    pub customer: Option<CustomerId>,
    /// Its name, unique within its customer, in any case.
    pub display_name: String,
    /// For people.
    pub description: String,
    /// Roles that its members have at relying parties.
    pub roles: Vec<String>,
    /// Permissions that its members have, unless their reference says no.
    pub permissions: Vec<String>,
    /// Role of administration that its members have. Only a global group may hold one.
    pub admin_role: Option<Role>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
}

impl Group {
    /// Whether the group counts while its member acts for `customer`; a global one always does.
    pub fn applies_to(&self, customer: Option<CustomerId>) -> bool {
        self.customer.is_none() || self.customer == customer
    }
}

/// The form in which a group's or profile's name is unique.
pub fn name_key(display_name: &str) -> String {
    display_name.trim().to_lowercase()
}

/// Claim `roles`: those of the reference and of the groups that apply, each once, sorted; never roles of administration (claims.md 2).
pub fn roles<'a>(reference: Option<&'a Reference>, groups: &'a [Group]) -> Vec<&'a str> {
    let customer = reference.map(|reference| reference.customer);
    let own = reference.into_iter().flat_map(|reference| &reference.roles);
    let granted = groups.iter().filter(|group| group.applies_to(customer)).flat_map(|group| &group.roles);
    sorted(own.chain(granted))
}

/// Claim `groups`: the names of the groups that apply (claims.md 2).
pub fn names<'a>(reference: Option<&'a Reference>, groups: &'a [Group]) -> Vec<&'a str> {
    let customer = reference.map(|reference| reference.customer);
    sorted(groups.iter().filter(|group| group.applies_to(customer)).map(|group| &group.display_name))
}

fn sorted<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    let mut all: Vec<&str> = texts.map(String::as_str).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::identity::reference;

    pub(crate) fn group(name: &str, customer: Option<CustomerId>) -> Group {
        Group {
            id: GroupId::from(uuid::Uuid::from_u128(1)),
            customer,
            display_name: name.into(),
            description: String::new(),
            roles: vec!["buyer".into(), name.to_lowercase()],
            permissions: Vec::new(),
            admin_role: Some(Role::SystemAdmin),
            created_at: Moment::from_secs(1),
            updated_at: Moment::from_secs(1),
        }
    }

    #[test]
    fn inv_k5_roles_are_the_union_of_reference_and_groups_that_apply() {
        let mut anna = reference::tests::reference(Moment::from_secs(1));
        anna.roles = vec!["seller".into(), "buyer".into()];
        let foreign = CustomerId::from(uuid::Uuid::from_u128(99));
        let groups = [group("Staff", None), group("Acme", Some(anna.customer)), group("Beta", Some(foreign))];
        assert_eq!(roles(Some(&anna), &groups), ["acme", "buyer", "seller", "staff"]);
        assert_eq!(names(Some(&anna), &groups), ["Acme", "Staff"]);
        assert_eq!(roles(None, &groups), ["buyer", "staff"], "without a customer only global groups count");
        assert_eq!(names(None, &groups), ["Staff"]);
    }
}
