//! Sends messages: at once when this node writes one, otherwise within a second.

use std::{sync::Arc, time::Duration};

use super::Job;
use crate::{
    flow::{error::chain, outbox::postman::Postman},
    store::message::Channel,
};

/// Mails under way at once on a node. A server that is slow holds up no page, and no text message.
const MAIL_LANES: usize = 4;
/// Text messages under way at once.
const SMS_LANES: usize = 2;
/// How often a lane looks for what other processes wrote, and for what is due again.
const POLL: Duration = Duration::from_secs(1);
/// How often messages that are too old are marked, and held ones let go.
const TEND: Duration = Duration::from_secs(2);

/// The lanes, and whoever looks after what waits.
pub(super) fn jobs(postman: &Arc<Postman>) -> Vec<Job> {
    let mut jobs: Vec<Job> = vec![("outbox", Box::pin(tend(Arc::clone(postman))))];
    let lanes = [(Channel::Email, "mail", MAIL_LANES), (Channel::Sms, "sms", SMS_LANES)];
    for (channel, name, count) in lanes {
        jobs.extend((0..count).map(|_| -> Job { (name, Box::pin(lane(Arc::clone(postman), channel))) }));
    }
    jobs
}

async fn lane(postman: Arc<Postman>, channel: Channel) {
    loop {
        if let Err(error) = postman.drain(channel).await {
            tracing::warn!(
                channel = channel.as_str(),
                error = chain(&error),
                "messages are not sent; it is tried again"
            );
            tokio::time::sleep(POLL).await;
        }
        tokio::select! {
            () = postman.node().db.versions().message_written(channel) => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

async fn tend(postman: Arc<Postman>) {
    let mut ticks = tokio::time::interval(TEND);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = postman.tend().await {
            tracing::warn!(job = "outbox", error = chain(&error), "a job failed; it is tried again");
        }
    }
}
