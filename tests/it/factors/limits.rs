//! How often a factor may be wrong (security.md S5 L5, S8, Q57; inventory M28).

use usher::{
    authn::{factor::MfaMethod, lockout::BucketKey},
    base::moment::Moment,
    flow::{
        clean_up::BATCH,
        factors::verify::{Answer, FactorProof, FactorVerdict, verify_factor},
    },
    store,
};

use super::desk::Desk;
use crate::support::engine::ENGINES;

const QUARTER: u64 = 15 * 60;

#[tokio::test]
async fn inv_m28_the_sixth_wrong_code_in_a_quarter_of_an_hour_is_refused_even_if_right() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (anna, bob) = (desk.world.anna, desk.world.bob);
        let (seed, his) = (desk.app_of(anna).await, desk.app_of(bob).await);
        for _ in 0..5 {
            assert_eq!(desk.totp(anna, &desk.wrong(&seed)).await, "wrong", "{engine:?}");
        }
        let verdict = desk.verify(anna, desk.attempt(), Answer::Totp(seed.code_at(desk.now()).expose())).await;
        let until = desk.now().plus(std::time::Duration::from_secs(QUARTER));
        assert!(matches!(verdict, FactorVerdict::Locked(end) if end == until), "{engine:?}");
        assert_eq!(desk.right(bob, &his).await, "proved", "{engine:?}: others are not touched");
        // Neither the password's counter nor another factor's.
        let mut tx = desk.node().db.read().await.unwrap();
        assert!(!store::lockout::is_locked(&mut tx, anna, desk.now()).await.unwrap(), "{engine:?}");
        drop(tx);
        assert_eq!(desk.tries(anna, desk.attempt(), Answer::Recovery("ABCD")).await, "wrong", "{engine:?}");
        assert_eq!(desk.audited("factor.locked", "").await, 1, "{engine:?}");
        assert_eq!(desk.audited("factor.failed", "locked").await, 1, "{engine:?}");
        desk.wait(QUARTER);
        assert_eq!(desk.right(anna, &seed).await, "proved", "{engine:?}");
    }
}

#[tokio::test]
async fn sec_s5_l5_locks_of_a_factor_grow_until_it_succeeds() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        let five = async || {
            for _ in 0..5 {
                assert_eq!(desk.totp(anna, &desk.wrong(&seed)).await, "wrong", "{engine:?}");
            }
        };
        five().await;
        desk.wait(QUARTER);
        five().await;
        desk.wait(3600 - 1);
        assert_eq!(desk.right(anna, &seed).await, "locked", "{engine:?}: an hour");
        desk.wait(1);
        assert_eq!(desk.right(anna, &seed).await, "proved", "{engine:?}");
        five().await;
        desk.wait(QUARTER);
        assert_eq!(desk.right(anna, &seed).await, "proved", "{engine:?}: after a success from the beginning");
    }
}

#[tokio::test]
async fn inv_m28_the_twenty_first_wrong_code_of_a_day_is_refused_for_a_day_whatever_succeeded_between() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        for _ in 0..5 {
            for _ in 0..4 {
                assert_eq!(desk.totp(anna, &desk.wrong(&seed)).await, "wrong", "{engine:?}");
            }
            let last = desk.right(anna, &seed).await;
            desk.wait(60);
            if last == "locked" {
                break;
            }
            assert_eq!(last, "proved", "{engine:?}");
        }
        assert_eq!(desk.audited("factor.failed", "wrong").await, 20, "{engine:?}");
        assert_eq!(desk.totp(anna, &desk.wrong(&seed)).await, "locked", "{engine:?}: the twenty-first");
        desk.wait(86_400 - 120);
        assert_eq!(desk.right(anna, &seed).await, "locked", "{engine:?}");
        desk.wait(120);
        assert_eq!(desk.right(anna, &seed).await, "proved", "{engine:?}");
    }
}

#[tokio::test]
async fn sec_q57_a_hundred_wrong_codes_in_a_row_end_a_factor_until_it_is_enrolled_anew() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        let mut wrong = 0;
        while wrong < 100 {
            match desk.totp(anna, &desk.wrong(&seed)).await {
                "wrong" => wrong += 1,
                "locked" => desk.wait(86_400),
                other => panic!("{engine:?}: {other}"),
            }
        }
        desk.wait(10 * 365 * 86_400);
        let verdict = desk.verify(anna, desk.attempt(), Answer::Totp(seed.code_at(desk.now()).expose())).await;
        assert!(matches!(verdict, FactorVerdict::Locked(Moment::MAX)), "{engine:?}");
        // A clean-up forgets none of it, a new password neither (P7).
        let mut tx = desk.node().db.write().await.unwrap();
        store::lockout::collect_buckets(&mut tx, desk.now(), BATCH).await.unwrap();
        store::lockout::unlock(&mut tx, anna).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(desk.right(anna, &seed).await, "locked", "{engine:?}");
        let mut tx = desk.node().db.write().await.unwrap();
        usher::flow::factors::reset::take_factors(&mut tx, anna, desk.now()).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let seed = desk.app_of(anna).await;
        assert_eq!(desk.right(anna, &seed).await, "proved", "{engine:?}");
    }
}

#[tokio::test]
async fn dec_d4_a_method_that_was_not_asked_for_is_not_looked_at() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        let code = seed.code_at(desk.now());
        let snapshot = desk.snapshot().await;
        for (answer, allowed) in [
            (Answer::Totp(code.expose()), vec![MfaMethod::Passkey]),
            (Answer::Totp(code.expose()), vec![]),
            (Answer::Recovery("x"), vec![MfaMethod::Totp]),
            (Answer::Passkey("{}"), vec![MfaMethod::Totp]),
        ] {
            let proof = FactorProof { user: anna, flow: desk.attempt(), answer, client_id: None, caller: &desk.caller };
            let verdict = verify_factor(desk.node(), &snapshot, &proof, &allowed).await.unwrap();
            assert!(matches!(verdict, FactorVerdict::NotAllowed), "{engine:?}");
        }
        assert_eq!(desk.right(anna, &seed).await, "proved", "{engine:?}: nothing was counted or used up");
    }
}

#[tokio::test]
async fn a_day_old_count_is_cleared_away_and_a_young_one_is_not() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        desk.totp(anna, &desk.wrong(&seed)).await;
        let key = BucketKey::factor_day(anna, MfaMethod::Totp);
        let collect = async |now: Moment| {
            let mut tx = desk.node().db.write().await.unwrap();
            store::lockout::collect_buckets(&mut tx, now, BATCH).await.unwrap();
            tx.commit().await.unwrap();
            desk.world.app.dump().await.contains(key.as_str())
        };
        assert!(collect(desk.now().plus(std::time::Duration::from_secs(3600))).await, "{engine:?}");
        assert!(!collect(desk.now().plus(std::time::Duration::from_secs(86_401))).await, "{engine:?}");
    }
}

#[tokio::test]
async fn nobody_proves_a_factor_of_somebody_who_is_switched_off() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        desk.world.change_user(anna, |user| user.active = false).await;
        assert_eq!(desk.right(anna, &seed).await, "gone", "{engine:?}");
    }
}
