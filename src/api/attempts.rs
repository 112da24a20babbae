//! One deadline over all attempts of a call.

use crate::backoff::WITHIN_CALL;
use crate::error::{Error, Kind};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Pooled connections that may turn out to be closed in one call, before that counts as a failure.
const MAX_STALE: u32 = 4;

/// How often, and until when, a call is attempted.
#[derive(Debug)]
pub(super) struct Attempts {
    deadline: Instant,
    retries: u32,
    failures: u32,
    stale_connections: u32,
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
            at_once: false,
        }
    }

    pub(super) const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The server had closed a pooled connection: the next attempt need not wait, nor does this one
    /// count.
    pub(super) const fn connection_was_stale(&mut self) {
        if self.stale_connections < MAX_STALE {
            self.stale_connections += 1;
            self.at_once = true;
        }
    }

    /// Returns when it is time for the next attempt; gives `error` back when there is to be none.
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
