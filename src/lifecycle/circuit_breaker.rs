//! The circuit breaker: concludes from the results of calls whether Closte can be reached, and when
//! to call it again. Pure.
//!
//! ```text
//! closed     Closte answered last: everybody calls
//! open       a call failed: pages do not call before `until`; runs probe with one cheap call first, unless Closte asked
//!            for a pause until `asked_until`, or fails at everything although it answers the probe
//! half-open  `until` is over: pages call again; runs probe first
//! ```

use super::record::Record;
use crate::error::Kind;
use crate::outcome::Outcome;

/// Seconds for which pages do not call after a failure.
pub const PAUSE: i64 = 60;
/// Longest pause after a `Retry-After`, in seconds.
pub const LONGEST_PAUSE: i64 = 600;
/// Failures in a row, without a success, that are more than trouble with single domains.
pub const MANY_FAILURES: u32 = 20;

/// The state of the breaker. Times are Unix seconds; 0 means never. The default is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CircuitBreaker {
    /// The first failure since the last answer; 0 while closed.
    pub since: i64,
    /// Pages do not call before this.
    pub until: i64,
    /// Closte asked for a pause until this.
    pub asked_until: i64,
    /// Failures since the last call that Closte answered.
    pub failures: u32,
    /// The last failure's [`Kind`], as a word.
    pub kind: String,
    /// Its reason, a stable word; empty where none is known.
    pub reason: String,
    /// The last failure, for people.
    pub message: String,
}

/// What failed last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastFailure {
    /// As in [`CircuitBreaker::kind`].
    pub kind: String,
    /// As in [`CircuitBreaker::reason`].
    pub reason: String,
    /// As in [`CircuitBreaker::message`].
    pub message: String,
}

/// What the result of a call says about Closte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// It can be reached: it made the change, or refused it.
    Answer,
    /// No answer, an unreadable one, or a refused key.
    Failure,
    /// Nothing: Closte was not called, or the fault is ours.
    None,
}

impl Signal {
    /// The signal of the last call of a row, if one was made.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        record.outcome.map_or(Self::None, |outcome| {
            Self::of_outcome(outcome, &record.error_kind)
        })
    }

    fn of_outcome(outcome: Outcome, error_kind: &str) -> Self {
        match outcome {
            Outcome::Added
            | Outcome::AlreadyThere
            | Outcome::Removed
            | Outcome::AlreadyGone
            | Outcome::Rejected => Self::Answer,
            Outcome::Protected | Outcome::Invalid | Outcome::Deferred => Self::None,
            Outcome::Unauthorized | Outcome::Failed | Outcome::Unknown => {
                Self::of_kind(Kind::from_word(error_kind))
            }
        }
    }

    /// What a failure of this kind says.
    #[must_use]
    pub const fn of_kind(kind: Option<Kind>) -> Self {
        match kind {
            Some(Kind::Transient | Kind::Protocol | Kind::Auth) => Self::Failure,
            Some(Kind::Rejected) => Self::Answer,
            Some(Kind::Config | Kind::InvalidDomain) | None => Self::None,
        }
    }
}

impl CircuitBreaker {
    /// Whether Closte answered last.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.since == 0
    }

    /// Whether a call may be made now. A run may not unless Closte answered last; a page may when
    /// the pause is over.
    #[must_use]
    pub const fn allows(&self, is_background: bool, now: i64) -> bool {
        self.is_closed() || (!is_background && !is_ahead(self.until, now))
    }

    /// Whether a run should probe Closte with a call that changes nothing.
    #[must_use]
    pub const fn must_probe(&self, now: i64) -> bool {
        let is_hopeless = self.failures >= MANY_FAILURES && is_ahead(self.until, now);
        !self.is_closed() && !is_ahead(self.asked_until, now) && !is_hopeless
    }

    /// After the calls of a batch, in the order in which they ended. One failure opens the breaker,
    /// even among successes.
    #[must_use]
    pub fn after<'a>(&self, records: impl IntoIterator<Item = &'a Record>, now: i64) -> Self {
        let mut after = self.clone();
        let mut failed: Option<&Record> = None;
        let mut is_answered = false;
        let mut retry_after = 0;
        for record in records {
            match Signal::of(record) {
                Signal::Answer => {
                    is_answered = true;
                    after.failures = 0;
                }
                Signal::Failure => {
                    failed = failed.or(Some(record));
                    retry_after = retry_after.max(record.retry_after);
                    after.failures = after.failures.saturating_add(1);
                }
                Signal::None => {}
            }
        }
        match failed {
            Some(record) => after.opened(
                LastFailure {
                    kind: record.error_kind.clone(),
                    reason: record.error_reason.clone(),
                    message: record.error_message.clone(),
                },
                retry_after,
                now,
            ),
            None if is_answered => Self::default(),
            None => after,
        }
    }

    /// After a call that failed, or a setting that keeps calls from being made. `retry_after`:
    /// seconds; 0 for none.
    #[must_use]
    pub fn after_failure(&self, failure: LastFailure, retry_after: i64, now: i64) -> Self {
        let mut after = self.clone();
        after.failures = after.failures.saturating_add(1);
        after.opened(failure, retry_after, now)
    }

    /// After Closte refused a key that somebody is trying out: no pause, since the next page may
    /// have another key.
    #[must_use]
    pub fn after_refused_key(&self, message: &str, now: i64) -> Self {
        Self {
            since: if self.since == 0 { now } else { self.since },
            kind: Kind::Auth.as_str().to_owned(),
            reason: "key-refused".to_owned(),
            message: message.to_owned(),
            ..self.clone()
        }
    }

    /// After the key was changed: the refusal of the old one no longer counts.
    #[must_use]
    pub fn after_key_change(&self) -> Self {
        if self.kind == Kind::Auth.as_str() {
            Self::default()
        } else {
            self.clone()
        }
    }

    fn opened(self, failure: LastFailure, retry_after: i64, now: i64) -> Self {
        let asked = retry_after.clamp(0, LONGEST_PAUSE);
        Self {
            // The clock was set back: it cannot have begun later than now.
            since: if self.since == 0 {
                now
            } else {
                self.since.min(now)
            },
            until: now.saturating_add(asked.max(PAUSE)),
            asked_until: if asked > 0 {
                now.saturating_add(asked)
            } else {
                0
            },
            failures: self.failures,
            kind: failure.kind,
            reason: failure.reason,
            message: failure.message,
        }
    }
}

/// Whether `time` is still to come. A time further off than any pause was written by a wrong clock
/// and does not count.
const fn is_ahead(time: i64, now: i64) -> bool {
    time > now && time <= now.saturating_add(LONGEST_PAUSE)
}

/// Calls of one batch that failed since the last one that Closte answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Streak {
    failures: u32,
    is_over: bool,
}

impl Streak {
    /// Counts a call. `is_asked`: Closte asked for a longer pause than a batch waits.
    pub(super) fn with(self, signal: Signal, is_asked: bool) -> Self {
        let failures = match signal {
            Signal::Answer => 0,
            Signal::Failure => self.failures.saturating_add(1),
            Signal::None => self.failures,
        };
        Self {
            failures,
            is_over: self.is_over || is_asked || failures >= MANY_FAILURES,
        }
    }

    /// Whether the rest of the batch makes no call.
    pub(super) const fn is_over(self) -> bool {
        self.is_over
    }
}

#[cfg(test)]
mod tests;
