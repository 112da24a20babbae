//! What many checks have in common is asked for once, and no verdict depends on it.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use closte::dns::{DnsOptions, DnsProber, DnsReport, DnsState};
use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};

use crate::dns::{codes, options};
use crate::emulator::PATIENCE;
use crate::support::dns::{DnsServers, HERE_V4, HERE_V6};
use crate::support::fake_dns::{A, AAAA, CAA, FakeServer, NS, Question, Reply};
use crate::support::{block_on, domain, texts};

const DOMAINS: usize = 100;

/// What a server was asked, by name and kind: how often.
type Asked = Arc<Mutex<BTreeMap<(String, u16), usize>>>;

/// A server that counts what it answers.
fn counting(at: &str, answer: impl Fn(&Question) -> Reply + Send + 'static) -> (FakeServer, Asked) {
    let asked = Asked::default();
    let counted = Arc::clone(&asked);
    let server = FakeServer::start_at(at.parse().unwrap(), move |question| {
        let of_it = (question.name.clone(), question.kind);
        *counted.lock().unwrap().entry(of_it).or_default() += 1;
        Some(answer(question))
    });
    (server, asked)
}

fn times(asked: &Asked, name: &str, kind: u16) -> usize {
    let asked = asked.lock().unwrap();
    asked.get(&(name.to_owned(), kind)).copied().unwrap_or(0)
}

/// The answers of a resolver about `zone.test`, which is as it should be.
fn zone(question: &Question) -> Reply {
    let in_zone = question.name.ends_with("zone.test");
    let reply = Reply {
        zone: Some(if in_zone { "zone.test" } else { "test" }),
        ..Reply::default()
    };
    match (question.kind, question.name.as_str()) {
        (NS, "zone.test") => Reply {
            name_server: Some("ns.zone.test"),
            ..reply
        },
        (A | AAAA, "ns.zone.test") => Reply {
            zone: reply.zone,
            ..Reply::addresses(question, &["127.0.0.1"])
        },
        (A | AAAA, _) => Reply {
            zone: reply.zone,
            ..Reply::addresses(question, &[HERE_V4, HERE_V6])
        },
        _ => reply,
    }
}

fn own(question: &Question) -> Reply {
    Reply {
        authoritative: true,
        ..zone(question)
    }
}

fn prober(resolvers: &[SocketAddr], own: Option<&FakeServer>) -> DnsProber {
    let options = DnsOptions {
        resolvers: resolvers.iter().map(ToString::to_string).collect(),
        authoritative: own.is_some(),
        name_server_port: own.map_or(53, |own| own.address.port()),
        also_reachable: vec![IpAddr::from([127, 0, 0, 1])],
        timeout: PATIENCE,
        ..DnsOptions::default()
    };
    DnsProber::new(&texts(&[HERE_V4, HERE_V6]), options).unwrap()
}

async fn check(prober: &DnsProber, name: &str) -> DnsReport {
    prober.check(&domain(name)).await
}

fn is_well(report: &DnsReport) {
    let found = (report.state, codes(report));
    assert_eq!(found, (DnsState::Here, vec![]), "{report:#?}");
}

fn names(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("d{number}.zone.test"))
        .collect()
}

/// Checks many domains, all at once or one after another.
fn check_many(prober: &DnsProber, at_once: bool) {
    let names = names(DOMAINS);
    block_on(async {
        if at_once {
            let all = join_all(names.iter().map(|name| check(prober, name))).await;
            all.iter().for_each(is_well);
        } else {
            for name in &names {
                is_well(&check(prober, name).await);
            }
        }
    });
}

#[test]
fn a_domain_of_many_in_a_zone_costs_three_questions() {
    for at_once in [true, false] {
        let (resolver, asked) = counting("127.0.0.1:0", zone);
        check_many(&prober(&[resolver.address], None), at_once);
        // A, AAAA and CAA of each, CAA of the zone and of what is above it.
        assert!(10 * resolver.asked() <= 32 * DOMAINS, "{:?}", asked.lock());
    }
}

