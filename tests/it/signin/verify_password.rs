//! The one function that verifies passwords: lockout, equal answers, races (D13, D31, security.md S6, inventory O3, O4).

use std::time::Duration;

use usher::{
    authn::{
        lockout::{Attempt, BucketKey, LockoutSettings, SLOT_LIFE},
        throttle::PAIR_BLOCK,
    },
    base::{clock::Clock, id::UserId},
    flow::verify_password::{Verdict, Verified},
    hashing::Lane,
    store::{self, Db},
};

use super::house::{From, House, IMPORTED, RIGHT};
use crate::support::{
    engine::{ENGINES, Engine},
    time::given_up_after,
};

const MINUTE: Duration = Duration::from_secs(60);

fn verified(user: UserId) -> Verdict {
    Verdict::Verified(Verified { user, epoch: 4, temporary: false })
}

#[tokio::test]
async fn inv_o10_user_name_and_verified_address_sign_in_in_any_case() {
    for engine in ENGINES {
        let house = House::new(engine).await;
        let anna = house.anna().await;
        for name in ["anna", "ANNA", " anna ", "anna@acme.example", "Anna@Acme.Example"] {
            assert_eq!(house.verify(name, RIGHT).await, verified(anna), "{engine:?} {name}");
        }
        assert_eq!(house.verify("anna", "wrong").await, Verdict::Rejected, "{engine:?}");
    }
}

#[tokio::test]
async fn dec_d31_unknown_wrong_password_less_disabled_and_locked_get_one_answer() {
    for engine in ENGINES {
        let house = House::new(engine).await;
        house.anna().await;
        house.user("bert", None).await;
        house.user("cleo", Some("")).await;
        let dora = house.user("dora", Some(IMPORTED)).await;
        let emil = house.user("emil", Some(IMPORTED)).await;
        house.change(dora, |user| user.active = false).await;
        house.block(emil).await;
        for (name, password, reason) in [
            ("nobody", RIGHT, "unknown"),
            ("white space", RIGHT, "unknown"),
            ("anna", "wrong", "wrong_password"),
            ("anna", "", "wrong_password"),
            ("bert", RIGHT, "no_password"),
            ("bert", "", "no_password"),
            ("cleo", "", "wrong_password"),
            ("dora", RIGHT, "disabled"),
            ("emil", RIGHT, "disabled"),
        ] {
            let before = house.audited("signin.failed", Some(reason)).await;
            assert_eq!(house.verify(name, password).await, Verdict::Rejected, "{engine:?} {name} {password:?}");
            assert_eq!(house.audited("signin.failed", Some(reason)).await, before + 1, "{engine:?} {name}");
        }
        assert_eq!(house.verify("anna", &"x".repeat(2000)).await, Verdict::Rejected, "{engine:?}");
    }
}

#[tokio::test]
async fn inv_o3_after_five_wrong_passwords_the_right_one_fails_for_fifteen_minutes() {
    for engine in ENGINES {
        let house = House::new(engine).await;
        let anna = house.anna().await;
        for guess in 0..5 {
            assert_eq!(house.verify("anna", &format!("wrong {guess}")).await, Verdict::Rejected, "{engine:?}");
        }
        assert_eq!(house.audited("signin.locked", None).await, 1, "{engine:?}");
        assert_eq!(house.verify("anna@acme.example", RIGHT).await, Verdict::Rejected, "{engine:?}");
        house.clock.advance(15 * MINUTE - Duration::from_secs(1));
        assert_eq!(house.verify("anna", RIGHT).await, Verdict::Rejected, "{engine:?}");
        assert_eq!(house.audited("signin.failed", Some("locked")).await, 2, "{engine:?}");
        house.clock.advance(Duration::from_secs(1));
        assert_eq!(house.verify("anna", RIGHT).await, verified(anna), "{engine:?}: attempts did not extend the lock");
    }
}

