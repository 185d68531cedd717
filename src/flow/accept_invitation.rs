//! `/invite` (domain.md 3): somebody without a way in sets the first password, with the invited address fixed; somebody who
//! has one confirms, signed in. Nothing is opened by the link itself.

use crate::{
    authn::password_policy::PasswordPolicy,
    base::{
        bearer::Presented,
        id::{LinkId, ReferenceId},
        moment::Moment,
    },
    flow::{
        caller::Caller,
        error::FlowError,
        first_password,
        forgot_password::usable,
        invite,
        new_password::{About, PasswordProblem, check, hash, policy},
        node::Node,
        set_password::{Installing, install},
        survey::live_session,
    },
    identity::{
        audit::{Actor, AuditEvent},
        user::User,
    },
    store::{
        self, Tx,
        link::{LinkPurpose, LiveLink},
    },
};

/// What the page shows.
pub struct Invitation {
    /// Name to sign in with.
    pub user_name: String,
    /// The address that was invited.
    pub email: String,
    /// The company to act for, where there is one.
    pub customer: Option<String>,
    /// Who invites; empty if nobody in particular does.
    pub inviter: String,
    /// What is to be done.
    pub way: Way,
}

/// How an invitation is accepted.
pub enum Way {
    /// There is no password: set the first one.
    FirstPassword(PasswordPolicy),
    /// Somebody is signed in as the one who was invited: a click is enough.
    Confirm,
    /// Nobody is signed in.
    SignIn,
    /// Somebody else is signed in. Nothing is said of whose the invitation is.
    OtherAccount,
}

/// What became of an answer.
pub enum AcceptOutcome {
    /// Accepted. `first`: a password was set.
    Accepted {
        /// A first password was set.
        first: bool,
        /// The company.
        customer: Option<String>,
    },
    /// The person does not want to.
    Declined,
    /// The password breaks these rules; the link still works.
    Refused(Vec<PasswordProblem>),
    /// Nobody is signed in.
    SignIn,
    /// Somebody else is signed in.
    OtherAccount,
    /// The link was used or is too old, or there is nothing left to accept.
    LinkGone,
}

struct Found {
    link: LiveLink,
    user: User,
    reference: Option<ReferenceId>,
    customer: Option<String>,
    first: bool,
}

/// Looks at an invitation without using it (D24).
pub async fn look(node: &Node, presented: &Presented, caller: &Caller) -> Result<Option<Invitation>, FlowError> {
    let (snapshot, now) = (node.snapshot().await?, node.now());
    let mut tx = node.db.read().await?;
    let Some(found) = find(&mut tx, presented, now).await? else { return Ok(None) };
    let way = if found.first {
        let about = About::user(&mut tx, &found.user).await?;
        Way::FirstPassword(policy(&snapshot.settings, &about.customers))
    } else {
        match live_session(&mut tx, &snapshot, None, caller, now).await? {
            Some(session) if session.user_id == found.user.id => Way::Confirm,
            Some(_) => Way::OtherAccount,
            None => Way::SignIn,
        }
    };
    let inviter = invite::inviter(&mut tx, LinkId::from(presented.id)).await?;
    let email = found.link.detail.get("email").and_then(|it| it.as_str()).unwrap_or_default().to_owned();
    Ok(Some(Invitation { user_name: found.user.user_name, email, customer: found.customer, inviter, way }))
}

/// Accepts. `typed` is the first password, where there is none.
pub async fn accept(
    node: &Node,
    presented: &Presented,
    typed: &str,
    caller: &Caller,
) -> Result<AcceptOutcome, FlowError> {
    let (snapshot, now) = (node.snapshot().await?, node.now());
    let mut tx = node.db.read().await?;
    let Some(found) = find(&mut tx, presented, now).await? else { return Ok(AcceptOutcome::LinkGone) };
    if found.first {
        drop(tx);
        return first(node, presented, &found, typed, caller).await;
    }
    let session = live_session(&mut tx, &snapshot, None, caller, now).await?;
    drop(tx);
    match session {
        Some(session) if session.user_id != found.user.id => return Ok(AcceptOutcome::OtherAccount),
        Some(_) => {}
        None => return Ok(AcceptOutcome::SignIn),
    }
    join(node, presented, &found, caller).await
}

