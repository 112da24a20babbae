//! How long a page waits for Closte: what has always answered at once is not waited for as long as
//! what is slow. Pure.

use super::schedule::DAY;

/// Seconds that a page waits at most: where nothing is known, and where Closte answers fast.
const LONGEST: f64 = 8.0;
const SHORTEST: f64 = 2.5;
/// How many times the slowest of the last answers it waits.
const TIMES: f64 = 4.0;
/// Seconds in which answers are counted as alike, so that little is written.
const STEP: f64 = 0.6;

/// What is known of the answers of the last day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// Seconds that the slowest one took, rounded up.
    pub slowest: f64,
    /// When that was noted.
    pub at: i64,
}

impl Pace {
    /// Seconds that the calls of a page may take together.
    #[must_use]
    pub fn page_seconds(self, now: i64) -> f64 {
        match self.slowest_of_a_day(now) {
            Some(slowest) => (TIMES * slowest).clamp(SHORTEST, LONGEST),
            None => LONGEST,
        }
    }

    /// After Closte answered a page, or took longer than the page waited for it: what to keep in
    /// place of this. `None`: nothing new. `seconds`: how long that took; 0: nothing was called.
    #[must_use]
    pub fn after(self, seconds: f64, now: i64) -> Option<Self> {
        let slowest = STEP * (seconds / STEP).ceil();
        (slowest > self.slowest_of_a_day(now).unwrap_or(0.0)).then_some(Self { slowest, at: now })
    }

    /// `None`: nothing is known, or it is too long ago.
    fn slowest_of_a_day(self, now: i64) -> Option<f64> {
        let age = now.saturating_sub(self.at);
        ((0..DAY).contains(&age) && self.slowest > 0.0).then_some(self.slowest)
    }
}

#[cfg(test)]
mod tests;
