//! Runs the steps of one row or of many: which at the same time, in which order, until when.

use std::cell::Cell;
use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::task::unconstrained;
use tokio::time::Instant;

use super::context::Context;
use super::decide::next_call;
use super::observation::Settings;
use super::record::{Call, Record};
use super::state::{State, state};
use super::step::Run;
use super::step_queues::StepQueues;
use crate::api::Client;
use crate::certificate::{CertificateOptions, CertificateProber};
use crate::dns::{DnsOptions, DnsProber};
use crate::error::Error;

/// Rows that are checked at the same time, at most.
const MOST_PROBES: usize = 256;
/// Rows at hand of a source that has more: enough for all that may be in progress, and as many that
/// wait for it. It is asked when half of them are done, for it may have to look for more.
const MOST_AT_HAND: usize = 2 * MOST_PROBES;
/// Rows of a list that are taken at a time.
const PORTION: usize = 256;
/// Further time for what is in progress when the budget is used up: a call that is cut off may have
/// taken effect.
const GRACE: Duration = Duration::from_secs(2);

/// Options of a [`Lifecycle`].
#[derive(Clone, Debug)]
pub struct LifecycleOptions {
    /// Host names or addresses that count as here.
    pub targets: Vec<String>,
    /// Check interval, and domains that are never removed.
    pub settings: Settings,
    /// Options of DNS checks.
    pub dns: DnsOptions,
    /// Options of certificate checks.
    pub certificate: CertificateOptions,
    /// Whether Closte may be called. If not, rows whose next step is a call are returned unchanged.
    pub calls: bool,
    /// Unix time, instead of the system's clock.
    pub now: Option<i64>,
    /// Whether a row goes on while its next step is due at once.
    pub follow: bool,
}

impl Default for LifecycleOptions {
    fn default() -> Self {
        Self {
            targets: Vec::new(),
            settings: Settings::default(),
            dns: DnsOptions::default(),
            certificate: CertificateOptions::default(),
            calls: true,
            now: None,
            follow: true,
        }
    }
}

/// Takes the steps of rows: calls Closte, checks DNS and certificates, decides.
#[derive(Debug)]
pub struct Lifecycle {
    options: LifecycleOptions,
    context: Context,
}

impl Lifecycle {
    /// Opens no connection.
    ///
    /// # Errors
    /// `Kind::Config` when an option cannot be used.
    pub fn new(options: LifecycleOptions) -> Result<Self, Error> {
        let dns = Arc::new(DnsProber::new(&options.targets, options.dns.clone())?);
        let certificates = CertificateProber::new(options.certificate.clone(), Arc::clone(&dns))?;
        let context = Context {
            settings: options.settings.clone(),
            dns,
            certificates,
            calls: options.calls,
            follow: options.follow,
            now: options.now,
        };
        Ok(Self { options, context })
    }

    /// Another one with the same options that shares nothing with this one, so that an unfinished
    /// future of this one, which nobody polls for now, cannot block it.
    ///
    /// # Errors
    /// As [`Lifecycle::new`]: a file may have changed since.
    pub fn afresh(&self) -> Result<Self, Error> {
        Self::new(self.options.clone())
    }

    /// The call that the row's next step makes, if any.
    #[must_use]
    pub fn next_call(&self, record: &Record) -> Option<Call> {
        next_call(record, &self.context.settings)
    }

    /// Who must act for the row.
    #[must_use]
    pub fn state(&self, record: &Record) -> State {
        state(record, &self.context.settings)
    }

    /// Takes one step of a row, and further ones while the next is due at once, within `budget`.
    pub async fn advance(
        &self,
        client: &Client,
        record: Record,
        budget: Option<Duration>,
    ) -> Record {
        let run = Run::new(&self.context, client, budget, Duration::ZERO);
        let mut row = Row::new(run.scheduled(record), Instant::now());
        while !run.is_over() {
            let step = run.next_step(&row.record);
            let taken = run.take(step, row.record.clone(), row.since).await;
            if !row.move_on(taken, &run) {
                break;
            }
        }
        row.record
    }

    /// [`Lifecycle::advance`] for many rows: at most [`Client::max_in_flight`] calls and 256 rows
    /// at the same time. `finished` is called once for each row of which a step was taken, with its
    /// index in `records` and its last state. When `budget` is used up, nothing new begins; other
    /// rows are returned unchanged. The order is that of `records`; removals go before other calls.
    /// Dropping the future stops everything.
    pub async fn advance_all(
        &self,
        client: &Client,
        records: Vec<Record>,
        budget: Option<Duration>,
        mut finished: impl FnMut(usize, &Record),
    ) -> Vec<Record> {
        let run = &Run::new(&self.context, client, budget, GRACE);
        let mut ends: Vec<Option<Box<Record>>> = Vec::new();
        ends.resize_with(records.len(), || None);
        let mut given = Some(records.into_iter().enumerate());
        let source = |_| match &mut given {
            Some(records) if records.len() > 0 => Source::Rows(records.take(PORTION).collect()),
            _ => {
                // What is empty takes memory, too.
                given = None;
                Source::Empty
            }
        };
        drive(
            run,
            client,
            usize::MAX,
            source,
            |index, record, is_begun| {
                if is_begun {
                    finished(index, &record);
                }
                if let Some(end) = ends.get_mut(index) {
                    *end = Some(Box::new(record));
                }
            },
        )
        .await;
        ends.into_iter().flatten().map(|end| *end).collect()
    }

