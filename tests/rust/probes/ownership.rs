//! Proof by a TXT record that somebody may change a domain's DNS.

use closte::dns::{DnsOptions, DnsProber, OwnershipReport};

use crate::emulator::PATIENCE;
use crate::support::dns::DnsServers;
use crate::support::fake_dns::{FakeServer, NS, Reply};
use crate::support::{block_on, domain};

const TOKEN: &str = "token-of-this-site";

fn look(name: &str, options: DnsOptions) -> OwnershipReport {
    let prober = DnsProber::new(&[], options).unwrap();
    block_on(prober.find_ownership(&domain(name), TOKEN))
}

fn through(servers: &[&FakeServer]) -> DnsOptions {
    DnsOptions {
        resolvers: servers.iter().map(|it| it.address.to_string()).collect(),
        authoritative: false,
        timeout: PATIENCE,
        ..DnsOptions::default()
    }
}

/// A server that has these strings in one record of the name.
fn with(strings: &'static [&'static str]) -> FakeServer {
    FakeServer::start(move |question| {
        let is_there = question.name == "_closte-sync.shop.good.test";
        Some(Reply {
            strings: if is_there { strings } else { &[] },
            ..Reply::default()
        })
    })
}

#[test]
fn the_value_proves_it_in_one_string_or_several() {
    for strings in [&["token-of-this-site"][..], &["token-of", "-this-site"][..]] {
        let server = with(strings);
        for name in ["shop.good.test", "*.shop.good.test"] {
            let report = look(name, through(&[&server]));
            assert!(report.is_proven, "{name} {report:?}");
            assert_eq!(report.name, "_closte-sync.shop.good.test");
            assert_eq!(report.error, None);
        }
        assert!(!look("other.good.test", through(&[&server])).is_proven);
    }
}

#[test]
fn nothing_else_proves_it() {
    for strings in [
        &["token-of-this-sit"][..],
        &["TOKEN-OF-THIS-SITE"][..],
        &[][..],
    ] {
        let report = look("shop.good.test", through(&[&with(strings)]));
        assert_eq!(
            (report.is_proven, report.error),
            (false, None),
            "{strings:?}"
        );
    }
}

#[test]
fn where_nobody_answers_it_says_why() {
    let silent = FakeServer::start(|_| Some(Reply::code(2)));
    let report = look("shop.good.test", through(&[&silent]));
    assert!(!report.is_proven);
    assert_eq!(report.error.as_deref(), Some("SERVFAIL"));
}

#[test]
fn the_name_servers_of_the_zone_count_where_the_resolver_is_behind() {
    let servers = DnsServers::get();
    let address = servers.second().ip().to_string();
    // It knows who serves the zone, and remembers that the record was not there.
    let behind = FakeServer::start(move |question| match question.kind {
        NS if question.name == "good.test" => Some(Reply {
            name_server: Some("ns2.good.test"),
            ..Reply::default()
        }),
        _ if question.name == "ns2.good.test" => Some(Reply::addresses(question, &[&address])),
        _ => Some(Reply::default()),
    });
    let options = DnsOptions {
        authoritative: true,
        name_server_port: servers.port,
        also_reachable: vec![servers.second().ip()],
        ..through(&[&behind])
    };
    let report = look("proven.good.test", options.clone());
    assert!(report.is_proven, "{report:?}");
    assert!(!look("good.test", options).is_proven);
}
