//! Clean-up: in small batches, everything that is over and nothing else.

use std::time::Duration;

use usher::{
    authn::lockout::{BucketKey, LockoutSettings},
    base::{
        bearer::{BearerKind, mint},
        clock::Clock,
        moment::Moment,
    },
    flow::clean_up::{BATCH, Remains, clean_up},
    store::{Tx, known_browser, lockout},
};
use uuid::Uuid;

use crate::support::{
    app::TestApp,
    engine::{ENGINES, Engine, TestDb},
    world::World,
};

/// Rows of each table that are over: some batches and a rest.
const OVER: i64 = 2 * BATCH + 50;
/// Rows of each table that are not.
const LIVE: i64 = 3;
const NEVER: i64 = i64::MAX;

/// Table, its columns, and their values for row `i` whose time is up at `{end}`.
const ROWS: [(&str, &str, &str); 18] = [
    ("opaque_token", "id, hash, client_id, claims, expires_at", "{id}, 'h', 'portal', '{}', {end}"),
    ("revoked_token", "jti, expires_at", "{id}, {end}"),
    ("request_handle", "id, hash, kind, parameters, expires_at", "{id}, 'h', 'authorize', 'a=b', {end}"),
    (
        "attempt",
        "id, flow_hash, client_id, request, progress, created_at, expires_at",
        "{id}, {id}, 'portal', '{}', '{}', 0, {end}",
    ),
    (
        "authorization_grant",
        "id, client_id, user_id, user_epoch, scope, resources, redirect_uri, acr, amr, auth_time, narrowable, offline, \
         generation, recent_uses, created_at, expires_at",
        "{id}, 'portal', 'anna', 0, '', '[]', '', '', '[]', 0, FALSE, FALSE, 0, '', 0, {end}",
    ),
    (
        "session",
        "id, hash, user_id, user_epoch, remember, auth_time, acr, amr, created_at, last_seen_at, expires_at",
        "{id}, 'h', 'anna', 0, FALSE, 0, '', '[]', 0, 0, {end}",
    ),
    ("link", "id, hash, purpose, created_at, expires_at", "{id}, 'h', 'setup', 0, {end}"),
    ("errand", "id, what, created_at", "{id}, '{}', {end}"),
    (
        "message",
        "id, channel, template, recipient, locale, variables, state, created_at, expires_at",
        "{id}, 'email', 't', 'r', 'en', '{}', 'captured', 0, {end}",
    ),
    ("known_browser", "id, user_id, hash, created_at, last_used_at", "{id}, 'anna', 'h', 0, {end}"),
    ("lockout_bucket", "key, failures, consecutive, locks, updated_at", "{id}, '[]', 1, 0, {end}"),
    ("lockout_slot", "id, bucket_key, reserved_at", "{id}, 'b', {end}"),
    ("send_history", "key, sent, updated_at", "{id}, '[]', {end}"),
    ("send_day", "key, sent, day", "{id}, 1, {end}"),
    ("totp", "id, user_id, name, seed, flow, last_used_step, created_at", "{id}, {id}, '', 's', 'f', 0, {end}"),
    ("passkey_challenge", "flow, kind, id, state, created_at, expires_at", "{id}, 'k', {id}, '{}', 0, {end}"),
    (
        "one_time_code",
        "flow, purpose, id, user_id, channel, key_id, mac, tries, created_at, expires_at",
        "{id}, 'p', {id}, 'anna', 'email', 'k', 'm', 0, 0, {end}",
    ),
    ("trusted_browser", "id, user_id, hash, created_at", "{id}, 'anna', 'h', {end}"),
];

async fn insert(test: &TestDb, kind: &str, count: i64, end: &str) {
    // Whoever sets up an app sets up one.
    test.run(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         INSERT INTO user_account (id, user_name, display_name, user_type, active, blocked, epoch, attributes, created_at, updated_at) \
         SELECT '{kind}' || i, '{kind}' || i, 'Anna', 'Customer', TRUE, FALSE, 0, '{{}}', 0, 0 FROM n"
    ))
    .await;
    for (table, columns, values) in ROWS {
        // Only names of nobody are forgotten.
        let id = if table == "lockout_bucket" { format!("'name:{kind}' || i") } else { format!("'{kind}' || i") };
        let values = values.replace("{id}", &id).replace("{end}", end);
        test.run(&format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
             INSERT INTO {table} ({columns}) SELECT {values} FROM n"
        ))
        .await;
    }
    test.run(&format!(
        "INSERT INTO client_session (session_id, client_id, created_at) SELECT id, 'portal', 0 FROM session WHERE id LIKE '{kind}%'; \
         INSERT INTO client_session (session_id, client_id, created_at) SELECT id, 'desk', 0 FROM session WHERE id LIKE '{kind}%'"
    ))
    .await;
}

