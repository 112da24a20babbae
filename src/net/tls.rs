//! TLS configurations and trust roots: the system's, and those of a file. Verification cannot be
//! switched off for calls to the API.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use once_cell::sync::OnceCell;
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::CryptoProvider;
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};

use super::resolver::Stamp;
use crate::error::Error;
use crate::text::{LONG_NAME_MAX, clean};

/// After this time the roots are read again, since the system's may have been updated.
const ROOTS_LAST: Duration = Duration::from_secs(600);

/// Roots to trust. They are read as far as the certificates of servers make it necessary: reading
/// all of them takes milliseconds.
#[derive(Debug)]
pub(crate) struct TrustRoots {
    likely: RootCertStore,
    ca_file: Option<PathBuf>,
    /// Read when a certificate is none of the likely ones'. Where that fails, the next one tries
    /// again. `None`: the likely ones are all.
    all: Option<OnceCell<RootCertStore>>,
}

impl TrustRoots {
    /// # Errors
    /// As [`trust_roots`].
    pub(super) fn new(ca_file: Option<&Path>) -> Result<Self, Error> {
        Ok(Self {
            likely: likely_trust_roots(ca_file)?,
            ca_file: ca_file.map(Path::to_path_buf),
            all: Some(OnceCell::new()),
        })
    }

    /// These and no others.
    pub(crate) fn only(roots: RootCertStore) -> Self {
        Self {
            likely: roots,
            ca_file: None,
            all: None,
        }
    }

    /// Whether `certificate` leads to one of them, by way of `others`. Says nothing of its names.
    ///
    /// # Errors
    /// Why it does not.
    pub(crate) fn verify(
        &self,
        certificate: &ParsedCertificate<'_>,
        others: &[CertificateDer<'_>],
        now: UnixTime,
        algorithms: &[&dyn SignatureVerificationAlgorithm],
    ) -> Result<(), rustls::Error> {
        let by = |roots| {
            verify_server_cert_signed_by_trust_anchor(certificate, roots, others, now, algorithms)
        };
        match by(&self.likely) {
            Err(rustls::Error::InvalidCertificate(why)) => match self.all() {
                Some(all) => by(all),
                None => Err(rustls::Error::InvalidCertificate(why)),
            },
            result => result,
        }
    }

    /// Whether those that are not likely have been needed.
    #[cfg(test)]
    pub(crate) fn are_all_read(&self) -> bool {
        self.all.as_ref().is_some_and(|all| all.get().is_some())
    }

    fn all(&self) -> Option<&RootCertStore> {
        let read = || trust_roots(self.ca_file.as_deref());
        self.all.as_ref()?.get_or_try_init(read).ok()
    }
}

/// The roots that a thread has read last: it needs the same ones again and again.
#[derive(Default)]
pub(super) struct SharedRoots(RefCell<Option<KeptRoots>>);

struct KeptRoots {
    ca_file: Option<PathBuf>,
    stamp: Option<Stamp>,
    read_at: Instant,
    roots: Arc<TrustRoots>,
}

impl SharedRoots {
    /// The system's roots and those of `ca_file`, a PEM file; read again only when this has changed
    /// or ten minutes have passed.
    ///
    /// # Errors
    /// As [`trust_roots`].
    pub(super) fn get(&self, ca_file: Option<&Path>) -> Result<Arc<TrustRoots>, Error> {
        let stamp = ca_file.map(Stamp::of);
        let mut kept = self.0.borrow_mut();
        let good = kept.as_ref().filter(|kept| {
            kept.ca_file.as_deref() == ca_file
                && kept.stamp == stamp
                && kept.read_at.elapsed() < ROOTS_LAST
        });
        if let Some(good) = good {
            return Ok(Arc::clone(&good.roots));
        }
        let roots = Arc::new(TrustRoots::new(ca_file)?);
        *kept = Some(KeptRoots {
            ca_file: ca_file.map(Path::to_path_buf),
            stamp,
            read_at: Instant::now(),
            roots: Arc::clone(&roots),
        });
        Ok(roots)
    }
}

/// The system's roots and those of `ca_file`, a PEM file.
///
/// # Errors
/// `Kind::Config`: `bad-ca-file` when the file cannot be read or has no certificate that can be
/// used, `no-trust-roots` when there are none at all.
fn trust_roots(ca_file: Option<&Path>) -> Result<RootCertStore, Error> {
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
fn likely_trust_roots(ca_file: Option<&Path>) -> Result<RootCertStore, Error> {
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
fn read_ca_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
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

pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// A client configuration's beginning: TLS 1.2 and 1.3.
///
/// # Errors
/// `Kind::Config` with the reason `tls-setup`, which no known input leads to.
pub(super) fn builder(
    provider: &Arc<CryptoProvider>,
) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, Error> {
    ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::config("tls-setup", format!("TLS cannot be set up: {error}.")))
}

#[cfg(test)]
mod tests;
