use super::*;
use crate::certificate::CertificateReport;
use crate::certificate::CertificateState::{Expired, Unknown, Valid, WrongHost};
use crate::dns::Problem;
use crate::error::Kind;
use crate::lifecycle::schedule::{DAY, HOUR};
use crate::lifecycle::{DnsFinding, Failure};

pub(super) const NOW: i64 = 1_700_000_000;

pub(super) fn row(stage: Stage) -> Record {
    let mut record = Record::new("a.example", Wanted::Present, stage, 0, NOW);
    if stage != Stage::Pending {
        record.accepted_at = NOW;
        record.last_added_at = NOW;
    }
    record
}

pub(super) fn called(outcome: Outcome) -> Observation {
    Observation {
        call: Some(Ok(outcome)),
        ..Observation::default()
    }
}

pub(super) fn failed(kind: Kind) -> Observation {
    Observation {
        call: Some(Err(Failure {
            kind,
            reason: "why".into(),
            message: "It failed.".into(),
            retry_after: 0,
            may_have_landed: false,
        })),
        ..Observation::default()
    }
}

pub(super) fn dns(state: DnsState) -> DnsFinding {
    let problems = match state {
        DnsState::Here | DnsState::Unknown => vec![],
        state => vec![Problem::new(state.as_str(), "words")],
    };
    DnsFinding {
        state,
        has_address: state == DnsState::Here,
        problems,
    }
}

pub(super) fn certificate(state: CertificateState, not_after: i64) -> CertificateReport {
    CertificateReport {
        state,
        issuer: Some("An Issuer".into()),
        names: vec!["a.example".into()],
        not_before: Some(0),
        not_after: Some(not_after),
        error: None,
        reason: None,
        place: None,
        detail: None,
    }
}

pub(super) fn points(state: DnsState) -> Observation {
    Observation {
        dns: Some(dns(state)),
        ..Observation::default()
    }
}

fn serves(state: CertificateState) -> Observation {
    Observation {
        dns: Some(dns(DnsState::Here)),
        certificate: Some(certificate(state, NOW + 90 * DAY)),
        call: None,
    }
}

pub(super) fn after(record: Record, seen: &Observation, now: i64) -> Record {
    decide(record, seen, &Settings::default(), now)
}

#[test]
fn an_accepted_domain_is_looked_up_at_once() {
    let record = after(row(Stage::Pending), &called(Outcome::Added), NOW + 5);
    assert_eq!(
        (record.stage, record.next_check_at),
        (Stage::CheckingDns, NOW + 5)
    );
    assert_eq!(
        (record.accepted_at, record.last_added_at),
        (NOW + 5, NOW + 5)
    );
    assert_eq!(record.outcome, Some(Outcome::Added));
}

#[test]
fn a_refused_domain_fails_and_is_asked_for_daily() {
    for kind in [Kind::Rejected, Kind::InvalidDomain] {
        let record = after(row(Stage::Pending), &failed(kind), NOW);
        assert_eq!(
            (record.stage, record.next_check_at),
            (Stage::Failed, NOW + DAY)
        );
        assert_eq!(next_step(&record, &Settings::default(), NOW), Step::Add);
        let record = after(record, &called(Outcome::Added), NOW + DAY);
        assert_eq!(record.stage, Stage::CheckingDns);
        assert_eq!(record.error_kind, "");
    }
}

#[test]
fn what_may_pass_is_tried_for_ever() {
    for kind in [Kind::Transient, Kind::Protocol, Kind::Auth, Kind::Config] {
        let (mut record, mut now) = (row(Stage::Pending), NOW);
        for _ in 0..300 {
            record = after(record, &failed(kind), now);
            assert_eq!(record.stage, Stage::Pending);
            let wait = record.next_check_at - now;
            assert!((10..=HOUR).contains(&wait), "{wait}");
            now = record.next_check_at;
        }
        assert!(now - NOW > 100 * HOUR);
    }
}

