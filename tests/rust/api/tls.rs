//! TLS: what is trusted, what is not, and that it cannot be talked out of checking.

use crate::support::{Emulator, PATIENCE, assert_ends, client, domain, run};
use closte::api::Config;
use closte::error::Kind;
use serde_json::{Value, json};
use std::time::Duration;

#[test]
fn an_unknown_authority_is_refused_before_the_key_is_sent() {
    let emulator = Emulator::start();
    let without_ca = Config {
        ca_file: None,
        ..emulator.tls_config()
    };
    let error = run(client(without_ca).verify()).unwrap_err();
    assert_eq!((error.kind(), error.reason()), (Kind::Transient, "tls"));
    assert!(!error.may_have_landed());
    assert!(error.to_string().contains("closte.ca_file"), "{error}");
    assert!(emulator.journal().is_empty());
    run(client(emulator.tls_config()).verify()).unwrap();
    assert_eq!(emulator.journal().len(), 1);
}

#[test]
fn each_tls_fault_is_a_tls_error_and_sends_nothing() {
    let emulator = Emulator::start();
    let client = |connect_timeout| {
        client(Config {
            retries: 0,
            timeout: PATIENCE,
            connect_timeout,
            ..emulator.tls_config()
        })
    };
    let (patient, hasty) = (client(PATIENCE), client(Duration::from_millis(500)));
    for (kind, reason, words) in [
        ("tls-handshake", "tls", "HandshakeFailure"),
        ("tls-expired", "tls", "its certificate has expired"),
        (
            "tls-wrong-host",
            "tls",
            "its certificate is for another name",
        ),
        ("tls-self-signed", "tls", "its certificate"),
        ("tls-hang", "connect-timeout", "within 0.5 s"),
    ] {
        emulator.control("DELETE", "/connections", &Value::Null);
        emulator.forget();
        emulator.faults(json!({ "kind": kind }));
        let client = if kind == "tls-hang" { &hasty } else { &patient };
        let error = assert_ends(|| run(client.add_domain(&domain("shop.example"))).unwrap_err());
        assert!(error.to_string().contains(words), "{kind}: {error}");
        assert_eq!(
            (error.kind(), error.reason(), error.may_have_landed()),
            (Kind::Transient, reason, false),
            "{kind}: {error}"
        );
        for entry in emulator.journal() {
            assert!(entry["path"].is_null() || entry["path"] == "", "{entry}");
            assert_ne!(entry["effect"], "added", "{entry}");
        }
        assert!(emulator.domains().is_empty(), "{kind}");
    }
    emulator.forget();
    run(patient.verify()).unwrap();
}

#[test]
fn faults_over_http2_are_told_apart_too() {
    let emulator = Emulator::start();
    for (number, (kind, reason)) in [
        ("429", "rate-limited"),
        ("html", "bad-answer"),
        ("oversized", "answer-too-big"),
        ("cut-body", "connection-broken"),
        ("reset-before", "connection-broken"),
        ("reset-after", "connection-broken"),
        ("hang", "timeout"),
    ]
    .into_iter()
    .enumerate()
    {
        // Another time limit means a pool, and so a connection, of its own.
        let client = client(Config {
            retries: 0,
            timeout: if kind == "hang" {
                Duration::from_millis(600)
            } else {
                PATIENCE
            },
            connect_timeout: Duration::from_secs(5 + number as u64),
            ..emulator.tls_config()
        });
        emulator.set_domains(&json!([]));
        emulator.forget();
        emulator.faults(json!({"kind": kind, "path": "/adddomainalias"}));
        let error = assert_ends(|| run(client.add_domain(&domain("shop.example"))).unwrap_err());
        assert_eq!(error.reason(), reason, "{kind}: {error:?}");
    }
}

#[test]
fn a_changed_ca_file_is_noticed() {
    let (one, other) = (Emulator::start(), Emulator::start());
    let file = one.folder().join("trusted.pem");
    std::fs::copy(other.ca_file(), &file).unwrap();
    let config = Config {
        ca_file: Some(file.clone()),
        retries: 0,
        ..one.tls_config()
    };
    assert_eq!(
        run(client(config.clone()).verify()).unwrap_err().reason(),
        "tls"
    );
    std::fs::copy(one.ca_file(), &file).unwrap();
    run(client(config).verify()).unwrap();
}
