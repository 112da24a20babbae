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

proptest! {
    #[test]
    fn jitter_keeps_to_its_bounds(failures: u32, random: f64) {
        prop_assert!(WITHIN_CALL.full_jitter(failures, random, None) <= WITHIN_CALL.ceiling(failures));
    }
}
