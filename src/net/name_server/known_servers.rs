//! What a thread has learnt about name servers: how long they take, whether they are silent,
//! and what they cannot do; so that each question need not find out anew. The time is a value.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::retransmission_timer::RetransmissionTimer;

/// After this time without an answer, the next server is asked too.
pub(super) const PATIENCE: Duration = Duration::from_millis(300);
/// A server that kept us waiting is not waited for during this time.
const LATE_FOR: Duration = Duration::from_secs(60);
/// Where others answer, one question in this time is for a server that kept us waiting.
const RETRY_EVERY: Duration = Duration::from_secs(1);
/// After so many datagrams in a row that no answer came to in time, a server keeps us waiting.
const SILENT_AFTER: u32 = 3;
/// After this time without an answer as well, it is silent. Questions are sent several at once, so
/// many datagrams may show no more than that it looks at one name for the first time.
const SILENCE: Duration = Duration::from_millis(1500);
/// That a server cannot do with EDNS is believed for this long: it may have been that the datagram
/// with EDNS got lost, and the one without did not.
const WITHOUT_EDNS_FOR: Duration = Duration::from_secs(600);
/// Of these something is known; the one that was not asked for the longest time makes room.
const MOST_SERVERS: usize = 1024;

/// Whether a server can do with EDNS (RFC 6891).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum EdnsSupport {
    #[default]
    Unknown,
    /// It has answered a question with EDNS.
    Supported,
    /// It answers only questions without EDNS.
    Unsupported,
}

#[derive(Debug, Default)]
pub(super) struct KnownServers {
    servers: Mutex<BTreeMap<SocketAddr, Server>>,
}

#[derive(Debug)]
struct Server {
    edns_support: EdnsSupport,
    edns_learnt_at: Instant,
    retransmission_timer: RetransmissionTimer,
    /// Datagrams in a row that no answer came to in time.
    missed: u32,
    /// When no answer to the first of these had come in time.
    unanswered_since: Option<Instant>,
    /// When it began to keep us waiting.
    late_since: Option<Instant>,
    /// When it was last asked whether that is over.
    retried_at: Option<Instant>,
    asked_at: Instant,
}

impl Server {
    fn new(now: Instant) -> Self {
        Self {
            edns_support: EdnsSupport::default(),
            edns_learnt_at: now,
            retransmission_timer: RetransmissionTimer::default(),
            missed: 0,
            unanswered_since: None,
            late_since: None,
            retried_at: None,
            asked_at: now,
        }
    }

    fn edns_support(&self, now: Instant) -> EdnsSupport {
        match self.edns_support {
            EdnsSupport::Unsupported if now >= self.edns_learnt_at + WITHOUT_EDNS_FOR => {
                EdnsSupport::Unknown
            }
            known => known,
        }
    }

    fn is_late(&self, now: Instant) -> bool {
        self.late_since.is_some_and(|since| now < since + LATE_FOR)
    }

    /// Since when is left as it is, so that it is waited for once in a while.
    fn note_late(&mut self, now: Instant) {
        if !self.is_late(now) {
            self.late_since = Some(now);
        }
    }
}

impl KnownServers {
    fn servers(&self) -> MutexGuard<'_, BTreeMap<SocketAddr, Server>> {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of<T>(&self, server: SocketAddr, default: T, known: impl FnOnce(&mut Server) -> T) -> T {
        self.servers().get_mut(&server).map_or(default, known)
    }

    /// Somebody asks `server`: what is learnt of it is kept from now on.
    pub(super) fn asked(&self, server: SocketAddr, now: Instant) {
        let mut servers = self.servers();
        if servers.len() >= MOST_SERVERS && !servers.contains_key(&server) {
            let oldest = servers
                .iter()
                .min_by_key(|(_, known)| known.asked_at)
                .map(|(server, _)| *server);
            oldest.map(|oldest| servers.remove(&oldest));
        }
        let known = servers.entry(server).or_insert_with(|| Server::new(now));
        known.asked_at = now;
    }

    pub(super) fn edns_support(&self, server: SocketAddr, now: Instant) -> EdnsSupport {
        self.of(server, EdnsSupport::default(), |known| {
            known.edns_support(now)
        })
    }

    /// Since when is left as it is where that is known already.
    pub(super) fn note_edns_support(
        &self,
        server: SocketAddr,
        edns_support: EdnsSupport,
        now: Instant,
    ) {
        self.of(server, (), |known| {
            if known.edns_support(now) != edns_support {
                (known.edns_support, known.edns_learnt_at) = (edns_support, now);
            }
        });
    }

    /// How long an answer of `server` is waited for before the question is sent again.
    pub(super) fn wait(&self, server: SocketAddr) -> Duration {
        let unknown = RetransmissionTimer::default().wait();
        self.of(server, unknown, |known| known.retransmission_timer.wait())
    }

    /// Whether `server` kept others waiting when it was asked last.
    pub(super) fn is_late(&self, server: SocketAddr, now: Instant) -> bool {
        self.of(server, false, |known| known.is_late(now))
    }

    /// Whether to ask `server` although others will do. Of a late one, once in a while.
    pub(super) fn is_worth_a_question(&self, server: SocketAddr, now: Instant) -> bool {
        self.of(server, true, |known| {
            let is_due = !known.is_late(now)
                || known
                    .retried_at
                    .is_none_or(|last| now >= last + RETRY_EVERY);
            if is_due {
                known.retried_at = Some(now);
            }
            is_due
        })
    }

    /// Whether no answer has come since several datagrams, and for some time.
    pub(super) fn is_silent(&self, server: SocketAddr, now: Instant) -> bool {
        self.of(server, false, |known| {
            let has_been_long = known
                .unanswered_since
                .is_some_and(|since| now >= since + SILENCE);
            known.missed >= SILENT_AFTER && has_been_long
        })
    }

    /// Somebody else answered first, and long ago.
    pub(super) fn late(&self, server: SocketAddr, now: Instant) {
        self.of(server, (), |known| known.note_late(now));
    }

    /// No answer to a datagram has come in time.
    pub(super) fn missed(&self, server: SocketAddr, now: Instant) {
        self.of(server, (), |known| {
            known.missed = known.missed.saturating_add(1);
            known.unanswered_since.get_or_insert(now);
            if known.missed >= SILENT_AFTER {
                known.note_late(now);
                // What it could do may be over, behind another firewall for instance.
                if known.edns_support == EdnsSupport::Supported {
                    known.edns_support = EdnsSupport::Unknown;
                }
            }
        });
    }

    /// An answer was read after this time. One that nobody waited for (`was_awaited`) may have lain
    /// there while nobody read, and does not tell how long the server takes.
    pub(super) fn answered(&self, server: SocketAddr, took: Duration, was_awaited: bool) {
        self.of(server, (), |known| {
            if was_awaited {
                known.retransmission_timer.observe(took);
            }
            known.missed = 0;
            known.unanswered_since = None;
            if took < PATIENCE {
                known.late_since = None;
            }
        });
    }
}

#[cfg(test)]
mod tests;
