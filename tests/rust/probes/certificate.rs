//! Each certificate state, against real TLS servers.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use closte::certificate::{
    CertificateOptions, CertificateProber, CertificateReport, CertificateState,
};
use closte::dns::DnsProber;
use rustls::version::{TLS12, TLS13};

use crate::emulator::PATIENCE;
use crate::support::dns::DnsServers;
use crate::support::process::Folder;
use crate::support::rebinding::serve_rebinding;
use crate::support::tls::{Authority, FUTURE, Identity, NOW, PAST, serve, serve_on, serve_plain};
use crate::support::{block_on, domain, texts};

pub struct Trust {
    folder: Folder,
    pub authority: Authority,
}

impl Trust {
    pub fn new() -> Self {
        let authority = Authority::new("Test Root");
        let folder = Folder::new("trust");
        folder.write("ca.pem", &authority.pem);
        Self { folder, authority }
    }

    fn options(&self, address: SocketAddr) -> CertificateOptions {
        CertificateOptions {
            port: address.port(),
            timeout: Duration::from_secs(5),
            ca_file: Some(self.folder.path().join("ca.pem")),
        }
    }

    fn check_at(&self, name: &str, address: SocketAddr, targets: &[&str]) -> CertificateReport {
        let (options, targets) = (self.options(address), texts(targets));
        let resolvers = vec![DnsServers::get().resolver.to_string()];
        let prober = CertificateProber::alone(options, &targets, resolvers).unwrap();
        block_on(prober.check(&domain(name)))
    }

    pub fn check(&self, name: &str, address: SocketAddr) -> CertificateReport {
        self.check_at(name, address, &["127.0.0.1", "::1"])
    }
}

pub fn is(report: &CertificateReport, state: CertificateState, piece: &str) {
    assert_eq!(report.state, state, "{report:?}");
    let error = report.error.as_deref().unwrap_or_default();
    assert!(error.contains(piece), "{error:?} lacks {piece:?}");
    assert_eq!(report.error.is_none(), state == CertificateState::Valid);
}

#[test]
fn each_state() {
    let trust = Trust::new();
    let ca = &trust.authority;
    let stranger = Authority::new("Strange Root");
    let name = |label: &str| format!("{label}.served.test");
    let issue = |label: &str, years| ca.issue(&[&name(label)], years);
    let server = serve(
        "127.0.0.1",
        &[&TLS12, &TLS13],
        &[
            ("valid.served.test", issue("valid", NOW)),
            ("expired.served.test", issue("expired", PAST)),
            ("early.served.test", issue("early", FUTURE)),
            (
                "wrong.served.test",
                ca.issue(&["other.served.test", "192.0.2.1"], NOW),
            ),
            (
                "self.served.test",
                Identity::self_signed(&["self.served.test"]),
            ),
            (
                "strange.served.test",
                stranger.issue(&["strange.served.test"], NOW),
            ),
            (
                "oldself.served.test",
                Identity::self_signed(&["another.test"]),
            ),
            (".wild.served.test", ca.issue(&["*.wild.served.test"], NOW)),
        ],
    );
    for (label, state, piece) in [
        ("valid", CertificateState::Valid, ""),
        ("expired", CertificateState::Expired, "expired"),
        ("early", CertificateState::Expired, "is not valid yet"),
        ("wrong", CertificateState::WrongHost, "for other names"),
        ("self", CertificateState::SelfSigned, "self-signed"),
        ("oldself", CertificateState::SelfSigned, "self-signed"),
        (
            "strange",
            CertificateState::Untrusted,
            "by Test Trust Strange Root, whom this system does not trust",
        ),
        ("unknown", CertificateState::Absent, "ends the handshake"),
    ] {
        is(&trust.check(&name(label), server), state, piece);
    }
    is(
        &trust.check("*.wild.served.test", server),
        CertificateState::Valid,
        "",
    );

    let valid = trust.check("valid.served.test", server);
    assert_eq!(valid.issuer.as_deref(), Some("Test Trust Test Root"));
    assert_eq!(valid.names, ["valid.served.test"]);
    assert_eq!(
        (valid.not_before, valid.not_after),
        (Some(1_577_836_800), Some(3_786_912_000))
    );
    // What is not trusted is shown all the same.
    let wrong = trust.check("wrong.served.test", server);
    assert_eq!(wrong.names, ["other.served.test", "192.0.2.1"]);
    let strange = trust.check("strange.served.test", server);
    assert_eq!(strange.issuer.as_deref(), Some("Test Trust Strange Root"));
    assert!(strange.not_after.is_some());
    let expired = trust.check("expired.served.test", server);
    assert_eq!(expired.not_after, Some(1_009_843_200));
}

