//! Each fault, as a raw client sees it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Emulator, FORM, connect, write};

fn domains_after(fault: Value) -> (std::io::Result<support::Response>, Value, Value) {
    let emulator = Emulator::start(&[]);
    emulator.fault(fault);
    let response = emulator.add("a.example");
    (response, emulator.domains(), emulator.last())
}

#[test]
fn a_reset_is_a_reset_before_or_after_the_effect() {
    for (kind, domains, effect) in [
        ("reset-before", json!([]), "none"),
        ("reset-after", json!(["a.example"]), "added"),
    ] {
        let (response, there, entry) = domains_after(json!({"kind": kind}));
        assert_eq!(response.unwrap_err().kind(), ErrorKind::ConnectionReset);
        assert_eq!(there, domains);
        assert_eq!(
            (&entry["effect"], &entry["status"]),
            (&json!(effect), &Value::Null)
        );
        assert_eq!(entry["fault"], kind);
    }
}

#[test]
fn a_status_comes_with_its_header_and_without_effect() {
    let (response, there, _) = domains_after(json!({"kind": "429", "retry_after": "7"}));
    let response = response.unwrap();
    assert_eq!(
        (response.status, response.header("retry-after")),
        (429, Some("7"))
    );
    assert_eq!(there, json!([]));
    let (response, _, _) =
        domains_after(json!({"kind": "503", "retry_after_date": 60, "text": "{\"a\":1}"}));
    let response = response.unwrap();
    assert_eq!(response.status, 503);
    assert!(response.header("retry-after").unwrap().ends_with(" GMT"));
    assert_eq!(
        response.header("content-type"),
        Some("application/json; charset=utf-8")
    );
    let (response, there, _) = domains_after(json!({"kind": "500", "after": true}));
    assert_eq!(
        (response.unwrap().status, there),
        (500, json!(["a.example"]))
    );
}

