//! Sending: one message at a time per lane, claimed by one conditional UPDATE, handed over outside of any transaction.
//!
//! A message is claimed, rendered, handed over, and only then noted as sent. A node that dies in between leaves a claim
//! that runs out: the message is sent once more, with the same Message-ID. One that is too old by then is not sent.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use url::Url;
use uuid::Uuid;

use super::render::render;
use crate::{
    base::{clock::SharedClock, id::MessageId, moment::Moment},
    config::settings::{MAIL_FROM, MAIL_URL, Settings, Site},
    flow::{error::FlowError, node::Node},
    identity::audit::{Actor, AuditEvent},
    notify::{
        delivery::Delivery,
        mail::{Attempt, Email, MailTransport, Sender, Smtp},
        retry::{self, Next},
        sms::{self, SmsNotConfigured, SmsSender},
    },
    outbound::Outbound,
    store::{
        self, Tx,
        message::{Channel, Message, MessageState},
    },
    telemetry::metrics,
    theme::{Theme, mails::Rendered},
};

/// How long a claim outlives the longest attempt.
const CLAIM_MARGIN: Duration = Duration::from_secs(30);
/// How long a text message may take to hand over.
const SMS_PATIENCE: Duration = Duration::from_secs(30);
/// The first pause after a server did not answer; it doubles.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Who carries text messages under these settings; `None`: nobody.
pub type SmsRoute = Box<dyn Fn(&Settings) -> Result<Option<Arc<dyn SmsSender>>, SmsNotConfigured> + Send + Sync>;

/// What sending needs besides a node.
pub struct Options {
    /// Who carries text messages.
    pub sms: SmsRoute,
    /// Other patience with mail servers than the usual: to connect, and to accept.
    pub patience: Option<(Duration, Duration)>,
}

impl Options {
    /// Text messages are carried by whom the settings `sms.*` name, and called by this client.
    pub fn of(site: Site, outbound: &Arc<Outbound>, clock: &SharedClock) -> Self {
        let (outbound, clock) = (Arc::clone(outbound), Arc::clone(clock));
        Self { sms: Box::new(move |settings| sms::sender(settings, site, &outbound, &clock)), patience: None }
    }
}

impl Default for Options {
    /// Nobody carries text messages.
    fn default() -> Self {
        Self { sms: Box::new(|_| Ok(None)), patience: None }
    }
}

/// Sends what is in the outbox.
pub struct Postman {
    node: Arc<Node>,
    theme: Arc<Theme>,
    options: Options,
    host: String,
    /// The transport of the URL that it was made for.
    mail: Mutex<Option<(String, Arc<MailTransport>)>>,
    pauses: Mutex<[Pause; 2]>,
}

/// A carrier that does not answer is left alone for a while; what waits for it waits.
#[derive(Clone, Copy, Default)]
struct Pause {
    failures: u32,
    until: Moment,
}

/// How messages of a channel travel now.
enum Route {
    Mail(Arc<MailTransport>, Sender),
    Sms(Arc<dyn SmsSender>),
    /// Nobody carries them: they are kept, in this state.
    Kept(MessageState),
}

/// What one step of a lane did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// It took a message and settled what became of it.
    Settled,
    /// Nothing is due, or nobody answers for the moment.
    Idle,
}

impl Postman {
    /// Puts the parts together.
    pub fn new(node: Arc<Node>, theme: Arc<Theme>, options: Options) -> Self {
        let host = Url::parse(&node.issuer).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        Self { node, theme, options, host, mail: Mutex::default(), pauses: Mutex::default() }
    }

    /// The node.
    pub fn node(&self) -> &Arc<Node> {
        &self.node
    }

    /// The theme that mails are rendered with.
    pub fn theme(&self) -> &Arc<Theme> {
        &self.theme
    }

    /// Whether mail is captured: there is no server, and nobody but this machine sees the outbox (contract.md `/dev`).
    pub fn captures(&self, settings: &Settings) -> bool {
        self.node.site == Site::Loopback && settings.instance(&MAIL_URL).expose().is_empty()
    }

    /// Whether mail waits for a server to be set up (security.md S9).
    pub fn holds(&self, settings: &Settings) -> bool {
        self.node.site == Site::Public && settings.instance(&MAIL_URL).expose().is_empty()
    }

    /// Whom mails are from.
    pub fn sender(&self, settings: &Settings) -> Option<Sender> {
        let from = settings.instance(&MAIL_FROM);
        if from.is_empty() { Sender::of_host(&self.host) } else { Sender::parse(&from).ok() }
    }

    /// Sends until nothing is due.
    pub async fn drain(&self, channel: Channel) -> Result<(), FlowError> {
        while self.step(channel).await? == Step::Settled {}
        Ok(())
    }

