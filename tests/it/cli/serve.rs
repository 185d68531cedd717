//! `usher serve` as a process, with commands beside it.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::Place;
use crate::support::engine::{ENGINES, Engine, empty};

/// 32 bytes.
const KEK: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

/// A server and the place to run commands beside it.
struct Running {
    place: Place,
    port: u16,
    child: Child,
    welcome: Value,
}

/// Two ports of loopback that were free a moment ago.
fn free_ports() -> [u16; 2] {
    let probes = [0; 2].map(|_| TcpListener::bind("127.0.0.1:0").unwrap());
    probes.map(|probe| probe.local_addr().unwrap().port())
}

fn place(database: &str) -> (Place, u16) {
    let [port, internal] = free_ports();
    let place = Place::new()
        .with("USHER__PUBLIC_URL", format!("http://localhost:{port}"))
        .with("USHER__HTTP__LISTEN", format!("127.0.0.1:{port}"))
        .with("USHER__HTTP__INTERNAL_LISTEN", format!("127.0.0.1:{internal}"))
        .with("USHER__DATABASE__URL", database)
        .with("USHER__KEYS__KEK", KEK);
    (place, port)
}

impl Running {
    fn start(database: &str) -> Self {
        let (place, port) = place(database);
        let mut command = place.command(&["serve", "--json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        // The object ends where a line holds its brace alone; the pipe stays open until the server ends.
        let mut text = String::new();
        for line in BufReader::new(child.stdout.as_mut().unwrap()).lines() {
            let line = line.unwrap();
            text += &line;
            if line == "}" {
                break;
            }
        }
        let welcome = serde_json::from_str(&text).unwrap();
        place.run(&["health", "--wait", "60s"]).ok();
        Self { place, port, child, welcome }
    }

    async fn jwks(&self) -> String {
        let url = format!("http://127.0.0.1:{}/.well-known/jwks.json", self.port);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client.get(url).header("host", format!("localhost:{}", self.port));
        request.send().await.unwrap().text().await.unwrap()
    }

    fn stop(mut self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn serves_follows_the_commands_beside_it_and_ends_when_asked() {
    for engine in ENGINES {
        let (url, _folder) = empty(engine).await;
        let server = Running::start(&url);
        assert_eq!(server.welcome["issuer"], format!("http://localhost:{}", server.port));
        assert!(server.welcome["set_up"].as_str().unwrap().contains("/setup?t=su_"), "{}", server.welcome);
        assert!(server.place.run(&["admin", "link"]).ok().contains("/setup?t=su_"));

        let keys = server.place.run(&["keys", "list", "--json"]).json();
        let kid = keys[0]["kid"].as_str().unwrap();
        assert!(server.jwks().await.contains(kid));
        server.place.run(&["keys", "retire", kid]).ok();
        let asked = Instant::now();
        while server.jwks().await.contains(kid) {
            assert!(asked.elapsed() < Duration::from_secs(30), "the server does not follow");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server.stop();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_serve_on_one_sqlite_file_is_refused_and_on_postgresql_welcome() {
    for engine in ENGINES {
        let (url, _folder) = empty(engine).await;
        let _first = Running::start(&url);
        if engine == Engine::Postgres {
            Running::start(&url).stop();
        } else {
            let (place, _) = place(&url);
            let said = place.run(&["serve"]);
            assert!(said.code == 1 && said.err.contains("another `usher serve`"), "{}", said.err);
        }
    }
}

#[test]
fn without_a_schema_and_with_no_migrate_it_does_not_start() {
    let said = place("sqlite://usher.db").0.run(&["serve", "--no-migrate"]);
    assert!(said.code == 1 && said.err.contains("migrations are pending"), "{}", said.err);
}

#[test]
fn a_taken_port_is_named() {
    let (place, port) = place("sqlite://usher.db");
    let _taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let said = place.run(&["serve"]);
    assert!(said.code == 1 && said.err.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{}", said.err);
}
