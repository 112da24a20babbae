//! Certificate chains, and the server's side of a TLS handshake.

use closte::certificate::fuzzing::{judged, shown};
use closte::certificate::{CertificateReport, CertificateState};

use super::{assert_presentable, pieces};

/// The authority that is trusted: the certificates of the corpus are by it, or pretend to be.
const ROOT: &[u8] = include_bytes!("../root.der");
const HOST: &str = "shop.example.com";

/// Even: the time in four bytes, then the chain in pieces. Odd: what a server sends in a handshake.
pub fn check(bytes: &[u8]) {
    match bytes {
        [which, a, b, c, d, chain @ ..] if which % 2 == 0 => {
            let now = i64::from(u32::from_be_bytes([*a, *b, *c, *d]));
            judge(&pieces(chain, 4), now);
        }
        [which, sent @ ..] if which % 2 == 1 => handshake(sent),
        _ => {}
    }
}

fn judge(chain: &[&[u8]], now: i64) {
    let report = judged(chain, HOST, ROOT, now).expect("the root can be read");
    report_is_sound(&report);
    match report.state {
        CertificateState::Valid => {
            assert_eq!(report.error, None);
            assert!(report.not_before.unwrap() <= now && now <= report.not_after.unwrap());
            assert!(!report.names.is_empty());
        }
        CertificateState::Unknown => assert!(chain.is_empty()),
        CertificateState::Absent => panic!("there is something"),
        CertificateState::Expired => {
            assert!(report.not_before.unwrap() > now || now > report.not_after.unwrap());
        }
        CertificateState::Untrusted
        | CertificateState::SelfSigned
        | CertificateState::WrongHost => {}
    }
    // What is trusted for this name is not trusted by another root, nor for another name.
    if report.state == CertificateState::Valid {
        let other = judged(chain, "elsewhere.example.net", ROOT, now).unwrap();
        assert_eq!(other.state, CertificateState::WrongHost);
    }
    assert_eq!(judged(chain, HOST, ROOT, now), Some(report));
}

fn report_is_sound(report: &CertificateReport) {
    if let Some(issuer) = &report.issuer {
        assert_presentable(issuer, 201);
        assert!(!issuer.is_empty());
    }
    assert!(report.names.len() <= 100);
    for name in &report.names {
        assert_presentable(name, 256);
    }
    if let Some(error) = &report.error {
        assert_presentable(error, 400);
        assert!(error.ends_with(['.', '…']), "{error}");
    }
    assert_eq!(
        report.error.is_none(),
        report.state == CertificateState::Valid
    );
    assert_eq!(report.not_before.is_some(), report.not_after.is_some());
}

fn handshake(sent: &[u8]) {
    match shown(sent, HOST).expect("TLS can be set up") {
        Err(why) => assert_presentable(&why, 200),
        Ok(chain) => {
            let length: usize = chain.iter().map(Vec::len).sum();
            assert!(length <= sent.len());
            let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
            judge(&chain, 1_800_000_000);
        }
    }
}
