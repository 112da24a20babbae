use super::*;

const NOW: i64 = 1_800_000_000;

fn pace(slowest: f64) -> Pace {
    Pace { slowest, at: NOW }
}

#[test]
fn a_page_waits_a_few_times_what_closte_takes_within_limits() {
    for (slowest, seconds) in [
        (0.0, 8.0),
        (f64::NAN, 8.0),
        (-1.0, 8.0),
        (0.6, 2.5),
        (1.2, 4.8),
        (1.8, 7.2),
        (30.0, 8.0),
    ] {
        let waited = pace(slowest).page_seconds(NOW);
        assert!((waited - seconds).abs() < 1e-9, "{slowest}: {waited}");
    }
}

#[test]
fn what_was_noted_a_day_ago_or_by_a_clock_ahead_counts_for_nothing() {
    for age in [0, DAY - 1] {
        assert!(pace(0.6).page_seconds(NOW + age) < LONGEST, "{age}");
    }
    for age in [-1, DAY, i64::MIN, i64::MAX] {
        let later = NOW.saturating_add(age);
        assert!(pace(0.6).page_seconds(later) >= LONGEST, "{age}");
        assert_eq!(
            pace(9.0).after(0.5, later),
            Some(Pace {
                slowest: STEP,
                at: later
            }),
            "{age}"
        );
    }
}

#[test]
fn only_an_answer_that_is_slower_is_kept_and_rounded_up() {
    assert_eq!(Pace::default().after(0.0, NOW), None);
    assert_eq!(Pace::default().after(f64::NAN, NOW), None);
    let fast = Pace::default().after(0.05, NOW).unwrap_or_default();
    assert!((fast.slowest - 0.6).abs() < 1e-9);
    assert_eq!(fast.after(0.59, NOW + 1), None);
    let slow = fast.after(0.61, NOW + 1).unwrap_or_default();
    assert!((slow.slowest - 1.2).abs() < 1e-9);
    assert_eq!(slow.at, NOW + 1);
    assert_eq!(slow.after(0.05, NOW + 2), None);
}