#[test]
fn bodies_that_are_not_what_was_promised() {
    let (response, there, _) = domains_after(json!({"kind": "html"}));
    let response = response.unwrap();
    assert_eq!((response.status, there), (200, json!([])));
    assert!(response.body.starts_with("<!DOCTYPE html>"));

    let (response, there, _) = domains_after(json!({"kind": "cut-json"}));
    assert_eq!(
        (response.unwrap().body.as_str(), there),
        (r#"{"succes"#, json!(["a.example"]))
    );

    let (response, there, _) = domains_after(json!({"kind": "cut-body"}));
    assert_eq!(
        (response.unwrap_err().kind(), there),
        (ErrorKind::UnexpectedEof, json!(["a.example"]))
    );

    let (response, _, entry) = domains_after(json!({"kind": "oversized"}));
    let response = response.unwrap();
    assert!(response.body.len() > 1 << 20);
    assert_eq!(response.json()["success"], true);
    assert!(entry["answer"].as_str().unwrap().len() <= 4096);

    let (response, _, _) = domains_after(json!({"kind": "empty"}));
    assert_eq!(response.unwrap().body, "");
}

#[test]
fn a_body_that_drips_is_whole_in_the_end() {
    let begun = Instant::now();
    let fault = json!({"kind": "drip", "bytes": 4, "ms": 30});
    let (response, there, _) = domains_after(fault);
    assert_eq!(response.unwrap().body, r#"{"success":true}"#);
    assert_eq!(there, json!(["a.example"]));
    // Four pieces, three pauses.
    assert!(begun.elapsed() >= Duration::from_millis(90));
}

#[test]
fn an_endless_body_is_chunked_and_goes_on() {
    let emulator = Emulator::start(&[]);
    emulator.fault(json!({"kind": "endless"}));
    let mut stream = connect(emulator.address("http")).unwrap();
    write(
        &mut stream,
        "GET",
        "/api/client/getdomains?apikey=first",
        "",
        "",
    )
    .unwrap();
    let mut start = vec![0; 2 << 20];
    stream.read_exact(&mut start).unwrap();
    assert!(String::from_utf8_lossy(&start).contains("transfer-encoding: chunked"));
}

#[test]
fn a_hang_takes_the_request_and_says_nothing() {
    for (kind, domains) in [("hang", json!([])), ("hang-after", json!(["a.example"]))] {
        let emulator = Emulator::start(&[]);
        emulator.fault(json!({"kind": kind}));
        let mut stream = connect(emulator.address("http")).unwrap();
        let body = "apikey=first&domain=a.example&wildcard=";
        write(
            &mut stream,
            "POST",
            "/api/client/adddomainalias",
            FORM,
            body,
        )
        .unwrap();
        emulator.control("GET", "/journal?count=1&wait_ms=20000", &Value::Null);
        assert_eq!(emulator.domains(), domains);
        stream
            .set_read_timeout(Some(Duration::from_millis(100)))
            .unwrap();
        assert_eq!(
            stream.read(&mut [0; 1]).unwrap_err().kind(),
            ErrorKind::WouldBlock
        );
    }
}

#[test]
fn latency_holds_the_answer_and_not_the_effect() {
    let emulator = Emulator::start(&[]);
    emulator.fault(json!({"kind": "latency", "ms": 300}));
    let start = Instant::now();
    std::thread::scope(|scope| {
        let response = scope.spawn(|| emulator.add("a.example").unwrap());
        emulator.control("GET", "/journal?count=1&wait_ms=20000", &Value::Null);
        assert_eq!(emulator.domains(), json!(["a.example"]));
        assert_eq!(response.join().unwrap().json()["success"], true);
    });
    assert!(start.elapsed() >= Duration::from_millis(300));
    assert_eq!(emulator.last()["fault"], "latency");
}

#[test]
fn rejections_say_what_a_test_wants_and_echo_the_key_only_on_the_wire() {
    let (response, there, _) = domains_after(json!({"kind": "reject", "text": "Too many domains"}));
    assert_eq!(
        response.unwrap().json(),
        json!({"success": false, "error": "Too many domains"})
    );
    assert_eq!(there, json!([]));
    let (response, _, entry) = domains_after(json!({"kind": "echo-key"}));
    assert!(response.unwrap().body.contains("apikey=first"));
    assert!(entry["answer"].as_str().unwrap().contains("apikey=<key>"));
}

#[test]
fn a_redirect_leads_where_the_journal_would_see_it() {
    let (response, _, _) = domains_after(json!({"kind": "redirect"}));
    let response = response.unwrap();
    assert_eq!(
        (response.status, response.header("location")),
        (302, Some("/api/client/redirected?"))
    );
    let (response, _, _) =
        domains_after(json!({"kind": "redirect", "status": 307, "location": "http://a.example/"}));
    let response = response.unwrap();
    assert_eq!(
        (response.status, response.header("location")),
        (307, Some("http://a.example/"))
    );
}

#[test]
fn a_closed_connection_answers_first() {
    let emulator = Emulator::start(&[]);
    emulator.fault(json!({"kind": "close"}));
    let mut stream = connect(emulator.address("http")).unwrap();
    write(
        &mut stream,
        "GET",
        "/api/client/getdomains?apikey=first",
        "",
        "",
    )
    .unwrap();
    let mut whole = String::new();
    stream.read_to_string(&mut whole).unwrap();
    assert!(
        whole.ends_with(r#"{"domains":[],"success":true}"#),
        "{whole}"
    );
}

#[test]
fn faults_choose_by_path_key_domain_and_number() {
    let emulator = Emulator::start(&[]);
    let faults = json!([
        {"kind": "500", "path": "/adddomainalias", "nth": [2]},
        {"kind": "503", "key": "key2"},
        {"kind": "502", "domain": "bad.example", "times": 1},
    ]);
    emulator.control("PUT", "/faults", &faults);
    let statuses: Vec<_> = ["a.example", "bad.example", "bad.example", "b.example"]
        .map(|domain| emulator.add(domain).unwrap().status)
        .into();
    // The second request is matched by both faults, and the first in the list wins.
    assert_eq!(statuses, [200, 500, 200, 200]);
    assert_eq!(
        emulator.get("/getdomains?apikey=second").unwrap().status,
        503
    );
    assert_eq!(
        emulator.get("/getdomains?apikey=first").unwrap().status,
        200
    );
    let counts = emulator.control("GET", "/faults", &Value::Null);
    assert_eq!(
        (&counts[0]["seen"], &counts[0]["fired"]),
        (&json!(4), &json!(1))
    );
    emulator.control("DELETE", "/faults", &Value::Null);
    assert_eq!(
        emulator.get("/getdomains?apikey=second").unwrap().status,
        200
    );
}

#[test]
fn a_rate_repeats_with_its_seed() {
    let emulator = Emulator::start(&[]);
    let run = || {
        emulator.control("PUT", "/seed", &json!({"seed": 42}));
        emulator.fault(json!({"kind": "500", "rate": 0.5}));
        (0..20)
            .map(|_| emulator.get("/getdomains?apikey=first").unwrap().status)
            .collect::<Vec<_>>()
    };
    let first = run();
    assert_eq!(first, run());
    assert!(first.contains(&500) && first.contains(&200));
}
