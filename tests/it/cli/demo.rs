//! `usher demo` as a process: from the printed address to a portal that knows who, for which company, with which
//! permissions.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Stdio},
};

use axum::http::StatusCode;
use reqwest::redirect::Policy;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use url::Url;

use super::Place;
use crate::support::browser::Answer;

/// A demo and the folder it runs in.
struct Demo {
    place: Place,
    ports: [String; 2],
    child: Child,
    welcome: Value,
}

impl Demo {
    fn start(place: Place, more: &[&str]) -> Self {
        let free = [0; 2].map(|_| TcpListener::bind("127.0.0.1:0").unwrap());
        let ports = free.map(|listener| listener.local_addr().unwrap().port().to_string());
        let mut args = vec!["demo", "--json", "--port", &ports[0], "--portal-port", &ports[1]];
        args.extend_from_slice(more);
        let mut child = place.command(&args).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        // The object ends where a line holds its brace alone; the pipe stays open until the server ends.
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines().map(Result::unwrap);
        let mut text = String::new();
        for line in lines {
            text += &line;
            if line == "}" {
                break;
            }
        }
        let welcome = serde_json::from_str(&text).unwrap();
        Self { place, ports, child, welcome }
    }

    fn text(&self, name: &str) -> &str {
        self.welcome[name].as_str().unwrap()
    }

    fn stop(mut self) -> Place {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        assert!(self.child.wait().unwrap().success());
        std::mem::replace(&mut self.place, Place::new())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A browser that goes from one server to the other; its cookies know hosts, not ports.
struct Browser {
    client: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new() -> Self {
        let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Self { client, cookies: BTreeMap::new() }
    }

    async fn get(&mut self, url: &str) -> Answer {
        let request = self.client.get(url).header("sec-fetch-site", "none");
        self.follow(request).await
    }

    /// Fills in the form of `page` that holds `marker`.
    async fn submit(&mut self, page: &Answer, marker: &str, fields: &[(&str, &str)]) -> Answer {
        let (action, hidden) = page.form(marker);
        let base = Url::parse(&page.at).unwrap();
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let body =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(hidden.chain(fields.iter().copied())).finish();
        let request = self.client.post(base.join(&action).unwrap());
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let request =
            request.header("origin", base.origin().ascii_serialization()).header("sec-fetch-site", "same-origin");
        self.follow(request).await
    }

    /// Sends a request and follows every redirect.
    async fn follow(&mut self, mut request: reqwest::RequestBuilder) -> Answer {
        for _ in 0..12 {
            let jar: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let request_now = request.header("cookie", jar.join("; ")).header("accept-language", "en");
            let response = request_now.send().await.unwrap();
            let (status, headers, url) = (response.status(), response.headers().clone(), response.url().clone());
            for cookie in headers.get_all("set-cookie") {
                let cookie = cookie::Cookie::parse(cookie.to_str().unwrap().to_owned()).unwrap();
                match cookie.max_age() {
                    Some(age) if age.is_zero() => drop(self.cookies.remove(cookie.name())),
                    _ => drop(self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned())),
                }
            }
            match headers.get("location") {
                Some(to) => request = self.client.get(url.join(to.to_str().unwrap()).unwrap()),
                None => return Answer { status, headers, body: response.bytes().await.unwrap(), at: url.to_string() },
            }
        }
        panic!("redirected in circles");
    }

    async fn sign_in(&mut self, demo: &Demo, user_name: &str) -> Answer {
        let page = self.get(&format!("{}/signin", demo.text("portal"))).await;
        let fields = [("username", user_name), ("password", demo.text("password"))];
        self.submit(&page, "id=\"password\"", &fields).await
    }

    /// Chooses a company by its name on the page that asks.
    async fn choose(&mut self, page: &Answer, company: &str) -> Answer {
        let text = page.text();
        let choice = text.split("class=\"choice\"").find(|choice| choice.contains(company));
        let choice = choice.unwrap_or_else(|| panic!("no {company} at {}: {} {text}", page.at, page.status));
        let reference = choice.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        self.submit(page, "name=\"reference\"", &[("reference", &reference)]).await
    }
}

/// The text of the portal's element with this id.
fn shown(page: &Answer, id: &str) -> String {
    let text = page.text();
    let rest = text.split(&format!("id=\"{id}\"")).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("no {id} at {}: {} {text}", page.at, page.status));
    rest.split_once('>').unwrap().1.split("</").next().unwrap().to_owned()
}

