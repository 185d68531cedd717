//! A portal signs people in.

use crate::support::{
    engine::ENGINES,
    portal::{authorize, claims, code_of, header},
    world::{PASSWORD, World},
};

#[tokio::test(flavor = "multi_thread")]
async fn inv_q1_a_portal_signs_a_person_in_and_learns_for_whom_they_act() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let asked = [("scope", "openid profile email customer permissions offline_access"), ("nonce", "n-1")];
        let page = browser.go(&authorize(&asked)).await;
        assert_eq!(page.status, 200, "{engine:?} {}", page.text());
        // Anna works at two companies: after the password she chooses.
        let chooser = browser.sign_in(&page, "anna@acme.example", PASSWORD).await;
        assert!(chooser.at.starts_with("/signin/customer?a="), "{} {}", chooser.at, chooser.text());
        let answer = browser.submit(&chooser, "id=\"reference", &[("reference", &world.anna_at_beta.text())]).await;
        assert_eq!(answer.redirect_params()["state"], "s-123");
        let tokens = world.redeem(&code_of(&answer)).await;
        assert_eq!(tokens.status, 200, "{engine:?} {}", tokens.text());
        let tokens = tokens.json();
        let id_token = claims(tokens["id_token"].as_str().unwrap());
        assert_eq!(id_token["sub"], world.anna.text());
        assert_eq!(id_token["nonce"], "n-1");
        assert_eq!(id_token["customer_code"], "BETA");
        assert_eq!(id_token["reference_id"], world.anna_at_beta.text());
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(header(access)["typ"], "at+jwt");
        assert_eq!(claims(access)["permissions"], serde_json::json!(["orders.read", "prices.read"]));
        let user_info = world.app.user_info(access).await;
        assert_eq!(user_info.status, 200, "{engine:?} {}", user_info.text());
        assert_eq!(user_info.json()["email"], "anna@acme.example");
        assert_eq!(world.introspect(access).await["active"], true, "{engine:?}");
        // Refreshed tokens speak for the same company.
        let refreshed = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await;
        assert_eq!(refreshed.status, 200, "{engine:?} {}", refreshed.text());
        assert_eq!(claims(refreshed.json()["access_token"].as_str().unwrap())["customer_code"], "BETA");
        // Coming back needs no page: the session and its choice are remembered.
        let again = browser.go(&authorize(&asked)).await;
        let tokens = world.redeem(&code_of(&again)).await.json();
        assert_eq!(claims(tokens["id_token"].as_str().unwrap())["customer_code"], "BETA", "{engine:?}");
    }
}
