//! What every page carries, whichever it is.

use serde_json::json;

use super::bob;
use crate::support::{
    browser::Answer,
    engine::ENGINES,
    portal::authorize,
    world::{PASSWORD, World},
};

/// One page of each kind that a relying party's request can lead to.
async fn pages(world: &World) -> Vec<Answer> {
    world.client(json!({ "client_id": "third", "consent": "always", "first_party": false })).await;
    let mut anna = world.app.browser();
    let sign_in = anna.go(&authorize(&[("scope", "openid customer")])).await;
    let rejected = anna.sign_in(&sign_in, "anna@acme.example", "wrong").await;
    let chooser = anna.sign_in(&sign_in, "anna@acme.example", PASSWORD).await;
    let mut nora = world.app.browser();
    let page = nora.go(&authorize(&[("scope", "openid customer")])).await;
    let no_access = nora.sign_in(&page, "nora", PASSWORD).await;
    let mut bob = bob(world).await;
    let expired = bob.go("/signin?a=x").await;
    let account = bob.go(&authorize(&[("prompt", "select_account")])).await;
    let consent = bob.go(&authorize(&[("client_id", "third")])).await;
    let form_post = bob.go(&authorize(&[("response_mode", "form_post")])).await;
    let error = bob.go(&authorize(&[("redirect_uri", "https://evil.example/")])).await;
    let sign_out = bob.go("/oauth2/logout").await;
    let signed_out = bob.submit(&sign_out, "logout-confirm", &[("action", "sign-out")]).await;
    let not_found = bob.go("/no/such/page").await;
    let kinds = [sign_in, rejected, chooser, no_access, expired, account, consent, form_post];
    kinds.into_iter().chain([error, sign_out, signed_out, not_found]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_a14_a19_pages_are_not_framed_not_kept_and_load_nothing_foreign() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        for page in pages(&world).await {
            let at = format!("{engine:?} {}", page.at);
            let text = page.text();
            let form_post = text.contains("form-post-submit");
            let policy = page.header("content-security-policy").unwrap();
            for part in ["default-src 'none'", "frame-ancestors 'none'", "script-src 'self';", "base-uri 'none'"] {
                assert!(policy.contains(part), "{at} {policy}");
            }
            assert!(!policy.contains("unsafe"), "{at} {policy}");
            assert_eq!(page.header("x-frame-options"), Some("DENY"), "{at}");
            assert_eq!(page.header("x-content-type-options"), Some("nosniff"), "{at}");
            assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"), "{at}");
            let referrer = if form_post { "strict-origin" } else { "same-origin" };
            assert_eq!(page.header("referrer-policy"), Some(referrer), "{at}");
            assert_eq!(page.header("cache-control"), Some("no-store"), "{at}");
            assert_eq!(page.header("pragma"), Some("no-cache"), "{at}");
            assert_eq!(page.header("strict-transport-security"), None, "{at}: plain http");
            assert!(page.header("access-control-allow-origin").is_none(), "{at}");
            // Whatever is loaded is ours, and nothing is written into the page.
            for tag in text.split('<').filter(|tag| ["link ", "script", "img "].iter().any(|it| tag.starts_with(it))) {
                let address = tag.split("src=\"").nth(1).or(tag.split("href=\"").nth(1)).expect(tag);
                assert!(address.starts_with('/') && !address.starts_with("//"), "{at} {tag}");
            }
            assert!(!text.contains("<style") && !text.contains(" style=\"") && !text.contains(" onclick="), "{at}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s4_forms_may_lead_to_the_client_of_the_request_and_no_other() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world
            .client(json!({
                "client_id": "wide", "form_action_origins": ["https://after.example"],
                "redirect_uris": ["https://wide.example/cb", "http://127.0.0.1/cb", "com.example.app:/cb"],
            }))
            .await;
        for (changes, sources) in [
            (&[][..], "'self' https://portal.example"),
            (
                &[("client_id", "wide"), ("redirect_uri", "https://wide.example/cb")],
                "'self' https://wide.example http://127.0.0.1:* com.example.app: https://after.example",
            ),
        ] {
            let page = world.app.browser().go(&authorize(changes)).await;
            let policy = page.header("content-security-policy").unwrap();
            let mut named: Vec<&str> =
                policy.split("form-action ").nth(1).unwrap().split(';').next().unwrap().split(' ').collect();
            let mut expected: Vec<&str> = sources.split(' ').collect();
            named.sort_unstable();
            expected.sort_unstable();
            assert_eq!(named, expected, "{engine:?}");
        }
    }
}
