//! `Closte\Lifecycle`.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::OnceLock;
use std::task::Poll;
use std::time::Duration;

use ext_php_rs::error::Result as Registered;
use ext_php_rs::ffi::zend_object_handlers;
use ext_php_rs::flags::{DataType, MethodFlags};
use ext_php_rs::types::{ZendHashTable, ZendObject, Zval};
use ext_php_rs::zend::{BailoutGuard, ClassEntry};

use super::options::Options;
use super::record::{Reader, write};
use super::zend::call::{Array, Call, Failure, Outcome, function, parse_arguments};
use super::zend::class::{Class, nullable, object, required};
use super::zend::ffi;
use super::zend::object::{State, attach, set_state, state};
use super::{client, probes, settings};
use crate::api;
use crate::error::Error;
use crate::lifecycle::{
    self, LONGEST_CHECK_INTERVAL, LifecycleOptions, Record, SHORTEST_CHECK_INTERVAL, Settings,
};
use crate::net;

const CLASS: &str = "Closte\\Lifecycle";

/// What a lifecycle object owns.
struct Lifecycle {
    client: api::Client,
    driver: Rc<lifecycle::Lifecycle>,
}

impl Lifecycle {
    /// A driver that no other batch is using. One that has called back into PHP, was suspended with its fiber or was
    /// left to the parent by a fork may hold locks, and does not give them back before it goes on.
    fn free_driver(&self) -> Result<Rc<lifecycle::Lifecycle>, Error> {
        if Rc::strong_count(&self.driver) == 1 {
            return Ok(Rc::clone(&self.driver));
        }
        Ok(Rc::new(self.driver.afresh()?))
    }
}

impl State for Lifecycle {
    fn handlers() -> &'static OnceLock<zend_object_handlers> {
        static HANDLERS: OnceLock<zend_object_handlers> = OnceLock::new();
        &HANDLERS
    }
}

/// Registers the class.
///
/// # Errors
/// What the engine refuses, such as a name that is taken.
pub fn register() -> Registered<()> {
    let class = Class::secretive(CLASS)
        .method(
            function!("__construct", construct)
                .arg(required("client", object(client::CLASS)))
                .arg(required("options", DataType::Array)),
            MethodFlags::Public,
        )
        .method(
            function!("advance", advance)
                .arg(required("record", DataType::Array))
                .not_required()
                .arg(nullable("budget", DataType::Double))
                .returns(DataType::Array, false, false),
            MethodFlags::Public,
        )
        .method(
            function!("advanceAll", advance_all)
                .arg(required("records", DataType::Array))
                .not_required()
                .arg(nullable("onProgress", DataType::Callable))
                .arg(nullable("budget", DataType::Double))
                .returns(DataType::Array, false, false),
            MethodFlags::Public,
        )
        .register()?;
    attach::<Lifecycle>(class);
    Ok(())
}

fn construct(call: &mut Call) -> Outcome {
    let mut client: *mut Zval = std::ptr::null_mut();
    let mut options = Array::empty();
    let class = ClassEntry::try_find(client::CLASS).ok_or(Failure::Thrown)?;
    parse_arguments!(
        call,
        c"Oh",
        &raw mut client,
        std::ptr::from_ref(class),
        options.place()
    )?;
    // SAFETY: an argument of that class, which the call's frame keeps alive.
    let client = unsafe { client.as_ref() }
        .and_then(|client| client.object())
        .and_then(client::api_client)
        .ok_or_else(client::not_constructed)?
        .clone();
    let lifecycle = read_options(client, options.get())?;
    set_state(call.this()?, lifecycle);
    Ok(())
}

fn read_options(client: api::Client, table: Option<&ZendHashTable>) -> Result<Lifecycle, Error> {
    let options = Options::new(
        CLASS,
        table,
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
            "now",
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
        now: options.integer("now", 1..=i64::MAX / 2)?,
    })?;
    Ok(Lifecycle {
        client,
        driver: Rc::new(driver),
    })
}

