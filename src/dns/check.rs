//! The DNS check of one domain: asks resolvers, authoritative name servers and CAA records at once,
//! and has the answers judged.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{FutureExt, join3};
use hickory_resolver::proto::rr::Name;
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout};

use super::caa::{self, Asked};
use super::client::scope::Scope;
use super::client::shared::SharedAnswers;
use super::client::zone::zone_servers;
use super::domain_probe::DomainProbe;
use super::evidence::{Evidence, ExpectedAddresses, ServerAnswer};
use super::name::{fqdn, plain, probed_host};
use super::options::{DnsOptions, Proof};
use super::proof::{Proven, Visitor};
use super::report::DnsReport;
use super::servers;
use super::targets::Targets;
use super::verdict;
use crate::domain::DomainName;
use crate::error::Error;
use crate::net::public_address::AddressGuard;
use crate::net::{DnsClient, NameServerList, NameServers, NoAnswer, parse_name_server};

/// The share of the time that resolvers have: the rest is for what follows from their answers.
const RESOLVERS_SHARE: f64 = 0.6;
/// The share of the time that all questions have, where a proof may follow.
const QUESTIONS_SHARE: f64 = 0.7;
/// How long the name servers of a zone wait for an answer that is on its way anyway and names the
/// zone, instead of being asked for.
const HINT_WITHIN: Duration = Duration::from_secs(1);

/// Looks domains up. Good for any number of checks, one after another or at once.
#[derive(Debug)]
pub struct DnsProber {
    resolvers: NameServers,
    targets: Targets,
    options: DnsOptions,
    client: DnsClient,
    shared: SharedAnswers,
}

impl DnsProber {
    /// `targets`: host names or addresses that count as here.
    ///
    /// # Errors
    /// `Kind::Config` when a target or resolver cannot be used.
    pub fn new(targets: &[String], options: DnsOptions) -> Result<Self, Error> {
        let named: Result<Vec<_>, _> = options
            .resolvers
            .iter()
            .map(|text| parse_name_server(text))
            .collect();
        Ok(Self {
            resolvers: NameServers::new(&named?),
            targets: Targets::new(targets)?,
            options,
            client: DnsClient::default(),
            shared: SharedAnswers::default(),
        })
    }

    pub(super) fn resolvers(&self) -> Arc<NameServerList> {
        self.resolvers.now()
    }

    pub(super) fn targets(&self) -> &Targets {
        &self.targets
    }

    pub(super) fn timeout(&self) -> Duration {
        self.options.timeout
    }

    /// Whether zones' own name servers are asked.
    pub(super) fn asks_name_servers(&self) -> bool {
        self.options.authoritative
    }

