//! `Closte\Lifecycle`.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::BailoutGuard;
use ext_php_rs::{php_class, php_impl};

use super::batch::{Batch, Event};
use super::client::Client;
use super::options::Options;
use super::record::{Reader, write};
use super::zend::arguments::{Array, Instance, Number};
use super::zend::callback::{Callable, Callback};
use super::zend::failure::Failure;
use super::zend::value::type_name;
use super::{probes, settings};
use crate::api;
use crate::error::Error;
use crate::lifecycle::{
    self, Call, LONGEST_CHECK_INTERVAL, LifecycleOptions, Pace, Record, SHORTEST_CHECK_INTERVAL,
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
    pub const CERTIFICATE_USUAL_WAIT: i64 = lifecycle::CERTIFICATE_USUAL_WAIT;
    pub const CERTIFICATE_WARNING_DAYS: i64 = lifecycle::CERTIFICATE_WARNING_DAYS;
    pub const LONGEST_WAIT: i64 = lifecycle::LONGEST_WAIT;

    pub fn __construct(client: Instance<Client>, options: Array) -> Result<Lifecycle, Failure> {
        let tools = read_options(client.get().api().clone(), options)?;
        Ok(Self(RefCell::new(tools)))
    }

    pub fn days_left(not_after: i64, now: i64) -> i64 {
        lifecycle::days_left(not_after, now)
    }

    pub fn page_seconds(pace: Array, now: i64) -> f64 {
        read_pace(pace).page_seconds(now)
    }

    pub fn note_pace(pace: Array, seconds: f64, now: i64) -> Result<ZBox<ZendHashTable>, Failure> {
        let Some(next) = read_pace(pace).after(seconds, now) else {
            return Ok(pace
                .get()
                .map_or_else(ZendHashTable::new, ToOwned::to_owned));
        };
        let mut table = ZendHashTable::new();
        table.insert("slowest", next.slowest)?;
        table.insert("at", next.at)?;
        Ok(table)
    }

    pub fn unreadable_key(record: Array) -> Result<Option<String>, Failure> {
        let table = record.get().ok_or(Failure::Thrown)?;
        Ok(Reader::argument(table, 1)
            .check()
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

    pub fn advance_each(
        &self,
        source: Callable,
        progress: Callable,
        budget: Number,
        tick: Callback,
    ) -> Result<i64, Failure> {
        // Of what is on its way alone, for the rest may be any number. They are PHP's, as below.
        let mut originals = ZendHashTable::new();
        let (client, driver) = self.0.borrow().free()?;
        let mut batch = Batch::of_source(client, driver, time(budget, 3)?);
        batch = batch.with_ticks(!tick.is_none());
        let (mut given, mut finished) = (0_usize, 0_i64);
        loop {
            match batch.next()? {
                Event::Done(_) => return Ok(finished),
                Event::Finished(index, record) => {
                    let (next_call, state) = self.what_follows(&record);
                    let record = BailoutGuard::new(record);
                    let array = write(original(&originals, index)?, &record, next_call, state)?;
                    drop(record);
                    originals.remove_index(place(index)?);
                    finished += 1;
                    progress.call(array)?;
                }
                Event::Tick => tick.call_bare()?,
                Event::Hungry(room) => {
                    let more = source.ask(i64::try_from(room).unwrap_or(i64::MAX))?;
                    let rows = more.array().ok_or_else(|| {
                        Failure::ArgumentType(
                            1,
                            format!(
                                "must return a list of ledger records, it returned {}",
                                type_name(&more)
                            ),
                        )
                    })?;
                    for entry in rows.values() {
                        originals.insert_at_index(place(given)?, entry.shallow_clone())?;
                        given += 1;
                    }
                    batch.feed(read_all(rows)?);
                }
            }
        }
    }

    pub fn advance_all(
        &self,
        records: Array,
        progress: Callback,
        budget: Number,
        tick: Callback,
    ) -> Result<ZBox<ZendHashTable>, Failure> {
        // The callback may change arrays that it shares with the caller; these stay as they are.
        // They are PHP's, so that PHP frees them where a fatal error jumps out of here.
        let mut originals = ZendHashTable::new();
        for entry in records.values() {
            originals.push(entry.shallow_clone())?;
        }
        let records = read_all(&originals)?;
        let (client, driver) = self.0.borrow().free()?;
        let mut batch = Batch::of_list(client, driver, records, time(budget, 3)?);
        batch = batch.with_ticks(!tick.is_none());
        let records = loop {
            match batch.next()? {
                Event::Done(records) => break BailoutGuard::new(records),
                Event::Finished(..) if progress.is_none() => {}
                Event::Tick => tick.call_bare()?,
                Event::Hungry(_) => return Err(Failure::Thrown),
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

/// What is no pace counts as nothing known.
fn read_pace(pace: Array) -> Pace {
    let get = |key: &str| pace.get().and_then(|table| table.get(key));
    Pace {
        slowest: get("slowest").and_then(Zval::double).unwrap_or_default(),
        at: get("at").and_then(Zval::long).unwrap_or_default(),
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
    let entry = originals.get_index(place(index)?);
    entry.and_then(Zval::array).ok_or(Failure::Thrown)
}

/// The key of an entry.
fn place(index: usize) -> Result<i64, Failure> {
    i64::try_from(index).map_err(|_| Failure::Thrown)
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
