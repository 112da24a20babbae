//! Calls through a proxy, and what is said when it is in the way.

use std::net::TcpListener;
use std::time::Duration;

use closte::api::{Client, Config, Outcome};
use closte::error::{Error, Kind};
use closte::net::{ProxySetting, WordPressProxy};

use crate::proxy::{ConnectProxy, Manner};
use crate::socks::SocksProxy;
use crate::support::{Emulator, PATIENCE, assert_ends, assert_tells_no_key, client, domain, run};

fn config(emulator: &Emulator, url: &str, no_proxy: &str) -> Config {
    Config {
        proxy: Some(ProxySetting::new(url, "HTTPS_PROXY", no_proxy)),
        retries: 0,
        ..emulator.tls_config()
    }
}

fn through(emulator: &Emulator, proxy: &ConnectProxy, no_proxy: &str) -> Client {
    client(config(
        emulator,
        &format!("http://{}", proxy.address),
        no_proxy,
    ))
}

#[test]
fn calls_over_tls_go_through_the_proxy_and_keep_their_connection() {
    let (emulator, proxy) = (Emulator::start(), ConnectProxy::start(Manner::Connect));
    let client = through(&emulator, &proxy, "");
    run(client.verify()).unwrap();
    assert_eq!(
        run(client.add_domain(&domain("a.example"))),
        Ok(Outcome::Added)
    );
    assert_eq!(run(client.domains()).unwrap().domains.len(), 1);
    assert_eq!(proxy.requests(), 1);
    assert_tells_no_key(&proxy.seen());
    for entry in emulator.journal() {
        assert_eq!(
            (&entry["http_version"], &entry["tls"]),
            (&"2".into(), &true.into()),
            "{entry}"
        );
    }
    assert_eq!(
        client.proxy().unwrap().as_str(),
        format!("http://{}", proxy.address)
    );
}

#[test]
fn hosts_that_are_named_are_called_without_the_proxy() {
    let (emulator, proxy) = (Emulator::start(), ConnectProxy::start(Manner::Connect));
    for hosts in ["127.0.0.1", "localhost, 127.0.0.0/8", "*"] {
        let client = through(&emulator, &proxy, hosts);
        run(client.verify()).unwrap();
        assert!(client.proxy().is_none());
    }
    let of_wordpress = |bypass_hosts| {
        let setting = ProxySetting::of_wordpress(WordPressProxy {
            host: "127.0.0.1",
            port: &proxy.address.port().to_string(),
            bypass_hosts,
            ..WordPressProxy::default()
        });
        client(Config {
            proxy: Some(setting),
            ..emulator.tls_config()
        })
    };
    run(of_wordpress("127.0.0.*").verify()).unwrap();
    assert_eq!(proxy.requests(), 0);
    run(of_wordpress("example.com").verify()).unwrap();
    assert_eq!(proxy.requests(), 1);
}

/// It would see the key.
#[test]
fn calls_in_plain_text_use_no_proxy() {
    let (emulator, proxy) = (Emulator::start(), ConnectProxy::start(Manner::Connect));
    let client = client(Config {
        proxy: config(&emulator, &format!("http://{}", proxy.address), "").proxy,
        ..emulator.config()
    });
    run(client.verify()).unwrap();
    run(client.domains()).unwrap();
    assert_eq!(proxy.seen(), "");
    assert!(client.proxy().is_none());
}

#[test]
fn the_proxy_gets_user_name_and_password_and_nobody_else_does() {
    let emulator = Emulator::start();
    // joe:s3cret/@
    let proxy = ConnectProxy::start(Manner::Ask("Basic am9lOnMzY3JldC9A".to_owned()));
    let place = proxy.address;
    for right in [
        format!("http://joe:s3cret%2F%40@{place}"),
        format!("joe:s3cret/@@{place}"),
    ] {
        let client = client(config(&emulator, &right, ""));
        run(client.verify()).unwrap();
        assert!(!format!("{:?}", client.config()).contains("s3cret"));
    }
    for entry in emulator.journal() {
        assert!(!entry.to_string().contains("joe"), "{entry}");
    }
    emulator.forget();
    for wrong in [
        format!("http://joe:s3cret@{place}"),
        format!("http://{place}"),
    ] {
        let error = refused(&config(&emulator, &wrong, ""));
        assert_eq!(error.reason(), "proxy-authentication", "{error}");
    }
    assert!(emulator.journal().is_empty());
}

#[test]
fn a_socks_proxy_is_told_the_servers_name_or_its_address() {
    let (emulator, proxy) = (Emulator::start(), SocksProxy::start(None));
    for (host, scheme, told) in [
        ("localhost", "socks4", &["127.0.0.1"][..]),
        ("localhost", "socks4a", &["localhost"]),
        ("localhost", "socks5", &["127.0.0.1", "::1"]),
        ("localhost", "socks5h", &["localhost"]),
        ("127.0.0.1", "socks4", &["127.0.0.1"]),
        ("127.0.0.1", "socks4a", &["127.0.0.1"]),
        ("127.0.0.1", "socks5", &["127.0.0.1"]),
        ("127.0.0.1", "socks5h", &["127.0.0.1"]),
    ] {
        let proxied = config(&emulator, &format!("{scheme}://{}", proxy.address), "");
        let client = client(Config {
            base_url: proxied.base_url.replace("127.0.0.1", host),
            ..proxied
        });
        run(client.verify()).unwrap();
        run(client.domains()).unwrap();
        let hosts = proxy.told();
        assert_eq!(hosts.len(), 1, "{scheme}, {host}: {hosts:?}");
        let is_right = told.contains(&hosts[0].as_str());
        assert!(is_right, "{scheme}, {host}: {hosts:?}");
    }
}

