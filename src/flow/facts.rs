//! Whom tokens speak of, out of what the permit was given on.

use crate::{
    base::moment::Moment,
    flow::{error::FlowError, may_issue::Permit},
    oidc::{
        claims::Subject,
        facts::{Authority, Membership, Person},
        scope::ScopeSet,
    },
    store::{self, Tx},
};

/// A person, the membership chosen, and what they may do.
pub struct About {
    person: Person,
    membership: Option<Membership>,
    authority: Authority,
}

impl About {
    /// Gathers what tokens of `scope` may tell. Licences are looked up only where a scope asks for them.
    pub async fn of(tx: &mut Tx, permit: &Permit, scope: &ScopeSet, now: Moment) -> Result<Self, FlowError> {
        let standing = permit.standing();
        let asks_for_licences = scope.iter().any(|scope| scope.starts_with("license:"));
        let licenses = match &standing.membership {
            Some(it) if asks_for_licences => {
                store::license::for_membership(tx, it.customer.id, it.reference.id, standing.user.id).await?
            }
            _ => Vec::new(),
        };
        Ok(Self {
            person: Person::from(&standing.user),
            membership: standing.membership.as_ref().map(Membership::from),
            authority: Authority::of(standing, permit.permissions().to_vec(), &licenses, scope, now),
        })
    }

    /// As the builders of tokens take it.
    pub fn subject(&self) -> Subject<'_> {
        Subject { person: &self.person, membership: self.membership.as_ref(), authority: &self.authority }
    }

    /// What the person may do.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }
}