#[test]
fn retry_after_is_honoured_within_reason() {
    let mut seen = failed(Kind::Transient);
    for (asked, waited) in [
        (7, 10),
        (120, 120),
        (HOUR, HOUR),
        (7_200, HOUR),
        (10 * DAY, HOUR),
        (-3, 10),
    ] {
        if let Some(Err(failure)) = &mut seen.call {
            failure.retry_after = asked;
        }
        let record = after(row(Stage::Pending), &seen, NOW);
        assert_eq!(record.next_check_at - NOW, waited);
    }
}

#[test]
fn dns_has_seventy_two_hours() {
    let mut record = row(Stage::CheckingDns);
    for state in [
        DnsState::Elsewhere,
        DnsState::Missing,
        DnsState::Partial,
        DnsState::Unknown,
    ] {
        let record = after(record.clone(), &points(state), NOW + 72 * HOUR - 1);
        assert_eq!(record.stage, Stage::CheckingDns);
    }
    let late = after(
        record.clone(),
        &points(DnsState::Elsewhere),
        NOW + 72 * HOUR,
    );
    assert_eq!(
        (late.stage, late.next_check_at),
        (Stage::Failed, NOW + 72 * HOUR + DAY)
    );
    assert_eq!(next_step(&late, &Settings::default(), NOW), Step::CheckDns);
    // Nobody answered: that is not the domain's fault.
    let late = after(record.clone(), &points(DnsState::Unknown), NOW + 100 * HOUR);
    assert_eq!(
        (late.stage, late.next_check_at),
        (Stage::CheckingDns, NOW + 101 * HOUR)
    );
    // A proxy that never answered is.
    let mut silent = points(DnsState::Unknown);
    let problems = silent.dns.iter_mut().map(|dns| &mut dns.problems);
    problems.for_each(|problems| problems.push(Problem::new("proxied", "")));
    let late = after(record.clone(), &silent, NOW + 72 * HOUR);
    assert_eq!(late.stage, Stage::Failed);
    // Right at last.
    record = after(record, &points(DnsState::Here), NOW + 72 * HOUR);
    assert_eq!(record.stage, Stage::CheckingCertificate);
}

#[test]
fn a_domain_whose_dns_takes_two_days_ends_done() {
    let settings = Settings::new(10, []);
    let (mut record, mut now, mut steps) = (Record::wanted("a.example", NOW), NOW, 0);
    while record.stage != Stage::Done {
        let here = now >= NOW + 48 * HOUR;
        let seen = match next_step(&record, &settings, now) {
            Step::Add => called(Outcome::Added),
            Step::CheckDns if here => points(DnsState::Here),
            Step::CheckDns => points(DnsState::Elsewhere),
            Step::CheckCertificate { .. } if now >= NOW + 48 * HOUR + 900 => {
                serves(CertificateState::Valid)
            }
            Step::CheckCertificate { .. } => serves(CertificateState::Absent),
            step => panic!("{step:?}"),
        };
        record = decide(record, &seen, &settings, now);
        assert!(record.next_check_at >= now);
        now = record.next_check_at.max(now + 1);
        steps += 1;
        assert!(now < NOW + 50 * HOUR + DAY, "{record:?}");
    }
    assert!(steps < 700, "{steps}");
    assert_eq!(record.certificate_issuer, "An Issuer");
    assert!(record.problems.is_empty());
}

#[test]
fn a_certificate_has_a_day() {
    let record = row(Stage::CheckingCertificate);
    for &state in CertificateState::ALL {
        let early = after(record.clone(), &serves(state), NOW + DAY - 1);
        let late = after(record.clone(), &serves(state), NOW + DAY);
        if state == CertificateState::Valid {
            assert_eq!((early.stage, late.stage), (Stage::Done, Stage::Done));
        } else if state == CertificateState::Unknown {
            // Nobody could look: that is not the domain's fault.
            assert_eq!(late.stage, Stage::CheckingCertificate);
            assert_eq!(late.problems[0].code, "certificate-unknown");
            assert_eq!(late.next_check_at, NOW + DAY + HOUR);
        } else {
            assert_eq!(
                (early.stage, late.stage),
                (Stage::CheckingCertificate, Stage::CertificateFailed)
            );
            assert_eq!(late.problems[0].code, format!("certificate-{state}"));
            let healed = after(late, &serves(CertificateState::Valid), NOW + 2 * DAY);
            assert_eq!(healed.stage, Stage::Done);
        }
    }
}

