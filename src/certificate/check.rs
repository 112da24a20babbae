//! The certificate check of one domain: resolves it once, connects to its addresses, and judges the
//! certificate.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::proto::rr::Name;
use once_cell::sync::OnceCell;
use rustls_pki_types::ServerName;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::handshake::{self, KeyProof, NoCertificate, Presented};
use super::report::{CertificateReport, CertificateState};
use super::signatures::GoodSignatures;
use super::verdict::judge;
use crate::clock::unix_time;
use crate::dns::{DnsOptions, DnsProber, DomainProbe, fqdn, made_up_of};
use crate::domain::DomainName;
use crate::error::Error;
use crate::net::public_address::AddressGuard;
use crate::net::{TrustRoots, check_ca_file, shared_trust_roots};

/// Connections that one prober has open at a time.
const MAX_CONNECTIONS: usize = 256;

/// Addresses of a domain that are connected to, or named, at most: a zone may have thousands, and
/// the time for a check is shared out among them.
const MOST_ADDRESSES: usize = 16;

/// Those that this process has seen in chains.
static GOOD: GoodSignatures = GoodSignatures::new();

/// Options of certificate checks.
#[derive(Clone, Debug)]
pub struct CertificateOptions {
    /// Default 443.
    pub port: u16,
    /// Limit for a whole check. Default 5 s.
    pub timeout: Duration,
    /// PEM file with roots to trust in addition to the system's.
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

/// Checks certificates: any number of domains, one after another or at the same time.
#[derive(Debug)]
pub struct CertificateProber {
    options: CertificateOptions,
    /// Loaded when the first certificate has been read: that takes milliseconds, and many probers
    /// never get one. Where that fails, the next check tries again.
    roots: OnceCell<Arc<TrustRoots>>,
    dns: Arc<DnsProber>,
    connections: Semaphore,
}

impl CertificateProber {
    /// `dns` resolves the domains. Its targets may be connected to even if they are not public.
    ///
    /// # Errors
    /// `Kind::Config` when the CA file cannot be used.
    pub fn new(options: CertificateOptions, dns: Arc<DnsProber>) -> Result<Self, Error> {
        if let Some(path) = &options.ca_file {
            check_ca_file(path)?;
        }
        Ok(Self {
            roots: OnceCell::new(),
            options,
            dns,
            connections: Semaphore::new(MAX_CONNECTIONS),
        })
    }

    /// With a resolver of its own: see [`DnsProber::new`].
    ///
    /// # Errors
    /// `Kind::Config` when an option cannot be used.
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

    /// Checks the certificate that is served for `domain`; for a wildcard, for a random name that
    /// it covers. Takes no longer than the options' `timeout`.
    pub async fn check(&self, domain: &DomainName) -> CertificateReport {
        self.check_in(&DomainProbe::new(domain)).await
    }

    /// The same, beside the other check of a probe.
    pub(crate) async fn check_in(&self, probe: &DomainProbe) -> CertificateReport {
        let deadline = Instant::now() + self.options.timeout;
        let host = probe.host();
        let (Some(fqdn), Ok(name)) = (fqdn(host), ServerName::try_from(host.to_owned())) else {
            return CertificateReport::without(
                CertificateState::Unknown,
                "name-too-long",
                "The name is too long to be looked up.",
            );
        };
        match self.addresses(probe, &fqdn, &name, deadline).await {
            Ok(addresses) => {
                let _permit = self.connections.acquire().await;
                self.first_answer(&addresses, &name, deadline).await
            }
            Err(report) => report,
        }
    }

    /// The addresses that may be connected to. The name is resolved only here, once, be it by the
    /// probe's other check.
    async fn addresses(
        &self,
        probe: &DomainProbe,
        fqdn: &Name,
        name: &ServerName<'static>,
        deadline: Instant,
    ) -> Result<Vec<IpAddr>, CertificateReport> {
        let resolve_by = Instant::now() + self.options.timeout.mul_f64(0.6);
        let resolve_by = resolve_by.min(deadline);
        let host = name.to_str();
        let found = self
            .dns
            .addresses(fqdn, Some(probe), resolve_by)
            .await
            .map_err(|error| {
                CertificateReport::without(
                    CertificateState::Unknown,
                    "lookup-failed",
                    format!("The DNS lookup for {host} failed ({error})."),
                )
                .detail(error.word())
            })?;
        if found.is_empty() {
            return Err(CertificateReport::without(
                CertificateState::Absent,
                "no-address",
                format!("{host} has no address."),
            ));
        }
        let guard = self.dns.guard(resolve_by).await;
        let (allowed, refused) = permitted(&found, &guard);
        if allowed.is_empty() {
            let addresses = found.iter().take(MOST_ADDRESSES);
            let addresses: Vec<_> = addresses.map(ToString::to_string).collect();
            return Err(CertificateReport::without(
                CertificateState::Unknown,
                "not-public",
                format!(
                    "{host} points to {}. Only public addresses and the addresses of this network are checked.",
                    refused.join("; ")
                ),
            )
            .detail(addresses.join(", ")));
        }
        Ok(allowed)
    }

