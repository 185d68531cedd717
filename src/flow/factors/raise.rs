//! A session that has proved more: raised in place, under a new cookie (protocol.md B30, P6; RFC 9470 §4).

use std::time::Duration;

use crate::{
    authn::assurance::{Assurance, Proof},
    base::{
        bearer::{self, BearerKind},
        id::SessionId,
        moment::Moment,
        secret::Secret,
    },
    flow::{error::FlowError, factors::Proved, node::Node},
    store::{self, session::Session},
};

/// A raised session.
pub struct Raised {
    /// As it is now. Its id (`sid`), its user and its companies are what they were.
    pub session: Session,
    /// The cookie's new value; the old one is nobody's.
    pub cookie: Secret<String>,
    /// How long the browser keeps it; `None`: until it closes.
    pub keep: Option<Duration>,
}

/// Raises the session of whoever proved something, in the transaction of the proof; `None` if the session is not theirs
/// or not alive any more, and then nothing should be committed.
///
/// Nothing that was proved before is taken back. A proof that is worth less than what the session rests on does not
/// make that any younger. The session ends when it would have ended.
pub async fn raise_session(
    proved: &mut Proved,
    node: &Node,
    id: SessionId,
    now: Moment,
) -> Result<Option<Raised>, FlowError> {
    let Some(mut session) = store::session::hold(&mut proved.tx, id, now).await? else { return Ok(None) };
    if session.user_id != proved.user || session.user_epoch != proved.epoch {
        return Ok(None);
    }
    let before = Assurance { acr: session.acr, amr: std::mem::take(&mut session.amr) };
    let Assurance { acr, amr } = before.with(proved.proof);
    if Assurance::of(Proof::Password).with(proved.proof).acr >= session.acr {
        session.auth_time = now;
    }
    (session.acr, session.amr, session.last_seen_at) = (acr, amr, now);
    let minted = bearer::mint(BearerKind::Session, id.uuid(), &*node.entropy);
    if !store::session::renew(&mut proved.tx, &session, minted.hash.text()).await? {
        return Ok(None);
    }
    let keep = session.remember.then(|| session.expires_at.since(now));
    Ok(Some(Raised { session, cookie: minted.value, keep }))
}