#[test]
fn chains_of_more_than_one() {
    let trust = Trust::new();
    let between = trust.authority.intermediate("Between");
    let server = serve(
        "127.0.0.1",
        &[&TLS13],
        &[
            (
                "whole.served.test",
                between.issue(&["whole.served.test"], NOW).with(&between),
            ),
            ("cut.served.test", between.issue(&["cut.served.test"], NOW)),
        ],
    );
    is(
        &trust.check("whole.served.test", server),
        CertificateState::Valid,
        "",
    );
    is(
        &trust.check("cut.served.test", server),
        CertificateState::Untrusted,
        "does not send the intermediate certificates",
    );
}

#[test]
fn both_versions_keys_and_families() {
    let trust = Trust::new();
    let rsa = trust
        .authority
        .issue_rsa(&["a.served.test", "six.served.test"]);
    let ecdsa = trust
        .authority
        .issue(&["a.served.test", "six.served.test"], NOW);
    for version in [&TLS12, &TLS13] {
        for identity in [&rsa, &ecdsa] {
            let server = serve(
                "127.0.0.1",
                &[version],
                &[("a.served.test", identity.clone())],
            );
            is(
                &trust.check("a.served.test", server),
                CertificateState::Valid,
                "",
            );
            let server = serve("::1", &[version], &[("six.served.test", identity.clone())]);
            is(
                &trust.check("six.served.test", server),
                CertificateState::Valid,
                "",
            );
        }
    }
}

#[test]
fn another_address_is_tried() {
    let trust = Trust::new();
    let identity = trust
        .authority
        .issue(&["refused.served.test", "both.served.test"], NOW);
    let names = [
        ("refused.served.test", identity.clone()),
        ("both.served.test", identity),
    ];
    let server = serve("127.0.0.1", &[&TLS13], &names);
    let report = trust.check_at("refused.served.test", server, &["127.0.0.1", "127.0.0.2"]);
    is(&report, CertificateState::Valid, "");
    is(
        &trust.check("both.served.test", server),
        CertificateState::Valid,
        "",
    );
    let server = serve("::1", &[&TLS13], &names);
    is(
        &trust.check("both.served.test", server),
        CertificateState::Valid,
        "",
    );
}

#[test]
fn servers_without_a_certificate() {
    let trust = Trust::new();
    let plain = serve_plain("127.0.0.1", b"HTTP/1.1 400 Bad Request\r\n\r\n");
    is(
        &trust.check("a.served.test", plain),
        CertificateState::Absent,
        "what it answers is not TLS",
    );
    let closing = serve_plain("127.0.0.1", b"");
    is(
        &trust.check("a.served.test", closing),
        CertificateState::Absent,
        "it closes the connection",
    );

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    is(
        &trust.check("a.served.test", address),
        CertificateState::Absent,
        "Nothing answers at 127.0.0.1:",
    );
    is(
        &trust.check("empty.served.test", address),
        CertificateState::Absent,
        "has no address",
    );
    is(
        &trust.check("nothing.good.test", address),
        CertificateState::Absent,
        "has no address",
    );
}

#[test]
fn silence_is_unknown() {
    let trust = Trust::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let options = CertificateOptions {
        port: address.port(),
        timeout: Duration::from_millis(800),
        ca_file: None,
    };
    let resolver = DnsServers::get().resolver.to_string();
    let prober =
        CertificateProber::alone(options.clone(), &texts(&["127.0.0.1"]), vec![resolver]).unwrap();
    let start = Instant::now();
    let report = block_on(prober.check(&domain("a.served.test")));
    is(&report, CertificateState::Unknown, "did not answer in time");
    assert!(start.elapsed() < PATIENCE);
    let nobody =
        CertificateProber::alone(options, &texts(&["127.0.0.1"]), vec![address.to_string()])
            .unwrap();
    is(
        &block_on(nobody.check(&domain("a.served.test"))),
        CertificateState::Unknown,
        "The DNS lookup for",
    );
    drop(trust);
}

