//! `Closte\Lifecycle`.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::types::ZendHashTable;
use ext_php_rs::zend::BailoutGuard;
use ext_php_rs::{php_class, php_impl};

use super::client::Client;
use super::options::Options;
use super::record::{Reader, write};
use super::zend::arguments::{Array, Instance, Number};
use super::zend::callback::Callback;
use super::zend::failure::Failure;
use super::zend::value::type_name;
use super::{probes, settings};
use crate::api;
use crate::error::Error;
use crate::lifecycle::{
    self, Call, LONGEST_CHECK_INTERVAL, LifecycleOptions, Record, SHORTEST_CHECK_INTERVAL,
    Settings, State,
};
use crate::net;

/// Moves ledger records along. In a cell, for PHP code that a batch calls back may construct the
/// object anew.
#[php_class]
#[php(name = "Closte\\Lifecycle")]
pub struct Lifecycle(RefCell<Tools>);

/// What a lifecycle object owns.
struct Tools {
    client: api::Client,
    driver: Rc<lifecycle::Lifecycle>,
}

impl Tools {
    /// The client, and a driver that no other batch is using. One that has called back into PHP,
    /// was suspended with its fiber or was left to the parent by a fork may hold locks, and does
    /// not give them back before it goes on.
    fn free(&self) -> Result<(api::Client, Rc<lifecycle::Lifecycle>), Error> {
        let driver = if Rc::strong_count(&self.driver) == 1 {
            Rc::clone(&self.driver)
        } else {
            Rc::new(self.driver.afresh()?)
        };
        Ok((self.client.clone(), driver))
    }
}

#[php_impl]
impl Lifecycle {
    pub const CERTIFICATE_WARNING_DAYS: i64 = lifecycle::CERTIFICATE_WARNING_DAYS;

    pub fn __construct(client: Instance<Client>, options: Array) -> Result<Lifecycle, Failure> {
        let tools = read_options(client.get().api().clone(), options)?;
        Ok(Self(RefCell::new(tools)))
    }

    pub fn days_left(not_after: i64, now: i64) -> i64 {
        lifecycle::days_left(not_after, now)
    }

    pub fn unreadable_key(record: Array) -> Result<Option<String>, Failure> {
        let table = record.get().ok_or(Failure::Thrown)?;
        Ok(Reader::argument(table, 1)
            .read()
            .err()
            .map(|defect| defect.key))
    }

    pub fn advance(&self, record: Array, budget: Number) -> Result<ZBox<ZendHashTable>, Failure> {
        let table = record.get().ok_or(Failure::Thrown)?;
        let read = Reader::argument(table, 1).read()?;
        let budget = time(budget, 2)?;
        let (client, driver) = self.0.borrow().free()?;
        let record = net::block_on(driver.advance(&client, read, budget))?;
        let (next_call, state) = (driver.next_call(&record), driver.state(&record));
        drop((client, driver));
        let record = BailoutGuard::new(record);
        write(table, &record, next_call, state)
    }

    pub fn advance_all(
        &self,
        records: Array,
        progress: Callback,
        budget: Number,
    ) -> Result<ZBox<ZendHashTable>, Failure> {
        // The callback may change arrays that it shares with the caller; these stay as they are.
        // They are PHP's, so that PHP frees them where a fatal error jumps out of here.
        let mut originals = ZendHashTable::new();
        for entry in records.values() {
            originals.push(entry.shallow_clone())?;
        }
        let records = read_all(&originals)?;
        let mut batch = Batch::start(&self.0.borrow(), records, time(budget, 3)?)?;
        let records = loop {
            match batch.next()? {
                Event::Done(records) => break BailoutGuard::new(records),
                Event::Finished(..) if progress.is_none() => {}
                Event::Finished(index, record) => {
                    let (next_call, state) = self.what_follows(&record);
                    let record = BailoutGuard::new(record);
                    let array = write(original(&originals, index)?, &record, next_call, state)?;
                    drop(record);
                    progress.call(array)?;
                }
            }
        };
        drop(batch);
        let mut table = ZendHashTable::new();
        for (index, record) in records.iter().enumerate() {
            let (next_call, state) = self.what_follows(record);
            let array = write(original(&originals, index)?, record, next_call, state)?;
            table.push(array)?;
        }
        Ok(table)
    }
}

impl Lifecycle {
    fn what_follows(&self, record: &Record) -> (Option<Call>, State) {
        let driver = &self.0.borrow().driver;
        (driver.next_call(record), driver.state(record))
    }
}

