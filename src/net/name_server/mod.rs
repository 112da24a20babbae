//! The DNS client: asks one name server, or whichever of several answers first.
//!
//! hickory writes and reads the messages, and asks over TCP. Its `Resolver` and `NameServer` are
//! not used, because they keep back what a check is about: of an answer without addresses the CNAME
//! chain and whether the server speaks for the zone (AA), and of several servers which one
//! answered. Why its UDP client is not: see [`sockets`]. What this module adds is the deadline,
//! repeats that follow what a server takes, what a thread learns of servers, and the meaning of
//! response codes.

mod clock;
mod exchange;
mod known_servers;
mod number_hasher;
mod pending_query;
mod query;
mod query_limiter;
mod retransmission_timer;
mod sockets;
mod tcp;
mod thread_state;

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, join, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use hickory_resolver::net::NetError;
use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::time::{Instant, timeout};

use self::exchange::exchange;
use self::known_servers::PATIENCE;
pub(crate) use self::number_hasher::NumberMap;
pub(crate) use self::query::Query;
use self::query_limiter::QueryLimiter;
use self::thread_state::ThreadState;

/// After the addresses of IPv4, those of IPv6 are waited for this long: some resolvers never answer
/// for them. Those of IPv4 are always waited for, since IPv6 may lead nowhere from here.
const IPV6_DELAY: Duration = Duration::from_millis(250);

/// How often is looked whether servers turned out to be silent meanwhile.
pub(crate) const GLANCE: Duration = Duration::from_millis(50);

/// Why there is no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// Nothing came in time.
    TimedOut,
    /// It cannot be reached, or nothing listens there.
    Unreachable,
    /// What came was no DNS answer.
    Garbled,
    /// It could not resolve the name.
    ServerFailure,
    /// It answers, but not this question: `REFUSED`, `NOTAUTH` and the like.
    Declined(ResponseCode),
    /// It may not be asked.
    OutOfBounds(&'static str),
    /// It gave an address that means another machine to everybody.
    Loopback,
}

impl NoAnswer {
    /// The server is alive and said that it does not serve this name.
    pub(crate) fn is_lame(&self) -> bool {
        matches!(self, Self::ServerFailure | Self::Declined(_))
    }

    /// A stable word for it; a response code where the server gave one.
    pub(crate) fn word(&self) -> String {
        match self {
            Self::TimedOut => "timeout".to_owned(),
            Self::Unreachable => "unreachable".to_owned(),
            Self::Garbled => "no-dns".to_owned(),
            Self::ServerFailure => "SERVFAIL".to_owned(),
            Self::Declined(code) => match code {
                ResponseCode::Refused => "REFUSED".to_owned(),
                ResponseCode::NotAuth => "NOTAUTH".to_owned(),
                ResponseCode::NotImp => "NOTIMP".to_owned(),
                ResponseCode::FormErr => "FORMERR".to_owned(),
                other => other.to_string(),
            },
            Self::Loopback => "loopback".to_owned(),
            Self::OutOfBounds(_) => "not-public".to_owned(),
        }
    }
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Unreachable => f.write_str("cannot be reached"),
            Self::Garbled => f.write_str("sent no DNS answer"),
            Self::ServerFailure => f.write_str("failed (SERVFAIL)"),
            Self::Declined(code) => write!(f, "refused to answer ({code})"),
            Self::Loopback => {
                f.write_str("gave a loopback address, which only this server can use")
            }
            Self::OutOfBounds(kind) => write!(f, "was not asked, because it is at {kind}"),
        }
    }
}

impl From<NetError> for NoAnswer {
    fn from(error: NetError) -> Self {
        match error {
            NetError::Timeout => Self::TimedOut,
            NetError::Io(_) => Self::Unreachable,
            _ => Self::Garbled,
        }
    }
}

/// Asks name servers. What it learns of them, and its sockets, are the thread's. Clones share a
/// limit.
#[derive(Clone, Debug, Default)]
pub(crate) struct DnsClient {
    limiter: Arc<QueryLimiter>,
}

