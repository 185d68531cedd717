//! The revocation matrix (security.md, "A check missing on a sibling path"): every path that exists against every
//! condition that can be set after a credential was issued.

use serde_json::json;
use usher::store;

use crate::support::{engine::ENGINES, portal::authorize, world::World};

/// What happens after the credentials were issued.
#[derive(Clone, Copy, Debug)]
enum Condition {
    UserDisabled,
    UserBlocked,
    SignedOutEverywhere,
    CustomerDisabled,
    ReferenceDisabled,
    NoInternetUser,
    ClientDisabled,
    SessionEnded,
    GrantTypeRemoved,
}

use Condition::*;

const ALL: [Condition; 9] = [
    UserDisabled,
    UserBlocked,
    SignedOutEverywhere,
    CustomerDisabled,
    ReferenceDisabled,
    NoInternetUser,
    ClientDisabled,
    SessionEnded,
    GrantTypeRemoved,
];

/// The error of the token endpoint.
fn token_error(condition: Condition) -> (u16, &'static str) {
    match condition {
        ClientDisabled => (401, "invalid_client"),
        GrantTypeRemoved => (400, "unauthorized_client"),
        _ => (400, "invalid_grant"),
    }
}

/// Whether access tokens that were issued go on.
fn tokens_survive(condition: Condition) -> bool {
    matches!(condition, GrantTypeRemoved)
}

