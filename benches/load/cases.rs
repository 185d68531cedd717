//! The list of what is measured, and how the workers of each case get ready.

use std::net::SocketAddr;

use crate::{
    drive::{Worker, Workload},
    http::{Connection, Failure, get},
    server::user_name,
    workloads::{Browser, CodeFlow, Refresh, Repeat, SignIn, redeem},
};

/// What the workers of a case do.
#[derive(Clone, Copy)]
pub enum Kind {
    ClientCredentials,
    Refresh,
    Introspection,
    UserInfo,
    CodeFlow,
    /// The same with the tokens that the peer issues: one signature instead of two.
    CodeFlowOpaque,
    Document(&'static str),
}

/// One line of the report.
#[derive(Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    /// JOSE algorithm of every token that is signed in it.
    pub algorithm: &'static str,
    pub kind: Kind,
    /// HTTP requests and signatures in one step: what the limit of the case is made of.
    pub requests: u32,
    pub signatures: u32,
}

const fn case(name: &'static str, algorithm: &'static str, kind: Kind, requests: u32, signatures: u32) -> Case {
    Case { name, algorithm, kind, requests, signatures }
}

/// Everything that is measured with the server on one core.
pub const CASES: &[Case] = &[
    case("client_credentials RS256", "RS256", Kind::ClientCredentials, 1, 1),
    case("client_credentials ES256", "ES256", Kind::ClientCredentials, 1, 1),
    case("client_credentials EdDSA", "EdDSA", Kind::ClientCredentials, 1, 1),
    case("refresh RS256", "RS256", Kind::Refresh, 1, 2),
    case("refresh ES256", "ES256", Kind::Refresh, 1, 2),
    case("introspection", "ES256", Kind::Introspection, 1, 0),
    case("userinfo", "ES256", Kind::UserInfo, 1, 0),
    case("code flow RS256", "RS256", Kind::CodeFlow, 2, 2),
    case("code flow ES256", "ES256", Kind::CodeFlow, 2, 2),
    case("code flow RS256, opaque access token", "RS256", Kind::CodeFlowOpaque, 2, 1),
    case("code flow ES256, opaque access token", "ES256", Kind::CodeFlowOpaque, 2, 1),
    case("discovery", "ES256", Kind::Document("/.well-known/openid-configuration"), 1, 0),
    case("jwks", "ES256", Kind::Document("/.well-known/jwks.json"), 1, 0),
];

/// A worker's task of any kind, so that the cases can take turns.
pub enum Task {
    Repeat(Repeat),
    Refresh(Refresh),
    CodeFlow(CodeFlow),
    SignIn(SignIn),
}

impl Workload for Task {
    async fn step(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        match self {
            Task::Repeat(task) => task.step(connection).await,
            Task::Refresh(task) => task.step(connection).await,
            Task::CodeFlow(task) => task.step(connection).await,
            Task::SignIn(task) => task.step(connection).await,
        }
    }
}

/// Signs in as many persons as there will be workers; their sessions serve the whole run.
pub async fn sign_everybody_in(address: SocketAddr, host: &str, workers: usize) -> Result<Vec<Browser>, Failure> {
    let mut browsers = Vec::new();
    for number in 0..workers {
        let (mut browser, mut connection) = (Browser::new(host), Connection::new(address));
        browser.sign_in(&mut connection, "portal-es256", &user_name(number)).await?;
        browsers.push(browser);
    }
    Ok(browsers)
}

impl Case {
    /// One worker per session, with fresh tokens where the case needs some.
    pub async fn workers(&self, address: SocketAddr, sessions: &[Browser]) -> Result<Vec<Worker<Task>>, Failure> {
        let mut workers = Vec::new();
        for session in sessions {
            let mut connection = Connection::new(address);
            let workload = self.task(&mut connection, session).await?;
            workers.push(Worker { workload, connection });
        }
        Ok(workers)
    }

    async fn task(&self, connection: &mut Connection, session: &Browser) -> Result<Task, Failure> {
        let host = session.host.as_str();
        let client = format!("portal-{}", self.algorithm.to_lowercase());
        Ok(match self.kind {
            Kind::ClientCredentials => {
                Task::Repeat(Repeat::client_credentials(host, &format!("machine-{}", self.algorithm.to_lowercase())))
            }
            Kind::Document(path) => Task::Repeat(Repeat::new(get(host, path, ""), "{")),
            Kind::CodeFlow => Task::CodeFlow(CodeFlow { browser: session.clone(), client }),
            Kind::CodeFlowOpaque => {
                let client = format!("opaque-{}", self.algorithm.to_lowercase());
                Task::CodeFlow(CodeFlow { browser: session.clone(), client })
            }
            Kind::Refresh | Kind::Introspection | Kind::UserInfo => {
                let code = session.clone().code(connection, &client).await?;
                let tokens = redeem(connection, host, &client, &code).await?;
                match self.kind {
                    Kind::Introspection => Task::Repeat(Repeat::introspect(host, &client, &tokens.access)),
                    Kind::UserInfo => Task::Repeat(Repeat::userinfo(host, &tokens.access)),
                    _ => Task::Refresh(Refresh { host: host.to_owned(), client, token: tokens.refresh }),
                }
            }
        })
    }
}

/// Workers that sign persons in with their password, each with persons of its own.
pub fn sign_in_workers(address: SocketAddr, host: &str, workers: usize, people: usize) -> Vec<Worker<Task>> {
    let task = |worker: usize| SignIn {
        host: host.to_owned(),
        client: "portal-es256".into(),
        users: (worker..people).step_by(workers).map(user_name).collect(),
        next: 0,
    };
    let worker = |number| Worker { workload: Task::SignIn(task(number)), connection: Connection::new(address) };
    (0..workers).map(worker).collect()
}

/// Signs everybody in once, so that nothing that is done only once is measured.
pub async fn sign_in_once(workers: &mut [Worker<Task>]) -> Result<(), Failure> {
    for worker in workers {
        let people = match &worker.workload {
            Task::SignIn(task) => task.users.len(),
            _ => 0,
        };
        for _ in 0..people {
            worker.workload.step(&mut worker.connection).await?;
        }
    }
    Ok(())
}
