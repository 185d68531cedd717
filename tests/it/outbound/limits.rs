//! No service, however slow, large or broken, holds anybody up.

use std::{sync::Arc, time::Duration};

use usher::outbound::{Call, MAX_ANSWER, OutboundError};

use super::{Table, client};
use crate::support::stub::{Reply, Stub};

/// A client that may call stubs.
fn local() -> super::Setup {
    client(&["127.0.0.1"], Table::default(), None)
}

fn short(url: String) -> Call {
    Call { patience: Duration::from_millis(200), ..Call::get(url) }
}

#[tokio::test]
async fn sec_s13_a_body_has_a_mebibyte_at_most_announced_or_not() {
    let announced = |length: usize| Reply::text(200, &[], &"x".repeat(length));
    let chunked = |length: usize| {
        let body = "x".repeat(length);
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
        Reply::Bytes(format!("{head}{length:x}\r\n{body}\r\n0\r\n\r\n").into_bytes())
    };
    let until_the_end = |length: usize| {
        Reply::Bytes(format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "x".repeat(length)).into_bytes())
    };
    for reply in [announced(MAX_ANSWER), chunked(MAX_ANSWER), until_the_end(MAX_ANSWER)] {
        let stub = Stub::start(move |_| reply.clone()).await;
        let answer = local().outbound.send(Call::get(stub.url())).await.unwrap();
        assert_eq!(answer.body.len(), MAX_ANSWER);
    }
    let lie = Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\nx".to_vec());
    for reply in [announced(MAX_ANSWER + 1), chunked(MAX_ANSWER + 1), until_the_end(MAX_ANSWER + 1), lie] {
        let stub = Stub::start(move |_| reply.clone()).await;
        let refused = local().outbound.send(Call::get(stub.url())).await;
        assert!(matches!(refused, Err(OutboundError::TooLarge)), "{refused:?}");
    }
}

#[tokio::test]
async fn sec_s13_compressed_bodies_are_not_unpacked() {
    let stub = Stub::start(|_| Reply::text(200, &[("content-encoding", "gzip")], "\u{1f}not gzip")).await;
    let answer = local().outbound.send(Call::get(stub.url())).await.unwrap();
    assert_eq!(answer.body, "\u{1f}not gzip");
    assert_eq!(stub.received()[0].header("accept-encoding"), None);
}

#[tokio::test]
async fn sec_s13_silence_and_trickles_end_in_time() {
    let trickle = Reply::Trickle(
        b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n".iter().chain(&[b'x'; 100]).copied().collect(),
    );
    for reply in [Reply::Silence, trickle] {
        let stub = Stub::start(move |_| reply.clone()).await;
        let late = local().outbound.send(short(stub.url())).await;
        assert!(matches!(late, Err(OutboundError::TimedOut)), "{late:?}");
        assert_eq!(stub.connections(), 1);
    }
}

#[tokio::test]
async fn sec_s13_a_host_that_fails_is_left_alone_and_tried_again_later() {
    for broken in [Reply::text(503, &[], ""), Reply::Bytes(Vec::new()), Reply::Silence] {
        let well = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let is_well = Arc::clone(&well);
        let reply = broken.clone();
        let stub = Stub::start(move |_| {
            if is_well.load(std::sync::atomic::Ordering::SeqCst) { Reply::text(200, &[], "") } else { reply.clone() }
        })
        .await;
        let setup = local();
        for _ in 0..5 {
            let failed = setup.outbound.send(short(stub.url())).await;
            assert!(!matches!(failed, Err(OutboundError::LeftAlone(_))), "{failed:?}");
        }
        let connections = stub.connections();
        let refused = setup.outbound.send(short(stub.url())).await;
        assert!(matches!(refused, Err(OutboundError::LeftAlone(_))), "{refused:?}");
        assert_eq!(stub.connections(), connections, "no connection while the breaker is open");
        setup.clock.advance(Duration::from_secs(31));
        well.store(true, std::sync::atomic::Ordering::SeqCst);
        for _ in 0..2 {
            assert!(setup.outbound.send(Call::get(stub.url())).await.is_ok());
        }
    }
}

#[tokio::test]
async fn sec_s13_a_refusal_by_the_service_is_an_answer_and_opens_no_breaker() {
    let stub = Stub::start(|_| Reply::text(404, &[], "")).await;
    let setup = local();
    for _ in 0..10 {
        assert_eq!(setup.outbound.send(Call::get(stub.url())).await.unwrap().status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s13_sixteen_calls_at_once() {
    let slow = Reply::Late(Duration::from_millis(100), Box::new(Reply::text(200, &[], "")));
    let stub = Stub::start(move |_| slow.clone()).await;
    let setup = Arc::new(local());
    let calls: Vec<_> = (0..40)
        .map(|_| {
            let (setup, url) = (Arc::clone(&setup), stub.url());
            tokio::spawn(async move { setup.outbound.send(Call::get(url)).await.map(|answer| answer.status) })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap(), 200);
    }
    assert_eq!(stub.received().len(), 40);
    assert!(stub.most_open() <= 16, "{}", stub.most_open());
}

#[tokio::test]
async fn sec_s13_a_call_that_finds_no_place_is_told_so_and_blames_nobody() {
    let stub = Stub::start(|_| Reply::Silence).await;
    let setup = Arc::new(local());
    let waiting: Vec<_> = (0..16)
        .map(|_| {
            let (setup, url) = (Arc::clone(&setup), stub.url());
            tokio::spawn(async move { setup.outbound.send(Call::get(url)).await.map(drop) })
        })
        .collect();
    while stub.connections() < 16 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let other = Stub::start(|_| Reply::text(200, &[], "")).await;
    let refused = setup.outbound.send(short(other.url())).await;
    assert!(matches!(refused, Err(OutboundError::Busy)), "{refused:?}");
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
    assert_eq!(other.connections(), 0);
}
