//! Each problem of a domain's DNS, against real DNS servers.

use std::net::{Ipv4Addr, UdpSocket};

use closte::dns::{DnsOptions, DnsReport, DnsState};

use crate::dns::{check, check_with, codes, options};
use crate::support::dns::{DnsServers, HERE_V4, HERE_V6};

/// Asserts the state, its only problem, and parts of the message.
fn has_problem(report: &DnsReport, state: DnsState, code: &str, pieces: &[&str]) {
    assert_eq!(
        (report.state, codes(report)),
        (state, vec![code]),
        "{report:#?}"
    );
    for piece in pieces {
        let message = &report.problems[0].message;
        assert!(message.contains(piece), "{message:?} lacks {piece:?}");
    }
}

#[test]
fn names_without_a_usable_address() {
    let right = format!("an A record with {HERE_V4}");
    for (name, code, pieces) in [
        (
            "nothing.test",
            "nxdomain",
            ["nothing.test does not exist", right.as_str()],
        ),
        (
            "nothing.good.test",
            "nxdomain",
            ["nothing.good.test does not exist", HERE_V6],
        ),
        (
            "*.good.test",
            "nxdomain",
            ["no wildcard record *.good.test", "for the name *"],
        ),
        (
            "empty.test",
            "no-address",
            [
                "empty.test exists in DNS but has no address",
                right.as_str(),
            ],
        ),
        (
            "dead.aliases.test",
            "cname-dead",
            [
                "an alias (CNAME) of gone.good.test, which does not exist",
                right.as_str(),
            ],
        ),
        (
            "hollow.aliases.test",
            "cname-dead",
            [
                "an alias (CNAME) of empty.test, which has no address",
                "correct the CNAME",
            ],
        ),
        (
            "loop.aliases.test",
            "cname-loop",
            ["form a loop", "loop2.aliases.test"],
        ),
        (
            "self.aliases.test",
            "cname-loop",
            ["form a loop", "self.aliases.test"],
        ),
    ] {
        has_problem(&check(name), DnsState::Missing, code, &pieces);
    }
}

#[test]
fn names_that_point_elsewhere() {
    has_problem(
        &check("elsewhere.test"),
        DnsState::Elsewhere,
        "elsewhere",
        &[
            "198.51.100.7 and 2001:db8:bad::7",
            "set an A record with 203.0.113.10",
        ],
    );
    has_problem(
        &check("mixed.test"),
        DnsState::Partial,
        "mixed-addresses",
        &[
            "this network (203.0.113.10) and elsewhere (198.51.100.7)",
            "delete the records with 198.51.100.7",
        ],
    );
    has_problem(
        &check("stale.test"),
        DnsState::Partial,
        "stale-aaaa",
        &[
            "AAAA record points elsewhere (2001:db8:bad::7)",
            "delete the AAAA record, or set it to 2001:db8::10",
        ],
    );
    let only_v4 = check_with("stale.test", &[HERE_V4], options(DnsServers::get()));
    has_problem(
        &only_v4,
        DnsState::Partial,
        "stale-aaaa",
        &["delete the AAAA record."],
    );
}

#[test]
fn a_known_proxy_is_named() {
    let report = check("cloud.elsewhere.test");
    assert!(report.proxied);
    has_problem(
        &report,
        DnsState::Elsewhere,
        "proxied",
        &["behind Cloudflare (104.21.5.6)", "DNS only"],
    );
}

#[test]
fn resolvers_that_disagree_are_named() {
    let servers = DnsServers::get();
    // Its own name servers disagree.
    let report = check("moving.test");
    let code = "partial-propagation";
    has_problem(
        &report,
        DnsState::Partial,
        code,
        &[
            "ns1.moving.test (127.0.0.1)",
            "198.51.100.7 (according to ns2.moving.test (127.0.0.2))",
            "do not agree",
        ],
    );
    // A resolver still has the old address.
    let old = DnsOptions {
        resolvers: vec![servers.resolver.to_string(), servers.second().to_string()],
        authoritative: false,
        ..options(servers)
    };
    let report = check_with("moving.test", &[HERE_V4], old);
    let who = format!("198.51.100.7 (according to {})", servers.second());
    has_problem(
        &report,
        DnsState::Partial,
        code,
        &[&who, "wait until the old one expires"],
    );
}