impl DnsClient {
    /// The answer of `server`, which is one of success or of a name that does not exist.
    pub(crate) async fn ask(
        &self,
        server: SocketAddr,
        query: &Query,
        deadline: Instant,
    ) -> Result<Message, NoAnswer> {
        // Whoever asks keeps one or more of these, and is moved about with them.
        let answer = Box::pin(exchange(&self.limiter, server, query, deadline)).await;
        answer.map_err(NoAnswer::from).and_then(telling)
    }

    /// Whether the server left others waiting when it was asked last.
    pub(crate) fn is_slow(server: SocketAddr) -> bool {
        ThreadState::known_servers()
            .is_some_and(|known_servers| known_servers.is_late(server, Instant::now()))
    }

    /// Whether to ask a server although others will do. Of a slow one, once in a while.
    pub(crate) fn is_worth_a_question(server: SocketAddr) -> bool {
        ThreadState::known_servers()
            .is_none_or(|known_servers| known_servers.is_worth_a_question(server, Instant::now()))
    }

    /// Notes that others need not be kept waiting for this server.
    pub(crate) fn note_late(server: SocketAddr) {
        if let Some(known_servers) = ThreadState::known_servers() {
            known_servers.late(server, Instant::now());
        }
    }

    /// Whether it has answered none of several datagrams, and for some time.
    pub(crate) fn is_silent(server: SocketAddr) -> bool {
        ThreadState::known_servers()
            .is_some_and(|known_servers| known_servers.is_silent(server, Instant::now()))
    }

    /// What one of the `asked` says, unless all of them turn out to be silent.
    async fn unless_silent<T>(next: impl Future<Output = T>, asked: &[SocketAddr]) -> Option<T> {
        let mut next = pin!(next);
        loop {
            if let Ok(next) = timeout(GLANCE, next.as_mut()).await {
                return Some(next);
            }
            if asked.iter().all(|server| Self::is_silent(*server)) {
                return None;
            }
        }
    }

    /// The first answer that any of `servers` gives.
    pub(crate) async fn ask_any(
        &self,
        servers: &[SocketAddr],
        query: &Query,
        deadline: Instant,
    ) -> Result<Message, NoAnswer> {
        first_answer(servers, |server| self.ask(server, query, deadline)).await
    }

    /// Every address of `name`, or why there is none. `Ok` with no address: it has none.
    pub(crate) async fn addresses(
        &self,
        servers: &[SocketAddr],
        name: &Name,
        deadline: Instant,
    ) -> Result<BTreeSet<IpAddr>, NoAnswer> {
        let (v4, v6) = address_queries(name);
        let (v4, v6) = join(
            self.ask_any(servers, &v4, deadline),
            self.ask_any(servers, &v6, deadline),
        )
        .await;
        addresses_in(v4.as_ref(), v6.as_ref())
    }

    /// The same for who wants to connect to one of them: once there are IPv4 addresses, IPv6 is
    /// waited for shortly.
    pub(crate) async fn addresses_to_connect(
        &self,
        servers: &[SocketAddr],
        name: &Name,
        deadline: Instant,
    ) -> Result<BTreeSet<IpAddr>, NoAnswer> {
        let (v4, v6) = address_queries(name);
        let v4 = pin!(self.ask_any(servers, &v4, deadline));
        let v6 = pin!(self.ask_any(servers, &v6, deadline));
        let (v4, v6) = match select(v4, v6).await {
            Either::Right((v6, v4)) => (v4.await, v6),
            Either::Left((v4, v6)) => {
                let none = NoAnswer::TimedOut;
                let v6 = if addresses_in(v4.as_ref(), Err(&none)).is_ok() {
                    let soon = by(Instant::now() + IPV6_DELAY, v6).await;
                    soon.unwrap_or(Err(none))
                } else {
                    v6.await
                };
                (v4, v6)
            }
        };
        addresses_in(v4.as_ref(), v6.as_ref())
    }
}

/// For IPv4 and IPv6.
fn address_queries(name: &Name) -> (Query, Query) {
    let of = |kind| Query::recursive(name, kind);
    (of(RecordType::A), of(RecordType::AAAA))
}

