//! Fifty at one link: one of them has it (security.md, "Check-then-act races").

use std::time::Duration;

use futures_util::future::join_all;
use usher::store;

use super::{NEW, Post};
use crate::support::{engine::ENGINES, links::type_password};

#[tokio::test(flavor = "multi_thread")]
async fn sec_race_of_fifty_at_one_link_one_sets_the_password() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let link = post.reset_link("bob").await;
        let mut ready = Vec::new();
        for _ in 0..50 {
            let mut browser = post.world.app.browser();
            let page = browser.go(&link).await;
            ready.push((browser, page));
        }
        let tries = ready.into_iter().enumerate().map(async |(n, (mut browser, page))| {
            let password = format!("{NEW}-{n}");
            let answer = type_password(&mut browser, &page, &password).await;
            (answer.text().contains("Your password is saved"), answer.status.as_u16(), password)
        });
        let answers = join_all(tries).await;
        let won: Vec<_> = answers.iter().filter(|(saved, ..)| *saved).collect();
        assert_eq!(won.len(), 1, "{engine:?}");
        let lost = answers.iter().filter(|(saved, ..)| !saved);
        // Too much to hash at once is no failure of anybody's (S7).
        lost.for_each(|(_, status, _)| assert!([410, 503].contains(status), "{engine:?} {status}"));
        post.world.app.clock.advance(Duration::from_secs(1));
        assert!(post.opens("bob", &won[0].2).await, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_race_of_fifty_at_one_invitation_one_joins() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let (world, now) = (&post.world, post.world.app.node.now());
        let reference = world.membership(world.acme, world.nora).await;
        world.change_reference(world.acme, world.nora, |it| it.accepted_at = None).await;
        let accepts = (0..50).map(async |_| {
            let mut tx = world.app.node.db.write().await.unwrap();
            let accepted = store::invitation::accept(&mut tx, reference, world.nora, now).await.unwrap();
            tx.commit().await.unwrap();
            accepted
        });
        let accepted = join_all(accepts).await.into_iter().filter(|it| *it).count();
        assert_eq!(accepted, 1, "{engine:?}");
    }
}
