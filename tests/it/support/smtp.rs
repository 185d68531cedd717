//! A mail server in a few lines: it keeps what it is told, and misbehaves on demand.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;
use usher::notify::mail::{Security, Smtp};

/// A mail as the server got it.
#[derive(Clone, Debug)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body, dots unstuffed.
    pub data: String,
    pub encrypted: bool,
    /// Name and password that the session was opened with.
    pub login: Option<(String, String)>,
}

/// What the server does instead of accepting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Kind,
    /// Answers each `RCPT TO` with 4xx, this many times.
    Busy(usize),
    /// Answers each `RCPT TO` with 5xx.
    Strict,
    /// Takes the mail and never says so.
    Mute,
    /// Accepts a mail, and never says so.
    Swallows,
    /// Accepts a mail, and breaks the connection instead of saying so.
    Cuts,
    /// Accepts connections and says nothing at all.
    Frozen,
    /// Refuses the password.
    Distrusts,
}

/// How the server protects its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    Plain,
    StartTls,
    Implicit,
}

#[derive(Default)]
struct State {
    mails: Vec<Mail>,
    mood: Mood,
    connections: usize,
    /// Every command line of every session.
    commands: Vec<String>,
}

/// A running server. Stops when dropped.
pub struct SmtpServer {
    pub port: u16,
    /// Its certificate in PEM.
    pub ca: String,
    protection: Protection,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl SmtpServer {
    /// Without protection.
    pub async fn start() -> Self {
        Self::with(Protection::Plain, 0).await
    }

    pub async fn with(protection: Protection, port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let key = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let ca = key.cert.pem();
        let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![key.cert.der().clone()], private)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let state = Arc::new(Mutex::new(State::default()));
        let task = tokio::spawn(serve(listener, protection, acceptor, Arc::clone(&state)));
        Self { port, ca, protection, state, task }
    }

    /// As a setting names it.
    pub fn url(&self) -> String {
        format!("smtp://localhost:{}", self.port)
    }

    /// As a transport takes it.
    pub fn smtp(&self) -> Smtp {
        let security = match self.protection {
            Protection::Plain => Security::None,
            Protection::StartTls => Security::StartTls,
            Protection::Implicit => Security::Implicit,
        };
        Smtp { host: "localhost".to_owned(), port: self.port, security, credentials: None }
    }

    pub fn be(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    /// What it accepted so far.
    pub fn mails(&self) -> Vec<Mail> {
        self.state.lock().unwrap().mails.clone()
    }

    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    pub fn commands(&self) -> Vec<String> {
        self.state.lock().unwrap().commands.clone()
    }

    /// Waits until it has this many mails.
    pub async fn wait_for(&self, count: usize) -> Vec<Mail> {
        for _ in 0..1500 {
            let mails = self.mails();
            if mails.len() >= count {
                return mails;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} mails came, not {count}", self.mails().len());
    }
}

impl Mail {
    /// The lines of a header, unfolded.
    pub fn header(&self, name: &str) -> Vec<String> {
        let head = self.data.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let prefix = format!("{name}: ");
        head.split("\r\n").filter_map(|line| line.strip_prefix(&prefix).map(str::to_owned)).collect()
    }

    /// The decoded part of this kind.
    pub fn part(&self, kind: &str) -> String {
        let at = self.data.find(&format!("Content-Type: {kind}")).unwrap();
        let body = self.data[at..].split_once("\r\n\r\n").unwrap().1;
        let body = body.split("\r\n--usher-").next().unwrap();
        let mut bytes = Vec::new();
        let mut rest = body.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            match (first, after) {
                (b'=', [b'\r', b'\n', after @ ..]) => rest = after,
                (b'=', [high, low, after @ ..]) => {
                    let hex = std::str::from_utf8(&[*high, *low]).unwrap().to_owned();
                    bytes.push(u8::from_str_radix(&hex, 16).unwrap());
                    rest = after;
                }
                _ => {
                    bytes.push(*first);
                    rest = after;
                }
            }
        }
        String::from_utf8(bytes).unwrap()
    }

    /// The first address in the text part that holds this.
    pub fn link(&self, part: &str) -> String {
        let text = self.part("text/plain");
        let found = text.split_whitespace().find(|word| word.starts_with("http") && word.contains(part));
        found.unwrap_or_else(|| panic!("no link with {part} in {text}")).to_owned()
    }
}

async fn serve(listener: TcpListener, protection: Protection, acceptor: TlsAcceptor, state: Arc<Mutex<State>>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        state.lock().unwrap().connections += 1;
        tokio::spawn(greet(stream, protection, acceptor.clone(), Arc::clone(&state)));
    }
}

