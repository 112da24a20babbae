//! The transitions of the lifecycle: record, observation and time in, next record out. Pure.
//!
//! ```text
//! Before every step, by the desired state:
//!   wanted absent   any stage but removed        -> removing
//!   wanted present  removing, removed            -> pending
//!
//! stage              step            observation                       next stage         next step
//! -----------------  --------------  --------------------------------  -----------------  ---------------------
//! pending            add, a name     accepted, or was there            checking-dns       at once
//!                    by rule (www)   by rule, without DNS              same               polling, then 1 day
//!                    if it has DNS
//! failed (refused)                   refused, or no valid name         failed             1 day
//!                                    no answer, key refused            same               backoff, Retry-After
//!                                    an answer that breaks promises    same               backoff from 60 s
//! pending, waits     check DNS       has DNS                           same               at once
//!  for DNS                           else                              same               polling, then 1 day
//! checking-dns       check DNS       here                              checking-ssl-cert  at once
//!                                    not here for 72 h                 failed             1 day
//!                                    else                              same               polling
//! failed (DNS)       check DNS       here                              checking-ssl-cert  at once
//!                                    propagating                       checking-dns       300 s
//!                                    else                              same               1 day
//! checking-ssl-cert  check DNS and   valid, DNS not broken             done               1 day
//!                    certificate,    valid, DNS broken                 checking-dns       interval
//!                    add again       add refused                       failed             1 day
//!                    each hour       not valid for 24 h                ssl-failed         1 day
//!                                    DNS elsewhere or missing          checking-dns       interval
//!                                    else                              same               polling
//! ssl-failed         the same        valid                             as checking-ssl-cert
//!                                    DNS here, obstacle gone           checking-ssl-cert  interval
//!                                    else                              same               1 day
//! done               check DNS and   DNS broken                        checking-dns       interval
//!                    certificate     not valid                         checking-ssl-cert  interval
//!                                    valid or unknown                  same               1 day
//! removing           remove          removed, or was gone              removed            never
//!                                    refused                           same               1 day
//!                                    no answer, key refused            same               backoff, Retry-After
//!                    none            the domain is protected           same               1 day
//! removed            none                                              same               never
//!
//! interval  check_interval, 10 to 300 s
//! polling   interval for the first hour of the stage, then doubling up to 1 h; see schedule.rs
//! backoff   10 s doubling up to 1 h; Retry-After counts up to 1 h
//! broken    elsewhere, missing or partial; an unknown state is not broken
//! by rule   a www name that nobody asked for. Once accepted, it is in checking-dns for as long as it has no DNS
//! ```

use super::observation::{Failure, LONGEST_CHECK_INTERVAL, Observation, REFUSALS, Settings, Step};
use super::record::{Call, Record, Stage, Wanted};
use super::schedule::{
    self, CERTIFICATE_PATIENCE, DNS_PATIENCE, RECHECK_DONE_AFTER, RECHECK_FAILED_AFTER,
    REPEAT_ADD_EVERY, RETRY_REFUSED_AFTER,
};
use super::{by_rule, findings};
use crate::certificate::CertificateState;
use crate::dns::{DnsState, Problem};
use crate::outcome::Outcome;

/// The row with the stage that fits its desired state: an unwanted domain is being removed, and one
/// that is wanted again is not.
fn apply_desired_state(mut record: Record, now: i64) -> Record {
    match (record.wanted, record.stage) {
        (Wanted::Absent, Stage::Removing | Stage::Removed) => {}
        (Wanted::Absent, _) => enter(&mut record, Stage::Removing, now),
        (Wanted::Present, Stage::Removing | Stage::Removed) => {
            enter(&mut record, Stage::Pending, now);
            record.accepted_at = 0;
        }
        (Wanted::Present, _) => {}
    }
    // The clock was set back: a stage cannot have begun later than now.
    record.stage_since = record.stage_since.min(now);
    record
}

/// The call that the row's next step makes; `None`: that step is a check, or there is none.
#[must_use]
pub fn next_call(record: &Record, settings: &Settings) -> Option<Call> {
    match (record.wanted, record.stage) {
        (Wanted::Absent, Stage::Removed) => None,
        (Wanted::Absent, _) => (!settings.protects(&record.domain)).then_some(Call::Remove),
        (Wanted::Present, Stage::Pending | Stage::Removing | Stage::Removed) => {
            (!by_rule::waits(record)).then_some(Call::Add)
        }
        (Wanted::Present, Stage::Failed) => was_refused(record).then_some(Call::Add),
        (Wanted::Present, _) => None,
    }
}

/// The next step of a row.
#[must_use]
pub fn next_step(record: &Record, settings: &Settings, now: i64) -> Step {
    match next_call(record, settings) {
        Some(Call::Add) if by_rule::is_looked_up_first(record) => return Step::AddIfInDns,
        Some(Call::Add) => return Step::Add,
        Some(Call::Remove) => return Step::Remove,
        None => {}
    }
    match (record.wanted, record.stage) {
        (Wanted::Absent, Stage::Removed) => Step::Nothing,
        (Wanted::Absent, _) => Step::KeepProtected,
        (Wanted::Present, Stage::Done) => Step::CheckCertificate { repeat_add: false },
        (Wanted::Present, Stage::CheckingCertificate | Stage::CertificateFailed) => {
            Step::CheckCertificate {
                repeat_add: is_repeat_due(record, now),
            }
        }
        (Wanted::Present, _) => Step::CheckDns,
    }
}