fn this<'a>(call: &'a mut Call) -> Result<&'a Lifecycle, Failure> {
    let object: &'a ZendObject = call.this()?;
    state::<Lifecycle>(object).ok_or_else(|| {
        Error::config(
            "not-constructed",
            "This Closte\\Lifecycle was never constructed.",
        )
        .into()
    })
}

/// The place of a `?float $budget`.
struct Budget {
    seconds: f64,
    none: bool,
}

impl Budget {
    const fn empty() -> Self {
        Self {
            seconds: 0.0,
            none: true,
        }
    }

    /// The time to spend; a budget that is spent already leaves none.
    fn time(&self, position: u32) -> Result<Option<Duration>, Failure> {
        if self.none {
            return Ok(None);
        }
        if self.seconds.is_nan() {
            return Err(Failure::ArgumentValue(
                position,
                "must be a number of seconds, NAN given".to_owned(),
            ));
        }
        let seconds = self.seconds.clamp(0.0, *settings::SECONDS.end());
        Ok(Some(Duration::from_secs_f64(seconds)))
    }
}

fn advance(call: &mut Call) -> Outcome {
    let (mut record, mut budget) = (Array::empty(), Budget::empty());
    parse_arguments!(
        call,
        c"h|d!",
        record.place(),
        &raw mut budget.seconds,
        &raw mut budget.none
    )?;
    let table = record.get().ok_or(Failure::Thrown)?;
    let read = Reader::argument(table, 1).read()?;
    let budget = budget.time(2)?;
    let lifecycle = this(call)?;
    let (client, driver) = (lifecycle.client.clone(), lifecycle.free_driver()?);
    let record = net::block_on(driver.advance(&client, read, budget))?;
    drop((client, driver));
    let record = BailoutGuard::new(record);
    call.returns(write(table, &record)?)
}

fn advance_all(call: &mut Call) -> Outcome {
    let (mut list, mut budget) = (Array::empty(), Budget::empty());
    let mut callback: *mut Zval = std::ptr::null_mut();
    parse_arguments!(
        call,
        c"h|zd!",
        list.place(),
        &raw mut callback,
        &raw mut budget.seconds,
        &raw mut budget.none
    )?;
    // SAFETY: null, or an argument that the call's frame keeps alive.
    let callback = unsafe { callback.as_ref() }.filter(|callback| !callback.is_null());
    if let Some(callback) = callback.filter(|callback| !callback.is_callable()) {
        let given = ffi::type_name(callback);
        return Err(Failure::ArgumentType(
            2,
            format!("must be a valid callback or null, {given} given"),
        ));
    }
    // The callback may change arrays that it shares with the caller; these stay as they are. They
    // are PHP's, so that PHP frees them where a fatal error jumps out of here.
    let mut originals = ZendHashTable::new();
    for entry in list.get().into_iter().flat_map(ZendHashTable::values) {
        originals.push(entry.dereference().shallow_clone())?;
    }
    let mut batch = Batch::start(this(call)?, read_all(&originals)?, budget.time(3)?)?;
    let records = loop {
        match batch.next()? {
            Event::Done(records) => break BailoutGuard::new(records),
            Event::Finished(index, record) => {
                if let Some(callback) = callback {
                    let record = BailoutGuard::new(record);
                    let array = write(original(&originals, index)?, &record)?;
                    drop(record);
                    ffi::call(callback, array)?;
                }
            }
        }
    };
    drop(batch);
    let mut table = ZendHashTable::new();
    for (index, record) in records.iter().enumerate() {
        table.push(write(original(&originals, index)?, record)?)?;
    }
    call.returns(table)
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
            Some(table) => Reader::entry(table, 1, index).read(),
            None => Err(Failure::ArgumentType(
                1,
                format!(
                    "must be a list of ledger records, [{index}] is of type {}",
                    ffi::type_name(entry)
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
    fn start(
        lifecycle: &Lifecycle,
        records: Vec<Record>,
        budget: Option<Duration>,
    ) -> Result<Self, Error> {
        let finished = Finished::default();
        let queue = Rc::clone(&finished);
        let client = lifecycle.client.clone();
        let driver = lifecycle.free_driver()?;
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
