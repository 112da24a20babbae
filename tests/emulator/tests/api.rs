//! The client API, and the journal.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use serde_json::{Value, json};
use support::{Emulator, FORM, send};

#[test]
fn each_key_has_its_own_domains() {
    let emulator = Emulator::start(&[]);
    assert_eq!(
        emulator.add("a.example").unwrap().json(),
        json!({"success": true})
    );
    assert_eq!(
        emulator.get("/getdomains?apikey=first").unwrap().json()["domains"],
        json!(["a.example"])
    );
    assert_eq!(
        emulator.get("/getdomains?apikey=second").unwrap().json()["domains"],
        json!([])
    );
    let response = emulator.get("/getdomains?apikey=third").unwrap();
    assert_eq!(
        (response.status, response.json()),
        (200, json!({"success": false, "error": "Invalid API key"}))
    );
    assert_eq!(emulator.last()["key"], "unknown");
    emulator.control("PUT", "/settings", &json!({"bad_key_status": 401}));
    assert_eq!(emulator.get("/getdomains").unwrap().status, 401);
}

#[test]
fn a_key_without_permission_is_told_so() {
    let emulator = Emulator::start(&[]);
    emulator.control(
        "PATCH",
        "/state",
        &json!({"keys": {"first": {"permission": false}}}),
    );
    let response = emulator
        .post("/adddomainalias", "apikey=first")
        .unwrap()
        .json();
    assert!(
        response["error"].as_str().unwrap().contains("permission"),
        "{response}"
    );
    assert!(
        emulator
            .add("a.example")
            .unwrap()
            .body
            .contains("permission")
    );
    assert_eq!(emulator.domains(), json!([]));
}

#[test]
fn only_known_calls_by_their_own_method_are_answered() {
    let emulator = Emulator::start(&[]);
    let response = emulator
        .post(
            "/ssl/install",
            "apikey=first&domain=a.example&type=letsencrypt",
        )
        .unwrap();
    assert_eq!(response.status, 404);
    assert!(response.body.starts_with("<!DOCTYPE html>"));
    let response = emulator
        .get("/adddomainalias?apikey=first&domain=a.example&wildcard=")
        .unwrap();
    assert_eq!(
        (response.status, response.header("allow")),
        (405, Some("POST"))
    );
    assert_eq!(emulator.domains(), json!([]));
    assert_eq!(emulator.last()["violations"], json!(["method"]));
}

#[test]
fn what_is_not_a_form_has_no_parameters() {
    let emulator = Emulator::start(&[]);
    let body = r#"{"apikey":"first","domain":"a.example","wildcard":""}"#;
    let server = emulator.address("http");
    let headers = "content-type: application/json\r\n";
    let response = send(server, "POST", "/api/client/adddomainalias", headers, body).unwrap();
    assert_eq!(response.json()["error"], "Invalid API key");
    let entry = emulator.last();
    assert_eq!(
        entry["violations"],
        json!(["content-type", "missing:apikey"])
    );
    assert_eq!(entry["content_type"], "application/json");
    assert_eq!(
        entry["raw_body"],
        r#"{"apikey":"<key>","domain":"a.example","wildcard":""}"#
    );
}