/// Whether the domain is added again because its certificate does not come. Not after a day in
/// which the certificate could not be read: then adding has not helped.
fn is_repeat_due(record: &Record, now: i64) -> bool {
    let since = now.saturating_sub(record.last_added_at);
    let age = now.saturating_sub(record.stage_since);
    (since >= REPEAT_ADD_EVERY || record.last_added_at > now)
        && (record.stage == Stage::CertificateFailed || age < CERTIFICATE_PATIENCE)
}

/// The row after an observation. It is always scheduled, except when the domain is gone.
#[must_use]
pub fn decide(record: Record, seen: &Observation, settings: &Settings, now: i64) -> Record {
    let before = apply_desired_state(record, now);
    let mut after = before.clone();
    after.outcome = None;
    findings::note_call(&mut after, seen, now);
    findings::note_probes(&mut after, seen, now);
    let wait = match before.stage {
        Stage::Removed => None,
        Stage::Removing => after_removal(&mut after, seen, settings, now),
        Stage::Pending
            if by_rule::is_looked_up(&before) && seen.call.is_none() && seen.dns.is_some() =>
        {
            Some(after_look(&after, settings, now))
        }
        Stage::Pending => Some(after_add(&mut after, seen, now)),
        Stage::Failed if was_refused(&before) => Some(after_add(&mut after, seen, now)),
        Stage::Failed => Some(after_failed(&mut after, seen, now)),
        Stage::CheckingDns => Some(after_dns(&mut after, seen, settings, now)),
        Stage::CheckingCertificate => Some(after_certificate(&mut after, seen, settings, now)),
        Stage::CertificateFailed => Some(after_certificate_failed(
            &mut after, &before, seen, settings, now,
        )),
        Stage::Done => Some(after_done(&mut after, seen, settings, now)),
    };
    if !has_further_call(&after, settings) && !matches!(seen.call, Some(Err(_))) {
        findings::forget_error(&mut after);
    }
    if after.stage == before.stage {
        after.attempts = after.attempts.saturating_add(1);
    }
    after.next_check_at = wait.map_or(0, |wait| now.saturating_add(wait).max(1));
    after
}

/// Whether the row's next step, or a later one of its stage, may be a call. Where none is, the
/// error of the last one has passed.
fn has_further_call(record: &Record, settings: &Settings) -> bool {
    let repeats_add = matches!(
        record.stage,
        Stage::CheckingCertificate | Stage::CertificateFailed
    );
    repeats_add || next_call(record, settings).is_some()
}

fn enter(record: &mut Record, stage: Stage, now: i64) {
    record.stage = stage;
    record.stage_since = now;
    record.attempts = 0;
}

fn was_refused(record: &Record) -> bool {
    REFUSALS
        .iter()
        .any(|kind| kind.as_str() == record.error_kind)
}

fn after_add(record: &mut Record, seen: &Observation, now: i64) -> i64 {
    match &seen.call {
        Some(Ok(Outcome::Added | Outcome::AlreadyThere)) => {
            record.problems.clear();
            enter(record, Stage::CheckingDns, now);
            0
        }
        Some(Err(failure)) => after_refusal(record, failure, Stage::Failed, now),
        Some(Ok(_)) | None => schedule::backoff(record.attempts.saturating_add(1), &record.domain),
    }
}

/// After a look at the DNS of a name that is not sent before it has some.
fn after_look(record: &Record, settings: &Settings, now: i64) -> i64 {
    if by_rule::waits(record) {
        let age = now.saturating_sub(record.stage_since);
        by_rule::wait(age, settings.check_interval)
    } else {
        0
    }
}

/// `refused`: the stage that a refusal leads to.
fn after_refusal(record: &mut Record, failure: &Failure, refused: Stage, now: i64) -> i64 {
    let failures = record.attempts.saturating_add(1);
    if failure.is_refusal() && record.stage != refused {
        enter(record, refused, now);
    }
    schedule::retry_call_after(failure, failures, &record.domain)
}

fn after_removal(
    record: &mut Record,
    seen: &Observation,
    settings: &Settings,
    now: i64,
) -> Option<i64> {
    if settings.protects(&record.domain) {
        record.outcome = Some(Outcome::Protected);
        return Some(RETRY_REFUSED_AFTER);
    }
    match &seen.call {
        Some(Ok(Outcome::Removed | Outcome::AlreadyGone)) => {
            record.problems.clear();
            enter(record, Stage::Removed, now);
            None
        }
        Some(Err(failure)) => Some(after_refusal(record, failure, Stage::Removing, now)),
        Some(Ok(_)) | None => Some(schedule::backoff(
            record.attempts.saturating_add(1),
            &record.domain,
        )),
    }
}

