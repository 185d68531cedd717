//! Whether a message may be sent: asked by whatever causes one, in the transaction that writes the message (security.md S5
//! L6 and L7, S8). Fifty who ask at once are counted one after the other.

use std::{net::IpAddr, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    authn::send_limits::{
        BLOCK_ALARM, SendAlarm, SendCounter, SendHistory, SendLimit, SendPurpose, SendRefusal, check_number, day_of,
    },
    base::{
        address::AddressKey,
        email::EmailAddress,
        id::UserId,
        moment::Moment,
        phone::{Country, PhoneNumber},
    },
    config::settings::{SMS_COUNTRIES, SMS_DAILY_BUDGET, Settings},
    flow::{error::FlowError, node::Node, snapshot::Snapshot},
    identity::audit::{Actor, AuditEvent},
    keys::secret_keys::Purpose,
    notify::sms,
    store::{self, Tx},
};

/// The counter of all text messages of a day.
const ALL: &str = "sms";

/// Where a message goes.
#[derive(Clone, Copy, Debug)]
pub enum Destination<'a> {
    /// By mail.
    Email(&'a EmailAddress),
    /// By SMS.
    Sms(&'a PhoneNumber),
}

/// A message that somebody wants sent.
#[derive(Clone, Copy, Debug)]
pub struct Sending<'a> {
    /// What for.
    pub purpose: SendPurpose,
    /// Where to.
    pub to: Destination<'a>,
    /// For whom; nobody where an address belongs to no account, which counts all the same.
    pub user: Option<UserId>,
    /// The network address of whoever asks; none where an administrator or a job does.
    pub from: Option<IpAddr>,
}

/// A message may be sent, and is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Permit {
    /// How long until the next one of its kind to the same destination, for the countdown beside "send again".
    pub again_after: Duration,
}

/// Decides, and counts the message if it may be sent; a refused one does not count. Ask once per transaction, before other
/// rows are locked, and commit whatever the answer is.
///
/// # Errors
/// If the database fails. The refusal is the inner error.
pub async fn may_send(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    sending: &Sending<'_>,
) -> Result<Result<Permit, SendRefusal>, FlowError> {
    let outcome = decide(tx, node, snapshot, sending).await?;
    if let Err(refusal) = outcome {
        let (purpose, reason) = (sending.purpose.text(), refusal.text());
        tracing::info!(purpose, reason, user = sending.user.map(UserId::text), "a message is not sent");
    }
    Ok(outcome)
}

/// How long until a message of this kind may be sent again. Counts nothing.
pub async fn again_after(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    sending: &Sending<'_>,
) -> Result<Duration, FlowError> {
    let mut longest = Duration::ZERO;
    for (counter, key) in keys(node, snapshot, sending) {
        let history = store::sending::look(tx, &key).await?;
        let wait = history.wait(&SendLimit::of(counter, sending.purpose, &node.limits), node.now());
        longest = longest.max(wait.unwrap_or_default());
    }
    Ok(longest)
}

async fn decide(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    sending: &Sending<'_>,
) -> Result<Result<Permit, SendRefusal>, FlowError> {
    let (settings, now) = (&snapshot.settings, node.now());
    if let Destination::Sms(number) = sending.to
        && let Err(refusal) = check_number(number, countries(settings).as_deref())
    {
        return Ok(Err(refusal));
    }
    // Always in the same order, so that two who ask never wait for each other in a circle.
    let mut taken: Vec<(String, SendHistory, SendLimit)> = Vec::new();
    for (counter, key) in keys(node, snapshot, sending) {
        let history = store::sending::take(tx, &key, now).await?;
        let limit = SendLimit::of(counter, sending.purpose, &node.limits);
        if let Some(wait) = history.wait(&limit, now) {
            return Ok(Err(SendRefusal::Wait(wait)));
        }
        taken.push((key, history, limit));
    }
    if let Destination::Sms(number) = sending.to
        && let Err(refusal) = spend(tx, node, settings, number, now).await?
    {
        return Ok(Err(refusal));
    }
    let mut again_after = Duration::ZERO;
    for (key, mut history, limit) in taken {
        history.add(now);
        store::sending::put(tx, &key, &history).await?;
        again_after = again_after.max(history.wait(&limit, now).unwrap_or_default());
    }
    Ok(Ok(Permit { again_after }))
}

/// Takes a text message out of the day's budget, and raises the alarms that it sets off.
async fn spend(
    tx: &mut Tx,
    node: &Node,
    settings: &Settings,
    number: &PhoneNumber,
    now: Moment,
) -> Result<Result<(), SendRefusal>, FlowError> {
    let (day, left) = day_of(now);
    let budget = settings.instance(&SMS_DAILY_BUDGET);
    let Some(sent) = store::sending::count(tx, ALL, day, budget).await? else {
        return Ok(Err(SendRefusal::Budget(left)));
    };
    let block = format!("{ALL}/{}", number.block());
    let in_block = store::sending::count(tx, &block, day, u32::MAX).await?;
    let unusual = (in_block == Some(BLOCK_ALARM)).then_some(SendAlarm::Block);
    for alarm in SendAlarm::of_budget(sent, budget).into_iter().chain(unusual) {
        tracing::warn!(alarm = alarm.action(), sent, budget, block = number.block(), "text messages need a look");
        let event = AuditEvent::new(&*node.entropy, now, alarm.action(), Actor::System("sending"))
            .detail("sent", sent)
            .detail("budget", budget)
            .detail("block", number.block());
        store::audit::record(tx, &event).await?;
    }
    Ok(Ok(()))
}

/// Countries that text messages may go to; any while none really leaves.
fn countries(settings: &Settings) -> Option<Vec<Country>> {
    let allowed = settings.instance(&SMS_COUNTRIES);
    sms::is_configured(settings).then(|| allowed.iter().filter_map(|code| Country::parse(code)).collect())
}

/// The counters of a message in the order in which they are taken. No address and no number stands in a key.
fn keys(node: &Node, snapshot: &Snapshot, sending: &Sending<'_>) -> Vec<(SendCounter, String)> {
    let hidden = |value: &str| {
        let mac = snapshot.secrets.current(Purpose::LoginName).mac(&[b"sending", value.as_bytes()]);
        URL_SAFE_NO_PAD.encode(mac)
    };
    let (channel, destination) = match sending.to {
        Destination::Email(address) => ("email", hidden(&address.as_str().to_lowercase())),
        Destination::Sms(number) => ("sms", hidden(number.as_str())),
    };
    let from = sending.from.filter(|address| !node.limits.exempt.contains(*address));
    let from = from.map(|address| hidden(&format!("{:?}", AddressKey::from(address))));
    let counters = [
        (SendCounter::Address, from),
        (SendCounter::Destination, Some(destination)),
        (SendCounter::User, sending.user.map(UserId::text)),
    ];
    let key = |(counter, value): (SendCounter, Option<String>)| {
        Some((counter, format!("{channel}/{}/{}/{}", sending.purpose.text(), counter.text(), value?)))
    };
    counters.into_iter().filter_map(key).collect()
}
