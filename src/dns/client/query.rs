//! One question to one server, over UDP, and over TCP where the answer does not fit.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hickory_resolver::proto::op::{self, Edns, Message, ResponseCode};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

/// What a UDP answer may be without being cut up on its way (DNS flag day 2020).
const UDP_PAYLOAD: u16 = 1_232;
/// A datagram that got lost is sent again after this long, then after twice as long, and so on.
const RESEND_AFTER: Duration = Duration::from_millis(800);

/// Datagrams that were sent just now: more than a server's socket holds (some 270 by Linux's default) would be lost.
const MOST_FRESH: usize = 64;
/// A question that has no answer after this long no longer waits in the server's socket.
const FRESH: Duration = Duration::from_millis(50);

/// What is asked.
#[derive(Clone, Debug)]
pub(in crate::dns) struct Query {
    pub name: Name,
    pub kind: RecordType,
    /// Ask the server to find out; otherwise it says what it knows itself.
    pub recursion: bool,
    /// Ask for data even if its DNSSEC signatures are wrong.
    pub checking_disabled: bool,
}

impl Query {
    pub fn recursive(name: &Name, kind: RecordType) -> Self {
        Self {
            name: name.clone(),
            kind,
            recursion: true,
            checking_disabled: false,
        }
    }

    /// `extended`: with EDNS, which servers of old do not know.
    pub fn message(&self, extended: bool) -> Message {
        let mut message = Message::query();
        message.metadata.recursion_desired = self.recursion;
        message.metadata.checking_disabled = self.checking_disabled;
        message.add_query(op::Query::query(self.name.clone(), self.kind));
        if extended {
            let mut edns = Edns::new();
            edns.set_max_payload(UDP_PAYLOAD);
            message.set_edns(edns);
        }
        message
    }
}

/// Why there is no answer that says anything about the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dns) enum NoAnswer {
    /// Nothing came in time.
    TimedOut,
    /// It cannot be reached, or nothing listens there.
    Unreachable,
    /// What came was no DNS answer.
    Garbled,
    /// It failed to find out.
    ServerFailure,
    /// It answers, but not this question: `REFUSED`, `NOTAUTH` and the like.
    Declined(ResponseCode),
    /// It may not be asked.
    OutOfBounds(&'static str),
}

impl NoAnswer {
    /// The server is alive and said that it does not serve this name.
    pub fn is_lame(&self) -> bool {
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

/// Asks. Holds the number of sockets in use at a time, and of questions that a server has yet to read, within bounds.
#[derive(Debug)]
pub(in crate::dns) struct Client {
    sockets: Semaphore,
    fresh: Semaphore,
}

impl Client {
    pub fn new(sockets: usize) -> Self {
        Self {
            sockets: Semaphore::new(sockets),
            fresh: Semaphore::new(MOST_FRESH),
        }
    }

    /// The answer, which is one of success or of a name that does not exist.
    pub async fn ask(
        &self,
        server: SocketAddr,
        question: &Query,
        deadline: Instant,
    ) -> Result<Message, NoAnswer> {
        let work = async {
            let _permit = self.sockets.acquire().await;
            let answer = self.exchange(server, &question.message(true)).await?;
            match answer.metadata.response_code {
                ResponseCode::FormErr | ResponseCode::NotImp => {
                    self.exchange(server, &question.message(false)).await
                }
                _ => Ok(answer),
            }
        };
        let answer = timeout_at(deadline, work)
            .await
            .map_err(|_| NoAnswer::TimedOut)??;
        match answer.metadata.response_code {
            ResponseCode::NoError | ResponseCode::NXDomain => Ok(answer),
            ResponseCode::ServFail => Err(NoAnswer::ServerFailure),
            code => Err(NoAnswer::Declined(code)),
        }
    }

    async fn exchange(&self, server: SocketAddr, request: &Message) -> Result<Message, NoAnswer> {
        let answer = self.over_udp(server, request).await?;
        if answer.metadata.truncation {
            over_tcp(server, request).await
        } else {
            Ok(answer)
        }
    }

    async fn over_udp(&self, server: SocketAddr, request: &Message) -> Result<Message, NoAnswer> {
        let bytes = request.to_vec().map_err(|_| NoAnswer::Garbled)?;
        let local: SocketAddr = match server {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        // A fresh port for each question, and connected, so that only that server's answers come in (RFC 5452).
        let socket = UdpSocket::bind(local).await.map_err(unreachable)?;
        socket.connect(server).await.map_err(unreachable)?;
        let mut wait = RESEND_AFTER;
        let mut buffer = [0_u8; UDP_PAYLOAD as usize + 1];
        loop {
            let mut fresh = self.fresh.acquire().await.ok();
            socket.send(&bytes).await.map_err(unreachable)?;
            let sent = Instant::now();
            loop {
                let until = if fresh.is_some() { FRESH } else { wait };
                let left = until.saturating_sub(sent.elapsed());
                match timeout(left, socket.recv(&mut buffer)).await {
                    Ok(received) => {
                        let length = received.map_err(unreachable)?;
                        let bytes = buffer.get(..length);
                        if let Some(answer) = bytes.and_then(|bytes| matching(bytes, request)) {
                            return Ok(answer);
                        }
                    }
                    Err(_) if fresh.is_some() => fresh = None,
                    Err(_) => break,
                }
            }
            wait *= 2;
        }
    }
}

fn unreachable(_: io::Error) -> NoAnswer {
    NoAnswer::Unreachable
}

async fn over_tcp(server: SocketAddr, request: &Message) -> Result<Message, NoAnswer> {
    let bytes = request.to_vec().map_err(|_| NoAnswer::Garbled)?;
    let length = u16::try_from(bytes.len()).map_err(|_| NoAnswer::Garbled)?;
    let mut stream = TcpStream::connect(server).await.map_err(unreachable)?;
    let mut framed = length.to_be_bytes().to_vec();
    framed.extend_from_slice(&bytes);
    stream.write_all(&framed).await.map_err(unreachable)?;
    let length = stream.read_u16().await.map_err(unreachable)?;
    let mut answer = vec![0; usize::from(length)];
    stream.read_exact(&mut answer).await.map_err(unreachable)?;
    matching(&answer, request).ok_or(NoAnswer::Garbled)
}

/// The message, if it is the answer to `request`. A server that could not read the request may leave out the question.
pub(in crate::dns) fn matching(bytes: &[u8], request: &Message) -> Option<Message> {
    let answer = Message::from_vec(bytes).ok()?;
    let asked = answer.queries == request.queries
        || (answer.queries.is_empty() && answer.metadata.response_code != ResponseCode::NoError);
    (answer.metadata.id == request.metadata.id && asked).then_some(answer)
}
