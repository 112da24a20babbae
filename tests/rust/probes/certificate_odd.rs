//! Certificates that strict software cannot read are there all the same.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;

use closte::certificate::{CertificateReport, CertificateState};
use rustls::version::{TLS12, TLS13};

use crate::certificate::{Trust, is};
use crate::support::der;
use crate::support::dns::free_port;
use crate::support::process::{Folder, Server, wait_until};
use crate::support::tls::{FUTURE, Identity, NOW, PAST, Years, serve};

const NAME: &str = "a.served.test";

/// The report on a self-signed certificate that has been changed, the same over both versions.
fn report(years: Years, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> CertificateReport {
    report_on(&Identity::self_signed_with(years, change))
}

fn report_on(identity: &Identity) -> CertificateReport {
    let trust = Trust::new();
    let [one, other] = [&TLS12, &TLS13].map(|version| {
        let server = serve("127.0.0.1", &[version], &[(NAME, identity.clone())]);
        trust.check(NAME, server)
    });
    assert_eq!(one, other);
    one
}

/// As routers and old control panels make them: no version, no extensions.
fn of_version_1(parts: &mut Vec<Vec<u8>>) {
    parts.remove(0);
    parts.retain(|part| part[0] != der::EXTENSIONS);
}

#[test]
fn a_certificate_of_version_1_is_there_with_its_issuer_and_dates() {
    let now = report(NOW, of_version_1);
    is(&now, CertificateState::SelfSigned, "self-signed");
    is(&now, CertificateState::SelfSigned, "version 1 of X.509");
    assert_eq!(now.issuer.as_deref(), Some("an old box"));
    assert_eq!(
        (now.not_before, now.not_after),
        (Some(1_577_836_800), Some(3_786_912_000))
    );
    let past = report(PAST, of_version_1);
    is(
        &past,
        CertificateState::SelfSigned,
        "The certificate expired",
    );
    assert_eq!(past.not_after, Some(1_009_843_200));
    is(
        &report(FUTURE, of_version_1),
        CertificateState::SelfSigned,
        "is not valid yet",
    );
}

#[test]
fn a_certificate_of_version_1_by_another_is_there_too() {
    let by_another = |parts: &mut Vec<Vec<u8>>| {
        of_version_1(parts);
        // The subject, which comes after serial number, algorithm, issuer and dates.
        parts[4] = der::sequence(&[]);
    };
    let report_now = report(NOW, by_another);
    is(
        &report_now,
        CertificateState::Untrusted,
        "version 1 of X.509",
    );
    assert_eq!(report_now.issuer.as_deref(), Some("an old box"));
    let past = report(PAST, by_another);
    is(&past, CertificateState::Expired, "expired");
    is(&past, CertificateState::Expired, "version 1 of X.509");
}

#[test]
fn odd_parts_of_a_certificate_keep_nobody_from_reading_the_others() {
    let serial = |octets: &'static [u8]| {
        move |parts: &mut Vec<Vec<u8>>| parts[1] = der::encoded(der::INTEGER, octets)
    };
    for report in [
        report(NOW, serial(&[0xfb])),
        report(NOW, serial(&[0x80; 40])),
        report(NOW, serial(&[])),
        report(NOW, serial(&[0])),
    ] {
        assert!(
            matches!(
                report.state,
                CertificateState::SelfSigned | CertificateState::Untrusted
            ),
            "{report:?}"
        );
        assert_eq!(report.issuer.as_deref(), Some("an old box"), "{report:?}");
        assert_eq!(report.not_after, Some(3_786_912_000), "{report:?}");
    }
    for garbage in [&b"garbage"[..], &[0x30, 0x82, 0xff], &[0x30, 0x00], &[]] {
        for years in [NOW, PAST] {
            let report = report(years, |parts| {
                let last = parts.len() - 1;
                parts[last] = der::encoded(der::EXTENSIONS, garbage);
            });
            assert!(
                matches!(
                    report.state,
                    CertificateState::SelfSigned | CertificateState::Untrusted
                ),
                "{report:?}"
            );
            assert_eq!(report.issuer.as_deref(), Some("an old box"), "{report:?}");
            let end = if years == NOW {
                3_786_912_000
            } else {
                1_009_843_200
            };
            assert_eq!(report.not_after, Some(end), "{report:?}");
            let says_ended = report.error.as_deref().unwrap().contains("expired");
            assert_eq!(says_ended, years == PAST, "{report:?}");
        }
    }
    let dates = report(NOW, |parts| {
        parts[4] = der::sequence(&[b"\x17\x03xyz".to_vec()]);
    });
    is(&dates, CertificateState::Untrusted, "cannot be read");
    assert_eq!(dates.issuer.as_deref(), Some("an old box"));
    assert_eq!((dates.not_before, dates.not_after), (None, None));
}

