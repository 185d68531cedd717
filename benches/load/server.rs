//! The server under test as a process: seeding, starting, pinning, and what it costs.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command},
    thread::sleep,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use crate::http::get;

/// The password of every person of the benchmark.
pub const PASSWORD: &str = "violet anchor 71 meadow";
/// The secret of every client of the benchmark: 256 random bits, as one should have.
pub const SECRET: &str = "b3r5yPzkQ0o6nTtXbq2mJw8cV1uEaLdH4sGfKxRiZ7M";
pub const REDIRECT: &str = "http://127.0.0.1:9/callback";
/// Persons, and clients beside those that are measured.
pub const PEOPLE: usize = 1_000;
/// Those of them who sign in with their passwords.
pub const PEOPLE_WHO_SIGN_IN: usize = 128;

/// Where the processes of a run may run.
#[derive(Clone, Copy)]
pub enum Cores {
    /// The server has the first core, the generator the others.
    Apart,
    /// The server has all cores.
    All,
}

/// A running server.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    pub host: String,
    /// From `exec` to the first answer.
    pub startup: Duration,
}

/// A seeded installation that a server can be started on again and again.
pub struct Installation {
    folder: PathBuf,
    binary: PathBuf,
    port: u16,
}

impl Installation {
    /// Makes a fresh one in `folder`.
    pub fn seed(binary: &Path, folder: &Path) -> Self {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).unwrap();
        let installation = Self { folder: folder.to_owned(), binary: binary.to_owned(), port: free_port() };
        fs::write(folder.join("seed.toml"), seed()).unwrap();
        fs::write(folder.join("usher.toml"), installation.config()).unwrap();
        let applied = installation.command(Cores::All, &["apply", "seed.toml"]).output().unwrap();
        assert!(applied.status.success(), "usher apply: {}", String::from_utf8_lossy(&applied.stderr));
        installation
    }

    fn config(&self) -> String {
        let internal = free_port();
        format!(
            "public_url = \"http://localhost:{}\"\n[http]\nlisten = \"127.0.0.1:{}\"\ninternal_listen = \"127.0.0.1:{internal}\"\n\
            [database]\nurl = \"sqlite://{}\"\n[keys]\ndir = \"{}\"\n[limits]\nexempt = [\"127.0.0.0/8\", \"::1/128\"]\n",
            self.port,
            self.port,
            self.folder.join("usher.db").display(),
            self.folder.join("keys").display(),
        )
    }

    fn command(&self, cores: Cores, args: &[&str]) -> Command {
        let mut command = pinned(&self.binary, cores);
        command.args(args).args(["--config", "usher.toml"]).current_dir(&self.folder);
        command
    }

    /// Starts a server and waits for its first answer.
    pub fn start(&self, cores: Cores) -> Server {
        Server::launch(self.command(cores, &["serve"]), self.port, &self.folder.join("server.log"))
    }
}

impl Server {
    /// Starts a provider that listens on `port` of loopback.
    fn launch(mut command: Command, port: u16, log: &Path) -> Self {
        let log = fs::File::create(log).unwrap();
        let began = Instant::now();
        let child = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let (address, host) = (SocketAddr::from(([127, 0, 0, 1], port)), format!("localhost:{port}"));
        let startup = first_answer(address, &get(&host, "/.well-known/openid-configuration", ""), began);
        Self { child, address, host, startup }
    }

    /// Starts node-oidc-provider from its script on the core that Usher has.
    pub fn launch_peer(script: &Path, folder: &Path) -> Self {
        let port = free_port();
        let mut command = pinned(Path::new("node"), Cores::Apart);
        command.arg(script).arg(port.to_string());
        Self::launch(command, port, &folder.join("peer.log"))
    }

    pub fn usage(&self) -> Usage {
        usage(self.child.id())
    }

    /// Resident memory in MB.
    pub fn megabytes(&self) -> f64 {
        self.usage().resident as f64 / 1e6
    }

    pub fn startup_milliseconds(&self) -> f64 {
        self.startup.as_secs_f64() * 1e3
    }