#[tokio::test]
async fn inv_o3_a_success_forgets_failures_and_unlocking_works_at_once() {
    for engine in ENGINES {
        let house = House::new(engine).await;
        let anna = house.anna().await;
        for _ in 0..3 {
            for _ in 0..4 {
                house.verify("anna", "wrong").await;
            }
            assert_eq!(house.verify("anna", RIGHT).await, verified(anna), "{engine:?}");
        }
        for _ in 0..5 {
            house.verify("anna", "wrong").await;
        }
        assert_eq!(house.verify("anna", RIGHT).await, Verdict::Rejected, "{engine:?}");
        let mut tx = house.test.db.write().await.unwrap();
        assert!(store::lockout::unlock(&mut tx, anna).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(house.verify("anna", RIGHT).await, verified(anna), "{engine:?}");
    }
}

#[tokio::test]
async fn inv_o29_the_lock_holds_on_every_path() {
    for engine in ENGINES {
        let house = House::new(engine).await;
        house.anna().await;
        let grant = From { lane: Lane::PasswordGrant, ..From::default() };
        for attempt in 0..5 {
            let from = if attempt % 2 == 0 { grant } else { From::default() };
            house.verify_on(0, "anna", "wrong", from).await;
        }
        for from in [grant, From::default()] {
            assert_eq!(house.verify_on(0, "anna", RIGHT, from).await, Verdict::Rejected, "{engine:?}");
        }
    }
}

#[tokio::test]
async fn inv_o4_a_known_browser_signs_in_while_strangers_are_locked_out() {
    for engine in ENGINES {
        let house = House::new(engine).await;
        let (anna, other) = (house.anna().await, house.user("bert", Some(IMPORTED)).await);
        let (browser, foreign) = (house.known_browser(anna).await, house.known_browser(other).await);
        for _ in 0..5 {
            house.verify("anna", "wrong").await;
        }
        let known = From { browser: Some(&browser), ..From::default() };
        assert_eq!(house.verify_on(0, "anna", RIGHT, known).await, verified(anna), "{engine:?}");
        assert_eq!(house.verify("anna", RIGHT).await, Verdict::Rejected, "{engine:?}: strangers stay locked out");
        let foreign = From { browser: Some(&foreign), ..From::default() };
        assert_eq!(house.verify_on(0, "anna", RIGHT, foreign).await, Verdict::Rejected, "{engine:?}");
    }
}

#[tokio::test]
async fn sec_s5_l4_a_known_browser_locks_at_five_and_is_a_stranger_after_ten() {
    for engine in ENGINES {
        let house = House::new(engine).await;
        let anna = house.anna().await;
        let browser = house.known_browser(anna).await;
        let known = From { browser: Some(&browser), ..From::default() };
        for _ in 0..5 {
            house.verify_on(0, "anna", "wrong", known).await;
        }
        assert_eq!(house.verify_on(0, "anna", RIGHT, known).await, Verdict::Rejected, "{engine:?}");
        assert_eq!(house.verify("anna", RIGHT).await, verified(anna), "{engine:?}: strangers are counted elsewhere");
        house.clock.advance(15 * MINUTE);
        for _ in 0..5 {
            house.verify_on(0, "anna", "wrong", known).await;
        }
        let mut tx = house.test.db.read().await.unwrap();
        assert!(!store::known_browser::is_known(&mut tx, &browser, anna).await.unwrap(), "{engine:?}");
        drop(tx);
        assert_eq!(house.verify_on(0, "anna", RIGHT, known).await, verified(anna), "{engine:?}: as a stranger");
    }
}

#[tokio::test]
async fn sec_q61_a_name_of_nobody_locks_like_any_other() {
    for engine in ENGINES {
        let house = House::new(engine).await;
        for name in ["nobody", "NOBODY", " nobody", "nobody", "Nobody"] {
            assert_eq!(house.verify(name, "wrong").await, Verdict::Rejected, "{engine:?}");
        }
        assert_eq!(house.audited("signin.locked", None).await, 1, "{engine:?}");
        assert_eq!(house.verify("nobody", "wrong").await, Verdict::Rejected, "{engine:?}");
        assert_eq!(house.audited("signin.failed", Some("locked")).await, 1, "{engine:?}");
    }
}

#[tokio::test]
async fn sec_s6_fifty_wrong_passwords_at_once_verify_at_most_five_hashes() {
    for engine in ENGINES {
        let mut house = House::new(engine).await;
        let anna = house.anna().await;
        if engine == Engine::Postgres {
            house.add_node(Db::open(&house.test.url).await.unwrap());
        }
        let house = &house;
        let attempts = (0..50_u8).map(|n| async move {
            let from = From { host: n, ..From::default() };
            house.verify_on(usize::from(n) % house.nodes.len(), "anna", &format!("wrong {n}"), from).await
        });
        let verdicts = futures_util::future::join_all(attempts).await;
        assert!(verdicts.iter().all(|verdict| !matches!(verdict, Verdict::Verified(_))), "{engine:?}");
        assert_eq!(house.audited("signin.failed", Some("wrong_password")).await, 5, "{engine:?}");
        assert_eq!(house.audited("signin.locked", None).await, 1, "{engine:?}");
        assert_eq!(house.verify("anna", RIGHT).await, Verdict::Rejected, "{engine:?}");
        house.clock.advance(15 * MINUTE);
        assert_eq!(house.verify("anna", RIGHT).await, verified(anna), "{engine:?}");
    }
}

#[tokio::test]
async fn sec_s6_fifty_right_passwords_at_once_all_succeed() {
    for engine in ENGINES {
        let mut house = House::new(engine).await;
        let anna = house.anna().await;
        if engine == Engine::Postgres {
            house.add_node(Db::open(&house.test.url).await.unwrap());
        }
        // One failure away from a lock: every slot has to wait for the one before it.
        for _ in 0..4 {
            house.verify("anna", "wrong").await;
        }
        let house = &house;
        let attempts = (0..50_usize).map(|n| house.verify_on(n % house.nodes.len(), "anna", RIGHT, From::default()));
        for verdict in futures_util::future::join_all(attempts).await {
            assert_eq!(verdict, verified(anna), "{engine:?}");
        }
    }
}

#[tokio::test]
async fn inv_o21_an_imported_hash_is_replaced_at_the_first_sign_in_and_once() {
    for engine in ENGINES {
        let house = House::new(engine).await;
        let bert = house.user("bert", Some(IMPORTED)).await;
        let hash = async || {
            let mut tx = house.test.db.read().await.unwrap();
            store::password::find(&mut tx, bert).await.unwrap().unwrap().expose().clone()
        };
        assert_eq!(house.verify("bert", "wrong").await, Verdict::Rejected, "{engine:?}");
        assert_eq!(hash().await, IMPORTED, "{engine:?}");
        assert_eq!(house.verify("bert", RIGHT).await, verified(bert), "{engine:?}");
        let replaced = hash().await;
        assert!(replaced.starts_with("$argon2id$v=19$m=64,t=1,p=1,keyid=k1$"), "{engine:?} {replaced}");
        assert_eq!(house.verify("bert", RIGHT).await, verified(bert), "{engine:?}");
        assert_eq!(hash().await, replaced, "{engine:?}");
    }
}

#[tokio::test]
async fn sec_s5_l2_an_address_that_guesses_is_kept_out_but_a_known_browser_behind_it_is_not() {
    for engine in ENGINES {
        let house = House::new(engine).await;
        let anna = house.anna().await;
        let browser = house.known_browser(anna).await;
        for guess in 0..15 {
            assert_eq!(house.verify(&format!("user{guess}"), "wrong").await, Verdict::Rejected, "{engine:?}");
        }
        assert_eq!(house.verify("anna", RIGHT).await, Verdict::Throttled(PAIR_BLOCK), "{engine:?}");
        let elsewhere = From { host: 2, ..From::default() };
        assert_eq!(house.verify_on(0, "anna", RIGHT, elsewhere).await, verified(anna), "{engine:?}");
        let known = From { browser: Some(&browser), ..From::default() };
        assert_eq!(house.verify_on(0, "anna", RIGHT, known).await, verified(anna), "{engine:?}");
    }
}

#[tokio::test]
async fn sec_s7_without_room_in_the_pool_nothing_is_charged() {
    for engine in ENGINES {
        let house = House::new(engine).await;
        let anna = house.anna().await;
        house.hashing.shutdown();
        for _ in 0..10 {
            assert!(matches!(house.verify("anna", "wrong").await, Verdict::Overloaded(_)), "{engine:?}");
        }
        assert_eq!(house.audited("signin.failed", Some("wrong_password")).await, 0, "{engine:?}");
        let settings = LockoutSettings { max_attempts: 1, ..LockoutSettings::default() };
        let key = BucketKey::untrusted(anna);
        let mut tx = house.test.db.write().await.unwrap();
        let slot = house.entropy.uuid(house.clock.now());
        let attempt = store::lockout::reserve(&mut tx, &key, slot, &settings, house.clock.now()).await.unwrap().attempt;
        assert_eq!(attempt, Attempt::Reserve, "{engine:?}: no failure, no slot left");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s5_l2_s6_guesses_whose_requests_are_given_up_are_counted_audited_and_told() {
    for engine in ENGINES {
        let house = House::new(engine).await;
        house.anna().await;
        // From an address of its own each time; somebody who waits for no answer reserves slots all the same.
        let mut given_up = 0;
        for waits in 0..40 {
            let from = From { host: 100 + waits, ..From::default() };
            let verifying = house.verify_on(0, "anna", "wrong", from);
            given_up += usize::from(given_up_after(waits.into(), verifying).await.is_none());
        }
        assert!(given_up > 5, "{engine:?}: {given_up}");
        house.clock.advance(SLOT_LIFE + Duration::from_secs(1));
        house.verify("anna", "wrong").await;
        assert!(house.audited("signin.failed", Some("given_up")).await > 0, "{engine:?}");
        assert!(house.audited("signin.locked", None).await > 0, "{engine:?}");
        assert!(house.test.rows("message").await > 0, "{engine:?}: the owner is told");
        // Giving up is no way around the limit of an address.
        let (mut heard, mut throttled) = (0, false);
        for guess in 0..400 {
            let name = format!("user{guess}");
            match given_up_after(guess % 40, house.verify_on(0, &name, "wrong", From { host: 2, ..From::default() }))
                .await
            {
                Some(Verdict::Throttled(_)) => throttled = true,
                Some(_) => heard += 1,
                None => {}
            }
            if throttled {
                break;
            }
        }
        assert!(throttled && heard < 15, "{engine:?}: {heard}");
    }
}
