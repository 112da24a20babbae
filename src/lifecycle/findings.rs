//! Writes what a step has found into the record, before [`decide`](super::decide::decide) draws
//! conclusions from it. Pure.

use super::observation::{DnsFinding, Failure, NO_TIME_LEFT, Observation};
use super::record::{LATEST, Record};
use super::schedule::CERTIFICATE_WARNING;
use super::{by_rule, problem_messages};
use crate::certificate::CertificateState;
use crate::dns::DnsState;
use crate::error::Kind;
use crate::outcome::Outcome;

/// Seconds; no server is asked to be left alone for longer than a year.
const LONGEST_RETRY_AFTER: i64 = 365 * 24 * 3_600;

/// What the call of a step came to.
pub(super) fn note_call(record: &mut Record, seen: &Observation, now: i64) {
    match &seen.call {
        Some(Ok(outcome)) => {
            record.outcome = Some(*outcome);
            record.may_have_landed = false;
            forget_error(record);
            if matches!(outcome, Outcome::Added | Outcome::AlreadyThere) {
                record.last_added_at = now;
                if record.accepted_at == 0 {
                    record.accepted_at = now;
                }
            }
        }
        Some(Err(failure)) => {
            // Once a call may have landed it stays so until the list was read or a call was
            // answered.
            record.may_have_landed |= failure.may_have_landed;
            record.retry_after = failure.retry_after.clamp(0, LONGEST_RETRY_AFTER);
            failure.kind.as_str().clone_into(&mut record.error_kind);
            record.error_reason.clone_from(&failure.reason);
            record.error_message.clone_from(&failure.message);
            record.outcome = Some(outcome_of(failure, record.may_have_landed));
        }
        None => {}
    }
}

/// The last call's failure has passed.
pub(super) fn forget_error(record: &mut Record) {
    record.retry_after = 0;
    record.error_kind.clear();
    record.error_reason.clear();
    record.error_message.clear();
}

/// The outcome of a failed call. `may_have_landed`: this call, or an earlier one whose result is
/// unknown, may have taken effect.
fn outcome_of(failure: &Failure, may_have_landed: bool) -> Outcome {
    match failure.kind {
        Kind::Rejected => Outcome::Rejected,
        Kind::InvalidDomain => Outcome::Invalid,
        Kind::Auth => Outcome::Unauthorized,
        _ if failure.reason == NO_TIME_LEFT => Outcome::Deferred,
        _ if may_have_landed => Outcome::Unknown,
        _ => Outcome::Failed,
    }
}

/// What a step has seen of DNS and certificate.
pub(super) fn note_probes(record: &mut Record, seen: &Observation, now: i64) {
    if seen.dns.is_none() && seen.certificate.is_none() {
        return;
    }
    let is_new = |dns: &DnsFinding| dns.has_address || dns.state != DnsState::Unknown;
    if by_rule::waits(record) && !seen.dns.as_ref().is_some_and(is_new) {
        // What was known before still counts.
        record.dns_checked_at = now;
        return;
    }
    record.problems.clear();
    if let Some(dns) = &seen.dns {
        record.dns_state = Some(dns.state);
        record.dns_checked_at = now;
        record.problems.extend(dns.problems.iter().cloned());
    }
    let lacks_dns = by_rule::lacks_dns(record);
    if lacks_dns {
        let is_sent = record.accepted_at > 0;
        by_rule::as_notes(&mut record.problems, &record.domain, is_sent);
    }
    if let Some(certificate) = &seen.certificate {
        record.certificate_state = Some(certificate.state);
        record.certificate_checked_at = now;
        if certificate.state != CertificateState::Unknown {
            record.certificate_not_after =
                certificate.not_after.map_or(0, |end| end.clamp(1, LATEST));
            record.certificate_issuer = certificate.issuer.clone().unwrap_or_default();
        }
        if !lacks_dns {
            record.problems.extend(problem_messages::of_certificate(
                &record.domain,
                certificate,
                now,
                CERTIFICATE_WARNING,
            ));
        }
    }
}
