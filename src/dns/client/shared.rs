//! What resolvers say of names that many domains have in common (the zones that they are in, name
//! servers, `ipv4only.arpa`) is asked for once, and remembered for as long as it holds.
//!
//! No verdict depends on it. Of the domain itself everything is asked anew; of other names the
//! resolver, which remembers for as long, would say the same again. A failure is never passed on:
//! whoever waited for somebody else's question then asks for themselves. And all this is forgotten
//! with the prober, which each run and each person who wants to know makes anew.
//!
//! A question belongs to all who wait for it: whoever of them is polled drives it, and it goes on
//! until the last one has left.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either, Shared, WeakShared, select};
use hickory_resolver::proto::op::Message;
use tokio::time::Instant;

use super::memory::{Asked, Memory};
use crate::net::{NoAnswer, NumberMap, by};

/// How long somebody else's question is waited for alone: it may have been lost.
const PATIENCE: Duration = Duration::from_secs(1);

/// An answer that others have too.
pub(in crate::dns) type Answered = Result<Arc<Message>, NoAnswer>;

/// A question that is being asked.
type UnderWay = BoxFuture<'static, Answered>;

/// The answers that the checks of one prober share.
#[derive(Debug, Default)]
pub(in crate::dns) struct SharedAnswers {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    memory: Memory,
    under_way: NumberMap<Arc<Asked>, WeakShared<UnderWay>>,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What there is to do for an answer.
enum Way {
    Known(Arc<Message>),
    Wait(Shared<UnderWay>),
    Ask,
}

impl SharedAnswers {
    /// The answer that is known, or under way, or that `ask` brings.
    pub(super) async fn get<F>(&self, asked: Arc<Asked>, ask: impl FnOnce() -> F) -> Answered
    where
        F: Future<Output = Result<Message, NoAnswer>> + Send + 'static,
    {
        let way = {
            let mut state = lock(&self.state);
            if let Some(answer) = state.memory.recall(&asked, Instant::now()) {
                Way::Known(answer)
            } else {
                let under_way = state.under_way.get(&asked);
                let question = under_way.and_then(WeakShared::upgrade);
                question.map_or(Way::Ask, Way::Wait)
            }
        };
        match way {
            Way::Known(answer) => Ok(answer),
            // Large, and what is known already has no need of it.
            Way::Wait(theirs) => Box::pin(self.wait(theirs, asked, ask)).await,
            Way::Ask => self.ask_anew(asked, ask()).await,
        }
    }

    /// The answer to somebody else's question. Where that fails or takes long, the one that `ask`
    /// brings, whichever is first.
    async fn wait<F>(
        &self,
        mut theirs: Shared<UnderWay>,
        asked: Arc<Asked>,
        ask: impl FnOnce() -> F,
    ) -> Answered
    where
        F: Future<Output = Result<Message, NoAnswer>> + Send + 'static,
    {
        match by(Instant::now() + PATIENCE, &mut theirs).await {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(_)) => self.ask_anew(asked, ask()).await,
            None => match select(theirs, self.ask_anew(asked, ask())).await {
                Either::Left((Ok(answer), _)) => Ok(answer),
                Either::Left((Err(_), ours)) => ours.await,
                Either::Right((answer, _)) => answer,
            },
        }
    }

    /// The answer that `ask` brings. Others may wait for it, unless they wait for somebody else's
    /// already.
    pub(super) fn ask_anew(
        &self,
        asked: Arc<Asked>,
        ask: impl Future<Output = Result<Message, NoAnswer>> + Send + 'static,
    ) -> Shared<UnderWay> {
        let mut state = lock(&self.state);
        let is_first = !state.under_way.contains_key(&asked);
        let announced = is_first.then(|| Announced {
            state: Arc::clone(&self.state),
            asked: Arc::clone(&asked),
        });
        let (memory, place) = (Arc::clone(&self.state), Arc::clone(&asked));
        let question = async move {
            let _announced = announced;
            let answer = Arc::new(ask.await?);
            let kept = Arc::clone(&answer);
            lock(&memory).memory.keep(asked, kept, Instant::now());
            Ok(answer)
        };
        let question = question.boxed().shared();
        if is_first && let Some(weak) = question.downgrade() {
            state.under_way.insert(place, weak);
        }
        question
    }
}

/// A question that others know of, until it is over or the last of those who wait has left.
struct Announced {
    state: Arc<Mutex<State>>,
    asked: Arc<Asked>,
}

impl Drop for Announced {
    fn drop(&mut self) {
        let over = lock(&self.state).under_way.remove(&self.asked);
        drop(over);
    }
}

#[cfg(test)]
mod tests;
