//! Codes by mail and SMS: what the database keeps of them, and whether what was typed is one (D14, D28, S8). Their
//! digits follow from the message that carries them; sending is not done here.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use super::verify::{Checked, Right};
use crate::{
    authn::{
        assurance::Proof,
        one_time_code::{Channel, digits},
    },
    base::{moment::Moment, secret::Secret},
    flow::{error::FlowError, node::Node, snapshot::Snapshot},
    keys::secret_keys::{HmacKey, Purpose},
    store::{
        self, Tx,
        one_time_code::{CodePlace, StoredCode},
    },
};

/// Keeps a code that is about to be sent, in the transaction that writes the message; an earlier one of the same flow
/// and purpose is dead. `about` is what a code verifies (an address, a number), empty for a second factor. Returns
/// until when it works.
pub async fn remember_code(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    place: CodePlace,
    about: &str,
    code: &Secret<String>,
) -> Result<Moment, FlowError> {
    let now = node.now();
    let key = snapshot.secrets.current(Purpose::Code);
    let stored = StoredCode { id: node.entropy.uuid(now), key: key.id(), mac: mac(key, place, about, code) };
    let expires_at = now.plus(place.channel.life());
    store::one_time_code::put(tx, place, &stored, now, expires_at).await?;
    Ok(expires_at)
}

/// Purpose, user, flow and channel are part of what is hashed: a code of one is none of another, whatever the row says.
fn mac(key: &HmacKey, place: CodePlace, about: &str, code: &Secret<String>) -> String {
    let (user, flow) = (place.user.text(), place.flow.text());
    let parts = [
        b"code".as_slice(),
        place.purpose.text().as_bytes(),
        user.as_bytes(),
        flow.as_bytes(),
        place.channel.text().as_bytes(),
        about.as_bytes(),
        code.expose().as_bytes(),
    ];
    URL_SAFE_NO_PAD.encode(key.mac(&parts))
}

/// Tries what was typed. Something that is no code costs no try of the code, but counts like a wrong one.
pub(super) async fn check(
    node: &Node,
    snapshot: &Snapshot,
    place: CodePlace,
    about: &str,
    typed: &str,
) -> Result<Checked, FlowError> {
    let Some(code) = digits(typed) else { return Ok(Checked::Wrong) };
    let now = node.now();
    let mut tx = node.db.write().await?;
    let Some(epoch) = store::user::hold(&mut tx, place.user).await? else {
        tx.rollback().await?;
        return Ok(Checked::Gone);
    };
    let Some(stored) = store::one_time_code::take_try(&mut tx, place, now).await? else {
        tx.rollback().await?;
        return Ok(Checked::Gone);
    };
    let key = snapshot.secrets.by_id(Purpose::Code, stored.key).ok_or(FlowError::Corrupt("one_time_code.key_id"))?;
    let right = mac(key, place, about, &code).as_bytes().ct_eq(stored.mac.as_bytes());
    if !bool::from(right) || !store::one_time_code::use_code(&mut tx, place, &stored, now).await? {
        tx.commit().await?;
        return Ok(Checked::Wrong);
    }
    let proof = match place.channel {
        Channel::Email => Proof::Email,
        Channel::Sms => Proof::Sms,
    };
    Ok(Checked::Right(Box::new(Right { tx, epoch, proof, recovery_left: None })))
}