/// Declines: the membership is switched off, the login stays as it is.
pub async fn decline(node: &Node, presented: &Presented, caller: &Caller) -> Result<AcceptOutcome, FlowError> {
    let now = node.now();
    let found = find(&mut node.db.read().await?, presented, now).await?;
    let Some(found) = found else { return Ok(AcceptOutcome::LinkGone) };
    let mut tx = node.db.write().await?;
    if store::link::take(&mut tx, presented, LinkPurpose::Invite, now).await?.is_none() {
        tx.rollback().await?;
        return Ok(AcceptOutcome::LinkGone);
    }
    if let Some(reference) = found.reference {
        store::invitation::decline(&mut tx, reference, found.user.id, now).await?;
    }
    store::audit::record(&mut tx, &event(node, "invitation.declined", &found, caller, now)).await?;
    tx.commit().await?;
    Ok(AcceptOutcome::Declined)
}

/// The live invitation, if there is something to accept: a first password, or a membership that waits.
async fn find(tx: &mut Tx, presented: &Presented, now: Moment) -> Result<Option<Found>, FlowError> {
    let Some(link) = store::link::find(tx, presented, LinkPurpose::Invite, now).await? else { return Ok(None) };
    let Some(user) = usable(tx, link.user).await? else { return Ok(None) };
    let first = store::password::find(tx, user.id).await?.is_none();
    let waiting = match first_password::reference(&link.detail) {
        Some(reference) => store::invitation::find(tx, reference, user.id).await?,
        None => None,
    };
    if !first && waiting.is_none() {
        return Ok(None);
    }
    let (reference, customer) = waiting.map(|it| (it.reference, it.customer_name)).unzip();
    Ok(Some(Found { link, user, reference, customer, first }))
}

async fn first(
    node: &Node,
    presented: &Presented,
    found: &Found,
    typed: &str,
    caller: &Caller,
) -> Result<AcceptOutcome, FlowError> {
    let snapshot = node.snapshot().await?;
    let about = About::user(&mut node.db.read().await?, &found.user).await?;
    let input = match check(node, &snapshot.settings, typed, &about).await {
        Ok(input) => input,
        Err(problems) => return Ok(AcceptOutcome::Refused(problems)),
    };
    let hash = hash(node, input).await?;
    let now = node.now();
    let mut tx = node.db.write().await?;
    let taken = store::link::take(&mut tx, presented, LinkPurpose::Invite, now).await?;
    let installing = Installing { user: found.user.id, hash: &hash, via: "invitation", caller, now };
    if taken.is_none() || !install(&mut tx, node, &snapshot, &installing).await? {
        tx.rollback().await?;
        return Ok(AcceptOutcome::LinkGone);
    }
    first_password::settle(&mut tx, found.user.id, LinkId::from(presented.id), &found.link.detail, now).await?;
    store::audit::record(&mut tx, &event(node, "invitation.accepted", found, caller, now)).await?;
    tx.commit().await?;
    Ok(AcceptOutcome::Accepted { first: true, customer: found.customer.clone() })
}

async fn join(node: &Node, presented: &Presented, found: &Found, caller: &Caller) -> Result<AcceptOutcome, FlowError> {
    let now = node.now();
    let mut tx = node.db.write().await?;
    let taken = store::link::take(&mut tx, presented, LinkPurpose::Invite, now).await?.is_some();
    let usable = taken && store::user::hold(&mut tx, found.user.id).await?.is_some();
    let joined = match found.reference {
        Some(reference) if usable => store::invitation::accept(&mut tx, reference, found.user.id, now).await?,
        _ => false,
    };
    if !joined {
        tx.rollback().await?;
        return Ok(AcceptOutcome::LinkGone);
    }
    store::audit::record(&mut tx, &event(node, "invitation.accepted", found, caller, now)).await?;
    tx.commit().await?;
    Ok(AcceptOutcome::Accepted { first: false, customer: found.customer.clone() })
}

fn event(node: &Node, action: &'static str, found: &Found, caller: &Caller, now: Moment) -> AuditEvent {
    let event = AuditEvent::new(&*node.entropy, now, action, Actor::User(found.user.id))
        .target("user", found.user.id.text())
        .caller(caller.browser.ip.clone(), caller.request_id.clone());
    match found.reference {
        Some(reference) => event.detail("reference", reference.text()),
        None => event,
    }
}
