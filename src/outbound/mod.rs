//! The one HTTP client for everything that Usher fetches and calls (security.md S13, protocol.md A22).
//!
//! Whoever chose the URL, the rules are these: https, no user name in it, no redirects, no proxy of the environment; every
//! address that the name has is checked, and the connection is made to the addresses that were checked; 1 MiB, five seconds,
//! sixteen calls at once, and a breaker per host. What the operator names in `[outbound] allow_hosts` may be internal.

mod address;
mod breaker;
mod error;
mod resolve;
mod target;

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use reqwest::{
    Certificate, Client, Method, StatusCode,
    header::{HeaderMap, HeaderValue, RETRY_AFTER},
    redirect::Policy,
};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};

pub use self::{
    address::is_public,
    error::OutboundError,
    resolve::{ForbiddenAddress, Found, Lookup, SystemLookup},
};
use self::{breaker::Breakers, resolve::CheckedResolver, target::Target};
use crate::{
    base::{clock::SharedClock, host_rule::HostRule, moment::Moment},
    config::{Outbound as OutboundConfig, settings::Site},
};

/// Longest answer that is read, in bytes.
pub const MAX_ANSWER: usize = 1024 * 1024;
/// Time for a call from first to last byte.
pub const MAX_TIME: Duration = Duration::from_secs(5);
/// Calls at once.
const AT_ONCE: usize = 16;
/// Headers of an answer at most.
const MAX_HEADERS: usize = 64;
/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(30);

/// A call to make.
pub struct Call {
    /// GET, POST.
    pub method: Method,
    /// Where to, as somebody configured it.
    pub url: String,
    /// Headers; secrets among them marked as sensitive.
    pub headers: HeaderMap,
    /// What is sent.
    pub body: Bytes,
    /// Time for it; at most [`MAX_TIME`].
    pub patience: Duration,
}

impl Call {
    /// A GET without headers.
    pub fn get(url: impl Into<String>) -> Self {
        Self { method: Method::GET, url: url.into(), headers: HeaderMap::new(), body: Bytes::new(), patience: MAX_TIME }
    }

    /// A POST without headers.
    pub fn post(url: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self { method: Method::POST, body: body.into(), ..Self::get(url) }
    }

    /// One more header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }
}

/// An answer, read whole. Redirects are no answers.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

impl Answer {
    /// How long the service asks to wait (RFC 9110 §10.2.3); a day at most.
    pub fn retry_after(&self, now: Moment) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let wait = match text.parse() {
            Ok(secs) => Duration::from_secs(secs),
            Err(_) => {
                let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
                Moment::from_secs(at.as_second()).since(now)
            }
        };
        Some(wait.min(Duration::from_secs(24 * 60 * 60)))
    }
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum OutboundSetupError {
    /// The file of certificates cannot be read.
    #[error("cannot read {}", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// It holds none.
    #[error("{} holds no certificates in PEM", .0.display())]
    Certificates(PathBuf),
}

/// The client.
pub struct Outbound {
    rules: Arc<[HostRule]>,
    site: Site,
    extra_ca: Vec<Certificate>,
    extra_ca_pem: Option<Vec<u8>>,
    lookup: Arc<dyn Lookup>,
    /// Made at the first call: reading the system's certificates takes longer than starting may.
    strict: OnceLock<Client>,
    trusting: OnceLock<Client>,
    slots: Semaphore,
    breakers: Mutex<Breakers>,
    clock: SharedClock,
}

impl Outbound {
    /// A client that asks the system's resolver.
    pub fn new(config: &OutboundConfig, site: Site, clock: SharedClock) -> Result<Self, OutboundSetupError> {
        Self::with_lookup(config, site, clock, Arc::new(SystemLookup))
    }

