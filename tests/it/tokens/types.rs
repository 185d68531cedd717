//! No credential passes for another (security.md S1, protocol.md P7): every kind, wherever another is expected.

use axum::{body::Body, http::Request};
use serde_json::json;
use usher::base::clock::Clock;
use usher::flow::admin_link::{AdminLinkOutcome, admin_link};

use crate::support::{
    app::basic,
    browser::{Answer, Browser},
    engine::{ENGINES, Engine},
    portal::{VERIFIER, authorize, code_of, query},
    world::{PASSWORD, SECRET, World},
};

/// Where a credential can be presented, and which kinds belong there. What uses one up comes after what does not.
const SLOTS: [(&str, &[&str]); 13] = [
    ("introspection", &["access token", "opaque access token", "refresh token"]),
    ("userinfo", &["access token", "opaque access token"]),
    ("id_token_hint", &["ID token"]),
    ("session cookie", &["session cookie"]),
    ("known-browser cookie", &["known-browser cookie"]),
    ("flow cookie", &["flow cookie"]),
    ("set-up link", &["set-up link"]),
    ("password link", &["password link"]),
    ("client secret", &["client secret"]),
    ("authorization request", &["handle"]),
    ("refresh", &["refresh token"]),
    ("code", &["code"]),
    ("csrf", &["CSRF token"]),
];

/// One of each kind, all good, and the browsers they belong to.
struct Wallet {
    world: World,
    kinds: Vec<(&'static str, String)>,
    /// Bob is signed in here.
    bob: Browser,
    /// Somebody is looking at the sign-in page here.
    guest: Browser,
    guest_page: Answer,
}

async fn handle(world: &World, path: &str) -> String {
    let answer = world.app.post_raw(path, None, "application/x-www-form-urlencoded", query(&[])).await;
    answer.location().unwrap_or_else(|| panic!("{}", answer.text())).split("handle=").nth(1).unwrap().to_owned()
}

async fn link(world: &World, user: Option<&str>) -> String {
    let node = &world.app.node;
    match admin_link(&node.db, &*node.entropy, world.app.clock.now(), user).await.unwrap() {
        AdminLinkOutcome::Setup(link) | AdminLinkOutcome::Password(link) => link.token.expose().clone(),
        _ => panic!("a link"),
    }
}

async fn wallet(engine: Engine) -> Wallet {
    let world = World::new(engine).await;
    let mut bob = world.app.browser();
    let scope = ("scope", "openid offline_access");
    let code = world.code(&mut bob, "bob", &[scope]).await;
    let tokens = world.redeem(&code).await.json();
    let code = code_of(&bob.get(&authorize(&[scope])).await);
    world.client(json!({"access_token_format": "opaque"})).await;
    let opaque = code_of(&bob.get(&authorize(&[scope])).await);
    let opaque = world.redeem(&opaque).await.json();
    let mut guest = world.app.browser();
    let guest_page = guest.go(&authorize(&[])).await;
    let csrf = guest_page.form("id=\"password\"").1.remove(0).1;
    let text = |tokens: &serde_json::Value, name: &str| tokens[name].as_str().unwrap().to_owned();
    let kinds = vec![
        ("session cookie", bob.cookies["usher-sid"].clone()),
        ("known-browser cookie", bob.cookies["usher-dev"].clone()),
        ("flow cookie", guest.cookies["usher-flow"].clone()),
        ("code", code),
        ("access token", text(&tokens, "access_token")),
        ("opaque access token", text(&opaque, "access_token")),
        ("refresh token", text(&tokens, "refresh_token")),
        ("ID token", text(&tokens, "id_token")),
        ("set-up link", link(&world, None).await),
        ("password link", link(&world, Some("nora")).await),
        ("handle", handle(&world, "/oauth2/authorize").await),
        ("logout handle", handle(&world, "/oauth2/logout").await),
        ("CSRF token", csrf),
        ("client secret", SECRET.to_owned()),
    ];
    // The known-browser cookie shows when strangers are locked out.
    for _ in 0..5 {
        let mut stranger = world.app.browser();
        let page = stranger.go(&authorize(&[])).await;
        stranger.sign_in(&page, "bob", "wrong").await;
    }
    Wallet { world, kinds, bob, guest, guest_page }
}

fn is_code(answer: &Answer) -> bool {
    answer.location().is_some_and(|location| location.contains("code="))
}

impl Wallet {
    /// A browser with nothing but this cookie.
    fn with_cookie(&self, name: &str, value: &str) -> Browser {
        let mut browser = self.world.app.browser();
        browser.cookies.insert(name.to_owned(), value.to_owned());
        browser
    }