    pub fn stop(mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// A command that runs on the first core where `cores` says so and the machine has `taskset` and a second core.
pub fn pinned(binary: &Path, cores: Cores) -> Command {
    if matches!(cores, Cores::Apart) && can_pin() {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", "0"]).arg(binary);
        return command;
    }
    let mut command = Command::new(if can_pin() { Path::new("taskset") } else { binary });
    if can_pin() {
        // The generator is pinned and children inherit that: give this one everything.
        command.args(["--cpu-list", &format!("0-{}", all_cores() - 1)]).arg(binary);
    }
    command
}

/// `bin/bench` says how many cores there are, because this process may only see its own.
fn all_cores() -> usize {
    std::env::var("USHER_BENCH_CORES").ok().and_then(|cores| cores.parse().ok()).unwrap_or(1)
}

/// Whether server and generator run on cores of their own.
pub fn can_pin() -> bool {
    all_cores() > 1
}

/// Asks again and again until something answers 200, and says how long that took since `began`.
pub fn first_answer(address: SocketAddr, request: &[u8], began: Instant) -> Duration {
    while began.elapsed() < Duration::from_secs(30) {
        if answers(address, request).unwrap_or(false) {
            return began.elapsed();
        }
        sleep(Duration::from_micros(500));
    }
    panic!("nothing answered at {address} within 30 s");
}

fn answers(address: SocketAddr, request: &[u8]) -> io::Result<bool> {
    let (mut stream, mut status) = (TcpStream::connect(address)?, [0; 12]);
    stream.write_all(request)?;
    stream.read_exact(&mut status)?;
    Ok(status.ends_with(b" 200"))
}

/// A port of loopback that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// What a process has used so far.
#[derive(Clone, Copy)]
pub struct Usage {
    /// CPU time of all threads.
    pub cpu: Duration,
    /// Resident memory in bytes.
    pub resident: u64,
}

/// Reads `/proc`; clock ticks are hundredths of a second on every Linux that we run on.
fn usage(process: u32) -> Usage {
    let read = |name: &str| fs::read_to_string(format!("/proc/{process}/{name}")).unwrap_or_default();
    let stat = read("stat");
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    let status = read("status");
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    Usage { cpu: Duration::from_millis(ticks * 10), resident: kilobytes.unwrap_or_default() * 1024 }
}

pub fn user_name(number: usize) -> String {
    format!("person{number}@acme.example")
}

/// The installation that is measured: clients for each algorithm, a thousand persons, a thousand idle clients.
fn seed() -> String {
    let mut seed = String::from(
        "[settings]\n\"accounts.quota.base\" = 100000\n\n[[customer]]\ncode = \"ACME\"\ndisplayName = \"Acme AB\"\n",
    );
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        let name = algorithm.to_lowercase();
        let secret = format!("client_secret = \"{SECRET}\"\ntoken_endpoint_auth_method = \"client_secret_basic\"");
        seed += &format!(
            "\n[[client]]\nclient_id = \"machine-{name}\"\nclient_name = \"Machine {algorithm}\"\n{secret}\n\
            grant_types = [\"client_credentials\"]\naccess_token_signed_response_alg = \"{algorithm}\"\nscope = \"permissions\"\n\
            \n[[client]]\nclient_id = \"portal-{name}\"\nclient_name = \"Portal {algorithm}\"\n{secret}\n\
            redirect_uris = [\"{REDIRECT}\"]\ngrant_types = [\"authorization_code\", \"refresh_token\"]\n\
            access_token_signed_response_alg = \"{algorithm}\"\nid_token_signed_response_alg = \"{algorithm}\"\n\
            scope = \"openid profile email customer offline_access\"\nconsent = \"none\"\nfirst_party = true\n\
            \n[[client]]\nclient_id = \"opaque-{name}\"\nclient_name = \"Opaque {algorithm}\"\n{secret}\n\
            redirect_uris = [\"{REDIRECT}\"]\ngrant_types = [\"authorization_code\", \"refresh_token\"]\n\
            access_token_format = \"opaque\"\nid_token_signed_response_alg = \"{algorithm}\"\n\
            scope = \"openid profile email customer offline_access\"\nconsent = \"none\"\nfirst_party = true\n"
        );
    }
    let hash = password_hash();
    for number in 0..PEOPLE {
        let name = user_name(number);
        seed += &format!(
            "\n[[client]]\nclient_id = \"idle-{number}\"\nclient_name = \"Idle {number}\"\nclient_secret = \"{SECRET}\"\n\
            redirect_uris = [\"{REDIRECT}\"]\n\
            \n[[user]]\nuserName = \"{name}\"\nname = {{ givenName = \"Person\", familyName = \"Number {number}\" }}\n\
            emails = [{{ value = \"{name}\", primary = true, verified = true }}]\npasswordHash = \"{hash}\"\n\
            \n[[reference]]\ncustomer = \"ACME\"\nuser = \"{name}\"\ninternetUser = true\n"
        );
    }
    seed
}

/// One hash for everybody: what is measured is verifying it, with the parameters of a default installation.
fn password_hash() -> String {
    let (salt, mut hash) = (b"sixteen bytes ..", [0; 32]);
    let params = Params::new(19_456, 2, 1, Some(32)).unwrap();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(PASSWORD.as_bytes(), salt, &mut hash)
        .unwrap();
    format!("$argon2id$v=19$m=19456,t=2,p=1${}${}", STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash))
}