fn permissions(page: &Answer) -> Vec<String> {
    let text = page.text();
    let list = text.split("id=\"permissions\">").nth(1).unwrap().split("</ul>").next().unwrap();
    list.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_at_the_portal_for_one_company_and_then_the_other() {
    let demo = Demo::start(Place::new(), &[]);
    let portal = demo.text("portal").to_owned();
    let mut browser = Browser::new();
    assert!(browser.get(&portal).await.text().contains("id=\"signin\""));

    let chooser = browser.sign_in(&demo, "anna@acme.example").await;
    let page = browser.choose(&chooser, "Beta Oy").await;
    assert_eq!((page.status, page.at.as_str()), (StatusCode::OK, format!("{portal}/").as_str()), "{}", page.text());
    assert_eq!((shown(&page, "who"), shown(&page, "company")), ("Anna Berg".to_owned(), "Beta Oy".to_owned()));
    assert_eq!(shown(&page, "company-code"), "BETA");
    assert_eq!(permissions(&page), ["orders.read", "prices.read"]);

    let page = browser.submit(&page, "id=\"refresh\"", &[]).await;
    assert_eq!((shown(&page, "refreshed"), shown(&page, "company-code")), ("1".to_owned(), "BETA".to_owned()));

    let chooser = browser.get(&format!("{portal}/switch")).await;
    let chooser = match chooser.text().contains("account-continue") {
        true => browser.submit(&chooser, "id=\"account-continue\"", &[]).await,
        false => chooser,
    };
    let page = browser.choose(&chooser, "Acme AB").await;
    assert_eq!((shown(&page, "company-code"), shown(&page, "refreshed")), ("ACME".to_owned(), "0".to_owned()));
    assert!(permissions(&page).contains(&"prices.net".to_owned()), "{:?}", permissions(&page));

    let page = browser.submit(&page, "id=\"signout\"", &[]).await;
    assert!(page.at.starts_with(&portal) && page.text().contains("You are signed out"), "{} {}", page.at, page.text());
    let page = browser.get(&format!("{portal}/signin")).await;
    assert!(page.text().contains("id=\"password\""), "signed out at the issuer too: {}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_of_the_cast_has_what_the_welcome_says() {
    let demo = Demo::start(Place::new(), &[]);
    for login in demo.welcome["logins"].as_array().unwrap() {
        let (name, note) = (login["user_name"].as_str().unwrap(), login["note"].as_str().unwrap());
        let page = Browser::new().sign_in(&demo, name).await;
        let text = page.text();
        match note.split([':', ',']).next().unwrap() {
            "Acme AB and Beta Oy" => assert!(text.contains("name=\"reference\""), "{name}: {text}"),
            "runs the installation" => assert!(text.contains("no access"), "{name}: {text}"),
            company if note.contains("without access") => {
                assert!(text.contains("no access"), "{name} {company}: {text}")
            }
            company => assert_eq!(shown(&page, "company"), company, "{name}"),
        }
    }
    let outbox = Browser::new().get(demo.text("outbox")).await;
    assert_eq!(outbox.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_keeps_the_data_and_a_reset_does_not() {
    let demo = Demo::start(Place::new(), &[]);
    let ports = demo.ports.clone();
    for more in [&[][..], &["--reset"]] {
        let said = demo.place.run(&[&["demo", "--port", &ports[1], "--portal-port", &ports[0]], more].concat());
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{}", said.err);
    }
    let kek = |place: &Place| std::fs::read(place.path().join("data/demo/keys/kek")).unwrap();
    let first = kek(&demo.place);

    let demo = Demo::start(demo.stop(), &[]);
    assert_eq!(kek(&demo.place), first);
    let page = Browser::new().sign_in(&demo, "bo@acme.example").await;
    assert_eq!(shown(&page, "who"), "Bo Lind");

    let demo = Demo::start(demo.stop(), &["--reset"]);
    assert_ne!(kek(&demo.place), first);
    let page = Browser::new().sign_in(&demo, "bo@acme.example").await;
    assert_eq!(shown(&page, "who"), "Bo Lind");
}

#[test]
fn it_listens_beyond_loopback_only_when_told_twice() {
    let said = Place::new().run(&["demo", "--listen", "0.0.0.0"]);
    assert!(said.code == 2 && said.err.contains("--i-know-this-is-a-demo"), "{}", said.err);
}
