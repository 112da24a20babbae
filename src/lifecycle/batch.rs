//! Takes rows one step on, one or many.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::task::unconstrained;

use super::decide::next_call;
use super::observation::Settings;
use super::record::{Call, Record, Stage};
use super::step::Run;
use crate::api::Client;
use crate::certificate::{CertificateOptions, CertificateProber};
use crate::clock::unix_time;
use crate::dns::{DnsOptions, DnsProber};
use crate::error::Error;
use crate::outcome::Outcome;

/// Rows that are probed at a time.
const MOST_PROBES: usize = 256;
/// What is under way when the budget is used up has this much longer: a call that is cut off may have landed.
const GRACE: Duration = Duration::from_secs(2);

/// How rows are taken along.
#[derive(Clone, Debug, Default)]
pub struct LifecycleOptions {
    /// Host names or addresses that count as here.
    pub targets: Vec<String>,
    /// Intervals, and what is never removed.
    pub settings: Settings,
    /// How the DNS is asked.
    pub dns: DnsOptions,
    /// How certificates are looked at.
    pub certificate: CertificateOptions,
    /// Unix time, instead of the system's clock.
    pub now: Option<i64>,
    /// Whether [`Lifecycle::advance_all`] goes on with a row while its next step is a check that is due at once.
    pub follow: bool,
}

/// Takes rows along: asks, looks, decides.
#[derive(Debug)]
pub struct Lifecycle {
    options: LifecycleOptions,
    pub(super) dns: Arc<DnsProber>,
    pub(super) certificates: CertificateProber,
}

impl Lifecycle {
    /// Opens no connection.
    ///
    /// # Errors
    /// `Kind::Config` when an option cannot be used.
    pub fn new(options: LifecycleOptions) -> Result<Self, Error> {
        let dns = Arc::new(DnsProber::new(&options.targets, options.dns.clone())?);
        let certificates = CertificateProber::new(options.certificate.clone(), Arc::clone(&dns))?;
        Ok(Self {
            options,
            dns,
            certificates,
        })
    }

    /// Another one with the same options that shares nothing with this one: work that was left unfinished on this one,
    /// in a future that nobody drives for now, cannot hold it up.
    ///
    /// # Errors
    /// As [`Lifecycle::new`]: a file may have changed since.
    pub fn afresh(&self) -> Result<Self, Error> {
        Self::new(self.options.clone())
    }

    pub(super) const fn settings(&self) -> &Settings {
        &self.options.settings
    }

    pub(super) fn now(&self) -> i64 {
        self.options.now.unwrap_or_else(unix_time)
    }

    /// The call that the row's next step makes, if any.
    #[must_use]
    pub fn next_call(&self, record: &Record) -> Option<Call> {
        next_call(record, self.settings())
    }

    /// One row, one step on, within `budget`.
    pub async fn advance(
        &self,
        client: &Client,
        record: Record,
        budget: Option<Duration>,
    ) -> Record {
        let run = Run::new(self, client, budget, Duration::ZERO);
        let record = run.scheduled(record);
        if run.is_over() {
            record
        } else {
            run.step(record).await
        }
    }

    /// Each row one step on: at most [`Client::max_in_flight`] calls and 256 rows at a time. `finished` is told of each
    /// that is done, by its place in `records`. When `budget` is used up nothing new is begun; a row that was not
    /// reached comes back as it was. With [`LifecycleOptions::follow`] a row takes all steps that are due at once, and its
    /// outcome is that of its call. The rows come back in the order given. Dropping the future stops everything.
    pub async fn advance_all(
        &self,
        client: &Client,
        records: Vec<Record>,
        budget: Option<Duration>,
        mut finished: impl FnMut(usize, &Record),
    ) -> Vec<Record> {
        let run = &Run::new(self, client, budget, GRACE);
        let records: Vec<Record> = records
            .into_iter()
            .map(|record| run.scheduled(record))
            .collect();
        // Two lanes, so that a slow API does not hold up the probes.
        let (calls, probes): (Vec<_>, Vec<_>) = records
            .iter()
            .cloned()
            .enumerate()
            .partition(|(_, record)| run.begins_with_call(record));
        let mut lanes = [
            Lane::new(calls, client.max_in_flight().max(1)),
            Lane::new(probes, MOST_PROBES),
        ];
        let mut outcomes: Vec<Option<Outcome>> = vec![None; records.len()];
        let mut results = records;
        let mut running = FuturesUnordered::new();
        loop {
            for (place, lane) in lanes.iter_mut().enumerate() {
                while !run.is_over()
                    && let Some((index, record)) = lane.next()
                {
                    running.push(async move { (place, index, run.reached(record).await) });
                }
            }
            // Whoever drives this may leave the runtime between two rows, and tokio forgets tasks that it has put off
            // for having done much when it is left.
            let Some((place, index, record)) = unconstrained(running.next()).await else {
                break;
            };
            if let Some(lane) = lanes.get_mut(place) {
                lane.running -= 1;
            }
            let Some(mut record) = record else { continue };
            if let Some(outcome) = outcomes.get_mut(index) {
                *outcome = record.outcome.or(*outcome);
                record.outcome = *outcome;
            }
            if !run.is_over() && self.goes_on(&record) {
                let [_, probes] = &mut lanes;
                probes.waiting.push_back((index, record));
                continue;
            }
            finished(index, &record);
            if let Some(place) = results.get_mut(index) {
                *place = record;
            }
        }
        // Rows that were to go on when the time was up have come some of the way.
        for (index, record) in lanes.into_iter().flat_map(|lane| lane.waiting) {
            if let Some(place) = results.get_mut(index)
                && *place != record
            {
                finished(index, &record);
                *place = record;
            }
        }
        results
    }

    fn goes_on(&self, record: &Record) -> bool {
        self.options.follow
            && record.stage != Stage::Removed
            && record.next_check_at <= self.now()
            && self.next_call(record).is_none()
    }
}

/// Rows that wait for their turn, and how many are under way.
struct Lane {
    waiting: VecDeque<(usize, Record)>,
    running: usize,
    most: usize,
}

impl Lane {
    fn new(rows: Vec<(usize, Record)>, most: usize) -> Self {
        Self {
            waiting: rows.into(),
            running: 0,
            most,
        }
    }

    /// The next row, if there is room for it.
    fn next(&mut self) -> Option<(usize, Record)> {
        if self.running >= self.most {
            return None;
        }
        let row = self.waiting.pop_front()?;
        self.running += 1;
        Some(row)
    }
}
