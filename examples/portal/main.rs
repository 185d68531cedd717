//! The demo portal on its own, against any OpenID provider:
//!
//! ```text
//! cargo run --example portal -- --issuer http://localhost:8080 --client-id portal --client-secret …
//! ```
//!
//! The client needs `http://localhost:8090/callback` among its redirect URIs and `http://localhost:8090/` among its
//! post-logout redirect URIs.

use std::net::{IpAddr, Ipv4Addr};

use clap::Parser;
use openidconnect::{ClientId, ClientSecret, IssuerUrl, url::Url};

#[path = "portal.rs"]
mod portal;

/// A portal that signs people in through an OpenID provider.
#[derive(Parser)]
struct Arguments {
    /// The provider's issuer identifier.
    #[arg(long, env = "PORTAL_ISSUER", default_value = "http://localhost:8080")]
    issuer: String,
    /// The client's id at the provider.
    #[arg(long, env = "PORTAL_CLIENT_ID", default_value = "portal")]
    client_id: String,
    /// The client's secret.
    #[arg(long, env = "PORTAL_CLIENT_SECRET", hide_env_values = true)]
    client_secret: String,
    /// Scopes to ask for besides openid, separated by spaces.
    #[arg(long, env = "PORTAL_SCOPE", default_value = portal::DEFAULT_SCOPES)]
    scope: String,
    /// Port to listen on, on the loopback interface.
    #[arg(long, env = "PORTAL_PORT", default_value_t = 8090)]
    port: u16,
    /// Where browsers find the portal, if not at http://localhost:PORT.
    #[arg(long, env = "PORTAL_PUBLIC_URL")]
    public_url: Option<Url>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let listener = tokio::net::TcpListener::bind((IpAddr::V4(Ipv4Addr::LOCALHOST), arguments.port)).await?;
    let public_url = match arguments.public_url {
        Some(url) => url,
        None => Url::parse(&format!("http://localhost:{}", listener.local_addr()?.port()))?,
    };
    let settings = portal::Settings {
        public_url: public_url.clone(),
        issuer: IssuerUrl::new(arguments.issuer)?,
        client_id: ClientId::new(arguments.client_id),
        client_secret: ClientSecret::new(arguments.client_secret),
        scopes: arguments.scope.split_whitespace().map(str::to_owned).collect(),
    };
    announce(&public_url);
    portal::serve(settings, listener, interrupted()).await?;
    Ok(())
}

#[allow(clippy::print_stdout, reason = "this is a program with a terminal")]
fn announce(public_url: &Url) {
    println!("Portal   {public_url}");
}

async fn interrupted() {
    // Without a signal handler the portal runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
