//! `usher health`: what the internal listener of a running server says. Works in an image without a shell.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use serde_json::{Value, json};

use super::{Context, block_on, error::CliError};

/// What to wait for.
#[derive(clap::Args)]
#[command(after_help = "\
Asks /livez and /readyz of [http] internal_listen. Exit code 0: ready; 1: not.

Examples:
  usher health
  usher health --wait 30s")]
pub(super) struct Args {
    /// Wait this long for the server to become ready
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "30s", value_parser = time)]
    wait: Option<Duration>,
}

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often a server is asked that is not ready.
const PAUSE: Duration = Duration::from_millis(100);

/// What a server said about itself.
struct Health {
    live: bool,
    ready: bool,
    /// One entry per check, as `/readyz?verbose` lists them; or why there is no answer.
    checks: Value,
}

pub(super) fn run(args: &Args, context: &mut Context) -> Result<(), CliError> {
    let address = reachable(context.config()?.http.internal_listen);
    let health = block_on(async {
        #[allow(clippy::disallowed_methods, reason = "it asks this machine's own listener, which the guard refuses")]
        let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build();
        let client = client.map_err(|error| CliError::of(&error))?;
        let until_ready = async {
            loop {
                let health = ask(&client, address).await;
                if health.ready {
                    return health;
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        let waited = tokio::time::timeout(args.wait.unwrap_or_default(), until_ready).await;
        match waited {
            Ok(health) => Ok(health),
            Err(_) => Ok(ask(&client, address).await),
        }
    })?;
    context.output.data(&json!({ "live": health.live, "ready": health.ready, "checks": health.checks }), || {
        format!("{}\n{}", if health.ready { "ready" } else { "not ready" }, lines(&health.checks))
    })?;
    match (health.live, health.ready) {
        (_, true) => Ok(()),
        (true, false) => Err(CliError::Failed(format!("the server at {address} lives, but is not ready"))),
        (false, false) => Err(CliError::Failed(format!("no server answers at {address}"))),
    }
}

async fn ask(client: &reqwest::Client, address: SocketAddr) -> Health {
    let get = |path: &str| client.get(format!("http://{address}{path}")).send();
    let live = get("/livez").await.is_ok_and(|answer| answer.status().is_success());
    if !live {
        return Health { live, ready: false, checks: json!([]) };
    }
    match get("/readyz?verbose").await {
        Ok(answer) => {
            let ready = answer.status().is_success();
            Health { live, ready, checks: answer.json().await.unwrap_or_else(|_| json!([])) }
        }
        Err(_) => Health { live, ready: false, checks: json!([]) },
    }
}

/// One line per check.
fn lines(checks: &Value) -> String {
    let line = |check: &Value| {
        let text = |name: &str| check.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mark = if check.get("ready").and_then(Value::as_bool).unwrap_or_default() { "ok" } else { "FAILED" };
        format!("  {:<12} {mark:<6} {}", text("name"), text("note")).trim_end().to_owned() + "\n"
    };
    checks.as_array().map(|checks| checks.iter().map(line).collect()).unwrap_or_default()
}

/// A listener on every address is asked on loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// `30s`, `2m` or `PT30S`.
fn time(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration = text.parse().map_err(|_| "write 30s or 2m".to_owned())?;
    Duration::try_from(span).map_err(|_| "must not be negative".to_owned())
}
