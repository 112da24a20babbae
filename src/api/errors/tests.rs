use http::HeaderValue;

use super::*;

#[test]
fn reads_retry_after_in_both_forms() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
    for (text, expected) in [
        ("120", Some(120)),
        (" 0 ", Some(0)),
        ("99999999999999999999999", Some(u64::MAX)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(7)),
        ("Sat, 06 Nov 1993 08:49:37 GMT", Some(0)),
        ("", None),
        ("-5", None),
        ("1.5", Some(1)),
        ("1.", None),
        (".5", None),
        ("1.5.5", None),
        ("1e5.0", None),
        ("soon", None),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(text));
        assert_eq!(
            retry_after(&headers, now).map(|d| d.as_secs()),
            expected,
            "{text}"
        );
    }
    assert_eq!(retry_after(&HeaderMap::new(), now), None);
}

#[test]
fn durations_read_well() {
    for (millis, text) in [
        (250, "0.25 s"),
        (5000, "5 s"),
        (1500, "1.5 s"),
        (10_000, "10 s"),
        (86_400_000, "86400 s"),
        (u64::MAX, "more than a day"),
    ] {
        assert_eq!(in_words(Duration::from_millis(millis)), text);
    }
}
