use super::*;

/// Its connection came from another request, and the one that was made for it is still begun.
#[test]
fn a_request_that_is_being_sent_waits_for_no_name_and_no_connection() {
    let track = Track::default();
    track.looking_up.store(true, Ordering::Relaxed);
    track.connecting.store(true, Ordering::Relaxed);
    assert!(track.is_looking_up() && track.is_connecting());
    track.body_is_taken();
    assert!(!track.is_looking_up() && !track.is_connecting());
}
