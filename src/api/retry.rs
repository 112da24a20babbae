//! When a call is retried: one deadline for all attempts, and the backoff between them.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::{Error, Kind};
use crate::net::http::RetryHint;

/// Pooled connections that a call may find closed before that counts as a failure.
const MAX_STALE: u32 = 4;
/// How often a call may be turned away before it was begun, before that counts as a failure. Where
/// others are answered meanwhile it does not count, and the deadline is the bound: of hundreds that
/// share a connection which ends after so many, the same one may be too late any number of times.
/// But it is not sent at once any more: others may be answered by a server that takes no more.
const MAX_NOT_BEGUN: u32 = 16;

/// The attempts of one call.
#[derive(Debug)]
pub(super) struct Attempts {
    deadline: Instant,
    retries: u32,
    failures: u32,
    stale_connections: u32,
    not_begun: u32,
    /// Turned away while others were answered.
    too_late: u32,
    uncounted: Option<Uncounted>,
}

/// When the next attempt is made after one that does not count.
#[derive(Debug, Clone, Copy)]
enum Uncounted {
    AtOnce,
    AfterPause,
}

impl Attempts {
    /// A call that may take `timeout` with up to `retries` further attempts.
    pub(super) fn new(retries: u32, timeout: Duration) -> Self {
        let now = Instant::now();
        Self {
            deadline: now.checked_add(timeout).unwrap_or(now),
            retries,
            failures: 0,
            stale_connections: 0,
            not_begun: 0,
            too_late: 0,
            uncounted: None,
        }
    }

    pub(super) const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// What a failed attempt lets expect: where the next one may do better at once, this one does
    /// not count.
    pub(super) fn expect(&mut self, retry_hint: RetryHint) {
        let (times, most) = match retry_hint {
            RetryHint::Later => return,
            RetryHint::StaleConnection => (&mut self.stale_connections, MAX_STALE),
            RetryHint::NotBegun {
                answers_others: true,
            } => {
                self.too_late = self.too_late.saturating_add(1);
                self.uncounted = Some(if self.too_late > MAX_NOT_BEGUN {
                    Uncounted::AfterPause
                } else {
                    Uncounted::AtOnce
                });
                return;
            }
            RetryHint::NotBegun {
                answers_others: false,
            } => (&mut self.not_begun, MAX_NOT_BEGUN),
        };
        if *times < most {
            *times += 1;
            self.uncounted = Some(Uncounted::AtOnce);
        }
    }

    /// Waits for the next attempt; returns `error` when there is none.
    pub(super) async fn failed(&mut self, error: Error) -> Result<(), Error> {
        let Some(delay) = self.delay_after(&error, fastrand::f64()) else {
            return Err(error);
        };
        if !delay.is_zero() {
            sleep(delay).await;
        }
        Ok(())
    }

    /// How long to wait for the next attempt; `None`: there is none. `random` is uniform in 0..1.
    fn delay_after(&mut self, error: &Error, random: f64) -> Option<Duration> {
        if error.kind() != Kind::Transient {
            return None;
        }
        let delay = match self.uncounted.take() {
            Some(Uncounted::AtOnce) => return Some(Duration::ZERO),
            Some(Uncounted::AfterPause) => WITHIN_CALL.full_jitter(1, random, None),
            None => {
                self.failures += 1;
                if self.failures > self.retries {
                    return None;
                }
                WITHIN_CALL.full_jitter(self.failures, random, error.retry_after())
            }
        };
        let again = Instant::now().checked_add(delay)?;
        (again < self.deadline).then_some(delay)
    }
}

/// An exponential backoff between two bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Upper bound of the first delay.
    pub base: Duration,
    /// Upper bound of all delays.
    pub cap: Duration,
}

/// Between the attempts of one call: a quarter of a second, doubling up to 5 s.
pub const WITHIN_CALL: Backoff = Backoff {
    base: Duration::from_millis(250),
    cap: Duration::from_secs(5),
};

impl Backoff {
    /// The upper bound after `failures` failures in a row (the first one is 1).
    #[must_use]
    pub fn ceiling(self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        self.base
            .saturating_mul(1_u32 << doublings)
            .min(self.cap)
            .max(self.base.min(self.cap))
    }

    /// Full jitter: anything from 0 to the ceiling, but never before `retry_after`.
    ///
    /// `random` is uniform in 0..1 (values outside are clamped). The result may be
    /// longer than the cap when the server asks for it.
    #[must_use]
    pub fn full_jitter(
        self,
        failures: u32,
        random: f64,
        retry_after: Option<Duration>,
    ) -> Duration {
        scale(self.ceiling(failures), random).max(retry_after.unwrap_or_default())
    }
}

fn scale(duration: Duration, random: f64) -> Duration {
    let share = if random.is_finite() {
        random.clamp(0.0, 1.0)
    } else {
        1.0
    };
    duration.mul_f64(share)
}

#[cfg(test)]
mod tests;
