//! `usher config`.

use super::Place;

#[test]
fn check_says_what_is_right() {
    let place = Place::new();
    assert_eq!(place.run(&["config", "check"]).ok(), "usher.toml is right: 0 keys, issuer http://localhost:8080\n");
    place.file("usher.toml", "[log]\nlevel = \"debug\"");
    assert_eq!(place.run(&["config", "check"]).ok(), "usher.toml is right: 1 key, issuer http://localhost:8080\n");
    assert_eq!(place.run(&["config", "check", "--json"]).json(), serde_json::json!({"ok": true, "faults": []}));
}

#[test]
fn check_says_what_is_wrong_and_where() {
    let place = Place::new();
    place.file("usher.toml", "[http]\nlisen = \"127.0.0.1:1\"\n");
    let said = place.run(&["config", "check"]).failed();
    assert_eq!(
        said,
        "usher: the configuration cannot be used:\n\n\
         there is no key http.lisen; did you mean \"listen\"?\n --> usher.toml:2:1\n  |\n\
         2 | lisen = \"127.0.0.1:1\"\n  | ^^^^^\n"
    );
    let json = place.run(&["config", "check", "--json"]);
    assert_eq!(json.code, 1);
    let json = json.json();
    assert_eq!((json["ok"].as_bool(), json["faults"][0]["place"].as_str()), (Some(false), Some("usher.toml:2:1")));
}

#[test]
fn every_command_that_reads_the_configuration_stops_at_a_wrong_one() {
    let place = Place::new().with("USHER__HTTP__LISTN", "x");
    for command in [["config", "show"].as_slice(), &["migrate"], &["health"]] {
        assert!(place.run(command).failed().contains("did you mean USHER__HTTP__LISTEN?"), "{command:?}");
    }
    let missing = Place::new().run(&["config", "check", "--config", "nowhere.toml"]).failed();
    assert!(missing.contains("nowhere.toml: No such file"), "{missing}");
}

#[test]
fn show_tells_where_each_value_comes_from_and_no_secret() {
    let place = Place::new().with("USHER__PUBLIC_URL", "https://login.acme.example").with("USHER__KEYS__KEK", "s3cret");
    place.file("usher.toml", "[database]\nurl = \"postgres://usher:s3cret@db/usher\"\n");
    let shown = place.run(&["config", "show", "--sources"]).ok();
    assert!(!shown.contains("s3cret"), "{shown}");
    let shown =
        shown.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect::<String>();
    for expected in [
        "public_url = \"https://login.acme.example\" # environment, USHER__PUBLIC_URL",
        "url = \"postgres://usher:•••@db/usher\" # file, line 2",
        "kek = \"•••\" # environment, USHER__KEYS__KEK",
        "internal_listen = \"127.0.0.1:8081\" # default",
    ] {
        assert!(shown.contains(expected), "{expected}\n{shown}");
    }
    let json = place.run(&["config", "show", "--json"]).json();
    assert_eq!(json["database.url"]["source"], "file, line 2");
}

#[test]
fn the_template_is_a_configuration() {
    let place = Place::new();
    let template = place.run(&["config", "template"]).ok();
    place.file("usher.toml", &template);
    assert!(place.run(&["config", "check"]).ok().contains("0 keys"));
}

#[test]
fn the_schema_is_json() {
    let schema = Place::new().run(&["config", "schema"]).json();
    assert_eq!(schema["properties"]["log"]["properties"]["level"]["default"], "info");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    use std::process::Stdio;
    let place = Place::new();
    let mut child = place.command(&["config", "schema"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{ended:?}");
}