#[test]
fn bytes_that_are_no_certificate_are_no_absence_either() {
    for bytes in [&b"no certificate"[..], &[0x30, 0x80], &[0]] {
        let identity = Identity::self_signed(&[NAME]).showing(bytes.to_vec());
        is(
            &report_on(&identity),
            CertificateState::Untrusted,
            "cannot be read",
        );
    }
}

#[test]
fn a_certificate_without_its_key_is_not_valid() {
    let trust = Trust::new();
    let stolen = trust.authority.issue(&[NAME], NOW);
    let shown = stolen.certificate();
    for version in [&TLS12, &TLS13] {
        let thief = Identity::self_signed(&[NAME]).showing(shown.clone());
        let server = serve("127.0.0.1", &[version], &[(NAME, thief)]);
        is(
            &trust.check(NAME, server),
            CertificateState::Untrusted,
            "does not prove that the certificate is its own",
        );
    }
}

/// `openssl s_server` with a self-signed certificate for a key of this kind.
fn old_server(key: &[&str], more: &[&str]) -> (Server, SocketAddr) {
    let folder = Folder::new("openssl");
    let run = |arguments: &[&str]| {
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
    };
    run(&[&["genpkey", "-out", "key.pem"], key].concat());
    run(&[
        "req",
        "-x509",
        "-new",
        "-key",
        "key.pem",
        "-out",
        "cert.pem",
        "-days",
        "30",
        "-subj",
        "/CN=an old server",
        "-addext",
        "subjectAltName=DNS:a.served.test",
    ]);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
    let at = address.to_string();
    let command = [
        "openssl",
        "s_server",
        "-quiet",
        "-cert",
        "cert.pem",
        "-key",
        "key.pem",
        "-cipher",
        "DEFAULT@SECLEVEL=0",
        "-accept",
        &at,
    ];
    let server = Server::start(folder, &[&command, more].concat());
    wait_until("openssl serves", || {
        std::net::TcpStream::connect(address).is_ok()
    });
    (server, address)
}

#[test]
fn weak_and_rare_keys_are_said_to_be_so() {
    let trust = Trust::new();
    let rare = "of a kind that browsers do not take";
    let short = "RSA key of 1024 bits is too short";
    let rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"];
    let p521 = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"];
    for (key, version, words) in [
        (rsa.as_slice(), "-tls1_2", short),
        (&rsa, "-tls1_3", short),
        // TLS 1.2 ties keys to the curves of the key exchange: there, the server shows nothing.
        (&p521, "-tls1_3", rare),
        (&["-algorithm", "ED448"], "-tls1_2", rare),
        (&["-algorithm", "ED448"], "-tls1_3", rare),
    ] {
        let (_server, address) = old_server(key, &[version]);
        let report = trust.check(NAME, address);
        is(&report, CertificateState::SelfSigned, "self-signed");
        is(&report, CertificateState::SelfSigned, words);
        assert_eq!(report.issuer.as_deref(), Some("an old server"), "{version}");
        assert!(report.not_after.is_some());
    }
}

/// The handshake fails, after the certificate has been shown.
#[test]
fn a_server_that_asks_visitors_for_certificates_has_shown_its_own() {
    let trust = Trust::new();
    for version in ["-tls1_2", "-tls1_3"] {
        let (_server, address) = old_server(
            &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
            &[version, "-Verify", "1", "-verify_return_error"],
        );
        is(
            &trust.check(NAME, address),
            CertificateState::SelfSigned,
            "self-signed",
        );
    }
}
