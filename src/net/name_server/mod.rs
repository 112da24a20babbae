//! The DNS client: asks one name server, or whichever of several answers first.
//!
//! hickory's UDP and TCP clients carry the questions: from a fresh port each, taking only that
//! server's answer to that question (RFC 5452), and once more where a datagram got lost. hickory's
//! `Resolver` and `NameServer` on top of them are not used, because they keep back what a check is
//! about: of an answer without addresses the CNAME chain and whether the server speaks for the zone
//! (AA), and of several servers which one answered. What this module adds is the deadline, a bound
//! on sockets, sockets that notice when nothing listens, and the meaning of response codes.

mod exchange;
mod manners;

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, join, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use hickory_resolver::net::NetError;
use hickory_resolver::proto::op::{self, DnsRequest, DnsRequestOptions, Message, ResponseCode};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

use self::exchange::exchange;
use self::manners::Manners;

/// A lost datagram is sent again after this time.
const RESEND_AFTER: Duration = Duration::from_millis(800);
/// How often a question is sent, and so how many sockets it may have.
const MOST_SENDS: u8 = 2;
/// Queries that one client has in progress.
const MOST_QUESTIONS: usize = 256;
/// Questions of these that were sent just now: more than a server's socket holds (some 270 by
/// Linux's default) would be lost.
const MOST_FRESH: usize = 64;
/// A question that has no answer after this long no longer waits in the server's socket.
const FRESH: Duration = Duration::from_millis(50);
/// The response code of a server that knows another version of EDNS (RFC 6891).
const BADVERS: u16 = 16;
/// After this time without an answer, the next server is asked too.
const PATIENCE: Duration = Duration::from_millis(300);

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) name: Name,
    pub(crate) kind: RecordType,
    /// Ask for recursion; otherwise the server answers from its own data.
    pub(crate) recursion: bool,
    /// Ask for data even if its DNSSEC signatures are wrong.
    pub(crate) checking_disabled: bool,
}

impl Query {
    pub(crate) fn recursive(name: &Name, kind: RecordType) -> Self {
        Self {
            name: name.clone(),
            kind,
            recursion: true,
            checking_disabled: false,
        }
    }

    /// `extended`: with EDNS, which old servers do not support.
    fn request(&self, extended: bool) -> DnsRequest {
        let mut options = DnsRequestOptions::default();
        options.recursion_desired = self.recursion;
        options.use_edns = extended;
        options.retry_interval = RESEND_AFTER;
        let query = op::Query::query(self.name.clone(), self.kind);
        let mut request = DnsRequest::from_query(query, options);
        request.metadata.checking_disabled = self.checking_disabled;
        request
    }
}

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

/// Asks name servers. Holds no socket between two questions.
#[derive(Debug)]
pub(crate) struct DnsClient {
    questions: Semaphore,
    fresh: Semaphore,
    manners: Manners,
}

impl Default for DnsClient {
    fn default() -> Self {
        Self {
            questions: Semaphore::new(MOST_QUESTIONS),
            fresh: Semaphore::new(MOST_FRESH),
            manners: Manners::default(),
        }
    }
}

impl DnsClient {
    /// The answer of `server`, which is one of success or of a name that does not exist.
    pub(crate) async fn ask(
        &self,
        server: SocketAddr,
        query: &Query,
        deadline: Instant,
    ) -> Result<Message, NoAnswer> {
        let asked = async {
            let _permit = self.questions.acquire().await;
            let fresh = self.fresh.acquire().await;
            let left = deadline.saturating_duration_since(Instant::now());
            let mut answer = pin!(self.exchange(server, query, left));
            if let Ok(answer) = timeout(FRESH, answer.as_mut()).await {
                answer
            } else {
                drop(fresh);
                answer.await
            }
        };
        let answer = timeout_at(deadline, asked)
            .await
            .map_err(|_| NoAnswer::TimedOut)?;
        if answer.is_ok() {
            self.manners.answered(server);
        }
        answer.map_err(NoAnswer::from).and_then(telling)
    }

