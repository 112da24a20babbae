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

struct Road {
    emulator: Emulator,
    trust: String,
}

impl Road {
    fn start(arguments: &[&str]) -> Self {
        let mut all = vec!["road"];
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

    fn http(&self, path: &str, host: &str) -> support::Answer {
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
        support::Answer {
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

    /// Waits for a state and gives what is known of the domain.
    fn until(&self, domain: &str, state: &str) -> Value {
        let path = format!("/edge?domain={domain}&state={state}&wait_ms=30000");
        let domain = self.emulator.control("GET", &path, &Value::Null)["domains"][domain].clone();
        assert_eq!(domain["state"], state, "{domain}");
        domain
    }
}

#[tokio::test]
async fn a_domain_gets_its_certificate_once_it_points_here() {
    let road = Road::start(&[]);
    road.add("shop.example");
    assert_eq!(
        road.until("shop.example", "waiting-dns")["addresses"],
        json!([])
    );
    assert!(
        failure(road.tls(), "shop.example", &road.trust)
            .await
            .contains("alert")
    );
    road.point("shop.example", "127.0.0.2");
    let waits = support::until(|| {
        let domain = road.until("shop.example", "waiting-dns");
        (domain["addresses"] == json!(["127.0.0.2"])).then_some(domain)
    });
    assert!(
        waits["reason"]
            .as_str()
            .unwrap()
            .starts_with("127.0.0.2 is not")
    );
    road.point("shop.example", "127.0.0.1");
    let valid = road.until("shop.example", "valid");
    let days = (valid["not_after"].as_i64().unwrap()
        - valid["issued_at_ms"].as_i64().unwrap() / 1000)
        / 86400;
    assert!((89..=90).contains(&days), "{days}");

    let stream = handshake(road.tls(), "shop.example", &road.trust, &["h2"])
        .await
        .unwrap();
    let shown = stream.get_ref().1.peer_certificates().unwrap().to_vec();
    assert!(shown.len() >= 2, "the chain has its intermediate");
    let (version, status, body) = get(stream, Version::HTTP_2, "https://shop.example/").await;
    assert_eq!((version, status), (Version::HTTP_2, 200));
    assert!(body.contains("served by Closte's edge"));
    // It is of the ACME server, not of the emulator's own CA.
    let own = road.emulator.folder.file("ca.pem");
    assert!(
        failure(road.tls(), "shop.example", &own)
            .await
            .contains("UnknownIssuer")
    );
    assert_eq!(certificates(&road.trust).len(), 2);

    let body = "apikey=first&domain=shop.example&wildcard=";
    road.emulator.post("/deletedomainalias", body).unwrap();
    support::until(|| {
        let edge = road.emulator.control("GET", "/edge", &Value::Null);
        edge["domains"]
            .as_object()
            .unwrap()
            .is_empty()
            .then_some(())
    });
    assert!(
        failure(road.tls(), "shop.example", &road.trust)
            .await
            .contains("alert")
    );
}

#[tokio::test]
async fn a_wildcard_gets_its_certificate_by_dns() {
    let road = Road::start(&[]);
    road.add("*.shop.example");
    road.point("*.shop.example", "127.0.0.1");
    road.until("*.shop.example", "valid");
    handshake(road.tls(), "any.shop.example", &road.trust, &[])
        .await
        .unwrap();
    assert!(
        failure(road.tls(), "shop.example", &road.trust)
            .await
            .contains("alert")
    );
    assert!(
        failure(road.tls(), "a.any.shop.example", &road.trust)
            .await
            .contains("alert")
    );
}

#[test]
fn what_keeps_a_certificate_away_is_said() {
    let road = Road::start(&[]);
    for domain in [
        "stale.example",
        "caa.example",
        "denied.example",
        "late.example",
    ] {
        road.add(domain);
    }
    road.set(&json!({"deny": ["denied.example"]}));
    road.dns(
        "/add-aaaa",
        &json!({"host": "stale.example", "addresses": ["2001:db8::1"]}),
    );
    road.dns(
        "/add-caa",
        &json!({"host": "example", "policies": [{"tag": "issue", "value": "other.example"}]}),
    );
    for domain in ["stale.example", "caa.example", "denied.example"] {
        road.point(domain, "127.0.0.1");
    }
    assert!(
        road.until("caa.example", "failed")["reason"]
            .as_str()
            .unwrap()
            .contains("other.example")
    );
    road.until("denied.example", "denied");
    let stale = road.until("stale.example", "waiting-dns");
    assert_eq!(stale["orders"], 0);
    // Each is served once its trouble is over.
    road.dns("/clear-caa", &json!({"host": "example"}));
    road.dns("/clear-aaaa", &json!({"host": "stale.example"}));
    road.set(&json!({"deny": []}));
    for domain in ["stale.example", "caa.example", "denied.example"] {
        road.until(domain, "valid");
    }
    road.set(&json!({"delay_ms": 3_600_000}));
    road.point("late.example", "127.0.0.1");
    road.until("late.example", "delayed");
    road.set(&json!({"delay_ms": 0}));
    road.until("late.example", "valid");
}

#[tokio::test]
async fn bad_certificates_are_served_on_demand() {
    let road = Road::start(&[]);
    let cases = [
        ("expired", "expired"),
        ("self-signed", "UnknownIssuer"),
        ("foreign", "not valid for name"),
        ("untrusted", "UnknownIssuer"),
        ("none", "alert"),
    ];
    for (serve, words) in cases {
        road.set(&json!({"serve": {"shop.example": serve}}));
        let error = failure(road.tls(), "shop.example", &road.trust).await;
        assert!(error.contains(words), "{serve}: {error}");
    }
    road.set(&json!({"serve": {"shop.example": "ending"}}));
    handshake(road.tls(), "shop.example", &road.trust, &[])
        .await
        .unwrap();
}

#[test]
fn nonces_may_be_rejected() {
    let folder = support::Folder::new();
    let emulator = Emulator::start_with(folder, &["road"], &[("PEBBLE_WFE_NONCEREJECT", "40")]);
    let trust = emulator.ready["trust"].as_str().unwrap().to_owned();
    let road = Road { emulator, trust };
    for domain in ["a.example", "b.example", "c.example"] {
        road.add(domain);
        road.point(domain, "127.0.0.1");
    }
    for domain in ["a.example", "b.example", "c.example"] {
        road.until(domain, "valid");
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
    let road = Road::start(&["--upstream", &upstream]);
    let answer = road.http("/.well-known/closte-sync/token?a=1", "shop.example");
    assert_eq!((answer.status, answer.body.as_str()), (200, "proof"));
    let request = serving.join().unwrap().to_ascii_lowercase();
    assert!(
        request.starts_with("get /.well-known/closte-sync/token?a=1 http/1.1\r\n"),
        "{request}"
    );
    assert!(request.contains("host: shop.example\r\n"), "{request}");
    assert!(request.contains("x-forwarded-proto: http\r\n"), "{request}");
    assert_eq!(road.http("/", "shop.example").status, 502);
    road.set(&json!({"upstream": "", "answers": {"/.well-known/closte-sync/t": "yes"}}));
    assert_eq!(
        road.http("/.well-known/closte-sync/t", "any.example").body,
        "yes"
    );
    assert_eq!(road.http("/", "shop.example").status, 404);
    assert_eq!(
        road.http("/.well-known/acme-challenge/none", "shop.example")
            .status,
        404
    );
}

#[test]
fn nothing_is_left_when_the_road_ends() {
    for killed in [false, true] {
        let mut road = Road::start(&[]);
        let dns = road.emulator.address("dns_control");
        let dir = road.emulator.ready["dir"].as_str().unwrap().to_owned();
        if killed {
            road.emulator.child.kill().unwrap();
            std::fs::remove_dir_all(&dir).unwrap();
        } else {
            road.emulator.stop();
            assert!(!support::exists(&dir));
        }
        support::until(|| support::connect(dns).is_err().then_some(()));
    }
}
