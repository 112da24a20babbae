//! TLS configurations and trust roots: the system's, and those of a file. Verification cannot be
//! switched off for calls to the API.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::resolver::Stamp;
use crate::error::Error;
use crate::text::{LONG_NAME_MAX, clean};

/// After this time the roots are read again, since the system's may have been updated.
const ROOTS_LAST: Duration = Duration::from_secs(600);

/// Cached roots. Reading them takes milliseconds, and a process needs the same ones again and
/// again.
pub(super) struct KeptRoots {
    ca_file: Option<PathBuf>,
    stamp: Option<Stamp>,
    read_at: Instant,
    roots: Arc<RootCertStore>,
}

/// As [`trust_roots`], but uses `kept` while it is current.
pub(super) fn kept_trust_roots(
    kept: &mut Option<KeptRoots>,
    ca_file: Option<&Path>,
) -> Result<Arc<RootCertStore>, Error> {
    let stamp = ca_file.map(Stamp::of);
    let good = kept.as_ref().filter(|kept| {
        kept.ca_file.as_deref() == ca_file
            && kept.stamp == stamp
            && kept.read_at.elapsed() < ROOTS_LAST
    });
    if let Some(good) = good {
        return Ok(Arc::clone(&good.roots));
    }
    let roots = Arc::new(trust_roots(ca_file)?);
    *kept = Some(KeptRoots {
        ca_file: ca_file.map(Path::to_path_buf),
        stamp,
        read_at: Instant::now(),
        roots: Arc::clone(&roots),
    });
    Ok(roots)
}

/// The system's roots and those of `ca_file`, a PEM file.
///
/// # Errors
/// `Kind::Config`: `bad-ca-file` when the file cannot be read or has no certificate that can be
/// used, `no-trust-roots` when there are none at all.
pub fn trust_roots(ca_file: Option<&Path>) -> Result<RootCertStore, Error> {
    let mut roots = match ca_file {
        Some(path) => roots_of_file(path)?,
        None => RootCertStore::empty(),
    };
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(Error::config(
            "no-trust-roots",
            "This system has no certificates of authorities to trust. Install the package \
             ca-certificates, or set closte.ca_file.",
        ));
    }
    Ok(roots)
}

/// Those of [`trust_roots`] that are most likely enough: of the file, else of the system's bundle.
/// The system keeps each of its roots in a file of its own, too, and there are hundreds.
pub(super) fn likely_trust_roots(ca_file: Option<&Path>) -> Result<RootCertStore, Error> {
    if let Some(path) = ca_file {
        return roots_of_file(path);
    }
    let mut roots = RootCertStore::empty();
    let is_told = ["SSL_CERT_FILE", "SSL_CERT_DIR"].map(std::env::var_os);
    if is_told.iter().all(Option::is_none)
        && let Some(bundle) = openssl_probe::probe().cert_file
    {
        let read = rustls_native_certs::load_certs_from_paths(Some(&bundle), None);
        roots.add_parsable_certificates(read.certs);
    }
    if roots.is_empty() {
        return trust_roots(None);
    }
    Ok(roots)
}

fn roots_of_file(path: &Path) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    for certificate in read_ca_file(path)? {
        roots
            .add(certificate)
            .map_err(|_| bad_ca_file(path, "one of its certificates cannot be used"))?;
    }
    Ok(roots)
}

/// Refuses a CA file that cannot be used. One that was good is read again only when it has changed.
///
/// # Errors
/// As [`read_ca_file`].
pub(crate) fn check_ca_file(path: &Path) -> Result<(), Error> {
    static GOOD: Mutex<Option<(PathBuf, Stamp)>> = Mutex::new(None);
    let now = Some((path.to_path_buf(), Stamp::of(path)));
    // A process that was forked while another thread was in here never gets the lock.
    if GOOD.try_lock().is_ok_and(|good| *good == now) {
        return Ok(());
    }
    read_ca_file(path)?;
    if let Ok(mut good) = GOOD.try_lock() {
        *good = now;
    }
    Ok(())
}

/// The certificates in a PEM file; at least one.
///
/// # Errors
/// `Kind::Config` with the reason `bad-ca-file`.
pub(crate) fn read_ca_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let pem = std::fs::read(path)
        .map_err(|error| bad_ca_file(path, &format!("it cannot be read ({})", error.kind())))?;
    let certificates = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| bad_ca_file(path, "it is no PEM file"))?;
    if certificates.is_empty() {
        return Err(bad_ca_file(path, "it has no certificate in it"));
    }
    for certificate in &certificates {
        rustls::RootCertStore::empty()
            .add(certificate.clone())
            .map_err(|_| bad_ca_file(path, "one of its certificates cannot be used"))?;
    }
    Ok(certificates)
}

fn bad_ca_file(path: &Path, why: &str) -> Error {
    Error::config(
        "bad-ca-file",
        format!(
            "The CA file {} cannot be used: {why}. Set closte.ca_file to a PEM file with the \
             certificates of authorities to trust.",
            clean(&path.to_string_lossy(), LONG_NAME_MAX)
        ),
    )
}

/// A client configuration with the ring provider and `roots`, TLS 1.2 and 1.3.
///
/// # Errors
/// `Kind::Config` with the reason `tls-setup`, which no known input leads to.
pub fn client_config(roots: RootCertStore) -> Result<ClientConfig, Error> {
    Ok(builder(&provider())?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

pub(super) fn builder(
    provider: &Arc<CryptoProvider>,
) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, Error> {
    ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::config("tls-setup", format!("TLS cannot be set up: {error}.")))
}

#[cfg(test)]
mod tests;
