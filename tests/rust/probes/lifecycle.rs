//! The lifecycle of one row, with the emulated API, real DNS and real TLS.

use std::cell::RefCell;
use std::time::Duration;

use closte::certificate::{CertificateOptions, CertificateState};
use closte::dns::DnsState;
use closte::lifecycle::{
    Call, Lifecycle, LifecycleOptions, Outcome, Record, Settings, Stage, Wanted,
};
use closte::net;
use rustls::version::TLS13;
use serde_json::json;

use crate::dns::options;
use crate::emulator::{Emulator, PATIENCE};
use crate::support::dns::DnsServers;
use crate::support::process::Folder;
use crate::support::texts;
use crate::support::tls::{Authority, NOW, serve};

const START: i64 = 1_900_000_000;

/// Options of a network at 127.0.0.1, at a given time.
pub fn lifecycle_options(now: i64) -> LifecycleOptions {
    LifecycleOptions {
        targets: texts(&["127.0.0.1"]),
        settings: Settings::new(10, texts(&["protected.served.test"])),
        dns: options(DnsServers::get()),
        // Nobody listens there.
        certificate: CertificateOptions {
            port: 1,
            ..CertificateOptions::default()
        },
        now: Some(now),
        ..LifecycleOptions::default()
    }
}

struct Setup {
    emulator: Emulator,
    folder: Folder,
    port: u16,
}

impl Setup {
    fn new() -> Self {
        let authority = Authority::new("Root");
        let folder = Folder::new("setup");
        folder.write("ca.pem", &authority.pem);
        let identity = authority.issue(&["valid.served.test"], NOW);
        let server = serve("127.0.0.1", &[&TLS13], &[("valid.served.test", identity)]);
        Self {
            emulator: Emulator::start(),
            folder,
            port: server.port(),
        }
    }

    fn advance(&self, record: Record, now: i64) -> Record {
        let lifecycle = Lifecycle::new(LifecycleOptions {
            certificate: CertificateOptions {
                port: self.port,
                ca_file: Some(self.folder.path().join("ca.pem")),
                ..CertificateOptions::default()
            },
            ..lifecycle_options(now)
        })
        .unwrap();
        let client = self.emulator.client_without_retries();
        net::block_on(lifecycle.advance(&client, record, Some(PATIENCE))).unwrap()
    }

    fn calls(&self) -> Vec<(String, String)> {
        let calls = self.emulator.requests();
        self.emulator
            .control("DELETE", "/journal", &serde_json::Value::Null);
        calls
    }
}

fn call(path: &str, effect: &str) -> (String, String) {
    (path.to_owned(), effect.to_owned())
}

#[test]
fn from_pending_to_done_to_removed() {
    let setup = Setup::new();
    let mut row = setup.advance(Record::wanted("valid.served.test", START), START);
    assert_eq!(setup.calls(), [call("adddomainalias", "added")]);
    assert_eq!(
        (row.outcome, row.accepted_at, row.dns_state),
        (Some(Outcome::Added), START, Some(DnsState::Here))
    );
    assert_eq!(
        (row.stage, row.certificate_state),
        (Stage::Done, Some(CertificateState::Valid)),
        "{row:#?}"
    );
    assert_eq!(
        (row.next_check_at, row.certificate_not_after),
        (START + 86_400, 3_786_912_000)
    );
    assert_eq!(row.certificate_issuer, "Test Trust Root");
    assert!(row.problems.is_empty());
    assert_eq!(setup.calls(), []);

    row.wanted = Wanted::Absent;
    let row = setup.advance(row, START + 3);
    assert_eq!(
        (row.stage, row.outcome, row.next_check_at),
        (Stage::Removed, Some(Outcome::Removed), 0)
    );
    assert_eq!(setup.calls(), [call("deletedomainalias", "removed")]);
    let row = setup.advance(row, START + 4);
    assert_eq!((row.stage, row.next_check_at), (Stage::Removed, 0));
    assert_eq!(setup.calls(), []);
}

