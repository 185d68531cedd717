//! Units of work: all or nothing, alone and in company.

use std::time::Duration;

use usher::{
    base::moment::Moment,
    store::{Db, key, token},
};

use crate::support::{
    engine::{ENGINES, migrated},
    time::given_up_after,
};

const NEVER: Moment = Moment::MAX;

async fn revoked(db: &Db, jti: &str) -> bool {
    let mut tx = db.read().await.unwrap();
    token::is_revoked(&mut tx, jti).await.unwrap()
}

#[tokio::test]
async fn a_unit_that_is_dropped_or_undone_leaves_no_trace() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        let mut tx = test.db.write().await.unwrap();
        token::revoke(&mut tx, "dropped", NEVER).await.unwrap();
        drop(tx);
        let mut tx = test.db.write().await.unwrap();
        token::revoke(&mut tx, "undone", NEVER).await.unwrap();
        tx.rollback().await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        token::revoke(&mut tx, "kept", NEVER).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!revoked(&test.db, "dropped").await, "{engine:?}");
        assert!(!revoked(&test.db, "undone").await, "{engine:?}");
        assert!(revoked(&test.db, "kept").await, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_whatever_the_neighbours_do() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        let tasks: Vec<_> = (0..200)
            .map(|n| {
                let db = test.db.clone();
                tokio::spawn(async move {
                    let mut tx = db.write().await.unwrap();
                    token::revoke(&mut tx, &format!("t{n}"), NEVER).await.unwrap();
                    match n % 4 {
                        // One fails, one is undone, one is given up in the middle of its commit.
                        0 => assert!(key::set_fact(&mut tx, "same", "value").await.is_ok()),
                        1 => return tx.rollback().await.unwrap(),
                        2 => {
                            let _ = tokio::time::timeout(std::time::Duration::ZERO, tx.commit()).await;
                            return;
                        }
                        _ => {}
                    }
                    tx.commit().await.unwrap();
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        for n in 0..200 {
            let there = revoked(&test.db, &format!("t{n}")).await;
            match n % 4 {
                0 | 3 => assert!(there, "{engine:?}: t{n} was acknowledged"),
                1 => assert!(!there, "{engine:?}: t{n} was undone"),
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn a_refused_statement_does_not_hurt_the_units_beside_it() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        let mut tx = test.db.write().await.unwrap();
        key::insert_secret(&mut tx, &row("k1")).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        token::revoke(&mut tx, "beside", NEVER).await.unwrap();
        let error = key::insert_secret(&mut tx, &row("k1")).await.unwrap_err();
        assert!(matches!(error, usher::store::StoreError::Conflict(_)), "{engine:?}: {error}");
        drop(tx);
        assert!(!revoked(&test.db, "beside").await, "{engine:?}");
    }
}

fn row(id: &str) -> key::SecretKeyRow {
    key::SecretKeyRow { id: id.into(), purpose: "test".into(), sealed: "x".into(), created_at: 0 }
}

#[tokio::test]
async fn counters_move_here_at_once_and_elsewhere_when_looked_at() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        let other = Db::open(&test.url).await.unwrap();
        usher::store::version::refresh(&other, Moment::from_secs(0)).await.unwrap();
        let (here, there) = (test.db.versions().state(), other.versions().state());
        let mut tx = test.db.write().await.unwrap();
        token::revoke(&mut tx, "x", NEVER).await.unwrap();
        assert_eq!(test.db.versions().state(), here, "not before the commit");
        tx.commit().await.unwrap();
        assert_ne!(test.db.versions().state(), here, "{engine:?}");
        assert_eq!(other.versions().state(), there, "{engine:?}");
        usher::store::version::refresh(&other, Moment::from_secs(0)).await.unwrap();
        assert_ne!(other.versions().state(), there, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_given_up_at_any_point_leaves_the_writer_in_order() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        for round in 0..200_u64 {
            // Two at a time, so that commits are grouped, too; each is dropped a little later than the one before.
            let unit = async |name: String| {
                let mut tx = test.db.write().await.unwrap();
                token::revoke(&mut tx, &name, NEVER).await.unwrap();
                tx.commit().await.unwrap();
            };
            let patience = std::time::Duration::from_micros(round * 5);
            let given_up = tokio::time::timeout(patience, unit(format!("given up {round}")));
            let kept = format!("kept {round}");
            let (given_up, ()) = futures_util::future::join(given_up, unit(kept.clone())).await;
            assert!(revoked(&test.db, &kept).await, "{engine:?} {round}");
            if given_up.is_ok() {
                assert!(revoked(&test.db, &format!("given up {round}")).await, "{engine:?} {round}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_whose_request_is_dropped_is_undone_and_keeps_nobody_from_writing() {
    for engine in ENGINES {
        let test = migrated(engine).await;
        // As another process: a transaction that is left open would keep it waiting until it gives up.
        let other = Db::open(&test.url).await.unwrap();
        let mut cut_off = 0;
        for polls in 0..12 {
            let [first, second] = ["first", "second"].map(|name| format!("{name} {polls}"));
            let unit = async {
                let mut tx = test.db.write().await.unwrap();
                token::revoke(&mut tx, &first, NEVER).await.unwrap();
                tokio::time::sleep(Duration::from_millis(1)).await;
                token::revoke(&mut tx, &second, NEVER).await.unwrap();
                tokio::time::sleep(Duration::from_millis(1)).await;
                tx.commit().await.unwrap();
            };
            let done = given_up_after(polls, unit).await.is_some();
            cut_off += usize::from(!done);
            let mut tx = other.write().await.unwrap();
            token::revoke(&mut tx, &format!("other {polls}"), NEVER).await.unwrap();
            tx.commit().await.unwrap();
            assert!(revoked(&test.db, &format!("other {polls}")).await, "{engine:?} {polls}");
            let there = (revoked(&other, &first).await, revoked(&other, &second).await);
            assert!(there.0 == there.1 && (there.0 || !done), "{engine:?} {polls}: half of it is there: {there:?}");
        }
        assert!(cut_off > 2, "{engine:?}: hardly any was given up in the middle");
    }
}