    /// Presents a value, and says whether it was taken for what belongs there.
    async fn present(&self, slot: &str, value: &str) -> (Answer, bool) {
        let app = &self.world.app;
        let portal = basic("portal", SECRET);
        let answer = match slot {
            "introspection" => app.post("/oauth2/introspect", Some(&portal), &[("token", value)]).await,
            "userinfo" => app.user_info(value).await,
            "refresh" => self.world.refresh(value, &[]).await,
            "code" => self.world.redeem(value).await,
            "client secret" => {
                let fields = [("grant_type", "authorization_code"), ("code", "none"), ("code_verifier", VERIFIER)];
                app.token(Some(&basic("portal", value)), &fields).await
            }
            "id_token_hint" => self.bob.clone().get(&authorize(&[("id_token_hint", value), ("prompt", "none")])).await,
            "session cookie" => self.with_cookie("usher-sid", value).get(&authorize(&[("prompt", "none")])).await,
            "known-browser cookie" => {
                let mut browser = self.with_cookie("usher-dev", value);
                let page = browser.go(&authorize(&[])).await;
                browser.sign_in(&page, "bob", PASSWORD).await
            }
            "flow cookie" => self.with_cookie("usher-flow", value).get(&self.guest_page.at).await,
            "set-up link" => app.browser().go(&format!("/setup?t={value}")).await,
            "password link" => app.browser().go(&format!("/password/reset?t={value}")).await,
            "authorization request" => app.get(&format!("/oauth2/authorize?handle={value}")).await,
            "csrf" => {
                let (action, hidden) = self.guest_page.form("id=\"password\"");
                let fields = [(hidden[0].0.as_str(), value), ("username", "nora"), ("password", PASSWORD)];
                let mut guest = self.guest.clone();
                let answer = guest.post(&action, &fields).await;
                guest.follow(answer).await
            }
            _ => panic!("no such slot"),
        };
        let taken = match slot {
            "introspection" => answer.json()["active"] == true,
            "client secret" => answer.status != 401,
            "authorization request" => answer.status == 303,
            "flow cookie" => answer.text().contains("id=\"password\""),
            "set-up link" | "password link" => answer.text().contains("name=\"csrf\"") && answer.status == 200,
            "userinfo" | "refresh" | "code" => answer.status == 200,
            _ => is_code(&answer),
        };
        (answer, taken)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s1_no_credential_passes_for_another() {
    for engine in ENGINES {
        let wallet = wallet(engine).await;
        // Revoking what is no token revokes nothing: everything is still good below.
        for (kind, value) in
            wallet.kinds.iter().filter(|(kind, _)| !kind.contains("access") && !kind.contains("refresh"))
        {
            let fields = [("token", value.as_str())];
            let answer = wallet.world.app.post("/oauth2/revoke", Some(&basic("portal", SECRET)), &fields).await;
            assert!([200, 400].contains(&answer.status.as_u16()), "{engine:?} {kind} {}", answer.text());
        }
        for (slot, belong) in SLOTS {
            let (own, foreign): (Vec<_>, Vec<_>) = wallet.kinds.iter().partition(|(kind, _)| belong.contains(kind));
            assert_eq!(own.len(), belong.len());
            for (kind, value) in foreign.into_iter().chain(own) {
                let (answer, taken) = wallet.present(slot, value).await;
                assert!(answer.status.as_u16() < 500, "{engine:?} {kind} as {slot}: {}", answer.text());
                assert_eq!(
                    taken,
                    belong.contains(kind),
                    "{engine:?} {kind} as {slot}: {} {:?} {}",
                    answer.status,
                    answer.location(),
                    answer.text()
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s1_a_credential_is_refused_with_the_standards_error() {
    for engine in ENGINES {
        let wallet = wallet(engine).await;
        for (kind, value) in &wallet.kinds {
            for (slot, status, error) in [("refresh", 400, "invalid_grant"), ("code", 400, "invalid_grant")] {
                if ["refresh token", "code"].contains(kind) {
                    continue;
                }
                let (answer, _) = wallet.present(slot, value).await;
                assert_eq!(
                    (answer.status.as_u16(), &answer.json()["error"]),
                    (status, &json!(error)),
                    "{kind} as {slot}"
                );
            }
            if !kind.contains("access token") {
                let (answer, _) = wallet.present("userinfo", value).await;
                let challenge = answer.header("www-authenticate").unwrap();
                assert!(answer.status == 401 && challenge.contains("invalid_token"), "{engine:?} {kind} {challenge}");
                let (answer, _) = wallet.present("introspection", value).await;
                if *kind != "refresh token" {
                    assert_eq!(answer.json(), json!({"active": false}), "{engine:?} {kind}");
                }
            }
            // Credentials in the address of the endpoints that take them in the body are not read at all.
            let address = format!("/oauth2/token?grant_type=refresh_token&refresh_token={value}");
            let request = Request::post(address).header("host", "localhost:8080").body(Body::empty()).unwrap();
            assert_eq!(wallet.world.app.send(request).await.status.as_u16() / 100, 4, "{engine:?} {kind}");
        }
    }
}
