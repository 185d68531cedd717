use std::{net::Ipv4Addr, sync::Mutex};

use axum::routing::{get, post};
use rcgen::{CertificateParams, KeyPair};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs::default_provider};
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::oneshot,
    task::JoinHandle,
};
use tokio_rustls::TlsConnector;

use super::*;
use crate::{
    base::clock::SystemClock,
    http::layers::{RouteClass, body::buffered},
};

fn config() -> ServerConfig {
    ServerConfig {
        public: (Ipv4Addr::LOCALHOST, 0).into(),
        internal: (Ipv4Addr::LOCALHOST, 0).into(),
        tls: None,
        limits: LimitPolicy::default(),
        trusted_proxies: Networks::default(),
        max_connections: 1000,
        timing: Timing::default(),
        clock: Arc::new(SystemClock),
    }
}

/// A server that runs until told to stop.
struct Running {
    public: SocketAddr,
    internal: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

#[allow(clippy::disallowed_methods, reason = "the server under test runs beside its client")]
async fn start(config: ServerConfig, public: Router) -> Running {
    let server = Server::bind(config).await.unwrap();
    let (public_addr, internal_addr) = (server.local_addr(), server.internal_addr());
    let (stop, stopped) = oneshot::channel();
    let internal = Router::new().route("/livez", get(async || "internal"));
    let ended = tokio::spawn(server.serve(public, internal, async move { drop(stopped.await) }));
    Running { public: public_addr, internal: internal_addr, stop, ended }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.public).await.unwrap()
    }

    /// Sends `request` and reads to the end of the connection.
    async fn say(&self, request: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        stream.write_all(request.as_ref()).await.unwrap();
        read_all(&mut stream).await
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap();
    }
}

async fn read_all(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut read = Vec::new();
    // A reset after the answer is an end as well.
    drop(stream.read_to_end(&mut read).await);
    String::from_utf8_lossy(&read).into_owned()
}

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

const GET: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn both_listeners_answer_and_know_their_ports() {
    let server = start(config(), hello()).await;
    assert!(server.say(GET).await.ends_with("hello"));
    let mut internal = TcpStream::connect(server.internal).await.unwrap();
    internal.write_all(GET.replace(" / ", " /livez ").as_bytes()).await.unwrap();
    assert!(read_all(&mut internal).await.ends_with("internal"));
    server.stop().await;
}

#[tokio::test]
async fn a_taken_address_is_named() {
    let taken = Server::bind(config()).await.unwrap();
    let again = Server::bind(ServerConfig { public: taken.local_addr(), ..config() }).await;
    let error = again.err().unwrap();
    assert_eq!(error.to_string(), format!("cannot listen on {}", taken.local_addr()));
}

#[tokio::test]
async fn sec_s13_a_client_that_dribbles_its_head_is_cut() {
    let timing = Timing { header: Duration::from_millis(200), ..Timing::default() };
    let server = start(ServerConfig { timing, ..config() }, hello()).await;
    let mut stream = server.connect().await;
    // One byte now and then would go on for ever.
    let dribble = async {
        for byte in GET.bytes().cycle() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if stream.write_all(&[if byte == b'\r' { b'x' } else { byte }]).await.is_err() {
                return;
            }
        }
    };
    dribble.await;
    // Nothing at all, and the beginning of HTTP/2 and no more.
    for silence in ["", "PRI * HTTP/2.0\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        server.say(silence).await;
    }
    assert!(server.say(GET).await.ends_with("hello"), "others are served meanwhile");
    server.stop().await;
}

#[tokio::test]
async fn sec_s13_heads_beyond_the_limits_have_their_answers() {
    let server = start(config(), hello()).await;
    let head = |headers: &str| format!("GET / HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
    let many: String = (0..70).map(|n| format!("X-{n}: x\r\n")).collect();
    let long = format!("X: {}\r\n", "x".repeat(1024 * 1024));
    for (request, status) in [
        (head(&many), 431),
        (head(&long), 431),
        (format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "x".repeat(70_000)), 431),
        (head("Content-Length: 1\r\nContent-Length: 2\r\n"), 400),
        (head("Transfer-Encoding: gzip\r\n"), 400),
        (head(" folded: x\r\n"), 400),
        ("HELO example\r\n\r\n".to_owned(), 400),
    ] {
        let answer = server.say(&request).await;
        let expected = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&expected), "{status}: {answer} to {:.60}", request);
    }
    server.stop().await;
}