#[test]
fn closte_is_asked_again_each_hour() {
    let record = row(Stage::CheckingCertificate);
    let step = |now| next_step(&record, &Settings::default(), now);
    assert_eq!(
        step(NOW + HOUR - 1),
        Step::CheckCertificate { repeat_add: false }
    );
    assert_eq!(
        step(NOW + HOUR),
        Step::CheckCertificate { repeat_add: true }
    );
    let mut seen = serves(CertificateState::Absent);
    seen.call = Some(Ok(Outcome::AlreadyThere));
    // Not for ever, where a certificate can be looked at no more than before.
    assert_eq!(
        step(NOW + DAY),
        Step::CheckCertificate { repeat_add: false }
    );
    let repeated = after(record.clone(), &seen, NOW + HOUR);
    assert_eq!(repeated.last_added_at, NOW + HOUR);
    assert_eq!(repeated.stage, Stage::CheckingCertificate);
    seen.call = failed(Kind::Transient).call;
    let missed = after(record.clone(), &seen, NOW + HOUR);
    assert_eq!(
        (missed.last_added_at, missed.stage),
        (NOW, Stage::CheckingCertificate)
    );
    seen.call = failed(Kind::Rejected).call;
    assert_eq!(after(record, &seen, NOW + HOUR).stage, Stage::Failed);
}

#[test]
fn done_goes_back_to_what_broke() {
    let stage = |state, certificate_state| {
        let mut seen = serves(certificate_state);
        seen.dns = Some(dns(state));
        after(row(Stage::Done), &seen, NOW).stage
    };
    assert_eq!(stage(DnsState::Here, Valid), Stage::Done);
    assert_eq!(stage(DnsState::Unknown, Valid), Stage::Done);
    assert_eq!(stage(DnsState::Unknown, Unknown), Stage::Done);
    assert_eq!(stage(DnsState::Elsewhere, Valid), Stage::CheckingDns);
    assert_eq!(stage(DnsState::Missing, Unknown), Stage::CheckingDns);
    assert_eq!(stage(DnsState::Partial, Valid), Stage::CheckingDns);
    assert_eq!(stage(DnsState::Here, Expired), Stage::CheckingCertificate);
    assert_eq!(
        stage(DnsState::Unknown, WrongHost),
        Stage::CheckingCertificate
    );
}

#[test]
fn a_certificate_that_ends_is_warned_about() {
    let problems = |left| {
        let mut seen = serves(CertificateState::Valid);
        seen.certificate = Some(certificate(CertificateState::Valid, NOW + left));
        let record = after(row(Stage::Done), &seen, NOW);
        assert_eq!(
            (record.stage, record.next_check_at),
            (Stage::Done, NOW + DAY)
        );
        record.problems
    };
    assert!(problems(14 * DAY).is_empty());
    let warning = problems(14 * DAY - 1);
    assert_eq!(warning[0].code, "certificate-ending");
    assert!(
        warning[0].message.contains("expires in 13 days"),
        "{}",
        warning[0].message
    );
    assert!(problems(DAY)[0].message.contains("expires in 1 day "));
    assert!(problems(60)[0].message.contains("within a day"));
}

#[test]
fn an_obstacle_that_went_away_brings_a_failed_certificate_back() {
    let mut record = row(Stage::CertificateFailed);
    record.problems = vec![Problem::new("caa-forbids", "words")];
    let again = after(record.clone(), &serves(CertificateState::Absent), NOW + 60);
    assert_eq!(again.stage, Stage::CheckingCertificate);
    record.problems = vec![Problem::new("certificate-absent", "words")];
    let still = after(record, &serves(CertificateState::Absent), NOW + 60);
    assert_eq!(
        (still.stage, still.next_check_at),
        (Stage::CertificateFailed, NOW + 60 + DAY)
    );
}

#[test]
fn a_failed_domain_that_propagates_is_watched() {
    let mut seen = points(DnsState::Partial);
    assert_eq!(after(row(Stage::Failed), &seen, NOW).stage, Stage::Failed);
    seen.dns = Some(DnsFinding {
        state: DnsState::Partial,
        has_address: true,
        problems: vec![Problem::new("partial-propagation", "words")],
    });
    assert_eq!(
        after(row(Stage::Failed), &seen, NOW).stage,
        Stage::CheckingDns
    );
}

