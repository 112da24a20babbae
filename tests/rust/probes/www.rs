//! The www name that a rule adds with a domain, with the emulated API and a DNS that changes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use closte::dns::{DnsOptions, DnsState};
use closte::lifecycle::{Lifecycle, LifecycleOptions, Outcome, Record, Stage};
use closte::net;

use crate::emulator::{Emulator, PATIENCE};
use crate::lifecycle::lifecycle_options;
use crate::support::fake_dns::{FakeServer, Reply};

const START: i64 = 1_900_000_000;
const MAIN: &str = "shop.customer-one.com";
const WWW: &str = "www.shop.customer-one.com";

fn lifecycle(server: &FakeServer, now: i64) -> Lifecycle {
    Lifecycle::new(LifecycleOptions {
        targets: vec!["203.0.113.10".to_owned()],
        dns: DnsOptions {
            resolvers: vec![server.address.to_string()],
            authoritative: false,
            ..DnsOptions::default()
        },
        follow: false,
        ..lifecycle_options(now)
    })
    .unwrap()
}

fn rows() -> Vec<Record> {
    let mut www = Record::wanted(WWW, START);
    www.by_rule = true;
    vec![Record::wanted(MAIN, START), www]
}

#[test]
fn a_www_name_without_dns_waits_and_is_sent_when_it_has_some() {
    let emulator = Emulator::start();
    let client = emulator.client_without_retries();
    let has_www = Arc::new(AtomicBool::new(false));
    let is_there = Arc::clone(&has_www);
    let server = FakeServer::start(move |question| {
        Some(
            if question.name == WWW && !is_there.load(Ordering::Relaxed) {
                Reply::code(3)
            } else {
                Reply::addresses(question, &["203.0.113.10"])
            },
        )
    });
    let advance = |rows, now| {
        let lifecycle = lifecycle(&server, now);
        let all = lifecycle.advance_all(&client, rows, Some(PATIENCE), |_, _| {});
        net::block_on(all).unwrap()
    };
    let mut rows = advance(rows(), START);
    assert_eq!(emulator.domains(), [MAIN]);
    assert_eq!(
        (rows[0].stage, rows[0].outcome),
        (Stage::CheckingDns, Some(Outcome::Added))
    );
    for now in [START + 300, START + 4_000, START + 400_000] {
        assert_eq!(
            (rows[1].stage, rows[1].dns_state, rows[1].outcome),
            (Stage::Pending, Some(DnsState::Missing), None)
        );
        assert_eq!(rows[1].problems[0].code, "www-without-dns");
        rows = advance(rows, now);
    }
    assert_eq!(emulator.domains(), [MAIN]);
    // The look tells which record would do.
    assert_eq!(rows[1].problems[0].records[0].name, WWW);

    has_www.store(true, Ordering::Relaxed);
    rows = advance(rows, START + 500_000);
    assert_eq!(
        (rows[1].stage, rows[1].next_check_at),
        (Stage::Pending, START + 500_000)
    );
    rows = advance(rows, START + 500_000);
    assert_eq!(
        (rows[1].stage, rows[1].outcome),
        (Stage::CheckingDns, Some(Outcome::Added))
    );
    assert_eq!(emulator.domains(), [MAIN, WWW]);
}

#[test]
fn a_dns_that_does_not_answer_holds_neither_name_back() {
    let emulator = Emulator::start();
    let client = emulator.client_without_retries();
    let silent = FakeServer::start(|_| None);
    let lifecycle = lifecycle(&silent, START);
    let start = Instant::now();
    let mut order = Vec::new();
    let all = lifecycle.advance_all(&client, rows(), Some(PATIENCE), |index, row| {
        order.push((index, row.outcome));
    });
    net::block_on(all).unwrap();
    let added = Some(Outcome::Added);
    assert_eq!(order, [(0, added), (1, added)]);
    assert!(start.elapsed() < PATIENCE / 2, "{:?}", start.elapsed());
}

#[test]
fn where_no_call_may_be_made_nothing_is_looked_up_either() {
    let emulator = Emulator::start();
    let client = emulator.client_without_retries();
    let server = FakeServer::start(|question| Some(Reply::addresses(question, &["203.0.113.10"])));
    let lifecycle = Lifecycle::new(LifecycleOptions {
        dns: DnsOptions {
            resolvers: vec![server.address.to_string()],
            ..DnsOptions::default()
        },
        calls: false,
        ..lifecycle_options(START)
    })
    .unwrap();
    let all = lifecycle.advance_all(&client, rows(), Some(PATIENCE), |_, _| {});
    assert_eq!(net::block_on(all).unwrap(), rows());
    assert_eq!((server.asked(), emulator.requests().len()), (0, 0));
}
