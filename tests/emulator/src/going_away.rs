//! Ends HTTP/2 connections as nginx does after `keepalive_requests`: a GOAWAY names the stream of
//! a request as the last one that is processed. What comes on later ones, which are under way
//! already, is dropped. (hyper's own way to end a connection leaves a round trip for those.)

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Length (3 bytes), type, flags, stream (RFC 9113, section 4.1).
const HEAD: usize = 9;
const HEADERS: u8 = 1;
const GOAWAY: u8 = 7;
/// More than this is not kept for a client that does not read.
const MOST_PENDING: usize = 1 << 18;

/// What the connection speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Speaks {
    /// What has come so far may be the beginning of HTTP/2.
    Unknown,
    Http1,
    Http2,
}

/// A stream between client and server that ends when `is_last` says so of a new request.
pub struct GoingAway<S, F> {
    inner: S,
    is_last: F,
    speaks: Speaks,
    /// From the client, not yet a whole frame.
    raw: Vec<u8>,
    /// From the client, for the server.
    sorted: Vec<u8>,
    /// The last stream that is processed.
    last: Option<u32>,
    /// A GOAWAY that waits for the end of a frame.
    goaway: Option<Vec<u8>>,
    /// For the client.
    pending: Vec<u8>,
    /// The head of the frame that the server is writing, as far as it has come.
    head: Vec<u8>,
    /// What is left of that frame after its head.
    left: usize,
    /// The server has written a frame: its settings, which must be the first.
    has_begun: bool,
}

impl<S, F: FnMut() -> bool> GoingAway<S, F> {
    pub fn new(inner: S, is_last: F) -> Self {
        Self {
            inner,
            is_last,
            speaks: Speaks::Unknown,
            raw: Vec::new(),
            sorted: Vec::new(),
            last: None,
            goaway: None,
            pending: Vec::new(),
            head: Vec::new(),
            left: 0,
            has_begun: false,
        }
    }

    /// Sorts what has come from the client: for the server, or to be dropped.
    fn sort(&mut self) {
        if self.speaks == Speaks::Unknown {
            if self.raw.starts_with(PREFACE) {
                self.speaks = Speaks::Http2;
                self.sorted.extend(self.raw.drain(..PREFACE.len()));
            } else if !PREFACE.starts_with(&self.raw) {
                self.speaks = Speaks::Http1;
            }
        }
        if self.speaks == Speaks::Http1 {
            self.sorted.append(&mut self.raw);
        }
        while self.speaks == Speaks::Http2
            && let Some((kind, stream, length)) = read_head(&self.raw)
            && self.raw.len() >= HEAD + length
        {
            if kind == HEADERS && self.last.is_none() && (self.is_last)() {
                self.last = Some(stream);
                self.goaway = Some(goaway(stream));
                self.say_goodbye();
            }
            let frame = self.raw.drain(..HEAD + length);
            if self.last.is_none_or(|last| stream <= last) {
                self.sorted.extend(frame);
            }
        }
    }

    /// Follows what the server writes, to know where its frames end.
    fn follow(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let wanted = if self.left > 0 {
                self.left
            } else {
                HEAD - self.head.len()
            };
            let (now, rest) = bytes.split_at(wanted.min(bytes.len()));
            self.pending.extend_from_slice(now);
            bytes = rest;
            if self.left > 0 {
                self.left -= now.len();
            } else {
                self.head.extend_from_slice(now);
                let Some((_, _, length)) = read_head(&self.head) else {
                    return;
                };
                self.head.clear();
                self.left = length;
                self.has_begun = true;
            }
            self.say_goodbye();
        }
    }

    /// Sends the GOAWAY, if there is one and no frame is being written.
    fn say_goodbye(&mut self) {
        if self.has_begun
            && self.left == 0
            && self.head.is_empty()
            && let Some(goaway) = self.goaway.take()
        {
            self.pending.extend(goaway);
        }
    }
}

impl<S: AsyncWrite + Unpin, F> GoingAway<S, F> {
    /// Writes what is pending.
    fn drain(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.pending.is_empty() {
            let written = ready!(Pin::new(&mut self.inner).poll_write(context, &self.pending))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.pending.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

/// Type, stream and length of a frame.
fn read_head(bytes: &[u8]) -> Option<(u8, u32, usize)> {
    let [a, b, c, kind, _, stream @ ..] = *bytes.first_chunk::<HEAD>()?;
    let length = u32::from_be_bytes([0, a, b, c]);
    let stream = u32::from_be_bytes(stream) & (u32::MAX >> 1);
    Some((kind, stream, usize::try_from(length).unwrap_or(usize::MAX)))
}

/// A GOAWAY frame with `NO_ERROR`.
fn goaway(last: u32) -> Vec<u8> {
    let mut frame = vec![0, 0, 8, GOAWAY, 0, 0, 0, 0, 0];
    frame.extend(last.to_be_bytes());
    frame.extend([0; 4]);
    frame
}

impl<S, F> AsyncRead for GoingAway<S, F>
where
    S: AsyncRead + AsyncWrite + Unpin,
    F: FnMut() -> bool + Unpin,
{
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.sorted.is_empty() {
            let mut bytes = [0; 1 << 14];
            let mut read = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut this.inner).poll_read(context, &mut read))?;
            if read.filled().is_empty() {
                this.sorted.append(&mut this.raw);
                break;
            }
            this.raw.extend_from_slice(read.filled());
            this.sort();
            // What is left is written with the next response.
            let _ = this.drain(context)?;
        }
        let size = this.sorted.len().min(buffer.remaining());
        let (now, _) = this.sorted.split_at(size);
        buffer.put_slice(now);
        this.sorted.drain(..size);
        Poll::Ready(Ok(()))
    }
}

impl<S, F> AsyncWrite for GoingAway<S, F>
where
    S: AsyncWrite + Unpin,
    F: FnMut() -> bool + Unpin,
{
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.speaks != Speaks::Http2 {
            return Pin::new(&mut this.inner).poll_write(context, bytes);
        }
        if this.pending.len() > MOST_PENDING {
            ready!(this.drain(context))?;
        }
        this.follow(bytes);
        let _ = this.drain(context)?;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.drain(context))?;
        Pin::new(&mut this.inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.drain(context))?;
        Pin::new(&mut this.inner).poll_shutdown(context)
    }
}
