//! What resolvers say of names that many domains have in common (the zones that they are in, name
//! servers, `ipv4only.arpa`) is asked for once, and remembered for as long as it holds.
//!
//! No verdict depends on it. Of the domain itself everything is asked anew; of other names the
//! resolver, which remembers for as long, would say the same again. A failure is never passed on:
//! whoever waited for somebody else's question then asks for themselves. And all this is forgotten
//! with the prober, which each run and each person who wants to know makes anew.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, select};
use hickory_resolver::proto::op::Message;
use tokio::sync::watch;
use tokio::time::Instant;

use super::memory::{Asked, Memory};
use crate::net::{NoAnswer, by};

/// How long somebody else's question is waited for alone: it may have been lost.
const PATIENCE: Duration = Duration::from_secs(1);

/// An answer that others have too.
pub(in crate::dns) type Answered = Result<Arc<Message>, NoAnswer>;

/// The answers that the checks of one prober share.
#[derive(Debug, Default)]
pub(in crate::dns) struct SharedAnswers {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    memory: Memory,
    under_way: HashMap<Asked, Awaited>,
}

/// The answer to a question that is under way.
type Awaited = watch::Receiver<Option<Arc<Message>>>;

/// `None`: the question was dropped.
async fn arrival(answer: &mut Awaited) -> Option<Arc<Message>> {
    answer.wait_for(Option::is_some).await.ok()?.clone()
}

/// What there is to do for an answer.
enum Way {
    Known(Arc<Message>),
    Wait(Awaited),
    Ask,
}

impl SharedAnswers {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer that is known, or under way, or that `ask` brings.
    pub(super) async fn get(
        &self,
        asked: Asked,
        ask: impl Future<Output = Result<Message, NoAnswer>>,
    ) -> Answered {
        let way = {
            let mut state = self.state();
            match state.memory.recall(&asked, Instant::now()) {
                Some(answer) => Way::Known(answer),
                None => state
                    .under_way
                    .get(&asked)
                    .map_or(Way::Ask, |answer| Way::Wait(answer.clone())),
            }
        };
        match way {
            Way::Known(answer) => return Ok(answer),
            Way::Wait(mut answer) => {
                let until = Instant::now() + PATIENCE;
                match by(until, arrival(&mut answer)).await {
                    Some(Some(answer)) => return Ok(answer),
                    // It was dropped.
                    Some(None) => {}
                    None => return Box::pin(self.renew_beside(answer, asked, ask)).await,
                }
            }
            Way::Ask => {}
        }
        // What is known already has no need of it.
        Box::pin(self.renew(asked, ask)).await
    }

    /// The answer that `ask` brings, or the one that others wait for still, whichever is first.
    async fn renew_beside(
        &self,
        mut answer: Awaited,
        asked: Asked,
        ask: impl Future<Output = Result<Message, NoAnswer>>,
    ) -> Answered {
        let (theirs, ours) = (pin!(arrival(&mut answer)), pin!(self.renew(asked, ask)));
        match select(theirs, ours).await {
            Either::Left((Some(answer), _)) => Ok(answer),
            Either::Left((None, ours)) => ours.await,
            Either::Right((answer, _)) => answer,
        }
    }

    /// The answer that `ask` brings, which others may have too.
    pub(super) async fn renew(
        &self,
        asked: Asked,
        ask: impl Future<Output = Result<Message, NoAnswer>>,
    ) -> Answered {
        let under_way = self.announce(&asked);
        let answer = Arc::new(ask.await?);
        let now = Instant::now();
        self.state().memory.keep(asked, Arc::clone(&answer), now);
        if let Some(under_way) = &under_way {
            under_way.sender.send_replace(Some(Arc::clone(&answer)));
        }
        Ok(answer)
    }

    /// Lets others wait for the answer, unless they wait for somebody else's already.
    fn announce(&self, asked: &Asked) -> Option<UnderWay<'_>> {
        let mut state = self.state();
        if state.under_way.contains_key(asked) {
            return None;
        }
        let (sender, receiver) = watch::channel(None);
        state.under_way.insert(asked.clone(), receiver);
        Some(UnderWay {
            shared: self,
            asked: asked.clone(),
            sender,
        })
    }
}

/// A question under way. Those who wait learn also where it was dropped.
struct UnderWay<'a> {
    shared: &'a SharedAnswers,
    asked: Asked,
    sender: watch::Sender<Option<Arc<Message>>>,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.shared.state().under_way.remove(&self.asked);
    }
}

#[cfg(test)]
mod tests;
