use super::*;

fn here() -> Here {
    Here {
        addresses: ["198.51.100.1", "2001:db8::1"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect(),
        names: HashSet::from([Name::from_ascii("network.example.").unwrap()]),
        complete: true,
    }
}

fn says(aliases: &[&str], addresses: &[&str], end: End) -> Trace {
    Trace {
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
fn gives(addresses: &[&str]) -> Result<Trace, NoAnswer> {
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

fn view(label: &str, own: bool, answer: Result<Trace, NoAnswer>) -> View {
    View {
        label: label.to_owned(),
        own,
        answer,
        unverified: None,
        lame: false,
    }
}

fn findings(here: &Here, views: Vec<View>) -> Findings<'_> {
    Findings {
        domain: "shop.example",
        wildcard: false,
        here,
        views,
        caa: None,
        issuer: "letsencrypt.org",
        proven: BTreeSet::new(),
        proof_tried: false,
    }
}

/// The state, and the codes of the problems.
fn verdict(views: Vec<View>) -> (DnsState, Vec<String>) {
    let here = here();
    let report = report(&findings(&here, views));
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
        verdict(vec![view("r", false, ours.clone()), view("ns", true, ours)]),
        (DnsState::Here, vec![])
    );
}

#[test]
fn an_alias_of_a_target_is_here_whatever_its_address() {
    let alias = Ok(says(
        &["cdn.example", "network.example"],
        &["203.0.113.9"],
        End::Addresses,
    ));
    assert_eq!(
        verdict(vec![view("r", false, alias)]),
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
            verdict(vec![view("r", false, answer)]),
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
    let silent = || view("silent", false, Err(NoAnswer::TimedOut));
    let right = view("r", false, gives(&["198.51.100.1"]));
    assert_eq!(
        verdict(vec![silent(), right, silent()]),
        (DnsState::Here, vec![])
    );
    let wrong = view("r", false, gives(&["203.0.113.9"]));
    assert_eq!(verdict(vec![silent(), wrong]).0, DnsState::Elsewhere);
}

#[test]
fn disagreement_is_named() {
    let here = here();
    let found = findings(
        &here,
        vec![
            view("192.0.2.53", false, gives(&["203.0.113.9"])),
            view("ns1.example (192.0.2.1)", true, gives(&["198.51.100.1"])),
        ],
    );
    let report = report(&found);
    assert_eq!(report.state, DnsState::Partial);
    assert_eq!(report.problems.len(), 1);
    assert_eq!(
        report.problems[0].message,
        "Not everyone gets the same answer for shop.example: here (according to ns1.example (192.0.2.1)); 203.0.113.9 \
         (according to 192.0.2.53). Its own name servers are right already: the rest follows by itself when the old \
         records expire, usually within hours."
    );
}

#[test]
fn signatures_that_are_wrong_outweigh_the_right_address() {
    let mut bogus = view("strict", false, Err(NoAnswer::ServerFailure));
    bogus.unverified = gives(&["198.51.100.1"]).ok();
    let own = view("ns", true, gives(&["198.51.100.1"]));
    assert_eq!(
        verdict(vec![bogus, own]),
        (DnsState::Partial, vec!["dnssec-bogus".to_owned()])
    );
}

#[test]
fn lame_servers_are_named_and_matter_if_all_are() {
    let lame = |own| View {
        lame: true,
        ..view("ns2.example", own, Err(NoAnswer::ServerFailure))
    };
    let right = view("r", false, gives(&["198.51.100.1"]));
    let well = view("ns1.example", true, gives(&["198.51.100.1"]));
    assert_eq!(
        verdict(vec![right, well, lame(true)]),
        (DnsState::Here, vec!["lame-delegation".to_owned()])
    );
    let failing = view("r", false, Err(NoAnswer::ServerFailure));
    assert_eq!(
        verdict(vec![failing, lame(true)]),
        (DnsState::Missing, vec!["lame-delegation".to_owned()])
    );
}

#[test]
fn a_proof_counts_for_its_address_alone() {
    let here = here();
    let mut found = findings(
        &here,
        vec![view("r", false, gives(&["104.21.5.6", "104.21.5.7"]))],
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
fn what_is_here_must_be_known_to_say_elsewhere() {
    for incomplete in [
        Here {
            complete: false,
            ..here()
        },
        Here {
            complete: true,
            ..Here::default()
        },
    ] {
        let right = incomplete.addresses.iter().any(std::net::IpAddr::is_ipv4);
        let state = |answer| report(&findings(&incomplete, vec![view("r", false, answer)]));
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
                .contains("points to 203.0.113.9, but what counts as here")
        );
        assert_eq!(state(gives(&[])).state, DnsState::Missing);
    }
}
