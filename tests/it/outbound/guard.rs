//! Whoever chose the URL: nothing private is called, and a listener there sees no connection.

use usher::{
    config::settings::Site,
    outbound::{Call, Outbound, OutboundError, OutboundSetupError, SystemLookup},
};

use super::{Setup, Table, client, config};
use crate::support::{
    stub::{Identity, Reply, Stub, loopback},
    time::TestClock,
};

async fn listener() -> Stub {
    Stub::start(|_| Reply::text(200, &[], "secret")).await
}

async fn get(setup: &Setup, url: &str) -> Result<String, OutboundError> {
    let answer = setup.outbound.send(Call::get(url)).await?;
    Ok(String::from_utf8(answer.body.to_vec()).unwrap())
}

#[tokio::test]
async fn prot_a22_literals_of_loopback_in_every_spelling_reach_no_listener() {
    let victim = listener().await;
    let setup = client(&[], Table::default(), None);
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "017700000001",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::127.0.0.1]",
        "user@127.0.0.1",
        "example.com:443@127.0.0.1",
    ] {
        for scheme in ["http", "https"] {
            let refused = get(&setup, &format!("{scheme}://{host}:{}/", victim.port())).await;
            assert!(matches!(refused, Err(OutboundError::Url(_) | OutboundError::Forbidden(_))), "{host}: {refused:?}");
        }
    }
    assert_eq!((victim.connections(), setup.table.lookups()), (0, 0));
}

#[tokio::test]
async fn prot_a22_names_that_lead_to_private_addresses_reach_no_listener() {
    let victim = listener().await;
    for addresses in [
        &["127.0.0.1"] as &[&str],
        &["::1"],
        &["::ffff:127.0.0.1"],
        &["8.8.8.8", "127.0.0.1"],
        &["127.0.0.1", "8.8.8.8"],
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["fd00:ec2::254"],
        &["100.64.0.1"],
        &["0.0.0.0"],
    ] {
        let setup = client(&[], Table::default().with("evil.example", &[addresses]), None);
        let refused = get(&setup, &format!("https://evil.example:{}/", victim.port())).await;
        assert!(matches!(refused, Err(OutboundError::Forbidden(_))), "{addresses:?}: {refused:?}");
        assert_eq!(setup.table.lookups(), 1, "{addresses:?}");
    }
    assert_eq!(victim.connections(), 0);
}

#[tokio::test]
async fn prot_a22_a_name_that_does_not_exist_or_has_no_address_is_a_failed_call() {
    let setup = client(&[], Table::default().with("empty.example", &[&[]]), None);
    for name in ["empty.example", "missing.example"] {
        let failed = get(&setup, &format!("https://{name}/")).await;
        assert!(matches!(failed, Err(OutboundError::Transport(_))), "{name}: {failed:?}");
    }
}

/// The first lookup gives an address that may be called, the second a private one. What was checked is what is called:
/// there is no lookup between the check and the connection.
#[tokio::test]
async fn prot_a22_a_name_that_is_rebound_is_refused_at_its_next_lookup() {
    let identity = Identity::of(&["rebound.example"]);
    let open = Stub::listen(loopback(2, 0), Some(&identity), |_| Reply::text(200, &[], "public")).await;
    let victim = Stub::listen(loopback(1, open.port()), Some(&identity), |_| Reply::text(200, &[], "secret")).await;
    // 127.0.0.2 stands for the public internet, where a test calls nobody.
    let table = Table::default().with("rebound.example", &[&["127.0.0.2"], &["127.0.0.1"]]);
    let setup = client(&["127.0.0.2/32"], table, Some(&identity));
    let url = format!("https://rebound.example:{}/", open.port());
    assert_eq!(get(&setup, &url).await.unwrap(), "public");
    assert_eq!((open.connections(), setup.table.lookups()), (1, 1));
    let refused = get(&setup, &url).await;
    assert!(matches!(refused, Err(OutboundError::Forbidden(_))), "{refused:?}");
    assert_eq!((open.connections(), victim.connections(), setup.table.lookups()), (1, 0, 2));
}

