//! When a call is retried: one deadline for all attempts, and the backoff between them.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::{Error, Kind};
use crate::net::http::Again;

/// Pooled connections that a call may find closed before that counts as a failure.
const MAX_STALE: u32 = 4;
/// How often a call may be turned away before it was begun, before that counts as a failure. Where
/// others are answered meanwhile it does not count, and the deadline is the bound: of hundreds that
/// share a connection which ends after so many, the same one may be too late any number of times.
const MAX_NOT_BEGUN: u32 = 16;

/// The attempts of one call.
#[derive(Debug)]
pub(super) struct Attempts {
    deadline: Instant,
    retries: u32,
    failures: u32,
    stale_connections: u32,
    not_begun: u32,
    at_once: bool,
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
            at_once: false,
        }
    }

    pub(super) const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// What a failed attempt lets expect: where the next one is made at once, this one does not
    /// count.
    pub(super) fn expect(&mut self, again: Again) {
        let (times, most) = match again {
            Again::Later => return,
            Again::Stale => (&mut self.stale_connections, MAX_STALE),
            Again::NotBegun { answers_others } => {
                if answers_others {
                    self.at_once = true;
                    return;
                }
                (&mut self.not_begun, MAX_NOT_BEGUN)
            }
        };
        if *times < most {
            *times += 1;
            self.at_once = true;
        }
    }

    /// Waits for the next attempt; returns `error` when there is none.
    pub(super) async fn failed(&mut self, error: Error) -> Result<(), Error> {
        if error.kind() != Kind::Transient {
            return Err(error);
        }
        if std::mem::take(&mut self.at_once) {
            return Ok(());
        }
        self.failures += 1;
        if self.failures > self.retries {
            return Err(error);
        }
        let delay = WITHIN_CALL.full_jitter(self.failures, fastrand::f64(), error.retry_after());
        let again = Instant::now().checked_add(delay);
        if again.is_none_or(|again| again >= self.deadline) {
            return Err(error);
        }
        sleep(delay).await;
        Ok(())
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
