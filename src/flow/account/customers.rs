//! The companies that somebody works for: their memberships, and what they may do about them (screens.md 2; domain.md 3, 5).

use crate::{
    base::id::ReferenceId,
    flow::{
        account::event,
        caller::Caller,
        create_user::{CreateUserError, Seats},
        error::FlowError,
        node::Node,
        outbox::{Desk, notices},
        snapshot::Snapshot,
    },
    identity::user::User,
    store::{self, Tx, own_reference::OwnReference},
};

/// Every membership of a person, by the name of the company. Companies that are switched off are not shown.
pub async fn memberships(node: &Node, user: &User) -> Result<Vec<OwnReference>, FlowError> {
    let mut all = store::own_reference::of_user(&mut node.db.read().await?, user.id).await?;
    all.retain(|own| own.customer_active && own.reference.active);
    Ok(all)
}

/// What somebody wants of a membership.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    /// It is the one that the chooser proposes.
    Default,
    /// They accept the invitation.
    Accept,
    /// They leave, or decline an invitation.
    Leave,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Membership {
    /// Done.
    Done,
    /// The person has no such membership, or it is not in a state for this.
    NotFound,
    /// A directory says who works there.
    Managed,
    /// No login is left for another person (inventory Q6).
    NoRoom,
}

/// Does what somebody wants of one of their memberships.
pub async fn change(
    node: &Node,
    snapshot: &Snapshot,
    user: &User,
    id: ReferenceId,
    wish: Wish,
    caller: &Caller,
) -> Result<Membership, FlowError> {
    let now = node.now();
    let mut tx = node.db.write_what_was_read().await?;
    let found = store::own_reference::find(&mut tx, id, user.id).await?;
    let outcome = match found.filter(|own| own.customer_active && own.reference.active) {
        None => Membership::NotFound,
        Some(own) => {
            let ask = Ask { node, snapshot, user };
            match wish {
                Wish::Default => ask.propose(&mut tx, own).await?,
                Wish::Accept => ask.accept(&mut tx, own).await?,
                Wish::Leave => ask.leave(&mut tx, own).await?,
            }
        }
    };
    if outcome != Membership::Done {
        tx.rollback().await?;
        return Ok(outcome);
    }
    let action = match wish {
        Wish::Default => "reference.default",
        Wish::Accept => "reference.accepted",
        Wish::Leave => "reference.left",
    };
    let event = event(node, now, action, user.id, caller).detail("reference", id.text());
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(Membership::Done)
}

struct Ask<'a> {
    node: &'a Node,
    snapshot: &'a Snapshot,
    user: &'a User,
}

impl Ask<'_> {
    async fn propose(&self, tx: &mut Tx, own: OwnReference) -> Result<Membership, FlowError> {
        let (mut reference, now) = (own.reference, self.node.now());
        if !reference.is_usable() {
            return Ok(Membership::NotFound);
        }
        (reference.is_default, reference.updated_at) = (true, now);
        store::reference::update(tx, &reference).await?;
        store::reference::clear_other_defaults(tx, self.user.id, reference.id, now).await?;
        Ok(Membership::Done)
    }

    async fn accept(&self, tx: &mut Tx, own: OwnReference) -> Result<Membership, FlowError> {
        let (mut reference, now) = (own.reference, self.node.now());
        if !reference.may_be_accepted() {
            return Ok(Membership::NotFound);
        }
        if reference.internet_user {
            let mut seats = Seats::count(tx, &self.snapshot.settings, now).await?;
            match seats.take(tx, self.user.id).await {
                Ok(()) => {}
                Err(CreateUserError::Store(error)) => return Err(error.into()),
                Err(_) => return Ok(Membership::NoRoom),
            }
        }
        (reference.accepted_at, reference.updated_at) = (Some(now), now);
        store::reference::update(tx, &reference).await?;
        let desk = Desk::of(self.node, self.snapshot, now);
        let role = reference.roles.join(", ");
        let home = format!("{}{}", self.node.issuer, super::entry::HOME);
        notices::membership_added(tx, desk, self.user, &own.customer_name, &role, &home).await?;
        Ok(Membership::Done)
    }

    async fn leave(&self, tx: &mut Tx, own: OwnReference) -> Result<Membership, FlowError> {
        if !own.reference.may_be_left() {
            return Ok(Membership::Managed);
        }
        let now = self.node.now();
        store::reference::update(tx, &own.reference.left(now)).await?;
        notices::membership_removed(tx, Desk::of(self.node, self.snapshot, now), self.user, &own.customer_name).await?;
        Ok(Membership::Done)
    }
}