async fn filled(engine: Engine) -> TestApp {
    let app = TestApp::new(engine).await;
    app.test
        .run(
            "INSERT INTO user_account (id, user_name, display_name, user_type, active, blocked, epoch, attributes, created_at, updated_at) \
             VALUES ('anna', 'anna', 'Anna', 'Customer', TRUE, FALSE, 0, '{}', 0, 0)",
        )
        .await;
    insert(&app.test, "over", OVER, "i").await;
    insert(&app.test, "live", LIVE, &NEVER.to_string()).await;
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s13_more_than_a_batch_goes_in_one_round_and_what_lives_stays() {
    for engine in ENGINES {
        let app = filled(engine).await;
        let deleted = clean_up(&app.node).await.unwrap();
        assert_eq!(deleted, OVER as u64 * ROWS.len() as u64, "{engine:?}");
        for (table, ..) in ROWS {
            assert_eq!(app.test.rows(table).await, LIVE, "{engine:?} {table}");
        }
        assert_eq!(app.test.rows("client_session").await, 2 * LIVE, "{engine:?}");
        assert_eq!(clean_up(&app.node).await.unwrap(), 0, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s13_a_batch_is_bounded_and_the_oldest_go_first() {
    for engine in ENGINES {
        let app = filled(engine).await;
        for remains in Remains::ALL {
            let (table, columns, _) = ROWS.into_iter().find(|(table, ..)| *table == remains.tables()[0]).unwrap();
            let mut tx = app.node.db.write().await.unwrap();
            let before = Moment::from_micros(NEVER);
            assert_eq!(remains.collect(&mut tx, before, 7).await.unwrap(), 7, "{engine:?} {table}");
            tx.commit().await.unwrap();
            assert_eq!(app.test.rows(table).await, OVER + LIVE - 7, "{engine:?} {table}");
            let end = columns.rsplit(", ").next().unwrap();
            // Slots are a handful: they have no order.
            if table != "lockout_slot" {
                let oldest = app.test.number(&format!("SELECT MIN({end}) FROM {table}")).await;
                assert_eq!(oldest, 8, "{engine:?} {table}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s13_nodes_that_clean_up_at_once_do_not_get_into_each_others_way() {
    for engine in ENGINES {
        let app = filled(engine).await;
        let (other, _router) = app.beside().await;
        let (one, two) = tokio::join!(clean_up(&app.node), clean_up(&other));
        one.unwrap();
        two.unwrap();
        // Whoever had to give way goes on in the next round.
        clean_up(&app.node).await.unwrap();
        for (table, ..) in ROWS {
            assert_eq!(app.test.rows(table).await, LIVE, "{engine:?} {table}");
        }
        assert_eq!(app.test.rows("client_session").await, 2 * LIVE, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s13_a_browser_or_bucket_that_is_used_just_then_stays() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let app = &world.app;
        let id = app.node.entropy.uuid(app.clock.now());
        let cookie = mint(BearerKind::KnownBrowser, id, &*app.node.entropy);
        let key = BucketKey::nobody(&[1; 32]);
        let using = async |tx: &mut Tx| {
            let (now, settings) = (app.clock.now(), LockoutSettings::default());
            known_browser::learn(tx, id, &cookie.hash, world.bob, now).await.unwrap();
            lockout::fail(tx, &key, Uuid::from_u128(1), &settings, now).await.unwrap();
        };
        let mut tx = app.node.db.write().await.unwrap();
        using(&mut tx).await;
        tx.commit().await.unwrap();
        app.clock.advance(Duration::from_secs(401 * 86_400));
        let (other, _router) = app.beside().await;
        let mut tx = app.node.db.write().await.unwrap();
        using(&mut tx).await;
        let cleaning = tokio::spawn(async move { clean_up(&other).await });
        app.test.somebody_waits().await;
        tx.commit().await.unwrap();
        cleaning.await.unwrap().unwrap();
        assert_eq!(app.test.rows("known_browser").await, 1, "{engine:?}");
        assert_eq!(app.test.rows("lockout_bucket").await, 1, "{engine:?}");
    }
}
