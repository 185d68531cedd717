//! The flow-order test (security.md, "The flow machine is driven out of order"): random walks over the pages of sign-in,
//! reset, enrolment and the account, with tabs, a second browser, stale, empty and foreign forms, against a model of which
//! proofs exist. No code, no session and no change of a credential without the proofs that policy demands, in this flow,
//! for this person.
//!
//! A walk belongs to a block, which has a world of its own and is reproduced by its number:
//! `USHER_ORDER_BLOCK=17 cargo test --test it order::`. `USHER_ORDER_SEQUENCES` says how many walks there are per engine.

mod model;
mod moves;
mod page;
mod rng;

use self::{model::Model, rng::Rng};
use crate::support::engine::Engine;

/// Walks per engine.
const SEQUENCES: u64 = 2_000;
/// Walks in one world.
const BLOCK: u64 = 50;
/// Blocks that once found a fault.
const KEPT: [u64; 0] = [];

/// What the walks came to.
#[derive(Debug, Default)]
pub struct Tally {
    pub codes: u64,
    pub stepped_up: u64,
    pub sessions: u64,
    pub resets: u64,
    pub enrolments: u64,
    pub refused: u64,
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_flow_order_no_order_of_steps_gets_by_a_proof_on_sqlite() {
    walks(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_flow_order_no_order_of_steps_gets_by_a_proof_on_postgres() {
    walks(Engine::Postgres).await;
}

async fn walks(engine: Engine) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let sequences = number("USHER_ORDER_SEQUENCES").unwrap_or(SEQUENCES);
    let blocks: Vec<u64> = match number("USHER_ORDER_BLOCK") {
        Some(block) => vec![block],
        None => KEPT.into_iter().chain(0..sequences.div_ceil(BLOCK)).collect(),
    };
    let mut tally = Tally::default();
    for block in &blocks {
        let mut model = Model::new(engine, *block).await;
        for walk in 0..BLOCK {
            model.begin();
            let mut rng = Rng::new(block * BLOCK + walk);
            for _ in 0..8 + rng.below(14) {
                model.step(&mut rng, &mut tally).await;
            }
        }
    }
    println!("{engine:?}: {} walks, {tally:?}", blocks.len() as u64 * BLOCK);
    // Walks that get nowhere would prove nothing.
    let walks = blocks.len() as u64 * BLOCK;
    assert!(tally.sessions > walks / 4 && tally.codes > walks / 8, "{tally:?}");
    assert!(tally.refused > walks / 10, "{tally:?}");
    assert!(
        blocks.len() == 1 || (tally.stepped_up > walks / 10 && tally.resets > walks / 20 && tally.enrolments > 5),
        "{tally:?}"
    );
}