    /// Takes one message and settles what becomes of it.
    pub async fn step(&self, channel: Channel) -> Result<Step, FlowError> {
        let snapshot = self.node.snapshot().await?;
        let route = match self.route(&snapshot.settings, channel) {
            Ok(route) => route,
            Err(error) => {
                if !self.is_paused(channel) {
                    tracing::error!(error, channel = channel.as_str(), "messages cannot be sent with these settings");
                    self.failed(channel);
                }
                return Ok(Step::Idle);
            }
        };
        if let Route::Kept(state) = route {
            self.move_all(channel, MessageState::Queued, state).await?;
            return Ok(Step::Idle);
        }
        if self.is_paused(channel) {
            return Ok(Step::Idle);
        }
        let Some((claim, message)) = self.claim(channel, &route).await? else { return Ok(Step::Idle) };
        let attempt = match render(&self.node, &snapshot, &self.theme, &message).await? {
            Ok(rendered) => self.hand_over(&route, &message, &rendered).await,
            Err(error) => {
                tracing::error!(message = %message.id, template = message.template, %error, "a message cannot be rendered");
                Attempt { delivery: Delivery::Refused { reason: error.to_string() }, server_down: false }
            }
        };
        self.settle(&message, claim, attempt).await?;
        Ok(Step::Settled)
    }

    /// Marks what is too old, and lets go on what waited for somebody to carry it.
    pub async fn tend(&self) -> Result<(), FlowError> {
        let now = self.node.now();
        if store::delivery::has_stale(&mut self.node.db.read().await?, now).await? {
            let mut tx = self.node.db.write().await?;
            let expired = store::delivery::expire(&mut tx, now).await?;
            tx.commit().await?;
            tracing::warn!(expired, "messages were not sent before they were too old");
        }
        let snapshot = self.node.snapshot().await?;
        for channel in [Channel::Email, Channel::Sms] {
            match self.route(&snapshot.settings, channel) {
                Ok(Route::Kept(state)) => self.move_all(channel, MessageState::Queued, state).await?,
                Ok(_) => self.move_all(channel, MessageState::Held, MessageState::Queued).await?,
                Err(_) => {}
            }
        }
        Ok(())
    }

    fn route(&self, settings: &Settings, channel: Channel) -> Result<Route, String> {
        let kept = match self.node.site {
            Site::Loopback => MessageState::Captured,
            Site::Public => MessageState::Held,
        };
        if channel == Channel::Sms {
            let carrier = (self.options.sms)(settings).map_err(|error| error.to_string())?;
            return Ok(carrier.map_or(Route::Kept(kept), Route::Sms));
        }
        let url = settings.instance(&MAIL_URL);
        if url.expose().is_empty() {
            return Ok(Route::Kept(kept));
        }
        let sender = self.sender(settings).ok_or("mail.from is not an address")?;
        Ok(Route::Mail(self.transport(url.expose())?, sender))
    }

    /// The transport of this URL; the connections of an earlier URL are dropped with it.
    fn transport(&self, url: &str) -> Result<Arc<MailTransport>, String> {
        let mut current = self.mail.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((made_for, transport)) = &*current
            && made_for == url
        {
            return Ok(Arc::clone(transport));
        }
        let smtp = Smtp::parse(url).map_err(|error| error.to_string())?;
        let made = MailTransport::new(smtp, self.node.outbound.extra_ca(), &self.host);
        let mut transport = made.map_err(|error| error.to_string())?;
        if let Some((connect, accept)) = self.options.patience {
            transport = transport.with_patience(connect, accept);
        }
        let transport = Arc::new(transport);
        *current = Some((url.to_owned(), Arc::clone(&transport)));
        Ok(transport)
    }

    /// Claims what is most urgent. Another node may be faster; then the next one is tried, as long as one is due.
    async fn claim(&self, channel: Channel, route: &Route) -> Result<Option<(Uuid, Message)>, FlowError> {
        let patience = match route {
            Route::Mail(transport, _) => transport.patience(),
            Route::Sms(_) | Route::Kept(_) => SMS_PATIENCE,
        };
        loop {
            let now = self.node.now();
            if !store::delivery::is_due(&mut self.node.db.read().await?, channel, now).await? {
                return Ok(None);
            }
            let claim = self.node.entropy.uuid(now);
            let until = now.plus(patience + CLAIM_MARGIN);
            let mut tx = self.node.db.write().await?;
            let claimed: Option<MessageId> = store::delivery::claim(&mut tx, channel, claim, until, now).await?;
            tx.commit().await?;
            let Some(id) = claimed else { continue };
            let found = store::message::find(&mut self.node.db.read().await?, id).await?;
            return Ok(found.map(|message| (claim, message)));
        }
    }

