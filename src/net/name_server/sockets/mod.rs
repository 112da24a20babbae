//! UDP sockets that questions share, several to a server, each with a random port.
//!
//! hickory's `UdpClientStream` opens a socket for each datagram, which is eight system calls, and
//! has no other way. So sockets are kept here, and hickory writes and reads the messages.
//!
//! Who forges an answer must guess the port and the identifier, within what a question takes. A
//! port that was found out is worth little: it is given up after 64 questions, after ten seconds,
//! and after 64 datagrams that nobody has asked for. Identifiers come from the system's random
//! numbers, drawn for each socket, so that no child of a fork repeats them. The kernel drops what
//! comes from elsewhere, since the sockets are connected. A connected one notices at once, too,
//! when nothing listens at the other end.

mod open;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hickory_resolver::net::NetError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::unconstrained;
use tokio::time::Instant;

use self::open::{Open, READABLE, Sent, Taken, UdpFd, connected, random_ids};
use super::known_servers::KnownServers;
use super::number_hasher::NumberMap;
use super::pending_query::{Answer, PendingQuery};

/// Sockets of all servers.
const MOST_SOCKETS: usize = 256;
/// Of one server, so that none takes all.
const MOST_OF_ONE: usize = 64;
/// Sockets that nothing is waited for on. They are closed when they are old and somebody asks.
const MOST_IDLE: usize = 16;
/// Questions that wait on one socket before another one is opened.
const MOST_WAITING: usize = 16;
/// More than any answer over UDP has.
const LONGEST_DATAGRAM: usize = 4096;
/// Datagrams that are read before others have their turn.
const MOST_AT_ONCE: usize = 256;

/// Names one datagram that was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticket {
    pub(super) socket: u64,
    id: u16,
}

#[derive(Debug)]
pub(super) struct Sockets {
    state: Mutex<State>,
    room: Arc<Semaphore>,
    known_servers: Arc<KnownServers>,
}

#[derive(Debug, Default)]
struct State {
    open: NumberMap<u64, Open>,
    of: BTreeMap<SocketAddr, Vec<u64>>,
    last: u64,
    idle: usize,
}

impl State {
    /// A socket to `server` that a question may be sent on, other than those in `not`.
    /// `crowded`: one on which many wait already will do.
    fn pick(&self, server: SocketAddr, not: &[u64], crowded: bool) -> Option<u64> {
        let now = Instant::now();
        let all = self.of.get(&server)?;
        let able = || {
            all.iter()
                .filter(|key| !not.contains(key))
                .filter_map(|key| Some((*key, self.open.get(key)?)))
                .filter(|(_, open)| open.is_able(now))
        };
        let free = || able().filter(|(_, open)| open.waiting < MOST_WAITING);
        match free().count() {
            0 if crowded || all.len() >= MOST_OF_ONE => able()
                .min_by_key(|(_, open)| open.waiting)
                .map(|(key, _)| key),
            0 => None,
            count => free().nth(fastrand::usize(..count)).map(|(key, _)| key),
        }
    }

    /// `by` more, or fewer, are waited for on this socket.
    fn wait(&mut self, key: u64, by: isize) {
        if let Some(open) = self.open.get_mut(&key) {
            let was_idle = open.waiting == 0;
            open.waiting = open.waiting.saturating_add_signed(by);
            match (was_idle, open.waiting == 0) {
                (true, false) => self.idle = self.idle.saturating_sub(1),
                (false, true) => self.idle += 1,
                _ => {}
            }
        }
    }

    fn remove(&mut self, key: u64) -> Option<Open> {
        let open = self.open.remove(&key)?;
        if open.waiting == 0 {
            self.idle = self.idle.saturating_sub(1);
        }
        if let Some(all) = self.of.get_mut(&open.server) {
            all.retain(|other| *other != key);
            if all.is_empty() {
                self.of.remove(&open.server);
            }
        }
        Some(open)
    }