fn read_options(client: api::Client, options: Array) -> Result<Tools, Error> {
    let options = Options::new(
        "Closte\\Lifecycle",
        options.get(),
        &[
            "targets",
            "check_interval",
            "resolvers",
            "authoritative",
            "issuer",
            "ca_file",
            "http_port",
            "tls_port",
            "protect",
            "proof",
            "calls",
            "now",
            "follow",
        ],
    )?;
    let targets = options.required("targets", options.texts("targets")?)?;
    let interval = options
        .integer(
            "check_interval",
            SHORTEST_CHECK_INTERVAL..=LONGEST_CHECK_INTERVAL,
        )?
        .unwrap_or(LONGEST_CHECK_INTERVAL);
    let protected = options.texts("protect")?.unwrap_or_default();
    let driver = lifecycle::Lifecycle::new(LifecycleOptions {
        targets,
        settings: Settings::new(interval, protected),
        dns: probes::dns_options(&options)?,
        certificate: probes::certificate_options(&options, "tls_port")?,
        calls: options.boolean("calls")?.unwrap_or(true),
        now: options.integer("now", 1..=i64::MAX / 2)?,
        follow: options.boolean("follow")?.unwrap_or(true),
    })?;
    Ok(Tools {
        client,
        driver: Rc::new(driver),
    })
}

/// A budget in seconds, which is the argument at `position`. One that is spent already leaves no
/// time.
fn time(budget: Number, position: u32) -> Result<Option<Duration>, Failure> {
    match budget.0 {
        Some(seconds) if seconds.is_nan() => Err(Failure::ArgumentValue(
            position,
            "must be a number of seconds, NAN given".to_owned(),
        )),
        seconds => Ok(seconds
            .map(|seconds| Duration::from_secs_f64(seconds.clamp(0.0, *settings::SECONDS.end())))),
    }
}

fn original(originals: &ZendHashTable, index: usize) -> Result<&ZendHashTable, Failure> {
    i64::try_from(index)
        .ok()
        .and_then(|index| originals.get_index(index)?.array())
        .ok_or(Failure::Thrown)
}

fn read_all(originals: &ZendHashTable) -> Result<Vec<Record>, Failure> {
    originals
        .values()
        .enumerate()
        .map(|(index, entry)| match entry.array() {
            Some(table) => Ok(Reader::entry(table, 1, index).read()?),
            None => Err(Failure::ArgumentType(
                1,
                format!(
                    "must be a list of ledger records, [{index}] is of type {}",
                    type_name(entry)
                ),
            )),
        })
        .collect()
}

/// What a batch has come to.
enum Event {
    /// This record is finished.
    Finished(usize, Box<Record>),
    /// All are, in the order given.
    Done(Vec<Record>),
}

/// Records that are finished and that PHP has not heard of.
type Finished = Rc<RefCell<VecDeque<(usize, Box<Record>)>>>;

type Running = Pin<Box<dyn Future<Output = Vec<Record>>>>;

/// Records on their way. The runtime is left between two events, so that PHP code can run there:
/// it may call the API, throw, exit, or end in a fatal error that jumps out of here.
struct Batch {
    /// Where such a jump finds it all and drops it.
    work: BailoutGuard<Work>,
    process: u32,
}

struct Work {
    running: Running,
    finished: Finished,
    done: Option<Vec<Record>>,
}

impl Batch {
    fn start(tools: &Tools, records: Vec<Record>, budget: Option<Duration>) -> Result<Self, Error> {
        let finished = Finished::default();
        let queue = Rc::clone(&finished);
        let (client, driver) = tools.free()?;
        let running = Box::pin(async move {
            driver
                .advance_all(&client, records, budget, |index, record| {
                    queue
                        .borrow_mut()
                        .push_back((index, Box::new(record.clone())));
                })
                .await
        });
        Ok(Self {
            work: BailoutGuard::new(Work {
                running,
                finished,
                done: None,
            }),
            process: std::process::id(),
        })
    }

    /// Waits for the next event. After [`Event::Done`] there is none.
    fn next(&mut self) -> Result<Event, Failure> {
        self.check_process()?;
        let work = self.work.get_mut();
        loop {
            if let Some((index, record)) = work.finished.borrow_mut().pop_front() {
                return Ok(Event::Finished(index, record));
            }
            if let Some(records) = work.done.take() {
                return Ok(Event::Done(records));
            }
            let (running, finished) = (&mut work.running, &work.finished);
            work.done = net::block_on(poll_fn(|context| match running.as_mut().poll(context) {
                Poll::Ready(records) => Poll::Ready(Some(records)),
                Poll::Pending if finished.borrow().is_empty() => Poll::Pending,
                Poll::Pending => Poll::Ready(None),
            }))?;
        }
    }

    /// A batch cannot go on in a child that the callback forked: its connections are the parent's.
    fn check_process(&mut self) -> Result<(), Failure> {
        if self.process == std::process::id() {
            return Ok(());
        }
        let nothing: Running = Box::pin(std::future::pending());
        std::mem::forget(std::mem::replace(&mut self.work.get_mut().running, nothing));
        Err(Error::config(
            "forked",
            "The process was forked while Closte\\Lifecycle::advanceAll() was running; it goes on \
             in the parent only.",
        )
        .into())
    }
}
