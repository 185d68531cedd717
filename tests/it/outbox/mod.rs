//! Messages, from the transaction that causes one to a mail server.

mod act;
mod delivery;
mod links;
mod notices;
mod pages;
mod process;
mod sms;
mod smtp;

use std::time::Duration;

use serde_json::json;
use usher::{
    base::id::{MessageId, UserId},
    flow::outbox::{Desk, Enqueued, Letter, Recipient, enqueue, postman::Options},
    identity::user::User,
    store::{
        self,
        link::LinkPurpose,
        message::{Channel, Message},
    },
    theme::mails::{AccountResetPassword, Circumstance, MfaCode},
};

use crate::support::{engine::Engine, smtp::SmtpServer, world::World};

/// How long the tests' links work.
pub const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);

/// Patience that a test has.
pub fn impatient() -> Options {
    Options { patience: Some((Duration::from_secs(2), Duration::from_secs(2))), ..Options::default() }
}

/// A world whose mail goes to this server.
pub async fn world_with(engine: Engine, server: &SmtpServer) -> World {
    let world = World::with(engine, impatient()).await;
    world.set("mail.url", json!(server.url())).await;
    world.set("mail.from", json!("Acme <login@acme.example>")).await;
    world
}

pub async fn user(world: &World, id: UserId) -> User {
    store::user::find(&mut world.app.node.db.read().await.unwrap(), id).await.unwrap().unwrap()
}

/// Writes a reset mail for somebody, and tells its id and the secret of its link.
pub async fn reset_mail(world: &World, id: UserId) -> (MessageId, String) {
    let user = user(world, id).await;
    let to = Recipient::verified(&user).unwrap();
    let mail = AccountResetPassword { by_admin: false, at: Circumstance::default() };
    write(world, Letter::new(&to, &mail).with_link(LinkPurpose::Reset, HALF_AN_HOUR)).await
}

/// Writes a mail with a code that works for ten minutes.
pub async fn code_mail(world: &World, id: UserId) -> (MessageId, String) {
    let user = user(world, id).await;
    let to = Recipient::verified(&user).unwrap();
    let letter = Letter::new(&to, &MfaCode { at: Circumstance::default() });
    write(world, letter.with_code("sign-in", Duration::from_secs(600))).await
}

pub async fn write(world: &World, letter: Letter<'_>) -> (MessageId, String) {
    let node = &world.app.node;
    let snapshot = node.snapshot().await.unwrap();
    let desk = Desk::of(node, &snapshot, node.now());
    let mut tx = node.db.write().await.unwrap();
    let written = enqueue(&mut tx, desk, letter).await.unwrap();
    tx.commit().await.unwrap();
    match written {
        Enqueued::Written { id, secret } => (id, secret.map(|it| it.expose().clone()).unwrap_or_default()),
        Enqueued::AlreadyThere(id) => (id, String::new()),
    }
}

pub async fn message(world: &World, id: MessageId) -> Message {
    store::message::find(&mut world.app.node.db.read().await.unwrap(), id).await.unwrap().unwrap()
}

/// Sends whatever is due.
pub async fn drain(world: &World) {
    world.app.postman.tend().await.unwrap();
    world.app.postman.drain(Channel::Email).await.unwrap();
}
