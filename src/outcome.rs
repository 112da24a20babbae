//! Outcomes of calls to Closte.

use crate::string_enum::string_enum;

string_enum! {
    /// The outcome of a call to Closte. A successful call has one of the first four.
    Outcome {
        /// The domain was added.
        Added => "added",
        /// The domain was there before.
        AlreadyThere => "already-there",
        /// The domain was removed.
        Removed => "removed",
        /// The domain was not there before.
        AlreadyGone => "already-gone",
        /// The domain is protected: Closte was not asked to remove it.
        Protected => "protected",
        /// Closte understood the call and refused it.
        Rejected => "rejected",
        /// The name is not valid: it was not sent.
        Invalid => "invalid",
        /// Closte refused the key.
        Unauthorized => "unauthorized",
        /// No readable answer, and nothing changed at Closte.
        Failed => "failed",
        /// It was sent, and no answer says whether it took effect.
        Unknown => "unknown",
        /// The time was up before it was sent.
        Deferred => "deferred",
    }
}
