use proptest::prelude::*;

use super::*;

const REGISTERED: &str = "https://portal.example/callback";

/// Every mutation an attacker or a typing error may bring (security.md, Redirect confusion).
const MUTATIONS: [&str; 56] = [
    "",
    " https://portal.example/callback",
    "https://portal.example/callback ",
    "https://portal.example/callback\n",
    "https://portal.example/callback\r\nSet-Cookie: a=b",
    "https://portal.example/callback\t",
    "https://portal.example/callback\0",
    "https://portal.example/callback/",
    "https://portal.example/callback//",
    "https://portal.example//callback",
    "https://portal.example/Callback",
    "https://portal.example/callback/../callback",
    "https://portal.example/./callback",
    "https://portal.example/x/../callback",
    "https://portal.example/callback/..",
    "https://portal.example/callback/%2e%2e/evil",
    "https://portal.example/callback/..%2fevil",
    "https://portal.example/callback\\..\\evil",
    "https://portal.example\\callback",
    "https://portal.example/%63allback",
    "https://portal.example/callback%00",
    "https://portal.example/callback%20",
    "https://portal.example/callback?",
    "https://portal.example/callback?a=b",
    "https://portal.example/callback?code=x",
    "https://portal.example/callback#",
    "https://portal.example/callback#x",
    "https://portal.example/callback;a=b",
    "https://portal.example/callbackevil",
    "https://portal.example/callback/evil",
    "https://portal.example/",
    "https://portal.example",
    "https://PORTAL.example/callback",
    "HTTPS://portal.example/callback",
    "http://portal.example/callback",
    "https:/portal.example/callback",
    "https:portal.example/callback",
    "//portal.example/callback",
    "/callback",
    "callback",
    "https://portal.example:443/callback",
    "https://portal.example:8443/callback",
    "https://portal.example:/callback",
    "https://portal.example./callback",
    "https://portal.example.evil.example/callback",
    "https://evil.example/callback",
    "https://evilportal.example/callback",
    "https://sub.portal.example/callback",
    "https://portal.example@evil.example/callback",
    "https://evil.example@portal.example/callback",
    "https://user:password@portal.example/callback",
    "https://evil.example#@portal.example/callback",
    "https://evil.example\\@portal.example/callback",
    "https://port\u{430}l.example/callback",
    "javascript://portal.example/callback%0aalert(1)",
    "data:text/html,https://portal.example/callback",
];

#[test]
fn prot_b3_sec_q01_no_mutation_of_a_registered_uri_matches() {
    assert!(matches(REGISTERED, REGISTERED));
    for mutation in MUTATIONS {
        assert!(!matches(mutation, REGISTERED), "{mutation:?}");
        // Every refusal has a name, whatever was sent.
        let _ = difference(mutation, REGISTERED);
    }
}

#[test]
fn prot_b3_a_registered_query_belongs_to_the_string() {
    let registered = "https://portal.example/callback?tenant=1";
    assert!(matches(registered, registered));
    for other in [
        "https://portal.example/callback",
        "https://portal.example/callback?tenant=2",
        "https://portal.example/callback?tenant=1&tenant=1",
    ] {
        assert!(!matches(other, registered), "{other}");
    }
}

#[test]
fn prot_b5_dec_d20_only_the_port_of_a_loopback_address_may_vary() {
    for (received, registered) in [
        ("http://127.0.0.1:51004/callback", "http://127.0.0.1/callback"),
        ("http://127.0.0.1/callback", "http://127.0.0.1:8000/callback"),
        ("http://127.0.0.1:1/callback", "http://127.0.0.1:65535/callback"),
        ("http://[::1]:51004/callback?a=b", "http://[::1]/callback?a=b"),
        ("http://127.0.0.1:51004", "http://127.0.0.1"),
    ] {
        assert!(matches(received, registered), "{received} {registered}");
    }
    for (received, registered) in [
        ("http://127.0.0.1:51004/other", "http://127.0.0.1/callback"),
        ("http://127.0.0.1:51004/callback/", "http://127.0.0.1/callback"),
        ("https://127.0.0.1:51004/callback", "https://127.0.0.1/callback"),
        ("http://127.0.0.1:51004/callback", "https://127.0.0.1/callback"),
        ("http://[::1]:51004/callback", "http://127.0.0.1/callback"),
        ("http://127.0.0.2:51004/callback", "http://127.0.0.1/callback"),
        ("http://127.1:51004/callback", "http://127.0.0.1/callback"),
        ("http://localhost:51004/callback", "http://localhost/callback"),
        ("http://localhost:51004/callback", "http://127.0.0.1/callback"),
        ("http://127.0.0.1:70000/callback", "http://127.0.0.1/callback"),
        ("http://127.0.0.1:0/callback", "http://127.0.0.1/callback"),
        ("http://127.0.0.1:080/callback", "http://127.0.0.1/callback"),
        ("http://127.0.0.1:/callback", "http://127.0.0.1/callback"),
        ("http://127.0.0.1:80@evil.example/callback", "http://127.0.0.1/callback"),
        ("http://127.0.0.1.evil.example/callback", "http://127.0.0.1/callback"),
        ("http://127.0.0.1:80.evil.example/callback", "http://127.0.0.1/callback"),
        ("http://127.0.0.1:5\\@evil.example", "http://127.0.0.1"),
        ("http://127.0.0.1:5#/callback", "http://127.0.0.1"),
        ("http://x@127.0.0.1:5/callback", "http://127.0.0.1/callback"),
        ("HTTP://127.0.0.1:5/callback", "http://127.0.0.1/callback"),
    ] {
        assert!(!matches(received, registered), "{received} {registered}");
    }
}

