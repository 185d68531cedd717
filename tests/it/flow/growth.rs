//! Years of use leave nothing behind that `docs/reference/tables.md` does not own up to (security.md S13).

use std::{collections::BTreeMap, time::Duration};

use serde_json::json;
use usher::{
    authn::{
        factor::FlowId,
        one_time_code::{Channel, CodePurpose},
        send_limits::SendPurpose,
    },
    base::{
        bearer::{BearerKind, mint},
        clock::Clock,
        id::AttemptId,
        phone::PhoneNumber,
    },
    flow::{
        admin_link::admin_link,
        clean_up::clean_up,
        follow::tend_keys,
        may_send::{Destination, Sending, may_send},
        starts::count_starts,
    },
    store::{
        self,
        one_time_code::{CodePlace, StoredCode},
        passkey::{Challenge, ChallengeKind},
        session::Browser,
        totp::StoredTotp,
    },
};

use crate::{
    meta::tables::described,
    support::{
        app::basic,
        engine::ENGINES,
        portal::authorize,
        world::{PASSWORD, SECRET, World},
    },
};

const DAY: Duration = Duration::from_secs(86_400);

/// Something of everything that people, strangers and programs do.
async fn year(world: &World, year: usize) {
    strangers(world, year).await;
    people(world).await;
    factors(world).await;
    programs(world).await;
    administrators(world).await;
}

async fn strangers(world: &World, year: usize) {
    for n in 0..3 {
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[])).await;
        browser.sign_in(&page, &format!("nobody{year}x{n}"), "wrong").await;
        browser.post("/oauth2/authorize", &[("client_id", "portal")]).await;
        browser.post("/oauth2/logout", &[("client_id", "portal")]).await;
    }
    // Nobody looks into it: it is forgotten one day.
    let mut browser = world.app.browser();
    let page = browser.go("/password/forgot").await;
    browser.submit(&page, "id=\"forgot-submit\"", &[("username", "nora")]).await;
    // Enough to lock Nora's account and to tell her.
    let mut browser = world.app.browser();
    let mut page = browser.go(&authorize(&[])).await;
    for _ in 0..6 {
        page = browser.sign_in(&page, "nora", "wrong").await;
    }
}

async fn people(world: &World) {
    let mut browser = world.app.browser();
    let page = browser.go(&authorize(&[])).await;
    let page = browser.sign_in(&page, "bob", "wrong").await;
    browser.sign_in(&page, "bob", PASSWORD).await;
    // The browser is known by now and fails once more.
    let page = browser.go(&authorize(&[("prompt", "login")])).await;
    browser.sign_in(&page, "bob", "wrong").await;
    for scope in ["openid", "openid customer offline_access"] {
        let code = world.code(&mut browser, "bob", &[("scope", scope)]).await;
        let mut tokens = world.redeem(&code).await.json();
        for _ in 0..3 {
            tokens = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.json();
        }
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(world.introspect(access).await["active"], true);
        let fields = [("token", access)];
        assert_eq!(world.app.post("/oauth2/revoke", Some(&basic("portal", SECRET)), &fields).await.status, 200);
        // Never redeemed.
        world.code(&mut browser, "bob", &[("scope", scope)]).await;
    }
    browser.get("/oauth2/logout?client_id=portal&state=s").await;
    let mut tx = world.app.node.db.write().await.unwrap();
    let now = world.app.clock.now();
    for reference in [None, Some(world.bob_at_acme)] {
        store::consent::grant(&mut tx, world.bob, "portal", reference, &["openid".into()], now).await.unwrap();
    }
    store::consent::remember(&mut tx, world.bob, "portal", world.bob_at_acme, now).await.unwrap();
    tx.commit().await.unwrap();
}