    /// A client that asks another one.
    pub fn with_lookup(
        config: &OutboundConfig,
        site: Site,
        clock: SharedClock,
        lookup: Arc<dyn Lookup>,
    ) -> Result<Self, OutboundSetupError> {
        let (extra_ca, extra_ca_pem) = match &config.extra_ca {
            None => (Vec::new(), None),
            Some(path) => {
                let pem = std::fs::read(path).map_err(|error| OutboundSetupError::Read(path.clone(), error))?;
                let certificates = Certificate::from_pem_bundle(&pem).unwrap_or_default();
                if certificates.is_empty() {
                    return Err(OutboundSetupError::Certificates(path.clone()));
                }
                (certificates, Some(pem))
            }
        };
        Ok(Self {
            rules: config.allow_hosts.clone().into(),
            site,
            extra_ca,
            extra_ca_pem,
            lookup,
            strict: OnceLock::new(),
            trusting: OnceLock::new(),
            slots: Semaphore::new(AT_ONCE),
            breakers: Mutex::default(),
            clock,
        })
    }

    /// The certificates of `outbound.extra_ca` in PEM, for what is called by another protocol.
    pub fn extra_ca(&self) -> Option<&[u8]> {
        self.extra_ca_pem.as_deref()
    }

    /// Calls, and reads the whole answer.
    ///
    /// # Errors
    /// When there is none, or none that may be used; any status but a redirect is an answer.
    pub async fn send(&self, call: Call) -> Result<Answer, OutboundError> {
        let target = Target::parse(&call.url, &self.rules, self.site)?;
        let host = target.host_and_port();
        let deadline = Instant::now() + call.patience.min(MAX_TIME);
        let _slot = match timeout_at(deadline, self.slots.acquire()).await {
            Ok(Ok(slot)) => slot,
            _ => return Err(OutboundError::Busy),
        };
        self.breakers().admit(&host, self.clock.now()).map_err(OutboundError::LeftAlone)?;
        let exchange = self.exchange(call, target);
        let outcome = timeout_at(deadline, exchange).await.unwrap_or(Err(OutboundError::TimedOut));
        match &outcome {
            Ok(answer) if !answer.status.is_server_error() => self.breakers().succeeded(&host),
            // Not the host's fault, and nothing was learned about it.
            Err(OutboundError::Client(_)) => {}
            Ok(_) | Err(_) => self.breakers().failed(&host, self.clock.now()),
        }
        outcome
    }

    async fn exchange(&self, call: Call, target: Target) -> Result<Answer, OutboundError> {
        let client = self.client(target.is_named).map_err(OutboundError::Client)?;
        let request = client.request(call.method, target.url).headers(call.headers).body(call.body);
        let mut answer = request.send().await.map_err(OutboundError::of)?;
        let status = answer.status();
        if status.is_redirection() {
            return Err(OutboundError::Redirected(status.as_u16()));
        }
        if answer.content_length().is_some_and(|length| length > MAX_ANSWER as u64) {
            return Err(OutboundError::TooLarge);
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(OutboundError::of)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(OutboundError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers: std::mem::take(answer.headers_mut()), body: body.into() })
    }

    /// The client for hosts that the operator named, or the one for all others.
    fn client(&self, is_named: bool) -> Result<&Client, reqwest::Error> {
        let cell = if is_named { &self.trusting } else { &self.strict };
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        let rules = (!is_named).then(|| Arc::clone(&self.rules));
        let resolver = CheckedResolver { lookup: Arc::clone(&self.lookup), rules };
        #[allow(clippy::disallowed_methods, reason = "this file owns the outbound client")]
        let client = Client::builder()
            .dns_resolver(resolver)
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .tls_certs_merge(self.extra_ca.iter().cloned())
            .http1_max_headers(MAX_HEADERS)
            .http2_max_header_list_size(16 * 1024)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(2)
            .user_agent(concat!("Usher/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(cell.get_or_init(|| client))
    }

    fn breakers(&self) -> MutexGuard<'_, Breakers> {
        self.breakers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_a_number_of_seconds_or_a_date() {
        let now = Moment::from_secs(784_111_777);
        let wait = |text: &str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            Answer { status: StatusCode::OK, headers, body: Bytes::new() }.retry_after(now)
        };
        assert_eq!(wait("120"), Some(Duration::from_secs(120)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:50:37 GMT"), Some(Duration::from_secs(60)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("99999999999"), Some(Duration::from_secs(86_400)));
        for text in ["", "soon", "-1", "1.5"] {
            assert_eq!(wait(text), None, "{text:?}");
        }
    }
}
