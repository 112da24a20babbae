//! TLS and HTTP/2, valid and faulty.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::time::Duration;

use http::Version;
use serde_json::{Value, json};
use support::Emulator;
use support::secure::{ask, failure, get, handshake, http2};
use tokio::net::TcpStream;
use tokio::time::timeout;

const URL: &str = "https://localhost/api/client/getdomains?apikey=first";
const ANSWER: &str = r#"{"domains":[],"success":true}"#;

#[tokio::test]
async fn both_versions_of_http_are_offered() {
    let emulator = Emulator::start(&[]);
    let ca = emulator.folder.file("ca.pem");
    for (alpn, version) in [("h2", Version::HTTP_2), ("http/1.1", Version::HTTP_11)] {
        let stream = handshake(emulator.address("https"), "localhost", &ca, &[alpn])
            .await
            .unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(alpn.as_bytes()));
        assert_eq!(
            get(stream, version, URL).await,
            (version, 200, ANSWER.to_owned())
        );
    }
    let stream = TcpStream::connect(emulator.address("http")).await.unwrap();
    assert_eq!(get(stream, Version::HTTP_2, URL).await.1, 200);
    let journal = emulator.journal();
    let column = |name: &str| {
        journal
            .iter()
            .map(|entry| entry[name].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(column("http_version"), ["2", "1.1", "2"]);
    assert_eq!(column("tls"), [true, true, false]);
}

#[tokio::test]
async fn the_certificate_is_for_every_name_of_loopback() {
    let emulator = Emulator::start(&[]);
    let ca = emulator.folder.file("ca.pem");
    for name in ["localhost", "127.0.0.1", "::1"] {
        handshake(emulator.address("https"), name, &ca, &[])
            .await
            .unwrap();
    }
    assert!(
        failure(emulator.address("https"), "a.example", &ca)
            .await
            .contains("not valid for name")
    );
}

#[tokio::test]
async fn each_bad_certificate_is_bad_in_its_own_way() {
    let emulator = Emulator::start(&[]);
    let (server, ca) = (emulator.address("https"), emulator.folder.file("ca.pem"));
    let cases = [
        ("tls-expired", "expired"),
        ("tls-wrong-host", "not valid for name"),
        ("tls-self-signed", "UnknownIssuer"),
        ("tls-handshake", "HandshakeFailure"),
    ];
    for (kind, words) in cases {
        emulator.fault(json!({"kind": kind, "nth": [1]}));
        let error = failure(server, "localhost", &ca).await;
        assert!(error.contains(words), "{kind}: {error}");
        assert_eq!(emulator.last()["fault"], kind);
        // The next connection is served again.
        handshake(server, "localhost", &ca, &[]).await.unwrap();
    }
}

// The control call blocks its thread.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hello_can_go_unanswered() {
    let emulator = Emulator::start(&[]);
    let (server, ca) = (emulator.address("https"), emulator.folder.file("ca.pem"));
    emulator.fault(json!({"kind": "tls-hang"}));
    let waiting = handshake(server, "localhost", &ca, &[]);
    assert!(timeout(Duration::from_millis(200), waiting).await.is_err());
    // Going down ends that one too.
    let waiting = tokio::spawn(async move { failure(server, "localhost", &ca).await });
    emulator.control("GET", "/journal?count=2&wait_ms=20000", &Value::Null);
    emulator.control("PUT", "/down", &json!({"down": true}));
    let error = timeout(support::PATIENCE, waiting).await.unwrap().unwrap();
    assert!(error.contains("reset"), "{error}");
}

#[tokio::test]
async fn a_reset_ends_an_http2_connection() {
    let emulator = Emulator::start(&[]);
    let ca = emulator.folder.file("ca.pem");
    emulator.fault(json!({"kind": "reset-after", "nth": [1]}));
    let stream = handshake(emulator.address("https"), "localhost", &ca, &["h2"])
        .await
        .unwrap();
    let broken = tokio::spawn(get(stream, Version::HTTP_2, URL)).await;
    assert!(broken.is_err());
    assert_eq!(emulator.last()["http_version"], "2");
}

#[tokio::test]
async fn a_goaway_lets_the_last_request_be_answered_and_drops_the_later_ones() {
    let emulator = Emulator::start(&[]);
    emulator.control(
        "PUT",
        "/faults",
        &json!([{"kind": "goaway", "nth": [2]}, {"kind": "latency", "ms": 300}]),
    );
    let mut sender = http2(emulator.address("http")).await;
    let calls = [(); 4].map(|()| ask(&mut sender, URL));
    let mut reasons = Vec::new();
    for call in calls {
        reasons.push(call.await.map_err(|error| error.reason()));
    }
    let dropped = Err(Some(h2::Reason::NO_ERROR));
    assert_eq!(reasons, [Ok(200), Ok(200), dropped, dropped]);
    assert_eq!(emulator.journal().len(), 2);
}

#[tokio::test]
async fn a_refused_stream_is_one_of_many() {
    let emulator = Emulator::start(&[]);
    emulator.fault(json!({"kind": "refused-stream", "nth": [1]}));
    let mut sender = http2(emulator.address("http")).await;
    let error = ask(&mut sender, URL).await.unwrap_err();
    assert_eq!(error.reason(), Some(h2::Reason::REFUSED_STREAM));
    assert_eq!(ask(&mut sender, URL).await.unwrap(), 200);
    assert_eq!(emulator.journal()[0]["fault"], "refused-stream");
}