    /// Takes out those that are idle and that `which` is true of.
    fn remove_idle(&mut self, which: impl Fn(&Open) -> bool, most: usize) -> Vec<Open> {
        let keys: Vec<u64> = self
            .open
            .iter()
            .filter(|(_, open)| open.waiting == 0 && which(open))
            .map(|(key, _)| *key)
            .take(most)
            .collect();
        keys.into_iter()
            .filter_map(|key| self.remove(key))
            .collect()
    }
}

impl Sockets {
    pub(super) fn new(known_servers: Arc<KnownServers>) -> Self {
        Self {
            state: Mutex::default(),
            room: Arc::new(Semaphore::new(MOST_SOCKETS)),
            known_servers,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same as [`Self::to`], where nothing has to be waited for or opened.
    pub(super) fn at_once(&self, server: SocketAddr) -> Option<u64> {
        self.state().pick(server, &[], false)
    }

    /// A socket for a question to `server`; waits until there is room for one. `not`: those that
    /// its earlier datagrams went through, which may be the reason why no answer came.
    pub(super) async fn to(
        self: &Arc<Self>,
        server: SocketAddr,
        not: &[u64],
    ) -> Result<u64, NetError> {
        loop {
            if let Some(key) = self.state().pick(server, not, false) {
                return Ok(key);
            }
            if let Some(room) = self.make_room() {
                return Ok(self.open(server, room)?);
            }
            if let Some(key) = self.state().pick(server, not, true) {
                return Ok(key);
            }
            if let Ok(room) = Arc::clone(&self.room).acquire_owned().await {
                return Ok(self.open(server, room)?);
            }
        }
    }

    /// The same for a further datagram, at once; perhaps one of `not`.
    pub(super) fn also_to(self: &Arc<Self>, server: SocketAddr, not: &[u64]) -> Option<u64> {
        if let Some(key) = self.state().pick(server, not, false) {
            return Some(key);
        }
        let opened = self.make_room().map(|room| self.open(server, room));
        match opened {
            Some(Ok(key)) => Some(key),
            _ => self.state().pick(server, &[], true),
        }
    }

    fn make_room(&self) -> Option<OwnedSemaphorePermit> {
        let now = Instant::now();
        let old = self
            .state()
            .remove_idle(|open| !open.is_able(now), usize::MAX);
        drop(old);
        if self.room.available_permits() == 0 {
            let any = self.state().remove_idle(|_| true, 1);
            drop(any);
        }
        Arc::clone(&self.room).try_acquire_owned().ok()
    }

    fn open(self: &Arc<Self>, server: SocketAddr, room: OwnedSemaphorePermit) -> io::Result<u64> {
        let (socket, ids) = (Arc::new(connected(server)?), random_ids()?);
        let mut state = self.state();
        state.last += 1;
        let key = state.last;
        let reading = read(Arc::clone(self), key, Arc::clone(&socket));
        // tokio forgets a task that it has put off when the runtime is left.
        let reader = tokio::spawn(unconstrained(reading)).abort_handle();
        let open = Open::new(server, socket, ids, reader, room);
        state.open.insert(key, open);
        state.of.entry(server).or_default().push(key);
        state.idle += 1;
        Ok(key)
    }

    /// Sends a datagram whose answer `question` hears. Its identifier is put into `datagram`. One
    /// that the system has no room for counts as sent: it may get lost anywhere else, too.
    pub(super) fn send(
        &self,
        key: u64,
        question: &Arc<PendingQuery>,
        datagram: &mut [u8],
        extended: bool,
    ) -> Result<Ticket, NetError> {
        let gone = || NetError::from(io::Error::from(io::ErrorKind::NotConnected));
        let (socket, id) = {
            let mut state = self.state();
            let open = state.open.get_mut(&key).ok_or_else(gone)?;
            let id = open.next_id().ok_or_else(gone)?;
            open.sent
                .insert(id, Sent::now(Arc::clone(question), extended));
            let socket = Arc::clone(&open.socket);
            state.wait(key, 1);
            (socket, id)
        };
        if let Some(place) = datagram.first_chunk_mut::<2>() {
            *place = id.to_be_bytes();
        }
        let mut result = socket.get_ref().send(datagram);
        if result
            .as_ref()
            .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
        {
            // That was the answer to an earlier one.
            result = socket.get_ref().send(datagram);
        }
        match result {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => {
                self.fail(key, error.kind());
                Err(error.into())
            }
            _ => Ok(Ticket { socket: key, id }),
        }
    }

    /// The one who asked no longer waits for answers to these. What comes nevertheless says that
    /// the server is there.
    pub(super) fn give_up(&self, question: &PendingQuery, tickets: &[Ticket]) {
        question.end();
        for Ticket { socket, id } in tickets {
            let mut state = self.state();
            let open = state.open.get(socket);
            if open.is_some_and(|open| open.sent.contains_key(id)) {
                state.wait(*socket, -1);
            }
            let done = self.done_with(&mut state, *socket);
            drop(state);
            drop(done);
        }
    }

    /// Takes out a socket that is of no more use.
    fn done_with(&self, state: &mut State, key: u64) -> Option<Open> {
        let open = state.open.get(&key)?;
        let is_crowded = state.idle > MOST_IDLE || self.room.available_permits() == 0;
        let is_done = open.waiting == 0 && (is_crowded || open.is_used_up());
        if is_done { state.remove(key) } else { None }
    }

    /// Whatever is waited for on this socket has failed.
    fn fail(&self, key: u64, kind: io::ErrorKind) {
        let failed = self.state().remove(key);
        for sent in failed.iter().flat_map(|open| open.sent.values()) {
            sent.question.receive(Answer {
                message: Err(io::Error::from(kind).into()),
                extended: sent.extended,
            });
        }
    }

    /// Reads what has arrived on a socket. Returns false where there may be more.
    pub(super) fn read(&self, key: u64) -> bool {
        let Some(socket) = self
            .state()
            .open
            .get(&key)
            .map(|open| Arc::clone(&open.socket))
        else {
            return true;
        };
        let mut datagram = [0; LONGEST_DATAGRAM];
        for _ in 0..MOST_AT_ONCE {
            match socket.get_ref().recv(&mut datagram) {
                Ok(length) => {
                    if !self.take(key, datagram.get(..length).unwrap_or_default()) {
                        // Nothing more is expected. What comes nevertheless wakes the reader.
                        return true;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    if error.kind() != io::ErrorKind::WouldBlock {
                        self.fail(key, error.kind());
                    }
                    return true;
                }
            }
        }
        false
    }

    /// Gives a datagram to the question that it answers. Returns whether more is waited for.
    fn take(&self, key: u64, datagram: &[u8]) -> bool {
        let mut state = self.state();
        let Some(open) = state.open.get_mut(&key) else {
            return false;
        };
        let server = open.server;
        match open.take(datagram) {
            Taken::Answer { sent, message } => {
                let was_awaited = !sent.question.is_over();
                if was_awaited {
                    state.wait(key, -1);
                }
                let done = self.done_with(&mut state, key);
                let goes_on = state.open.get(&key).is_some_and(|open| open.waiting > 0);
                drop(state);
                drop(done);
                self.known_servers
                    .answered(server, sent.at.elapsed(), was_awaited);
                sent.question.receive(Answer {
                    message,
                    extended: sent.extended,
                });
                goes_on
            }
            Taken::Stray => open.waiting > 0,
            // Somebody guesses. Those who wait ask again elsewhere.
            Taken::Flood => {
                let flooded = state.remove(key);
                drop(state);
                drop(flooded);
                false
            }
        }
    }
}

/// Reads from a socket for as long as it is open.
async fn read(sockets: Arc<Sockets>, key: u64, socket: Arc<UdpFd>) {
    // Also where the runtime ends.
    let _closed = Closed(&sockets, key);
    while let Ok(mut ready) = socket.ready(READABLE).await {
        if sockets.read(key) {
            ready.clear_ready();
        }
    }
}

struct Closed<'a>(&'a Sockets, u64);

impl Drop for Closed<'_> {
    fn drop(&mut self) {
        let open = self.0.state().remove(self.1);
        drop(open);
    }
}