/// A domain must not make the server connect to its own network.
#[test]
fn private_addresses_are_not_connected_to() {
    let trust = Trust::new();
    let listener = TcpListener::bind("127.0.0.3:0").unwrap();
    let knocked = listener.try_clone().unwrap();
    knocked.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    for (label, kind) in [
        ("loopback", "127.0.0.3, a loopback address"),
        ("ten", "10.0.0.1, a private address"),
        (
            "metadata",
            "169.254.169.254, a link-local or metadata address",
        ),
        (
            "carrier",
            "100.64.0.1, an address of a provider's inner network",
        ),
        ("zero", "0.0.0.0, a reserved address"),
        ("six", "::1, a loopback address"),
        ("mapped", "::ffff:127.0.0.1, an IPv4 address in IPv6 form"),
        ("nat", "64:ff9b::7f00:1, a NAT64 address"),
        ("unique", "fd00::1, a private address"),
        ("link", "fe80::1, a link-local address"),
        ("sixtofour", "2002:7f00:1::, a 6to4 address"),
        ("teredo", "2001::1, a Teredo address"),
        (
            "several",
            "10.0.0.1, a private address; 127.0.0.3, a loopback address",
        ),
    ] {
        let name = format!("{label}.inner.test");
        let report = trust.check_at(&name, address, &["127.0.0.1"]);
        is(&report, CertificateState::Unknown, kind);
        assert_eq!(
            knocked.accept().unwrap_err().kind(),
            std::io::ErrorKind::WouldBlock,
            "{name}"
        );
    }
    // The same address, when it counts as here.
    let identity = trust.authority.issue(&["loopback.inner.test"], NOW);
    drop(knocked);
    listener.set_nonblocking(false).unwrap();
    let address = serve_on(listener, &[&TLS13], &[("loopback.inner.test", identity)]);
    let report = trust.check_at("loopback.inner.test", address, &["127.0.0.3"]);
    is(&report, CertificateState::Valid, "");
    // And when a name that counts as here leads to it, as the name servers of its zone say.
    let dns = DnsProber::new(
        &texts(&["loopback.inner.test"]),
        crate::dns::options(DnsServers::get()),
    );
    let prober = CertificateProber::new(trust.options(address), Arc::new(dns.unwrap())).unwrap();
    let report = block_on(prober.check(&domain("loopback.inner.test")));
    is(&report, CertificateState::Valid, "");
    // A resolver alone may have it from a hosts file.
    let report = trust.check_at("loopback.inner.test", address, &["loopback.inner.test"]);
    is(&report, CertificateState::Unknown, "a loopback address");
}

#[test]
fn roots_that_cannot_be_read_are_read_by_the_next_check() {
    let trust = Trust::new();
    let identity = trust.authority.issue(&["good.served.test"], NOW);
    let address = serve("127.0.0.1", &[&TLS13], &[("good.served.test", identity)]);
    let options = trust.options(address);
    let resolvers = vec![DnsServers::get().resolver.to_string()];
    let prober =
        CertificateProber::alone(options.clone(), &texts(&["127.0.0.1"]), resolvers).unwrap();
    let check = || block_on(prober.check(&domain("good.served.test")));
    std::fs::remove_file(options.ca_file.unwrap()).unwrap();
    is(&check(), CertificateState::Unknown, "cannot be read");
    trust.folder.write("ca.pem", &trust.authority.pem);
    is(&check(), CertificateState::Valid, "");
}

/// The name has an allowed address when it is checked, and a forbidden one afterwards (DNS
/// rebinding).
#[test]
fn a_name_is_resolved_once() {
    let trust = Trust::new();
    let inner = TcpListener::bind("127.0.0.3:0").unwrap();
    inner.set_nonblocking(true).unwrap();
    let port = inner.local_addr().unwrap().port();
    let here = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let identity = trust.authority.issue(&["rebinding.served.test"], NOW);
    serve_on(here, &[&TLS13], &[("rebinding.served.test", identity)]);
    let options = CertificateOptions {
        port,
        timeout: Duration::from_secs(5),
        ca_file: Some(trust.folder.path().join("ca.pem")),
    };
    let names = serve_rebinding("127.0.0.1", "127.0.0.3").to_string();
    let prober = CertificateProber::alone(options, &texts(&["127.0.0.1"]), vec![names]).unwrap();
    for (state, piece) in [
        (CertificateState::Valid, ""),
        (
            CertificateState::Unknown,
            "127.0.0.3, a loopback address. Only public addresses",
        ),
    ] {
        let report = block_on(prober.check(&domain("rebinding.served.test")));
        is(&report, state, piece);
        assert_eq!(
            inner.accept().unwrap_err().kind(),
            std::io::ErrorKind::WouldBlock
        );
    }
}