#[test]
fn problems_that_delay_a_row_are_recorded() {
    let setup = Setup::new();
    let mut row = Record::wanted("stale.test", START);
    row.stage = Stage::CheckingDns;
    let lifecycle = Lifecycle::new(LifecycleOptions {
        targets: texts(&["203.0.113.10"]),
        ..lifecycle_options(START + 5)
    })
    .unwrap();
    let client = setup.emulator.client();
    let row = net::block_on(lifecycle.advance(&client, row, None)).unwrap();
    assert_eq!(
        (row.stage, row.dns_state, row.next_check_at),
        (Stage::CheckingDns, Some(DnsState::Partial), START + 15)
    );
    assert_eq!(row.problems[0].code, "stale-aaaa");

    // No certificate within a day; Closte is asked again each hour.
    let mut row = Record::new(
        "absent.served.test",
        Wanted::Present,
        Stage::CheckingCertificate,
        3,
        START,
    );
    row.last_added_at = START;
    let row = setup.advance(row, START + 3_599);
    assert_eq!(
        (row.stage, row.outcome),
        (Stage::CheckingCertificate, None),
        "{row:#?}"
    );
    let row = setup.advance(row, START + 3_600);
    assert_eq!(
        (row.outcome, row.last_added_at),
        (Some(Outcome::Added), START + 3_600)
    );
    let row = setup.advance(row, START + 7_200);
    assert_eq!(row.outcome, Some(Outcome::AlreadyThere));
    let row = setup.advance(row, START + 86_400);
    assert_eq!(
        (row.stage, row.problems[0].code.as_str()),
        (Stage::CertificateFailed, "certificate-absent")
    );

    // What broke is looked at again: its DNS first.
    let row = Record::new("elsewhere.test", Wanted::Present, Stage::Done, 0, START);
    let row = setup.advance(row, START + 10);
    assert_eq!(
        (row.stage, row.problems[0].code.as_str()),
        (Stage::CheckingDns, "elsewhere")
    );
}

#[test]
fn nothing_counts_as_here_is_not_elsewhere() {
    let setup = Setup::new();
    let lifecycle = Lifecycle::new(LifecycleOptions {
        targets: vec![],
        ..lifecycle_options(START)
    })
    .unwrap();
    let row = Record::new(
        "valid.served.test",
        Wanted::Present,
        Stage::CheckingDns,
        0,
        START - 400_000,
    );
    let row = net::block_on(lifecycle.advance(&setup.emulator.client(), row, None)).unwrap();
    assert_eq!(
        (row.stage, row.dns_state),
        (Stage::CheckingDns, Some(DnsState::Unknown))
    );
    assert_eq!(row.next_check_at, START + 3_600);
}

#[test]
fn api_failures_are_kept_in_the_row() {
    let setup = Setup::new();
    setup
        .emulator
        .faults(json!([{"kind": "reset-after", "path": "/adddomainalias", "times": 1}]));
    let row = setup.advance(Record::wanted("valid.served.test", START), START);
    assert_eq!(
        (row.stage, row.may_have_landed, row.error_kind.as_str()),
        (Stage::Pending, true, "transient"),
        "{row:#?}"
    );
    assert_eq!((row.attempts, row.next_check_at), (1, START + 10));
    setup.calls();
    // What may be there is asked for first.
    let row = setup.advance(row, START + 10);
    assert_eq!(
        (row.stage, row.outcome),
        (Stage::Done, Some(Outcome::AlreadyThere))
    );
    assert_eq!((row.may_have_landed, row.error_kind.as_str()), (false, ""));
    assert_eq!(setup.calls(), [call("getdomains", "none")]);

    setup
        .emulator
        .faults(json!([{"kind": "reject", "path": "/adddomainalias"}]));
    let row = setup.advance(Record::wanted("other.served.test", START), START);
    assert_eq!(
        (row.stage, row.error_kind.as_str(), row.next_check_at),
        (Stage::Failed, "rejected", START + 86_400),
        "{row:#?}"
    );
    setup.emulator.forget();
    let row = setup.advance(row, START + 86_400);
    assert_eq!(
        (row.stage, row.error_message.as_str()),
        (Stage::CheckingCertificate, "")
    );

    let row = setup.advance(Record::wanted("foo_bar.served.test", START), START);
    assert_eq!(
        (row.stage, row.error_kind.as_str()),
        (Stage::Failed, "invalid-domain")
    );
    // It never was there, so it is gone.
    let mut row = row;
    row.wanted = Wanted::Absent;
    let row = setup.advance(row, START + 1);
    assert_eq!(
        (row.stage, row.outcome),
        (Stage::Removed, Some(Outcome::AlreadyGone))
    );
}

#[test]
fn a_protected_domain_is_not_removed() {
    let setup = Setup::new();
    setup
        .emulator
        .set_domains(&json!(["protected.served.test"]));
    let mut row = Record::new(
        "protected.served.test",
        Wanted::Absent,
        Stage::Done,
        0,
        START,
    );
    row.accepted_at = START;
    let row = setup.advance(row, START);
    assert_eq!(
        (row.stage, row.outcome, row.next_check_at),
        (Stage::Removing, Some(Outcome::Protected), START + 86_400)
    );
    assert_eq!(setup.calls(), []);
    assert_eq!(setup.emulator.domains(), ["protected.served.test"]);
}

