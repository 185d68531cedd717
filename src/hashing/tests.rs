use futures_util::{FutureExt, future::join_all};

use super::*;
use crate::{authn::stored_password::Pepper, base::entropy::SystemEntropy};

const LEGACY: &str = "{SSHA}QBOuuNzxlz+G2oFOvO8f8xwJMWuyds6Z";
const RIGHT: &str = "correct horse battery staple";

fn config(threads: usize) -> PoolConfig {
    PoolConfig {
        threads,
        cost: HashCost::new(64, 1).unwrap(),
        peppers: Peppers::new(Pepper::new("k1", &[1; 32]).unwrap(), Vec::new()),
        entropy: Arc::new(SystemEntropy::default()),
        nice: 1,
    }
}

fn pool() -> HashPool {
    HashPool::start(config(2)).unwrap()
}

fn typed(text: &str) -> PasswordInput {
    PasswordInput::parse(text).unwrap()
}

async fn verify(pool: &HashPool, stored: Option<&str>, password: &str) -> Verdict {
    pool.verify(Lane::Untrusted, "anna", stored, typed(password)).await.unwrap()
}

#[tokio::test]
async fn inv_o21_what_the_pool_hashes_it_verifies() {
    let pool = pool();
    let hash = pool.hash(Lane::Admin, typed(RIGHT)).await.unwrap();
    assert_eq!(verify(&pool, Some(&hash), RIGHT).await, Verdict::Match { replacement: None });
    assert_eq!(verify(&pool, Some(&hash), "wrong").await, Verdict::Mismatch);
    assert_ne!(hash, pool.hash(Lane::Admin, typed(RIGHT)).await.unwrap(), "each hash has its own salt");
}

#[tokio::test]
async fn inv_x3_no_hash_and_a_useless_one_match_nothing() {
    let pool = pool();
    let other_pepper = "$argon2id$v=19$m=64,t=1,p=1,keyid=gone$YWFhYWFhYWFhYWFhYWFhYQ$YWFhYWFhYWFhYWFhYWFhYQ";
    for stored in [None, Some(""), Some("plaintext"), Some("$2b$31$"), Some(other_pepper)] {
        for password in ["", "plaintext", RIGHT] {
            assert_eq!(verify(&pool, stored, password).await, Verdict::Mismatch, "{stored:?}");
        }
    }
}

#[tokio::test]
async fn inv_o21_an_imported_hash_is_replaced_when_it_matches() {
    let pool = pool();
    assert_eq!(verify(&pool, Some(LEGACY), "wrong").await, Verdict::Mismatch);
    let Verdict::Match { replacement: Some(hash) } = verify(&pool, Some(LEGACY), RIGHT).await else {
        panic!("the known answer matches and is outdated");
    };
    assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1,keyid=k1$"), "{hash}");
    assert_eq!(verify(&pool, Some(&hash), RIGHT).await, Verdict::Match { replacement: None });
}

#[tokio::test]
async fn inv_o21_a_hash_of_former_cost_is_replaced() {
    let pool = pool();
    let hash = pool.hash(Lane::Admin, typed(RIGHT)).await.unwrap();
    pool.set_cost(HashCost::new(128, 2).unwrap());
    let verdict = verify(&pool, Some(&hash), RIGHT).await;
    let replaced = matches!(&verdict, Verdict::Match { replacement: Some(hash) } if hash.contains("$m=128,t=2,p=1,"));
    assert!(replaced, "{verdict:?}");
}

#[tokio::test]
async fn many_at_once_are_all_answered() {
    let pool = pool();
    let hash = pool.hash(Lane::Admin, typed(RIGHT)).await.unwrap();
    let keys: Vec<String> = (0..200).map(|number| format!("user-{}", number % 7)).collect();
    let verdicts = join_all(keys.iter().enumerate().map(|(number, key)| {
        let lane = if number % 2 == 0 { Lane::Untrusted } else { Lane::PasswordGrant };
        let password = if number % 3 == 0 { RIGHT } else { "wrong" };
        pool.verify(lane, key, Some(&hash), typed(password))
    }))
    .await;
    for (number, verdict) in verdicts.into_iter().enumerate() {
        let right = matches!(verdict.unwrap(), Verdict::Match { .. });
        assert_eq!(right, number % 3 == 0);
    }
}

#[test]
fn sec_s7_more_than_two_seconds_of_work_are_refused() {
    // No threads: nothing leaves the queue.
    let shared = Shared::new(config(1));
    let mut waiting = Vec::new();
    let error = loop {
        let (answer, verdict) = oneshot::channel();
        let job = Job { input: typed("x"), task: Task::Verify { stored: None, answer } };
        match shared.submit(Lane::Untrusted, Some("anna"), job) {
            Ok(()) => waiting.push(verdict),
            Err(error) => break error,
        }
    };
    // Two seconds of a million units, five eighths of them for one lane alone, 64 units each.
    assert_eq!(waiting.len(), 2_000_000 / 8 * 5 / 64);
    assert_eq!(error, HashingError::Overloaded { retry_after: Duration::from_secs(2) });
    let (answer, _hash) = oneshot::channel();
    assert_eq!(shared.submit(Lane::Admin, None, Job { input: typed("x"), task: Task::Hash { answer } }), Ok(()));
    shared.stop();
    assert!(waiting.iter_mut().all(|verdict| verdict.try_recv().is_err()));
}

#[tokio::test]
async fn a_stopped_pool_says_so() {
    let pool = pool();
    pool.shutdown();
    assert_eq!(pool.hash(Lane::Admin, typed(RIGHT)).await, Err(HashingError::Stopped));
    let verdict = pool.verify(Lane::Admin, "anna", None, typed(RIGHT)).await;
    assert_eq!(verdict, Err(HashingError::Stopped));
}

#[tokio::test]
async fn an_abandoned_verification_leaves_its_key_free() {
    let pool = pool();
    for _ in 0..20 {
        let verification = pool.verify(Lane::Untrusted, "anna", None, typed("x"));
        // Polled once, so that it is queued, and dropped.
        let _ = verification.now_or_never();
    }
    assert_eq!(verify(&pool, None, "x").await, Verdict::Mismatch);
}