#[tokio::test]
async fn sec_q97_a_body_with_two_lengths_smuggles_nothing() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let paths = Arc::clone(&seen);
    let router = Router::new().fallback(async move |request: axum::extract::Request| {
        paths.lock().unwrap().push(request.uri().to_string());
    });
    let server = start(config(), router).await;
    let smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let head = "POST /front HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n";
    server.say(format!("{head}Content-Length: 5\r\n\r\n0\r\n\r\n{smuggled}")).await;
    server.say(format!("{head}Content-Length: {}\r\n\r\n0\r\n\r\n{smuggled}", 5 + smuggled.len())).await;
    assert!(!seen.lock().unwrap().contains(&"/smuggled".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn sec_s13_a_huge_body_is_answered_413_while_it_is_still_sent() {
    let router = Router::new().route(
        "/",
        post(async |request: axum::extract::Request| {
            buffered(request, RouteClass::Api.body_limit(), Duration::from_secs(10)).await.map(drop)
        }),
    );
    let server = start(config(), router).await;
    let announced = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10485760\r\n\r\n";
    let mut stream = server.connect().await;
    stream.write_all(announced.as_bytes()).await.unwrap();
    for _ in 0..10 {
        if stream.write_all(&[b'x'; 1024 * 1024]).await.is_err() {
            break;
        }
    }
    let answer = read_all(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn sec_s5_l0_an_address_with_too_many_connections_gets_no_more() {
    let limits = LimitPolicy { scale: 0.01, ..LimitPolicy::default() };
    let server = start(ServerConfig { limits, ..config() }, hello()).await;
    let mut first = server.connect().await;
    let mut second = server.connect().await;
    for stream in [&mut first, &mut second] {
        stream.write_all(GET.replace("Connection: close\r\n", "").as_bytes()).await.unwrap();
        let mut answer = [0; 15];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
    }
    assert_eq!(server.say(GET).await, "");
    server.stop().await;
}

#[tokio::test]
async fn shutdown_finishes_what_is_under_way_and_accepts_nothing_new() {
    let (entered, mut entry) = tokio::sync::mpsc::channel(1);
    let (release, gate) = tokio::sync::watch::channel(false);
    let router = Router::new().route(
        "/",
        get(async move || {
            entered.send(()).await.unwrap();
            gate.clone().wait_for(|open| *open).await.unwrap();
            "finished"
        }),
    );
    let server = start(config(), router).await;
    let idle = server.connect().await;
    let mut busy = server.connect().await;
    busy.write_all(GET.replace("Connection: close\r\n", "").as_bytes()).await.unwrap();
    entry.recv().await.unwrap();
    let (public, ended) = (server.public, server.ended);
    server.stop.send(()).unwrap();
    while TcpStream::connect(public).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!ended.is_finished());
    release.send(true).unwrap();
    let answer = read_all(&mut busy).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("finished"), "{answer}");
    drop((idle, busy));
    ended.await.unwrap();
}

#[tokio::test]
async fn shutdown_does_not_wait_for_ever() {
    let timing = Timing { drain: Duration::from_millis(50), ..Timing::default() };
    let (entered, mut entry) = tokio::sync::mpsc::channel(1);
    let router = Router::new().route(
        "/",
        get(async move || {
            entered.send(()).await.unwrap();
            std::future::pending::<()>().await;
        }),
    );
    let server = start(ServerConfig { timing, ..config() }, router).await;
    let mut stuck = server.connect().await;
    stuck.write_all(GET.as_bytes()).await.unwrap();
    entry.recv().await.unwrap();
    server.stop().await;
    assert_eq!(read_all(&mut stuck).await, "");
}

#[allow(clippy::disallowed_methods, reason = "a browser, for the test")]
fn http2() -> reqwest::Client {
    reqwest::Client::builder().http2_prior_knowledge().no_proxy().build().unwrap()
}

#[tokio::test]
async fn sec_s13_http_2_has_the_same_limits() {
    let server = start(config(), hello()).await;
    let url = format!("http://{}/", server.public);
    let client = http2();
    let answers = futures_util::future::join_all((0..300).map(|_| client.get(&url).send())).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap().status() == 200), "streams beyond the limit wait");
    let long = client.get(&url).header("x", "x".repeat(17 * 1024)).send().await;
    assert_eq!(long.unwrap().status(), 431);
    assert_eq!(client.get(&url).send().await.unwrap().text().await.unwrap(), "hello");
    server.stop().await;
}

