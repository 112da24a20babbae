use super::*;

fn row(stage: Stage, codes: &[&str]) -> Record {
    let mut record = Record::new("shop.example", Wanted::Present, stage, 0, 0);
    record.problems = codes
        .iter()
        .map(|code| Problem::new(*code, "A sentence."))
        .collect();
    record
}

fn state_of(stage: Stage, codes: &[&str]) -> State {
    state(&row(stage, codes), &Settings::default())
}

#[test]
fn a_domain_without_a_problem_works_or_waits() {
    assert_eq!(state_of(Stage::Done, &[]), State::Working);
    for stage in [
        Stage::Pending,
        Stage::CheckingDns,
        Stage::CheckingCertificate,
    ] {
        assert_eq!(state_of(stage, &[]), State::Waiting, "{stage}");
    }
}

#[test]
fn dns_that_is_wrong_is_for_the_owner_from_the_first_check_on() {
    for code in [
        "nxdomain",
        "elsewhere",
        "stale-aaaa",
        "caa-forbids",
        "cname-dead",
    ] {
        for stage in [
            Stage::CheckingDns,
            Stage::CheckingCertificate,
            Stage::Failed,
            Stage::CertificateFailed,
        ] {
            assert_eq!(
                state_of(stage, &[code]),
                State::OwnerMustAct,
                "{code} {stage}"
            );
        }
    }
}

#[test]
fn what_passes_by_itself_waits() {
    assert_eq!(
        state_of(Stage::CheckingDns, &["partial-propagation"]),
        State::Waiting
    );
    for code in [
        "certificate-absent",
        "certificate-self-signed",
        "certificate-wrong-host",
    ] {
        assert_eq!(
            state_of(Stage::CheckingCertificate, &[code]),
            State::Waiting,
            "{code}"
        );
    }
}

#[test]
fn notes_change_nothing() {
    for code in ["proxied", "lame-delegation", "certificate-ending"] {
        assert_eq!(state_of(Stage::Done, &[code]), State::Working, "{code}");
        assert_eq!(
            state_of(Stage::CheckingDns, &[code]),
            State::Waiting,
            "{code}"
        );
    }
}

#[test]
fn a_certificate_that_is_late_or_out_of_date_is_for_the_network() {
    assert_eq!(
        state_of(Stage::CertificateFailed, &["certificate-absent"]),
        State::NetworkMustAct
    );
    assert_eq!(
        state_of(Stage::CheckingCertificate, &["certificate-expired"]),
        State::NetworkMustAct
    );
}

#[test]
fn what_nobody_can_look_at_is_for_the_network() {
    assert_eq!(
        state_of(Stage::CheckingDns, &["no-answer"]),
        State::NetworkMustAct
    );
    assert_eq!(
        state_of(Stage::CheckingCertificate, &["certificate-unknown"]),
        State::NetworkMustAct
    );
    // It worked when somebody last could.
    assert_eq!(state_of(Stage::Done, &["no-answer"]), State::Working);
}

#[test]
fn the_owner_comes_first_where_both_could_act() {
    assert_eq!(
        state_of(
            Stage::CheckingCertificate,
            &["certificate-expired", "elsewhere"]
        ),
        State::OwnerMustAct
    );
}

#[test]
fn a_refused_call_is_for_the_network_an_outage_for_nobody() {
    for (kind, expected) in [
        (Kind::Rejected, State::NetworkMustAct),
        (Kind::InvalidDomain, State::NetworkMustAct),
        (Kind::Auth, State::NetworkMustAct),
        (Kind::Config, State::NetworkMustAct),
        (Kind::Transient, State::Waiting),
        (Kind::Protocol, State::Waiting),
    ] {
        let mut record = row(Stage::Pending, &[]);
        kind.as_str().clone_into(&mut record.error_kind);
        assert_eq!(state(&record, &Settings::default()), expected, "{kind}");
    }
}

#[test]
fn an_unwanted_domain_is_leaving_unless_closte_refuses_to_let_it_go() {
    let mut record = row(Stage::Removing, &["elsewhere"]);
    record.wanted = Wanted::Absent;
    assert_eq!(state(&record, &Settings::default()), State::Leaving);
    Kind::Transient.as_str().clone_into(&mut record.error_kind);
    assert_eq!(state(&record, &Settings::default()), State::Leaving);
    Kind::Rejected.as_str().clone_into(&mut record.error_kind);
    assert_eq!(state(&record, &Settings::default()), State::NetworkMustAct);
}

#[test]
fn where_the_dns_is_the_networks_its_admin_is_the_owner() {
    let settings = Settings::new(300, ["Network.example".to_owned()]);
    for (domain, expected) in [
        ("network.example", State::NetworkMustAct),
        ("shop.network.example", State::NetworkMustAct),
        ("*.network.example", State::NetworkMustAct),
        ("othernetwork.example", State::OwnerMustAct),
        ("example", State::OwnerMustAct),
    ] {
        let record = Record {
            domain: domain.to_owned(),
            ..row(Stage::CheckingDns, &["elsewhere"])
        };
        assert_eq!(state(&record, &settings), expected, "{domain}");
        let working = Record {
            domain: domain.to_owned(),
            ..row(Stage::Done, &[])
        };
        assert_eq!(state(&working, &settings), State::Working, "{domain}");
    }
}
