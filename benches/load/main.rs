//! The load generator of `bin/bench`: Usher beside the raw limits of the same machine, in one interleaved run.
//!
//! The server has one core and the generator another, 32 keep-alive connections ask as fast as they are answered, and
//! every case takes its turn in every round, so that a machine that slows down slows down everybody.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring tool: it reads the clock, prints, and ends when something is wrong"
)]

mod cases;
mod drive;
mod http;
mod limits;
mod report;
mod server;
mod workloads;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Child,
    time::{Duration, Instant},
};

use clap::{Parser, Subcommand};
use serde_json::{Value, json};

use cases::{CASES, Case, Task, sign_everybody_in, sign_in_once, sign_in_workers};
use drive::{Sample, Worker, closed_loop, open_loop};
use http::{Connection, Failure, get};
use report::{Figure, Line, Series, median};
use server::{Cores, Installation, PEOPLE_WHO_SIGN_IN, Server, first_answer, free_port, pinned};
use workloads::{Browser, Repeat};

#[derive(Parser)]
struct Arguments {
    /// The release binary.
    #[arg(long, default_value = "target/release/usher")]
    binary: PathBuf,
    /// Where the databases and the results go: on a real disk.
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each case in each round.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Only cases whose name holds this.
    #[arg(long, default_value = "")]
    only: String,
    /// Measure node-oidc-provider beside it; needs `npm ci` in benches/peers/node-oidc-provider.
    #[arg(long)]
    peers: bool,
    /// What `cargo bench` adds.
    #[arg(long, hide = true)]
    bench: bool,
    #[command(subcommand)]
    helper: Option<Helper>,
}

/// Processes of the generator's own, so that they can have a core of their own.
#[derive(Subcommand)]
enum Helper {
    #[command(hide = true)]
    TinyJson { port: u16 },
    #[command(hide = true)]
    Limits { seconds: f64, folder: PathBuf },
    #[command(hide = true)]
    Hashes { seconds: f64 },
}

fn main() {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().event_interval(8).build().unwrap();
    match &arguments.helper {
        Some(Helper::TinyJson { port }) => runtime.block_on(limits::serve_tiny_json(([127, 0, 0, 1], *port).into())),
        Some(Helper::Limits { seconds, folder }) => {
            runtime.block_on(print_limits(Duration::from_secs_f64(*seconds), folder))
        }
        Some(Helper::Hashes { seconds }) => println!("{}", limits::hashes(Duration::from_secs_f64(*seconds))),
        None => runtime.block_on(Bench { arguments: &arguments }.run()).unwrap_or_else(|failure| panic!("{failure}")),
    }
}

async fn print_limits(length: Duration, folder: &Path) {
    let signatures = ["RS256", "ES256", "EdDSA"].map(|algorithm| limits::signatures(algorithm, length));
    let commits = limits::commits(folder, length).await;
    println!(
        "{}",
        json!({ "RS256": signatures[0], "ES256": signatures[1], "EdDSA": signatures[2], "commits": commits })
    );
}

/// One run.
struct Bench<'a> {
    arguments: &'a Arguments,
}