    /// The report on what a server has shown, or why this says nothing.
    fn judge(
        &self,
        presented: Presented,
        name: &ServerName<'static>,
    ) -> Result<CertificateReport, NoCertificate> {
        let roots = self
            .roots
            .get_or_try_init(|| shared_trust_roots(self.options.ca_file.as_deref()));
        let mut report = match roots {
            Ok(roots) => judge(&presented.chain, name, roots, &GOOD, unix_time()),
            Err(error) => {
                CertificateReport::without(CertificateState::Unknown, "roots", error.to_string())
            }
        };
        match presented.key {
            // A wrong certificate is wrong whoever has the key.
            _ if report.state != CertificateState::Valid => {}
            KeyProof::Proven => {}
            KeyProof::Unverified => {
                report.state = CertificateState::Untrusted;
                report.reason = Some("key-unproven");
                report.error =
                    Some("The server does not prove that the certificate is its own.".to_owned());
            }
            KeyProof::Failed(failure) => return Err(failure),
        }
        Ok(report)
    }

    /// Tries the addresses in turn; the first that serves TLS decides.
    async fn first_answer(
        &self,
        addresses: &[IpAddr],
        name: &ServerName<'static>,
        deadline: Instant,
    ) -> CertificateReport {
        let mut worst: Option<(IpAddr, NoCertificate)> = None;
        for (index, address) in addresses.iter().enumerate() {
            // An address that does not answer must leave time for the others.
            let left = deadline.saturating_duration_since(Instant::now());
            let others = u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
            let by = Instant::now() + left / others.max(1);
            let place = SocketAddr::new(*address, self.options.port);
            let fetched = handshake::fetch(place, name, by).await;
            match fetched.and_then(|presented| self.judge(presented, name)) {
                Ok(report) => return report,
                Err(failure) => {
                    let is_definite = matches!(
                        failure,
                        NoCertificate::Refused | NoCertificate::NotServed(_)
                    );
                    if is_definite || worst.is_none() {
                        worst = Some((*address, failure));
                    }
                }
            }
        }
        let Some((address, failure)) = worst else {
            return CertificateReport::without(
                CertificateState::Unknown,
                "no-address",
                "There was no address to connect to.",
            );
        };
        let place = SocketAddr::new(address, self.options.port);
        match failure {
            NoCertificate::Refused => CertificateReport::without(
                CertificateState::Absent,
                "refused",
                format!("Nothing answers at {place}."),
            ),
            NoCertificate::NotServed(why) => CertificateReport::without(
                CertificateState::Absent,
                "not-served",
                format!(
                    "The server at {place} serves no certificate for {}: {why}.",
                    name.to_str()
                ),
            )
            .detail(why),
            NoCertificate::TimedOut => CertificateReport::without(
                CertificateState::Unknown,
                "timeout",
                format!("The server at {place} did not answer in time."),
            ),
            NoCertificate::Unreachable(why) => CertificateReport::without(
                CertificateState::Unknown,
                "unreachable",
                format!("{place} cannot be reached from here: {why}."),
            )
            .detail(why),
        }
        .at(place)
    }
}

/// Those that may be connected to, and why the others may not; the first ones of each. An address
/// that a resolver made up of a permitted one beside it is the way there on a network without IPv4.
fn permitted(found: &BTreeSet<IpAddr>, guard: &AddressGuard) -> (Vec<IpAddr>, Vec<String>) {
    let leads_there = |address| {
        let inner = made_up_of(address);
        inner.is_some_and(|inner| found.contains(&inner) && guard.permits(inner).is_ok())
    };
    let (mut allowed, mut refused) = (Vec::new(), Vec::new());
    for address in found.iter().copied() {
        match guard.permits(address) {
            Err(kind) if !leads_there(address) => refused.push(format!("{address}, {kind}")),
            _ => allowed.push(address),
        }
    }
    refused.truncate(MOST_ADDRESSES);
    (of_both_families(&allowed), refused)
}

/// The first ones, of both families where there are both: this machine may have one of them alone.
fn of_both_families(addresses: &[IpAddr]) -> Vec<IpAddr> {
    let half = MOST_ADDRESSES / 2;
    let v6 = addresses.iter().filter(|address| address.is_ipv6()).count();
    let (mut v4_left, mut v6_left) = (
        MOST_ADDRESSES - v6.min(half),
        MOST_ADDRESSES - (addresses.len() - v6).min(half),
    );
    let mut first = addresses.to_vec();
    first.retain(|address| {
        let left = if address.is_ipv6() {
            &mut v6_left
        } else {
            &mut v4_left
        };
        let is_in = *left > 0;
        *left = left.saturating_sub(1);
        is_in
    });
    first
}

#[cfg(test)]
mod tests;
