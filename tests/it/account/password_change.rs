//! A password that is set during a sign-in ends that sign-in (security.md, "Password changed").

use usher::{
    authn::password::PasswordInput,
    flow::verify_password::{Proof, Verdict},
    hashing::Lane,
    store,
};

use crate::support::{
    browser::{Answer, Browser},
    engine::ENGINES,
    links::type_password,
    portal::{authorize, code_of},
    world::{PASSWORD, World},
};

const ANNA: &str = "anna@acme.example";
const NEW: &str = "vexing-marsh-lantern-09";

/// How a page is answered: a marker of its form, and what is typed.
type Reply = (&'static str, Vec<(&'static str, String)>);

/// A browser in which Anna's sign-in stands at a page, and how she would go on.
struct UnderWay {
    browser: Browser,
    page: Answer,
    reply: Reply,
}

/// Anna's sign-in, stopped at each page it has.
async fn under_way(world: &World) -> Vec<UnderWay> {
    let mut all = Vec::new();
    let mut signed_in = async |changes: &[(&str, &str)], reply: Reply| {
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(changes)).await;
        let page = browser.sign_in(&page, ANNA, PASSWORD).await;
        assert_eq!(page.location(), None, "{}", page.at);
        all.push(UnderWay { browser, page, reply });
    };
    let acme = ("reference", world.anna_at_acme.text());
    signed_in(&[("scope", "openid customer")], ("id=\"reference", vec![acme])).await;
    signed_in(&[("prompt", "consent")], ("consent-allow", vec![("action", "allow".to_owned())])).await;
    let mut browser = world.app.browser();
    world.code(&mut browser, ANNA, &[]).await;
    let page = browser.go(&authorize(&[("prompt", "select_account")])).await;
    all.push(UnderWay { browser, page, reply: ("account-continue", vec![("action", "continue".to_owned())]) });
    all
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get(&authorize(&[("prompt", "none")])).await.redirect_params().contains_key("code")
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_a_password_set_by_link_ends_the_sign_ins_that_are_under_way() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let all = under_way(&world).await;
        assert_eq!(all.len(), 3);
        // One more, whose password is not typed yet.
        let mut waiting = world.app.browser();
        let form = waiting.go(&authorize(&[])).await;
        world.app.set_password(ANNA, NEW).await;
        for UnderWay { mut browser, page, reply: (marker, fields) } in all {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = browser.submit(&page, marker, &fields).await;
            assert!(answer.text().contains("id=\"password\""), "{engine:?} {}: {}", page.at, answer.at);
            assert!(!is_signed_in(&mut browser).await, "{engine:?} {}", page.at);
            let answer = browser.sign_in(&answer, ANNA, PASSWORD).await;
            assert!(answer.text().contains("id=\"password\""), "{engine:?}: the old one is nothing");
            // The new one takes the same attempt to its end.
            let answer = browser.sign_in(&answer, ANNA, NEW).await;
            let answer = match answer.location() {
                Some(_) => answer,
                None => browser.submit(&answer, marker, &fields).await,
            };
            assert!(!code_of(&answer).is_empty(), "{engine:?} {}", page.at);
        }
        let refused = waiting.sign_in(&form, ANNA, PASSWORD).await;
        assert!(refused.text().contains("id=\"password\""), "{engine:?}");
        assert!(!waiting.cookies.contains_key("usher-sid"), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_a_password_set_between_proof_and_session_opens_none() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let node = &world.app.node;
        let snapshot = node.snapshot().await.unwrap();
        let proof = Proof {
            username: "bob",
            password: PasswordInput::parse(PASSWORD).ok(),
            known_browser: None,
            lane: Lane::Untrusted,
            ip: None,
            client_id: None,
            request_id: None,
        };
        let Verdict::Verified(verified) = node.verify_password(&snapshot, proof).await.unwrap() else {
            panic!("the password is right");
        };
        let opens = async || {
            let mut tx = node.db.write().await.unwrap();
            let opens = store::user::signed_in(&mut tx, verified.user, verified.epoch, node.now()).await.unwrap();
            tx.rollback().await.unwrap();
            opens
        };
        assert!(opens().await, "{engine:?}");
        world.app.set_password("bob", NEW).await;
        assert!(!opens().await, "{engine:?}: what was proved is the old password");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_whichever_of_a_sign_in_and_a_new_password_comes_first_the_old_one_buys_nothing() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut old = PASSWORD.to_owned();
        for round in 0..12 {
            let new = format!("vexing-marsh-lantern-{round}");
            let (mut browser, mut desk) = (world.app.browser(), world.app.browser());
            let page = browser.go(&authorize(&[])).await;
            let link = desk.go(&world.app.password_link("bob").await).await;
            let (answer, saved) =
                futures_util::future::join(browser.sign_in(&page, "bob", &old), type_password(&mut desk, &link, &new))
                    .await;
            assert!(saved.text().contains("Your password is saved"), "{engine:?} {}", saved.text());
            if answer.location().is_some() {
                let redeemed = world.redeem(&code_of(&answer)).await;
                assert_eq!(redeemed.status, 400, "{engine:?} {round}: {}", redeemed.text());
            }
            assert!(!is_signed_in(&mut browser).await, "{engine:?} {round}");
            let page = browser.go(&authorize(&[])).await;
            code_of(&browser.sign_in(&page, "bob", &new).await);
            old = new;
        }
    }
}
