//! Invitations, from the mail to a sign-in (inventory Q16, Q18, K16, K17, domain.md 3).

use std::time::Duration;

use axum::http::StatusCode;
use usher::{
    base::id::{ReferenceId, UserId},
    flow::invite::{self, Invitation, Invited},
    identity::{reference::ReferenceStatus, user::UserStatus},
};

use super::{NEW, Post, path, scan};
use crate::{
    outbox::user,
    support::{
        engine::ENGINES,
        links::type_password,
        portal::{authorize, code_of},
        world::PASSWORD,
    },
};

const DAYS: Duration = Duration::from_secs(72 * 60 * 60);

/// Invites somebody; the path of the link that was mailed.
async fn invite(post: &Post, id: UserId, reference: Option<ReferenceId>) -> String {
    let node = &post.world.app.node;
    let (snapshot, user) = (node.snapshot().await.unwrap(), user(&post.world, id).await);
    let mut tx = node.db.write().await.unwrap();
    let invitation = Invitation { user: &user, reference, inviter: "Olga Admin", browser: None };
    assert_eq!(invite::send(&mut tx, node, &snapshot, &invitation).await.unwrap(), Invited::Sent);
    tx.commit().await.unwrap();
    path(&post.mail().await.link("/invite"))
}

/// Nora, who has a login, is to act for ACME too.
async fn nora_at_acme(post: &Post) -> ReferenceId {
    let world = &post.world;
    let reference = world.membership(world.acme, world.nora).await;
    world.change_reference(world.acme, world.nora, |it| it.accepted_at = None).await;
    reference
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_q16_inv_k17_an_invitation_sets_the_first_password_and_mails_none() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let (ida, reference) = post.invited("ida@acme.example").await;
        assert!(!post.opens("ida@acme.example", "").await && !post.opens("ida@acme.example", PASSWORD).await);
        let link = invite(&post, ida, Some(reference)).await;
        let mail = &post.server.mails()[0];
        assert_eq!(mail.to, ["ida@acme.example"], "{engine:?}");
        let text = mail.part("text/plain");
        assert!(text.contains("Olga Admin") && text.contains("Acme AB") && text.contains("ida@acme.example"), "{text}");
        scan(&post.world, &link).await;
        assert_eq!(post.status(ida).await, UserStatus::Invited, "{engine:?}: looking accepts nothing (D24)");
        let mut browser = post.world.app.browser();
        let page = browser.go(&link).await;
        assert!(page.text().contains("Olga Admin") && page.text().contains("Acme AB"), "{engine:?} {}", page.text());
        let weak = type_password(&mut browser, &page, "acme ab ida").await;
        assert!(weak.text().contains("Not met:"), "{engine:?} {}", weak.text());
        let done = type_password(&mut browser, &weak, NEW).await;
        assert!(done.text().contains("Your password is saved"), "{engine:?} {}", done.text());
        assert!(!browser.cookies.contains_key("usher-sid"), "{engine:?}: a link opens no session");
        assert_eq!(post.status(ida).await, UserStatus::Active, "{engine:?}");
        assert_eq!(post.reference_status(ida).await, ReferenceStatus::Active, "{engine:?}");
        assert!(post.is_verified(ida).await, "{engine:?}");
        let page = browser.go(&authorize(&[("scope", "openid customer")])).await;
        assert!(!code_of(&browser.sign_in(&page, "ida@acme.example", NEW).await).is_empty(), "{engine:?}");
        assert_eq!(post.world.app.browser().go(&link).await.status, StatusCode::GONE, "{engine:?}: once");
        // K17: no mail holds a password.
        let mails = post.server.mails();
        assert!(mails.iter().all(|mail| !mail.part("text/html").contains(NEW) && !mail.data.contains(NEW)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o13_whoever_has_a_login_joins_with_it_and_keeps_the_password() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let reference = nora_at_acme(&post).await;
        let link = invite(&post, post.world.nora, Some(reference)).await;
        let mut browser = post.world.app.browser();
        let page = browser.go(&link).await;
        assert!(!page.text().contains("new_password"), "{engine:?}: there is a password");
        let sign_in = page.attribute("id=\"invite-sign-in\"", "href").unwrap();
        let page = browser.go(&sign_in).await;
        let page = browser.sign_in(&page, "nora", PASSWORD).await;
        assert_eq!(post.reference_status(post.world.nora).await, ReferenceStatus::Invited, "{engine:?}: asked first");
        let done = browser.submit(&page, "id=\"invite-accept\"", &[("action", "accept")]).await;
        assert!(done.text().contains("You have accepted") && done.text().contains("Acme AB"), "{}", done.text());
        assert_eq!(post.reference_status(post.world.nora).await, ReferenceStatus::Active, "{engine:?}");
        assert!(post.opens("nora", PASSWORD).await, "{engine:?}");
        assert_eq!(post.world.app.browser().go(&link).await.status, StatusCode::GONE, "{engine:?}: once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_1_a_signed_in_person_accepts_with_a_click_and_another_learns_nothing() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let reference = nora_at_acme(&post).await;
        let link = invite(&post, post.world.nora, Some(reference)).await;
        let mut bob = post.world.app.browser();
        post.world.code(&mut bob, "bob", &[]).await;
        let page = bob.go(&link).await;
        let text = page.text();
        assert!(text.contains("This invitation was for another account"), "{engine:?} {text}");
        assert!(!text.contains("nora") && !text.contains("Acme AB") && !text.contains("Olga"), "{engine:?} {text}");
        let mut nora = post.world.app.browser();
        post.world.code(&mut nora, "nora", &[]).await;
        let page = nora.go(&link).await;
        // A form that was open while somebody signed out is of no use.
        let mut stranger = post.world.app.browser();
        stranger.cookies.clone_from(&nora.cookies);
        stranger.cookies.remove("usher-sid");
        let refused = stranger.submit(&page, "id=\"invite-accept\"", &[("action", "accept")]).await;
        assert!(refused.text().contains("invite-sign-in"), "{engine:?} {}", refused.text());
        assert_eq!(post.reference_status(post.world.nora).await, ReferenceStatus::Invited, "{engine:?}");
        let done = nora.submit(&page, "id=\"invite-accept\"", &[("action", "accept")]).await;
        assert!(done.text().contains("You have accepted"), "{engine:?} {}", done.text());
        assert_eq!(post.reference_status(post.world.nora).await, ReferenceStatus::Active, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_1_an_invitation_can_be_declined() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let reference = nora_at_acme(&post).await;
        let link = invite(&post, post.world.nora, Some(reference)).await;
        let mut browser = post.world.app.browser();
        let page = browser.go(&link).await;
        let done = browser.submit(&page, "id=\"invite-decline\"", &[("action", "decline")]).await;
        assert!(done.text().contains("You have declined"), "{engine:?} {}", done.text());
        assert_eq!(post.reference_status(post.world.nora).await, ReferenceStatus::Disabled, "{engine:?}");
        assert_eq!(post.world.app.browser().go(&link).await.status, StatusCode::GONE, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_3_an_invitation_works_for_72_hours_and_can_be_sent_again() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let (ida, reference) = post.invited("ida@acme.example").await;
        let link = invite(&post, ida, Some(reference)).await;
        post.world.app.clock.advance(DAYS - Duration::from_secs(1));
        assert_eq!(post.world.app.browser().go(&link).await.status, StatusCode::OK, "{engine:?}");
        post.world.app.clock.advance(Duration::from_secs(1));
        let mut browser = post.world.app.browser();
        let page = browser.go(&link).await;
        assert_eq!(page.status, StatusCode::GONE, "{engine:?}");
        let sent = browser.submit(&page, "id=\"link-again\"", &[("action", "again")]).await;
        assert!(sent.text().contains("Check your email"), "{engine:?} {}", sent.text());
        let again = path(&post.mail().await.link("/invite"));
        assert_eq!(browser.go(&again).await.status, StatusCode::OK, "{engine:?}");
        // A newer one to the same company replaces it; one to another company does not.
        post.world.app.clock.advance(Duration::from_secs(61));
        let other = post.world.membership(post.world.beta, ida).await;
        post.world.change_reference(post.world.beta, ida, |it| it.accepted_at = None).await;
        let beta = invite(&post, ida, Some(other)).await;
        assert_eq!(browser.go(&again).await.status, StatusCode::OK, "{engine:?}");
        post.world.app.clock.advance(Duration::from_secs(200));
        let newest = invite(&post, ida, Some(reference)).await;
        for (link, status) in [(&again, StatusCode::GONE), (&beta, StatusCode::OK), (&newest, StatusCode::OK)] {
            assert_eq!(post.world.app.browser().go(link).await.status, status, "{engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_types_an_invitation_is_no_reset_and_a_reset_no_invitation() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let (ida, reference) = post.invited("ida@acme.example").await;
        let invitation = invite(&post, ida, Some(reference)).await;
        let reset = post.reset_link("bob").await;
        for (link, from) in [(&invitation, "/invite"), (&reset, "/password/reset")] {
            for to in ["/invite", "/password/reset", "/setup", "/unlock", "/not-me"] {
                let crossed = link.replacen(from, to, 1);
                let answer = post.world.app.browser().go(&crossed).await;
                assert_eq!(answer.status == StatusCode::OK, from == to, "{engine:?} {from} at {to}");
            }
        }
    }
}
