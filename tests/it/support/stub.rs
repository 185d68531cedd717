//! A web service on loopback that answers as the test says, with or without TLS, and remembers what it was sent.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rcgen::{CertificateParams, KeyPair};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

/// What the service was sent.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// Method and path with query: `GET /x?y`.
    pub line: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The fields of a form.
    pub fn field(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(&self.body).find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
    }
}

/// What the service answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// These bytes, then the end of the connection.
    Bytes(Vec<u8>),
    /// These bytes one by one, a while apart, and no end.
    Trickle(Vec<u8>),
    /// Nothing, and no end.
    Silence,
    /// After a while.
    Late(Duration, Box<Self>),
}

impl Reply {
    /// An answer with a body of JSON.
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::text(status, &[("content-type", "application/json")], &body.to_string())
    }

    /// An answer with these headers.
    pub fn text(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        Self::Bytes(
            format!("HTTP/1.1 {status} Stub\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
                .into_bytes(),
        )
    }
}

type Script = dyn Fn(&Received) -> Reply + Send + Sync;

/// The service. It ends with the test's runtime.
#[derive(Clone)]
pub struct Stub {
    pub address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    connections: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
    received: Mutex<Vec<Received>>,
}

impl Stub {
    /// On 127.0.0.1, without TLS.
    pub async fn start(script: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::listen("127.0.0.1:0".parse().unwrap(), None, script).await
    }

    /// On any address, with TLS if there is a certificate.
    pub async fn listen(
        at: SocketAddr,
        identity: Option<&Identity>,
        script: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(at).await.unwrap();
        let stub = Self { address: listener.local_addr().unwrap(), state: Arc::default() };
        let (state, acceptor, script) = (Arc::clone(&stub.state), identity.map(Identity::acceptor), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                state.connections.fetch_add(1, Ordering::SeqCst);
                let (state, acceptor) = (Arc::clone(&state), acceptor.clone());
                let script: Arc<Script> = Arc::clone(&script) as Arc<Script>;
                tokio::spawn(async move {
                    match acceptor {
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                serve(stream, &state, &*script).await;
                            }
                        }
                        None => serve(stream, &state, &*script).await,
                    }
                });
            }
        });
        stub
    }

    /// `http://127.0.0.1:port`, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// Most requests at one time.
    pub fn most_open(&self) -> usize {
        self.state.most_open.load(Ordering::SeqCst)
    }

    /// What it was sent, in order.
    pub fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, state: &State, script: &Script) {
    let Some(received) = read(&mut stream).await else { return };
    let mut reply = script(&received);
    let open = state.open.fetch_add(1, Ordering::SeqCst) + 1;
    state.most_open.fetch_max(open, Ordering::SeqCst);
    state.received.lock().unwrap().push(received);
    loop {
        match reply {
            Reply::Bytes(bytes) => {
                // Before the client has its answer, and may send the next request.
                state.open.fetch_sub(1, Ordering::SeqCst);
                // A client that has enough closes before the end.
                drop(stream.write_all(&bytes).await);
                drop(stream.shutdown().await);
                return;
            }
            Reply::Trickle(bytes) => {
                for byte in bytes {
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                reply = Reply::Silence;
            }
            Reply::Silence => return drop(stream.read_to_end(&mut Vec::new()).await),
            Reply::Late(by, later) => {
                tokio::time::sleep(by).await;
                reply = *later;
            }
        }
    }
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Received> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(bytes[..head].to_vec()).ok()?;
    let mut lines = text.split("\r\n");
    let line = lines.next()?.trim_end_matches(" HTTP/1.1").to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut received = Received { line, headers, body: bytes[head + 4..].to_vec() };
    let length: usize = received.header("content-length").map_or(0, |length| length.parse().unwrap());
    while received.body.len() < length {
        if stream.read_buf(&mut received.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(received)
}

/// A self-signed certificate and its key.
pub struct Identity {
    /// As `extra_ca` takes it.
    pub pem: String,
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Identity {
    pub fn of(names: &[&str]) -> Self {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
        Self { pem: certificate.pem(), certificate, key }
    }

    fn acceptor(&self) -> TlsAcceptor {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let config =
            rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![self.certificate.der().clone()], key)
                .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// Loopback addresses, of which this machine has many.
pub fn loopback(last: u8, port: u16) -> SocketAddr {
    (IpAddr::from([127, 0, 0, last]), port).into()
}
