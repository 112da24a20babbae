//! Lists as long as a large network's, and as odd as they come.

use std::time::{Duration, Instant};

use closte::api::{Config, Outcome};
use closte::error::Kind;
use serde_json::{Value, json};

use crate::support::{Emulator, PATIENCE, assert_ends, client, domain, run};

const MANY: usize = 100_000;

/// The names of [`MANY`] domains.
fn many() -> Value {
    (0..MANY)
        .map(|number| Value::from(format!("shop-{number}.customers.example")))
        .collect()
}

#[test]
fn a_list_of_a_hundred_thousand_domains_is_read_whole() {
    let emulator = Emulator::start();
    emulator.set_domains(&many());
    emulator.settings(&json!({ "shape": "rich", "unreadable": 3 }));
    let client = emulator.client();
    let list = run(client.domains()).unwrap();
    assert_eq!((list.domains.len(), list.skipped), (MANY, 3));
    let end = list.domains.last().unwrap();
    assert_eq!(end.domain, format!("shop-{}.customers.example", MANY - 1));
    assert_eq!(end.details["SSL"]["status"], "active");
    // A change whose refusal has to be looked up in it.
    assert_eq!(
        run(client.add_domain(&domain("shop-77777.customers.example"))),
        Ok(Outcome::AlreadyThere)
    );
    assert_eq!(
        run(client.remove_domain(&domain("another.example"))),
        Ok(Outcome::AlreadyGone)
    );
}

#[test]
fn one_odd_entry_spoils_itself_alone() {
    let emulator = Emulator::start();
    let long = "x".repeat(2_000_000);
    let mut deep = json!("a.example");
    for _ in 0..100 {
        deep = json!([deep]);
    }
    emulator.set_domains(&json!([
        "a.example", null, 1e300, [["b.example"]], deep, long, {"domain": long},
        {"domain": "b.example", "note": "y".repeat(60_000)}, {}, "c.example",
    ]));
    let list = run(emulator.client().domains()).unwrap();
    let names: Vec<&str> = list.domains.iter().map(|it| it.domain.as_str()).collect();
    assert_eq!(names, ["a.example", "b.example", "c.example"]);
    assert_eq!(list.skipped, 7);
}

#[test]
fn a_slow_list_is_read_until_the_deadline() {
    let emulator = Emulator::start();
    emulator.set_domains(&json!(["a.example", "b.example"]));
    emulator.faults(json!({"kind": "drip", "path": "/getdomains", "bytes": 5, "ms": 20}));
    let list = run(emulator.client().domains()).unwrap();
    assert_eq!(list.domains.len(), 2);

    emulator.faults(json!({"kind": "drip", "path": "/getdomains", "bytes": 1, "ms": 400}));
    let hasty = client(Config {
        timeout: Duration::from_millis(1_500),
        retries: 0,
        ..emulator.config()
    });
    let begun = Instant::now();
    let error = assert_ends(|| run(hasty.domains()).unwrap_err());
    assert_eq!((error.kind(), error.reason()), (Kind::Transient, "timeout"));
    assert!(begun.elapsed() < PATIENCE);
}

#[test]
fn a_list_that_breaks_off_is_no_list() {
    let emulator = Emulator::start();
    emulator.set_domains(&many());
    let client = emulator.client_without_retries();
    for (kind, expected) in [
        ("cut-body", Kind::Transient),
        ("cut-json", Kind::Protocol),
        ("endless", Kind::Protocol),
        ("oversized", Kind::Protocol),
        ("html", Kind::Protocol),
    ] {
        emulator.faults(json!({ "kind": kind, "path": "/getdomains" }));
        let error = assert_ends(|| run(client.domains()).unwrap_err());
        assert_eq!(error.kind(), expected, "{kind}: {error}");
    }
}