#[tokio::test]
async fn prot_a22_redirects_are_not_followed() {
    let victim = listener().await;
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/", victim.url());
        let redirecting = Stub::start(move |_| Reply::text(status, &[("location", &to)], "")).await;
        // Even where the operator allows both hosts.
        let setup = client(&["127.0.0.1"], Table::default(), None);
        let refused = get(&setup, &redirecting.url()).await;
        assert!(matches!(refused, Err(OutboundError::Redirected(code)) if code == status), "{refused:?}");
        assert_eq!(redirecting.connections(), 1);
    }
    assert_eq!(victim.connections(), 0);
}

#[tokio::test]
async fn contract_outbound_allow_hosts_lets_the_operator_name_internal_hosts() {
    let identity = Identity::of(&["crm.internal"]);
    let crm = Stub::listen(loopback(1, 0), Some(&identity), |_| Reply::text(200, &[], "hello")).await;
    let url = format!("https://crm.internal:{}/", crm.port());
    let table = || Table::default().with("crm.internal", &[&["127.0.0.1"]]);
    let port = format!("crm.internal:{}", crm.port());
    for rule in ["crm.internal", &port, "127.0.0.0/8"] {
        let setup = client(&[rule], table(), Some(&identity));
        assert_eq!(get(&setup, &url).await.unwrap(), "hello", "{rule}");
    }
    let connections = crm.connections();
    for rule in ["other.internal", "crm.internal:1", "10.0.0.0/8", "127.0.0.1"] {
        let setup = client(&[rule], table(), Some(&identity));
        assert!(matches!(get(&setup, &url).await, Err(OutboundError::Forbidden(_))), "{rule}");
    }
    assert_eq!(crm.connections(), connections);
}

#[tokio::test]
async fn contract_outbound_extra_ca_is_trusted_and_names_still_have_to_match() {
    let (identity, other) = (Identity::of(&["crm.internal"]), Identity::of(&["crm.internal"]));
    let crm = Stub::listen(loopback(1, 0), Some(&identity), |_| Reply::text(200, &[], "hello")).await;
    let table = || {
        let table = Table::default().with("crm.internal", &[&["127.0.0.1"]]);
        table.with("else.internal", &[&["127.0.0.1"]])
    };
    let allow = &["crm.internal", "else.internal"];
    let url = |host: &str| format!("https://{host}:{}/", crm.port());
    assert_eq!(get(&client(allow, table(), Some(&identity)), &url("crm.internal")).await.unwrap(), "hello");
    for (trusted, host) in [(Some(&identity), "else.internal"), (Some(&other), "crm.internal"), (None, "crm.internal")]
    {
        let refused = get(&client(allow, table(), trusted), &url(host)).await;
        assert!(matches!(refused, Err(OutboundError::Transport(_) | OutboundError::Client(_))), "{host}: {refused:?}");
    }
    assert_eq!(crm.received().len(), 1);
}

#[tokio::test]
async fn contract_outbound_a_file_without_certificates_stops_the_start() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let open = |path| {
        let clock = std::sync::Arc::new(TestClock::default());
        Outbound::with_lookup(&config(&[], Some(path)), Site::Public, clock, std::sync::Arc::new(SystemLookup)).err()
    };
    assert!(matches!(open(file.path().to_owned()), Some(OutboundSetupError::Certificates(_))));
    assert!(matches!(open("/nowhere.pem".into()), Some(OutboundSetupError::Read(..))));
}

#[tokio::test]
async fn sec_q103_an_error_does_not_repeat_the_url() {
    let setup = client(&["127.0.0.1"], Table::default(), None);
    let stub = Stub::start(|_| Reply::Bytes(b"nonsense".to_vec())).await;
    let error = get(&setup, &format!("{}/?token=hunter2", stub.url())).await.unwrap_err();
    let text = format!("{} {error:?}", error.chain());
    assert!(!text.contains("hunter2") && stub.connections() == 1, "{text}");
}
