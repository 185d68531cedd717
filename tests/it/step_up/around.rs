//! Around the page that asks for a code: tabs, the back button, locks, codes used twice (inventory M22, M28; S8).

use serde_json::json;

use super::{MFA, asks_for_code, enter, fresh_code, id_token, password, signed_in};
use crate::{
    factors::desk::Desk,
    support::{
        engine::ENGINES,
        portal::{authorize, code_of},
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_need_the_factor_once() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let seed = desk.app_of(world.bob).await;
        let mut browser = world.app.browser();
        let first = password(&mut browser, "bob", &[]).await;
        let second = browser.go(&authorize(&[("state", "two")])).await;
        assert!(asks_for_code(&second) && first.at != second.at, "{engine:?} {}", second.at);
        let answer = enter(&desk, &mut browser, &first, &seed).await;
        assert_eq!(answer.redirect_params()["state"], "s-123", "{engine:?}");
        // The second tab goes on whatever is typed there, and uses up no code.
        let answer = browser.submit(&second, "id=\"code\"", &[("code", "000000")]).await;
        assert_eq!(answer.redirect_params()["state"], "two", "{engine:?}");
        assert_eq!(id_token(world, &answer).await["acr"], MFA, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_back_button_leads_to_a_way_on_and_not_around() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let seed = desk.app_of(world.bob).await;
        let mut browser = world.app.browser();
        let page = password(&mut browser, "bob", &[]).await;
        // Back to the password, before the factor: he is where he was.
        let attempt = page.at.split_once("a=").unwrap().1.split('&').next().unwrap().to_owned();
        assert!(asks_for_code(&browser.go(&format!("/signin?a={attempt}")).await), "{engine:?}");
        code_of(&enter(&desk, &mut browser, &page, &seed).await);
        let back = browser.go(&page.at).await;
        assert!(back.text().contains("signed in already"), "{engine:?} {}", back.text());
        let again = browser.submit(&page, "id=\"code\"", &[("code", "000000")]).await;
        assert!(again.text().contains("signed in already"), "{engine:?} {}", again.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m22_a_code_works_once_and_five_wrong_ones_lock_the_method_alone() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let seed = desk.app_of(world.bob).await;
        let (_, answer) = signed_in(&desk, "bob", &seed, &[]).await;
        code_of(&answer);
        let mut browser = world.app.browser();
        let page = password(&mut browser, "bob", &[]).await;
        // The code of this half-minute is used.
        let code = seed.code_at(desk.now());
        let page = browser.submit(&page, "id=\"code\"", &[("code", code.expose())]).await;
        assert!(asks_for_code(&page) && page.text().contains("used already"), "{engine:?} {}", page.text());
        let page = browser.submit(&page, "id=\"code\"", &[("code", " ")]).await;
        assert!(page.text().contains("Enter the code."), "{engine:?}");
        let wrong = desk.wrong(&seed);
        let mut page = page;
        for _ in 0..5 {
            page = browser.submit(&page, "id=\"code\"", &[("code", &wrong)]).await;
            assert!(page.text().contains("That code did not work"), "{engine:?} {}", page.text());
        }
        // Locked: a right code is not even looked at, and the page says for how long.
        let right = fresh_code(&desk, &seed);
        let page = browser.submit(&page, "id=\"code\"", &[("code", &right)]).await;
        assert!(asks_for_code(&page) && page.text().contains("Too many wrong codes"), "{engine:?} {}", page.text());
        // The password is nobody's concern in this.
        let mut other = world.app.browser();
        assert!(asks_for_code(&password(&mut other, "bob", &[]).await), "{engine:?}");
        desk.wait(900);
        let answer = enter(&desk, &mut browser, &page, &seed).await;
        code_of(&answer);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_d4_another_persons_or_sessions_page_proves_nothing() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let (bobs, annas) = (desk.app_of(world.bob).await, desk.app_of(world.anna).await);
        let mut browser = world.app.browser();
        let page = password(&mut browser, "bob", &[]).await;
        // Anna's code is not Bob's.
        let annas = fresh_code(&desk, &annas);
        let page = browser.submit(&page, "id=\"code\"", &[("code", &annas)]).await;
        assert!(asks_for_code(&page), "{engine:?}");
        // Nobody is signed in any more: the page leads to the password.
        let mut gone = browser.clone();
        gone.cookies.remove("usher-sid");
        let right = fresh_code(&desk, &bobs);
        let answer = gone.submit(&page, "id=\"code\"", &[("code", &right)]).await;
        assert!(answer.text().contains("id=\"password\""), "{engine:?} {}", answer.at);
        // The account is switched off meanwhile.
        world.change_user(world.bob, |user| user.active = false).await;
        let answer = browser.submit(&page, "id=\"code\"", &[("code", &right)]).await;
        assert!(answer.text().contains("id=\"password\""), "{engine:?} {}", answer.at);
        let told = browser.get(&authorize(&[("prompt", "none")])).await.redirect_params();
        assert_eq!(told["error"], json!("login_required"), "{engine:?}");
    }
}