#[test]
fn with_the_name_server_of_the_zone_it_costs_five() {
    for at_once in [true, false] {
        let (resolver, asked) = counting("127.0.0.1:0", zone);
        let (own, own_asked) = counting("127.0.0.1:0", own);
        check_many(&prober(&[resolver.address], Some(&own)), at_once);
        // NS of the zone, and the addresses of its server.
        assert!(10 * resolver.asked() <= 32 * DOMAINS, "{:?}", asked.lock());
        assert!(10 * own.asked() <= 21 * DOMAINS, "{:?}", own_asked.lock());
    }
}

#[test]
fn what_many_domains_are_aliases_of_is_asked_once() {
    let (resolver, asked) = counting("127.0.0.1:0", zone);
    let (own, _) = counting("127.0.0.1:0", |_| Reply {
        authoritative: true,
        alias: Some("here.elsewhere.test"),
        ..Reply::default()
    });
    check_many(&prober(&[resolver.address], Some(&own)), true);
    for kind in [A, AAAA] {
        assert_eq!(times(&asked, "here.elsewhere.test", kind), 1);
    }
    assert!(10 * resolver.asked() <= 32 * DOMAINS, "{:?}", asked.lock());
}

#[test]
fn a_domain_beside_its_www_name_costs_three() {
    let (resolver, asked) = counting("127.0.0.1:0", zone);
    let prober = prober(&[resolver.address], None);
    block_on(async {
        is_well(&check(&prober, "zone.test").await);
        is_well(&check(&prober, "www.zone.test").await);
    });
    assert_eq!(resolver.asked(), 7, "{:?}", asked.lock());
    assert_eq!(times(&asked, "zone.test", CAA), 1);
}

#[test]
fn what_is_the_domains_own_is_asked_at_each_check() {
    let (resolver, asked) = counting("127.0.0.1:0", zone);
    let (own, own_asked) = counting("127.0.0.1:0", own);
    let prober = prober(&[resolver.address], Some(&own));
    block_on(async {
        for _ in 0..3 {
            is_well(&check(&prober, "zone.test").await);
        }
    });
    for kind in [A, AAAA, CAA, NS] {
        assert_eq!(times(&asked, "zone.test", kind), 3, "{kind}");
    }
    for kind in [A, AAAA] {
        assert_eq!(times(&own_asked, "zone.test", kind), 3, "{kind}");
    }
    assert_eq!(times(&asked, "test", CAA), 1);
}

#[test]
fn a_failure_is_nobody_elses() {
    let fails = Arc::new(AtomicBool::new(true));
    let is_failing = Arc::clone(&fails);
    let (resolver, asked) = counting("127.0.0.1:0", move |question| {
        let is_it = question.kind == CAA && question.name == "test";
        if is_it && is_failing.load(Ordering::Relaxed) {
            Reply::code(2)
        } else {
            zone(question)
        }
    });
    let prober = prober(&[resolver.address], None);
    let many = || block_on(join_all(names(9).iter().map(|name| check(&prober, name))));
    for report in many() {
        assert_eq!(codes(&report), ["caa-unanswered"], "{report:#?}");
    }
    assert!(times(&asked, "test", CAA) >= 9);
    // Nobody remembers it.
    fails.store(false, Ordering::Relaxed);
    many().iter().for_each(is_well);
}

#[test]
fn what_a_network_without_ipv4_makes_up_is_asked_for_once() {
    let (resolver, asked) = counting("127.0.0.1:0", |question| {
        let addresses = match question.name.as_str() {
            "ipv4only.arpa" => [
                "192.0.0.170".to_owned(),
                "2001:db8:64::192.0.0.170".to_owned(),
            ],
            _ => [HERE_V4.to_owned(), format!("2001:db8:64::{HERE_V4}")],
        };
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        Reply {
            zone: Some("zone.test"),
            ..Reply::addresses(question, &addresses)
        }
    });
    check_many(&prober(&[resolver.address], None), true);
    assert_eq!(times(&asked, "ipv4only.arpa", AAAA), 1);
}

