//! What became of a call to Closte.

use crate::words::words;

words! {
    /// What became of a call to Closte.
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
    }
}