#[test]
fn the_difference_is_named() {
    use Difference as D;
    for (received, registered, expected) in [
        ("https://portal.example/callback/", REGISTERED, D::TrailingSlash),
        ("https://portal.example/callback/?a=b", "https://portal.example/callback?a=b", D::TrailingSlash),
        ("https://Portal.example/callback", REGISTERED, D::HostCase),
        ("HTTPS://portal.example/callback", REGISTERED, D::HostCase),
        ("http://portal.example/callback", REGISTERED, D::Scheme),
        ("https://portal.example:8443/callback", REGISTERED, D::Port),
        ("https://portal.example:443/callback", REGISTERED, D::Encoding),
        ("http://localhost:3001/callback", "http://localhost:3000/callback", D::Port),
        ("http://127.0.0.1:3000/callback", "http://localhost:3000/callback", D::LocalhostOrLoopback),
        ("http://localhost:3000/callback", "http://[::1]:3000/callback", D::LocalhostOrLoopback),
        ("https://portal.example/callback?a=b", REGISTERED, D::Query),
        ("https://portal.example/callback#a", REGISTERED, D::Fragment),
        ("https://a@portal.example/callback", REGISTERED, D::UserInfo),
        ("https://portal.example/Callback", REGISTERED, D::PathCase),
        ("https://portal.example/login", REGISTERED, D::Path),
        ("https://portal.example/%63allback", REGISTERED, D::Encoding),
        ("https://portal.example/x/../callback", REGISTERED, D::Encoding),
        ("https://evil.example/callback", REGISTERED, D::Host),
        ("https://evil.example/login", REGISTERED, D::Several),
        ("callback", REGISTERED, D::NotAUri),
    ] {
        assert_eq!(difference(received, registered), expected, "{received} {registered}");
    }
}

#[test]
fn the_most_alike_registered_uri_is_explained_first() {
    let registered = ["https://other.example/".to_owned(), REGISTERED.to_owned()];
    let explained = explain("https://portal.example/callback/", &registered);
    assert_eq!(explained[0], Mismatch { registered: REGISTERED.into(), difference: Difference::TrailingSlash });
    assert_eq!(explained.len(), 2);
}

fn uri() -> impl Strategy<Value = String> {
    let part = |choices: &'static [&'static str]| proptest::sample::select(choices);
    (
        part(&["http://", "https://", "HTTP://", "http:/", "http:\\\\", "app.example:/"]),
        part(&["", "a@", "127.0.0.1@", "a:b@"]),
        part(&["127.0.0.1", "[::1]", "localhost", "127.0.0.1.evil", "127.1", "[::2]", "portal.example", "0x7f.0.0.1"]),
        part(&["", ":", ":1", ":80", ":8080", ":65536", ":08", ":8x", ":8@x"]),
        part(&["", "/", "/cb", "/cb/", "/../cb", "\\cb", "/c%62", "?", "?a=1", "/cb?a=1", "#f", "/cb#f"]),
    )
        .prop_map(|(scheme, user, host, port, path)| format!("{scheme}{user}{host}{port}{path}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// Against a WHATWG parser: what matches is the same URL, but for the port of a loopback address.
    #[test]
    fn sec_q01_whatever_matches_is_the_same_url_to_a_browser(received in uri(), registered in uri()) {
        if matches(&received, &registered) && received != registered {
            let (a, b) = (Url::parse(&received).unwrap(), Url::parse(&registered).unwrap());
            prop_assert_eq!(a.scheme(), "http");
            prop_assert_eq!(a.scheme(), b.scheme());
            prop_assert!(matches!(a.host_str(), Some("127.0.0.1" | "[::1]")));
            prop_assert_eq!(a.host_str(), b.host_str());
            prop_assert_eq!(a.path(), b.path());
            prop_assert_eq!(a.query(), b.query());
            prop_assert_eq!((a.username(), a.password(), a.fragment()), ("", None, None));
        }
    }

    #[test]
    fn sec_q01_comparison_answers_any_text(received in ".{0,60}", registered in uri()) {
        prop_assert_eq!(matches(&received, &registered), matches(&registered, &received));
        let _ = difference(&received, &registered);
    }
}
