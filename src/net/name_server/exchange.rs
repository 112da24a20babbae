//! One question to one server: over UDP, again where a datagram got lost, without EDNS where the
//! server cannot do with it, and over TCP where the answer does not fit.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::net::NetError;
use hickory_resolver::proto::op::{Message, ResponseCode};
use tokio::time::{Instant, timeout_at};

use super::known_servers::EdnsSupport;
use super::pending_query::{Answer, PendingQuery};
use super::query::Query;
use super::query_limiter::QueryLimiter;
use super::retransmission_timer::LONGEST_WAIT;
use super::sockets::Ticket;
use super::tcp;
use super::thread_state::ThreadState;

/// How often a question is sent, if there is time. Where each fifth datagram is lost, that many are
/// lost in one of 400,000 cases.
const MOST_SENDS: u32 = 8;
/// After so many the next ones follow slowly, where the server is silent anyway.
const QUICK_SENDS_INTO_SILENCE: u32 = 3;
const WAIT_IN_SILENCE: Duration = Duration::from_secs(2);
/// A question that has no answer after this long no longer waits in the server's socket.
const FRESH: Duration = Duration::from_millis(50);
/// The response code of a server that knows another version of EDNS (RFC 6891).
const BADVERS: u16 = 16;

/// What `server` answers, whatever it means.
pub(super) async fn exchange(
    limiter: &QueryLimiter,
    server: SocketAddr,
    query: &Query,
    deadline: Instant,
) -> Result<Message, NetError> {
    let thread = ThreadState::current().ok_or(NetError::NoConnections)?;
    let answer = Exchange::new(thread, server, query, deadline)
        .over_udp(limiter)
        .await?;
    if answer.metadata.truncation {
        let left = deadline.saturating_duration_since(Instant::now());
        let edns_support = thread.known_servers.edns_support(server, Instant::now());
        let is_extended = edns_support != EdnsSupport::Unsupported;
        let request = query.message(is_extended).into();
        // Seldom needed, and large.
        let asked = Box::pin(tcp::exchange(server, request, left));
        let answer = timeout_at(deadline, asked).await;
        answer.unwrap_or(Err(NetError::Timeout))
    } else {
        Ok(answer)
    }
}

struct Exchange<'a> {
    thread: &'static ThreadState,
    server: SocketAddr,
    query: &'a Query,
    deadline: Instant,
    question: Arc<PendingQuery>,
    tickets: Vec<Ticket>,
    /// Asked with EDNS, perhaps without, too.
    was_extended: bool,
    /// What a server said that cannot do with EDNS.
    refusal: Option<Result<Message, NetError>>,
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        self.thread.sockets.give_up(&self.question, &self.tickets);
    }
}

impl<'a> Exchange<'a> {
    fn new(
        thread: &'static ThreadState,
        server: SocketAddr,
        query: &'a Query,
        deadline: Instant,
    ) -> Self {
        Self {
            thread,
            server,
            query,
            deadline,
            question: Arc::new(PendingQuery::new(query.question())),
            tickets: Vec::new(),
            was_extended: false,
            refusal: None,
        }
    }

    async fn over_udp(mut self, limiter: &QueryLimiter) -> Result<Message, NetError> {
        let (thread, server) = (self.thread, self.server);
        let known_servers = &thread.known_servers;
        known_servers.asked(server, Instant::now());
        let permits = limiter.of(server);
        let mut fresh = match Arc::clone(&permits).try_acquire_owned() {
            Ok(permit) => Some(permit),
            Err(_) => thread
                .clock
                .by(self.deadline, permits.acquire_owned())
                .await
                .ok_or(NetError::Timeout)?
                .ok(),
        };
        let socket = match thread.sockets.at_once(server) {
            Some(socket) => socket,
            None => thread
                .clock
                .by(self.deadline, thread.sockets.to(server, &[]))
                .await
                .ok_or(NetError::Timeout)??,
        };
        let begin = Instant::now();
        let edns_support = known_servers.edns_support(server, begin);
        self.send(socket, edns_support != EdnsSupport::Unsupported)?;

        let (mut sends, mut wait) = (1, known_servers.wait(server));
        let mut repeat_at = begin + wait;
        loop {
            let stale_at = fresh.as_ref().map_or(repeat_at, |_| begin + FRESH);
            let until = repeat_at.min(stale_at).min(self.deadline);
            if let Some(answer) = thread.clock.by(until, self.question.answer()).await {
                fresh = None;
                match self.judge(answer) {
                    Judgement::Over(outcome) => return outcome,
                    Judgement::Again => {}
                    Judgement::WithoutEdns => {
                        self.repeat()?;
                        (sends, wait) = (1, known_servers.wait(server));
                        repeat_at = Instant::now() + wait;
                    }
                }
                continue;
            }
            let now = Instant::now();
            if now >= stale_at {
                fresh = None;
            }
            if now >= self.deadline && !self.has_arrived() {
                return self.refusal.take().unwrap_or(Err(NetError::Timeout));
            }
            if now >= repeat_at && !self.has_arrived() {
                known_servers.missed(server, now);
                if sends >= MOST_SENDS {
                    repeat_at = self.deadline;
                    continue;
                }
                self.repeat()?;
                sends += 1;
                let is_silent = known_servers.is_late(server, now);
                wait = if is_silent && sends >= QUICK_SENDS_INTO_SILENCE {
                    WAIT_IN_SILENCE
                } else {
                    (wait * 3 / 2).min(LONGEST_WAIT)
                };
                repeat_at = now + wait;
            }
        }
    }

