//! The link by which somebody who must have a second factor sets one up (D33, inventory M9, M21): mailed once, and again
//! after a reset. It holds no secret of a factor and opens nothing by itself: the password comes first.

use std::{net::IpAddr, time::Duration};

use crate::{
    authn::send_limits::SendPurpose,
    base::{bearer::Presented, email::EmailAddress, id::UserId},
    flow::{
        caller::Caller,
        error::FlowError,
        interaction::Step,
        may_send::{Destination, Sending, may_send},
        node::Node,
        outbox::{Desk, Letter, Recipient, enqueue},
        snapshot::Snapshot,
        survey::{Findings, Journey},
    },
    identity::{
        audit::{Actor, AuditEvent},
        user::User,
    },
    store::{self, Tx, link::LinkPurpose},
    theme::mails::MfaEnrollLink,
};

/// How long the link works (M9).
pub const LINK_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// Names the one mail that somebody gets by being asked to enrol.
fn first(user: UserId) -> String {
    format!("mfa.enroll_link/{user}")
}

impl Journey<'_> {
    /// Mails the link to somebody who is asked to enrol a factor because one is required, the first time that happens.
    pub async fn mail_enrol_link(&self, findings: &Findings, step: &Step, caller: &Caller) -> Result<(), FlowError> {
        let (Step::EnrolFactor { forced, until, .. }, Some(session)) = (step, &findings.session) else { return Ok(()) };
        let has_one = findings.demand.as_ref().is_some_and(|demand| demand.held.has_factor());
        if has_one || !(*forced || until.is_some()) {
            return Ok(());
        }
        let user = session.user_id;
        let mut tx = self.node.db.read().await?;
        if store::message::is_written(&mut tx, &first(user)).await? {
            return Ok(());
        }
        let Some(person) = store::user::find(&mut tx, user).await? else { return Ok(()) };
        drop(tx);
        let from = caller.browser.ip.as_deref().and_then(|ip| ip.parse().ok());
        let mut tx = self.node.db.write().await?;
        if let Some(to) = recipient(&mut tx, self.node, self.snapshot, &person, from).await? {
            let desk = Desk::of(self.node, self.snapshot, self.node.now());
            enqueue(&mut tx, desk, letter(&to, false).once(first(user))).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Whether the mail may be sent, counted if so, and to whom: a verified address, or nobody. Ask before other rows are locked.
pub(super) async fn recipient(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    person: &User,
    from: Option<IpAddr>,
) -> Result<Option<Recipient>, FlowError> {
    let Some(to) = Recipient::verified(person) else { return Ok(None) };
    let Ok(address) = EmailAddress::parse(&to.address) else { return Ok(None) };
    let (purpose, user) = (SendPurpose::Enrolment, Some(person.id));
    let sending = Sending { purpose, to: Destination::Email(&address), user, from };
    Ok(may_send(tx, node, snapshot, &sending).await?.ok().map(|_| to))
}

/// The mail itself.
pub(super) fn letter(to: &Recipient, again: bool) -> Letter<'_> {
    Letter::new(to, &MfaEnrollLink { again }).with_link(LinkPurpose::Enrol, LINK_LIFE)
}

/// The account that a link is about, without using the link (D24).
pub async fn account(node: &Node, presented: &Presented) -> Result<Option<String>, FlowError> {
    let mut tx = node.db.read().await?;
    let peeked = store::link::peek(&mut tx, presented, LinkPurpose::Enrol, node.now()).await?;
    let Some(Some(user)) = peeked else { return Ok(None) };
    Ok(store::user::find(&mut tx, user).await?.map(|user| user.user_name))
}

/// Uses the link, once; `false` if it was used or is too old. Whoever follows it signs in with the password next.
pub async fn follow(node: &Node, presented: &Presented, caller: &Caller) -> Result<bool, FlowError> {
    let now = node.now();
    let mut tx = node.db.write().await?;
    let Some(Some(user)) = store::link::consume(&mut tx, presented, LinkPurpose::Enrol, now).await? else {
        tx.rollback().await?;
        return Ok(false);
    };
    let event = AuditEvent::new(&*node.entropy, now, "mfa.enrol_link_followed", Actor::User(user))
        .target("user", user.text())
        .caller(caller.browser.ip.clone(), caller.request_id.clone());
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(true)
}