#[test]
fn many_checks_at_once_find_what_each_would_find_alone() {
    let servers = DnsServers::get();
    let names = [
        "good.test",
        "www.good.test",
        "two-aliases.good.test",
        "deep.er.good.test",
        "*.wild.good.test",
        "nothing.good.test",
        "empty.test",
        "half.empty.test",
        "elsewhere.test",
        "cloud.elsewhere.test",
        "mixed.test",
        "stale.test",
        "dead.aliases.test",
        "loop.aliases.test",
        "hollow.aliases.test",
        "right.aliases.test",
        "caa.test",
        "sub.caa.test",
        "allowed.caa.test",
        "below.allowed.caa.test",
        "none.caa.test",
        "mail.caa.test",
        "critical.caa.test",
        "*.wild.caa.test",
        "alias.caa.test",
        "moving.test",
        "partly-lame.test",
        "inward.test",
        "signed.test",
        "bogus.test",
        "bücher.test",
        "nothing.test",
        "a.b.c.nothing.test",
    ];
    let prober = || DnsProber::new(&texts(&[HERE_V4, HERE_V6]), options(servers)).unwrap();
    let alone: Vec<DnsReport> = names
        .iter()
        .map(|name| block_on(check(&prober(), name)))
        .collect();
    let shared = prober();
    for _ in 0..2 {
        let together = block_on(join_all(names.iter().map(|name| check(&shared, name))));
        for (name, (alone, together)) in names.iter().zip(alone.iter().zip(&together)) {
            assert_eq!(together, alone, "{name}");
        }
    }
}

/// 500 domains, 256 of them at a time.
fn check_a_batch(prober: &DnsProber) {
    let names = names(500);
    let checks = names.iter().map(|name| check(prober, name));
    let reports: Vec<_> = block_on(stream::iter(checks).buffer_unordered(256).collect());
    reports.iter().for_each(is_well);
}

#[test]
fn a_batch_beside_a_silent_resolver_is_judged_by_the_other_one_and_costs_it_nothing_more() {
    let (alone, _) = counting("127.0.0.1:0", zone);
    check_a_batch(&prober(&[alone.address], None));
    for is_first in [true, false] {
        let (good, asked) = counting("127.0.0.1:0", zone);
        let dead = FakeServer::start(|_| None);
        let mut resolvers = [dead.address, good.address];
        if !is_first {
            resolvers.reverse();
        }
        check_a_batch(&prober(&resolvers, None));
        assert!(10 * good.asked() <= 32 * 500, "{:?}", asked.lock());
    }
}

#[test]
fn nobody_waits_for_a_silent_resolver_where_the_other_one_has_failed() {
    let caa: fn(&Question) -> bool = |question| question.kind == CAA && question.name == "test";
    let addresses: fn(&Question) -> bool = |question| matches!(question.kind, A | AAAA);
    for (fails, code, state) in [
        // As a server does that is no resolver.
        (caa, 5, DnsState::Here),
        (caa, 2, DnsState::Here),
        (addresses, 2, DnsState::Unknown),
    ] {
        let (good, _) = counting("127.0.0.1:0", move |question| {
            if fails(question) {
                Reply::code(code)
            } else {
                zone(question)
            }
        });
        let dead = FakeServer::start(|_| None);
        let options = DnsOptions {
            resolvers: vec![good.address.to_string(), dead.address.to_string()],
            authoritative: false,
            // Nobody could wait for so long.
            timeout: PATIENCE * 600,
            ..DnsOptions::default()
        };
        let prober = DnsProber::new(&texts(&[HERE_V4, HERE_V6]), options).unwrap();
        for name in names(3) {
            let report = block_on(check(&prober, &name));
            assert_eq!(report.state, state, "{report:#?}");
        }
    }
}
