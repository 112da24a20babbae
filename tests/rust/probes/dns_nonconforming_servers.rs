//! Resolvers and name servers with bad manners: each is lived with, or told to whom it concerns.

use std::time::{Duration, Instant};

use closte::dns::{DnsOptions, DnsProber, DnsReport, DnsState, Severity};

use crate::dns::{check_with, codes, options};
use crate::emulator::PATIENCE;
use crate::support::dns::{DnsServers, HERE_V4, HERE_V6};
use crate::support::fake_dns::{A, AAAA, CAA, FakeServer, NS, Question, Reply};
use crate::support::{block_on, domain, texts};

/// Only these resolvers, and no name server.
fn through(resolvers: &[&FakeServer]) -> DnsOptions {
    DnsOptions {
        resolvers: resolvers
            .iter()
            .map(|server| server.address.to_string())
            .collect(),
        authoritative: false,
        timeout: PATIENCE,
        ..DnsOptions::default()
    }
}

fn here(question: &Question) -> Reply {
    Reply::addresses(question, &[HERE_V4, HERE_V6])
}

fn is_well(report: &DnsReport) {
    assert_eq!(
        (report.state, codes(report)),
        (DnsState::Here, vec![]),
        "{report:#?}"
    );
}

#[test]
fn a_resolver_without_edns_is_asked_without() {
    type Refusal = fn() -> Option<Reply>;
    let refusals: [(&str, Refusal); 5] = [
        ("FORMERR", || Some(Reply::code(1))),
        ("NOTIMP", || Some(Reply::code(4))),
        ("SERVFAIL", || Some(Reply::code(2))),
        ("FORMERR without the question", || {
            Some(Reply {
                without_question: true,
                ..Reply::code(1)
            })
        }),
        ("silence", || None),
    ];
    for (name, refuse) in refusals {
        let server = FakeServer::start(move |question| {
            if question.edns {
                refuse()
            } else {
                Some(here(question))
            }
        });
        let options = through(&[&server]);
        let prober = DnsProber::new(&texts(&[HERE_V4, HERE_V6]), options).unwrap();
        let start = Instant::now();
        is_well(&block_on(prober.check(&domain("good.test"))));
        assert!(start.elapsed() < PATIENCE / 2, "{name}");
        // It is learnt: each question is one datagram from then on.
        let before = server.asked();
        is_well(&block_on(prober.check(&domain("shop.good.test"))));
        assert_eq!(server.asked() - before, 5, "{name}");
    }
}

#[test]
fn a_dead_resolver_holds_nobody_up() {
    let dead = FakeServer::start(|_| None);
    let good = FakeServer::start(|question| Some(here(question)));
    for resolvers in [[&dead, &good], [&good, &dead]] {
        let prober = DnsProber::new(
            &texts(&["network.test"]),
            DnsOptions {
                timeout: PATIENCE * 4,
                ..through(&resolvers)
            },
        )
        .unwrap();
        let start = Instant::now();
        for number in 0..5 {
            is_well(&block_on(
                prober.check(&domain(&format!("shop{number}.test"))),
            ));
        }
        assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
        let report = block_on(prober.check(&domain("good.test")));
        let said = &report.resolvers[&dead.address.to_string()];
        assert_eq!(said.error.as_deref(), Some("timeout"));
    }
}

/// Answers as a resolver does that makes up IPv6 addresses with `prefix`.
fn dns64(prefix: &'static str) -> FakeServer {
    FakeServer::start(move |question| {
        let v4: &[&str] = match question.name.as_str() {
            "ipv4only.arpa" => &["192.0.0.170", "192.0.0.171"],
            "elsewhere.test" => &["198.51.100.7"],
            _ => &[HERE_V4],
        };
        let made_up: Vec<String> = v4.iter().map(|v4| format!("{prefix}{v4}")).collect();
        let all: Vec<&str> = v4
            .iter()
            .copied()
            .chain(made_up.iter().map(String::as_str))
            .collect();
        Some(Reply::addresses(question, &all))
    })
}