/// What `future` results in, unless that time comes first, by the one timer for all questions.
pub(crate) async fn by<T>(time: Instant, future: impl Future<Output = T>) -> Option<T> {
    let thread = ThreadState::current()?;
    thread.clock.by(time, future).await
}

/// The first answer that any of `servers` gives, as `ask` brings it. The next one is asked when
/// those before it failed or are slow; those that were slow before are asked last.
pub(crate) async fn first_answer<T, F: Future<Output = Result<T, NoAnswer>>>(
    servers: &[SocketAddr],
    ask: impl Fn(SocketAddr) -> F,
) -> Result<T, NoAnswer> {
    match servers {
        [only] => ask(*only).await,
        _ => Box::pin(first_of_several(servers, &ask)).await,
    }
}

async fn first_of_several<T, F: Future<Output = Result<T, NoAnswer>>>(
    servers: &[SocketAddr],
    ask: &impl Fn(SocketAddr) -> F,
) -> Result<T, NoAnswer> {
    let (slow, quick): (Vec<_>, Vec<_>) = servers
        .iter()
        .copied()
        .partition(|server| DnsClient::is_slow(*server));
    let mut waiting = quick.into_iter().chain(slow).peekable();
    let mut asked: Vec<SocketAddr> = Vec::new();
    let mut pending = FuturesUnordered::new();
    let mut failure = NoAnswer::TimedOut;
    loop {
        // Somebody has said something: for those that are silent that is no reason to wait.
        while failure.is_lame()
            && let Some(server) = waiting.peek()
            && DnsClient::is_silent(*server)
            && !DnsClient::is_worth_a_question(*server)
        {
            waiting.next();
        }
        if let Some(server) = waiting.next() {
            asked.push(server);
            pending.push(async move { (server, ask(server).await) });
        } else if pending.is_empty() {
            return Err(failure);
        }
        let more = waiting.peek().is_some();
        while !pending.is_empty() {
            let next = if more {
                match timeout(PATIENCE, pending.next()).await {
                    Ok(next) => next,
                    Err(_) => break,
                }
            } else if failure.is_lame() {
                let Some(next) = DnsClient::unless_silent(pending.next(), &asked).await else {
                    return Err(failure);
                };
                next
            } else {
                pending.next().await
            };
            match next {
                Some((server, Ok(message))) => {
                    for before in asked.iter().take_while(|other| **other != server) {
                        DnsClient::note_late(*before);
                    }
                    return Ok(message);
                }
                Some((server, Err(error))) => {
                    asked.retain(|other| *other != server);
                    // What a server said tells more than that another was silent.
                    if failure == NoAnswer::TimedOut || error.is_lame() {
                        failure = error;
                    }
                    if more {
                        break;
                    }
                }
                None => break,
            }
        }
    }
}

/// The addresses of both kinds, or why there is none. One kind that could not be had is passed over
/// where the other has some.
pub(crate) fn addresses_in(
    v4: Result<&Message, &NoAnswer>,
    v6: Result<&Message, &NoAnswer>,
) -> Result<BTreeSet<IpAddr>, NoAnswer> {
    let collect = |message: &Message| -> BTreeSet<IpAddr> {
        let records = message.answers.iter();
        records.filter_map(|it| it.data.ip_addr()).collect()
    };
    match (v4, v6) {
        (Ok(v4), Ok(v6)) => Ok(&collect(v4) | &collect(v6)),
        (Ok(known), Err(error)) | (Err(error), Ok(known)) => {
            let known = collect(known);
            if known.is_empty() {
                Err(error.clone())
            } else {
                Ok(known)
            }
        }
        (Err(error), Err(_)) => Err(error.clone()),
    }
}

/// The message, if it says something about the name.
pub(crate) fn telling(message: Message) -> Result<Message, NoAnswer> {
    match message.metadata.response_code {
        ResponseCode::NoError | ResponseCode::NXDomain => Ok(message),
        ResponseCode::ServFail => Err(NoAnswer::ServerFailure),
        code => Err(NoAnswer::Declined(code)),
    }
}