    /// [`Lifecycle::advance_all`] for any number of rows in little memory. `source` is asked for
    /// more whenever this is polled and has room for so many: the future must be polled again after
    /// it has said [`Source::Later`]. `finished` gets each row of which a step was taken.
    pub async fn advance_each(
        &self,
        client: &Client,
        budget: Option<Duration>,
        source: impl FnMut(usize) -> Source,
        mut finished: impl FnMut(usize, Record),
    ) {
        let run = &Run::new(&self.context, client, budget, GRACE);
        drive(
            run,
            client,
            MOST_AT_HAND,
            source,
            |index, record, is_begun| {
                if is_begun {
                    finished(index, record);
                }
            },
        )
        .await;
    }
}

/// What a source of rows has.
#[derive(Debug)]
pub enum Source {
    /// Further rows, each with a number of its own.
    Rows(Vec<(usize, Record)>),
    /// Perhaps some later.
    Later,
    /// No more.
    Empty,
}

/// Runs the rows of `source`, at most so many at hand, to their `end`, which learns whether a step
/// was taken.
async fn drive(
    run: &Run<'_>,
    client: &Client,
    most: usize,
    mut source: impl FnMut(usize) -> Source,
    mut end: impl FnMut(usize, Record, bool),
) {
    let mut rows: HashMap<usize, Box<Row>> = HashMap::new();
    let mut queues = StepQueues::new(client.max_in_flight().max(1), MOST_PROBES);
    let has_worked = Cell::new(false);
    let mut is_empty = false;
    let mut running = FuturesUnordered::new();
    loop {
        let taken = poll_fn(|context| {
            while !is_empty && rows.len() <= most / 2 && !run.is_over() {
                match source(most - rows.len()) {
                    Source::Rows(more) => {
                        let now = Instant::now();
                        for (index, record) in more {
                            let row = Row::new(run.scheduled(record), now);
                            let step = run.next_step(&row.record);
                            queues.of(step).push_back(index, step);
                            rows.insert(index, Box::new(row));
                        }
                    }
                    Source::Later => break,
                    Source::Empty => is_empty = true,
                }
            }
            loop {
                while !run.is_over()
                    && let Some((index, step)) = queues.next()
                {
                    let Some(row) = rows.get(&index) else {
                        continue;
                    };
                    let (record, since) = (row.record.clone(), row.since);
                    // Large, and moved about with what holds it.
                    let mut work = Box::pin(run.take(step, record, since));
                    let has_worked = &has_worked;
                    running.push(poll_fn(move |context| {
                        has_worked.set(true);
                        let taken = work.as_mut().poll(context);
                        taken.map(|taken| (index, step, taken))
                    }));
                }
                let taken = running.poll_next_unpin(context);
                let may_begin_more = !run.is_over()
                    && taken.is_pending()
                    && queues.probes.makes_room(has_worked.replace(false), context);
                if may_begin_more {
                    continue;
                }
                return match taken {
                    Poll::Ready(None) if !is_empty && !run.is_over() => Poll::Pending,
                    taken => taken,
                };
            }
        });
        // Whoever drives this may leave the runtime between two rows, and tokio forgets tasks that
        // it has put off for having done much when it is left.
        let Some((index, step, taken)) = unconstrained(taken).await else {
            break;
        };
        queues.of(step).ended();
        let Some(row) = rows.get_mut(&index) else {
            continue;
        };
        if row.move_on(taken, run) {
            let step = run.next_step(&row.record);
            // What has begun is finished first.
            queues.of(step).push_front(index, step);
        } else if let Some(row) = rows.remove(&index) {
            end(index, row.record, row.is_begun);
        }
    }
    // The budget ended before the next step of these.
    for index in queues.left() {
        if let Some(row) = rows.remove(&index) {
            end(index, row.record, row.is_begun);
        }
    }
    // It ended before these were asked for.
    while !is_empty && most == usize::MAX {
        match source(most) {
            Source::Rows(rest) => {
                for (index, record) in rest {
                    end(index, run.scheduled(record), false);
                }
            }
            Source::Later | Source::Empty => is_empty = true,
        }
    }
}

/// A row in progress.
struct Row {
    record: Record,
    /// When it was handed over.
    since: Instant,
    /// Whether a step was taken.
    is_begun: bool,
}

impl Row {
    const fn new(record: Record, since: Instant) -> Self {
        Self {
            record,
            since,
            is_begun: false,
        }
    }

    /// Takes over the result of a step; returns whether the next step is due at once. A step that
    /// was cut off changes nothing, but for a row's first one that made a call: an unfinished check
    /// would hide what is known until the next one, a day later.
    fn move_on(&mut self, taken: Option<Record>, run: &Run) -> bool {
        match taken {
            Some(record) if !run.is_ended() || (!self.is_begun && record.outcome.is_some()) => {
                self.record = record;
                self.is_begun = true;
                run.is_due(&self.record)
            }
            _ => false,
        }
    }
}
