use proptest::prelude::*;

use super::*;

#[test]
fn ceilings_double_up_to_the_cap() {
    let millis: Vec<u128> = (0..8).map(|n| WITHIN_CALL.ceiling(n).as_millis()).collect();
    assert_eq!(millis, [250, 250, 500, 1000, 2000, 4000, 5000, 5000]);
}

#[test]
fn retry_after_is_a_lower_bound() {
    let asked = Some(Duration::from_secs(7));
    assert_eq!(
        WITHIN_CALL.full_jitter(1, 0.0, asked),
        Duration::from_secs(7)
    );
}

#[test]
fn a_call_that_is_turned_away_while_others_are_answered_goes_on_but_not_at_once_for_ever() {
    let mut attempts = Attempts::new(0, Duration::from_secs(3_600));
    let error = Error::transient("connection-broken", "It was turned away.");
    let too_late = RetryHint::NotBegun {
        answers_others: true,
    };
    let delays: Vec<_> = (0..100)
        .map(|_| {
            attempts.expect(too_late);
            attempts.delay_after(&error, 1.0).unwrap()
        })
        .collect();
    let (at_once, later) = delays.split_at(16);
    assert!(at_once.iter().all(Duration::is_zero), "{at_once:?}");
    assert!(later.iter().all(|it| *it == WITHIN_CALL.base), "{later:?}");
    // None of them was a failure, and what is one still ends the call.
    attempts.expect(RetryHint::NotBegun {
        answers_others: false,
    });
    assert_eq!(attempts.delay_after(&error, 1.0), Some(Duration::ZERO));
    attempts.expect(RetryHint::Later);
    assert_eq!(attempts.delay_after(&error, 1.0), None);
}

proptest! {
    #[test]
    fn jitter_keeps_to_its_bounds(failures: u32, random: f64) {
        prop_assert!(WITHIN_CALL.full_jitter(failures, random, None) <= WITHIN_CALL.ceiling(failures));
    }
}