    async fn hand_over(&self, route: &Route, message: &Message, rendered: &Rendered) -> Attempt {
        match route {
            Route::Mail(transport, from) => {
                let email = Email {
                    id: message.id.uuid(),
                    host: &self.host,
                    from,
                    to: &message.recipient,
                    subject: &rendered.subject,
                    text: &rendered.text,
                    html: &rendered.html,
                    at: message.created_at,
                };
                transport.send(&email).await
            }
            Route::Sms(sms) => {
                let id = message.id.text();
                let sending = sms.send(&message.recipient, rendered.text.trim_end(), &id);
                let late = || Delivery::Retry { after: None, reason: "the provider did not answer in time".to_owned() };
                let delivery = tokio::time::timeout(SMS_PATIENCE, sending).await.unwrap_or_else(|_| late());
                Attempt { delivery, server_down: false }
            }
            Route::Kept(_) => Attempt {
                delivery: Delivery::Retry { after: None, reason: "nobody carries messages".to_owned() },
                server_down: false,
            },
        }
    }

    async fn settle(&self, message: &Message, claim: Uuid, attempt: Attempt) -> Result<(), FlowError> {
        let (now, channel) = (self.node.now(), message.channel);
        match attempt.server_down {
            true => self.failed(channel),
            false => self.answered(channel),
        }
        let mut tx = self.node.db.write().await?;
        let (outcome, held) = match attempt.delivery {
            Delivery::Sent { provider_id } => {
                let id = provider_id.as_deref();
                ("sent", store::delivery::sent(&mut tx, message.id, claim, id, now).await?)
            }
            Delivery::Refused { reason } => {
                tracing::warn!(message = %message.id, template = message.template, reason, "a message was refused");
                if channel == Channel::Sms {
                    self.tell_of_carrier(&mut tx, message, now).await?;
                }
                ("refused", store::delivery::fail(&mut tx, message.id, claim, &reason).await?)
            }
            Delivery::Retry { after, reason } => {
                // A server that is down says nothing against the message.
                let tried =
                    if attempt.server_down { message.attempts.min(retry::MAX_ATTEMPTS - 1) } else { message.attempts };
                if channel == Channel::Sms && message.attempts <= 1 {
                    self.tell_of_carrier(&mut tx, message, now).await?;
                }
                match retry::next(tried, after, &*self.node.entropy, now) {
                    Next::At(due) => {
                        tracing::info!(message = %message.id, reason, "a message is tried again later");
                        ("retry", store::delivery::put_off(&mut tx, message.id, claim, due, &reason).await?)
                    }
                    Next::GiveUp => {
                        tracing::warn!(message = %message.id, template = message.template, reason, "a message is given up");
                        ("given_up", store::delivery::fail(&mut tx, message.id, claim, &reason).await?)
                    }
                }
            }
        };
        tx.commit().await?;
        metrics::message(channel.as_str(), outcome);
        if !held {
            tracing::warn!(message = %message.id, "a message took longer than its claim; another node has it");
        }
        Ok(())
    }

    /// Whoever carries text messages did not take one (M7). Why is in the log and with the message.
    async fn tell_of_carrier(&self, tx: &mut Tx, message: &Message, now: Moment) -> Result<(), FlowError> {
        let event = AuditEvent::new(&*self.node.entropy, now, "sms.failed", Actor::System("outbox"))
            .target("message", message.id.text());
        Ok(store::audit::record(tx, &event).await?)
    }

    async fn move_all(&self, channel: Channel, from: MessageState, to: MessageState) -> Result<(), FlowError> {
        if !store::delivery::has_any(&mut self.node.db.read().await?, channel, from).await? {
            return Ok(());
        }
        let mut tx = self.node.db.write().await?;
        store::delivery::move_all(&mut tx, channel, from, to, self.node.now()).await?;
        Ok(tx.commit().await?)
    }

    fn pauses(&self) -> MutexGuard<'_, [Pause; 2]> {
        self.pauses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_paused(&self, channel: Channel) -> bool {
        let now = self.node.now();
        pause_of(&mut self.pauses(), channel).until > now
    }

    fn failed(&self, channel: Channel) {
        let now = self.node.now();
        let mut pauses = self.pauses();
        let pause = pause_of(&mut pauses, channel);
        let wait = PAUSE.saturating_mul(1 << pause.failures.min(6)).min(LONGEST_PAUSE);
        *pause = Pause { failures: pause.failures.saturating_add(1), until: now.plus(wait) };
    }

    fn answered(&self, channel: Channel) {
        *pause_of(&mut self.pauses(), channel) = Pause::default();
    }
}

fn pause_of(pauses: &mut [Pause; 2], channel: Channel) -> &mut Pause {
    let [email, sms] = pauses;
    match channel {
        Channel::Email => email,
        Channel::Sms => sms,
    }
}
