//! Which certificate is presented for which name.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use rustls::crypto::ring::sign::any_supported_type;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};

use super::Serve;
use crate::BoxError;
use crate::tls::{self, Authority, Identity};

/// A certificate to present, or `None` to present none.
type Override = Option<Arc<CertifiedKey>>;

struct Issued {
    key: Arc<CertifiedKey>,
    not_after: i64,
}

/// Issued certificates, and what tests have presented instead.
#[derive(Default)]
pub struct CertificateStore {
    issued: RwLock<HashMap<String, Issued>>,
    overrides: RwLock<HashMap<String, Override>>,
}

impl std::fmt::Debug for CertificateStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CertificateStore")
    }
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl CertificateStore {
    pub fn add(
        &self,
        domain: &str,
        chain_pem: &str,
        key_pem: &str,
        not_after: i64,
    ) -> Result<(), BoxError> {
        let chain =
            CertificateDer::pem_slice_iter(chain_pem.as_bytes()).collect::<Result<Vec<_>, _>>()?;
        let key = any_supported_type(&PrivateKeyDer::from_pem_slice(key_pem.as_bytes())?)?;
        let key = Arc::new(CertifiedKey::new(chain, key));
        write(&self.issued).insert(domain.to_owned(), Issued { key, not_after });
        Ok(())
    }

    pub fn retain(&self, mut keep: impl FnMut(&str) -> bool) {
        write(&self.issued).retain(|domain, _| keep(domain));
    }

    /// Unix time at which the issued certificate ends.
    pub fn not_after(&self, domain: &str) -> Option<i64> {
        read(&self.issued)
            .get(domain)
            .map(|issued| issued.not_after)
    }

    pub fn has(&self, domain: &str) -> bool {
        read(&self.issued).contains_key(domain)
    }

    pub fn set_overrides(&self, all: Vec<(String, Override)>) {
        *write(&self.overrides) = all.into_iter().collect();
    }

    pub fn clear(&self) {
        write(&self.issued).clear();
        write(&self.overrides).clear();
    }

    fn find(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        let wildcard = name
            .split_once('.')
            .map(|(_, parent)| format!("*.{parent}"));
        for name in [Some(name), wildcard.as_deref()].into_iter().flatten() {
            if let Some(replacement) = read(&self.overrides).get(name) {
                return replacement.clone();
            }
            if let Some(issued) = read(&self.issued).get(name) {
                return Some(Arc::clone(&issued.key));
            }
        }
        None
    }
}

impl ResolvesServerCert for CertificateStore {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.find(&hello.server_name()?.to_ascii_lowercase())
    }
}

/// What is presented for a domain instead of the issued certificate; `None` when that one is.
pub fn override_for(
    authority: &Authority,
    domain: &str,
    serve: Serve,
) -> Result<Option<Override>, BoxError> {
    let day = Duration::DAY;
    let identity = match serve {
        Serve::Valid => return Ok(None),
        Serve::None => return Ok(Some(None)),
        Serve::Expired => authority.certificate(&[domain], -day * 90, -day)?,
        Serve::Ending => authority.certificate(&[domain], -day * 80, day * 10)?,
        Serve::Foreign => authority.certificate(&["somebody-else.example"], -day, day * 90)?,
        Serve::Untrusted => Authority::new("A CA that nobody trusts", None)?.certificate(
            &[domain],
            -day,
            day * 90,
        )?,
        Serve::SelfSigned => tls::self_signed(&[domain])?,
    };
    Ok(Some(Some(Arc::new(certified(identity)?))))
}

fn certified(identity: Identity) -> Result<CertifiedKey, BoxError> {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key));
    Ok(CertifiedKey::new(identity.chain, any_supported_type(&key)?))
}

/// Unix time at which the first certificate of a chain ends (RFC 5280, 4.1.2.5).
pub fn not_after(chain_pem: &str) -> Option<i64> {
    let leaf = CertificateDer::from_pem_slice(chain_pem.as_bytes()).ok()?;
    validity_end(&leaf)
}

/// The end of the validity: the second of the first two DER times that follow each other.
fn validity_end(der: &[u8]) -> Option<i64> {
    (0..der.len()).find_map(|at| {
        let (_, length) = time_at(der, at)?;
        let (end, _) = time_at(der, at + length)?;
        Some(end)
    })
}

/// A `UTCTime` or `GeneralizedTime` at this position, and its length in bytes.
fn time_at(der: &[u8], at: usize) -> Option<(i64, usize)> {
    let (century, digits) = match (der.get(at)?, der.get(at + 1)?) {
        (0x17, 13) => (None, 13),
        (0x18, 15) => (Some(()), 15),
        _ => return None,
    };
    let text = std::str::from_utf8(der.get(at + 2..at + 2 + digits)?)
        .ok()?
        .strip_suffix('Z')?;
    let full = match century {
        Some(()) => text.to_owned(),
        None if text.get(..2)?.parse::<u8>().ok()? < 50 => format!("20{text}"),
        None => format!("19{text}"),
    };
    let part = |from: usize, to: usize| full.get(from..to)?.parse::<u8>().ok();
    let month = time::Month::try_from(part(4, 6)?).ok()?;
    let date =
        time::Date::from_calendar_date(full.get(..4)?.parse().ok()?, month, part(6, 8)?).ok()?;
    let clock = time::Time::from_hms(part(8, 10)?, part(10, 12)?, part(12, 14)?).ok()?;
    Some((
        OffsetDateTime::new_utc(date, clock).unix_timestamp(),
        digits + 2,
    ))
}

#[cfg(test)]
mod tests;