#[test]
fn wishes_change_the_stage() {
    for &stage in Stage::ALL {
        let mut record = row(stage);
        record.wanted = Wanted::Absent;
        let expected = if stage == Stage::Removed {
            Step::Nothing
        } else {
            Step::Remove
        };
        assert_eq!(
            next_step(&record, &Settings::default(), NOW),
            expected,
            "{stage}"
        );
    }
    for stage in [Stage::Removing, Stage::Removed] {
        assert_eq!(next_step(&row(stage), &Settings::default(), NOW), Step::Add);
        let back = after(row(stage), &called(Outcome::AlreadyThere), NOW);
        assert_eq!(back.stage, Stage::CheckingDns);
    }
}

#[test]
fn a_protected_domain_is_spared() {
    let settings = Settings::new(300, ["a.example".to_owned()]);
    let mut record = row(Stage::Done);
    record.wanted = Wanted::Absent;
    assert_eq!(next_step(&record, &settings, NOW), Step::KeepProtected);
    let spared = decide(record, &Observation::default(), &settings, NOW);
    assert_eq!(
        (spared.stage, spared.outcome),
        (Stage::Removing, Some(Outcome::Protected))
    );
    assert_eq!(spared.next_check_at, NOW + DAY);
}

#[test]
fn a_domain_is_protected_in_every_spelling() {
    let settings = Settings::new(300, ["Bücher.de.".to_owned(), "Odd_Name".to_owned()]);
    for (name, protects) in [
        ("bücher.de", true),
        ("xn--bcher-kva.de", true),
        ("XN--BCHER-KVA.de.", true),
        ("odd_name", true),
        ("*.bücher.de", false),
        ("www.bücher.de", false),
    ] {
        assert_eq!(settings.protects(name), protects, "{name}");
    }
}

#[test]
fn a_refused_removal_is_asked_for_daily() {
    let mut record = row(Stage::Removing);
    record.wanted = Wanted::Absent;
    let record = after(record, &failed(Kind::Rejected), NOW);
    assert_eq!(
        (record.stage, record.next_check_at),
        (Stage::Removing, NOW + DAY)
    );
    let gone = after(record, &called(Outcome::AlreadyGone), NOW + DAY);
    assert_eq!((gone.stage, gone.next_check_at), (Stage::Removed, 0));
}

#[test]
fn a_domain_that_closte_refused_is_called_for_again() {
    let settings = Settings::default();
    for kind in [Kind::Rejected, Kind::InvalidDomain] {
        let record = after(row(Stage::Pending), &failed(kind), NOW);
        assert_eq!(record.stage, Stage::Failed);
        assert_eq!(next_call(&record, &settings), Some(Call::Add));
        let due = record.next_check_at;
        assert_eq!(next_step(&record, &settings, due), Step::Add);
    }
    // One whose DNS did not come is looked up, and Closte is left alone.
    let late = after(
        row(Stage::CheckingDns),
        &points(DnsState::Missing),
        NOW + 72 * HOUR,
    );
    assert_eq!(late.stage, Stage::Failed);
    assert_eq!(next_call(&late, &settings), None);
}

#[test]
fn the_next_call_is_that_of_the_next_step() {
    let protecting = Settings::new(300, ["a.example".to_owned()]);
    let refusals = ["", "rejected", "invalid-domain", "transient"];
    for &stage in Stage::ALL {
        for &wanted in Wanted::ALL {
            for error_kind in refusals {
                for settings in [&Settings::default(), &protecting] {
                    let mut record = row(stage);
                    record.wanted = wanted;
                    record.error_kind = error_kind.to_owned();
                    let expected = match next_step(&record, settings, NOW + HOUR) {
                        Step::Add => Some(Call::Add),
                        Step::Remove => Some(Call::Remove),
                        _ => None,
                    };
                    assert_eq!(next_call(&record, settings), expected, "{record:?}");
                }
            }
        }
    }
}