    /// Whether the answer is here, and this thread was too busy to read it.
    fn has_arrived(&self) -> bool {
        for ticket in &self.tickets {
            self.thread.sockets.read(ticket.socket);
        }
        self.question.is_answered()
    }

    fn send(&mut self, socket: u64, extended: bool) -> Result<(), NetError> {
        let mut datagram = self.query.datagram(extended);
        let sockets = &self.thread.sockets;
        let ticket = sockets.send(socket, &self.question, &mut datagram, extended)?;
        self.tickets.push(ticket);
        self.was_extended |= extended;
        Ok(())
    }

    /// A server that drops questions with EDNS looks as one whose datagrams are lost: as long as
    /// it is not known, each second one is without.
    fn repeat(&mut self) -> Result<(), NetError> {
        let known_servers = &self.thread.known_servers;
        let extended = match known_servers.edns_support(self.server, Instant::now()) {
            _ if self.refusal.is_some() => false,
            EdnsSupport::Supported => true,
            EdnsSupport::Unsupported => false,
            EdnsSupport::Unknown => self.tickets.len().is_multiple_of(2),
        };
        let used: Vec<u64> = self.tickets.iter().map(|ticket| ticket.socket).collect();
        match self.thread.sockets.also_to(self.server, &used) {
            Some(socket) => self.send(socket, extended),
            None => Ok(()),
        }
    }

    fn judge(&mut self, answer: Answer) -> Judgement {
        let Answer { message, extended } = answer;
        let (known_servers, now) = (&self.thread.known_servers, Instant::now());
        let is_refused = match &message {
            Ok(message) => refuses_edns(message),
            Err(error) => !matches!(error, NetError::Timeout | NetError::Io(_)),
        };
        if extended && is_refused {
            let is_first = self.refusal.is_none();
            self.refusal = Some(message);
            return if is_first {
                Judgement::WithoutEdns
            } else {
                Judgement::Again
            };
        }
        match (message, extended) {
            (Ok(message), true) => {
                known_servers.note_edns_support(self.server, EdnsSupport::Supported, now);
                Judgement::Over(Ok(message))
            }
            (Ok(message), false) => {
                let edns_support = known_servers.edns_support(self.server, now);
                let is_better = if self.refusal.is_some() {
                    is_telling(&message)
                } else {
                    self.was_extended && edns_support != EdnsSupport::Supported
                };
                if is_better {
                    known_servers.note_edns_support(self.server, EdnsSupport::Unsupported, now);
                }
                Judgement::Over(Ok(message))
            }
            (Err(error), _) => Judgement::Over(self.refusal.take().unwrap_or(Err(error))),
        }
    }
}

enum Judgement {
    Over(Result<Message, NetError>),
    /// Something else may come.
    Again,
    WithoutEdns,
}

/// An answer of a server that does not know EDNS. One that does puts its own into a failure.
fn refuses_edns(answer: &Message) -> bool {
    match answer.metadata.response_code {
        ResponseCode::FormErr | ResponseCode::NotImp => true,
        ResponseCode::ServFail => answer.edns.is_none(),
        code => u16::from(code) == BADVERS,
    }
}

/// Whether it says something about the name.
fn is_telling(message: &Message) -> bool {
    let code = message.metadata.response_code;
    matches!(code, ResponseCode::NoError | ResponseCode::NXDomain)
}