impl World {
    async fn set_condition(&self, condition: Condition) {
        match condition {
            UserDisabled => self.change_user(self.bob, |user| user.active = false).await,
            UserBlocked => self.block(self.bob, true).await,
            SignedOutEverywhere => self.sign_out_everywhere(self.bob).await,
            CustomerDisabled => self.change_customer(self.acme, |customer| customer.active = false).await,
            ReferenceDisabled => self.change_reference(self.acme, self.bob, |it| it.active = false).await,
            NoInternetUser => self.change_reference(self.acme, self.bob, |it| it.internet_user = false).await,
            ClientDisabled => {
                let mut tx = self.app.node.db.write().await.unwrap();
                let client = store::client::find(&mut tx, "portal").await.unwrap().unwrap();
                store::client::update(&mut tx, &client.metadata, false, self.app.node.now()).await.unwrap();
                tx.commit().await.unwrap();
            }
            SessionEnded => {
                let mut tx = self.app.node.db.write().await.unwrap();
                store::session::end_for_user(&mut tx, self.bob, self.app.node.now()).await.unwrap();
                store::grant::revoke_for_user(&mut tx, self.bob, "test", self.app.node.now()).await.unwrap();
                tx.commit().await.unwrap();
            }
            GrantTypeRemoved => self.client(json!({"grant_types": ["client_credentials"], "redirect_uris": []})).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_revocation_matrix_takes_effect_at_once_on_every_path() {
    for engine in ENGINES {
        for condition in ALL {
            let world = World::new(engine).await;
            // Somebody who may look at tokens whatever happens to the portal.
            world
                .client(json!({"client_id": "watcher", "introspects": ["http://localhost:8080/oauth2/userinfo"]}))
                .await;
            let mut browser = world.app.browser();
            let asked = [("scope", "openid customer offline_access")];
            let code = world.code(&mut browser, "bob", &asked).await;
            let tokens = world.redeem(&code).await.json();
            let waiting = world.code(&mut browser, "bob", &asked).await;
            let access = tokens["access_token"].as_str().unwrap();
            assert_eq!(world.app.user_info(access).await.status, 200);
            let watch = async || {
                let basic = crate::support::app::basic("watcher", crate::support::world::SECRET);
                let answer = world.app.post("/oauth2/introspect", Some(&basic), &[("token", access)]).await;
                answer.json()["active"].as_bool().unwrap()
            };
            assert!(watch().await, "the watcher sees it");

            world.set_condition(condition).await;

            let expected = token_error(condition);
            let redeemed = world.redeem(&waiting).await;
            assert_eq!(
                (redeemed.status.as_u16(), redeemed.json()["error"].as_str().unwrap()),
                expected,
                "{engine:?} {condition:?} code"
            );
            let refreshed = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await;
            assert_eq!(
                (refreshed.status.as_u16(), refreshed.json()["error"].as_str().unwrap()),
                expected,
                "{engine:?} {condition:?} refresh"
            );
            let user_info = world.app.user_info(access).await;
            assert_eq!(user_info.status == 200, tokens_survive(condition), "{engine:?} {condition:?} userinfo");
            assert_eq!(watch().await, tokens_survive(condition), "{engine:?} {condition:?} introspection");
            let again = browser.go(&authorize(&asked)).await;
            let code = again.location().is_some() && again.redirect_params().contains_key("code");
            assert!(!code, "{engine:?} {condition:?} SSO authorize gave a code");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_revocation_reaches_the_other_node_within_a_look() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let tokens = world.tokens(&[("scope", "openid customer offline_access")]).await;
        let access = tokens["access_token"].as_str().unwrap().to_owned();
        let (node, router) = world.app.beside().await;
        usher::flow::follow::follow(&node).await.unwrap();
        let ask = async || {
            let request = axum::http::Request::get("/oauth2/userinfo")
                .header("host", "localhost:8080")
                .header("authorization", format!("Bearer {access}"))
                .body(axum::body::Body::empty())
                .unwrap();
            crate::support::browser::answer(router.clone(), request, String::new()).await.status
        };
        assert_eq!(ask().await, 200, "{engine:?}");
        world.change_user(world.bob, |user| user.active = false).await;
        usher::flow::follow::follow(&node).await.unwrap();
        assert_eq!(ask().await, 401, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_password_set_by_link_ends_everything_the_old_one_opened() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, "bob", &[("scope", "openid offline_access")]).await;
        let tokens = world.redeem(&code).await.json();
        let mut tx = world.app.node.db.write().await.unwrap();
        let now = world.app.node.now();
        let id = usher::base::id::LinkId::new(&*world.app.node.entropy, now);
        let link = usher::base::bearer::mint(
            usher::base::bearer::BearerKind::PasswordLink,
            id.uuid(),
            &*world.app.node.entropy,
        );
        let life = std::time::Duration::from_secs(900);
        let purpose = store::link::LinkPurpose::Password;
        store::link::insert(&mut tx, id, &link.hash, purpose, Some(world.bob), now, now.plus(life)).await.unwrap();
        tx.commit().await.unwrap();

        let mut other = world.app.browser();
        let address = format!("/password/reset?t={}", link.value.expose());
        let moved = other.get(&address).await;
        assert_eq!(
            (moved.status.as_u16(), moved.location()),
            (303, Some("/password/reset")),
            "nothing secret in the address"
        );
        let page = other.go(&address).await;
        assert!(!page.text().contains(link.value.expose()));
        let weak = other.submit(&page, "new_password", &[("new_password", "abc")]).await;
        assert!(weak.text().contains("new_password"), "{engine:?}: the link still works");
        let saved = other.submit(&weak, "new_password", &[("new_password", "vexing-marsh-lantern-09")]).await;
        assert_eq!(saved.status, 200, "{engine:?} {}", saved.text());
        assert!(!other.cookies.contains_key("usher-sid"), "it never signs in");
        let used = other.go(&address).await;
        assert_eq!(used.status, 410, "{engine:?}");

        assert_eq!(world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.status, 400, "{engine:?}");
        assert_eq!(world.app.user_info(tokens["access_token"].as_str().unwrap()).await.status, 401);
        let page = browser.go(&authorize(&[])).await;
        assert!(page.at.starts_with("/signin?"), "{engine:?}: signed out: {}", page.at);
        let answer = browser.sign_in(&page, "bob", "vexing-marsh-lantern-09").await;
        assert!(answer.redirect_params().contains_key("code"), "{engine:?}");
    }
}
