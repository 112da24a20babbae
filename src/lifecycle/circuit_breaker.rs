//! Judges from what calls came to whether Closte is there, and says when it may be called again.
//! Pure.
//!
//! ```text
//! closed     Closte answered last: everybody calls
//! open       a call failed: pages do not call before `until`; runs ask with one cheap call first, unless Closte asked to
//!            be left alone until `asked_until` or fails at everything though it says that it is there
//! half-open  `until` is over: pages call again; runs ask first
//! ```

use super::record::Record;
use crate::error::Kind;
use crate::outcome::Outcome;

/// Seconds for which pages do not call after a failure.
pub const PAUSE: i64 = 60;
/// Seconds that a `Retry-After` counts for at most.
pub const LONGEST_PAUSE: i64 = 600;
/// So many failures in a row, without a success, are not a few domains' own.
pub const MANY_FAILURES: u32 = 20;

/// What is known of Closte. Times are Unix seconds; 0 means never. The default is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CircuitBreaker {
    /// The first failure since the last answer; 0 while closed.
    pub since: i64,
    /// Pages do not call before this.
    pub until: i64,
    /// Closte asked to be left alone until this.
    pub asked_until: i64,
    /// Failures since the last call that Closte answered.
    pub failures: u32,
    /// The last failure's [`Kind`], as a word.
    pub kind: String,
    /// The last failure, for people.
    pub message: String,
}

/// What a call says about Closte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// It is there: it did what it was asked for, or said no.
    Answer,
    /// No answer, not the one it promises, or the key was refused.
    Failure,
    /// Nothing: Closte was not called, or what failed was ours.
    None,
}

impl Signal {
    /// What the last call of a row says, if one was made.
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

    /// Whether a run should find out, with a call that changes nothing, whether Closte is back.
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
                record.error_kind.clone(),
                record.error_message.clone(),
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
    pub fn after_failure(&self, kind: &str, message: &str, retry_after: i64, now: i64) -> Self {
        let mut after = self.clone();
        after.failures = after.failures.saturating_add(1);
        after.opened(kind.to_owned(), message.to_owned(), retry_after, now)
    }

    /// After Closte refused a key that somebody tries out: no pause, since the next page may well
    /// have another one.
    #[must_use]
    pub fn after_refused_key(&self, message: &str, now: i64) -> Self {
        Self {
            since: if self.since == 0 { now } else { self.since },
            kind: Kind::Auth.as_str().to_owned(),
            message: message.to_owned(),
            ..self.clone()
        }
    }

    /// After the key was changed: that the one before was refused says nothing any longer.
    #[must_use]
    pub fn after_key_change(&self) -> Self {
        if self.kind == Kind::Auth.as_str() {
            Self::default()
        } else {
            self.clone()
        }
    }

    fn opened(self, kind: String, message: String, retry_after: i64, now: i64) -> Self {
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
            kind,
            message,
        }
    }
}

/// Whether `time` is to be waited for. One that is further off than any pause was written by a
/// clock that was wrong.
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
    /// With the next call. `is_asked`: Closte asked to be left alone for longer than a batch waits.
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
