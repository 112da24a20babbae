//! Batches of rows: limits on calls, sockets, memory and time, and clean stops.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use closte::api::Config;
use closte::dns::DnsOptions;
use closte::lifecycle::{Lifecycle, LifecycleOptions, Outcome, Record, Source, Stage, Wanted};
use closte::net;
use serde_json::{Value, json};

use crate::emulator::{Emulator, PATIENCE, client};
use crate::lifecycle::lifecycle_options;
use crate::support::dns::DnsServers;

const START: i64 = 1_900_000_000;

/// Held by tests that count or open many sockets of the process: one at a time.
static MANY_SOCKETS: Mutex<()> = Mutex::new(());

fn rows(count: usize) -> Vec<Record> {
    (0..count)
        .map(|index| Record::wanted(format!("d{index}.served.test"), START))
        .collect()
}

fn lifecycle() -> Lifecycle {
    Lifecycle::new(lifecycle_options(START)).unwrap()
}

#[test]
fn calls_keep_to_max_in_flight_and_rows_to_their_order() {
    let emulator = Emulator::start();
    emulator.faults(json!([{"kind": "latency", "ms": 100}]));
    let client = client(Config {
        max_in_flight: 4,
        ..emulator.config()
    });
    let finished = RefCell::new(HashSet::new());
    let begun = Instant::now();
    let after = net::block_on(
        lifecycle().advance_all(&client, rows(24), None, |index, row| {
            assert_eq!(row.domain, format!("d{index}.served.test"));
            assert!(finished.borrow_mut().insert(index));
        }),
    )
    .unwrap();
    assert!(
        begun.elapsed() >= Duration::from_millis(600),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(finished.borrow().len(), 24);
    for (index, row) in after.iter().enumerate() {
        assert_eq!(
            (row.domain.as_str(), row.stage),
            (
                format!("d{index}.served.test").as_str(),
                Stage::CheckingCertificate
            )
        );
    }
    assert_eq!(emulator.domains().len(), 24);
}

#[test]
fn the_list_is_read_once_for_all_that_may_have_landed() {
    let emulator = Emulator::start();
    emulator.set_domains(&json!([
        "d0.served.test",
        "d1.served.test",
        "d2.served.test"
    ]));
    let mut rows = rows(40);
    for (index, row) in rows.iter_mut().enumerate() {
        row.may_have_landed = true;
        if index % 2 == 1 {
            row.wanted = Wanted::Absent;
            row.stage = Stage::Removing;
        }
    }
    let after =
        net::block_on(lifecycle().advance_all(&emulator.client(), rows, None, |_, _| {})).unwrap();
    let outcome = |index: usize| after[index].outcome;
    assert_eq!(outcome(0), Some(Outcome::AlreadyThere));
    assert_eq!(outcome(1), Some(Outcome::Removed));
    assert_eq!(outcome(3), Some(Outcome::AlreadyGone));
    assert_eq!(outcome(4), Some(Outcome::Added));
    let lists = emulator
        .requests()
        .iter()
        .filter(|(path, _)| path == "getdomains")
        .count();
    assert_eq!(lists, 1);
}

#[test]
fn nothing_begins_after_the_budget() {
    let emulator = Emulator::start();
    emulator.faults(json!([{"kind": "latency", "ms": 250}]));
    let client = client(Config {
        max_in_flight: 2,
        ..emulator.config()
    });
    let before = rows(60);
    let begun = Instant::now();
    let count = Cell::new(0);
    let after = net::block_on(lifecycle().advance_all(
        &client,
        before.clone(),
        Some(Duration::from_secs(2)),
        |_, _| count.set(count.get() + 1),
    ))
    .unwrap();
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    let reached = after
        .iter()
        .filter(|row| row.outcome == Some(Outcome::Added))
        .count();
    assert_eq!(reached, count.get());
    assert!((2..=20).contains(&reached), "{reached}");
    for (before, after) in before.iter().zip(&after) {
        assert!(
            after.outcome == Some(Outcome::Added) || after == before,
            "{after:#?}"
        );
        assert!(after.next_check_at > 0);
    }
    // What was begun was finished: Closte has what the rows say.
    assert_eq!(emulator.domains().len(), reached);
}

#[test]
fn a_batch_that_is_dropped_stops_and_leaves_the_rest_usable() {
    let emulator = Emulator::start();
    emulator.faults(json!([{"kind": "latency", "ms": 50}]));
    let client = emulator.client();
    let count = Cell::new(0);
    let lifecycle = lifecycle();
    net::block_on(async {
        let batch =
            lifecycle.advance_all(&client, rows(400), None, |_, _| count.set(count.get() + 1));
        let mut batch = Box::pin(batch);
        std::future::poll_fn(|context| {
            let state = batch.as_mut().poll(context);
            assert!(state.is_pending());
            if count.get() >= 10 {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    })
    .unwrap();
    let done = emulator.domains().len();
    // A busy machine may let some more through before it looks again; not all of them.
    assert!(done < 400, "{done}");
    emulator.forget();
    let row = net::block_on(lifecycle.advance(&client, rows(1).remove(0), None)).unwrap();
    assert_eq!(row.stage, Stage::CheckingCertificate);
}

#[test]
fn a_429_slows_the_batch_down_and_no_row_is_lost() {
    let emulator = Emulator::start();
    emulator.faults(json!([{"kind": "429", "nth": [3, 4], "retry_after": "1"}]));
    let client = client(Config {
        max_in_flight: 2,
        retries: 0,
        ..emulator.config()
    });
    let begun = Instant::now();
    let after = net::block_on(lifecycle().advance_all(&client, rows(12), None, |_, _| {})).unwrap();
    assert!(
        begun.elapsed() >= Duration::from_secs(1),
        "{:?}",
        begun.elapsed()
    );
    let (done, waiting): (Vec<_>, Vec<_>) = after
        .iter()
        .partition(|row| row.stage == Stage::CheckingCertificate);
    assert_eq!((done.len(), waiting.len()), (10, 2));
    for row in waiting {
        assert_eq!(
            (row.stage, row.error_kind.as_str(), row.retry_after),
            (Stage::Pending, "transient", 1)
        );
        assert!(row.next_check_at > START);
    }
}

#[test]
fn a_slow_api_does_not_hold_up_the_probes() {
    let emulator = Emulator::start();
    emulator.faults(json!([{"kind": "latency", "ms": 300}]));
    let client = client(Config {
        max_in_flight: 1,
        ..emulator.config()
    });
    let mut rows = rows(300);
    rows.push(Record::new(
        "last.served.test",
        Wanted::Present,
        Stage::CheckingDns,
        0,
        START,
    ));
    let budget = Some(Duration::from_secs(5));
    let after = net::block_on(lifecycle().advance_all(&client, rows, budget, |_, _| {})).unwrap();
    assert_eq!(after[300].stage, Stage::CheckingCertificate);
    assert_eq!(after[299].stage, Stage::Pending);
}

#[test]
fn a_row_that_goes_on_takes_all_steps_that_are_due_at_once_and_is_told_once() {
    let emulator = Emulator::start();
    let lifecycle = Lifecycle::new(LifecycleOptions {
        follow: true,
        ..lifecycle_options(START)
    })
    .unwrap();
    let told = Cell::new(0);
    let after =
        net::block_on(
            lifecycle.advance_all(&emulator.client(), rows(3), None, |_, row| {
                told.set(told.get() + 1);
                assert_eq!(row.outcome, Some(Outcome::Added));
            }),
        )
        .unwrap();
    assert_eq!(told.get(), 3);
    for row in after {
        assert_eq!(
            (row.accepted_at, row.certificate_checked_at),
            (START, START)
        );
        assert!(row.next_check_at > START);
    }
}

/// As with PHP, whose callback runs outside the runtime.
#[test]
fn the_runtime_may_be_left_between_two_rows() {
    let _alone = MANY_SOCKETS.lock().unwrap_or_else(PoisonError::into_inner);
    let emulator = Emulator::start();
    let client = emulator.client();
    let rows: Vec<Record> = (0..2_000)
        .map(|index| {
            Record::new(
                format!("d{index}.wild.served.test"),
                Wanted::Present,
                Stage::CheckingDns,
                0,
                START,
            )
        })
        .collect();
    let mut options = lifecycle_options(START);
    options.dns.resolvers = vec![DnsServers::get().first().to_string()];
    let lifecycle = Lifecycle::new(options).unwrap();
    let (count, seen) = (Cell::new(0), Cell::new(0));
    let mut batch =
        Box::pin(lifecycle.advance_all(&client, rows, None, |_, _| count.set(count.get() + 1)));
    let begun = Instant::now();
    let after = loop {
        let turn = std::future::poll_fn(|context| match batch.as_mut().poll(context) {
            Poll::Ready(rows) => Poll::Ready(Some(rows)),
            Poll::Pending if count.get() > seen.get() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        });
        let limited = async { tokio::time::timeout(PATIENCE, turn).await };
        if let Some(rows) = net::block_on(limited).unwrap().expect("the batch goes on") {
            break rows;
        }
        seen.set(count.get());
        assert!(begun.elapsed() < PATIENCE * 5);
    };
    assert_eq!(count.get(), 2_000);
    assert!(
        after
            .iter()
            .all(|row| row.stage == Stage::CheckingCertificate)
    );
}

/// In KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn ten_thousand_rows_take_bounded_memory_and_sockets() {
    let _alone = MANY_SOCKETS.lock().unwrap_or_else(PoisonError::into_inner);
    let emulator = Emulator::start();
    let servers = DnsServers::get();
    let lifecycle = Lifecycle::new(LifecycleOptions {
        dns: DnsOptions {
            resolvers: vec![servers.first().to_string()],
            timeout: Duration::from_secs(30),
            ..lifecycle_options(START).dns
        },
        ..lifecycle_options(START)
    })
    .unwrap();
    let rows: Vec<Record> = (0..10_000)
        .map(|index| {
            Record::new(
                format!("d{index}.wild.served.test"),
                Wanted::Present,
                Stage::CheckingDns,
                0,
                START,
            )
        })
        .collect();
    let client = emulator.client();
    let (memory, sockets) = (resident(), descriptors());
    let (most_memory, most_sockets) = (Cell::new(0), Cell::new(0));
    let count = Cell::new(0_u32);
    let begun = Instant::now();
    let after = net::block_on(lifecycle.advance_all(&client, rows, None, |_, _| {
        count.set(count.get() + 1);
        if count.get().is_multiple_of(100) {
            most_memory.set(most_memory.get().max(resident()));
            most_sockets.set(most_sockets.get().max(descriptors()));
        }
    }))
    .unwrap();
    let (took, memory) = (begun.elapsed(), most_memory.get().saturating_sub(memory));
    eprintln!(
        "10,000 rows in {took:?}, {memory} KiB more, {} descriptors at most",
        most_sockets.get()
    );
    let here = after
        .iter()
        .filter(|row| row.stage == Stage::CheckingCertificate)
        .count();
    assert_eq!((count.get(), here), (10_000, 10_000));
    assert!(memory < 64 * 1_024, "{memory} KiB");
    // Other tests of this process have some of these.
    assert!(
        most_sockets.get() < sockets + 700,
        "{} descriptors",
        most_sockets.get()
    );
}

#[test]
fn a_budget_that_ends_between_two_steps_returns_the_first() {
    let emulator = Emulator::start();
    emulator.faults(json!([{"kind": "latency", "ms": 1_500}]));
    let heard = RefCell::new(Vec::new());
    let after = net::block_on(lifecycle().advance_all(
        &emulator.client(),
        rows(1),
        Some(Duration::from_secs(1)),
        |_, row| heard.borrow_mut().push(row.clone()),
    ))
    .unwrap();
    assert_eq!(
        (after[0].stage, after[0].outcome, after[0].next_check_at),
        (Stage::CheckingDns, Some(Outcome::Added), START)
    );
    assert_eq!(heard.into_inner(), after);
}

#[test]
fn after_many_failures_in_a_row_the_rest_is_left_alone() {
    let emulator = Emulator::start();
    emulator.faults(json!([{"kind": "503"}]));
    let client = client(Config {
        max_in_flight: 4,
        retries: 0,
        ..emulator.config()
    });
    let mut before = rows(60);
    let mut last = Record::new(
        "last.served.test",
        Wanted::Present,
        Stage::CheckingDns,
        0,
        START,
    );
    last.last_added_at = START;
    before.push(last);
    let count = Cell::new(0);
    let after = net::block_on(
        lifecycle().advance_all(&client, before.clone(), None, |_, _| {
            count.set(count.get() + 1);
        }),
    )
    .unwrap();
    let failed = after
        .iter()
        .filter(|row| row.outcome == Some(Outcome::Failed))
        .count();
    assert!((20..24).contains(&failed), "{failed}");
    let left = before
        .iter()
        .zip(&after)
        .filter(|(before, after)| before == after)
        .count();
    assert_eq!((left, count.get()), (60 - failed, failed + 1));
    assert_eq!(after[60].stage, Stage::CheckingCertificate);
    assert_eq!(emulator.requests().len(), failed);
}

/// Feeds a batch one row after another, each when the one before it has come back, with what
/// Closte has by then.
fn one_after_another(emulator: &Emulator, rows: Vec<(Record, Value)>) -> Vec<Record> {
    let (given, finished) = (Cell::new(0), RefCell::new(Vec::new()));
    let mut rows = rows.into_iter();
    let source = |_| {
        if given.get() > finished.borrow().len() {
            return Source::Later;
        }
        let Some((row, at_closte)) = rows.next() else {
            return Source::Empty;
        };
        emulator.set_domains(&at_closte);
        given.set(given.get() + 1);
        Source::Rows(vec![(given.get(), row)])
    };
    let client = emulator.client();
    let lifecycle = lifecycle();
    let work = lifecycle.advance_each(&client, None, source, |_, row| {
        finished.borrow_mut().push(row);
    });
    net::block_on(work).unwrap();
    finished.into_inner()
}

#[test]
fn a_list_that_is_older_than_the_row_is_not_believed() {
    let emulator = Emulator::start();
    let row = |wanted, stage| {
        let mut row = Record::new("late.served.test", wanted, stage, 0, START);
        row.may_have_landed = true;
        row
    };
    let mut first = Record::wanted("first.served.test", START);
    first.may_have_landed = true;
    let after = one_after_another(
        &emulator,
        vec![
            (first, json!([])),
            // It was added by a call that went on meanwhile, whose answer came too late to count.
            (
                row(Wanted::Absent, Stage::Removing),
                json!(["late.served.test"]),
            ),
            (
                row(Wanted::Absent, Stage::Removing),
                json!(["late.served.test"]),
            ),
            // And it was removed by one.
            (row(Wanted::Present, Stage::Pending), json!([])),
        ],
    );
    let outcomes: Vec<_> = after.iter().map(|row| row.outcome.unwrap()).collect();
    assert_eq!(
        outcomes,
        [
            Outcome::Added,
            Outcome::Removed,
            Outcome::Removed,
            Outcome::Added
        ]
    );
    assert_eq!(emulator.domains(), ["late.served.test"]);
}
