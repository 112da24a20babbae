//! Messages of name servers.

use std::collections::BTreeSet;
use std::net::IpAddr;

use closte::dns::fuzzing::{Reply, Settings, report};
use closte::dns::{CODES, DnsReport, DnsState};
use closte::domain::{DomainName, ReservedNames};

use super::{assert_presentable, pieces};

/// With up to four names of 1,000 characters each in their escaped form, twice.
const MESSAGE_MAX: usize = 10_000;

/// A byte of switches, then the servers' messages in pieces, each with a byte of switches of its
/// own before it.
pub fn check(bytes: &[u8]) {
    let [switches, bytes @ ..] = bytes else {
        return;
    };
    let on = |bit: u8| switches & (1 << bit) != 0;
    let parse = |text: &str| DomainName::parse(text, ReservedNames::Refuse).unwrap();
    let domain = parse(if on(0) {
        "*.shop.example.com"
    } else {
        "shop.example.com"
    });
    let address = |text: &str| text.parse::<IpAddr>().unwrap();
    let mut expected = BTreeSet::new();
    if !on(1) {
        expected.insert(address("192.0.2.1"));
    }
    if on(2) {
        expected.insert(address("2001:db8::1"));
    }
    let settings = Settings {
        expected,
        alias: &parse("network.example.com"),
        complete: !on(3),
        issuer: "letsencrypt.org",
        proven: on(4).then(|| address("198.51.100.7")).into_iter().collect(),
    };
    let replies: Vec<Reply<'_>> = pieces(bytes, 6)
        .into_iter()
        .map(|piece| {
            let (switches, bytes) = piece.split_first().unwrap_or((&0, &[]));
            Reply {
                bytes,
                authoritative: switches & 1 != 0,
                unverified: switches & 2 != 0,
            }
        })
        .collect();
    let report = report(&domain, &settings, &replies).expect("the name can be asked for");
    report_is_sound(&report, &settings, replies.len());
}

fn report_is_sound(report: &DnsReport, settings: &Settings<'_>, replies: usize) {
    for problem in &report.problems {
        let is_listed = CODES.iter().any(|(code, _)| *code == problem.code);
        assert!(is_listed, "{}", problem.code);
        assert_presentable(&problem.message, MESSAGE_MAX);
        assert!(problem.message.ends_with(['.', '"']), "{problem:?}");
    }
    for cname in &report.cnames {
        assert_presentable(cname, 1_100);
    }
    assert!(report.cnames.len() <= 13, "{:?}", report.cnames);
    assert!(report.addresses.is_sorted());
    assert!(report.resolvers.len() <= replies);
    for (label, view) in &report.resolvers {
        assert_presentable(label, 1_100);
        assert_presentable(view.error.as_deref().unwrap_or_default(), 200);
        assert_eq!(view.error.is_none(), !view.addresses.is_empty(), "{view:?}");
        for address in &view.addresses {
            assert!(report.addresses.contains(address));
        }
    }
    let ours =
        |address: &IpAddr| settings.expected.contains(address) || settings.proven.contains(address);
    match report.state {
        DnsState::Here => {
            // An alias of ours is here whatever its addresses are.
            let alias = report
                .cnames
                .iter()
                .any(|name| name == "network.example.com");
            assert!(alias || report.addresses.iter().all(ours), "{report:?}");
            assert!(!report.addresses.is_empty());
        }
        DnsState::Elsewhere => {
            assert!(settings.complete && !settings.expected.is_empty());
            assert!(!report.addresses.is_empty() && !report.problems.is_empty());
        }
        DnsState::Partial | DnsState::Missing | DnsState::Unknown => {
            assert!(!report.problems.is_empty(), "{report:?}");
        }
    }
    if replies == 0 {
        assert_eq!(report.state, DnsState::Unknown);
    }
}
