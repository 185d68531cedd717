//! Connections to a mail server: a few, used again, never left in the middle of a mail.

use std::{
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use lettre::{
    address::Envelope,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        extension::ClientId,
    },
};

use super::{
    compose::{Email, compose},
    smtp::{Security, Smtp},
};
use crate::{notify::delivery::Delivery, telemetry::stopwatch::Stopwatch};

/// How long greeting, encryption and authentication may take together.
const CONNECT: Duration = Duration::from_secs(20);
/// How long the server may take to accept a mail.
const ACCEPT: Duration = Duration::from_secs(60);
/// How long the question whether a connection still stands may take.
const PROBE: Duration = Duration::from_secs(2);
/// Connections kept for the next mail.
const KEPT: usize = 4;
/// A connection that was unused for longer is closed: servers close them too.
const IDLE: Duration = Duration::from_secs(30);
/// Characters of an answer that are kept.
const REASON_LENGTH: usize = 200;

/// Why there is no way to the server.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// `outbound.extra_ca` holds no certificate, or TLS cannot be set up.
    #[error("TLS: {0}")]
    Tls(#[from] Error),
}

/// A mail server, with the connections to it.
pub struct MailTransport {
    smtp: Smtp,
    tls: Option<TlsParameters>,
    hello: ClientId,
    timing: Timing,
    idle: Mutex<Vec<(AsyncSmtpConnection, Stopwatch)>>,
}

/// How patient a transport is.
#[derive(Clone, Copy, Debug)]
struct Timing {
    connect: Duration,
    accept: Duration,
}

/// What happened, and whether it happened to this mail or to every mail.
pub struct Attempt {
    /// The outcome for the mail.
    pub delivery: Delivery,
    /// The server could not be reached or does not work: others will not fare better for now.
    pub server_down: bool,
}

impl MailTransport {
    /// Prepares the way to a server. `extra_ca` are certificates in PEM that are trusted besides the public ones, `host`
    /// is the host of the issuer.
    ///
    /// # Errors
    /// [`TransportError`].
    pub fn new(smtp: Smtp, extra_ca: Option<&[u8]>, host: &str) -> Result<Self, TransportError> {
        let tls = match smtp.security {
            Security::None => None,
            Security::StartTls | Security::Implicit => {
                let mut builder = TlsParameters::builder(smtp.host.clone());
                if let Some(pem) = extra_ca {
                    builder = builder.add_root_certificate(Certificate::from_pem(pem)?);
                }
                Some(builder.build()?)
            }
        };
        let hello = match host.trim_matches(['[', ']']).parse() {
            Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) => ClientId::Domain(host.to_owned()),
        };
        let timing = Timing { connect: CONNECT, accept: ACCEPT };
        Ok(Self { smtp, tls, hello, timing, idle: Mutex::default() })
    }

    /// The same with other patience: how long a connection may take, and the acceptance of a mail.
    #[must_use]
    pub fn with_patience(mut self, connect: Duration, accept: Duration) -> Self {
        self.timing = Timing { connect, accept };
        self
    }

    /// The longest that [`MailTransport::send`] takes.
    pub fn patience(&self) -> Duration {
        self.timing.connect + self.timing.accept + PROBE
    }

    /// Hands a mail over.
    pub async fn send(&self, email: &Email<'_>) -> Attempt {
        let (envelope, bytes) = match compose(email) {
            Ok(composed) => composed,
            Err(error) => return Attempt::of_mail(Delivery::Refused { reason: error.to_string() }),
        };
        let connection = match self.idle_connection().await {
            Some(connection) => connection,
            None => match tokio::time::timeout(self.timing.connect, self.connect()).await {
                Ok(Ok(connection)) => connection,
                Ok(Err(error)) => return Attempt::of_server(reason(&error)),
                Err(_) => return Attempt::of_server("the server did not answer in time".to_owned()),
            },
        };
        self.hand_over(connection, &envelope, &bytes).await
    }

    /// A connection that fails, or is given up, is dropped: it may stand in the middle of a mail.
    async fn hand_over(&self, mut connection: AsyncSmtpConnection, envelope: &Envelope, bytes: &[u8]) -> Attempt {
        match tokio::time::timeout(self.timing.accept, connection.send(envelope, bytes)).await {
            Ok(Ok(_)) => {
                let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                if idle.len() < KEPT {
                    idle.push((connection, Stopwatch::start()));
                }
                Attempt::of_mail(Delivery::Sent { provider_id: None })
            }
            Ok(Err(error)) => judged(&error),
            Err(_) => Attempt::of_server("the server did not accept the mail in time".to_owned()),
        }
    }

    async fn idle_connection(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let (mut connection, since) = {
                let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                idle.pop()?
            };
            let fresh = since.elapsed() < IDLE && !connection.has_broken();
            let probe = tokio::time::timeout(PROBE, connection.test_connected());
            if fresh && probe.await.unwrap_or(false) {
                return Some(connection);
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let Smtp { host, port, security, credentials } = &self.smtp;
        let implicit = self.tls.clone().filter(|_| *security == Security::Implicit);
        let server = (host.as_str(), *port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timing.connect), &self.hello, implicit, None).await?;
        if let Some(tls) = self.tls.clone().filter(|_| *security == Security::StartTls) {
            // Without STARTTLS this is an error, and nothing was said yet that anybody may not hear.
            connection.starttls(tls, &self.hello).await?;
        }
        if let Some((user, password)) = credentials {
            let credentials = Credentials::new(user.clone(), password.expose().clone());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await?;
        }
        Ok(connection)
    }
}

impl Attempt {
    const fn of_mail(delivery: Delivery) -> Self {
        Self { delivery, server_down: false }
    }

    const fn of_server(reason: String) -> Self {
        Self { delivery: Delivery::Retry { after: None, reason }, server_down: true }
    }
}

/// What an error between `MAIL FROM` and the final answer means: 5xx is for ever, 4xx for now (RFC 5321 §4.2.1), unless it
/// is about us and not about the mail.
fn judged(error: &Error) -> Attempt {
    let reason = reason(error);
    let Some(code) = error.status() else {
        // The mail itself cannot go through this server: an address that needs SMTPUTF8.
        return match error.is_client() {
            true => Attempt::of_mail(Delivery::Refused { reason }),
            false => Attempt::of_server(reason),
        };
    };
    match u16::from(code) {
        421 | 530..=538 => Attempt::of_server(reason),
        _ if error.is_permanent() => Attempt::of_mail(Delivery::Refused { reason }),
        _ => Attempt::of_mail(Delivery::Retry { after: None, reason }),
    }
}

/// The error in one line, without whatever the server repeats of an address.
fn reason(error: &Error) -> String {
    let text = error.to_string();
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let shown = words.map(|word| if word.contains('@') { "…" } else { word });
    shown.collect::<Vec<_>>().join(" ").chars().take(REASON_LENGTH).collect()
}