    /// Asks with EDNS, and without where the server cannot do with it: it says so, sends what is no
    /// DNS answer, or drops the question.
    async fn exchange(
        &self,
        server: SocketAddr,
        query: &Query,
        left: Duration,
    ) -> Result<Message, NetError> {
        let plainly = |sends| exchange(server, query.request(false), left, sends);
        if self.manners.is_plain(server) {
            return plainly(MOST_SENDS).await;
        }
        let mut extended = pin!(exchange(server, query.request(true), left, 1));
        let refused = match timeout(RESEND_AFTER, extended.as_mut()).await {
            Ok(Ok(answer)) if refuses_edns(&answer) => Ok(answer),
            Ok(Err(error)) if !matches!(error, NetError::Timeout | NetError::Io(_)) => Err(error),
            Ok(answer) => return answer,
            // A lost datagram looks the same as a dropped one.
            Err(_) => {
                return match select(extended, pin!(plainly(1))).await {
                    Either::Left((Ok(answer), _)) => Ok(answer),
                    Either::Left((Err(_), plain)) => plain.await,
                    Either::Right((Ok(answer), _)) => {
                        self.manners.prefers_plain(server);
                        Ok(answer)
                    }
                    Either::Right((Err(_), extended)) => extended.await,
                };
            }
        };
        match plainly(MOST_SENDS).await {
            Ok(answer) => {
                if telling(answer.clone()).is_ok() {
                    self.manners.prefers_plain(server);
                }
                Ok(answer)
            }
            Err(_) => refused,
        }
    }

    /// Whether the server left others waiting when it was asked last.
    pub(crate) fn is_slow(&self, server: SocketAddr) -> bool {
        self.manners.is_slow(server)
    }

    /// Notes that others need not be kept waiting for this server.
    pub(crate) fn is_late(&self, server: SocketAddr) {
        self.manners.late(server);
    }

    /// The first answer that any of `servers` gives. The next one is asked when those before it
    /// failed or are slow; those that were slow before are asked last.
    pub(crate) async fn ask_any(
        &self,
        servers: &[SocketAddr],
        query: &Query,
        deadline: Instant,
    ) -> Result<Message, NoAnswer> {
        let (slow, quick): (Vec<_>, Vec<_>) = servers
            .iter()
            .copied()
            .partition(|server| self.manners.is_slow(*server));
        let mut waiting = quick.into_iter().chain(slow).peekable();
        let mut asked: Vec<SocketAddr> = Vec::new();
        let mut pending = FuturesUnordered::new();
        let mut failure = NoAnswer::TimedOut;
        loop {
            if let Some(server) = waiting.next() {
                asked.push(server);
                pending.push(async move { (server, self.ask(server, query, deadline).await) });
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
                } else {
                    pending.next().await
                };
                match next {
                    Some((server, Ok(message))) => {
                        for before in asked.iter().take_while(|other| **other != server) {
                            self.manners.late(*before);
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

    /// Every address of `name`, or why there is none. `Ok` with no address: it has none.
    pub(crate) async fn addresses(
        &self,
        servers: &[SocketAddr],
        name: &Name,
        deadline: Instant,
    ) -> Result<BTreeSet<IpAddr>, NoAnswer> {
        let (v4, v6) = (
            Query::recursive(name, RecordType::A),
            Query::recursive(name, RecordType::AAAA),
        );
        let (v4, v6) = join(
            self.ask_any(servers, &v4, deadline),
            self.ask_any(servers, &v6, deadline),
        )
        .await;
        addresses_in(v4.as_ref(), v6.as_ref())
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

/// An answer of a server that does not know EDNS. One that does puts its own into a failure.
fn refuses_edns(answer: &Message) -> bool {
    match answer.metadata.response_code {
        ResponseCode::FormErr | ResponseCode::NotImp => true,
        ResponseCode::ServFail => answer.edns.is_none(),
        code => u16::from(code) == BADVERS,
    }
}
