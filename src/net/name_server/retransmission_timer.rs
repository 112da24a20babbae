//! How long a server takes, and so how long its answer is waited for before a question is sent
//! again. RFC 6298 with the bounds of a stub resolver; pure.

use std::time::Duration;

/// What a server is given of which nothing is known.
const FIRST_WAIT: Duration = Duration::from_millis(400);
/// Linux's for TCP, too. Less would repeat questions because one of the machines is busy.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);
/// A resolver that takes longer looks at a name for the first time, and goes on when it is asked
/// again.
pub(super) const LONGEST_WAIT: Duration = Duration::from_millis(800);

/// Smoothed over the answers of one server.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RetransmissionTimer {
    known: Option<Known>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    smoothed: Duration,
    variation: Duration,
}

impl RetransmissionTimer {
    /// Takes the time that one answer took. Each datagram has an identifier of its own, so that it
    /// is known which one was answered, and repeated questions count as well.
    pub(super) fn observe(&mut self, took: Duration) {
        self.known = Some(match self.known {
            None => Known {
                smoothed: took,
                variation: took / 2,
            },
            Some(known) => Known {
                smoothed: known.smoothed * 7 / 8 + took / 8,
                variation: known.variation * 3 / 4 + known.smoothed.abs_diff(took) / 4,
            },
        });
    }

    /// How long an answer is waited for.
    pub(super) fn wait(&self) -> Duration {
        self.known.map_or(FIRST_WAIT, |known| {
            (known.smoothed + known.variation * 4).clamp(SHORTEST_WAIT, LONGEST_WAIT)
        })
    }
}

#[cfg(test)]
mod tests;
