//! Many calls at a time: over HTTP/2 connections that the server ends, with streams that it
//! refuses, and from a source of any length.

use crate::support::{Emulator, client, domain, run};
use closte::api::{Client, Config, Outcome};
use closte::error::Kind;
use closte::lifecycle::{Lifecycle, LifecycleOptions, Record, Source};
use closte::net::{block_on, counters};
use serde_json::{Value, json};
use std::collections::HashSet;

/// A client with connections of its own, and room for so many calls at a time.
fn fresh(emulator: &Emulator, max_in_flight: usize) -> Client {
    client(Config {
        retries: 0,
        max_in_flight,
        ..emulator.tls_config()
    })
}

/// Adds so many domains at a time; returns their outcomes.
fn add_all(client: &Client, count: usize) -> Vec<Option<Outcome>> {
    let lifecycle = Lifecycle::new(LifecycleOptions {
        follow: false,
        ..LifecycleOptions::default()
    })
    .unwrap();
    let records = (0..count).map(|n| Record::wanted(format!("d{n}.example"), 1));
    let work = lifecycle.advance_all(client, records.collect(), None, |_, _| {});
    let records = block_on(work).unwrap();
    records.iter().map(|record| record.outcome).collect()
}

fn paths(emulator: &Emulator) -> HashSet<String> {
    emulator.requests().into_iter().map(|it| it.0).collect()
}

fn connections(emulator: &Emulator) -> usize {
    let journal = emulator.journal();
    assert!(journal.iter().all(|entry| entry["http_version"] == "2"));
    let ids: HashSet<_> = journal
        .iter()
        .map(|entry| entry["connection"].as_u64())
        .collect();
    ids.len()
}

#[test]
fn calls_that_a_goaway_leaves_out_are_made_again_and_no_list_is_read() {
    let emulator = Emulator::start();
    // Nobody's answer is there before the next request is under way.
    emulator.faults(json!([
        {"kind": "goaway", "nth": [1, 20, 40, 60, 80, 81, 120, 190]},
        {"kind": "latency", "ms": 20},
    ]));
    for (at_a_time, count) in [(64, 200), (256, 300)] {
        emulator.set_domains(&json!([]));
        emulator.control("DELETE", "/journal", &Value::Null);
        let outcomes = add_all(&fresh(&emulator, at_a_time), count);
        assert_eq!(outcomes, vec![Some(Outcome::Added); count]);
        assert_eq!(emulator.domains().len(), count);
        assert_eq!(
            paths(&emulator),
            HashSet::from(["adddomainalias".to_owned()])
        );
        assert_eq!(emulator.requests().len(), count, "none was processed twice");
    }
}

#[test]
fn a_server_that_takes_one_call_over_each_connection_gets_all_of_them() {
    let emulator = Emulator::start();
    // The last of those that wait is turned away by nearly each of the connections.
    emulator.faults(json!({"kind": "goaway"}));
    let outcomes = add_all(&fresh(&emulator, 64), 100);
    assert_eq!(outcomes, vec![Some(Outcome::Added); 100]);
    assert_eq!(emulator.domains().len(), 100);
    assert_eq!(
        paths(&emulator),
        HashSet::from(["adddomainalias".to_owned()])
    );
    assert_eq!(emulator.requests().len(), 100, "none was processed twice");
}

#[test]
fn a_refused_stream_is_tried_again_at_once_and_no_list_is_read() {
    let emulator = Emulator::start();
    emulator.faults(json!({"kind": "refused-stream", "times": 5}));
    let client = fresh(&emulator, 8);
    let outcome = run(client.add_domain(&domain("shop.example")));
    assert_eq!(outcome, Ok(Outcome::Added));
    assert_eq!(
        paths(&emulator),
        HashSet::from(["adddomainalias".to_owned()])
    );
    emulator.forget();
    emulator.faults(json!({"kind": "refused-stream", "times": 5}));
    let outcome = run(client.remove_domain(&domain("shop.example")));
    assert_eq!(outcome, Ok(Outcome::Removed));
}

#[test]
fn a_server_that_refuses_everything_is_left_alone_and_nothing_has_landed() {
    let emulator = Emulator::start();
    emulator.faults(json!({"kind": "refused-stream"}));
    let error = run(fresh(&emulator, 8).add_domain(&domain("shop.example"))).unwrap_err();
    assert_eq!(
        (error.kind(), error.reason(), error.may_have_landed()),
        (Kind::Transient, "connection-broken", false)
    );
    assert!(
        error.to_string().contains("before it began with it"),
        "{error}"
    );
    let tries = emulator.requests().len();
    assert!((2..=32).contains(&tries), "{tries}");
}

#[test]
fn what_breaks_after_a_goaway_may_have_landed() {
    let emulator = Emulator::start();
    emulator.faults(json!([{"kind": "goaway"}, {"kind": "reset-after"}]));
    let client = fresh(&emulator, 8);
    let error = run(client.add_domain(&domain("shop.example"))).unwrap_err();
    assert!(error.may_have_landed(), "{error}");
    assert_eq!(emulator.domains(), ["shop.example"]);
}

