//! `usher demo`: a vendor with customers and people, captured mail, and a portal that signs them in.

use std::{
    fs::{self, File, TryLockError},
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::FutureExt;
use openidconnect::{ClientId, ClientSecret, IssuerUrl, url::Url};
use serde_json::json;
use tokio::net::TcpListener;

use self::cast::{CAST, PASSWORD, Person};
use super::{Context, block_on, error::CliError, output::tree};
use crate::{
    app::{App, Options, open::Migrations},
    base::secret::Secret,
    config::{Config, Environment, source_text::SourceText},
    flow::apply::{SeedFile, apply},
    server::termination,
};

mod cast;
#[path = "../../examples/portal/portal.rs"]
mod portal;

/// Where the demo keeps its database and its key, below the working directory.
const HOME: &str = "data/demo";
/// Its database; the lock of a running server stands beside it.
const DATABASE: &str = "usher.db";
/// What is in it at first.
const SEED: &str = include_str!("demo/seed.toml");

/// What to show, and where.
#[derive(clap::Args)]
#[command(after_help = "\
Serves a seeded vendor from ./data/demo with a portal beside it. Mail is captured, none is sent. Loopback only.

Examples:
  usher demo
  usher demo --reset              forget what was changed and begin anew
  usher demo --port 9080 --portal-port 9090")]
pub(super) struct Args {
    /// Port of the issuer, http://localhost:PORT
    #[arg(long, value_name = "PORT", default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// Port of the portal
    #[arg(long, value_name = "PORT", default_value_t = 8090, value_parser = clap::value_parser!(u16).range(1..))]
    portal_port: u16,
    /// Delete ./data/demo first
    #[arg(long)]
    reset: bool,
    /// Address to listen on, such as 0.0.0.0 in a container whose ports are published on this machine
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// Whoever reaches the address of --listen can sign in: the passwords are printed in the documentation
    #[arg(long)]
    i_know_this_is_a_demo: bool,
}

pub(super) fn run(args: &Args, context: &mut Context) -> Result<(), CliError> {
    if !args.listen.is_loopback() && !args.i_know_this_is_a_demo {
        return Err(CliError::Usage(format!(
            "the passwords of the demo are known to everybody: to listen on {} add --i-know-this-is-a-demo",
            args.listen
        )));
    }
    if args.reset {
        reset(Path::new(HOME))?;
    }
    let config = config(args, context)?;
    block_on(async {
        let options = Options { migrations: Migrations::Apply, demo: true };
        let app = App::start(&config, options).await.map_err(|error| CliError::of(&error))?;
        let listener = listen(SocketAddr::new(args.listen, args.portal_port)).await?;
        let settings = settings(args, &config, &app)?;
        seed(&config, &app, &settings).await?;
        welcome(&config, &settings.public_url, context)?;
        let stop = termination().shared();
        let (portal, ()) = tokio::join!(portal::serve(settings, listener, stop.clone()), app.serve(stop));
        portal.map_err(|error| CliError::of(&error))
    })
}

/// Everything at its default but where things are. The environment and `usher.toml` are for the real installation: its
/// database, its keys and its mail server are none of the demo's business. A file that is named lends its theme.
fn config(args: &Args, context: &Context) -> Result<Config, CliError> {
    let text = format!(
        "public_url = \"http://localhost:{port}\"\n\
         [http]\nlisten = \"{listen}\"\ninternal_listen = \"127.0.0.1:0\"\n\
         [database]\nurl = \"sqlite://{HOME}/{DATABASE}\"\n\
         [keys]\ndir = \"{HOME}/keys\"\n\
         [log]\nformat = \"text\"\nlevel = \"warn\"\n",
        port = args.port,
        listen = SocketAddr::new(args.listen, args.port),
    );
    let mut config = Config::read(Some(&SourceText::new("demo", text)), &Environment::default())?;
    if context.file.is_some() {
        config.theme = context.config()?.theme;
    }
    Ok(config)
}

/// Deletes the folder of the demo, unless a demo runs on it.
fn reset(home: &Path) -> Result<(), CliError> {
    let failed = |error: std::io::Error| CliError::Failed(format!("cannot reset {}: {error}", home.display()));
    let lock = match File::open(home.join(format!("{DATABASE}.lock"))) {
        Ok(lock) => Some(lock),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    match lock.as_ref().map(File::try_lock) {
        Some(Err(TryLockError::WouldBlock)) => {
            return Err(CliError::Failed(format!("a demo runs on {}: end it first", home.display())));
        }
        Some(Err(TryLockError::Error(error))) => return Err(failed(error)),
        Some(Ok(())) | None => {}
    }
    match fs::remove_dir_all(home) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(()),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, CliError> {
    let taken = |error| CliError::Failed(format!("the portal cannot listen on {address}: {error}; try --portal-port"));
    TcpListener::bind(address).await.map_err(taken)
}

/// The portal's side of its registration. Its secret is a new one at each start and kept nowhere but here.
fn settings(args: &Args, config: &Config, app: &App) -> Result<portal::Settings, CliError> {
    let public_url = Url::parse(&format!("http://localhost:{}", args.portal_port));
    let issuer = IssuerUrl::new(config.public_url.as_str().to_owned());
    let secret = Secret::new(app.node.entropy.bytes::<32>());
    Ok(portal::Settings {
        public_url: public_url.map_err(|error| CliError::of(&error))?,
        issuer: issuer.map_err(|error| CliError::of(&error))?,
        client_id: ClientId::new("portal".to_owned()),
        client_secret: ClientSecret::new(URL_SAFE_NO_PAD.encode(secret.expose())),
        scopes: portal::DEFAULT_SCOPES.split(' ').map(str::to_owned).collect(),
    })
}

/// Declares the vendor; what was changed in an earlier run stays where the seed says nothing of it.
async fn seed(config: &Config, app: &App, settings: &portal::Settings) -> Result<(), CliError> {
    let file = seed_file(config, settings)?;
    let applied = apply(&app.node, &file, false, &|_, _| {}).await;
    applied.map(drop).map_err(|error| CliError::of(&error))
}

fn seed_file(config: &Config, settings: &portal::Settings) -> Result<SeedFile, CliError> {
    let portal = settings.public_url.as_str().trim_end_matches('/');
    let text = SEED.replace("{secret}", settings.client_secret.secret()).replace("{portal}", portal);
    let source = SourceText::new("src/cli/demo/seed.toml", text);
    SeedFile::read(source, config.public_url.site()).map_err(|error| CliError::of(&error))
}

/// Says where everything is and who can sign in.
fn welcome(config: &Config, portal: &Url, context: &mut Context) -> Result<(), CliError> {
    let issuer = config.public_url.as_str();
    let portal = portal.as_str().trim_end_matches('/');
    let outbox = format!("{issuer}/dev/outbox");
    let logins: Vec<_> =
        CAST.iter().map(|Person { user_name, note }| json!({ "user_name": user_name, "note": note })).collect();
    let data = json!({
        "portal": portal, "issuer": issuer, "outbox": outbox, "data": HOME, "password": PASSWORD, "logins": logins,
    });
    context.output.data(&data, || {
        let lines = [
            format!("Portal      {portal}   (begin here)"),
            format!("Issuer      {issuer}"),
            format!("Outbox      {outbox}   (mail and SMS are captured, none is sent)"),
            "Your own    client_id playground: public, PKCE, http://127.0.0.1:<any port>/callback".to_owned(),
            format!("Data        ./{HOME}   (begin anew: usher demo --reset)"),
            format!("Logins      password of all: {PASSWORD}\n{}", cast::list("     ")),
        ];
        tree(&format!("usher {} demo", env!("CARGO_PKG_VERSION")), &lines)
    })
}

#[cfg(test)]
mod tests;
