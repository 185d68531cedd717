//! Licences: facts about what a customer bought. The key material stays in the licence server.

use super::{membership::Standing, words};
use crate::base::{
    id::{CustomerId, GroupId, LicenseId, ReferenceId},
    moment::Moment,
};

words! {
    /// What is licensed.
    LicenseKind {
        /// A product.
        Product = "product",
        /// A feature of a product.
        Feature = "feature",
    }
}

words! {
    /// What a licence lets its holders do; each asks for a scope `license:<action>` too (claims.md 2).
    LicenseAction {
        /// See it.
        Read = "read",
        /// Activate it on a device.
        Activate = "activate",
        /// Give an activation back.
        Release = "release",
        /// Download the product.
        Download = "download",
    }
}

words! {
    /// Who at the customer sees the licence.
    Visibility {
        /// Those it is assigned to.
        Own = "own",
        /// Everybody at the customer.
        Customer = "customer",
    }
}

words! {
    /// Where a licence stands, computed.
    LicenseStatus {
        /// In force.
        Active = "active",
        /// Not yet in force.
        Pending = "pending",
        /// No longer in force.
        Expired = "expired",
        /// Switched off.
        Disabled = "disabled",
    }
}

/// Who may use a licence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Assignee {
    /// Everybody at a customer.
    Customer(CustomerId),
    /// One reference.
    Reference(ReferenceId),
    /// The members of a group.
    Group(GroupId),
}

impl Assignee {
    /// The words for the kinds of assignee, in the database and in seed files.
    pub const KINDS: [&'static str; 3] = ["Customer", "Reference", "Group"];

    /// The word for its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Customer(_) => "Customer",
            Self::Reference(_) => "Reference",
            Self::Group(_) => "Group",
        }
    }

    /// Its id, as the database stores it.
    pub fn id(&self) -> String {
        match self {
            Self::Customer(id) => id.text(),
            Self::Reference(id) => id.text(),
            Self::Group(id) => id.text(),
        }
    }
}

/// A licence.
#[derive(Clone, PartialEq, Debug)]
pub struct License {
    /// Its id.
    pub id: LicenseId,
    /// The id that the licence server knows it by, unique.
    pub external_id: Option<String>,
    /// Who bought it; never changes.
    pub customer: CustomerId,
    /// The product, one word: the first half of an entitlement.
    pub product: String,
    /// The edition; empty for none.
    pub edition: String,
    /// Product or feature.
    pub kind: LicenseKind,
    /// How many may use it; none: any number.
    pub seats: Option<i64>,
    /// How many do, as the licence server reports it.
    pub seats_used: Option<i64>,
    /// First instant it is in force.
    pub valid_from: Option<Moment>,
    /// First instant it no longer is.
    pub valid_to: Option<Moment>,
    /// Whether it is switched on.
    pub active: bool,
    /// What it allows.
    pub actions: Vec<LicenseAction>,
    /// Who sees it.
    pub visibility: Visibility,
    /// When it was made.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
}

impl License {
    /// Where it stands at `now`.
    pub fn status(&self, now: Moment) -> LicenseStatus {
        if !self.active {
            LicenseStatus::Disabled
        } else if self.valid_to.is_some_and(|end| end <= now) {
            LicenseStatus::Expired
        } else if self.valid_from.is_some_and(|start| start > now) {
            LicenseStatus::Pending
        } else {
            LicenseStatus::Active
        }
    }
}

/// Claim `entitlements`: `<product>:<action>` for the granted actions that licences in force allow, each once, sorted.
///
/// `licenses` are those assigned to the membership; a customer that is switched off has none (domain.md 5).
pub fn entitlements(standing: &Standing, licenses: &[License], granted: &[LicenseAction], now: Moment) -> Vec<String> {
    if !standing.membership.as_ref().is_some_and(|membership| membership.customer.active) {
        return Vec::new();
    }
    let in_force = licenses.iter().filter(|license| license.status(now) == LicenseStatus::Active);
    let mut all: Vec<String> = in_force
        .flat_map(|license| {
            let allowed = license.actions.iter().filter(|action| granted.contains(action));
            allowed.map(|action| format!("{}:{action}", license.product))
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::membership::tests::standing;

    fn license(product: &str, actions: &[LicenseAction]) -> License {
        License {
            id: uuid::Uuid::from_u128(1).into(),
            external_id: None,
            customer: uuid::Uuid::from_u128(1).into(),
            product: product.into(),
            edition: String::new(),
            kind: LicenseKind::Product,
            seats: None,
            seats_used: None,
            valid_from: Some(Moment::from_secs(10)),
            valid_to: Some(Moment::from_secs(20)),
            active: true,
            actions: actions.to_vec(),
            visibility: Visibility::Own,
            created_at: Moment::from_secs(1),
            updated_at: Moment::from_secs(1),
        }
    }

    #[test]
    fn a_licence_is_in_force_from_its_first_instant_until_its_last() {
        let one = license("cad-pro", &[]);
        let status = |secs| one.status(Moment::from_secs(secs));
        assert_eq!(
            [status(9), status(10), status(19), status(20)],
            [LicenseStatus::Pending, LicenseStatus::Active, LicenseStatus::Active, LicenseStatus::Expired]
        );
        assert_eq!(License { active: false, ..one.clone() }.status(Moment::from_secs(15)), LicenseStatus::Disabled);
    }

    #[test]
    fn inv_k7_entitlements_need_licence_scope_and_an_active_customer() {
        use LicenseAction::{Activate, Download, Release};
        let now = Moment::from_secs(15);
        let mut acting = standing(Moment::from_secs(1));
        let licenses =
            [license("cad-pro", &[Activate, Release]), license("cad-pro", &[Activate]), license("viewer", &[Download])];
        let granted = |actions: &[LicenseAction]| entitlements(&acting, &licenses, actions, now);
        assert_eq!(granted(&[Activate, Download]), ["cad-pro:activate", "viewer:download"]);
        assert_eq!(granted(&[Release]), ["cad-pro:release"]);
        assert!(granted(&[]).is_empty());
        assert!(entitlements(&acting, &licenses, &[Activate], Moment::from_secs(20)).is_empty());
        if let Some(membership) = &mut acting.membership {
            membership.customer.active = false;
        }
        assert!(entitlements(&acting, &licenses, &[Activate], now).is_empty());
    }
}
