//! Who may ask a server next.
//!
//! Those who ask on behalf of one client wait for one another, and for nobody else: what is asked
//! for a batch that waits for PHP code, or that a child of a fork has inherited, is not gone on
//! with, and gives nothing back.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

/// Questions to one server that were sent just now: more than its socket holds (some 270 by Linux's
/// default) would be lost.
const MOST_FRESH: usize = 64;
/// So many servers are kept before those make room that nobody asks.
const MOST_SERVERS: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct QueryLimiter(Mutex<BTreeMap<SocketAddr, Arc<Semaphore>>>);

impl QueryLimiter {
    /// Whoever asks `server` waits for one of these first, and keeps it until the question no
    /// longer waits in the server's socket. Each server has its own: one that is silent takes
    /// nothing from the others.
    pub(super) fn of(&self, server: SocketAddr) -> Arc<Semaphore> {
        let mut servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if servers.len() >= MOST_SERVERS && !servers.contains_key(&server) {
            servers.retain(|_, permits| Arc::strong_count(permits) > 1);
        }
        let permits = servers
            .entry(server)
            .or_insert_with(|| Arc::new(Semaphore::new(MOST_FRESH)));
        Arc::clone(permits)
    }
}

#[cfg(test)]
mod tests;
