//! The companies that somebody works for (screens.md 2; domain.md 3 and 5).

use serde_json::json;
use usher::{
    base::id::{CustomerId, UserId},
    identity::reference::Reference,
    store,
};

use super::{ANNA, at, audited, mails};
use crate::support::{
    engine::ENGINES,
    portal::{authorize, code_of},
    world::{PASSWORD, World},
};

const PATH: &str = "/account/customers";

async fn membership(world: &World, customer: CustomerId, user: UserId) -> Reference {
    let mut tx = world.app.node.db.read().await.unwrap();
    store::reference::find_by_user(&mut tx, customer, user).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_company_proposed_first_is_one_and_only_one() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut anna, page) = at(&world, ANNA, PATH).await;
        let text = page.text();
        assert!(text.contains("Acme AB") && text.contains("Beta Oy") && !text.contains("Proposed first"), "{engine:?}");
        let page = anna.submit(&page, "company-default-2", &[("action", "default")]).await;
        assert!(page.text().contains("will be proposed first"), "{engine:?} {}", page.text());
        assert!(membership(&world, world.beta, world.anna).await.is_default, "{engine:?}");
        let page = anna.submit(&page, "company-default-1", &[("action", "default")]).await;
        assert!(!page.text().contains("company-default-1"), "{engine:?}");
        assert!(membership(&world, world.acme, world.anna).await.is_default, "{engine:?}");
        assert!(!membership(&world, world.beta, world.anna).await.is_default, "{engine:?}");
        assert_eq!(audited(&world, "reference.default").await, 2, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o13_an_invitation_to_another_company_is_accepted_or_declined_by_whoever_is_signed_in() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let cedar = world.company("CEDAR", "Cedar GmbH").await;
        let delta = world.company("DELTA", "Delta SA").await;
        for company in [cedar, delta] {
            world.membership(company, world.bob).await;
            world.change_reference(company, world.bob, |it| it.accepted_at = None).await;
        }
        let (mut bob, page) = at(&world, "bob", PATH).await;
        assert_eq!(page.text().matches("Invited").count(), 2, "{engine:?} {}", page.text());
        // Acme, Cedar, Delta.
        let page = bob.submit(&page, "company-accept-2", &[("action", "accept")]).await;
        assert!(page.text().contains("You have joined"), "{engine:?} {}", page.text());
        assert!(membership(&world, cedar, world.bob).await.is_usable(), "{engine:?}");
        assert_eq!(mails(&world, "reference.added").await, 1, "{engine:?}");
        let code = code_of(&bob.go(&authorize(&[("scope", "openid customer:CEDAR")])).await);
        assert_eq!(world.redeem(&code).await.status, 200, "{engine:?}");
        let ask = bob.go(&page.attribute("company-leave-3", "href").unwrap()).await;
        let page = bob.submit(&ask, "id=\"company-leave\"", &[("action", "leave")]).await;
        assert!(page.text().contains("You have left") && !page.text().contains("Delta SA"), "{}", page.text());
        assert!(!membership(&world, delta, world.bob).await.active, "{engine:?}");
        // Switched on again by an administrator, it is an invitation.
        world.change_reference(delta, world.bob, |it| it.active = true).await;
        assert!(bob.go(PATH).await.text().contains("Invited"), "{engine:?}");
        let refused = bob.go(&authorize(&[("scope", "openid customer:DELTA")])).await;
        assert_eq!(refused.error(), "access_denied", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_a_company_is_told_what_it_means_and_loses_what_was_granted_for_it() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let scope = ("scope", "openid customer:ACME offline_access");
        let code = world.code(&mut browser, ANNA, &[scope]).await;
        let acme = world.redeem(&code).await.json();
        let code = world.code(&mut browser, ANNA, &[("scope", "openid customer:BETA offline_access")]).await;
        let beta = world.redeem(&code).await.json();
        let page = browser.go(PATH).await;
        let ask = browser.go(&page.attribute("company-leave-1", "href").unwrap()).await;
        assert!(ask.text().contains("Leave ") && !ask.text().contains("your only company"), "{engine:?}");
        assert!(membership(&world, world.acme, world.anna).await.active, "{engine:?}: a look changes nothing");
        let page = browser.submit(&ask, "id=\"company-leave\"", &[("action", "leave")]).await;
        assert!(page.text().contains("You have left"), "{engine:?} {}", page.text());
        let token = |tokens: &serde_json::Value| tokens["refresh_token"].as_str().unwrap().to_owned();
        assert_eq!(world.refresh(&token(&acme), &[]).await.json()["error"], "invalid_grant", "{engine:?}");
        assert_eq!(world.refresh(&token(&beta), &[]).await.status, 200, "{engine:?}");
        assert_eq!(mails(&world, "reference.removed").await, 1, "{engine:?}");
        // The last one warns.
        let ask = browser.go(&page.attribute("company-leave-1", "href").unwrap()).await;
        assert!(ask.text().contains("your only company"), "{engine:?} {}", ask.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_directory_says_is_not_left_and_what_is_full_is_not_joined() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let cedar = world.company("CEDAR", "Cedar GmbH").await;
        world.membership(cedar, world.nora).await;
        world.change_reference(cedar, world.nora, |it| (it.accepted_at, it.internet_user) = (None, true)).await;
        let (mut nora, page) = at(&world, "nora", PATH).await;
        let (action, hidden) = page.form("company-accept-1");
        let csrf = hidden.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
        let id = page.attribute("name=\"reference\"", "value").unwrap();
        world.set("accounts.quota.base", json!(0)).await;
        let leave = async |browser: &mut crate::support::browser::Browser, wish: &str, id: &str| {
            browser.post(&action, &[("csrf", &csrf), ("action", wish), ("reference", id)]).await
        };
        // She has a seat already: an invitation to an internet user counts.
        assert!(leave(&mut nora, "accept", &id).await.location().unwrap().contains("done="), "{engine:?}");
        world
            .app
            .test
            .run(&format!("UPDATE reference SET source = 'scim:entra' WHERE customer_id = '{}'", cedar.text()))
            .await;
        let page = nora.go(PATH).await;
        assert!(!page.text().contains("company-leave-1"), "{engine:?}");
        let refused = leave(&mut nora, "leave", &id).await;
        assert!(refused.text().contains("directory says who works there"), "{engine:?} {}", refused.text());
        // What is somebody else's, or nothing, is not touched.
        let annas = world.anna_at_acme.text();
        for (wish, id) in
            [("leave", annas.as_str()), ("default", &annas), ("accept", &annas), ("leave", "x"), ("", &id)]
        {
            assert_eq!(leave(&mut nora, wish, id).await.location(), Some(PATH), "{engine:?} {wish}");
        }
        assert!(membership(&world, world.acme, world.anna).await.active, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_that_is_switched_off_and_a_contact_without_access_cannot_be_used() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.change_customer(world.beta, |customer| customer.active = false).await;
        world.change_reference(world.acme, world.anna, |it| it.internet_user = false).await;
        let mut browser = world.app.browser();
        let page = browser.go(PATH).await;
        let page = browser.sign_in(&page, ANNA, PASSWORD).await;
        assert!(!page.text().contains("Beta Oy"), "{engine:?}");
        assert!(
            page.text().contains("Contact without access") && !page.text().contains("company-default"),
            "{engine:?}"
        );
    }
}