#[test]
fn caa_records_that_forbid_the_issuer() {
    for (name, pieces) in [
        (
            "caa.test",
            [
                "at caa.test allows only other-ca.example to issue",
                "caa.test. CAA 0 issue \"letsencrypt.org\"",
            ],
        ),
        (
            "sub.caa.test",
            [
                "at caa.test allows only other-ca.example",
                "for sub.caa.test",
            ],
        ),
        (
            "none.caa.test",
            [
                "at none.caa.test allows nobody to issue",
                "none.caa.test. CAA 0 issue",
            ],
        ),
        (
            "critical.caa.test",
            ["critical property \"tbs\"", "Delete that record"],
        ),
        (
            "*.wild.caa.test",
            [
                "at wild.caa.test allows only other-ca.example",
                "CAA 0 issuewild \"letsencrypt.org\"",
            ],
        ),
        (
            "alias.caa.test",
            [
                "allows only third-ca.example to issue",
                "for alias.caa.test",
            ],
        ),
    ] {
        has_problem(&check(name), DnsState::Here, "caa-forbids", &pieces);
    }
    for name in ["allowed.caa.test", "mail.caa.test", "wild.caa.test"] {
        let report = check(name);
        assert!(
            !codes(&report).contains(&"caa-forbids"),
            "{name}: {report:#?}"
        );
    }
    let other = DnsOptions {
        issuer: "Other-CA.example".to_owned(),
        ..options(DnsServers::get())
    };
    let report = check_with("sub.caa.test", &[HERE_V4], other);
    assert_eq!((report.state, codes(&report)), (DnsState::Here, vec![]));
}

#[test]
fn signatures_that_are_not_valid() {
    let servers = DnsServers::get();
    let report = check("bogus.test");
    let resolver = servers.resolver.to_string();
    has_problem(
        &report,
        DnsState::Partial,
        "dnssec-bogus",
        &[
            "signatures of bogus.test are not valid",
            &resolver,
            "DS record",
        ],
    );
    let said = &report.resolvers[&resolver];
    assert_eq!(said.error.as_deref(), Some("dnssec-bogus"));
}

#[test]
fn name_servers_that_do_not_serve_the_zone() {
    has_problem(
        &check("partly-lame.test"),
        DnsState::Here,
        "lame-delegation",
        &[
            "nowhere.partly-lame.test and ns2.partly-lame.test (127.0.0.2) are listed as name servers",
            "slow or fail at times",
        ],
    );
    has_problem(
        &check("lame.test"),
        DnsState::Missing,
        "lame-delegation",
        &[
            "ns.lame.test (127.0.0.2) is listed as a name server of lame.test",
            "the domain cannot be looked up",
        ],
    );
}

#[test]
fn name_servers_at_private_addresses_are_not_queried() {
    let report = check("inward.test");
    assert_eq!(
        (report.state, codes(&report)),
        (DnsState::Here, vec![]),
        "{report:#?}"
    );
    let said = &report.resolvers["ns2.inward.test"];
    assert_eq!(said.error.as_deref(), Some("not-public"));
}

/// A resolver on loopback that fails at first, and then answers [`HERE_V4`] for every name.
fn resolver_that_fails_first(failures: usize) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    // Ends with the process: nothing waits for it.
    std::thread::spawn(move || {
        let here: Ipv4Addr = HERE_V4.parse().unwrap();
        let mut packet = [0; 1500];
        let mut asked = 0;
        while let Ok((_, peer)) = socket.recv_from(&mut packet) {
            let end = 12 + packet[12..].iter().position(|b| *b == 0).unwrap() + 5;
            let unchecked = packet[3] & 0x10 != 0;
            asked += usize::from(!unchecked);
            let fails = !unchecked && asked <= failures;
            let gives = !fails && packet[end - 4..end - 2] == [0, 1];
            let mut answer = packet[..2].to_vec();
            let code = if fails { 0x82 } else { 0x80 };
            answer.extend([0x81, code, 0, 1, 0, u8::from(gives), 0, 0, 0, 0]);
            answer.extend(&packet[12..end]);
            if gives {
                answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
                answer.extend(here.octets());
            }
            let _ = socket.send_to(&answer, peer);
        }
    });
    address
}

#[test]
fn a_passing_failure_is_not_reported_as_dnssec() {
    let check = |failures| {
        let options = DnsOptions {
            resolvers: vec![resolver_that_fails_first(failures)],
            authoritative: false,
            ..DnsOptions::default()
        };
        check_with("good.test", &[HERE_V4], options)
    };
    // One question for each kind of address; those about CAA records come at the same time.
    let report = check(4);
    assert_eq!(
        (report.state, codes(&report)),
        (DnsState::Here, vec![]),
        "{report:#?}"
    );
    assert!(codes(&check(usize::MAX)).contains(&"dnssec-bogus"));
}
