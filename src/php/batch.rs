//! A batch of records on its way, seen from PHP.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use ext_php_rs::zend::BailoutGuard;
use tokio::time::{Instant, timeout_at};

use super::zend::failure::Failure;
use crate::api;
use crate::error::Error;
use crate::lifecycle::{Lifecycle, Record, Source};
use crate::net;

/// How often [`Event::Tick`] comes.
const TICK: Duration = Duration::from_secs(1);

/// What a batch has come to.
pub enum Event {
    /// This record is finished.
    Finished(usize, Box<Record>),
    /// There is room for so many further records: [`Batch::feed`] it.
    Hungry(usize),
    /// A second has passed, whether or not anything else has happened: [`Batch::with_ticks`].
    Tick,
    /// All are, in the order given; none of those that were fed.
    Done(Vec<Record>),
}

/// What goes between PHP and the batch.
#[derive(Default)]
struct Exchange {
    /// Records that are finished and that PHP has not heard of.
    finished: VecDeque<(usize, Box<Record>)>,
    /// Records that the batch has not taken over.
    fed: Vec<(usize, Record)>,
    /// How many more it has room for.
    room: usize,
    /// How many it has been fed.
    given: usize,
    is_empty: bool,
}

impl Exchange {
    fn take(&mut self, room: usize) -> Source {
        if !self.fed.is_empty() {
            return Source::Rows(std::mem::take(&mut self.fed));
        }
        if self.is_empty {
            return Source::Empty;
        }
        self.room = room;
        Source::Later
    }

    fn event(&mut self) -> Option<Event> {
        if let Some((index, record)) = self.finished.pop_front() {
            return Some(Event::Finished(index, record));
        }
        let room = std::mem::take(&mut self.room);
        (room > 0).then_some(Event::Hungry(room))
    }
}

type Running = Pin<Box<dyn Future<Output = Vec<Record>>>>;

/// Records on their way. The runtime is left between two events, so that PHP code can run there:
/// it may call the API, throw, exit, or end in a fatal error that jumps out of here.
pub struct Batch {
    /// Where such a jump finds it all and drops it.
    work: BailoutGuard<Work>,
    has_ticks: bool,
    /// None after a tick: PHP may take long over one, and the next comes a second after that.
    next_tick: Option<Instant>,
}

struct Work {
    running: Running,
    exchange: Rc<RefCell<Exchange>>,
    done: Option<Vec<Record>>,
    process: u32,
}

/// A child that PHP forked in between closes none of the connections: they are the parent's, and
/// would no longer be watched there (`epoll(7)`, questions and answers, 6).
impl Drop for Work {
    fn drop(&mut self) {
        if self.process != std::process::id() {
            let nothing: Running = Box::pin(std::future::pending());
            std::mem::forget(std::mem::replace(&mut self.running, nothing));
        }
    }
}

impl Batch {
    /// Of these records.
    pub fn of_list(
        client: api::Client,
        driver: Rc<Lifecycle>,
        records: Vec<Record>,
        budget: Option<Duration>,
    ) -> Self {
        Self::start(|exchange| {
            Box::pin(async move {
                driver
                    .advance_all(&client, records, budget, |index, record| {
                        let record = Box::new(record.clone());
                        exchange.borrow_mut().finished.push_back((index, record));
                    })
                    .await
            })
        })
    }

    /// Of those that it will be fed.
    pub fn of_source(client: api::Client, driver: Rc<Lifecycle>, budget: Option<Duration>) -> Self {
        Self::start(|exchange| {
            let source = Rc::clone(&exchange);
            Box::pin(async move {
                let source = |room| source.borrow_mut().take(room);
                let finished = |index, record| {
                    let record = Box::new(record);
                    exchange.borrow_mut().finished.push_back((index, record));
                };
                driver.advance_each(&client, budget, source, finished).await;
                Vec::new()
            })
        })
    }

    fn start(run: impl FnOnce(Rc<RefCell<Exchange>>) -> Running) -> Self {
        let exchange = Rc::default();
        Self {
            work: BailoutGuard::new(Work {
                running: run(Rc::clone(&exchange)),
                exchange,
                done: None,
                process: std::process::id(),
            }),
            has_ticks: false,
            next_tick: None,
        }
    }

    /// The same with a tick each second.
    pub fn with_ticks(mut self, are_wanted: bool) -> Self {
        self.has_ticks = are_wanted;
        self
    }

    /// Further records; none means that there are no more.
    pub fn feed(&mut self, records: Vec<Record>) {
        let mut exchange = self.work.get_mut().exchange.borrow_mut();
        exchange.is_empty = records.is_empty();
        for record in records {
            let index = exchange.given;
            exchange.fed.push((index, record));
            exchange.given += 1;
        }
    }

    /// Waits for the next event. After [`Event::Done`] there is none.
    pub fn next(&mut self) -> Result<Event, Failure> {
        self.check_process()?;
        let work = self.work.get_mut();
        loop {
            if self.has_ticks {
                let now = Instant::now();
                if *self.next_tick.get_or_insert(now + TICK) <= now {
                    self.next_tick = None;
                    return Ok(Event::Tick);
                }
            }
            if let Some(event) = work.exchange.borrow_mut().event() {
                return Ok(event);
            }
            if let Some(records) = work.done.take() {
                return Ok(Event::Done(records));
            }
            let (running, exchange) = (&mut work.running, &work.exchange);
            let event = poll_fn(|context| match running.as_mut().poll(context) {
                Poll::Ready(records) => Poll::Ready(Some(records)),
                Poll::Pending => {
                    let exchange = exchange.borrow();
                    if exchange.finished.is_empty() && exchange.room == 0 {
                        Poll::Pending
                    } else {
                        Poll::Ready(None)
                    }
                }
            });
            let tick = self.next_tick;
            work.done = net::block_on(async {
                match tick {
                    Some(tick) => timeout_at(tick, event).await.ok().flatten(),
                    None => event.await,
                }
            })?;
        }
    }

    /// A batch cannot go on in a child that the callback forked: its connections are the parent's.
    fn check_process(&mut self) -> Result<(), Failure> {
        if self.work.get_mut().process == std::process::id() {
            return Ok(());
        }
        Err(Error::config(
            "forked",
            "The process was forked while a batch of Closte\\Lifecycle was running; it goes on in \
             the parent only.",
        )
        .into())
    }
}
