use std::collections::HashSet;

use hickory_resolver::proto::rr::Name;

use super::*;
use crate::dns::evidence::ExpectedAddresses;
use crate::dns::problem_codes::Value;
use crate::net::NoAnswer;

fn expected() -> ExpectedAddresses {
    ExpectedAddresses {
        addresses: ["198.51.100.1", "2001:db8::1"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect(),
        names: HashSet::from([Name::from_ascii("network.example.").unwrap()]),
        complete: true,
    }
}

fn says(aliases: &[&str], addresses: &[&str], end: End) -> CnameChain {
    CnameChain {
        aliases: aliases
            .iter()
            .map(|alias| Name::from_ascii(format!("{alias}.")).unwrap())
            .collect(),
        addresses: addresses.iter().map(|text| text.parse().unwrap()).collect(),
        end,
        authoritative: true,
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it stands beside answers that failed"
)]
fn gives(addresses: &[&str]) -> Result<CnameChain, NoAnswer> {
    Ok(says(
        &[],
        addresses,
        if addresses.is_empty() {
            End::NoAddress
        } else {
            End::Addresses
        },
    ))
}

fn server(label: &str, authoritative: bool, answer: Result<CnameChain, NoAnswer>) -> ServerAnswer {
    ServerAnswer {
        label: label.to_owned(),
        authoritative,
        answer,
        unverified: None,
        lame: false,
        relayed: None,
    }
}

fn evidence(expected: &ExpectedAddresses, servers: Vec<ServerAnswer>) -> Evidence<'_> {
    Evidence {
        domain: "shop.example",
        name: "shop.example",
        apex: false,
        wildcard: false,
        expected,
        servers,
        caa: None,
        issuer: "letsencrypt.org",
        proven: BTreeSet::new(),
        undecided: BTreeSet::new(),
        proof_tried: false,
        unnamed_resolver: false,
    }
}

/// The state, and the codes of the problems.
fn verdict(servers: Vec<ServerAnswer>) -> (DnsState, Vec<String>) {
    let expected = expected();
    let report = report(&evidence(&expected, servers));
    (
        report.state,
        report
            .problems
            .into_iter()
            .map(|problem| problem.code)
            .collect(),
    )
}

#[test]
fn all_is_well() {
    let ours = gives(&["198.51.100.1", "2001:db8::1"]);
    assert_eq!(
        verdict(vec![
            server("r", false, ours.clone()),
            server("ns", true, ours)
        ]),
        (DnsState::Here, vec![])
    );
}

/// A ledger row keeps the problems, and a zone may have thousands of addresses.
#[test]
fn a_problem_names_no_more_addresses_than_a_row_can_keep() {
    let expected = ExpectedAddresses {
        addresses: BTreeSet::from(["2001:db8::1".parse().unwrap()]),
        names: HashSet::new(),
        complete: true,
    };
    let many: Vec<String> = (0..4000_u32)
        .map(|n| std::net::Ipv4Addr::from_bits(0xCB00_0000 + n).to_string())
        .collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let mixed = [&["2001:db8::1"][..], &many].concat();
    for (addresses, state, code) in [
        (&many, DnsState::Elsewhere, "elsewhere"),
        (&mixed, DnsState::Partial, "mixed-addresses"),
    ] {
        let servers = vec![server("r", false, gives(addresses))];
        let report = report(&evidence(&expected, servers));
        assert_eq!(report.state, state);
        let problem = &report.problems[0];
        assert_eq!(problem.code, code);
        assert!(matches!(&problem.values["addresses"], Value::List(list) if list.len() == 50));
        // What is to be set is among them still.
        assert!((50..=51).contains(&problem.records.len()), "{code}");
        let is_set = problem.records.iter().any(|it| it.value == "2001:db8::1");
        assert_eq!(is_set, code == "elsewhere");
    }
}

#[test]
fn an_alias_of_a_target_is_here_whatever_its_address() {
    let alias = Ok(says(
        &["cdn.example", "network.example"],
        &["203.0.113.9"],
        End::Addresses,
    ));
    assert_eq!(
        verdict(vec![server("r", false, alias)]),
        (DnsState::Here, vec![])
    );
}

