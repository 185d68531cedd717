//! `kill -9` of a server while clients refresh (D3, D16): what was acknowledged is kept, and no family grows two leaves.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Client, header::LOCATION, redirect::Policy};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    app::basic,
    portal::{VERIFIER, authorize},
    world::{CALLBACK, PASSWORD, SECRET},
};

const ROUNDS: usize = 50;
const CLIENTS: usize = 16;
/// 32 bytes.
const KEK: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

/// A folder with a seeded database, and the address where it is served.
struct Site {
    folder: TempDir,
    port: u16,
    internal: u16,
    http: Client,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn seed() -> String {
    format!(
        r#"
[settings]
"password.hash_memory_kib" = 8
"password.hash_passes" = 1
"token.refresh_grace" = "PT1M"

[[user]]
userName = "bob"
password = "{PASSWORD}"

[[client]]
client_id = "portal"
client_secret = "{SECRET}"
redirect_uris = ["{CALLBACK}"]
grant_types = ["authorization_code", "refresh_token"]
scope = "openid offline_access"
id_token_signed_response_alg = "ES256"
access_token_signed_response_alg = "ES256"
consent = "none"
first_party = true
"#
    )
}

impl Site {
    fn new() -> Self {
        let http = Client::builder().no_proxy().redirect(Policy::none()).timeout(Duration::from_secs(20));
        let site = Self {
            folder: tempfile::tempdir().unwrap(),
            port: free_port(),
            internal: free_port(),
            http: http.build().unwrap(),
        };
        std::fs::write(site.folder.path().join("seed.toml"), seed()).unwrap();
        for args in [&["migrate"][..], &["apply", "seed.toml"]] {
            let output = site.command(args).output().unwrap();
            assert!(output.status.success(), "{args:?} {}", String::from_utf8_lossy(&output.stderr));
        }
        site
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
        command.args(args).current_dir(self.folder.path()).env_clear();
        command.env("USHER__PUBLIC_URL", format!("http://localhost:{}", self.port));
        command.env("USHER__HTTP__LISTEN", format!("127.0.0.1:{}", self.port));
        command.env("USHER__HTTP__INTERNAL_LISTEN", format!("127.0.0.1:{}", self.internal));
        command.env("USHER__DATABASE__URL", "sqlite://usher.db");
        command.env("USHER__KEYS__KEK", KEK);
        command.env("USHER__LIMITS__SCALE", "10000");
        command
    }

    /// Serves, and returns when the server has said where.
    fn serve(&self) -> Server {
        let mut command = self.command(&["serve", "--json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.map_while(Result::ok).any(|line| line == "}");
        let server = Server(child);
        assert!(ready, "the server ended before it was ready");
        server
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// A request to the token endpoint; `None` if the server is gone before the whole answer came.
    async fn token(&self, fields: &[(&str, &str)]) -> Option<(u16, Value)> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.http.post(self.url("/oauth2/token")).header("host", self.host()).body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.header("authorization", basic("portal", SECRET)).send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, serde_json::from_slice(&answer.bytes().await.ok()?).ok()?))
    }

