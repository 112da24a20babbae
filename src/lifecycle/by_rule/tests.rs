use super::*;
use crate::certificate::{CertificateReport, CertificateState};
use crate::lifecycle::observation::{DnsFinding, Observation, Settings, Step};
use crate::lifecycle::schedule::{DAY, HOUR};
use crate::lifecycle::state::{State, state};
use crate::lifecycle::{Call, Outcome, decide, next_call, next_step};

const NOW: i64 = 1_700_000_000;

fn www(stage: Stage, accepted_at: i64) -> Record {
    let mut record = Record::new("www.shop.example", Wanted::Present, stage, 0, NOW);
    record.by_rule = true;
    record.accepted_at = accepted_at;
    record
}

fn seen(state: DnsState) -> Observation {
    let code = match state {
        DnsState::Missing => "nxdomain",
        DnsState::Here => "proxied",
        _ => "elsewhere",
    };
    Observation {
        dns: Some(DnsFinding {
            state,
            has_address: !matches!(state, DnsState::Missing | DnsState::Unknown),
            problems: vec![Problem::new(code, "words").text("domain", "www.shop.example")],
        }),
        ..Observation::default()
    }
}

fn after(record: Record, seen: &Observation, now: i64) -> Record {
    decide(record, seen, &Settings::default(), now)
}

/// The row waits, and nobody has to do anything about it.
fn is_calm(record: &Record) {
    assert_eq!(record.problems.len(), 1, "{record:?}");
    let problem = &record.problems[0];
    assert_eq!(
        (problem.code.as_str(), problem.severity),
        ("www-without-dns", Severity::Note)
    );
    assert_eq!(
        problem.values["main"],
        Value::Text("shop.example".to_owned())
    );
    assert_eq!(state(record, &Settings::default()), State::Waiting);
    assert!(record.error_kind.is_empty());
}

#[test]
fn a_name_by_rule_is_looked_up_and_not_sent_before_it_has_dns() {
    let settings = Settings::default();
    let step = |record: &Record, now| next_step(record, &settings, now);
    let fresh = www(Stage::Pending, 0);
    assert_eq!(step(&fresh, NOW), Step::AddIfInDns);
    assert_eq!(next_call(&fresh, &settings), Some(Call::Add));

    let mut record = after(fresh, &seen(DnsState::Missing), NOW);
    let mut now = NOW;
    for _ in 0..200 {
        is_calm(&record);
        assert_eq!(record.stage, Stage::Pending);
        assert_eq!(next_call(&record, &settings), None);
        assert_eq!(step(&record, now), Step::CheckDns);
        let wait = record.next_check_at - now;
        let age = now - NOW;
        assert!(
            if age < 72 * HOUR {
                wait <= HOUR
            } else {
                wait == DAY
            },
            "{age}: {wait}"
        );
        now = record.next_check_at;
        // That nobody knows says nothing new.
        let nobody = after(record.clone(), &seen(DnsState::Unknown), now);
        is_calm(&nobody);
        assert_eq!(next_call(&nobody, &settings), None);
        record = after(record, &seen(DnsState::Missing), now);
    }

    let mut unjudged = seen(DnsState::Unknown);
    if let Some(dns) = &mut unjudged.dns {
        dns.has_address = true;
    }
    let there = [DnsState::Here, DnsState::Elsewhere, DnsState::Partial].map(seen);
    for seen in there.into_iter().chain([unjudged]) {
        let found = after(record.clone(), &seen, now);
        assert_eq!((found.stage, found.next_check_at), (Stage::Pending, now));
        assert_eq!(step(&found, now), Step::Add);
        let call = Observation {
            call: Some(Ok(Outcome::Added)),
            ..Observation::default()
        };
        let sent = after(found, &call, now);
        assert_eq!(sent.stage, Stage::CheckingDns);
        assert!(sent.problems.is_empty());
    }
}

#[test]
fn a_name_by_rule_that_closte_has_never_fails_for_want_of_dns() {
    for stage in [
        Stage::CheckingDns,
        Stage::Failed,
        Stage::CheckingCertificate,
        Stage::CertificateFailed,
        Stage::Done,
    ] {
        let mut record = www(stage, NOW);
        let mut now = NOW;
        for _ in 0..100 {
            let mut missing = seen(DnsState::Missing);
            missing.certificate = (record.stage != Stage::CheckingDns).then(|| CertificateReport {
                state: CertificateState::Absent,
                issuer: None,
                names: Vec::new(),
                not_before: None,
                not_after: None,
                error: None,
                reason: None,
                place: None,
                detail: None,
            });
            record = after(record, &missing, now);
            is_calm(&record);
            assert_eq!(record.stage, Stage::CheckingDns);
            now = record.next_check_at;
        }
        let record = after(record, &seen(DnsState::Here), now);
        assert_eq!(record.stage, Stage::CheckingCertificate);
    }
}

#[test]
fn what_somebody_asked_for_is_sent_at_once_and_fails_without_dns() {
    let settings = Settings::default();
    let mut record = www(Stage::Pending, 0);
    record.by_rule = false;
    assert_eq!(next_step(&record, &settings, NOW), Step::Add);
    record.dns_state = Some(DnsState::Missing);
    record.dns_checked_at = NOW;
    assert_eq!(next_step(&record, &settings, NOW), Step::Add);
    record.stage = Stage::CheckingDns;
    let record = after(record, &seen(DnsState::Missing), NOW + 73 * HOUR);
    assert_eq!(record.stage, Stage::Failed);
    assert_eq!(state(&record, &Settings::default()), State::OwnerMustAct);
}

#[test]
fn a_name_by_rule_that_is_not_wanted_is_removed_like_any_other() {
    let settings = Settings::default();
    let mut record = after(www(Stage::Pending, 0), &seen(DnsState::Missing), NOW);
    record.wanted = Wanted::Absent;
    assert_eq!(next_step(&record, &settings, NOW), Step::Remove);
}
