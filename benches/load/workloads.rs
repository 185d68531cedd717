//! What is asked of the server, step by step.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    drive::Workload,
    http::{Answer, Connection, Failure, get, post},
    server::{PASSWORD, REDIRECT, SECRET},
};

/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub fn basic(client: &str) -> String {
    format!("authorization: Basic {}\r\n", STANDARD.encode(format!("{client}:{SECRET}")))
}

/// The same request again and again.
#[derive(Clone)]
pub struct Repeat {
    request: Vec<u8>,
    /// Part of the body that tells a right answer from a wrong one.
    must_hold: &'static str,
}

impl Repeat {
    pub fn new(request: Vec<u8>, must_hold: &'static str) -> Self {
        Self { request, must_hold }
    }

    pub fn client_credentials(host: &str, client: &str) -> Self {
        let form = [("grant_type", "client_credentials")];
        Self::new(post(host, "/oauth2/token", &basic(client), &form), "access_token")
    }

    pub fn introspect(host: &str, client: &str, token: &str) -> Self {
        Self::new(post(host, "/oauth2/introspect", &basic(client), &[("token", token)]), "\"active\":true")
    }

    pub fn userinfo(host: &str, token: &str) -> Self {
        Self::new(get(host, "/oauth2/userinfo", &format!("authorization: Bearer {token}\r\n")), "\"sub\"")
    }
}

impl Workload for Repeat {
    async fn step(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        let answer = connection.call(&self.request).await?;
        let body = answer.expect(200)?.body;
        let needle = self.must_hold.as_bytes();
        if body.windows(needle.len()).any(|window| window == needle) {
            return Ok(());
        }
        Err(format!("an answer without {}", self.must_hold))
    }
}

/// Trades a refresh token for the next one.
pub struct Refresh {
    pub host: String,
    pub client: String,
    pub token: String,
}

impl Workload for Refresh {
    async fn step(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", self.token.as_str())];
        let answer = connection.call(&post(&self.host, "/oauth2/token", &basic(&self.client), &form)).await?;
        self.token = answer.expect(200)?.member("refresh_token")?;
        Ok(())
    }
}

/// A person at a browser.
#[derive(Clone)]
pub struct Browser {
    pub host: String,
    cookies: BTreeMap<String, String>,
}

/// Where a browser ended up: at the client with a code, or at a page of ours.
enum Landing {
    Code(String),
    Page { path: String, html: String },
}

impl Browser {
    pub fn new(host: &str) -> Self {
        Self { host: host.to_owned(), cookies: BTreeMap::new() }
    }

    fn headers(&self) -> String {
        if self.cookies.is_empty() {
            return String::new();
        }
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("cookie: {}\r\n", pairs.join("; "))
    }