#[test]
fn one_wrong_answer_each() {
    for (answer, state, code) in [
        (gives(&["203.0.113.9"]), DnsState::Elsewhere, "elsewhere"),
        (
            gives(&["198.51.100.1", "203.0.113.9"]),
            DnsState::Partial,
            "mixed-addresses",
        ),
        (
            gives(&["198.51.100.1", "2001:db8::9"]),
            DnsState::Partial,
            "stale-aaaa",
        ),
        (
            gives(&["203.0.113.9", "2001:db8::1"]),
            DnsState::Partial,
            "mixed-addresses",
        ),
        (gives(&[]), DnsState::Missing, "no-address"),
        (
            Ok(says(&[], &[], End::NoName)),
            DnsState::Missing,
            "nxdomain",
        ),
        (
            Ok(says(&["gone.example"], &[], End::NoName)),
            DnsState::Missing,
            "cname-dead",
        ),
        (
            Ok(says(&["empty.example"], &[], End::NoAddress)),
            DnsState::Missing,
            "cname-dead",
        ),
        (
            Ok(says(&["a.example", "shop.example"], &[], End::Loop)),
            DnsState::Missing,
            "cname-loop",
        ),
        (gives(&["104.21.5.6"]), DnsState::Elsewhere, "proxied"),
        (Err(NoAnswer::TimedOut), DnsState::Unknown, "no-answer"),
        (Err(NoAnswer::ServerFailure), DnsState::Unknown, "no-answer"),
    ] {
        assert_eq!(
            verdict(vec![server("r", false, answer)]),
            (state, vec![code.to_owned()])
        );
    }
}

#[test]
fn nobody_to_ask_is_unknown() {
    assert_eq!(
        verdict(vec![]),
        (DnsState::Unknown, vec!["no-answer".to_owned()])
    );
}

#[test]
fn silence_is_never_wrong() {
    let silent = || server("silent", false, Err(NoAnswer::TimedOut));
    let right = server("r", false, gives(&["198.51.100.1"]));
    assert_eq!(
        verdict(vec![silent(), right, silent()]),
        (DnsState::Here, vec![])
    );
    let wrong = server("r", false, gives(&["203.0.113.9"]));
    assert_eq!(verdict(vec![silent(), wrong]).0, DnsState::Elsewhere);
}

#[test]
fn disagreement_is_named() {
    let expected = expected();
    let found = evidence(
        &expected,
        vec![
            server("192.0.2.53", false, gives(&["203.0.113.9"])),
            server("ns1.example (192.0.2.1)", true, gives(&["198.51.100.1"])),
        ],
    );
    let report = report(&found);
    assert_eq!(report.state, DnsState::Partial);
    assert_eq!(report.problems.len(), 1);
    assert_eq!(
        report.problems[0].message,
        "Name servers give different answers for shop.example: here (according to ns1.example (192.0.2.1)); 203.0.113.9 \
         (according to 192.0.2.53). Its own name servers have the right record already. The others follow when the old \
         record expires, usually within hours."
    );
    let values = &report.problems[0].values;
    let list = |texts: &[&str]| Value::List(texts.iter().map(ToString::to_string).collect());
    assert_eq!(values["here"], list(&["ns1.example (192.0.2.1)"]));
    assert_eq!(values["elsewhere"], list(&["192.0.2.53"]));
    assert_eq!(values["addresses"], list(&["203.0.113.9"]));
    assert_eq!(values["authoritative"], Value::Text("here".to_owned()));
}

#[test]
fn signatures_that_are_wrong_outweigh_the_right_address() {
    let mut bogus = server("strict", false, Err(NoAnswer::ServerFailure));
    bogus.unverified = gives(&["198.51.100.1"]).ok();
    let authoritative = server("ns", true, gives(&["198.51.100.1"]));
    assert_eq!(
        verdict(vec![bogus, authoritative]),
        (DnsState::Partial, vec!["dnssec-bogus".to_owned()])
    );
}

