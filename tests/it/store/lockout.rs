//! Failure buckets: reserve before verify, whatever comes at the same time (security.md S6, D13).

use std::time::Duration;

use usher::{
    authn::lockout::{Attempt, BucketKey, Consequence, LockoutSettings},
    base::{id::UserId, moment::Moment},
    store::{Db, known_browser, lockout},
};
use uuid::Uuid;

use crate::support::engine::{ENGINES, Engine, migrated};

const NOW: Moment = Moment::from_secs(1_795_200_000);

fn user() -> UserId {
    UserId::from(Uuid::from_u128(7))
}

fn after(secs: u64) -> Moment {
    NOW.plus(Duration::from_secs(secs))
}

async fn reserve(db: &Db, key: &BucketKey, slot: u128, now: Moment) -> Attempt {
    let mut tx = db.write().await.unwrap();
    let settings = LockoutSettings::default();
    let attempt = lockout::reserve(&mut tx, key, Uuid::from_u128(slot), &settings, now).await.unwrap().attempt;
    tx.commit().await.unwrap();
    attempt
}

async fn fail(db: &Db, key: &BucketKey, slot: u128, now: Moment) -> (Consequence, u32) {
    let mut tx = db.write().await.unwrap();
    let settings = LockoutSettings::default();
    let (consequence, bucket) = lockout::fail(&mut tx, key, Uuid::from_u128(slot), &settings, now).await.unwrap();
    tx.commit().await.unwrap();
    (consequence, bucket.consecutive)
}

async fn fail_times(db: &Db, key: &BucketKey, times: u128, now: Moment) {
    for slot in 0..times {
        fail(db, key, slot, now).await;
    }
}

async fn is_locked(db: &Db, now: Moment) -> bool {
    lockout::is_locked(&mut db.read().await.unwrap(), user(), now).await.unwrap()
}

/// One `Db` per node; SQLite has one node only.
async fn nodes(engine: Engine, url: &str, db: &Db) -> Vec<Db> {
    match engine {
        Engine::Sqlite => vec![db.clone()],
        Engine::Postgres => vec![db.clone(), Db::open(url).await.unwrap()],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s6_of_fifty_at_once_five_get_a_slot_and_their_failures_lock() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        let nodes = nodes(engine, &test.url, &test.db).await;
        let key = BucketKey::untrusted(user());
        let tasks: Vec<_> = (0..50)
            .map(|n: usize| {
                let (db, key) = (nodes[n % nodes.len()].clone(), key.clone());
                tokio::spawn(async move { (n as u128, reserve(&db, &key, n as u128, NOW).await) })
            })
            .collect();
        let mut slots = Vec::new();
        for task in tasks {
            match task.await.unwrap() {
                (slot, Attempt::Reserve) => slots.push(slot),
                (_, attempt) => assert_eq!(attempt, Attempt::WaitForSlot),
            }
        }
        assert_eq!(slots.len(), 5, "{engine:?}");
        let failures: Vec<_> = slots
            .into_iter()
            .map(|slot| {
                let (db, key) = (nodes[slot as usize % nodes.len()].clone(), key.clone());
                tokio::spawn(async move { fail(&db, &key, slot, NOW).await.0 })
            })
            .collect();
        let mut locks = 0;
        for failure in failures {
            locks += usize::from(failure.await.unwrap() == Consequence::LockedUntil(after(900)));
        }
        assert_eq!(locks, 1, "{engine:?}");
        assert_eq!(reserve(&test.db, &key, 99, after(899)).await, Attempt::Locked, "{engine:?}");
        assert!(is_locked(&test.db, after(899)).await && !is_locked(&test.db, after(900)).await);
        assert_eq!(reserve(&test.db, &key, 99, after(900)).await, Attempt::Reserve, "{engine:?}");
    }
}

#[tokio::test]
async fn sec_s6_a_success_clears_failures_and_slots() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        let key = BucketKey::untrusted(user());
        fail_times(&test.db, &key, 3, NOW).await;
        assert_eq!(reserve(&test.db, &key, 10, NOW).await, Attempt::Reserve);
        assert_eq!(reserve(&test.db, &key, 11, NOW).await, Attempt::Reserve);
        assert_eq!(reserve(&test.db, &key, 12, NOW).await, Attempt::WaitForSlot);
        let mut tx = test.db.write().await.unwrap();
        lockout::clear(&mut tx, &key).await.unwrap();
        tx.commit().await.unwrap();
        for slot in 20..25 {
            assert_eq!(reserve(&test.db, &key, slot, NOW).await, Attempt::Reserve, "{engine:?}");
        }
        assert_eq!(fail(&test.db, &key, 20, NOW).await, (Consequence::Counted, 1), "{engine:?}");
    }
}

#[tokio::test]
async fn sec_s6_a_slot_given_back_undecided_is_no_failure_a_forgotten_one_is() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        let key = BucketKey::untrusted(user());
        fail_times(&test.db, &key, 4, NOW).await;
        assert_eq!(reserve(&test.db, &key, 10, NOW).await, Attempt::Reserve);
        let mut tx = test.db.write().await.unwrap();
        lockout::release(&mut tx, Uuid::from_u128(10)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(reserve(&test.db, &key, 11, NOW).await, Attempt::Reserve, "{engine:?}");
        assert_eq!(reserve(&test.db, &key, 12, after(29)).await, Attempt::WaitForSlot, "{engine:?}");
        assert_eq!(reserve(&test.db, &key, 12, after(30)).await, Attempt::Locked, "{engine:?}");
        assert!(is_locked(&test.db, after(899)).await && !is_locked(&test.db, after(900)).await, "{engine:?}");
    }
}

