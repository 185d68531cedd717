//! Enrolling an authenticator app (inventory M9–M11, D15, S8): a seed that is sealed, shown to the flow that asked for
//! it, and counts once a code has confirmed it.

use std::time::Duration;

use crate::{
    authn::{
        assurance::Proof,
        factor::MfaMethod,
        lockout::BucketKey,
        totp::{Seed, qr_svg},
    },
    base::{id::UserId, moment::Moment, secret::Secret},
    flow::{
        error::FlowError,
        factors::{Enrolling, Proved, Refusal},
        node::Node,
    },
    keys::seal::{Place, Sealed},
    store::{self, Tx, totp::StoredTotp},
};

/// How long an app can be confirmed that was begun.
pub const PENDING_LIFE: Duration = Duration::from_secs(30 * 60);

/// What a person needs to set up an app. Shown over TLS to whoever is signed in, never mailed (M9).
pub struct TotpOffer {
    /// The seed in base32, in groups of four.
    pub secret: Secret<String>,
    /// `otpauth://totp/…`, for a link on a telephone.
    pub uri: Secret<String>,
    /// The URI as a QR code in SVG.
    pub qr_svg: Secret<String>,
}

/// What became of the wish to set up an app.
pub enum BeginTotp {
    /// It goes on.
    Offer(Box<TotpOffer>),
    /// Not now.
    Refused(Refusal),
}

/// Begins to set up an app, or shows again what this flow began: a page that is loaded again, and a wrong code, change
/// no secret. `vendor` names the site in the app.
pub async fn begin_totp(node: &Node, enrolling: &Enrolling<'_>, vendor: &str) -> Result<BeginTotp, FlowError> {
    let now = node.now();
    let user = enrolling.session.user_id;
    let mut tx = node.db.read().await?;
    if let Err(refusal) = enrolling.permit(&mut tx, MfaMethod::Totp, now).await? {
        return Ok(BeginTotp::Refused(refusal));
    }
    let Some(person) = store::user::find(&mut tx, user).await? else {
        return Ok(BeginTotp::Refused(Refusal::SignInAgain));
    };
    let pending = pending(&mut tx, enrolling, now).await?;
    drop(tx);
    let seed = match pending {
        Some(stored) => open_seed(node, &stored)?,
        None => match begin(node, enrolling, now).await? {
            Some(seed) => seed,
            None => return Ok(BeginTotp::Refused(Refusal::SignInAgain)),
        },
    };
    let uri = seed.uri(vendor, &person.user_name);
    // Names that make the URI too long for a code leave the text.
    let qr_svg = qr_svg(&uri).unwrap_or_else(|| Secret::new(String::new()));
    Ok(BeginTotp::Offer(Box::new(TotpOffer { secret: seed.groups(), uri, qr_svg })))
}

async fn begin(node: &Node, enrolling: &Enrolling<'_>, now: Moment) -> Result<Option<Seed>, FlowError> {
    let id = node.entropy.uuid(now);
    let seed = Seed::generate(&*node.entropy);
    let sealed = node.kek.seal(place(&id.to_string()), seed.bytes(), &*node.entropy)?;
    let stored = StoredTotp { id, seed: sealed.text().to_owned() };
    let mut tx = node.db.write().await?;
    if enrolling.hold(&mut tx, now).await?.is_none() {
        tx.rollback().await?;
        return Ok(None);
    }
    // Two loads of one page at once: the second finds what the first began.
    if let Some(stored) = pending(&mut tx, enrolling, now).await? {
        tx.rollback().await?;
        return open_seed(node, &stored).map(Some);
    }
    store::totp::begin(&mut tx, enrolling.session.user_id, &stored, enrolling.flow, now).await?;
    tx.commit().await?;
    Ok(Some(seed))
}

async fn pending(tx: &mut Tx, enrolling: &Enrolling<'_>, now: Moment) -> Result<Option<StoredTotp>, FlowError> {
    let since = now.minus(PENDING_LIFE);
    Ok(store::totp::pending(tx, enrolling.session.user_id, enrolling.flow, since).await?)
}

/// What became of the code that confirms an app.
pub enum ConfirmTotp {
    /// The app counts; having it was proved by this.
    Enrolled(Box<Proved>),
    /// The secret stays, and another code may be tried.
    Wrong,
    /// Nothing is being set up here, or not any more: it begins anew.
    Gone,
}

/// Makes an app count by its first code. The step of that code is used by it.
pub async fn confirm_totp(node: &Node, enrolling: &Enrolling<'_>, typed: &str) -> Result<ConfirmTotp, FlowError> {
    let now = node.now();
    let user = enrolling.session.user_id;
    if !enrolling.rules.allows(MfaMethod::Totp) {
        return Ok(ConfirmTotp::Gone);
    }
    let mut tx = node.db.read().await?;
    let Some(stored) = pending(&mut tx, enrolling, now).await? else { return Ok(ConfirmTotp::Gone) };
    drop(tx);
    let Some(step) = open_seed(node, &stored)?.step_of(typed, now) else { return Ok(ConfirmTotp::Wrong) };
    let mut tx = node.db.write().await?;
    let Some(holding) = enrolling.hold(&mut tx, now).await? else {
        tx.rollback().await?;
        return Ok(ConfirmTotp::Gone);
    };
    if !store::totp::confirm(&mut tx, user, stored.id, enrolling.flow, step, now).await? {
        tx.rollback().await?;
        return Ok(ConfirmTotp::Gone);
    }
    forget_failures(&mut tx, user).await?;
    store::factor::forget_postponed(&mut tx, user).await?;
    let event = enrolling.event(node, now, "factor.added").detail("method", MfaMethod::Totp.text());
    store::audit::record(&mut tx, &event).await?;
    let epoch = holding.epoch;
    Ok(ConfirmTotp::Enrolled(Box::new(Proved { tx, user, epoch, proof: Proof::Totp, recovery_left: None })))
}

/// A new app is a new authenticator: what was counted against the one before it counts no more (Q57).
async fn forget_failures(tx: &mut Tx, user: UserId) -> Result<(), FlowError> {
    store::lockout::clear(tx, &BucketKey::factor(user, MfaMethod::Totp)).await?;
    Ok(store::lockout::clear(tx, &BucketKey::factor_day(user, MfaMethod::Totp)).await?)
}

/// The seed of an app, which opens in its own row only.
pub(super) fn open_seed(node: &Node, stored: &StoredTotp) -> Result<Seed, FlowError> {
    let sealed = Sealed::parse(&stored.seed)?;
    let opened = node.kek.open(place(&stored.id.to_string()), &sealed)?;
    Seed::from_bytes(opened.expose()).map_err(|_| FlowError::Corrupt("totp.seed"))
}

fn place(row: &str) -> Place<'_> {
    let (table, column) = store::totp::SEED;
    Place { table, column, row }
}
