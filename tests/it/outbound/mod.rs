//! The one outbound client: whom it refuses to call, and how long it waits (protocol.md A22, security.md S13).

mod guard;
mod limits;

use std::{
    collections::HashMap,
    io::Write as _,
    net::IpAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use usher::{
    config::{Outbound as OutboundConfig, settings::Site},
    outbound::{Found, Lookup, Outbound},
};

use crate::support::{stub::Identity, time::TestClock};

/// A resolver with a table: each lookup of a name gives its next answer, the last one again and again.
#[derive(Default)]
pub struct Table {
    names: Mutex<HashMap<String, Vec<Vec<IpAddr>>>>,
    lookups: AtomicUsize,
}

impl Table {
    /// A name with one answer after the other, each a list of addresses.
    pub fn with(self, name: &str, answers: &[&[&str]]) -> Self {
        let answer = |addresses: &&[&str]| addresses.iter().map(|address| address.parse().unwrap()).collect();
        self.names.lock().unwrap().insert(name.to_owned(), answers.iter().map(answer).collect());
        self
    }

    pub fn lookups(&self) -> usize {
        self.lookups.load(Ordering::SeqCst)
    }
}

impl Lookup for Table {
    fn lookup<'a>(&'a self, name: &'a str) -> Found<'a> {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        let mut names = self.names.lock().unwrap();
        let answers =
            names.get_mut(name).map(|answers| if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() });
        Box::pin(async move { answers.ok_or_else(|| std::io::Error::other("no such name")) })
    }
}

/// A client as `[outbound]` makes it.
pub struct Setup {
    pub outbound: Outbound,
    pub table: Arc<Table>,
    pub clock: TestClock,
    _extra_ca: Option<tempfile::NamedTempFile>,
}

/// A client on a loopback site that trusts `identity`, if any, besides the system's certificates.
pub fn client(allow: &[&str], table: Table, identity: Option<&Identity>) -> Setup {
    let file = identity.map(|identity| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(identity.pem.as_bytes()).unwrap();
        file
    });
    let config = config(allow, file.as_ref().map(|file| file.path().to_owned()));
    let (table, clock) = (Arc::new(table), TestClock::default());
    let lookup: Arc<dyn Lookup> = Arc::clone(&table) as Arc<dyn Lookup>;
    let outbound = Outbound::with_lookup(&config, Site::Loopback, Arc::new(clock.clone()), lookup).unwrap();
    Setup { outbound, table, clock, _extra_ca: file }
}

fn config(allow: &[&str], extra_ca: Option<PathBuf>) -> OutboundConfig {
    OutboundConfig { allow_hosts: allow.iter().map(|rule| rule.parse().unwrap()).collect(), extra_ca }
}
