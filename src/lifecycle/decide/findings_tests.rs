//! What a step has found, and how long a record says so.

use super::tests::{NOW, after, certificate, failed, points, row};
use super::*;
use crate::certificate::CertificateState::{Absent, Expired, Valid};
use crate::error::Kind;
use crate::lifecycle::observation::NO_TIME_LEFT;
use crate::lifecycle::schedule::{DAY, HOUR};

#[test]
fn every_call_has_an_outcome() {
    let outcome = |stage, change: &dyn Fn(&mut Failure)| {
        let mut seen = failed(Kind::Transient);
        if let Some(Err(failure)) = &mut seen.call {
            change(failure);
        }
        after(row(stage), &seen, NOW).outcome
    };
    for stage in [Stage::Pending, Stage::Removing, Stage::CheckingCertificate] {
        for (kind, word) in [
            (Kind::Rejected, Outcome::Rejected),
            (Kind::InvalidDomain, Outcome::Invalid),
            (Kind::Auth, Outcome::Unauthorized),
            (Kind::Transient, Outcome::Failed),
            (Kind::Protocol, Outcome::Failed),
            (Kind::Config, Outcome::Failed),
        ] {
            assert_eq!(outcome(stage, &|failure| failure.kind = kind), Some(word));
        }
        let landed = outcome(stage, &|failure| failure.may_have_landed = true);
        assert_eq!(landed, Some(Outcome::Unknown));
        let late = outcome(stage, &|failure| {
            NO_TIME_LEFT.clone_into(&mut failure.reason);
        });
        assert_eq!(late, Some(Outcome::Deferred));
    }
    // What an earlier call left unknown stays so until Closte says what it has.
    let mut record = row(Stage::Pending);
    record.may_have_landed = true;
    let record = after(record, &failed(Kind::Transient), NOW);
    assert_eq!(record.outcome, Some(Outcome::Unknown));
    // A check is no call.
    let looked = after(row(Stage::CheckingDns), &points(DnsState::Unknown), NOW);
    assert_eq!(looked.outcome, None);
}

#[test]
fn an_error_is_forgotten_where_no_call_follows() {
    for kind in [Kind::Auth, Kind::Rejected, Kind::Transient] {
        for stage in [Stage::CheckingCertificate, Stage::CertificateFailed] {
            let mut row = Record::new("shop.example", Wanted::Present, stage, 3, NOW - HOUR);
            row.accepted_at = NOW - DAY;
            row.last_added_at = NOW;
            kind.as_str().clone_into(&mut row.error_kind);
            row.retry_after = 5;
            let mut seen = points(DnsState::Here);
            seen.certificate = Some(certificate(Valid, NOW + 90 * DAY));
            let done = decide(row.clone(), &seen, &Settings::new(300, []), NOW);
            assert_eq!(
                (done.stage, done.error_kind.as_str(), done.retry_after),
                (Stage::Done, "", 0),
                "{kind} {stage}"
            );
            seen.certificate = Some(certificate(Absent, 0));
            let waits = decide(row, &seen, &Settings::new(300, []), NOW);
            assert_eq!(waits.error_kind, kind.as_str(), "the add is repeated");
        }
    }
}

#[test]
fn times_that_no_record_may_have_are_brought_into_its_range() {
    for (end, expected) in [
        (-62_135_596_800, 1),
        (253_402_343_999, 253_402_300_799),
        (NOW, NOW),
    ] {
        let row = Record::new("shop.example", Wanted::Present, Stage::Done, 0, NOW);
        let mut seen = points(DnsState::Here);
        seen.certificate = Some(certificate(Expired, end));
        let after = decide(row, &seen, &Settings::new(300, []), NOW);
        assert_eq!(after.certificate_not_after, expected);
    }
}
