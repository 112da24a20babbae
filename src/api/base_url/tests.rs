use super::*;

#[test]
fn takes_https_and_plain_loopback() {
    for (text, effective, loopback) in [
        (
            "https://app.closte.com/api/client",
            "https://app.closte.com/api/client",
            false,
        ),
        (
            "https://app.closte.com/api/client/",
            "https://app.closte.com/api/client",
            false,
        ),
        ("https://app.closte.com", "https://app.closte.com", false),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x", true),
        ("http://127.9.9.9/", "http://127.9.9.9", true),
        ("http://[::1]:1/x", "http://[::1]:1/x", true),
        ("https://[::1]:1/x", "https://[::1]:1/x", true),
        ("http://LocalHost/x", "http://LocalHost/x", true),
    ] {
        let url = BaseUrl::parse(text).unwrap();
        assert_eq!((url.as_str(), url.is_loopback()), (effective, loopback));
    }
}

#[test]
fn refuses_the_rest() {
    for (text, reason) in [
        ("", "bad-base-url"),
        ("app.closte.com", "bad-base-url"),
        ("/api", "bad-base-url"),
        ("ftp://example.com", "bad-base-url"),
        ("https://", "bad-base-url"),
        ("https://exa mple.com", "bad-base-url"),
        ("https://example.com/\u{0}", "bad-base-url"),
        ("https://user:s3cret@example.com", "bad-base-url"),
        ("http://user:s3cret@127.0.0.1", "bad-base-url"),
        ("https://example.com/?a=b", "bad-base-url"),
        ("https://example.com/#a", "bad-base-url"),
        ("https://example.com:0/", "bad-base-url"),
        ("https://example.com:99999/", "bad-base-url"),
        ("https://example.com:/", "bad-base-url"),
        ("https://-/", "bad-base-url"),
        ("https://a..b/", "bad-base-url"),
        ("https://[::1%25eth0]/", "bad-base-url"),
        ("https://[::1%eth0]/", "bad-base-url"),
        ("http://example.com", "insecure-base-url"),
        ("http://127.0.0.1.example.com", "insecure-base-url"),
        ("http://localhost.example.com", "insecure-base-url"),
        ("http://128.0.0.1", "insecure-base-url"),
        ("http://[::2]", "insecure-base-url"),
        ("http://[::ffff:127.0.0.1]", "insecure-base-url"),
        ("http://2130706433", "insecure-base-url"),
        ("http://127.0.0.1@example.com", "bad-base-url"),
    ] {
        let error = BaseUrl::parse(text).expect_err(text);
        assert_eq!(error.reason(), reason, "{text}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}

#[test]
fn what_is_shown_of_a_url_has_no_secret() {
    for url in [
        "https://user:s3cret@example.com/api",
        "https://example.com/api?apikey=s3cret",
        "https://example.com/api?login=me@x.example&apikey=s3cret",
        "https://example.com/api#me@x.example?s3cret",
        "https://user:s3cret%40example.com",
    ] {
        assert!(!shown(url).contains("s3cret"), "{}", shown(url));
    }
    assert_eq!(shown("https://user:s3cret@[::1]:80/api"), "…@[::1]:80/api");
}

#[test]
fn what_was_read_last_is_no_other_urls() {
    let first = BaseUrl::parse("https://app.closte.com/api/client").unwrap();
    assert!(BaseUrl::parse("http://app.closte.com/api/client").is_err());
    let again = BaseUrl::parse("https://app.closte.com/api/client").unwrap();
    assert_eq!(again, first);
    let other = BaseUrl::parse("http://127.0.0.1:8080/api").unwrap();
    assert_eq!(
        (other.as_str(), other.is_tls()),
        ("http://127.0.0.1:8080/api", false)
    );
}

/// As in a process that was forked while another thread of its parent was reading one.
#[test]
fn who_never_gets_the_lock_reads_it_all_the_same() {
    let _held = LAST.lock();
    let url = BaseUrl::parse("https://app.closte.com/api/client").unwrap();
    assert_eq!(url.as_str(), "https://app.closte.com/api/client");
}