#[test]
fn addresses_made_up_for_a_network_without_ipv4_are_no_records() {
    for prefix in ["64:ff9b::", "2001:db8:64:64::", "fd00:64::"] {
        let server = dns64(prefix);
        for targets in [&[HERE_V4][..], &["network.test"]] {
            let report = check_with("good.test", targets, through(&[&server]));
            is_well(&report);
            assert_eq!(
                report.addresses,
                [HERE_V4.parse::<std::net::IpAddr>().unwrap()]
            );
            let report = check_with("elsewhere.test", targets, through(&[&server]));
            assert_eq!(codes(&report), ["elsewhere"], "{report:#?}");
            let message = &report.problems[0].message;
            assert!(
                !message.contains("AAAA") && !message.contains(prefix),
                "{message}"
            );
        }
    }
    // What is in a record counts, however it looks.
    let vanity = FakeServer::start(|question| {
        let all = [HERE_V4, "2001:db8:64:64::203.0.113.10"];
        let name = question.name.as_str();
        Some(if name == "ipv4only.arpa" {
            Reply::addresses(question, &["192.0.0.170"])
        } else {
            Reply::addresses(question, &all)
        })
    });
    let report = check_with("good.test", &[HERE_V4], through(&[&vanity]));
    assert_eq!(codes(&report), ["stale-aaaa"], "{report:#?}");
}

/// With one resolver, and the zone's name server at 127.0.0.1.
fn through_own(resolver: &FakeServer, own: &FakeServer) -> DnsOptions {
    DnsOptions {
        resolvers: vec![resolver.address.to_string()],
        name_server_port: own.address.port(),
        timeout: Duration::from_secs(3),
        ..DnsOptions::default()
    }
}

fn delegating(question: &Question) -> Reply {
    match (question.kind, question.name.as_str()) {
        (NS, "good.test") => Reply {
            name_server: Some("ns.good.test"),
            ..Reply::default()
        },
        (A | AAAA, "ns.good.test") => Reply::addresses(question, &["127.0.0.1"]),
        _ => Reply::addresses(question, &[HERE_V4]),
    }
}

#[test]
fn an_intercepted_port_53_is_no_problem_of_a_domain() {
    // Asked without recursion, the interceptor answers, refuses or fails.
    for code in [0, 5, 2] {
        let resolver = FakeServer::start(|question| Some(delegating(question)));
        let interceptor = FakeServer::start(move |question| {
            Some(if question.recursion || code == 0 {
                delegating(question)
            } else {
                Reply::code(code)
            })
        });
        let report = check_with(
            "good.test",
            &[HERE_V4],
            through_own(&resolver, &interceptor),
        );
        is_well(&report);
        assert!(report.intercepted, "{code}: {report:#?}");
        let said = &report.resolvers["ns.good.test (127.0.0.1)"];
        assert_eq!(said.error.as_deref(), Some("intercepted"));
        let prober =
            DnsProber::new(&texts(&["good.test"]), through_own(&resolver, &interceptor)).unwrap();
        assert!(block_on(prober.check_targets()).intercepted);
    }
    // unbound in the place of every name server.
    let servers = DnsServers::get();
    let intercepted = DnsOptions {
        name_server_port: servers.resolver.port(),
        ..options(servers)
    };
    let report = check_with("deep.er.good.test", &[HERE_V4, HERE_V6], intercepted);
    is_well(&report);
    assert!(report.intercepted, "{report:#?}");
}

#[test]
fn a_name_server_that_passes_on_something_else_is_lame() {
    let resolver = FakeServer::start(|question| Some(delegating(question)));
    let other = FakeServer::start(|question| Some(Reply::addresses(question, &["198.51.100.7"])));
    let report = check_with("good.test", &[HERE_V4], through_own(&resolver, &other));
    assert_eq!(codes(&report), ["lame-delegation"], "{report:#?}");
    assert!(!report.intercepted);
    let own = FakeServer::start(|question| {
        Some(Reply {
            authoritative: true,
            ..delegating(question)
        })
    });
    let report = check_with("good.test", &[HERE_V4], through_own(&resolver, &own));
    is_well(&report);
    assert!(!report.intercepted);
}

/// A resolver whose answers to CAA questions at `at` are `caa`.
fn caa_fails(at: &'static str, caa: fn() -> Option<Reply>) -> FakeServer {
    FakeServer::start(move |question| {
        if question.kind == CAA && question.name == at {
            caa()
        } else {
            Some(delegating(question))
        }
    })
}