#[test]
fn a_socks_proxy_gets_user_name_and_password() {
    let emulator = Emulator::start();
    let proxy = SocksProxy::start(Some(("joe", "s3cret/@")));
    let place = proxy.address;
    let right = format!("socks5h://joe:s3cret%2F%40@{place}");
    run(client(config(&emulator, &right, "")).verify()).unwrap();
    emulator.forget();
    for wrong in [
        format!("socks5h://joe:s3cret@{place}"),
        format!("socks5h://{place}"),
    ] {
        let error = refused(&config(&emulator, &wrong, ""));
        assert_eq!(error.reason(), "proxy-authentication", "{error}");
    }
    assert!(emulator.journal().is_empty());
}

/// The error of a call that was not sent, which names the proxy and no password.
fn refused(config: &Config) -> Error {
    let client = client(config.clone());
    let error = assert_ends(|| run(client.add_domain(&domain("a.example"))).unwrap_err());
    assert_eq!(error.kind(), Kind::Transient, "{error}");
    assert!(!error.may_have_landed());
    assert!(error.message().contains("the proxy "), "{error}");
    for secret in ["s3cret", "joe"] {
        assert!(!format!("{error} {error:?}").contains(secret), "{error}");
    }
    error
}

#[test]
fn a_proxy_in_the_way_is_named_and_nothing_is_sent() {
    let emulator = Emulator::start();
    let unused = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for (manner, reason, words) in [
        (
            Manner::Answer("HTTP/1.1 403 Forbidden\r\n\r\n"),
            "proxy-refused",
            "makes no connection",
        ),
        (
            Manner::Answer("HTTP/1.1 502 Bad Gateway\r\n\r\n"),
            "proxy-refused",
            "makes no connection",
        ),
        (
            Manner::Answer("SSH-2.0-x\r\n"),
            "proxy-refused",
            "makes no connection",
        ),
        (Manner::Close, "proxy-refused", "makes no connection"),
    ] {
        let proxy = ConnectProxy::start(manner.clone());
        let url = format!("http://joe:s3cret@{}", proxy.address);
        let error = refused(&config(&emulator, &url, ""));
        assert_eq!(error.reason(), reason, "{manner:?}: {error}");
        assert!(error.message().contains(words), "{error}");
        assert!(
            error.message().contains("Closte was not reached"),
            "{error}"
        );
    }
    for (url, words) in [
        (
            format!("http://joe:s3cret@{unused}"),
            "refused the connection",
        ),
        ("http://joe:s3cret@nowhere.invalid:3128".to_owned(), "name"),
        (
            format!("socks5h://joe:s3cret@{unused}"),
            "cannot be connected to",
        ),
    ] {
        let error = refused(&config(&emulator, &url, ""));
        assert_eq!(error.reason(), "proxy", "{error}");
        assert!(error.message().contains(words), "{error}");
    }
    let proxy = ConnectProxy::start(Manner::Hang);
    let url = format!("http://joe:s3cret@{}", proxy.address);
    for (timeout, connect_timeout) in [(PATIENCE, 500), (Duration::from_millis(500), 60_000)] {
        let error = refused(&Config {
            timeout,
            connect_timeout: Duration::from_millis(connect_timeout),
            ..config(&emulator, &url, "")
        });
        assert_eq!(error.reason(), "connect-timeout", "{error}");
    }
    assert!(emulator.journal().is_empty());
}

#[test]
fn the_servers_certificate_is_checked_behind_a_proxy_too() {
    let (emulator, proxy) = (Emulator::start(), ConnectProxy::start(Manner::Connect));
    let without_ca = Config {
        ca_file: None,
        ..config(&emulator, &format!("http://{}", proxy.address), "")
    };
    let error = refused(&without_ca);
    assert_eq!(error.reason(), "tls", "{error}");
    assert!(emulator.journal().is_empty());
}

#[test]
fn a_proxy_that_cannot_be_used_is_a_config_error() {
    let emulator = Emulator::start();
    let key = || closte::api_key::ApiKey::new(crate::support::KEY).unwrap();
    let bad = config(&emulator, "ftp://joe:s3cret@127.0.0.1:1", "");
    let error = Client::new(key(), bad.clone()).err().unwrap();
    assert_eq!((error.kind(), error.reason()), (Kind::Config, "bad-proxy"));
    assert!(!error.message().contains("s3cret"), "{error}");
    // Where it is not used it does not matter.
    let plain = Config {
        base_url: emulator.config().base_url,
        ..bad
    };
    assert!(Client::new(key(), plain).is_ok());
}
