use super::*;

#[test]
fn backoff_goes_from_ten_seconds_to_an_hour() {
    assert_eq!(backoff(1, "a.example"), 10);
    for failures in 0..200 {
        let wait = backoff(failures, "a.example");
        assert!((10..=3_600).contains(&wait), "{failures}: {wait}");
    }
    assert!(backoff(2, "a.example") >= 15);
    assert!(backoff(u32::MAX, "a.example") >= 2_700);
}

#[test]
fn a_failed_call_is_made_again_by_what_failed() {
    let wait = |kind, retry_after, failures| {
        let failure = Failure {
            kind,
            reason: String::new(),
            message: String::new(),
            retry_after,
            may_have_landed: false,
        };
        retry_call_after(&failure, failures, "a.example")
    };
    assert_eq!(wait(Kind::Rejected, 5, 1), DAY);
    assert_eq!(wait(Kind::InvalidDomain, 5, 9), DAY);
    assert_eq!(wait(Kind::Protocol, 0, 1), 60);
    assert_eq!(wait(Kind::Transient, 0, 1), 10);
    assert_eq!(wait(Kind::Transient, 90, 1), 90);
    assert_eq!(wait(Kind::Transient, 90_000, 1), HOUR);
    assert_eq!(wait(Kind::Auth, -7, 1), 10);
}

#[test]
fn polling_doubles_after_an_hour() {
    let (mut age, mut waits) = (0, Vec::new());
    while age < 4 * HOUR {
        let wait = polling_delay(age, 300, DNS_PATIENCE);
        waits.push(wait);
        age += wait;
    }
    assert_eq!(&waits[..12], &[300; 12]);
    assert_eq!(&waits[12..], &[600, 1_200, 2_400, 3_600, 3_600]);
    assert_eq!(polling_delay(-5, 10, DNS_PATIENCE), 10);
    assert_eq!(polling_delay(i64::MAX, 10, DNS_PATIENCE), HOUR);
}

#[test]
fn polling_meets_the_end_of_patience() {
    assert_eq!(polling_delay(DNS_PATIENCE - 900, 300, DNS_PATIENCE), 900);
    assert_eq!(polling_delay(DNS_PATIENCE - 2, 300, DNS_PATIENCE), 300);
}

#[test]
fn days_until_an_end_are_whole_ones() {
    let day = |days: i64| days * DAY;
    assert_eq!(days_left(1_000 + day(10) - 1, 1_000), 9);
    assert_eq!(days_left(1_000 + day(10), 1_000), 10);
    assert_eq!(days_left(1_000 + 1, 1_000), 0);
    assert_eq!(days_left(1_000, 1_000), 0);
    assert_eq!(days_left(999, 1_000), -1);
    assert_eq!(days_left(i64::MIN, i64::MAX), i64::MIN.div_euclid(DAY));
}
