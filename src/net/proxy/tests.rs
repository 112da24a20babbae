use super::*;
use crate::error::Kind;

#[test]
fn reads_proxies_and_never_shows_their_passwords() {
    for (text, url, shown) in [
        (
            "proxy.example:3128",
            "http://proxy.example:3128",
            "http://proxy.example:3128",
        ),
        (
            "HTTP://Proxy.example:8080/",
            "http://proxy.example:8080",
            "http://proxy.example:8080",
        ),
        (
            "https://[::1]:8443",
            "https://[::1]:8443",
            "https://[::1]:8443",
        ),
        (
            "socks5h://127.0.0.1:1080",
            "socks5h://127.0.0.1:1080",
            "socks5h://127.0.0.1:1080",
        ),
        (
            "http://joe:s3cret@p.example:1",
            "http://joe:s3cret@p.example:1",
            "http://p.example:1",
        ),
        (
            "joe:s3@cr/e#t@p.example:1",
            "http://joe:s3%40cr%2Fe%23t@p.example:1",
            "http://p.example:1",
        ),
        (
            "http://joe:s3%63ret%40@p.example",
            "http://joe:s3cret%40@p.example",
            "http://p.example",
        ),
        (
            "http://joe@p.example:1",
            "http://joe:@p.example:1",
            "http://p.example:1",
        ),
    ] {
        let setting = ProxySetting::new(text, "HTTPS_PROXY", "");
        let proxy = setting.for_host("app.closte.com", 443).unwrap().unwrap();
        assert_eq!((proxy.url(), proxy.as_str()), (url, shown), "{text}");
        for shown in [format!("{setting:?}"), format!("{proxy:?}")] {
            assert!(!shown.contains("s3") && !shown.contains("joe"), "{shown}");
        }
    }
    for text in [
        "",
        "http://",
        "ftp://s3cret@p.example",
        "://s3cret",
        "http://joe:s3cret",
        "http://joe:s3cret@",
        "http://joe:s3cret@p example:1",
        "http://joe:s3cret@p.example:0",
        "http://joe:s3cret@p.example:",
        "http://joe:s3cret@p.example:99999",
    ] {
        let error = ProxySetting::new(text, "HTTPS_PROXY", "")
            .for_host("app.closte.com", 443)
            .unwrap_err();
        assert_eq!((error.kind(), error.reason()), (Kind::Config, "bad-proxy"));
        assert!(error.message().contains("HTTPS_PROXY"));
        assert!(!error.message().contains("s3cret"), "{error}");
    }
}

#[test]
fn no_proxy_is_read_as_curl_and_others_read_it() {
    for (hosts, is_direct) in [
        ("", false),
        ("app.closte.com", true),
        ("APP.closte.COM", true),
        ("closte.com", true),
        (".closte.com", true),
        ("*.closte.com", true),
        ("closte.com.", true),
        ("*", true),
        ("localhost, 127.0.0.1 ,closte.com", true),
        ("localhost closte.com", true),
        ("app.closte.com:443", true),
        ("app.closte.com:8443", false),
        ("pp.closte.com", false),
        ("com.closte", false),
        ("127.0.0.0/8", false),
        (",,", false),
    ] {
        assert_eq!(
            is_in_no_proxy(hosts, "app.closte.com", 443),
            is_direct,
            "{hosts}"
        );
    }
    for (hosts, host, is_direct) in [
        ("127.0.0.0/8", "127.0.0.1", true),
        ("*", "127.0.0.1", true),
        ("*", "[::1]", true),
        ("127.0.0.1", "127.0.0.1", true),
        ("127.0.0.1:443", "127.0.0.1", true),
        ("10.0.0.0/8", "127.0.0.1", false),
        ("::1", "[::1]", true),
        ("[::1]", "[::1]", true),
        ("[::1]:443", "[::1]", true),
        ("[::1]:444", "[::1]", false),
        ("localhost", "LocalHost", true),
    ] {
        assert_eq!(
            is_in_no_proxy(hosts, host, 443),
            is_direct,
            "{hosts} {host}"
        );
    }
}

#[test]
fn wordpress_constants_are_read_as_wordpress_reads_them() {
    let constants = WordPressProxy {
        host: "proxy.example",
        port: "3128",
        username: Some("joe"),
        password: Some("p@ss:/"),
        bypass_hosts: "localhost, www.example.com, *.wordpress.org",
    };
    let url = |constants| {
        let proxy = ProxySetting::of_wordpress(constants).for_host("app.closte.com", 443);
        proxy.unwrap().unwrap().url().to_owned()
    };
    assert_eq!(url(constants), "http://joe:p%40ss%3A%2F@proxy.example:3128");
    let alone = WordPressProxy {
        password: None,
        ..constants
    };
    assert_eq!(url(alone), "http://proxy.example:3128");
    let socks = WordPressProxy {
        host: "socks5://proxy.example/",
        ..alone
    };
    assert_eq!(url(socks), "socks5://proxy.example:3128");

    for (hosts, host, is_direct) in [
        ("", "app.closte.com", false),
        ("", "localhost", true),
        ("app.closte.com", "app.closte.com", true),
        (" x.example , APP.closte.com", "app.closte.com", true),
        // Unlike NO_PROXY, a name stands for itself alone.
        ("closte.com", "app.closte.com", false),
        ("*.closte.com", "app.closte.com", true),
        ("*.closte.com", "a.app.closte.com", true),
        ("*.closte.com", ".closte.com", false),
        ("app.*", "app.closte.com", true),
        ("*", "app.closte.com", true),
        ("a*p.c*e.com", "app.closte.com", true),
        ("a*x", "app.closte.com", false),
        ("app.closte.com*", "app.closte.com", false),
    ] {
        assert_eq!(is_in_bypass_hosts(hosts, host), is_direct, "{hosts} {host}");
    }
}