#[tokio::test]
async fn shutdown_finishes_streams_of_http_2() {
    let (entered, mut entry) = tokio::sync::mpsc::channel(1);
    let (release, gate) = tokio::sync::watch::channel(false);
    let router = Router::new().route(
        "/",
        get(async move || {
            entered.send(()).await.unwrap();
            gate.clone().wait_for(|open| *open).await.unwrap();
            "finished"
        }),
    );
    let server = start(config(), router).await;
    let client = http2();
    let request = client.get(format!("http://{}/", server.public)).send();
    let conductor = async {
        entry.recv().await.unwrap();
        server.stop.send(()).unwrap();
        while TcpStream::connect(server.public).await.is_ok() {
            tokio::task::yield_now().await;
        }
        release.send(true).unwrap();
    };
    let (answer, ()) = tokio::join!(request, conductor);
    assert_eq!(answer.unwrap().text().await.unwrap(), "finished");
    server.ended.await.unwrap();
}

/// A certificate for `localhost` in `directory`, and what a client must trust.
fn certificate(directory: &std::path::Path) -> (TlsFiles, CertificateDer<'static>) {
    let key = KeyPair::generate().unwrap();
    let cert = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let files = TlsFiles { cert: directory.join("cert.pem"), key: directory.join("key.pem") };
    std::fs::write(&files.cert, cert.pem()).unwrap();
    std::fs::write(&files.key, key.serialize_pem()).unwrap();
    (files, cert.der().clone())
}

async fn say_over_tls(
    server: &Running,
    trusted: &CertificateDer<'static>,
    alpn: &[u8],
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> Result<(Vec<u8>, String), Error> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let mut client = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    client.alpn_protocols = vec![alpn.to_vec()];
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(client)).connect(name, server.connect().await).await?;
    let agreed = stream.get_ref().1.alpn_protocol().unwrap_or_default().to_vec();
    if alpn == b"http/1.1" {
        stream.write_all(GET.as_bytes()).await?;
        return Ok((agreed, read_all(&mut stream).await));
    }
    // The preface and empty settings of HTTP/2; the answer begins with the server's settings frame.
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await?;
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).await?;
    Ok((agreed, format!("frame of type {}", frame[3])))
}

#[tokio::test]
async fn sec_q102_tls_speaks_1_2_and_1_3_with_both_protocols() {
    let directory = tempfile::tempdir().unwrap();
    let (files, trusted) = certificate(directory.path());
    let server = start(ServerConfig { tls: Some(files), ..config() }, hello()).await;
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let (agreed, answer) = say_over_tls(&server, &trusted, b"http/1.1", &[version]).await.unwrap();
        assert_eq!(agreed, b"http/1.1");
        assert!(answer.ends_with("hello"), "{answer}");
        let (agreed, answer) = say_over_tls(&server, &trusted, b"h2", &[version]).await.unwrap();
        assert_eq!((agreed.as_slice(), answer.as_str()), (b"h2".as_slice(), "frame of type 4"));
    }
    assert!(!server.say(GET).await.contains("hello"), "plain HTTP is not spoken here");
    server.stop().await;
}

#[tokio::test]
async fn a_new_certificate_is_taken_from_the_files() {
    let directory = tempfile::tempdir().unwrap();
    let (files, _) = certificate(directory.path());
    let timing = Timing { tls_reload: Duration::from_millis(20), ..Timing::default() };
    let server = start(ServerConfig { tls: Some(files.clone()), timing, ..config() }, hello()).await;
    // Half of a change is no change: the last pair that fits stays.
    std::fs::write(&files.cert, "not PEM").unwrap();
    let (_, second) = certificate(directory.path());
    let all = &[&rustls::version::TLS13];
    while say_over_tls(&server, &second, b"http/1.1", all).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn unusable_certificates_are_refused_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    let (files, _) = certificate(directory.path());
    let (foreign, _) = certificate(other.path());
    let missing = TlsFiles { cert: directory.path().join("none.pem"), ..files.clone() };
    let mismatched = TlsFiles { key: foreign.key, ..files.clone() };
    let swapped = TlsFiles { cert: files.key.clone(), key: files.cert.clone() };
    for (files, words) in [(missing, "cannot read"), (mismatched, "does not fit"), (swapped, "no certificate")] {
        let error = Server::bind(ServerConfig { tls: Some(files), ..config() }).await.err().unwrap();
        assert!(error.to_string().contains(words), "{error}");
    }
}
