//! "Switching it on again restores nothing that was revoked" (domain.md 3 and 5): not even what was being issued while it
//! was switched off.

use usher::{
    base::clock::Clock,
    config::source_text::SourceText,
    flow::{
        apply::{SeedFile, apply},
        caller::Caller,
        follow::follow,
        issue_code::{Issue, issue_within},
        node::Node,
    },
    oidc::{authorize::AuthorizationRequest, params::Params},
    store,
    store::session::Browser as Agent,
};

use crate::support::{
    browser::Browser,
    engine::{ENGINES, Engine},
    portal::query,
    world::World,
};

/// What can be switched off under a grant of Bob's at ACME for the portal.
const SWITCHES: [&str; 5] = [
    "[[client]]\nclient_id = \"portal\"\nactive = ",
    "[[customer]]\ncode = \"ACME\"\nactive = ",
    "[[reference]]\ncustomer = \"ACME\"\nuser = \"bob\"\nactive = ",
    "[[reference]]\ncustomer = \"ACME\"\nuser = \"bob\"\ninternetUser = ",
    "[[user]]\nuserName = \"bob\"\nactive = ",
];

const ASKED: [(&str, &str); 1] = [("scope", "openid customer offline_access")];

async fn switch(node: &Node, entry: &str, on: bool) {
    let source = SourceText::new("switch.toml", format!("{entry}{on}\n"));
    let file = SeedFile::read(source, node.site).unwrap_or_else(|faults| panic!("{faults}"));
    let changes = apply(node, &file, false, &|_, _| {}).await.unwrap();
    assert_eq!(changes.len(), 1, "{entry}{on}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_revocation_what_was_granted_before_stays_dead_when_it_is_on_again() {
    for engine in ENGINES {
        for entry in SWITCHES {
            let world = World::new(engine).await;
            let mut browser = world.app.browser();
            let code = world.code(&mut browser, "bob", &ASKED).await;
            let tokens = world.redeem(&code).await.json();
            let waiting = world.code(&mut browser, "bob", &ASKED).await;
            let access = tokens["access_token"].as_str().unwrap();
            assert_eq!(world.introspect(access).await["active"], true);

            switch(&world.app.node, entry, false).await;
            switch(&world.app.node, entry, true).await;

            assert_eq!(world.introspect(access).await["active"], false, "{engine:?} {entry}");
            assert_eq!(world.app.user_info(access).await.status, 401, "{engine:?} {entry}");
            let refreshed = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await;
            assert_eq!(refreshed.json()["error"], "invalid_grant", "{engine:?} {entry}");
            let redeemed = world.redeem(&waiting).await;
            assert_eq!(redeemed.json()["error"], "invalid_grant", "{engine:?} {entry}");
            begins_anew(&world, &format!("{engine:?} {entry}")).await;
        }
    }
}

/// A new sign-in gets everything.
async fn begins_anew(world: &World, told: &str) {
    let mut browser = world.app.browser();
    let code = world.code(&mut browser, "bob", &ASKED).await;
    let tokens = world.redeem(&code).await;
    assert_eq!(tokens.status, 200, "{told}: {}", tokens.text());
    let refreshed = world.refresh(tokens.json()["refresh_token"].as_str().unwrap(), &[]).await;
    assert_eq!(refreshed.status, 200, "{told}: {}", refreshed.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_revocation_a_family_that_may_move_goes_on_when_its_company_is_on_again() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let asked = [("scope", "openid customer:* offline_access"), ("customer", "ACME")];
        let code = world.code(&mut browser, "anna@acme.example", &asked).await;
        let tokens = world.redeem(&code).await.json();
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let entry = "[[customer]]\ncode = \"ACME\"\nactive = ";
        switch(&world.app.node, entry, false).await;
        assert_eq!(world.refresh(refresh, &[]).await.json()["error"], "invalid_grant", "{engine:?}");
        switch(&world.app.node, entry, true).await;
        // The token was not consumed (domain.md 5).
        assert_eq!(world.refresh(refresh, &[]).await.status, 200, "{engine:?}");
    }
}

/// Issues codes for Bob within a transaction that stays open.
async fn issue_two(world: &World, browser: &Browser) -> (store::Tx, [String; 2]) {
    let node = &world.app.node;
    let now = world.app.clock.now();
    let snapshot = node.snapshot().await.unwrap();
    let client = snapshot.client("portal").unwrap();
    let params = Params::parse(query(&ASKED).as_bytes()).unwrap();
    let request = AuthorizationRequest::parse(&params, None, &client).unwrap_or_else(|_| panic!("a good request"));
    let cookie = browser.cookies.get("usher-sid").map(String::as_str);
    let presented = Caller::new(cookie, None, None, Agent::default()).session.unwrap();
    let mut tx = node.db.write().await.unwrap();
    let session = store::session::find(&mut tx, &presented, now).await.unwrap().unwrap();
    let reference = Some(world.bob_at_acme);
    let issue = Issue {
        client: &client,
        request: &request,
        session: &session,
        reference,
        // Nothing is news: the grant is the only row that is written.
        chosen_before: Some(reference),
        trusted_browser: false,
        attempt: None,
    };
    let mut codes = [String::new(), String::new()];
    for code in &mut codes {
        let issued = issue_within(&mut tx, node, &snapshot, &issue, now).await.unwrap();
        *code = issued.unwrap_or_else(|refusal| panic!("{refusal:?}")).expose().clone();
    }
    (tx, codes)
}

/// SQLite has one writer, so this happens on PostgreSQL only: the transaction that issues has read "active", the one that
/// switches off cannot see what it inserts, and both commit.
#[tokio::test(flavor = "multi_thread")]
async fn sec_revocation_what_is_issued_while_it_is_switched_off_is_dead_when_it_is_on_again() {
    for entry in SWITCHES {
        let world = World::new(Engine::Postgres).await;
        let (other, _router) = world.app.beside().await;
        let mut browser = world.app.browser();
        let first = world.code(&mut browser, "bob", &ASKED).await;
        assert_eq!(world.redeem(&first).await.status, 200);

        let (issuing, [one, two]) = issue_two(&world, &browser).await;
        switch(&other, entry, false).await;
        issuing.commit().await.unwrap();
        follow(&world.app.node).await.unwrap();

        let redeemed = world.redeem(&one).await;
        assert_ne!(redeemed.status, 200, "{entry}: {}", redeemed.text());
        switch(&other, entry, true).await;
        follow(&world.app.node).await.unwrap();
        let redeemed = world.redeem(&two).await;
        assert_eq!(redeemed.json()["error"], "invalid_grant", "{entry}: {}", redeemed.text());
        begins_anew(&world, entry).await;
    }
}

/// A node that has not heard of it yet issues from its memory: the same, on either engine.
#[tokio::test(flavor = "multi_thread")]
async fn sec_revocation_what_a_node_issues_before_it_hears_of_a_client_that_is_off_is_dead_too() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (other, _router) = world.app.beside().await;
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, "bob", &ASKED).await;
        let tokens = world.redeem(&code).await.json();
        let entry = SWITCHES[0];
        switch(&other, entry, false).await;
        // This node has not looked: it goes by what it knows, for less than a second.
        let late = world.code(&mut browser, "bob", &ASKED).await;
        let refreshed = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.json();
        switch(&other, entry, true).await;
        follow(&world.app.node).await.unwrap();
        assert_eq!(world.redeem(&late).await.json()["error"], "invalid_grant", "{engine:?}");
        let refresh = refreshed["refresh_token"].as_str().unwrap();
        assert_eq!(world.refresh(refresh, &[]).await.json()["error"], "invalid_grant", "{engine:?}");
        let access = refreshed["access_token"].as_str().unwrap();
        assert_eq!(world.introspect(access).await["active"], false, "{engine:?}");
        begins_anew(&world, &format!("{engine:?}")).await;
    }
}
