//! A question that waits for its answer.

use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use hickory_resolver::net::NetError;
use hickory_resolver::proto::op::{self, Message};

/// What came, and to which kind of datagram.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) message: Result<Message, NetError>,
    /// Asked with EDNS.
    pub(super) extended: bool,
}

/// Shared by the one who asks and by each datagram that was sent for it.
#[derive(Debug)]
pub(super) struct PendingQuery {
    pub(super) asked: op::Query,
    received: Mutex<Received>,
}

#[derive(Debug, Default)]
struct Received {
    answer: Option<Answer>,
    waker: Option<Waker>,
    is_over: bool,
}

impl PendingQuery {
    pub(super) fn new(asked: op::Query) -> Self {
        Self {
            asked,
            received: Mutex::default(),
        }
    }

    fn received(&self) -> MutexGuard<'_, Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next answer.
    pub(super) async fn answer(&self) -> Answer {
        poll_fn(|context| {
            let mut received = self.received();
            let answer = received.answer.take();
            if answer.is_none() {
                received.waker = Some(context.waker().clone());
            }
            answer.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// Whether an answer is there to be taken.
    pub(super) fn is_answered(&self) -> bool {
        self.received().answer.is_some()
    }

    /// Nobody waits any more.
    pub(super) fn end(&self) {
        let mut received = self.received();
        received.is_over = true;
        received.waker = None;
    }

    pub(super) fn is_over(&self) -> bool {
        self.received().is_over
    }

    /// Takes an answer; the first of two.
    pub(super) fn receive(&self, answer: Answer) {
        let mut received = self.received();
        if received.answer.is_none() && !received.is_over {
            received.answer = Some(answer);
            if let Some(waker) = received.waker.take() {
                drop(received);
                waker.wake();
            }
        }
    }
}
