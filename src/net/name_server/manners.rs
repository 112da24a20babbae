//! What was learnt about name servers that do not behave: so that each question need not find out
//! anew.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A server that kept us waiting is asked last for this long.
const SLOW_FOR: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
pub(super) struct Manners {
    learnt: Mutex<Learnt>,
}

#[derive(Debug, Default)]
struct Learnt {
    /// They answer only questions without EDNS.
    plain: HashSet<SocketAddr>,
    /// When they kept us waiting.
    slow: HashMap<SocketAddr, Instant>,
}

impl Manners {
    fn learnt(&self) -> MutexGuard<'_, Learnt> {
        self.learnt.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_plain(&self, server: SocketAddr) -> bool {
        self.learnt().plain.contains(&server)
    }

    pub(super) fn prefers_plain(&self, server: SocketAddr) {
        self.learnt().plain.insert(server);
    }

    pub(super) fn is_slow(&self, server: SocketAddr) -> bool {
        self.learnt()
            .slow
            .get(&server)
            .is_some_and(|since| since.elapsed() < SLOW_FOR)
    }

    pub(super) fn late(&self, server: SocketAddr) {
        self.learnt().slow.insert(server, Instant::now());
    }

    pub(super) fn answered(&self, server: SocketAddr) {
        self.learnt().slow.remove(&server);
    }
}