#[test]
fn a_used_up_budget_leaves_the_row_unchanged() {
    let setup = Setup::new();
    let lifecycle = Lifecycle::new(lifecycle_options(START)).unwrap();
    let row = Record::wanted("valid.served.test", START);
    let client = setup.emulator.client();
    let same =
        net::block_on(lifecycle.advance(&client, row.clone(), Some(Duration::ZERO))).unwrap();
    assert_eq!(same, row);
    assert_eq!(setup.calls(), []);

    setup.emulator.faults(json!([{"kind": "hang"}]));
    let begun = std::time::Instant::now();
    let row =
        net::block_on(lifecycle.advance(&client, row, Some(Duration::from_millis(600)))).unwrap();
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    assert_eq!(
        (row.stage, row.error_kind.as_str(), row.may_have_landed),
        (Stage::Pending, "transient", true)
    );
}

#[test]
fn a_check_that_the_budget_cuts_off_leaves_the_row_unchanged() {
    let setup = Setup::new();
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut options = lifecycle_options(START);
    options.dns.resolvers = vec![silent.local_addr().unwrap().to_string()];
    options.dns.timeout = PATIENCE;
    let lifecycle = Lifecycle::new(options).unwrap();
    let client = setup.emulator.client();
    for stage in [Stage::Done, Stage::Failed, Stage::CertificateFailed] {
        let mut row = Record::new("valid.served.test", Wanted::Present, stage, 1, START);
        (row.last_added_at, row.next_check_at) = (START, START);
        row.dns_state = Some(DnsState::Here);
        let budget = Some(Duration::from_millis(200));
        for last_added_at in [START, START - 86_400] {
            // After a day, it would be added again.
            row.last_added_at = last_added_at;
            let same = net::block_on(lifecycle.advance(&client, row.clone(), budget)).unwrap();
            assert_eq!(same, row);
        }
    }
    assert_eq!(setup.calls(), []);
}

#[test]
fn a_call_has_what_the_reading_of_the_list_left_of_the_budget() {
    let setup = Setup::new();
    setup.emulator.faults(json!([
        {"kind": "latency", "path": "/getdomains", "ms": 1_500},
        {"kind": "hang", "path": "/adddomainalias"},
    ]));
    let lifecycle = Lifecycle::new(lifecycle_options(START)).unwrap();
    let mut row = Record::wanted("valid.served.test", START);
    row.may_have_landed = true;
    let client = setup.emulator.client();
    let budget = Some(Duration::from_secs(5));
    let row = net::block_on(lifecycle.advance(&client, row, budget)).unwrap();
    let (_, limit) = row.error_message.split_once("answer within ").unwrap();
    let seconds: f64 = limit.split(' ').next().unwrap().parse().unwrap();
    assert!(seconds <= 3.5, "{}", row.error_message);
    assert_eq!(row.error_reason, "timeout");
}

/// What Closte has refused is called for again when it is due, and only where calls are made.
#[test]
fn without_calls_the_checks_go_on() {
    let setup = Setup::new();
    setup
        .emulator
        .faults(json!([{"kind": "reject", "path": "/adddomainalias", "times": 1}]));
    let refused = setup.advance(Record::wanted("valid.served.test", START), START);
    assert_eq!(
        (refused.stage, refused.outcome),
        (Stage::Failed, Some(Outcome::Rejected))
    );
    setup.calls();

    let mut waiting = Record::new(
        "absent.served.test",
        Wanted::Present,
        Stage::CheckingCertificate,
        3,
        START,
    );
    waiting.last_added_at = START;
    let lifecycle = Lifecycle::new(LifecycleOptions {
        calls: false,
        ..lifecycle_options(START + 86_400 - 1)
    })
    .unwrap();
    let client = setup.emulator.client();
    let before = vec![refused.clone(), waiting];
    let heard = RefCell::new(Vec::new());
    let after = net::block_on(lifecycle.advance_all(&client, before, None, |index, _| {
        heard.borrow_mut().push(index);
    }))
    .unwrap();
    assert_eq!(
        after[0],
        Record {
            outcome: None,
            ..refused.clone()
        }
    );
    assert_eq!(lifecycle.next_call(&after[0]), Some(Call::Add));
    assert_eq!(
        (after[1].certificate_state, after[1].outcome),
        (Some(CertificateState::Absent), None)
    );
    assert_eq!(heard.into_inner(), [1]);
    assert_eq!(setup.calls(), []);

    let row = setup.advance(refused, START + 86_400);
    assert_eq!(
        (row.stage, row.outcome),
        (Stage::Done, Some(Outcome::Added))
    );
}
