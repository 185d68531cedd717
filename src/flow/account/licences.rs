//! The licences that somebody may use, at every company that they work for (screens.md 2, "Licences").

use std::collections::BTreeMap;

use crate::{
    base::id::LicenseId,
    flow::{error::FlowError, node::Node},
    identity::{license::License, user::User},
    store,
};

/// A licence, and for whom the person may use it.
pub struct OwnLicense {
    /// The licence.
    pub license: License,
    /// Names of the companies through which it is theirs.
    pub companies: Vec<String>,
}

/// The licences of a person, by product and edition.
pub async fn licences(node: &Node, user: &User) -> Result<Vec<OwnLicense>, FlowError> {
    let mut tx = node.db.read().await?;
    let mut all: BTreeMap<LicenseId, OwnLicense> = BTreeMap::new();
    for own in store::own_reference::of_user(&mut tx, user.id).await? {
        let reference = own.reference;
        if !own.customer_active || !reference.is_usable() {
            continue;
        }
        for license in store::license::for_membership(&mut tx, reference.customer, reference.id, user.id).await? {
            let id = license.id;
            let known = all.entry(id).or_insert_with(|| OwnLicense { license, companies: Vec::new() });
            known.companies.push(own.customer_name.clone());
        }
    }
    let mut all: Vec<_> = all.into_values().collect();
    all.sort_by(|a, b| (&a.license.product, &a.license.edition).cmp(&(&b.license.product, &b.license.edition)));
    Ok(all)
}
