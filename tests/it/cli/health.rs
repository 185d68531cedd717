//! `usher health`, against a listener that says what the test wants.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use super::Place;

/// Answers `/livez`, and `/readyz` with each status in turn; the last one for good.
fn server(ready: &'static [u16]) -> Place {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let mut ready = ready.iter().copied();
        let mut status = ready.next().unwrap();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 2048];
            let read = stream.read(&mut request).unwrap();
            let asks_ready = request[..read].starts_with(b"GET /readyz?verbose ");
            let (code, body) = match asks_ready {
                true => (
                    status,
                    r#"[{"name":"database","ready":true,"note":"sqlite"},{"name":"keys","ready":false,"note":""}]"#,
                ),
                false => (200, "ok"),
            };
            if asks_ready {
                status = ready.next().unwrap_or(status);
            }
            let head = format!("HTTP/1.1 {code} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        }
    });
    Place::new().with("USHER__HTTP__INTERNAL_LISTEN", address.to_string())
}

#[test]
fn a_ready_server_is_0() {
    let out = server(&[200]).run(&["health"]).ok();
    assert_eq!(out, "ready\n  database     ok     sqlite\n  keys         FAILED\n");
    let json = server(&[200]).run(&["health", "--json"]).json();
    assert_eq!((json["live"].as_bool(), json["ready"].as_bool()), (Some(true), Some(true)));
    assert_eq!(json["checks"][0]["name"], "database");
}

#[test]
fn a_server_that_is_not_ready_is_1() {
    let said = server(&[503]).run(&["health"]);
    assert_eq!(said.code, 1);
    assert!(said.out.starts_with("not ready\n") && said.err.contains("lives, but is not ready"), "{}", said.err);
}

#[test]
fn waiting_ends_when_it_is_ready() {
    assert!(server(&[503, 503, 503, 200]).run(&["health", "--wait", "1m"]).ok().starts_with("ready\n"));
}

#[test]
fn waiting_ends_when_the_time_is_over() {
    assert_eq!(server(&[503]).run(&["health", "--wait", "1s"]).code, 1);
}

#[test]
fn nobody_there_is_1() {
    let place = Place::new().with("USHER__HTTP__INTERNAL_LISTEN", "127.0.0.1:1");
    assert!(place.run(&["health"]).err.contains("no server answers at 127.0.0.1:1"));
}
