//! Takes one step of one row: makes its call or its checks, then lets [`decide`] decide.

use std::cell::Cell;
use std::pin::Pin;
use std::time::Duration;

use futures_util::future::join;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use super::circuit_breaker::{Signal, Streak};
use super::context::Context;
use super::decide::{decide, next_step};
use super::observation::{DnsFinding, Failure, NO_TIME_LEFT, Observation, Step};
use super::record::{Record, Stage};
use crate::api::Client;
use crate::certificate::{CertificateReport, CertificateState};
use crate::dns::{DnsReport, DnsState, DomainProbe, Problem, fqdn};
use crate::domain::{DomainName, ReservedNames};
use crate::error::{Error, Kind};
use crate::outcome::Outcome;

/// After a 429 without `Retry-After`.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
/// Longest look-up in DNS before a name is sent.
const BRIEF_LOOKUP: Duration = Duration::from_millis(1_500);
/// Longest pause within a batch; after a longer `Retry-After`, calls are left to the next run.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// State that the rows of one batch share.
pub(super) struct Run<'a> {
    context: &'a Context,
    client: Client,
    calls: Semaphore,
    /// Nothing new begins after this.
    over: Option<Instant>,
    /// Work in progress ends at this.
    end: Option<Instant>,
    /// Closte asked for fewer calls: none begins before this.
    not_before: Cell<Option<Instant>>,
    /// Whether Closte cannot be reached: then no further call begins.
    streak: Cell<Streak>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        context: &'a Context,
        client: &Client,
        budget: Option<Duration>,
        grace: Duration,
    ) -> Self {
        let over = budget.map(|budget| Instant::now() + budget);
        Self {
            context,
            client: client.for_batch(),
            calls: Semaphore::new(client.max_in_flight().max(1)),
            over,
            end: over.map(|over| over + grace),
            not_before: Cell::new(None),
            streak: Cell::default(),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.is_some_and(|over| over <= Instant::now())
    }

    /// A row before its first step. It is due now if it was never scheduled, so that a row which
    /// the budget does not reach stays due.
    pub(super) fn scheduled(&self, mut record: Record) -> Record {
        if record.next_check_at == 0 && record.stage != Stage::Removed {
            record.next_check_at = self.context.now();
        }
        record.outcome = None;
        record
    }

    /// Whether the work in progress was cut off, so that its result says nothing.
    pub(super) fn is_ended(&self) -> bool {
        self.end.is_some_and(|end| end <= Instant::now())
    }

    /// Whether to go on with a step that is due at once.
    pub(super) fn is_due(&self, record: &Record) -> bool {
        self.context.follow
            && record.stage != Stage::Removed
            && record.next_check_at <= self.context.now()
    }

    pub(super) fn next_step(&self, record: &Record) -> Step {
        next_step(record, &self.context.settings, self.context.now())
    }

    /// The row after `step`, its next one; `None` when that is a call and calls are not made, or
    /// the budget ends before there is room for it. `since`: when the row was handed over.
    pub(super) async fn take(&self, step: Step, record: Record, since: Instant) -> Option<Record> {
        let seen = match step {
            Step::Nothing | Step::KeepProtected => Observation::default(),
            Step::AddIfInDns => Box::pin(self.add_if_in_dns(&record, since)).await?,
            Step::Add | Step::Remove => Observation {
                call: Some(Box::pin(self.call_in_turn(&record, step, since)).await?),
                ..Observation::default()
            },
            Step::CheckDns => Observation {
                dns: Some(self.check_dns(&record).await),
                ..Observation::default()
            },
            Step::CheckCertificate { repeat_add } => {
                Box::pin(self.check_both(&record, repeat_add, since)).await
            }
        };
        let earlier = record.outcome;
        let mut record = decide(record, &seen, &self.context.settings, self.context.now());
        record.outcome = record.outcome.or(earlier);
        Some(record)
    }

    /// Looks first: briefly, for somebody may wait. Where nobody knows, it is sent.
    async fn add_if_in_dns(&self, record: &Record, since: Instant) -> Option<Observation> {
        if !self.may_call() {
            return None;
        }
        if self.lacks_dns(record).await {
            let absent = Problem::new("nxdomain", "It has no address.");
            return Some(Observation {
                dns: Some(DnsFinding {
                    state: DnsState::Missing,
                    has_address: false,
                    problems: vec![absent],
                }),
                ..Observation::default()
            });
        }
        Some(Observation {
            call: Some(self.call_in_turn(record, Step::Add, since).await?),
            ..Observation::default()
        })
    }

    /// Whether a resolver says that the name does not exist, or has no address.
    async fn lacks_dns(&self, record: &Record) -> bool {
        let name = DomainName::parse(&record.domain, ReservedNames::Allow).ok();
        let Some(name) = name.and_then(|domain| fqdn(domain.ascii())) else {
            return false;
        };
        let by = Instant::now() + BRIEF_LOOKUP;
        let found = self
            .bounded(self.context.dns.addresses(&name, None, by))
            .await;
        found.is_some_and(|found| found.is_ok_and(|addresses| addresses.is_empty()))
    }

    async fn call_in_turn(
        &self,
        record: &Record,
        step: Step,
        since: Instant,
    ) -> Option<Result<Outcome, Failure>> {
        if !self.may_call() {
            return None;
        }
        let _permit = match self.over {
            Some(over) => timeout_at(over, self.wait_for_turn()).await.ok()?,
            None => self.wait_for_turn().await,
        };
        // Closte may have gone away meanwhile.
        if self.may_call() {
            Some(self.call(record, step, since).await)
        } else {
            None
        }
    }

    fn may_call(&self) -> bool {
        self.context.calls && !self.streak.get().is_over()
    }

    /// Waits until a call may begin.
    async fn wait_for_turn(&self) -> Option<tokio::sync::SemaphorePermit<'_>> {
        let permit = self.calls.acquire().await.ok();
        while let Some(not_before) = self.not_before.get().filter(|then| *then > Instant::now()) {
            tokio::time::sleep_until(not_before).await;
        }
        permit
    }

    async fn check_both(&self, record: &Record, repeat_add: bool, since: Instant) -> Observation {
        let (dns, certificate) = match DomainName::parse(&record.domain, ReservedNames::Allow) {
            Ok(domain) => {
                let probe = DomainProbe::new(&domain);
                let dns = Box::pin(self.context.dns.check_in(&probe, &domain));
                join(self.finding(&domain, dns), self.check_certificate(&probe)).await
            }
            Err(error) => (
                unknown_dns(&record.domain, error.to_string()),
                unknown_certificate(error.reason(), error.to_string()),
            ),
        };
        // A check that was cut off says nothing that a call could follow from.
        let may_repeat = repeat_add && !self.is_ended();
        let call = if may_repeat && certificate.state != CertificateState::Valid {
            self.call_in_turn(record, Step::Add, since).await
        } else {
            None
        };
        Observation {
            call,
            dns: Some(dns),
            certificate: Some(certificate),
        }
    }

    /// Gives up at the end of the budget.
    async fn bounded<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        match self.end {
            Some(end) => timeout_at(end, work).await.ok(),
            None => Some(work.await),
        }
    }

    async fn check_dns(&self, record: &Record) -> DnsFinding {
        match DomainName::parse(&record.domain, ReservedNames::Allow) {
            Ok(domain) => {
                let check = Box::pin(self.context.dns.check(&domain));
                self.finding(&domain, check).await
            }
            Err(error) => unknown_dns(&record.domain, error.to_string()),
        }
    }

    async fn finding(
        &self,
        domain: &DomainName,
        check: Pin<Box<impl Future<Output = DnsReport>>>,
    ) -> DnsFinding {
        let report = self.bounded(check).await;
        report.map_or_else(
            || {
                let shown = domain.for_people();
                let message = format!("There was no time left to look up {shown}.");
                unknown_dns(domain.ascii(), message)
            },
            |report| DnsFinding {
                state: report.state,
                has_address: !report.addresses.is_empty(),
                problems: report.problems,
            },
        )
    }

    async fn check_certificate(&self, probe: &DomainProbe) -> CertificateReport {
        let check = Box::pin(self.context.certificates.check_in(probe));
        let report = self.bounded(check).await;
        report.unwrap_or_else(|| {
            unknown_certificate("no-time", "There was no time left to check.".to_owned())
        })
    }

    async fn call(&self, record: &Record, step: Step, since: Instant) -> Result<Outcome, Failure> {
        let result = self.call_api(record, step, since).await;
        let signal = match &result {
            Ok(_) => Signal::Answer,
            Err(error) if error.reason() == NO_TIME_LEFT => Signal::None,
            Err(error) => Signal::of_kind(Some(error.kind())),
        };
        let wait = result.as_ref().err().and_then(Error::retry_after);
        let streak = self.streak.get().with(signal, wait > Some(LONGEST_PAUSE));
        self.streak.set(streak);
        if let Err(error) = &result
            && error.http_status() == Some(429)
        {
            let pause = wait
                .unwrap_or_default()
                .clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
            let until = Instant::now() + pause;
            self.not_before.set(self.not_before.get().max(Some(until)));
        }
        result.map_err(|error| Failure::from(&error))
    }

    /// The client for calls that end when the work in progress does.
    fn client_for(&self, since: Instant, domain: &DomainName) -> Result<Client, Error> {
        let client = self.client.since(since);
        let Some(end) = self.end else {
            return Ok(client);
        };
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Error::transient(
                NO_TIME_LEFT,
                format!(
                    "There was no time left to ask Closte about {}.",
                    domain.for_people()
                ),
            ));
        }
        Ok(client.with_timeout(left.min(client.config().timeout)))
    }

    async fn call_api(
        &self,
        record: &Record,
        step: Step,
        since: Instant,
    ) -> Result<Outcome, Error> {
        let domain = match DomainName::parse(&record.domain, self.client.reserved_names()) {
            Ok(domain) => domain,
            // What was never accepted and is no name that Closte takes cannot be there.
            Err(error)
                if step == Step::Remove
                    && error.kind() == Kind::InvalidDomain
                    && record.accepted_at == 0 =>
            {
                return Ok(Outcome::AlreadyGone);
            }
            Err(error) => return Err(error),
        };
        if record.may_have_landed {
            let list = self.client_for(since, &domain)?.shared_list().await?;
            match step {
                Step::Remove if list.lacks(&domain) => return Ok(Outcome::AlreadyGone),
                Step::Add if list.contains(&domain) => return Ok(Outcome::AlreadyThere),
                _ => {}
            }
        }
        // Reading the list has taken some of the time.
        let client = self.client_for(since, &domain)?;
        if step == Step::Remove {
            client.remove_domain(&domain).await
        } else {
            client.add_domain(&domain).await
        }
    }
}

fn unknown_dns(domain: &str, message: String) -> DnsFinding {
    DnsFinding {
        state: DnsState::Unknown,
        has_address: false,
        problems: vec![Problem::new("no-answer", message).text("domain", domain)],
    }
}

fn unknown_certificate(reason: &'static str, error: String) -> CertificateReport {
    CertificateReport::without(CertificateState::Unknown, reason, error)
}
