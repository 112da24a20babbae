//! From an added domain to a trusted certificate, over real DNS, ACME and TLS.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};

use http::Version;
use serde_json::{Value, json};
use support::secure::{certificates, failure, get, handshake};
use support::{Emulator, send};

struct Stack {
    emulator: Emulator,
    trust: String,
}

impl Stack {
    fn start(arguments: &[&str]) -> Self {
        let mut all = vec!["stack"];
        all.extend(arguments);
        let emulator = Emulator::start(&all);
        let trust = emulator.ready["trust"].as_str().unwrap().to_owned();
        Self { emulator, trust }
    }

    fn port(&self, name: &str) -> SocketAddr {
        let port = self.emulator.ready[name].as_u64().unwrap();
        SocketAddr::from(([127, 0, 0, 1], port.try_into().unwrap()))
    }

    fn tls(&self) -> SocketAddr {
        self.port("edge_tls_port")
    }

    fn http(&self, path: &str, host: &str) -> support::Response {
        let server = self.port("edge_http_port");
        let mut stream = support::connect(server).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head[9..12].parse().unwrap();
        support::Response {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    fn dns(&self, call: &str, what: &Value) {
        let server = self.emulator.address("dns_control");
        assert_eq!(
            send(server, "POST", call, "", &what.to_string())
                .unwrap()
                .status,
            200
        );
    }

    fn point(&self, domain: &str, address: &str) {
        self.dns("/clear-a", &json!({"host": domain}));
        self.dns("/add-a", &json!({"host": domain, "addresses": [address]}));
    }

    fn add(&self, domain: &str) {
        assert_eq!(self.emulator.add(domain).unwrap().json()["success"], true);
    }

    fn set(&self, change: &Value) {
        self.emulator.control("PUT", "/edge", change);
    }

    /// Waits until the domain is in this state, and returns its entry.
    fn until(&self, domain: &str, state: &str) -> Value {
        let path = format!("/edge?domain={domain}&state={state}&wait_ms=30000");
        let domain = self.emulator.control("GET", &path, &Value::Null)["domains"][domain].clone();
        assert_eq!(domain["state"], state, "{domain}");
        domain
    }
}

#[tokio::test]
async fn a_domain_gets_its_certificate_once_it_points_here() {
    let stack = Stack::start(&[]);
    stack.add("shop.example");
    assert_eq!(
        stack.until("shop.example", "waiting-dns")["addresses"],
        json!([])
    );
    assert!(
        failure(stack.tls(), "shop.example", &stack.trust)
            .await
            .contains("alert")
    );
    stack.point("shop.example", "127.0.0.2");
    let waits = support::until(|| {
        let domain = stack.until("shop.example", "waiting-dns");
        (domain["addresses"] == json!(["127.0.0.2"])).then_some(domain)
    });
    assert!(
        waits["reason"]
            .as_str()
            .unwrap()
            .starts_with("127.0.0.2 is not")
    );
    stack.point("shop.example", "127.0.0.1");
    let valid = stack.until("shop.example", "valid");
    let days = (valid["not_after"].as_i64().unwrap()
        - valid["issued_at_ms"].as_i64().unwrap() / 1000)
        / 86400;
    assert!((89..=90).contains(&days), "{days}");

    let stream = handshake(stack.tls(), "shop.example", &stack.trust, &["h2"])
        .await
        .unwrap();
    let shown = stream.get_ref().1.peer_certificates().unwrap().to_vec();
    assert!(shown.len() >= 2, "the chain has its intermediate");
    let (version, status, body) = get(stream, Version::HTTP_2, "https://shop.example/").await;
    assert_eq!((version, status), (Version::HTTP_2, 200));
    assert!(body.contains("served by Closte's edge"));
    // It is of the ACME server, not of the emulator's own CA.
    let own = stack.emulator.folder.file("ca.pem");
    assert!(
        failure(stack.tls(), "shop.example", &own)
            .await
            .contains("UnknownIssuer")
    );
    assert_eq!(certificates(&stack.trust).len(), 2);

    let body = "apikey=first&domain=shop.example&wildcard=";
    stack.emulator.post("/deletedomainalias", body).unwrap();
    support::until(|| {
        let edge = stack.emulator.control("GET", "/edge", &Value::Null);
        edge["domains"]
            .as_object()
            .unwrap()
            .is_empty()
            .then_some(())
    });
    assert!(
        failure(stack.tls(), "shop.example", &stack.trust)
            .await
            .contains("alert")
    );
}

#[tokio::test]
async fn a_wildcard_gets_its_certificate_by_dns() {
    let stack = Stack::start(&[]);
    stack.add("*.shop.example");
    stack.point("*.shop.example", "127.0.0.1");
    stack.until("*.shop.example", "valid");
    handshake(stack.tls(), "any.shop.example", &stack.trust, &[])
        .await
        .unwrap();
    assert!(
        failure(stack.tls(), "shop.example", &stack.trust)
            .await
            .contains("alert")
    );
    assert!(
        failure(stack.tls(), "a.any.shop.example", &stack.trust)
            .await
            .contains("alert")
    );
}

#[test]
fn what_keeps_a_certificate_away_is_said() {
    let stack = Stack::start(&[]);
    for domain in [
        "stale.example",
        "caa.example",
        "denied.example",
        "late.example",
    ] {
        stack.add(domain);
    }
    stack.set(&json!({"deny": ["denied.example"]}));
    stack.dns(
        "/add-aaaa",
        &json!({"host": "stale.example", "addresses": ["2001:db8::1"]}),
    );
    stack.dns(
        "/add-caa",
        &json!({"host": "example", "policies": [{"tag": "issue", "value": "other.example"}]}),
    );
    for domain in ["stale.example", "caa.example", "denied.example"] {
        stack.point(domain, "127.0.0.1");
    }
    assert!(
        stack.until("caa.example", "failed")["reason"]
            .as_str()
            .unwrap()
            .contains("other.example")
    );
    stack.until("denied.example", "denied");
    let stale = stack.until("stale.example", "waiting-dns");
    assert_eq!(stale["orders"], 0);
    // Each one is served when its fault is over.
    stack.dns("/clear-caa", &json!({"host": "example"}));
    stack.dns("/clear-aaaa", &json!({"host": "stale.example"}));
    stack.set(&json!({"deny": []}));
    for domain in ["stale.example", "caa.example", "denied.example"] {
        stack.until(domain, "valid");
    }
    stack.set(&json!({"delay_ms": 3_600_000}));
    stack.point("late.example", "127.0.0.1");
    stack.until("late.example", "delayed");
    stack.set(&json!({"delay_ms": 0}));
    stack.until("late.example", "valid");
}

#[tokio::test]
async fn bad_certificates_are_served_on_demand() {
    let stack = Stack::start(&[]);
    let cases = [
        ("expired", "expired"),
        ("self-signed", "UnknownIssuer"),
        ("foreign", "not valid for name"),
        ("untrusted", "UnknownIssuer"),
        ("none", "alert"),
    ];
    for (serve, words) in cases {
        stack.set(&json!({"serve": {"shop.example": serve}}));
        let error = failure(stack.tls(), "shop.example", &stack.trust).await;
        assert!(error.contains(words), "{serve}: {error}");
    }
    stack.set(&json!({"serve": {"shop.example": "ending"}}));
    handshake(stack.tls(), "shop.example", &stack.trust, &[])
        .await
        .unwrap();
}

#[test]
fn nonces_may_be_rejected() {
    let folder = support::Folder::new();
    let emulator = Emulator::start_with(folder, &["stack"], &[("PEBBLE_WFE_NONCEREJECT", "40")]);
    let trust = emulator.ready["trust"].as_str().unwrap().to_owned();
    let stack = Stack { emulator, trust };
    for domain in ["a.example", "b.example", "c.example"] {
        stack.add(domain);
        stack.point(domain, "127.0.0.1");
    }
    for domain in ["a.example", "b.example", "c.example"] {
        stack.until(domain, "valid");
    }
}

#[test]
fn the_site_behind_the_edge_answers_with_its_host() {
    let site = TcpListener::bind("127.0.0.1:0").unwrap();
    let upstream = format!("http://{}", site.local_addr().unwrap());
    let serving = std::thread::spawn(move || {
        let (mut stream, _) = site.accept().unwrap();
        let mut request = [0; 4096];
        let read = stream.read(&mut request).unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nproof")
            .unwrap();
        String::from_utf8_lossy(&request[..read]).into_owned()
    });
    let stack = Stack::start(&["--upstream", &upstream]);
    let answer = stack.http("/.well-known/closte-sync/token?a=1", "shop.example");
    assert_eq!((answer.status, answer.body.as_str()), (200, "proof"));
    let request = serving.join().unwrap().to_ascii_lowercase();
    assert!(
        request.starts_with("get /.well-known/closte-sync/token?a=1 http/1.1\r\n"),
        "{request}"
    );
    assert!(request.contains("host: shop.example\r\n"), "{request}");
    assert!(request.contains("x-forwarded-proto: http\r\n"), "{request}");
    assert_eq!(stack.http("/", "shop.example").status, 502);
    stack.set(&json!({"upstream": "", "answers": {"/.well-known/closte-sync/t": "yes"}}));
    assert_eq!(
        stack.http("/.well-known/closte-sync/t", "any.example").body,
        "yes"
    );
    assert_eq!(stack.http("/", "shop.example").status, 404);
    assert_eq!(
        stack
            .http("/.well-known/acme-challenge/none", "shop.example")
            .status,
        404
    );
}

#[test]
fn nothing_is_left_when_the_stack_ends() {
    for killed in [false, true] {
        let mut stack = Stack::start(&[]);
        let dns = stack.emulator.address("dns_control");
        let dir = stack.emulator.ready["dir"].as_str().unwrap().to_owned();
        if killed {
            stack.emulator.child.kill().unwrap();
            std::fs::remove_dir_all(&dir).unwrap();
        } else {
            stack.emulator.stop();
            assert!(!support::exists(&dir));
        }
        support::until(|| support::connect(dns).is_err().then_some(()));
    }
}
