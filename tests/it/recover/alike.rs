//! Whoever asks for a new password learns nothing about accounts: not by what is answered, and not by the work that is done
//! for it (Q61, security.md "Enumeration by text, header, cookie or time").

use usher::{
    flow::{
        caller::Caller,
        forgot_password::{CameFrom, forgot_password},
    },
    telemetry::queries,
};

use super::{Post, ask};
use crate::support::{browser::Answer, engine::ENGINES};

/// Text and headers of an answer, with what is new in each of them taken out.
pub fn masked(answer: &Answer) -> (String, Vec<(String, String)>) {
    let id = answer.header("x-request-id").unwrap_or("-").to_owned();
    let mask = |text: &str| text.replace(&id, "*");
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), mask(value.to_str().unwrap())));
    (mask(&answer.text()), headers.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q61_a_forgotten_password_is_answered_alike_to_the_byte() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        world.change_user(world.nora, |user| user.active = false).await;
        let locked = world.person("lockedxxx").await;
        world.block(locked, true).await;
        post.invited("invitedxx").await;
        for _ in 0..5 {
            post.opens("anna@acme.example", "wrong").await;
        }
        let mut seen = Vec::new();
        for who in ["bob", "nobodyxxx", "nora", "lockedxxx", "invitedxx", "anna@acme.example", "nobody@acme.example"] {
            let mut browser = world.app.browser();
            let page = browser.go("/password/forgot").await;
            let answer = browser.submit_once(&page, "id=\"forgot-submit\"", &[("username", who)]).await;
            let then = browser.follow(answer.clone()).await;
            let cookies: Vec<String> = browser.cookies.keys().cloned().collect();
            seen.push((who, (answer.status, masked(&answer), then.status, masked(&then), cookies)));
        }
        let (_, nobody) = &seen[1];
        assert_eq!(nobody.4, ["usher-flow"], "{engine:?}");
        for (who, answer) in &seen {
            assert_eq!(answer, nobody, "{engine:?} {who}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q61_a_forgotten_password_is_the_same_work_whoever_it_is() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let node = &post.world.app.node;
        post.invited("invitedxx").await;
        // What is loaded once is loaded.
        ask(&mut post.world.app.browser(), "bob").await;
        let mut counts = Vec::new();
        for who in ["bob", "nobodyxxx", "invitedxx", "anna@acme.example", "nobody@acme.example"] {
            let caller = Caller::default();
            let work = forgot_password(node, who, "en", CameFrom::default(), &caller);
            let (done, counted) = queries::scope(work).await;
            done.unwrap();
            counts.push(counted.count);
        }
        assert_eq!(counts, [1; 5], "{engine:?}: one statement, whoever it is");
    }
}