/// The raw limits, each with one value per round.
#[derive(Default)]
struct Limits(BTreeMap<&'static str, Vec<f64>>);

impl Limits {
    fn add(&mut self, name: &'static str, value: f64) {
        self.0.entry(name).or_default().push(value);
    }

    fn get(&self, name: &str) -> f64 {
        self.0.get(name).map_or(f64::NAN, |values| median(values))
    }

    /// What a case could do if Usher itself cost nothing.
    fn of(&self, case: &Case) -> f64 {
        let seconds = |times: u32, per_second: f64| if times == 0 { 0.0 } else { f64::from(times) / per_second };
        1.0 / (seconds(case.signatures, self.get(case.algorithm)) + seconds(case.requests, self.get("tiny JSON")))
    }
}

impl Bench<'_> {
    fn length(&self) -> Duration {
        Duration::from_secs_f64(self.arguments.seconds)
    }

    async fn run(&self) -> Result<(), Failure> {
        println!(
            "limits of every kind exempt loopback; {} connections, {} rounds",
            self.arguments.connections, self.arguments.rounds
        );
        if !server::can_pin() {
            println!("no second core or no taskset: server and generator share, so the ratios say little");
        }
        let installation = Installation::seed(&self.arguments.binary, &self.arguments.folder.join("data"));
        let (mut lines, mut figures, mut limits) = (Vec::new(), Vec::new(), Limits::default());
        self.on_one_core(&installation, &mut lines, &mut figures, &mut limits).await?;
        if self.arguments.only.is_empty() || self.arguments.only.contains("sign-in") {
            self.sign_ins(&installation, &mut lines, &mut figures, &mut limits).await?;
        }
        for (name, values) in &limits.0 {
            figures.push(Figure { name, value: median(values), unit: "per second, raw limit" });
        }
        let size = std::fs::metadata(&self.arguments.binary).map_or(0, |file| file.len());
        figures.push(Figure { name: "release binary", value: size as f64 / 1e6, unit: "MB" });
        let results = self.arguments.folder.join("results.jsonl");
        report::print(&lines, &figures, &results);
        report::keep(&lines, &figures, &run_description(), &results);
        Ok(())
    }

    /// Everything but passwords: the server has one core.
    async fn on_one_core(
        &self,
        installation: &Installation,
        lines: &mut Vec<Line>,
        figures: &mut Vec<Figure>,
        limits: &mut Limits,
    ) -> Result<(), Failure> {
        let startups: Vec<f64> = (0..self.arguments.rounds).map(|_| startup(installation)).collect();
        figures.push(Figure { name: "start-up to the first answer", value: median(&startups), unit: "ms" });
        let cases: Vec<&Case> = CASES.iter().filter(|case| case.name.contains(&self.arguments.only)).collect();
        let server = installation.start(Cores::Apart);
        figures.push(Figure { name: "RSS idle", value: server.megabytes(), unit: "MB" });
        let mut usher = self.contender(server, cases.len()).await?;
        let mut peer = self.peer(cases.len(), figures).await?;
        for round in 1..=self.arguments.rounds {
            println!("round {round} of {}", self.arguments.rounds);
            self.measure_limits(limits).await?;
            for (number, case) in cases.iter().enumerate() {
                usher.measure(number, case, self.length()).await?;
                if let Some(peer) = &mut peer {
                    peer.measure(number, case, self.length()).await?;
                }
            }
        }
        println!("open loop at half of each rate");
        let peer_rates: Vec<f64> = peer.iter().flat_map(|peer| peer.series.iter().map(Series::rate)).collect();
        for (number, (case, series)) in cases.iter().zip(std::mem::take(&mut usher.series)).enumerate() {
            let mut workers = case.workers(usher.server.address, &usher.sessions).await?;
            let open = open_loop(&mut workers, self.length(), series.rate() / 2.0).await;
            let line = Line::new(case.name, series, Some(limits.of(case)), Some(open));
            lines.push(Line { peer: peer_rates.get(number).copied(), ..line });
        }
        figures.push(Figure { name: "RSS after load", value: usher.server.megabytes(), unit: "MB" });
        usher.server.stop();
        if let Some(peer) = peer {
            figures.push(Figure { name: "RSS after load, peer", value: peer.server.megabytes(), unit: "MB" });
            peer.server.stop();
        }
        Ok(())
    }

    async fn contender(&self, server: Server, cases: usize) -> Result<Contender, Failure> {
        let sessions = sign_everybody_in(server.address, &server.host, self.arguments.connections).await?;
        Ok(Contender { server, sessions, series: (0..cases).map(|_| Series::default()).collect() })
    }

    async fn peer(&self, cases: usize, figures: &mut Vec<Figure>) -> Result<Option<Contender>, Failure> {
        if !self.arguments.peers {
            return Ok(None);
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/node-oidc-provider/server.mjs");
        let server = Server::launch_peer(&script, &self.arguments.folder);
        figures.push(Figure { name: "start-up, peer", value: server.startup_milliseconds(), unit: "ms" });
        figures.push(Figure { name: "RSS idle, peer", value: server.megabytes(), unit: "MB" });
        self.contender(server, cases).await.map(Some)
    }

    /// Passwords: the server has all cores, hashing is what costs.
    async fn sign_ins(
        &self,
        installation: &Installation,
        lines: &mut Vec<Line>,
        figures: &mut Vec<Figure>,
        limits: &mut Limits,
    ) -> Result<(), Failure> {
        let server = installation.start(Cores::All);
        // A seeded hash is upgraded at its owner's first sign-in, which therefore hashes twice: not what is measured.
        let mut people = sign_in_workers(server.address, &server.host, self.arguments.connections, PEOPLE_WHO_SIGN_IN);
        sign_in_once(&mut people).await?;
        let mut machines = Self::machines(&server, self.arguments.connections);
        let (mut sign_ins, mut alone, mut beside) = (Series::default(), Series::default(), Series::default());
        for round in 1..=self.arguments.rounds {
            println!("password sign-ins, round {round} of {}", self.arguments.rounds);
            limits.add(
                "hashes",
                self.helper(Cores::All, &["hashes", &self.arguments.seconds.to_string()])?.as_f64().unwrap_or(f64::NAN),
            );
            let (sample, busy) = watched(&server, closed_loop(&mut people, self.length())).await;
            sign_ins.add(sample, busy);
            let (sample, busy) = watched(&server, closed_loop(&mut machines, self.length())).await;
            alone.add(sample, busy);
            let both = async {
                tokio::join!(closed_loop(&mut people, self.length()), closed_loop(&mut machines, self.length())).1
            };
            let (sample, busy) = watched(&server, both).await;
            beside.add(sample, busy);
        }
        let unloaded = alone.rate();
        lines.push(Line::new("password sign-in", sign_ins, Some(limits.get("hashes")), None));
        lines.push(Line::new("client_credentials ES256, all cores", alone, None, None));
        lines.push(Line::new("the same during a sign-in flood", beside, Some(unloaded), None));
        figures.push(Figure { name: "RSS after sign-ins", value: server.megabytes(), unit: "MB" });
        server.stop();
        Ok(())
    }

    fn machines(server: &Server, connections: usize) -> Vec<Worker<Task>> {
        let task = || Task::Repeat(Repeat::client_credentials(&server.host, "machine-es256"));
        (0..connections).map(|_| Worker { workload: task(), connection: Connection::new(server.address) }).collect()
    }

    /// The raw limits on the server's core, each in a process of its own.
    async fn measure_limits(&self, limits: &mut Limits) -> Result<(), Failure> {
        let seconds = (self.arguments.seconds / 2.0).to_string();
        let folder = self.arguments.folder.to_string_lossy().into_owned();
        let raw = self.helper(Cores::Apart, &["limits", &seconds, &folder])?;
        for name in ["RS256", "ES256", "EdDSA", "commits"] {
            limits.add(name, raw[name].as_f64().unwrap_or(f64::NAN));
        }
        let tiny = TinyJson::start();
        let request = get("localhost", "/", "");
        let task = || Task::Repeat(Repeat::new(request.clone(), "active"));
        let worker = |_| Worker { workload: task(), connection: Connection::new(tiny.address) };
        let mut workers: Vec<_> = (0..self.arguments.connections).map(worker).collect();
        limits.add("tiny JSON", closed_loop(&mut workers, self.length()).await.rate());
        Ok(())
    }

    /// Runs this program again for a measurement in a process of its own.
    fn helper(&self, cores: Cores, arguments: &[&str]) -> Result<Value, Failure> {
        let output = pinned(&this_program(), cores).args(arguments).output().map_err(|error| error.to_string())?;
        serde_json::from_slice(&output.stdout).map_err(|error| format!("{arguments:?}: {error}: {output:?}"))
    }
}

/// A provider that takes part, with the sessions of its people and what it did so far, case by case.
struct Contender {
    server: Server,
    sessions: Vec<Browser>,
    series: Vec<Series>,
}

impl Contender {
    async fn measure(&mut self, number: usize, case: &Case, length: Duration) -> Result<(), Failure> {
        let mut workers = case.workers(self.server.address, &self.sessions).await?;
        let (sample, busy) = watched(&self.server, closed_loop(&mut workers, length)).await;
        self.series[number].add(sample, busy);
        Ok(())
    }
}

/// The bare axum server, which ends with its owner.
struct TinyJson {
    child: Child,
    address: SocketAddr,
}

impl TinyJson {
    fn start() -> Self {
        let port = free_port();
        let child = pinned(&this_program(), Cores::Apart).args(["tiny-json", &port.to_string()]).spawn().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let request = get("localhost", "/", "");
        first_answer(address, &request, Instant::now());
        Self { child, address }
    }
}

impl Drop for TinyJson {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn this_program() -> PathBuf {
    std::env::current_exe().unwrap()
}

/// Runs a loop and says how many CPU seconds the server used per second of it.
async fn watched(server: &Server, running: impl Future<Output = Sample>) -> (Sample, f64) {
    let (before, began) = (server.usage(), Instant::now());
    let sample = running.await;
    let busy = (server.usage().cpu - before.cpu).as_secs_f64() / began.elapsed().as_secs_f64();
    (sample, busy)
}

fn startup(installation: &Installation) -> f64 {
    let server = installation.start(Cores::Apart);
    let milliseconds = server.startup_milliseconds();
    server.stop();
    milliseconds
}

/// What `bin/bench` says about this run: commit, time, machine.
fn run_description() -> Value {
    std::env::var("USHER_BENCH_RUN").ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(Value::Null)
}