    async fn refresh(&self, token: &str) -> Option<(u16, Value)> {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Gets a page, or posts a form, with cookies; returns body, location and the cookies set.
    async fn page(&self, path: &str, form: Option<String>, jar: &mut Vec<String>) -> (String, Option<String>) {
        let url = self.url(path);
        let origin = format!("http://{}", self.host());
        let request = match form {
            None => self.http.get(url),
            Some(form) => self.http.post(url).header("content-type", "application/x-www-form-urlencoded").body(form),
        };
        let request = request.header("host", self.host()).header("origin", origin).header("cookie", jar.join("; "));
        let answer = request.header("sec-fetch-site", "same-origin").send().await.unwrap();
        let location = answer.headers().get(LOCATION).map(|it| it.to_str().unwrap().to_owned());
        for cookie in answer.headers().get_all("set-cookie") {
            jar.push(cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
        }
        (answer.text().await.unwrap(), location)
    }

    /// Signs Bob in and begins a family for each client.
    async fn families(&self) -> Vec<String> {
        let asked = authorize(&[("scope", "openid offline_access")]);
        let mut jar = Vec::new();
        let (_, page) = self.page(&asked, None, &mut jar).await;
        let page = page.unwrap();
        let (text, _) = self.page(&page, None, &mut jar).await;
        let csrf = text.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let fields = [("csrf", csrf), ("username", "bob"), ("password", PASSWORD)];
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.page(&page, Some(form), &mut jar).await;
        let mut tokens = Vec::new();
        for _ in 0..CLIENTS {
            let (_, answer) = self.page(&asked, None, &mut jar).await;
            let answer = url::Url::parse(&answer.unwrap()).unwrap();
            let code = answer.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", CALLBACK),
                ("code_verifier", VERIFIER),
            ];
            let (status, answer) = self.token(&fields).await.unwrap();
            assert_eq!(status, 200, "{answer}");
            tokens.push(refresh_token(&answer));
        }
        tokens
    }
}

/// A server that is killed when it is dropped.
struct Server(Child);

impl Server {
    /// `kill -9`: no handler runs, nothing is flushed.
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn refresh_token(answer: &Value) -> String {
    answer["refresh_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// Refreshes until the server is gone; the last token that was acknowledged.
async fn refresh_until_gone(site: Arc<Site>, mut token: String, acknowledged: Arc<AtomicUsize>) -> String {
    while let Some((status, answer)) = site.refresh(&token).await {
        assert_eq!(status, 200, "{answer}");
        token = refresh_token(&answer);
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    token
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d16_killed_while_refreshing_no_acknowledged_token_is_lost_and_no_family_forks() {
    let site = Arc::new(Site::new());
    let mut server = site.serve();
    let mut tokens = site.families().await;
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let mut slowest = Duration::ZERO;
    for round in 0..ROUNDS {
        let enough = acknowledged.load(Ordering::Relaxed) + CLIENTS + round;
        let clients: Vec<_> = tokens
            .into_iter()
            .map(|token| tokio::spawn(refresh_until_gone(Arc::clone(&site), token, Arc::clone(&acknowledged))))
            .collect();
        // In the middle of it: each round a little further on.
        while acknowledged.load(Ordering::Relaxed) < enough && !clients.iter().any(|it| it.is_finished()) {
            tokio::task::yield_now().await;
        }
        server.kill();
        let mut survived = Vec::new();
        for client in clients {
            survived.push(client.await.unwrap());
        }
        let started = Instant::now();
        server = site.serve();
        slowest = slowest.max(started.elapsed());
        tokens = Vec::new();
        for token in survived {
            // The last one acknowledged is the live leaf, or its successor was written and is told again.
            let (status, answer) = site.refresh(&token).await.unwrap();
            assert_eq!(status, 200, "round {round}: an acknowledged token is lost: {answer}");
            let (_, again) = site.refresh(&token).await.unwrap();
            assert_eq!(refresh_token(&again), refresh_token(&answer), "round {round}: two leaves");
            tokens.push(refresh_token(&answer));
        }
    }
    println!("{} refreshes acknowledged; ready again in {slowest:?} at most", acknowledged.load(Ordering::Relaxed));
    server.kill();
    assert_eq!(leaves(&site).await, (CLIENTS as i64, 0), "one leaf each, and none revoked for a theft that was none");
}

/// How many families live, and how many were revoked.
async fn leaves(site: &Site) -> (i64, i64) {
    let url = format!("sqlite://{}/usher.db", site.folder.path().display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    let count = |condition: &'static str| {
        let sql = format!("SELECT COUNT(*) FROM authorization_grant WHERE revoked_at IS {condition}");
        let pool = pool.clone();
        async move { sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql)).fetch_one(&pool).await.unwrap() }
    };
    (count("NULL").await, count("NOT NULL").await)
}
