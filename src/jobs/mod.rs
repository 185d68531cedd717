//! Background work of a node.

mod errands;
mod outbox;

use std::{future::Future, sync::Arc, time::Duration};

use crate::flow::{
    account::deletion::delete_ripe,
    clean_up::clean_up,
    error::FlowError,
    follow::{follow, tend_keys},
    node::Node,
    outbox::postman::Postman,
    starts::count_starts,
};

/// How often a node looks for what others changed (D22: "within a second").
const FOLLOW: Duration = Duration::from_millis(400);
/// How often keys are looked at; at start-up at once.
const TEND_KEYS: Duration = Duration::from_secs(15 * 60);
/// How often what nobody needs is deleted.
const CLEAN_UP: Duration = Duration::from_secs(60);
/// How often logins are deleted that are due.
const DELETE: Duration = Duration::from_secs(10 * 60);
/// How often what strangers have left is counted.
const COUNT_STARTS: Duration = Duration::from_secs(30);

/// A job: its name, and the endless work.
pub type Job = (&'static str, std::pin::Pin<Box<dyn Future<Output = ()> + Send>>);

/// Every job of a node, to be spawned by its server and dropped at shutdown: each round is a transaction of its own.
pub fn all(postman: &Arc<Postman>) -> Vec<Job> {
    let node = postman.node();
    let mut jobs: Vec<Job> = vec![
        ("follow", Box::pin(every(Arc::clone(node), FOLLOW, "follow", async |node: Arc<Node>| follow(&node).await))),
        ("keys", Box::pin(every(Arc::clone(node), TEND_KEYS, "keys", async |node: Arc<Node>| tend_keys(&node).await))),
        (
            "count-starts",
            Box::pin(every(Arc::clone(node), COUNT_STARTS, "count-starts", async |node: Arc<Node>| {
                count_starts(&node).await
            })),
        ),
        (
            "clean-up",
            Box::pin(every(Arc::clone(node), CLEAN_UP, "clean-up", async |node: Arc<Node>| {
                clean_up(&node).await.map(drop)
            })),
        ),
    ];
    jobs.push((
        "deletion",
        Box::pin(every(Arc::clone(node), DELETE, "deletion", async |node: Arc<Node>| {
            delete_ripe(&node).await.map(drop)
        })),
    ));
    jobs.push(("errands", Box::pin(errands::run(Arc::clone(node)))));
    jobs.extend(outbox::jobs(postman));
    jobs
}

async fn every<W, F>(node: Arc<Node>, period: Duration, name: &'static str, work: W)
where
    W: Fn(Arc<Node>) -> F,
    F: Future<Output = Result<(), FlowError>>,
{
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = work(Arc::clone(&node)).await {
            tracing::warn!(job = name, error = crate::flow::error::chain(&error), "a job failed; it is tried again");
        }
    }
}
