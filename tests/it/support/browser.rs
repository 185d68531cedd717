//! A browser in a few lines: it keeps cookies, fills in forms and follows redirects as far as this server's own pages.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::app::ISSUER;

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// The path and query that it answers.
    pub at: String,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {} {}", self.status, self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn location(&self) -> Option<&str> {
        self.header("location")
    }

    /// The `error` of an authorization response; empty if it is none.
    pub fn error(&self) -> String {
        self.redirect_params().get("error").cloned().unwrap_or_default()
    }

    /// The parameters of the redirect, of its query or its fragment.
    pub fn redirect_params(&self) -> BTreeMap<String, String> {
        let location = self.location().unwrap_or_else(|| panic!("no redirect: {} {}", self.status, self.text()));
        let url = url::Url::parse(location).unwrap();
        let encoded = url.fragment().or(url.query()).unwrap_or_default();
        form_urlencoded::parse(encoded.as_bytes()).into_owned().collect()
    }

    /// The value of an attribute of the first tag that holds `marker`.
    pub fn attribute(&self, marker: &str, attribute: &str) -> Option<String> {
        let text = self.text();
        let tag = text.split('<').find(|tag| tag.contains(marker))?;
        let rest = tag.split(&format!("{attribute}=\"")).nth(1)?;
        Some(unescape(rest.split('"').next()?))
    }

    /// The hidden fields and the action of the form that holds `marker` (an id or a field's name).
    pub fn form(&self, marker: &str) -> (String, Vec<(String, String)>) {
        let text = self.text();
        let form = text
            .split("<form")
            .skip(1)
            .map(|form| form.split("</form>").next().unwrap())
            .find(|form| form.contains(marker))
            .unwrap_or_else(|| panic!("no form with {marker} at {}: {} {text}", self.at, self.status));
        let value_of =
            |tag: &str, name: &str| Some(unescape(tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()?));
        let action = value_of(form.split('>').next().unwrap(), "action").unwrap_or_else(|| self.at.clone());
        let hidden = form
            .split("<input")
            .skip(1)
            .filter(|tag| tag.contains("type=\"hidden\""))
            .filter_map(|tag| Some((value_of(tag, "name")?, value_of(tag, "value").unwrap_or_default())))
            .collect();
        (action, hidden)
    }
}

pub fn unescape(text: &str) -> String {
    let pairs = [
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&#x3d;", "="),
        ("&lt;", "<"),
        ("&gt;", ">"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain)).replace("&amp;", "&")
}

/// A browser with its cookie jar.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    /// Headers sent with everything.
    pub headers: Vec<(&'static str, String)>,
}

impl Browser {
    pub fn new(router: Router) -> Self {
        Self {
            router,
            cookies: BTreeMap::new(),
            headers: vec![("host", "localhost:8080".into()), ("accept-language", "en".into())],
        }
    }

    /// Sends a request exactly as given, with the cookies.
    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let at = request.uri().path_and_query().unwrap().to_string();
        if !self.cookies.is_empty() {
            let jar: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request.headers_mut().insert(header::COOKIE, jar.join("; ").parse().unwrap());
        }
        for (name, value) in &self.headers {
            request.headers_mut().entry(*name).or_insert(value.parse().unwrap());
        }
        let answer = answer(self.router.clone(), request, at).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie::Cookie::parse(cookie.to_str().unwrap().to_owned()).unwrap();
            match cookie.max_age() {
                Some(age) if age.is_zero() => drop(self.cookies.remove(cookie.name())),
                _ => drop(self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned())),
            }
        }
        answer
    }

    /// A navigation.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// A navigation that follows redirects within this server.
    pub async fn go(&mut self, path: &str) -> Answer {
        let answer = self.get(path).await;
        self.follow(answer).await
    }

    /// Follows redirects to this server's own paths; stops at a page or at a redirect to elsewhere.
    pub async fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            match answer.location() {
                Some(location) if location.starts_with('/') => answer = self.get(location).await,
                _ => return answer,
            }
        }
        panic!("redirected in circles: {}", answer.at);
    }

    /// Posts a form of ours as a browser does.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, ISSUER)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// Fills in the form of `page` that holds `marker` and follows where it leads.
    pub async fn submit(&mut self, page: &Answer, marker: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.submit_once(page, marker, fields).await;
        self.follow(answer).await
    }

    /// Fills in the form of `page` that holds `marker`.
    pub async fn submit_once(&mut self, page: &Answer, marker: &str, fields: &[(&str, &str)]) -> Answer {
        let (action, hidden) = page.form(marker);
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.extend_from_slice(fields);
        self.post(&action, &all).await
    }

    /// Signs in on the page of an attempt.
    pub async fn sign_in(&mut self, page: &Answer, username: &str, password: &str) -> Answer {
        self.submit(page, "id=\"password\"", &[("username", username), ("password", password)]).await
    }
}

/// One request, without cookies.
pub async fn answer(router: Router, request: Request<Body>, at: String) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, headers: parts.headers, body, at }
}