    pub(super) fn scope<'a>(
        &'a self,
        resolvers: &'a [SocketAddr],
        guard: &'a AddressGuard,
        deadline: Instant,
    ) -> Scope<'a> {
        Scope {
            client: &self.client,
            shared: &self.shared,
            probe: None,
            resolvers,
            guard,
            port: self.options.name_server_port,
            deadline,
        }
    }

    /// Whom questions about a zone go to: public addresses, and those that the options allow.
    pub(super) fn name_server_guard(&self, resolvers: &[SocketAddr]) -> AddressGuard {
        AddressGuard::new(resolvers.iter().map(SocketAddr::ip))
            .and(self.targets.addresses().iter().copied())
            .and(self.options.also_reachable.iter().copied())
    }

    /// What counts as here.
    async fn expected(
        &self,
        resolvers: &[SocketAddr],
        deadline: Instant,
    ) -> Arc<ExpectedAddresses> {
        let guard = self.name_server_guard(resolvers);
        let scope = self.scope(resolvers, &guard, deadline);
        self.targets
            .expected(scope, self.options.authoritative)
            .await
    }

    /// Addresses that a probe of a domain may connect to: public ones, and those that count as
    /// here.
    pub(crate) async fn guard(&self, deadline: Instant) -> AddressGuard {
        let resolvers = self.resolvers.now();
        let expected = self.expected(&resolvers.servers, deadline).await;
        AddressGuard::new(expected.addresses.iter().copied())
            .and(self.options.also_reachable.iter().copied())
    }

    /// Every address of `host`, as a resolver gives them; or why nobody could say.
    pub(crate) async fn addresses(
        &self,
        host: &Name,
        probe: Option<&DomainProbe>,
        deadline: Instant,
    ) -> Result<BTreeSet<IpAddr>, NoAnswer> {
        let (resolvers, none) = (self.resolvers.now(), AddressGuard::default());
        let scope = Scope {
            probe: probe.map(|probe| &probe.answers),
            ..self.scope(&resolvers.servers, &none, deadline)
        };
        scope.reachable(host).await
    }

    /// Where `domain` points. Takes no longer than the options' `timeout`.
    pub async fn check(&self, domain: &DomainName) -> DnsReport {
        self.check_host(domain, &probed_host(domain), None).await
    }

    /// The same, beside the other check of a probe.
    pub(crate) async fn check_in(&self, probe: &DomainProbe, domain: &DomainName) -> DnsReport {
        let answers = Some(&probe.answers);
        self.check_host(domain, probe.host(), answers).await
    }

    async fn check_host(
        &self,
        domain: &DomainName,
        host: &str,
        probe: Option<&SharedAnswers>,
    ) -> DnsReport {
        let start = Instant::now();
        let end = start + self.options.timeout;
        let questions_end = if self.options.proof.is_some() {
            start + self.options.timeout.mul_f64(QUESTIONS_SHARE)
        } else {
            end
        };
        let resolvers_end = start + self.options.timeout.mul_f64(RESOLVERS_SHARE);

        let (resolvers, none) = (self.resolvers.now(), AddressGuard::default());
        let scope = |guard, deadline| self.scope(&resolvers.servers, guard, deadline);
        let expected = self.expected(&resolvers.servers, resolvers_end).await;
        let guard = AddressGuard::new(expected.addresses.iter().copied())
            .and(self.options.also_reachable.iter().copied());
        let Some((above, name)) = names(domain, host) else {
            return verdict::too_long(&domain.for_people());
        };
        let floor = above.trim_to(domain.registrable().split('.').count());

        let name_server_guard = guard
            .clone()
            .and(resolvers.servers.iter().map(SocketAddr::ip));
        let own = scope(&name_server_guard, questions_end);
        let caa_at_name = caa::resolve(scope(&none, resolvers_end), &above).shared();
        let found = OnceCell::new();
        let zone = async || {
            found
                .get_or_init(async || {
                    if !self.options.authoritative {
                        return Vec::new();
                    }
                    let answer = timeout(HINT_WITHIN, caa_at_name.clone()).await;
                    let answer = answer.ok().and_then(Result::ok);
                    zone_servers(own, &above, &floor, answer.as_deref()).await
                })
                .await
                .as_slice()
        };
        let (mut servers, authoritative, caa) = join3(
            servers::ask_resolvers(
                Scope {
                    probe,
                    ..scope(&none, resolvers_end)
                },
                &name,
            ),
            async {
                if self.options.authoritative {
                    // Large, and moved about with the check.
                    Box::pin(async { servers::ask_zone(zone().await, &name, &floor, own).await })
                        .await
                } else {
                    Vec::new()
                }
            },
            caa::look_up(
                Asked {
                    name: &above,
                    floor: &floor,
                    wildcard: domain.is_wildcard(),
                    issuer: &self.options.issuer,
                },
                caa_at_name.clone(),
                scope(&none, resolvers_end),
                own,
                &zone,
            ),
        )
        .await;
        servers.extend(authoritative);
        if servers.iter().all(|server| server.chain().is_none()) {
            let scope = scope(&none, questions_end);
            Box::pin(servers::look_for_a_circle(&mut servers, &name, scope)).await;
        }

        let scope = scope(&guard, end);
        let proven = match &self.options.proof {
            Some(proof) => {
                Box::pin(self.prove(proof, &servers, &expected, domain, &name, scope)).await
            }
            None => Proven::default(),
        };
        verdict::report(&Evidence {
            domain: &domain.for_people(),
            name: domain.ascii(),
            apex: domain.is_apex(),
            wildcard: domain.is_wildcard(),
            expected: &expected,
            servers,
            caa,
            issuer: &self.options.issuer,
            proven: proven.addresses,
            undecided: proven.undecided,
            proof_tried: proven.tried,
            unnamed_resolver: resolvers.is_fallback,
        })
    }

    /// The addresses of others through which a request arrives here.
    async fn prove(
        &self,
        proof: &Proof,
        servers: &[ServerAnswer],
        expected: &ExpectedAddresses,
        domain: &DomainName,
        name: &Name,
        scope: Scope<'_>,
    ) -> Proven {
        let unknown_addresses: BTreeSet<IpAddr> = servers
            .iter()
            .filter_map(ServerAnswer::chain)
            .filter(|chain| {
                !chain
                    .aliases
                    .iter()
                    .any(|alias| expected.names.contains(alias))
            })
            .flat_map(|chain| chain.addresses.iter().copied())
            .filter(|address| {
                !expected.addresses.contains(address) && scope.guard.permits(*address).is_ok()
            })
            .collect();
        let host = plain(name);
        let www_counterpart = domain.counterpart();
        let port = self.options.http_port;
        let ours = &expected.addresses;
        let visitor = Visitor::new(&host, www_counterpart, port, proof, ours, scope);
        visitor.prove(&unknown_addresses).await
    }
}

/// The domain without its `*.`, and the name that is asked for.
fn names(domain: &DomainName, host: &str) -> Option<(Name, Name)> {
    let above = fqdn(domain.host())?;
    let name = if domain.is_wildcard() {
        fqdn(host)?
    } else {
        above.clone()
    };
    Some((above, name))
}
