//! Takes records one step on, until the DNS and certificate probes take this over.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;

use crate::api;
use crate::domain::DomainName;
use crate::error::Error;
use crate::lifecycle::{Failure, Observation, Outcome, Record, Settings, Step, decide, next_step};

/// Takes each record one step on, at most `max_in_flight` calls at a time. What the time does not
/// suffice for comes back as it was.
pub async fn advance_all(
    client: &api::Client,
    settings: &Settings,
    records: Vec<Record>,
    now: i64,
    budget: Option<Duration>,
    mut finished: impl FnMut(usize, &Record),
) -> Vec<Record> {
    let deadline = budget.map(|budget| Instant::now() + budget);
    let mut results = records.clone();
    let mut waiting = records.into_iter().enumerate();
    let mut running = FuturesUnordered::new();
    loop {
        while running.len() < client.max_in_flight()
            && let Some((index, record)) = waiting.next()
        {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                continue;
            }
            let client = left.map_or_else(
                || client.clone(),
                |left| client.with_timeout(left.min(client.config().timeout)),
            );
            running.push(async move {
                let seen = observe(&client, settings, &record, now).await;
                (index, decide(record, &seen, settings, now))
            });
        }
        let Some((index, record)) = running.next().await else {
            return results;
        };
        finished(index, &record);
        if let Some(place) = results.get_mut(index) {
            *place = record;
        }
    }
}

async fn observe(
    client: &api::Client,
    settings: &Settings,
    record: &Record,
    now: i64,
) -> Observation {
    let step = next_step(record, settings, now);
    let call = match step {
        Step::Add | Step::Remove => Some(
            call(client, record, step)
                .await
                .map_err(|error| Failure::from(&error)),
        ),
        _ => None,
    };
    Observation {
        call,
        ..Observation::default()
    }
}

async fn call(client: &api::Client, record: &Record, step: Step) -> Result<Outcome, Error> {
    let domain = DomainName::parse(&record.domain, client.reserved_names())?;
    let landed = record.may_have_landed;
    let outcome = match step {
        Step::Remove => client.ensure_absent(&domain, landed).await?,
        _ => client.ensure_present(&domain, landed).await?,
    };
    Ok(match outcome {
        api::Outcome::Added => Outcome::Added,
        api::Outcome::AlreadyThere => Outcome::AlreadyThere,
        api::Outcome::Removed => Outcome::Removed,
        api::Outcome::AlreadyGone => Outcome::AlreadyGone,
    })
}
