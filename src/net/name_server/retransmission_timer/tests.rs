use std::time::Duration;

use super::{FIRST_WAIT, LONGEST_WAIT, RetransmissionTimer, SHORTEST_WAIT};

fn after(milliseconds: &[u64]) -> Duration {
    let mut retransmission_timer = RetransmissionTimer::default();
    for took in milliseconds {
        retransmission_timer.observe(Duration::from_millis(*took));
    }
    retransmission_timer.wait()
}

#[test]
fn the_wait_follows_what_the_server_takes() {
    assert_eq!(after(&[]), FIRST_WAIT);
    assert_eq!(after(&[100]), Duration::from_millis(300));
    let steady = after(&[300; 50]);
    assert!(
        (300..320).contains(&steady.as_millis()),
        "what varies little is waited for little longer: {steady:?}"
    );
    assert!(after(&[300, 300, 300, 400, 300, 400]) > steady);
}

#[test]
fn the_wait_is_within_bounds_whatever_comes() {
    assert_eq!(after(&[0, 1, 0, 0]), SHORTEST_WAIT);
    assert_eq!(after(&[5_000, 7_000]), LONGEST_WAIT);
    let mut healed = vec![5_000];
    healed.extend([10; 60]);
    assert_eq!(after(&healed), SHORTEST_WAIT);
}