#[test]
fn lame_servers_are_named_and_matter_if_all_are() {
    let lame = |authoritative| ServerAnswer {
        lame: true,
        ..server("ns2.example", authoritative, Err(NoAnswer::ServerFailure))
    };
    let right = server("r", false, gives(&["198.51.100.1"]));
    let well = server("ns1.example", true, gives(&["198.51.100.1"]));
    assert_eq!(
        verdict(vec![right, well, lame(true)]),
        (DnsState::Here, vec!["lame-delegation".to_owned()])
    );
    let failing = server("r", false, Err(NoAnswer::ServerFailure));
    assert_eq!(
        verdict(vec![failing, lame(true)]),
        (DnsState::Missing, vec!["lame-delegation".to_owned()])
    );
}

#[test]
fn a_proof_counts_for_its_address_alone() {
    let expected = expected();
    let mut found = evidence(
        &expected,
        vec![server("r", false, gives(&["104.21.5.6", "104.21.5.7"]))],
    );
    found.proof_tried = true;
    found.proven.insert("104.21.5.6".parse().unwrap());
    assert_eq!(report(&found).state, DnsState::Partial);
    found.proven.insert("104.21.5.7".parse().unwrap());
    let proven = report(&found);
    assert_eq!(
        (proven.state, proven.proxied, proven.problems),
        (DnsState::Here, true, vec![])
    );
    found.proven.clear();
    let not = report(&found);
    assert_eq!((not.state, not.proxied), (DnsState::Elsewhere, true));
    assert!(
        not.problems[0].message.contains("Cloudflare"),
        "{:?}",
        not.problems
    );
}

#[test]
fn a_proxy_that_does_not_answer_says_nothing() {
    let expected = expected();
    let answers = vec![server("r", false, gives(&["104.16.0.1"]))];
    let mut found = evidence(&expected, answers);
    found.undecided.insert("104.16.0.1".parse().unwrap());
    let silent = report(&found);
    assert_eq!((silent.state, silent.proxied), (DnsState::Unknown, true));
    let codes: Vec<&str> = silent.problems.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(codes, ["proxied"]);
    assert!(silent.problems[0].message.contains("cannot be checked"));
}

#[test]
fn what_few_servers_say_does_not_count_where_a_proxy_does_not_answer() {
    let expected = expected();
    for few in [gives(&[]), gives(&["198.51.100.1"])] {
        let answers = vec![
            server("old", false, few),
            server("r", false, gives(&["104.16.0.1"])),
            server("ns", true, gives(&["104.16.0.1"])),
        ];
        let mut found = evidence(&expected, answers);
        found.undecided.insert("104.16.0.1".parse().unwrap());
        let silent = report(&found);
        assert_eq!(silent.state, DnsState::Unknown);
        let codes: Vec<&str> = silent.problems.iter().map(|it| it.code.as_str()).collect();
        assert_eq!(codes, ["proxied"]);
    }
}

#[test]
fn what_is_here_must_be_known_to_say_elsewhere() {
    for incomplete in [
        ExpectedAddresses {
            complete: false,
            ..expected()
        },
        ExpectedAddresses {
            complete: true,
            ..ExpectedAddresses::default()
        },
    ] {
        let right = incomplete.addresses.iter().any(std::net::IpAddr::is_ipv4);
        let state = |answer| report(&evidence(&incomplete, vec![server("r", false, answer)]));
        let ours = state(gives(&["198.51.100.1"]));
        assert_eq!(
            ours.state,
            if right {
                DnsState::Here
            } else {
                DnsState::Unknown
            }
        );
        let other = state(gives(&["203.0.113.9"]));
        assert_eq!(other.state, DnsState::Unknown);
        assert!(
            other.problems[0]
                .message
                .contains("points to 203.0.113.9, but the addresses of this network could not")
        );
        assert_eq!(state(gives(&[])).state, DnsState::Missing);
    }
}

#[test]
fn a_name_that_resolvers_know_is_not_missing_where_no_own_server_serves_it() {
    let lame = ServerAnswer {
        lame: true,
        ..server("ns", true, Err(NoAnswer::ServerFailure))
    };
    // What counts as here is not known for now.
    let mut expected = expected();
    expected.complete = false;
    let resolved = server("r", false, gives(&["203.0.113.9"]));
    let report = report(&evidence(&expected, vec![resolved, lame]));
    assert_eq!(report.state, DnsState::Unknown);
}
