//! A probe checks a domain's DNS and its certificate at the same time, and asks for the
//! addresses once; the check of the certificate does not depend on the other one.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use closte::certificate::{CertificateOptions, CertificateState};
use closte::dns::{DnsOptions, DnsState};
use closte::lifecycle::{Lifecycle, LifecycleOptions, Record, Stage, Wanted};
use closte::net;

use crate::emulator::{Emulator, PATIENCE};
use crate::support::fake_dns::{A, AAAA, CAA, FakeServer, Question, Reply};
use crate::support::texts;

const START: i64 = 1_900_000_000;
const DOMAINS: usize = 20;
const SERVFAIL: u8 = 2;
/// An address that is no public one and does not count as here.
const INNER: &str = "127.0.0.9";

/// The names and kinds that a resolver was asked, in order.
type Asked = Arc<Mutex<Vec<(String, u16)>>>;

/// A resolver that answers as `answer` says; it learns how often the same kind was asked before.
fn resolver(
    mut answer: impl FnMut(&Question, usize) -> Option<Reply> + Send + 'static,
) -> (FakeServer, Asked) {
    let asked = Asked::default();
    let noted = Arc::clone(&asked);
    let server = FakeServer::start(move |question| {
        let mut noted = noted.lock().unwrap();
        let before = noted.iter().filter(|(_, kind)| *kind == question.kind);
        let before = before.count();
        noted.push((question.name.clone(), question.kind));
        answer(question, before)
    });
    (server, asked)
}

/// This machine, where nothing listens at the port of the certificate.
fn here(question: &Question) -> Reply {
    Reply {
        zone: Some("test"),
        ..Reply::addresses(question, &["127.0.0.1"])
    }
}

fn count(asked: &Asked, kind: u16) -> usize {
    let asked = asked.lock().unwrap();
    asked.iter().filter(|(_, other)| *other == kind).count()
}

/// The rows of `domains` after one probe each.
fn probe(domains: &[String], resolvers: &[&FakeServer], port: u16) -> Vec<Record> {
    let lifecycle = Lifecycle::new(LifecycleOptions {
        targets: texts(&["127.0.0.1"]),
        dns: DnsOptions {
            resolvers: resolvers.iter().map(|it| it.address.to_string()).collect(),
            authoritative: false,
            timeout: PATIENCE,
            ..DnsOptions::default()
        },
        certificate: CertificateOptions {
            port,
            timeout: PATIENCE,
            ..CertificateOptions::default()
        },
        now: Some(START + 5),
        follow: false,
        ..LifecycleOptions::default()
    })
    .unwrap();
    let rows = domains.iter().map(|domain| {
        let stage = Stage::CheckingCertificate;
        let mut row = Record::new(domain, Wanted::Present, stage, 0, START);
        row.last_added_at = START;
        row
    });
    let client = Emulator::start().client();
    net::block_on(lifecycle.advance_all(&client, rows.collect(), None, |_, _| {})).unwrap()
}

/// The same of many domains where nobody listens; all are as `expected`.
fn probe_many(
    name: &str,
    resolvers: &[&FakeServer],
    expected: (DnsState, CertificateState),
) -> Vec<Record> {
    let domains: Vec<String> = (0..DOMAINS)
        .map(|number| name.replace('#', &number.to_string()))
        .collect();
    let rows = probe(&domains, resolvers, 1);
    let expected = (Some(expected.0), Some(expected.1));
    for row in &rows {
        let found = (row.dns_state, row.certificate_state);
        assert_eq!(found, expected, "{row:#?}");
    }
    rows
}

/// Each domain was asked about once, but for what came too late and was asked again.
fn is_once(asked: &Asked) {
    for kind in [A, AAAA] {
        let times = count(asked, kind);
        assert!(2 * times < 3 * DOMAINS, "{times} of {kind}: {asked:?}");
    }
}

#[test]
fn the_addresses_are_asked_for_once() {
    for name in ["shop#.test", "*.shop#.test"] {
        let (server, asked) = resolver(|question, _| Some(here(question)));
        let here = (DnsState::Here, CertificateState::Absent);
        probe_many(name, &[&server], here);
        is_once(&asked);
    }
}

#[test]
fn that_there_are_none_is_asked_for_once() {
    let (server, asked) = resolver(|_, _| {
        Some(Reply {
            zone: Some("test"),
            ..Reply::default()
        })
    });
    let missing = (DnsState::Missing, CertificateState::Absent);
    probe_many("shop#.test", &[&server], missing);
    is_once(&asked);
}

#[test]
fn each_of_several_resolvers_is_asked_once() {
    // The check of the certificate asks the other one where the first one does not answer.
    let (silent, _) = resolver(|_, _| None);
    let (one, one_asked) = resolver(|question, _| Some(here(question)));
    let (other, other_asked) = resolver(|question, _| Some(here(question)));
    let here = (DnsState::Here, CertificateState::Absent);
    probe_many("shop#.test", &[&one, &silent], here);
    probe_many("shop#.test", &[&silent, &other], here);
    is_once(&one_asked);
    is_once(&other_asked);
}

#[test]
fn what_could_not_be_had_is_asked_for_again() {
    let (server, _) = resolver(|question, before| {
        Some(if question.kind == A && before == 0 {
            Reply::code(SERVFAIL)
        } else {
            here(question)
        })
    });
    let rows = probe(&texts(&["shop.test"]), &[&server], 1);
    let certificate = rows[0].certificate_state;
    assert_eq!(certificate, Some(CertificateState::Absent), "{rows:#?}");
}

#[test]
fn what_is_asked_without_a_look_at_signatures_is_another_question() {
    let (server, _) = resolver(|question, _| {
        Some(if question.checking_disabled {
            here(question)
        } else {
            Reply::code(SERVFAIL)
        })
    });
    let rows = probe(&texts(&["shop.test"]), &[&server], 1);
    let codes: Vec<&str> = rows[0].problems.iter().map(|it| it.code.as_str()).collect();
    assert!(codes.contains(&"dnssec-bogus"), "{rows:#?}");
}

#[test]
fn the_certificate_waits_for_the_addresses_and_for_nothing_else() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut is_connected = false;
    // What is asked about CAA is answered when the certificate has been asked for.
    let (server, _) = resolver(move |question, _| {
        is_connected |= listener.accept().is_ok();
        (question.kind != CAA || is_connected).then(|| here(question))
    });
    let rows = probe(&texts(&["shop.test"]), &[&server], port);
    let codes: Vec<&str> = rows[0].problems.iter().map(|it| it.code.as_str()).collect();
    assert!(!codes.contains(&"caa-unanswered"), "{rows:#?}");
    let state = (rows[0].dns_state, rows[0].certificate_state);
    let expected = (Some(DnsState::Here), Some(CertificateState::Absent));
    assert_eq!(state, expected, "{rows:#?}");
}

#[test]
fn an_inner_address_is_not_connected_to() {
    let listener = TcpListener::bind((INNER, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (server, _) = resolver(|question, _| {
        Some(Reply {
            zone: Some("test"),
            ..Reply::addresses(question, &[INNER])
        })
    });
    let rows = probe(&texts(&["shop.test"]), &[&server], port);
    let state = (rows[0].dns_state, rows[0].certificate_state);
    let expected = (Some(DnsState::Elsewhere), Some(CertificateState::Unknown));
    assert_eq!(state, expected, "{rows:#?}");
    assert!(listener.accept().is_err(), "it was connected to");
}
