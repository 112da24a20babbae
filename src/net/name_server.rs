//! The DNS client: asks one name server, or whichever of several answers first.
//!
//! hickory's UDP and TCP clients carry the questions: from a fresh port each, taking only that
//! server's answer to that question (RFC 5452), and once more where a datagram got lost. hickory's
//! `Resolver` and `NameServer` on top of them are not used, because they keep back what a check is
//! about: of an answer without addresses the CNAME chain and whether the server speaks for the zone
//! (AA), and of several servers which one answered. What this module adds is the deadline, a bound
//! on sockets, sockets that notice when nothing listens, and the meaning of response codes.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::future::{Either, join, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::{
    DnsUdpSocket, RuntimeProvider, TokioHandle, TokioRuntimeProvider, TokioTime,
};
use hickory_resolver::net::tcp::TcpClientStream;
use hickory_resolver::net::udp::UdpClientStream;
use hickory_resolver::net::xfer::{DnsMultiplexer, DnsRequestSender, FirstAnswer};
use hickory_resolver::proto::op::{self, DnsRequest, DnsRequestOptions, Message, ResponseCode};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::io::{Interest, ReadBuf};
use tokio::net::UdpSocket;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

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
}

impl NoAnswer {
    /// The server is alive and said that it does not serve this name.
    pub(crate) fn is_lame(&self) -> bool {
        matches!(self, Self::ServerFailure | Self::Declined(_))
    }
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Unreachable => f.write_str("cannot be reached"),
            Self::Garbled => f.write_str("sent something that is no DNS answer"),
            Self::ServerFailure => f.write_str("failed to find out (SERVFAIL)"),
            Self::Declined(code) => write!(f, "declined to answer ({code})"),
            Self::OutOfBounds(kind) => write!(f, "was not asked, for it is at {kind}"),
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
}

impl Default for DnsClient {
    fn default() -> Self {
        Self {
            questions: Semaphore::new(MOST_QUESTIONS),
            fresh: Semaphore::new(MOST_FRESH),
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
            let mut answer = pin!(exchange(server, query.request(true), left));
            let answer = if let Ok(answer) = timeout(FRESH, answer.as_mut()).await {
                answer?
            } else {
                drop(fresh);
                answer.await?
            };
            match answer.metadata.response_code {
                ResponseCode::FormErr | ResponseCode::NotImp => {
                    exchange(server, query.request(false), left).await
                }
                _ => Ok(answer),
            }
        };
        timeout_at(deadline, asked)
            .await
            .map_err(|_| NoAnswer::TimedOut)?
            .map_err(NoAnswer::from)
            .and_then(telling)
    }

