//! What became of a call to Closte.

use crate::words::words;

words! {
    /// What became of a call to Closte. A call that succeeds has one of the first four.
    Outcome {
        /// The domain was not there and is now.
        Added => "added",
        /// The domain was there before.
        AlreadyThere => "already-there",
        /// The domain was there and is gone now.
        Removed => "removed",
        /// The domain was not there before.
        AlreadyGone => "already-gone",
        /// The domain is protected: Closte was not asked to remove it.
        Protected => "protected",
        /// Closte understood and said no.
        Rejected => "rejected",
        /// No name that Closte could take: it was not sent.
        Invalid => "invalid",
        /// Closte refused the key.
        Unauthorized => "unauthorized",
        /// No answer, or none that can be read, and nothing changed at Closte.
        Failed => "failed",
        /// It was sent, and no answer says whether it took effect.
        Unknown => "unknown",
        /// The time was up before it was sent.
        Deferred => "deferred",
    }
}
