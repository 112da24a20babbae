//! The body of a request, which tells when it is taken to be sent.
//!
//! What a call is about stands in its body. As long as nobody has taken that, the server cannot
//! have done anything: the request may have waited for a free stream or for a connection that
//! closed.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::connector::Track;

/// A body in one piece.
pub(super) struct TrackedBody {
    rest: Option<Bytes>,
    track: Arc<Track>,
}

impl TrackedBody {
    pub(super) fn new(text: String, track: &Arc<Track>) -> Self {
        let bytes = Bytes::from(text);
        Self {
            rest: Some(bytes).filter(|bytes| !bytes.is_empty()),
            track: Arc::clone(track),
        }
    }
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.track.body_is_taken();
        Poll::Ready(self.rest.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.rest.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
    }
}