    /// The first answer that any of `servers` gives. The next one is asked when those before it
    /// failed or are slow.
    pub(crate) async fn ask_any(
        &self,
        servers: &[SocketAddr],
        query: &Query,
        deadline: Instant,
    ) -> Result<Message, NoAnswer> {
        let mut waiting = servers.iter();
        let mut pending = FuturesUnordered::new();
        let mut failure = NoAnswer::TimedOut;
        loop {
            if let Some(server) = waiting.next() {
                pending.push(self.ask(*server, query, deadline));
            } else if pending.is_empty() {
                return Err(failure);
            }
            let more = !waiting.as_slice().is_empty();
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
                    Some(Ok(message)) => return Ok(message),
                    Some(Err(error)) => {
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
        let collect = |message: &Message| -> BTreeSet<IpAddr> {
            message
                .answers
                .iter()
                .filter_map(|record| record.data.ip_addr())
                .collect()
        };
        match (v4, v6) {
            (Ok(v4), Ok(v6)) => Ok(&collect(&v4) | &collect(&v6)),
            (Ok(known), Err(error)) | (Err(error), Ok(known)) => {
                let known = collect(&known);
                if known.is_empty() {
                    Err(error)
                } else {
                    Ok(known)
                }
            }
            (Err(error), Err(_)) => Err(error),
        }
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

/// Over UDP, and over TCP where the answer does not fit.
async fn exchange(
    server: SocketAddr,
    request: DnsRequest,
    left: Duration,
) -> Result<Message, NetError> {
    let mut udp = UdpClientStream::builder(server, ConnectedSockets)
        .with_timeout(Some(left))
        .with_max_retries(MOST_SENDS)
        .with_os_port_selection(true)
        .build();
    let answer = udp.send_message(request.clone()).first_answer().await?;
    if answer.metadata.truncation {
        // Seldom needed, and large.
        Box::pin(over_tcp(server, request, left)).await
    } else {
        Ok(answer.into_message())
    }
}

async fn over_tcp(
    server: SocketAddr,
    request: DnsRequest,
    left: Duration,
) -> Result<Message, NetError> {
    let asked = request.queries.clone();
    let (stream, sender) = TcpClientStream::new(server, None, Some(left), ConnectedSockets);
    let mut connection = DnsMultiplexer::new(stream.await?, sender).with_timeout(left);
    let answer = connection.send_message(request).first_answer();
    // Driven here, not by a task of its own, so that the connection ends with the question.
    let answer = match select(answer, connection.into_future()).await {
        Either::Left((answer, _)) => answer?.into_message(),
        Either::Right((_, answer)) => answer.await?.into_message(),
    };
    if answer.queries == asked {
        Ok(answer)
    } else {
        Err(NetError::Message("the answer is to another question"))
    }
}

/// hickory leaves its UDP sockets unconnected. Connected ones notice at once that nothing listens
/// at the other end, and the kernel drops what others send.
#[derive(Clone, Copy)]
struct ConnectedSockets;

type Opening<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

impl RuntimeProvider for ConnectedSockets {
    type Handle = TokioHandle;
    type Timer = TokioTime;
    type Udp = ConnectedSocket;
    type Tcp = <TokioRuntimeProvider as RuntimeProvider>::Tcp;

    fn create_handle(&self) -> TokioHandle {
        TokioHandle::default()
    }

    fn connect_tcp(
        &self,
        server: SocketAddr,
        local: Option<SocketAddr>,
        timeout: Option<Duration>,
    ) -> Opening<Self::Tcp> {
        TokioRuntimeProvider::new().connect_tcp(server, local, timeout)
    }

    fn bind_udp(&self, local: SocketAddr, server: SocketAddr) -> Opening<ConnectedSocket> {
        Box::pin(async move {
            let socket = UdpSocket::bind(local).await?;
            socket.connect(server).await?;
            Ok(ConnectedSocket { socket, server })
        })
    }
}

struct ConnectedSocket {
    socket: UdpSocket,
    server: SocketAddr,
}

impl DnsUdpSocket for ConnectedSocket {
    type Time = TokioTime;

    fn poll_recv_from(
        &self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<(usize, SocketAddr)>> {
        let mut buffer = ReadBuf::new(buffer);
        ready!(self.socket.poll_recv(context, &mut buffer))?;
        Poll::Ready(Ok((buffer.filled().len(), self.server)))
    }

    fn poll_send_to(
        &self,
        context: &mut Context<'_>,
        bytes: &[u8],
        _server: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        self.socket.poll_send(context, bytes)
    }

    // An error alone does not make a socket readable, so tokio must be asked for errors too. The
    // signature is what `async_trait` makes of an `async fn`.
    fn recv_from<'socket, 'buffer, 'future>(
        &'socket self,
        buffer: &'buffer mut [u8],
    ) -> Pin<Box<dyn Future<Output = io::Result<(usize, SocketAddr)>> + Send + 'future>>
    where
        'socket: 'future,
        'buffer: 'future,
        Self: 'future,
    {
        Box::pin(async move {
            loop {
                let ready = self
                    .socket
                    .ready(Interest::READABLE | Interest::ERROR)
                    .await?;
                match self.socket.try_recv(buffer) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    received => return received.map(|length| (length, self.server)),
                }
                if ready.is_error() {
                    let error = self.socket.take_error()?;
                    return Err(error.unwrap_or_else(|| io::ErrorKind::NotConnected.into()));
                }
            }
        })
    }
}
