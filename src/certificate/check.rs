//! The check of one domain: resolves it once, connects to that address, and judges what is shown.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hickory_resolver::proto::rr::Name;
use rustls::RootCertStore;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::handshake::{self, NoCertificate};
use super::judge::judge;
use super::report::{CertificateReport, CertificateState};
use crate::dns::{DnsOptions, DnsProber, fqdn, probed_host};
use crate::domain::DomainName;
use crate::error::Error;
use crate::net::{read_ca_file, shared_trust_roots};

/// Connections that one prober may have open at a time.
const MOST_CONNECTIONS: usize = 256;

/// How a domain's certificate is looked at.
#[derive(Clone, Debug)]
pub struct CertificateOptions {
    /// Default 443.
    pub port: u16,
    /// For everything. Default 5 s.
    pub timeout: Duration,
    /// PEM file with roots to trust beside the system's.
    pub ca_file: Option<PathBuf>,
}

impl Default for CertificateOptions {
    fn default() -> Self {
        Self {
            port: 443,
            timeout: Duration::from_secs(5),
            ca_file: None,
        }
    }
}

/// Looks at certificates. Good for any number of checks, one after another or at once.
#[derive(Debug)]
pub struct CertificateProber {
    options: CertificateOptions,
    /// Read when the first certificate is there to be judged: that takes milliseconds, and a prober may never see one.
    roots: OnceLock<Result<Arc<RootCertStore>, Error>>,
    dns: Arc<DnsProber>,
    connections: Semaphore,
}

impl CertificateProber {
    /// `dns` resolves the domains, and its targets may be connected to though they are not public.
    ///
    /// # Errors
    /// [`Error::Config`] when the CA file cannot be used.
    pub fn new(options: CertificateOptions, dns: Arc<DnsProber>) -> Result<Self, Error> {
        if let Some(path) = &options.ca_file {
            read_ca_file(path)?;
        }
        Ok(Self {
            roots: OnceLock::new(),
            options,
            dns,
            connections: Semaphore::new(MOST_CONNECTIONS),
        })
    }

    /// With a resolver of its own: see [`DnsProber::new`].
    ///
    /// # Errors
    /// [`Error::Config`] when an option cannot be used.
    pub fn alone(
        options: CertificateOptions,
        targets: &[String],
        resolvers: Vec<String>,
    ) -> Result<Self, Error> {
        let dns = DnsOptions {
            resolvers,
            timeout: options.timeout,
            ..DnsOptions::default()
        };
        Self::new(options, Arc::new(DnsProber::new(targets, dns)?))
    }

    /// Which certificate is served for `domain`; of a wildcard, for a random name that it covers. Takes no longer than
    /// the options' `timeout`.
    pub async fn check(&self, domain: &DomainName) -> CertificateReport {
        let deadline = Instant::now() + self.options.timeout;
        let host = probed_host(domain);
        let (Some(fqdn), Ok(name)) = (fqdn(&host), ServerName::try_from(host)) else {
            return without(
                CertificateState::Unknown,
                "The name is too long to be looked up.",
            );
        };
        match self.addresses(&fqdn, &name, deadline).await {
            Ok(addresses) => {
                let _permit = self.connections.acquire().await;
                self.look(&addresses, &name, deadline).await
            }
            Err(report) => report,
        }
    }

    /// The addresses that may be connected to. The name is resolved this once.
    async fn addresses(
        &self,
        fqdn: &Name,
        name: &ServerName<'static>,
        deadline: Instant,
    ) -> Result<Vec<IpAddr>, CertificateReport> {
        let resolve_by = Instant::now() + self.options.timeout.mul_f64(0.6);
        let resolve_by = resolve_by.min(deadline);
        let host = name.to_str();
        let found = self
            .dns
            .addresses(fqdn, resolve_by)
            .await
            .map_err(|error| {
                without(
                    CertificateState::Unknown,
                    format!("The address of {host} could not be looked up ({error})."),
                )
            })?;
        if found.is_empty() {
            return Err(without(
                CertificateState::Absent,
                format!("{host} has no address."),
            ));
        }
        let guard = self.dns.guard(resolve_by).await;
        let mut refused = Vec::new();
        let allowed: Vec<IpAddr> = found
            .into_iter()
            .filter(|address| match guard.permits(*address) {
                Ok(()) => true,
                Err(kind) => {
                    refused.push(format!("{address}, {kind}"));
                    false
                }
            })
            .collect();
        if allowed.is_empty() {
            return Err(without(
                CertificateState::Unknown,
                format!(
                    "{host} points to {}: only public addresses, and those that count as here, are connected to.",
                    refused.join("; ")
                ),
            ));
        }
        Ok(allowed)
    }

    fn judge(
        &self,
        chain: &[CertificateDer<'static>],
        name: &ServerName<'static>,
    ) -> CertificateReport {
        let roots = self
            .roots
            .get_or_init(|| shared_trust_roots(self.options.ca_file.as_deref()));
        match roots {
            Ok(roots) => judge(chain, name, roots, unix_time()),
            Err(error) => without(CertificateState::Unknown, error.to_string()),
        }
    }

    /// The first address that serves TLS decides.
    async fn look(
        &self,
        addresses: &[IpAddr],
        name: &ServerName<'static>,
        deadline: Instant,
    ) -> CertificateReport {
        let mut worst: Option<(IpAddr, NoCertificate)> = None;
        for (index, address) in addresses.iter().enumerate() {
            // One that does not answer leaves time for the others.
            let left = deadline.saturating_duration_since(Instant::now());
            let others = u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
            let by = Instant::now() + left / others.max(1);
            match handshake::chain(SocketAddr::new(*address, self.options.port), name, by).await {
                Ok(chain) => return self.judge(&chain, name),
                Err(failure) => {
                    let telling = matches!(
                        failure,
                        NoCertificate::Refused | NoCertificate::NotServed(_)
                    );
                    if telling || worst.is_none() {
                        worst = Some((*address, failure));
                    }
                }
            }
        }
        let Some((address, failure)) = worst else {
            return without(
                CertificateState::Unknown,
                "There was no address to connect to.",
            );
        };
        let place = SocketAddr::new(address, self.options.port);
        match failure {
            NoCertificate::Refused => without(
                CertificateState::Absent,
                format!("Nothing answers at {place}."),
            ),
            NoCertificate::NotServed(why) => without(
                CertificateState::Absent,
                format!(
                    "The server at {place} serves no certificate for {}: {why}.",
                    name.to_str()
                ),
            ),
            NoCertificate::TimedOut => without(
                CertificateState::Unknown,
                format!("The server at {place} did not answer in time."),
            ),
            NoCertificate::Unreachable(why) => without(
                CertificateState::Unknown,
                format!("{place} cannot be reached from here: {why}."),
            ),
        }
    }
}

fn without(state: CertificateState, error: impl Into<String>) -> CertificateReport {
    CertificateReport {
        state,
        issuer: None,
        names: Vec::new(),
        not_before: None,
        not_after: None,
        error: Some(error.into()),
    }
}

fn unix_time() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|time| i64::try_from(time.as_secs()).ok())
        .unwrap_or_default()
}
