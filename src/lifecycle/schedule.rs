//! When the next step of a row is due: backoff, polling, limits. All in seconds.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::observation::Failure;
use crate::error::Kind;

const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// How long a domain may take to point here.
pub(super) const DNS_PATIENCE: i64 = 72 * HOUR;
/// How long a certificate may take to be served.
pub(super) const CERTIFICATE_PATIENCE: i64 = 24 * HOUR;
/// Within this time Closte usually has issued a certificate.
pub const CERTIFICATE_USUAL_WAIT: i64 = 15 * MINUTE;
/// After this long a domain is done or has failed, unless nobody checks it: what DNS and the
/// certificate may take, and the last wait between two checks.
pub const LONGEST_WAIT: i64 = DNS_PATIENCE + CERTIFICATE_PATIENCE + HOUR;
/// How often a domain whose certificate does not come is added again.
pub(super) const REPEAT_ADD_EVERY: i64 = HOUR;
/// When a call is made again that Closte refused, or that a protected domain does not need.
pub(super) const RETRY_REFUSED_AFTER: i64 = DAY;
/// When a domain is checked again whose DNS or certificate did not become right in time.
pub(super) const RECHECK_FAILED_AFTER: i64 = DAY;
/// When a domain is checked again that works.
pub(super) const RECHECK_DONE_AFTER: i64 = DAY;
/// How long before its end a certificate is warned about.
pub(super) const CERTIFICATE_WARNING: i64 = CERTIFICATE_WARNING_DAYS * DAY;
/// The same in days.
pub const CERTIFICATE_WARNING_DAYS: i64 = 14;

/// Whole days until a certificate ends, as messages and screens count them; negative where it has
/// ended.
#[must_use]
pub fn days_left(not_after: i64, now: i64) -> i64 {
    not_after.saturating_sub(now).div_euclid(DAY)
}

const BACKOFF_FIRST: i64 = 10;
const BACKOFF_LONGEST: i64 = HOUR;
/// First wait after a response that is not what the API promises: that passes, but slowly.
const BACKOFF_FIRST_PROTOCOL: i64 = 60;

/// From 10 s, doubling, to 1 h, for the `failures`th failure in a row. A part of up to a quarter,
/// which depends on the domain, is taken off, so that rows which failed together do not all come
/// back together.
pub(super) fn backoff(failures: u32, domain: &str) -> i64 {
    let longest = BACKOFF_FIRST
        .saturating_mul(1_i64 << failures.saturating_sub(1).min(20))
        .min(BACKOFF_LONGEST);
    let mut hasher = DefaultHasher::new();
    (domain, failures).hash(&mut hasher);
    let share = i64::try_from(hasher.finish() % 256).unwrap_or(0);
    (longest - longest * share / 1_024).max(BACKOFF_FIRST)
}

/// When a call is made again after the `failures`th failure in a row.
///
/// No wait that a server asks for is longer than the longest of ours, so that the `Retry-After` of
/// a maintenance page does not keep a domain away for hours after the end of the maintenance.
pub(super) fn retry_call_after(failure: &Failure, failures: u32, domain: &str) -> i64 {
    let own = backoff(failures, domain);
    match failure.kind {
        _ if failure.is_refusal() => RETRY_REFUSED_AFTER,
        Kind::Protocol => own.max(BACKOFF_FIRST_PROTOCOL),
        _ => own.max(failure.retry_after.clamp(0, BACKOFF_LONGEST)),
    }
}

/// The interval for the first hour of a stage, then doubling up to an hour; never past the end of
/// `patience`.
///
/// After the first hour the waits are 2, 4, 8 … intervals. Their sum so far is the stage's age less
/// the hour, so the next wait is that sum and two intervals: no counter is needed, and a check that
/// came late does not upset it.
pub(super) fn polling_delay(age: i64, interval: i64, patience: i64) -> i64 {
    let age = age.max(0);
    let delay = if age < HOUR {
        interval
    } else {
        (age - HOUR).saturating_add(2 * interval).min(HOUR)
    };
    if age < patience {
        delay.min((patience - age).max(interval))
    } else {
        delay
    }
}

#[cfg(test)]
mod tests;
