//! How long to wait before the next attempt. Pure: chance comes in as a number.

use std::time::Duration;

/// An exponential backoff between two bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The delay that the first failure is measured by.
    pub base: Duration,
    /// No delay is longer.
    pub cap: Duration,
}

/// Between the attempts of one call: a quarter of a second, doubling up to 5 s.
pub const WITHIN_CALL: Backoff = Backoff {
    base: Duration::from_millis(250),
    cap: Duration::from_secs(5),
};

/// Between the calls for one ledger record: 10 s, doubling up to 1 h.
pub const BETWEEN_CALLS: Backoff = Backoff {
    base: Duration::from_secs(10),
    cap: Duration::from_secs(3600),
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

    /// Full jitter: anything from nothing to the ceiling, but never before `retry_after`.
    ///
    /// `random` is uniform in 0..1 (what lies outside is moved to the nearer end). The result may be
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

    /// A rung of the ladder: from half the ceiling to the ceiling, never before `retry_after`, and
    /// always between `base` and `cap`, however long the server asks to wait.
    #[must_use]
    pub fn rung(self, failures: u32, random: f64, retry_after: Option<Duration>) -> Duration {
        let half = self.ceiling(failures) / 2;
        (half + scale(half, random))
            .max(retry_after.unwrap_or_default())
            .clamp(self.base.min(self.cap), self.cap)
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ceilings_double_up_to_the_cap() {
        let seconds: Vec<u64> = (0..12)
            .map(|n| BETWEEN_CALLS.ceiling(n).as_secs())
            .collect();
        assert_eq!(
            seconds,
            [10, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
        );
    }

    #[test]
    fn retry_after_is_a_lower_bound() {
        let asked = Some(Duration::from_secs(7));
        assert_eq!(
            WITHIN_CALL.full_jitter(1, 0.0, asked),
            Duration::from_secs(7)
        );
        assert_eq!(
            BETWEEN_CALLS.rung(1, 0.0, Some(Duration::from_secs(1_000_000))),
            BETWEEN_CALLS.cap
        );
    }

    proptest! {
        #[test]
        fn jitter_keeps_to_its_bounds(failures: u32, random: f64) {
            prop_assert!(WITHIN_CALL.full_jitter(failures, random, None) <= WITHIN_CALL.ceiling(failures));
        }

        #[test]
        fn rungs_keep_to_their_bounds(failures: u32, random: f64, asked in proptest::option::of(any::<u64>())) {
            let delay = BETWEEN_CALLS.rung(failures, random, asked.map(Duration::from_secs));
            prop_assert!(delay >= BETWEEN_CALLS.base && delay <= BETWEEN_CALLS.cap);
        }
    }
}
