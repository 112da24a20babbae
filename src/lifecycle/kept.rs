//! What was found out a while ago, for as long as it may be used.

use tokio::time::Instant;

/// Nothing, or something that is true for a while.
#[derive(Debug)]
pub(super) struct Kept<T>(Option<(Instant, T)>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Kept<T> {
    pub(super) const fn until(end: Instant, it: T) -> Self {
        Self(Some((end, it)))
    }

    /// What is true still.
    pub(super) fn at(&self, now: Instant) -> Option<&T> {
        let (end, it) = self.0.as_ref()?;
        (now < *end).then_some(it)
    }
}

#[cfg(test)]
mod tests;