async fn greet(
    stream: TcpStream,
    protection: Protection,
    acceptor: TlsAcceptor,
    state: Arc<Mutex<State>>,
) -> std::io::Result<()> {
    if state.lock().unwrap().mood == Mood::Frozen {
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
    let mut session = Session { state, encrypted: false, greeted: false, login: None };
    if protection == Protection::Implicit {
        session.encrypted = true;
        return session.run(acceptor.accept(stream).await?, false).await.map(drop);
    }
    match session.run(stream, protection == Protection::StartTls).await? {
        Some(stream) => {
            session.encrypted = true;
            session.greeted = true;
            session.run(acceptor.accept(stream).await?, false).await.map(drop)
        }
        None => Ok(()),
    }
}

struct Session {
    state: Arc<Mutex<State>>,
    encrypted: bool,
    /// After STARTTLS there is no second greeting.
    greeted: bool,
    login: Option<(String, String)>,
}

impl Session {
    /// Speaks SMTP until the end, or until the client asks for encryption: then the stream comes back.
    async fn run<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: S,
        offers_tls: bool,
    ) -> std::io::Result<Option<S>> {
        let mut stream = BufReader::new(stream);
        if !self.greeted {
            say(&mut stream, "220 test ESMTP").await?;
        }
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(None);
            }
            let line = line.trim_end();
            self.state.lock().unwrap().commands.push(line.to_owned());
            let mood = self.state.lock().unwrap().mood;
            let verb = line.split([' ', ':']).next().unwrap().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" if offers_tls => say(&mut stream, "250-test\r\n250-STARTTLS\r\n250 8BITMIME").await?,
                "EHLO" => say(&mut stream, "250-test\r\n250-AUTH PLAIN\r\n250 8BITMIME").await?,
                "STARTTLS" if offers_tls => {
                    say(&mut stream, "220 go on").await?;
                    return Ok(Some(stream.into_inner()));
                }
                "AUTH" if mood == Mood::Distrusts => say(&mut stream, "535 5.7.8 wrong").await?,
                "AUTH" => {
                    let token = STANDARD.decode(line.rsplit(' ').next().unwrap()).unwrap();
                    let parts: Vec<String> =
                        token.split(|byte| *byte == 0).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
                    self.login = Some((parts[1].clone(), parts[2].clone()));
                    say(&mut stream, "235 welcome").await?;
                }
                "MAIL" => {
                    from = address(line);
                    to.clear();
                    say(&mut stream, "250 ok").await?;
                }
                "RCPT" => match mood {
                    Mood::Busy(0) => self.accept_recipient(&mut stream, &mut to, line).await?,
                    Mood::Busy(times) => {
                        self.state.lock().unwrap().mood = Mood::Busy(times - 1);
                        say(&mut stream, &format!("451 4.3.0 not now, <{}>", address(line))).await?;
                    }
                    Mood::Strict => say(&mut stream, &format!("550 5.1.1 <{}> is nobody", address(line))).await?,
                    _ => self.accept_recipient(&mut stream, &mut to, line).await?,
                },
                "DATA" => {
                    say(&mut stream, "354 go on").await?;
                    let data = read_data(&mut stream).await?;
                    let mail = Mail {
                        from: from.clone(),
                        to: to.clone(),
                        data,
                        encrypted: self.encrypted,
                        login: self.login.clone(),
                    };
                    if mood == Mood::Mute {
                        tokio::time::sleep(Duration::from_secs(600)).await;
                    }
                    self.state.lock().unwrap().mails.push(mail);
                    if mood == Mood::Swallows {
                        tokio::time::sleep(Duration::from_secs(600)).await;
                    }
                    if mood == Mood::Cuts {
                        return Ok(None);
                    }
                    say(&mut stream, "250 accepted").await?;
                }
                "QUIT" => {
                    say(&mut stream, "221 bye").await?;
                    return Ok(None);
                }
                _ => say(&mut stream, "250 ok").await?,
            }
        }
    }

    async fn accept_recipient<S: AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        to: &mut Vec<String>,
        line: &str,
    ) -> std::io::Result<()> {
        to.push(address(line));
        say(stream, "250 ok").await
    }
}

/// What stands between the angle brackets.
fn address(line: &str) -> String {
    line.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or(String::new(), |(address, _)| address.to_owned())
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, text: &str) -> std::io::Result<()> {
    stream.write_all(format!("{text}\r\n").as_bytes()).await?;
    stream.flush().await
}

async fn read_data<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> std::io::Result<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::Error::other("cut off"));
        }
        if line == ".\r\n" {
            return Ok(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