/// What is begun with second factors and never finished, and a text message.
async fn factors(world: &World) {
    let node = &world.app.node;
    let (bob, now) = (world.bob, node.now());
    let flow = FlowId::Attempt(AttemptId::from(node.entropy.uuid(now)));
    let later = now.plus(Duration::from_secs(300));
    let snapshot = node.snapshot().await.unwrap();
    let mut tx = node.db.write().await.unwrap();
    let number = PhoneNumber::parse("+46701234567").unwrap();
    let to = Destination::Sms(&number);
    let sending = Sending { purpose: SendPurpose::SignIn, to, user: Some(bob), from: None };
    may_send(&mut tx, node, &snapshot, &sending).await.unwrap().unwrap();
    let id = || node.entropy.uuid(now);
    let app = StoredTotp { id: id(), seed: "s".to_owned() };
    store::totp::begin(&mut tx, bob, &app, flow, now).await.unwrap();
    let challenge = Challenge { id: id(), state: "{}".to_owned() };
    store::passkey::ask(&mut tx, flow, ChallengeKind::Register, Some(bob), &challenge, now, later).await.unwrap();
    let place = CodePlace { user: bob, purpose: CodePurpose::SecondFactor, flow, channel: Channel::Sms };
    let code = StoredCode { id: id(), key: id(), mac: "m".to_owned() };
    store::one_time_code::put(&mut tx, place, &code, now, later).await.unwrap();
    let trusted = mint(BearerKind::TrustedBrowser, id(), &*node.entropy);
    store::trusted_browser::trust(&mut tx, id(), &trusted.hash, bob, &Browser::default(), now).await.unwrap();
    tx.commit().await.unwrap();
}

async fn programs(world: &World) {
    let service = json!({
        "client_id": "service", "grant_types": ["client_credentials"], "redirect_uris": [], "scope": "scim:read",
        "resources": ["http://localhost:8080/scim/v2"], "access_token_format": "opaque",
    });
    world.client(service).await;
    for _ in 0..3 {
        let fields = [("grant_type", "client_credentials")];
        assert_eq!(world.app.token(Some(&basic("service", SECRET)), &fields).await.status, 200);
    }
}

async fn administrators(world: &World) {
    let node = &world.app.node;
    for _ in 0..2 {
        admin_link(&node.db, &*node.entropy, node.now(), Some("bob")).await.unwrap();
    }
    // A slot whose verification was cut off.
    let mut tx = node.db.write().await.unwrap();
    let key = usher::authn::lockout::BucketKey::nobody(&[7; 32]);
    let slot = node.entropy.uuid(node.now());
    store::lockout::reserve(&mut tx, &key, slot, &Default::default(), node.now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s13_after_years_of_use_only_what_is_kept_by_design_has_grown() {
    let described = described();
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut years: Vec<BTreeMap<String, i64>> = Vec::new();
        for number in 0..3 {
            year(&world, number).await;
            let used = rows(&world).await;
            let unused: Vec<_> = described
                .iter()
                .filter(|(table, it)| it.ends.starts_with("clean-up") && used[*table] == 0)
                .map(|(table, _)| table)
                .collect();
            assert!(unused.is_empty(), "{engine:?}: this test does not use {unused:?}");
            world.app.clock.advance(401 * DAY);
            tend_keys(&world.app.node).await.unwrap();
            clean_up(&world.app.node).await.unwrap();
            count_starts(&world.app.node).await.unwrap();
            years.push(rows(&world).await);
        }
        for (table, it) in described.iter().filter(|(_, it)| it.ends != "kept") {
            let counts: Vec<i64> = years.iter().map(|rows| rows[table]).collect();
            assert!(counts.iter().all(|count| *count == counts[0]), "{engine:?} {table} grows: {counts:?}");
            // A user's failures wait for the next success: one bucket per user at most.
            let stays = if table == "lockout_bucket" { 1 } else { 0 };
            assert!(!it.ends.starts_with("clean-up") || counts[0] == stays, "{engine:?} {table} keeps {counts:?}");
        }
    }
}

async fn rows(world: &World) -> BTreeMap<String, i64> {
    let mut rows = BTreeMap::new();
    for table in world.app.test.tables().await {
        rows.insert(table.clone(), world.app.test.rows(&table).await);
    }
    rows
}