#[tokio::test]
async fn inv_o4_a_known_browser_has_a_bucket_of_its_own() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        let (strangers, known) = (BucketKey::untrusted(user()), BucketKey::known_browser(user(), Uuid::from_u128(1)));
        fail_times(&test.db, &strangers, 5, NOW).await;
        assert_eq!(reserve(&test.db, &strangers, 10, NOW).await, Attempt::Locked, "{engine:?}");
        assert_eq!(reserve(&test.db, &known, 11, NOW).await, Attempt::Reserve, "{engine:?}");
        fail_times(&test.db, &known, 5, NOW).await;
        assert_eq!(reserve(&test.db, &known, 12, NOW).await, Attempt::Locked, "{engine:?}");
        let elsewhere = BucketKey::known_browser(user(), Uuid::from_u128(2));
        assert_eq!(reserve(&test.db, &elsewhere, 13, NOW).await, Attempt::Reserve, "{engine:?}");
    }
}

#[tokio::test]
async fn inv_o3_unlocking_works_at_once_and_for_that_user_only() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        let strangers = BucketKey::untrusted(user());
        let known = BucketKey::known_browser(user(), Uuid::from_u128(1));
        let other = BucketKey::untrusted(UserId::from(Uuid::from_u128(8)));
        for key in [&strangers, &known, &other] {
            fail_times(&test.db, key, 5, NOW).await;
        }
        let mut tx = test.db.write().await.unwrap();
        assert!(lockout::unlock(&mut tx, user()).await.unwrap());
        assert!(!lockout::unlock(&mut tx, user()).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(reserve(&test.db, &strangers, 10, NOW).await, Attempt::Reserve, "{engine:?}");
        assert_eq!(reserve(&test.db, &known, 11, NOW).await, Attempt::Reserve, "{engine:?}");
        assert_eq!(reserve(&test.db, &other, 12, NOW).await, Attempt::Locked, "{engine:?}");
    }
}

#[tokio::test]
async fn sec_q57_a_hundred_failures_hold_until_the_owner_is_there() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        let key = BucketKey::untrusted(user());
        let mut now = NOW;
        for round in 0..20_u128 {
            fail_times(&test.db, &key, 5, now).await;
            assert!(is_locked(&test.db, now).await, "{engine:?} {round}");
            now = now.plus(Duration::from_secs(900));
            let mut tx = test.db.write().await.unwrap();
            lockout::lift_switch_off(&mut tx, user()).await.unwrap();
            // Undone: only the last round may be lifted, and is looked at below.
            tx.rollback().await.unwrap();
        }
        let years = now.plus(Duration::from_secs(10 * 365 * 86_400));
        assert!(is_locked(&test.db, years).await, "{engine:?}");
        let mut tx = test.db.write().await.unwrap();
        lockout::collect_buckets(&mut tx, years, 100).await.unwrap();
        tx.commit().await.unwrap();
        assert!(is_locked(&test.db, years).await, "{engine:?}");
        let mut tx = test.db.write().await.unwrap();
        lockout::lift_switch_off(&mut tx, user()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!is_locked(&test.db, years).await, "{engine:?}");
    }
}

#[tokio::test]
async fn sec_q57_an_ordinary_lock_is_not_lifted_by_a_known_browser() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        fail_times(&test.db, &BucketKey::untrusted(user()), 5, NOW).await;
        let mut tx = test.db.write().await.unwrap();
        lockout::lift_switch_off(&mut tx, user()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(is_locked(&test.db, NOW).await, "{engine:?}");
    }
}

#[tokio::test]
async fn sec_s13_names_of_nobody_are_forgotten_failures_of_users_are_not() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        let (nobody, somebody) = (BucketKey::nobody(&[1; 32]), BucketKey::untrusted(user()));
        let browser = BucketKey::known_browser(user(), Uuid::from_u128(1));
        for key in [&nobody, &somebody, &browser] {
            fail_times(&test.db, key, 2, NOW).await;
            assert_eq!(reserve(&test.db, key, rand_slot(key), NOW).await, Attempt::Reserve);
        }
        let collect = async |before: Moment| {
            let mut tx = test.db.write().await.unwrap();
            let deleted = lockout::collect_buckets(&mut tx, before, 100).await.unwrap()
                + lockout::collect_slots(&mut tx, before, 100).await.unwrap();
            tx.commit().await.unwrap();
            deleted
        };
        assert_eq!(collect(NOW).await, 0, "{engine:?}");
        assert_eq!(collect(after(1)).await, 4, "{engine:?}: one bucket and three slots");
        assert_eq!(collect(after(401 * 86_400)).await, 1, "{engine:?}: the browser's cookie has ended");
        assert_eq!(fail(&test.db, &somebody, 1, after(1)).await.1, 3, "{engine:?}");
        assert_eq!(fail(&test.db, &nobody, 1, after(1)).await.1, 1, "{engine:?}");
    }
}

/// A slot id that no other key of the test uses.
fn rand_slot(key: &BucketKey) -> u128 {
    key.as_str().bytes().fold(1000, |sum, byte| sum * 31 % 1_000_003 + u128::from(byte))
}

#[tokio::test]
async fn sec_s2_a_forgotten_browser_is_not_known() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        let mut tx = test.db.read().await.unwrap();
        assert!(!known_browser::knows(&mut tx, &Uuid::from_u128(1).to_string(), user()).await.unwrap(), "{engine:?}");
    }
}
