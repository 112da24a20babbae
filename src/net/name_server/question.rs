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
pub(super) struct Question {
    pub(super) asked: op::Query,
    heard: Mutex<Heard>,
}

#[derive(Debug, Default)]
struct Heard {
    answer: Option<Answer>,
    waker: Option<Waker>,
    is_over: bool,
}

impl Question {
    pub(super) fn new(asked: op::Query) -> Self {
        Self {
            asked,
            heard: Mutex::default(),
        }
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next answer.
    pub(super) async fn answer(&self) -> Answer {
        poll_fn(|context| {
            let mut heard = self.heard();
            let answer = heard.answer.take();
            if answer.is_none() {
                heard.waker = Some(context.waker().clone());
            }
            answer.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// Whether an answer is there to be taken.
    pub(super) fn is_answered(&self) -> bool {
        self.heard().answer.is_some()
    }

    /// Nobody waits any more.
    pub(super) fn end(&self) {
        let mut heard = self.heard();
        heard.is_over = true;
        heard.waker = None;
    }

    pub(super) fn is_over(&self) -> bool {
        self.heard().is_over
    }

    /// Takes an answer; the first of two.
    pub(super) fn hear(&self, answer: Answer) {
        let mut heard = self.heard();
        if heard.answer.is_none() && !heard.is_over {
            heard.answer = Some(answer);
            if let Some(waker) = heard.waker.take() {
                drop(heard);
                waker.wake();
            }
        }
    }
}
