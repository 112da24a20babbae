//! Each verdict on a domain's DNS, against real DNS servers.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use closte::dns::{DnsOptions, DnsProber, DnsReport, DnsState};

use crate::emulator::PATIENCE;
use crate::support::dns::{DnsServers, HERE_V4, HERE_V6};
use crate::support::{block_on, domain, texts};

pub fn options(servers: &DnsServers) -> DnsOptions {
    DnsOptions {
        resolvers: vec![servers.resolver.to_string()],
        name_server_port: servers.port,
        also_reachable: vec![servers.second().ip()],
        ..DnsOptions::default()
    }
}

pub fn check_with(name: &str, targets: &[&str], options: DnsOptions) -> DnsReport {
    let prober = DnsProber::new(&texts(targets), options).unwrap();
    block_on(prober.check(&domain(name)))
}

pub fn check(name: &str) -> DnsReport {
    check_with(name, &[HERE_V4, HERE_V6], options(DnsServers::get()))
}

pub fn codes(report: &DnsReport) -> Vec<&str> {
    report
        .problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect()
}

#[test]
fn healthy_domains_have_no_problem() {
    for name in [
        "good.test",
        "www.good.test",
        "two-aliases.good.test",
        "deep.er.good.test",
        "*.wild.good.test",
        "right.aliases.test",
        "signed.test",
        "bücher.test",
    ] {
        let report = check(name);
        assert_eq!(
            (report.state, codes(&report)),
            (DnsState::Here, vec![]),
            "{name}: {report:#?}"
        );
        assert!(!report.proxied);
    }
}

#[test]
fn all_resolvers_and_name_servers_are_queried() {
    let servers = DnsServers::get();
    let report = check("two-aliases.good.test");
    assert_eq!(report.cnames, ["one-alias.good.test", "good.test"]);
    assert_eq!(report.addresses.len(), 2);
    let mut asked: Vec<&str> = report.resolvers.keys().map(String::as_str).collect();
    asked.sort_unstable();
    let resolver = servers.resolver.to_string();
    assert_eq!(
        asked,
        [
            resolver.as_str(),
            "ns1.good.test (127.0.0.1)",
            "ns2.good.test (127.0.0.2)"
        ]
    );
    for (who, said) in &report.resolvers {
        assert_eq!(
            (said.state, &said.error, said.addresses.len()),
            (DnsState::Here, &None, 2),
            "{who}"
        );
    }
}

#[test]
fn targets_may_be_host_names() {
    let servers = DnsServers::get();
    for name in ["good.test", "www.good.test"] {
        let report = check_with(name, &["good.test"], options(servers));
        assert_eq!(report.state, DnsState::Here, "{report:#?}");
    }
    let report = check_with("elsewhere.test", &["www.good.test"], options(servers));
    assert_eq!(codes(&report), ["elsewhere"]);
    let message = &report.problems[0].message;
    assert!(
        message.contains(HERE_V4) && message.contains(HERE_V6),
        "{message}"
    );
    // An alias of a target is here even where the addresses differ from place to place.
    let report = check_with(
        "www.good.test",
        &["198.51.100.99", "good.test"],
        options(servers),
    );
    assert_eq!(report.state, DnsState::Here);
}

#[test]
fn without_its_name_servers_only_resolvers_are_asked() {
    let servers = DnsServers::get();
    let options = DnsOptions {
        authoritative: false,
        ..options(servers)
    };
    let report = check_with("good.test", &[HERE_V4, HERE_V6], options);
    assert_eq!(report.state, DnsState::Here);
    assert_eq!(report.resolvers.len(), 1);
}

#[test]
fn a_server_without_recursion_serves_as_resolver() {
    let servers = DnsServers::get();
    let options = DnsOptions {
        resolvers: vec![servers.first().to_string()],
        ..options(servers)
    };
    for (name, state) in [
        ("right.aliases.test", DnsState::Here),
        ("nothing.test", DnsState::Missing),
        ("self.aliases.test", DnsState::Missing),
    ] {
        let report = check_with(name, &[HERE_V4, HERE_V6], options.clone());
        assert_eq!(report.state, state, "{report:#?}");
    }
}

#[test]
fn an_answer_that_does_not_fit_is_fetched_over_tcp() {
    let report = check("many.big.test");
    assert_eq!(report.addresses.len(), 120);
    assert_eq!(codes(&report), ["elsewhere"]);
    assert!(
        report.problems[0].message.contains("and 116 more"),
        "{:?}",
        report.problems
    );
}

/// A server that never responds.
fn silent() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

#[test]
fn a_silent_resolver_is_unknown_and_never_wrong() {
    let servers = DnsServers::get();
    let (_held, silent) = silent();
    let both = DnsOptions {
        resolvers: vec![silent.to_string(), servers.resolver.to_string()],
        timeout: Duration::from_secs(3),
        ..options(servers)
    };
    for (name, state) in [
        ("good.test", DnsState::Here),
        ("elsewhere.test", DnsState::Elsewhere),
        ("nothing.test", DnsState::Missing),
    ] {
        let start = Instant::now();
        let report = check_with(name, &[HERE_V4, HERE_V6], both.clone());
        assert_eq!(report.state, state, "{name}: {report:#?}");
        assert!(start.elapsed() < PATIENCE);
        let said = &report.resolvers[&silent.to_string()];
        assert_eq!(
            (said.state, said.error.as_deref()),
            (DnsState::Unknown, Some("timeout"))
        );
        assert!(!codes(&report).contains(&"no-answer"));
    }
    let alone = DnsOptions {
        resolvers: vec![silent.to_string()],
        timeout: Duration::from_millis(700),
        ..options(servers)
    };
    let start = Instant::now();
    let report = check_with("good.test", &[HERE_V4], alone);
    assert_eq!(
        (report.state, codes(&report)),
        (DnsState::Unknown, vec!["no-answer"])
    );
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn a_resolver_that_is_not_there_is_unknown_at_once() {
    let servers = DnsServers::get();
    let (held, address) = silent();
    drop(held);
    let start = Instant::now();
    let report = check_with(
        "good.test",
        &[HERE_V4],
        DnsOptions {
            resolvers: vec![address.to_string()],
            timeout: PATIENCE * 10,
            ..options(servers)
        },
    );
    assert_eq!(
        (report.state, codes(&report)),
        (DnsState::Unknown, vec!["no-answer"])
    );
    assert!(
        report.problems[0].message.contains("cannot be reached"),
        "{:?}",
        report.problems
    );
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn unusable_options_are_rejected() {
    for (targets, resolvers) in [
        (&["a b"][..], &[][..]),
        (&["203.0.113.1"], &["resolver.example"]),
    ] {
        let options = DnsOptions {
            resolvers: texts(resolvers),
            ..DnsOptions::default()
        };
        let error = DnsProber::new(&texts(targets), options).unwrap_err();
        assert_eq!(error.kind().as_str(), "config");
    }
}