#[test]
fn calls_whose_connection_breaks_share_one_reading_of_the_list() {
    let emulator = Emulator::start();
    // The last one ends the connection before any other is answered.
    emulator.faults(json!([
        {"kind": "reset-after", "nth": [64]},
        {"kind": "latency", "ms": 2000, "times": 63},
    ]));
    let client = client(Config {
        retries: 2,
        max_in_flight: 64,
        ..emulator.tls_config()
    });
    let outcomes = add_all(&client, 64);
    assert_eq!(outcomes, vec![Some(Outcome::Added); 64]);
    assert_eq!(emulator.domains().len(), 64);
    let mut paths: Vec<String> = emulator.requests().into_iter().map(|it| it.0).collect();
    paths.retain(|path| path != "adddomainalias");
    assert_eq!(paths, ["getdomains"]);
}

#[test]
fn one_connection_is_made_for_all_calls_of_a_batch() {
    let emulator = Emulator::start();
    let before = block_on(async {}).map(|()| counters()).unwrap();
    let outcomes = add_all(&fresh(&emulator, 64), 200);
    assert_eq!(outcomes, vec![Some(Outcome::Added); 200]);
    assert_eq!(connections(&emulator), 1);
    let opened = counters().connections_opened - before.connections_opened;
    assert_eq!(opened, 1);
}

#[test]
fn each_64_calls_at_a_time_have_a_connection() {
    let emulator = Emulator::start();
    // Until the last of them is under way.
    emulator.faults(json!({"kind": "latency", "ms": 300, "times": 256}));
    let client = fresh(&emulator, 256);
    let outcomes = add_all(&client, 512);
    assert_eq!(outcomes, vec![Some(Outcome::Added); 512]);
    assert_eq!(connections(&emulator), 4);
    // Few keep to one of them.
    emulator.control("DELETE", "/journal", &Value::Null);
    run(client.remove_domain(&domain("d0.example"))).unwrap();
    run(client.remove_domain(&domain("d1.example"))).unwrap();
    assert_eq!(connections(&emulator), 1);
}

#[test]
fn each_goaway_costs_one_connection() {
    let emulator = Emulator::start();
    emulator
        .faults(json!([{"kind": "goaway", "nth": [50, 100, 150]}, {"kind": "latency", "ms": 5}]));
    let before = block_on(async {}).map(|()| counters()).unwrap();
    let outcomes = add_all(&fresh(&emulator, 64), 200);
    assert_eq!(outcomes, vec![Some(Outcome::Added); 200]);
    assert_eq!(connections(&emulator), 4);
    let opened = counters().connections_opened - before.connections_opened;
    assert!((4..=6).contains(&opened), "{opened} connections");
}

#[test]
fn over_http_1_there_are_as_many_connections_as_calls_at_a_time() {
    for max_in_flight in [64, 256] {
        let emulator = Emulator::start();
        // Until the last of them is under way.
        emulator.faults(json!({"kind": "latency", "ms": 300, "times": max_in_flight}));
        let client = client(Config {
            max_in_flight,
            ..emulator.config()
        });
        let outcomes = add_all(&client, 1000);
        assert_eq!(outcomes, vec![Some(Outcome::Added); 1000]);
        let journal = emulator.journal();
        let ids: HashSet<_> = journal
            .iter()
            .map(|entry| entry["connection"].as_u64())
            .collect();
        assert_eq!(ids.len(), max_in_flight);
    }
}

/// A batch that waits for PHP code, which makes a call of its own.
#[test]
fn a_call_takes_over_a_connection_that_nobody_goes_on_making() {
    let emulator = Emulator::start();
    let client = fresh(&emulator, 64);
    let name = domain("a.example");
    let mut suspended = std::pin::pin!(client.add_domain(&name));
    block_on(std::future::poll_fn(|context| {
        assert!(suspended.as_mut().poll(context).is_pending());
        std::task::Poll::Ready(())
    }))
    .unwrap();
    run(client.verify()).unwrap();
    assert_eq!(run(suspended), Ok(Outcome::Added));
}

#[test]
fn a_source_is_asked_as_there_is_room_and_each_row_comes_back_once() {
    let emulator = Emulator::start();
    emulator.faults(json!({"kind": "latency", "ms": 2}));
    let client = client(Config {
        max_in_flight: 16,
        ..emulator.config()
    });
    let lifecycle = Lifecycle::new(LifecycleOptions {
        follow: false,
        ..LifecycleOptions::default()
    })
    .unwrap();
    let mut given = 0;
    let mut at_hand = 0;
    let most = std::cell::Cell::new(0_usize);
    let finished = std::cell::RefCell::new(Vec::new());
    let source = |room: usize| {
        if given == 3000 {
            return Source::Empty;
        }
        let rows: Vec<_> = (given..3000)
            .take(room.min(100))
            .map(|n| (n, Record::wanted(format!("d{n}.example"), 1)))
            .collect();
        given += rows.len();
        at_hand = given - finished.borrow().len();
        most.set(most.get().max(at_hand));
        Source::Rows(rows)
    };
    let work = lifecycle.advance_each(&client, None, source, |index, record| {
        assert_eq!(record.domain, format!("d{index}.example"));
        assert_eq!(record.outcome, Some(Outcome::Added));
        finished.borrow_mut().push(index);
    });
    block_on(work).unwrap();
    let mut finished = finished.into_inner();
    finished.sort_unstable();
    assert!(finished.into_iter().eq(0..3000));
    assert!(most.get() <= 1024, "{} at hand", most.get());
}
