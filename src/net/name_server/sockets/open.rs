//! One socket, and what was sent through it.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::net::NetError;
use hickory_resolver::proto::op::{Message, MessageType};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::net::name_server::number_hasher::NumberMap;
use crate::net::name_server::pending_query::PendingQuery;

/// Questions that one socket carries.
const MOST_ASKED: usize = 64;
/// A port is used for this long.
const LONGEST_USE: Duration = Duration::from_secs(10);
/// Datagrams that nobody has asked for.
const MOST_STRAYS: usize = 64;

/// Only readable is of interest, and errors, which alone do not make a socket readable. A socket
/// becomes writable with each datagram that has gone out, and each time the runtime would wake up.
pub(super) const READABLE: Interest = Interest::READABLE.add(Interest::ERROR);

pub(super) type UdpFd = AsyncFd<UdpSocket>;

/// A datagram that was sent.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) question: Arc<PendingQuery>,
    pub(super) at: Instant,
    pub(super) extended: bool,
}

impl Sent {
    pub(super) fn now(question: Arc<PendingQuery>, extended: bool) -> Self {
        Self {
            question,
            at: Instant::now(),
            extended,
        }
    }
}

#[derive(Debug)]
pub(super) struct Open {
    pub(super) server: SocketAddr,
    pub(super) socket: Arc<UdpFd>,
    reader: AbortHandle,
    opened: Instant,
    /// Random, and not used yet.
    ids: Vec<u16>,
    /// By identifier; also those that nobody waits for any more.
    pub(super) sent: NumberMap<u16, Sent>,
    /// Of these, those that somebody waits for.
    pub(super) waiting: usize,
    strays: usize,
    _room: OwnedSemaphorePermit,
}

/// What a datagram was.
pub(super) enum Taken {
    Answer {
        sent: Sent,
        message: Result<Message, NetError>,
    },
    Stray,
    /// One stray too many.
    Flood,
}

impl Open {
    pub(super) fn new(
        server: SocketAddr,
        socket: Arc<UdpFd>,
        ids: Vec<u16>,
        reader: AbortHandle,
        room: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            server,
            socket,
            reader,
            opened: Instant::now(),
            ids,
            sent: NumberMap::default(),
            waiting: 0,
            strays: 0,
            _room: room,
        }
    }

    /// Whether a question may be sent on it.
    pub(super) fn is_able(&self, now: Instant) -> bool {
        !self.ids.is_empty() && now < self.opened + LONGEST_USE
    }

    /// Whether neither a question nor an answer will use it.
    pub(super) fn is_used_up(&self) -> bool {
        self.ids.is_empty() && self.sent.is_empty()
    }

    pub(super) fn next_id(&mut self) -> Option<u16> {
        self.ids.pop()
    }

    /// An answer has the identifier of a datagram that was sent, and repeats its question.
    pub(super) fn take(&mut self, datagram: &[u8]) -> Taken {
        if let Some(id) = datagram
            .first_chunk::<2>()
            .map(|id| u16::from_be_bytes(*id))
            && let Some(sent) = self.sent.get(&id)
        {
            let message = Message::from_vec(datagram).map_err(NetError::from);
            let is_answer = message.as_ref().map_or(true, |message| {
                message.metadata.message_type == MessageType::Response
                    && matches!(message.queries.as_slice(), [asked] if *asked == sent.question.asked)
            });
            if is_answer && let Some(sent) = self.sent.remove(&id) {
                return Taken::Answer { sent, message };
            }
        }
        self.strays += 1;
        if self.strays < MOST_STRAYS {
            Taken::Stray
        } else {
            Taken::Flood
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// A socket with a random port, which the system chooses.
pub(super) fn connected(server: SocketAddr) -> io::Result<UdpFd> {
    let any = if server.is_ipv4() {
        SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0))
    } else {
        SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0))
    };
    let socket = UdpSocket::bind(any)?;
    socket.connect(server)?;
    socket.set_nonblocking(true)?;
    // SAFETY: the socket is the descriptor's only owner, and moves into what is made here.
    let fd = unsafe { AsyncFd::register_with_interest(socket, READABLE) };
    Ok(fd?)
}

/// Identifiers for one socket, each of them once.
pub(super) fn random_ids() -> io::Result<Vec<u16>> {
    let provider = rustls::crypto::ring::default_provider();
    let mut ids = Vec::with_capacity(MOST_ASKED);
    loop {
        let mut bytes = [0; MOST_ASKED * 2];
        provider
            .secure_random
            .fill(&mut bytes)
            .map_err(|_| io::Error::other("the system has no random numbers"))?;
        for pair in bytes.as_chunks::<2>().0 {
            let id = u16::from_be_bytes(*pair);
            if ids.len() < MOST_ASKED && !ids.contains(&id) {
                ids.push(id);
            }
        }
        if ids.len() == MOST_ASKED {
            return Ok(ids);
        }
    }
}

#[cfg(test)]
mod tests;