fn dns_state(seen: &Observation) -> DnsState {
    seen.dns.as_ref().map_or(DnsState::Unknown, |dns| dns.state)
}

fn certificate_state(seen: &Observation) -> CertificateState {
    seen.certificate
        .as_ref()
        .map_or(CertificateState::Unknown, |certificate| certificate.state)
}

/// Whether the DNS leads to a proxy that does not answer. Name servers do answer: nothing is wrong
/// on this side.
fn is_proxy_silent(seen: &Observation) -> bool {
    seen.dns.as_ref().is_some_and(|dns| {
        let problems = &dns.problems;
        problems.iter().any(Problem::is_proxied) && !problems.iter().any(Problem::is_no_answer)
    })
}

/// Whether the DNS is known to be wrong, at least in part.
fn dns_is_broken(state: DnsState) -> bool {
    matches!(
        state,
        DnsState::Elsewhere | DnsState::Missing | DnsState::Partial
    )
}

fn after_dns(record: &mut Record, seen: &Observation, settings: &Settings, now: i64) -> i64 {
    let age = now.saturating_sub(record.stage_since);
    match dns_state(seen) {
        DnsState::Here => {
            enter(record, Stage::CheckingCertificate, now);
            0
        }
        _ if by_rule::lacks_dns(record) => by_rule::wait(age, settings.check_interval),
        state if age >= DNS_PATIENCE && (state != DnsState::Unknown || is_proxy_silent(seen)) => {
            enter(record, Stage::Failed, now);
            RECHECK_FAILED_AFTER
        }
        _ => schedule::polling_delay(age, settings.check_interval, DNS_PATIENCE),
    }
}

fn after_certificate(
    record: &mut Record,
    seen: &Observation,
    settings: &Settings,
    now: i64,
) -> i64 {
    let (dns, certificate) = (dns_state(seen), certificate_state(seen));
    if by_rule::lacks_dns(record) {
        return wait_for_dns(record, now);
    }
    let age = now.saturating_sub(record.stage_since);
    if certificate == CertificateState::Valid {
        if dns_is_broken(dns) {
            enter(record, Stage::CheckingDns, now);
            return settings.check_interval;
        }
        enter(record, Stage::Done, now);
        return RECHECK_DONE_AFTER;
    }
    if let Some(Err(failure)) = &seen.call
        && failure.is_refusal()
    {
        enter(record, Stage::Failed, now);
        return RETRY_REFUSED_AFTER;
    }
    // What nobody could look at is not known to be bad.
    if age >= CERTIFICATE_PATIENCE && certificate != CertificateState::Unknown {
        enter(record, Stage::CertificateFailed, now);
        return RECHECK_FAILED_AFTER;
    }
    if matches!(dns, DnsState::Elsewhere | DnsState::Missing) {
        enter(record, Stage::CheckingDns, now);
        return settings.check_interval;
    }
    schedule::polling_delay(age, settings.check_interval, CERTIFICATE_PATIENCE)
}

fn after_certificate_failed(
    record: &mut Record,
    before: &Record,
    seen: &Observation,
    settings: &Settings,
    now: i64,
) -> i64 {
    let dns = dns_state(seen);
    if by_rule::lacks_dns(record) {
        return wait_for_dns(record, now);
    }
    if certificate_state(seen) == CertificateState::Valid {
        return after_certificate(record, seen, settings, now);
    }
    // What kept the certificate away is gone: it may come soon.
    let blocked = |record: &Record| record.problems.iter().any(Problem::blocks_certificate);
    if dns == DnsState::Here && blocked(before) && !blocked(record) {
        enter(record, Stage::CheckingCertificate, now);
        return settings.check_interval;
    }
    RECHECK_FAILED_AFTER
}

fn after_failed(record: &mut Record, seen: &Observation, now: i64) -> i64 {
    match dns_state(seen) {
        DnsState::Here => {
            enter(record, Stage::CheckingCertificate, now);
            0
        }
        _ if by_rule::lacks_dns(record) => wait_for_dns(record, now),
        // It is on its way: a day is too long to wait for the rest.
        DnsState::Partial if record.problems.iter().any(Problem::is_propagating) => {
            enter(record, Stage::CheckingDns, now);
            LONGEST_CHECK_INTERVAL
        }
        _ => RECHECK_FAILED_AFTER,
    }
}

/// A name by rule that Closte has, and that has no DNS: nothing failed.
fn wait_for_dns(record: &mut Record, now: i64) -> i64 {
    enter(record, Stage::CheckingDns, now);
    RECHECK_FAILED_AFTER
}

fn after_done(record: &mut Record, seen: &Observation, settings: &Settings, now: i64) -> i64 {
    if dns_is_broken(dns_state(seen)) {
        enter(record, Stage::CheckingDns, now);
        return settings.check_interval;
    }
    match certificate_state(seen) {
        CertificateState::Valid | CertificateState::Unknown => RECHECK_DONE_AFTER,
        _ => {
            enter(record, Stage::CheckingCertificate, now);
            settings.check_interval
        }
    }
}

#[cfg(test)]
mod findings_tests;
#[cfg(test)]
mod history_tests;
#[cfg(test)]
mod tests;
