//! A door for `tests/fuzz` to what is done with bytes that a server sent. No part of the API.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use rustls::{ClientConnection, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName};

use super::handshake::{self, NoCertificate};
use super::report::CertificateReport;
use super::signatures::GoodSignatures;
use super::verdict;
use crate::net::{TrustRoots, unverified_client_config};

/// The report on `chain`, DER each, where `root` alone is trusted; `None` if `host` or `root` are
/// none.
#[must_use]
pub fn judged(chain: &[&[u8]], host: &str, root: &[u8], now: i64) -> Option<CertificateReport> {
    let host = ServerName::try_from(host).ok()?;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(root)).ok()?;
    let chain: Vec<CertificateDer<'_>> = chain
        .iter()
        .map(|certificate| CertificateDer::from(*certificate))
        .collect();
    Some(verdict::judge(
        &chain,
        &host,
        &TrustRoots::only(roots),
        &GoodSignatures::new(),
        now,
    ))
}

/// The chain that a server shows which sends `bytes`, whatever it was asked; or what is said of it.
/// `None` if TLS cannot be set up.
#[must_use]
pub fn shown(bytes: &[u8], host: &str) -> Option<Result<Vec<Vec<u8>>, String>> {
    let host = ServerName::try_from(host.to_owned()).ok()?;
    let (config, recorder) = unverified_client_config().ok()?;
    let mut session = ClientConnection::new(Arc::new(config), host).ok()?;
    let said = |error: &io::Error| match handshake::failure(error) {
        NoCertificate::NotServed(why) => why,
        other => format!("{other:?}"),
    };
    let mut rest = bytes;
    while !rest.is_empty() {
        while session.wants_write() {
            session.write_tls(&mut io::sink()).ok()?;
        }
        match session.read_tls(&mut rest) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => return Some(Err(said(&error))),
        }
        if let Err(error) = session.process_new_packets() {
            return Some(Err(said(&io::Error::new(ErrorKind::InvalidData, error))));
        }
    }
    let chain = recorder.shown().chain;
    Some(Ok(chain.iter().map(|one| one.to_vec()).collect()))
}
