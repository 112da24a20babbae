use proptest::prelude::*;

use super::*;
use crate::lifecycle::{Stage, Wanted};

const NOW: i64 = 1_700_000_000;

fn called(outcome: Outcome, kind: &str, retry_after: i64) -> Record {
    let mut record = Record::new("a.example", Wanted::Present, Stage::Pending, 0, NOW);
    record.outcome = Some(outcome);
    record.error_kind = kind.to_owned();
    record.error_message = format!("{outcome}: {kind}");
    record.retry_after = retry_after;
    record
}

fn looked() -> Record {
    Record {
        outcome: None,
        ..called(Outcome::Failed, "transient", 0)
    }
}

fn failed() -> Record {
    called(Outcome::Failed, "transient", 0)
}

#[test]
fn a_failure_pauses_pages_for_a_minute() {
    for (outcome, kind) in [
        (Outcome::Failed, "transient"),
        (Outcome::Unknown, "protocol"),
        (Outcome::Unauthorized, "auth"),
    ] {
        let open = CircuitBreaker::default().after(&[called(outcome, kind, 0)], NOW);
        assert_eq!((open.since, open.kind.as_str()), (NOW, kind));
        assert!(!open.allows(false, NOW + PAUSE - 1));
        assert!(open.allows(false, NOW + PAUSE));
        // A run asks first, now and later.
        assert!(!open.allows(true, NOW + PAUSE));
        assert!(open.must_probe(NOW) && open.must_probe(NOW + PAUSE));
    }
}

#[test]
fn what_is_no_failure_of_clostes_changes_nothing() {
    let closed = CircuitBreaker::default();
    let open = closed.after(&[failed()], NOW);
    for record in [
        looked(),
        called(Outcome::Invalid, "invalid-domain", 0),
        called(Outcome::Deferred, "transient", 0),
        called(Outcome::Protected, "", 0),
        called(Outcome::Failed, "config", 0),
    ] {
        let records = [record];
        assert_eq!(closed.after(&records, NOW), closed);
        assert_eq!(open.after(&records, NOW + 5), open);
    }
}

#[test]
fn an_answer_closes_it() {
    let open = CircuitBreaker::default().after(&[failed()], NOW);
    for (outcome, kind) in [(Outcome::Added, ""), (Outcome::Rejected, "rejected")] {
        let closed = open.after(&[looked(), called(outcome, kind, 0)], NOW + 1);
        assert_eq!(closed, CircuitBreaker::default());
        assert!(closed.allows(true, NOW) && closed.allows(false, NOW) && !closed.must_probe(NOW));
    }
}

#[test]
fn retry_after_counts_for_ten_minutes_at_most() {
    for (asked, counted) in [(1, 1), (120, 120), (600, 600), (86_400, 600)] {
        let open = CircuitBreaker::default().after(
            &[failed(), called(Outcome::Failed, "transient", asked)],
            NOW,
        );
        assert!(!open.must_probe(NOW + counted - 1));
        assert!(open.must_probe(NOW + counted));
        assert!(!open.allows(false, NOW + counted.max(PAUSE) - 1));
        assert!(open.allows(false, NOW + counted.max(PAUSE)));
    }
}

#[test]
fn a_closte_that_fails_at_everything_is_not_asked_before_the_pause_is_over() {
    let many = |count| vec![failed(); count];
    let open = CircuitBreaker::default().after(&many(19), NOW);
    assert!(open.must_probe(NOW + 1));
    let open = open.after(&many(1), NOW);
    assert!(!open.must_probe(NOW + PAUSE - 1));
    assert!(open.must_probe(NOW + PAUSE));
    let mut records = many(30);
    records.insert(15, called(Outcome::Added, "", 0));
    let open = CircuitBreaker::default().after(&records, NOW);
    assert_eq!(open.failures, 15);
    assert!(open.must_probe(NOW + 1));
}

#[test]
fn a_refused_key_that_is_tried_out_does_not_pause() {
    let open = CircuitBreaker::default().after_refused_key("No.", NOW);
    assert!(open.allows(false, NOW));
    assert_eq!((open.since, open.kind.as_str()), (NOW, "auth"));
    assert!(open.after_key_change().is_closed());
    let down = CircuitBreaker::default().after(&[failed()], NOW);
    assert_eq!(down.after_key_change(), down);
    assert!(
        !down
            .after_refused_key("No.", NOW + 5)
            .allows(false, NOW + 5)
    );
}

#[test]
fn a_clock_that_was_wrong_pauses_nobody() {
    let open = CircuitBreaker::default().after(&[called(Outcome::Failed, "transient", 600)], NOW);
    assert!(open.allows(false, NOW - 1));
    assert!(open.must_probe(NOW - 1));
    assert_eq!(open.after(&[failed()], NOW - 500).since, NOW - 500);
}

#[test]
fn the_rest_of_a_batch_is_left_alone_after_many_failures_in_a_row() {
    let mut streak = Streak::default();
    for _ in 0..19 {
        streak = streak
            .with(Signal::Failure, false)
            .with(Signal::None, false);
    }
    assert!(!streak.is_over());
    assert!(streak.with(Signal::Failure, false).is_over());
    let reset = streak.with(Signal::Answer, false);
    assert!(!reset.with(Signal::Failure, false).is_over());
    assert!(Streak::default().with(Signal::Failure, true).is_over());
}

fn any_record() -> impl Strategy<Value = Record> {
    const KINDS: &[&str] = &[
        "",
        "transient",
        "protocol",
        "auth",
        "rejected",
        "config",
        "odd",
    ];
    (
        prop::option::of(prop::sample::select(Outcome::ALL)),
        prop::sample::select(KINDS),
        any::<i64>(),
    )
        .prop_map(|(outcome, kind, retry_after)| Record {
            outcome,
            ..called(Outcome::Failed, kind, retry_after)
        })
}

proptest! {
    /// Whatever comes, nobody waits for more than ten minutes, and one success is enough.
    #[test]
    fn no_history_keeps_anybody_away_for_ever(
        history in prop::collection::vec((prop::collection::vec(any_record(), 0..30), 0_i64..2_000), 0..20),
    ) {
        let mut breaker = CircuitBreaker::default();
        let mut now = NOW;
        for (records, passed) in history {
            now += passed;
            let before = breaker.clone();
            breaker = breaker.after(&records, now);
            let has = |signal| records.iter().any(|record| Signal::of(record) == signal);
            prop_assert_eq!(
                breaker.is_closed(),
                !has(Signal::Failure) && (before.is_closed() || has(Signal::Answer))
            );
            prop_assert!(breaker.since <= now.max(before.since));
            prop_assert!(breaker.allows(false, now + LONGEST_PAUSE));
            prop_assert!(breaker.is_closed() || breaker.must_probe(now + LONGEST_PAUSE));
            prop_assert!(breaker.allows(true, now) == breaker.is_closed());
            prop_assert!(!(breaker.must_probe(now) && breaker.is_closed()));
        }
        prop_assert!(breaker.after(&[called(Outcome::Removed, "", 0)], now).is_closed());
    }
}