    fn keep_cookies(&mut self, answer: &Answer<'_>) {
        for (name, value) in answer.cookies() {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Follows redirects until there is a page, or a code for the client.
    async fn follow(&mut self, connection: &mut Connection, first: Vec<u8>) -> Result<Landing, Failure> {
        let (mut request, mut path) = (first, String::new());
        for _ in 0..8 {
            let answer = connection.call(&request).await?;
            self.keep_cookies(&answer);
            if answer.status == 200 {
                return Ok(Landing::Page { path, html: String::from_utf8_lossy(answer.body).into_owned() });
            }
            let location = answer.header("location").ok_or_else(|| format!("status {} at {path}", answer.status))?;
            if location.starts_with(REDIRECT) {
                return code_of(location).map(Landing::Code);
            }
            path = location.trim_start_matches("http://").trim_start_matches(self.host.as_str()).to_owned();
            request = get(&self.host, &path, &self.headers());
        }
        Err("too many redirects".into())
    }

    async fn authorize(&mut self, connection: &mut Connection, client: &str) -> Result<Landing, Failure> {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("client_id", client),
                ("redirect_uri", REDIRECT),
                ("response_type", "code"),
                ("scope", "openid email customer offline_access"),
                ("state", "af0ifjsldkj"),
                ("nonce", "n-0S6_WzA2Mj"),
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "S256"),
            ])
            .finish();
        let request = get(&self.host, &format!("/oauth2/authorize?{query}"), &self.headers());
        self.follow(connection, request).await
    }

    /// Signs a person in from the beginning, up to the code.
    pub async fn sign_in(&mut self, connection: &mut Connection, client: &str, user: &str) -> Result<String, Failure> {
        let (path, html) = match self.authorize(connection, client).await? {
            Landing::Page { path, html } => (path, html),
            // A peer lets everybody in without a page.
            Landing::Code(code) => return Ok(code),
        };
        let hidden = hidden_fields(&html);
        let mut form: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        form.extend([("username", user), ("password", PASSWORD)]);
        let headers = format!("{}origin: http://{}\r\n", self.headers(), self.host);
        let request = post(&self.host, &action_of(&html).unwrap_or(path), &headers, &form);
        match self.follow(connection, request).await? {
            Landing::Code(code) => Ok(code),
            Landing::Page { path, .. } => Err(format!("the sign-in ended at the page {path}")),
        }
    }

    /// Gets a code with the session that is there.
    pub async fn code(&mut self, connection: &mut Connection, client: &str) -> Result<String, Failure> {
        match self.authorize(connection, client).await? {
            Landing::Code(code) => Ok(code),
            Landing::Page { path, .. } => Err(format!("the live session was not enough: page {path}")),
        }
    }
}

/// The tokens that a code buys.
pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

pub async fn redeem(connection: &mut Connection, host: &str, client: &str, code: &str) -> Result<Tokens, Failure> {
    let form =
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT), ("code_verifier", VERIFIER)];
    let answer = connection.call(&post(host, "/oauth2/token", &basic(client), &form)).await?;
    let answer = answer.expect(200)?;
    Ok(Tokens { access: answer.member("access_token")?, refresh: answer.member("refresh_token")? })
}

/// A code and its redemption with a live session: what a portal asks when its user comes back.
pub struct CodeFlow {
    pub browser: Browser,
    pub client: String,
}

impl Workload for CodeFlow {
    async fn step(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        let code = self.browser.code(connection, &self.client).await?;
        redeem(connection, &self.browser.host, &self.client, &code).await.map(drop)
    }
}

/// A whole sign-in by a new browser: request, page, password, code. Each worker has persons of its own, because one
/// person is verified once at a time.
pub struct SignIn {
    pub host: String,
    pub client: String,
    pub users: Vec<String>,
    pub next: usize,
}

impl Workload for SignIn {
    async fn step(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        let user = &self.users[self.next % self.users.len()];
        self.next += 1;
        Browser::new(&self.host).sign_in(connection, &self.client, user).await.map(drop)
    }
}

fn code_of(location: &str) -> Result<String, Failure> {
    let query = location.split_once('?').map_or("", |(_, query)| query);
    let code = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code");
    code.map(|(_, code)| code.into_owned()).ok_or_else(|| format!("no code in {location}"))
}

/// The form that asks for a password.
fn form_of(html: &str) -> &str {
    html.split("<form").find(|form| form.contains("signin-submit")).unwrap_or_default()
}

fn action_of(html: &str) -> Option<String> {
    attribute(form_of(html).split('>').next()?, "action").filter(|action| !action.is_empty())
}

fn hidden_fields(html: &str) -> Vec<(String, String)> {
    let inputs = form_of(html).split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let hidden = inputs.filter(|input| attribute(input, "type").as_deref() == Some("hidden"));
    hidden.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?))).collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let value = rest.split('"').next()?;
    let plain = [("&#x2f;", "/"), ("&quot;", "\""), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    Some(plain.iter().fold(value.to_owned(), |text, (escaped, letter)| text.replace(escaped, letter)))
}
