//! Text messages from the outbox to whom the settings `sms.*` name (inventory.md M13).

use std::time::Duration;

use serde_json::{Value, json};
use usher::{
    flow::outbox::{Letter, Recipient, postman::Options},
    store::message::{Channel, MessageState},
    theme::mails::SmsCode,
};

use super::{message, user, write};
use crate::support::{
    engine::{ENGINES, Engine},
    stub::{Reply, Stub},
    world::World,
};

const TO: &str = "+46701234567";

/// Writes a code for Anna's phone, and drains a postman that a server has.
async fn code_by_sms(world: &World) -> (MessageState, Option<String>, String) {
    let node = &world.app.node;
    let anna = user(world, world.anna).await;
    let to = Recipient::at(&anna, TO);
    let letter = Letter::new(&to, &SmsCode { host: "localhost".into() });
    let (id, code) = write(world, letter.with_code("sign-in", Duration::from_secs(300))).await;
    let postman = world.app.postman_beside(Options::of(node.site, &node.outbound, &node.clock)).await;
    postman.drain(Channel::Sms).await.unwrap();
    let stored = message(world, id).await;
    (stored.state, stored.provider_id, code)
}

async fn world(engine: Engine, settings: &[(&str, &str)]) -> World {
    let world = World::new(engine).await;
    for (name, value) in settings {
        world.set(name, json!(value)).await;
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m13_a_code_goes_to_the_provider_that_is_set_up() {
    for engine in ENGINES {
        let stub = Stub::start(|_| Reply::json(201, &json!({ "sid": "SM1", "status": "queued" }))).await;
        let url = stub.url();
        let twilio = [
            ("sms.provider", "twilio"),
            ("sms.account_sid", "AC1"),
            ("sms.auth_token", "token"),
            ("sms.from", "+15005550006"),
            ("sms.webhook_url", &*url),
        ];
        let (state, provider_id, code) = code_by_sms(&world(engine, &twilio).await).await;
        assert_eq!((state, provider_id.as_deref()), (MessageState::Sent, Some("SM1")), "{engine:?}");
        let received = stub.received().remove(0);
        assert_eq!(received.field("To").as_deref(), Some(TO), "{engine:?}");
        assert!(received.field("Body").unwrap().ends_with(&format!("\n\n@localhost #{code}")), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m13_a_code_goes_to_a_webhook_that_is_set_up() {
    for engine in ENGINES {
        let stub = Stub::start(|_| Reply::json(202, &json!({ "id": "x-1" }))).await;
        let url = stub.url();
        let webhook = [("sms.provider", "webhook"), ("sms.webhook_url", &*url), ("sms.auth_token", "token")];
        let (state, provider_id, code) = code_by_sms(&world(engine, &webhook).await).await;
        assert_eq!((state, provider_id.as_deref()), (MessageState::Sent, Some("x-1")), "{engine:?}");
        let body: Value = serde_json::from_slice(&stub.received().remove(0).body).unwrap();
        assert_eq!(body["data"]["to"], TO, "{engine:?}");
        assert!(body["data"]["text"].as_str().unwrap().ends_with(&format!("#{code}")), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn contract_a_text_message_that_nobody_carries_stays_in_the_outbox() {
    for engine in ENGINES {
        let (state, _, _) = code_by_sms(&world(engine, &[]).await).await;
        assert_eq!(state, MessageState::Captured, "{engine:?}");
        // A provider without its account is a mistake: what waits for it goes once it is made good.
        let stub = Stub::start(|_| Reply::json(202, &json!({ "id": "x-1" }))).await;
        let url = stub.url();
        let world = world(engine, &[("sms.provider", "webhook"), ("sms.webhook_url", &*url)]).await;
        let (state, _, _) = code_by_sms(&world).await;
        assert_eq!((state, stub.connections()), (MessageState::Queued, 0), "{engine:?}");
        world.set("sms.auth_token", json!("token")).await;
        let (state, _, _) = code_by_sms(&world).await;
        assert_eq!((state, stub.received().len()), (MessageState::Sent, 2), "{engine:?}: and the one that waited");
    }
}
