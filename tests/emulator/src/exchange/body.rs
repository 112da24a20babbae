//! The bodies of responses, also of those that go wrong on the way.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

/// What is left of a slow body.
pub struct Drip {
    rest: Bytes,
    size: usize,
    pause: Duration,
    timer: Pin<Box<Sleep>>,
}

impl Drip {
    /// `bytes` in pieces of `size`, with `pause` between two.
    pub fn new(bytes: Bytes, size: usize, pause: Duration) -> Self {
        Self {
            rest: bytes,
            size,
            pause,
            timer: Box::pin(sleep(Duration::ZERO)),
        }
    }

    /// The next piece; none at the end.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        std::task::ready!(self.timer.as_mut().poll(context));
        self.timer.as_mut().reset(Instant::now() + self.pause);
        let size = self.size.min(self.rest.len());
        Poll::Ready(Some(self.rest.split_to(size)))
    }
}

/// A response body that can be cut, slow or endless.
pub enum ResponseBody {
    Whole(Bytes),
    Endless(Bytes),
    Drip(Drip),
    Cut(Bytes),
    /// Flushes what was sent before the connection breaks.
    Flushing,
    Broken,
    Done,
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let (next, frame) = match std::mem::replace(&mut *self, Self::Done) {
            Self::Whole(bytes) => (Self::Done, Some(Ok(bytes))),
            Self::Cut(bytes) => (Self::Flushing, Some(Ok(bytes))),
            Self::Flushing => {
                *self = Self::Broken;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Self::Endless(bytes) => (Self::Endless(bytes.clone()), Some(Ok(bytes))),
            Self::Drip(mut drip) => match drip.poll(context) {
                Poll::Ready(piece) => {
                    let next = piece.is_some().then_some(Self::Drip(drip));
                    (next.unwrap_or(Self::Done), piece.map(Ok))
                }
                Poll::Pending => {
                    *self = Self::Drip(drip);
                    return Poll::Pending;
                }
            },
            Self::Broken => (
                Self::Done,
                Some(Err(std::io::ErrorKind::ConnectionAborted.into())),
            ),
            Self::Done => (Self::Done, None),
        };
        *self = next;
        Poll::Ready(frame.map(|frame| frame.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Done => true,
            Self::Whole(bytes) => bytes.is_empty(),
            _ => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) | Self::Drip(Drip { rest: bytes, .. }) => {
                SizeHint::with_exact(u64::try_from(bytes.len()).unwrap_or(u64::MAX))
            }
            Self::Done => SizeHint::with_exact(0),
            _ => SizeHint::default(),
        }
    }
}