#[test]
fn caa_records_that_cannot_be_looked_up_forbid_a_certificate_wherever_in_the_tree() {
    for at in ["a.shop.good.test", "shop.good.test", "good.test", "test"] {
        let server = caa_fails(at, || Some(Reply::code(2)));
        for name in ["a.shop.good.test", "*.a.shop.good.test"] {
            let report = check_with(name, &[HERE_V4], through(&[&server]));
            assert_eq!(
                (report.state, codes(&report)),
                (DnsState::Here, vec!["caa-unanswered"]),
                "{at}: {report:#?}"
            );
            let problem = &report.problems[0];
            assert_eq!(problem.severity, Severity::Blocks);
            assert!(
                problem
                    .message
                    .contains(&format!("name servers of {at} fail (SERVFAIL)")),
                "{}",
                problem.message
            );
            assert!(problem.records.is_empty());
            for value in ["domain", "at", "issuer", "reason"] {
                assert!(problem.values.contains_key(value), "{value}");
            }
        }
    }
}

/// A name server of the zone whose answers to CAA questions are `caa`.
fn own_with(caa: fn() -> Option<Reply>) -> FakeServer {
    FakeServer::start(move |question| {
        let reply = if question.kind == CAA {
            caa()
        } else {
            Some(delegating(question))
        };
        reply.map(|reply| Reply {
            authoritative: true,
            ..reply
        })
    })
}

#[test]
fn a_resolver_that_fails_on_every_caa_question_is_no_fault_of_a_domain() {
    // As old ones do that do not know the type.
    let failing = || {
        FakeServer::start(|question| {
            Some(if question.kind == CAA {
                Reply::code(2)
            } else {
                delegating(question)
            })
        })
    };
    let checked =
        |name, own: &FakeServer| check_with(name, &[HERE_V4], through_own(&failing(), own));
    let well = own_with(|| Some(Reply::default()));
    for name in ["good.test", "*.good.test", "a.shop.good.test"] {
        is_well(&checked(name, &well));
    }
    // What the zone's own servers fail on too, or do not say, is one.
    let ways: [fn() -> Option<Reply>; 3] =
        [|| Some(Reply::code(2)), || Some(Reply::code(5)), || None];
    for way in ways {
        let report = checked("good.test", &own_with(way));
        assert_eq!(codes(&report), ["caa-unanswered"], "{report:#?}");
        assert_eq!(report.problems[0].severity, Severity::Blocks);
    }
}

#[test]
fn caa_records_with_signatures_that_are_not_valid_forbid_a_certificate_whatever_the_zone_says() {
    let resolver = FakeServer::start(|question| {
        Some(if question.kind == CAA && !question.checking_disabled {
            Reply::code(2)
        } else {
            delegating(question)
        })
    });
    let own = own_with(|| Some(Reply::default()));
    let report = check_with("good.test", &[HERE_V4], through_own(&resolver, &own));
    assert_eq!(codes(&report), ["caa-unanswered"], "{report:#?}");
    assert_eq!(report.problems[0].severity, Severity::Blocks);
}

#[test]
fn the_name_servers_are_asked_for_caa_records_where_the_resolvers_do_not_answer() {
    let silent: fn() -> Option<Reply> = || None;
    let refused: fn() -> Option<Reply> = || Some(Reply::code(5));
    let none: fn() -> Option<Reply> = || Some(Reply::default());
    for (resolver_says, own_says, expected) in [
        (silent, silent, &["caa-unanswered"][..]),
        (refused, refused, &["caa-unanswered"]),
        (silent, none, &[]),
        (refused, none, &[]),
    ] {
        let resolver = caa_fails("good.test", resolver_says);
        let own = own_with(own_says);
        let report = check_with("good.test", &[HERE_V4], through_own(&resolver, &own));
        assert_eq!(
            (report.state, codes(&report)),
            (DnsState::Here, expected.to_vec()),
            "{report:#?}"
        );
        if let [problem] = report.problems.as_slice() {
            assert_eq!(problem.severity, Severity::Blocks, "{}", problem.message);
        }
    }
    // Nobody else can be asked: it may be this resolver alone that is slow.
    let alone = DnsOptions {
        timeout: Duration::from_secs(3),
        ..through(&[&caa_fails("good.test", silent)])
    };
    let report = check_with("good.test", &[HERE_V4], alone);
    assert_eq!(codes(&report), ["caa-unanswered"], "{report:#?}");
    assert_eq!(report.problems[0].severity, Severity::Waits);
}

#[test]
fn a_passing_failure_to_look_up_caa_records_is_none() {
    let failures = std::sync::atomic::AtomicUsize::new(0);
    let server = FakeServer::start(move |question| {
        let is_first = question.kind == CAA
            && question.name == "good.test"
            // With EDNS and without.
            && failures.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 2;
        Some(if is_first {
            Reply::code(2)
        } else {
            delegating(question)
        })
    });
    is_well(&check_with("good.test", &[HERE_V4], through(&[&server])));
}