#[test]
fn the_journal_has_everything_but_the_key() {
    let emulator = Emulator::start(&[]);
    emulator.add("*.shop.example").unwrap();
    emulator.add("*.shop.example").unwrap();
    emulator
        .post(
            "/deletedomainalias",
            "apikey=first&domain=*.shop.example&wildcard=1",
        )
        .unwrap();
    emulator
        .post(
            "/adddomainalias",
            "apikey=a%20stolen%2Bkey&domain=a.example&wildcard=",
        )
        .unwrap();
    let journal = emulator.journal();
    let column = |name: &str| {
        journal
            .iter()
            .map(|entry| entry[name].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(column("n"), [1, 2, 3, 4]);
    assert_eq!(column("effect"), ["added", "already", "removed", "none"]);
    assert_eq!(column("key"), ["key1", "key1", "key1", "unknown"]);
    assert_eq!(column("connection"), [1, 2, 3, 4]);
    assert_eq!(
        journal[0]["param_order"],
        json!(["apikey", "domain", "wildcard"])
    );
    assert_eq!(
        journal[0]["params"],
        json!({"domain": "*.shop.example", "wildcard": "1"})
    );
    assert_eq!(
        journal[0]["raw_body"],
        "apikey=<key>&domain=*.shop.example&wildcard=1"
    );
    assert_eq!(
        journal[3]["raw_body"],
        "apikey=<key>&domain=a.example&wildcard="
    );
    assert_eq!(journal[0]["http_version"], "1.1");
    assert_eq!(journal[0]["answer"], r#"{"success":true}"#);
    let later = emulator.control(
        "GET",
        "/journal?since=2&domain=*.shop.example",
        &Value::Null,
    );
    assert_eq!(later.as_array().unwrap().len(), 1);
    emulator.control("DELETE", "/journal", &Value::Null);
    emulator.add("b.example").unwrap();
    assert_eq!(
        emulator
            .journal()
            .iter()
            .map(|entry| entry["n"].clone())
            .collect::<Vec<_>>(),
        [5]
    );
}

#[test]
fn a_test_can_wait_for_a_request() {
    let emulator = Emulator::start(&[]);
    let waiting = std::thread::scope(|scope| {
        let path = "/journal?path=/getdomains&count=2&wait_ms=20000";
        let waiting = scope.spawn(|| emulator.control("GET", path, &Value::Null));
        emulator.add("a.example").unwrap();
        emulator.get("/getdomains?apikey=first").unwrap();
        emulator.get("/getdomains?apikey=first").unwrap();
        waiting.join().unwrap()
    });
    assert_eq!(waiting.as_array().unwrap().len(), 2);
}

#[test]
fn domains_are_shown_in_every_odd_shape() {
    let emulator = Emulator::start(&[]);
    let entries =
        json!([{"HostName": "a.example", "ssl": {"ok": true}}, 7, null, "b.example", {"id": 3}]);
    emulator.control(
        "PUT",
        "/state",
        &json!({"keys": {"first": {"domains": entries}}}),
    );
    let list = |emulator: &Emulator| {
        emulator.get("/getdomains?apikey=first").unwrap().json()["domains"].clone()
    };
    assert_eq!(list(&emulator), entries);
    assert_eq!(emulator.add("a.example").unwrap().json()["success"], false);
    assert_eq!(emulator.last()["effect"], "already");
    emulator.control(
        "PUT",
        "/settings",
        &json!({"shape": "url", "unreadable": 1, "repeat": "succeed"}),
    );
    assert_eq!(list(&emulator)[3], json!({"url": "https://b.example/"}));
    assert_eq!(list(&emulator)[5], 42);
    assert_eq!(emulator.add("a.example").unwrap().json()["success"], true);
}

#[test]
fn a_wildcard_and_its_flag_must_fit() {
    let emulator = Emulator::start(&[]);
    for body in [
        "domain=*.a.example&wildcard=0",
        "domain=a.example&wildcard=1",
        "domain=a.example",
    ] {
        let response = emulator
            .post("/adddomainalias", &format!("apikey=first&{body}"))
            .unwrap();
        assert_eq!(response.json()["success"], false, "{body}");
    }
    assert_eq!(emulator.domains(), json!([]));
}

#[test]
fn the_control_api_refuses_what_it_does_not_know() {
    let emulator = Emulator::start(&[]);
    let control = |method: &str, path: &str, body: &str| {
        let response = send(emulator.address("control"), method, path, FORM, body).unwrap();
        (response.status, response.body)
    };
    let (status, body) = control("PUT", "/faults", r#"[{"kind": "explode"}]"#);
    assert!(status == 400 && body.contains("error"), "{body}");
    assert_eq!(control("PUT", "/settings", r#"{"shpae": "url"}"#).0, 400);
    assert_eq!(control("GET", "/journal?since=x", "").0, 400);
    assert_eq!(control("GET", "/edge", "").0, 400);
    assert_eq!(control("GET", "/nothing", "").0, 404);
    assert!(control("GET", "/", "").1.contains("Control API"));
}
