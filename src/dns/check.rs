//! The DNS check of one domain: asks resolvers, authoritative name servers and CAA records at once,
//! and has the answers judged.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use futures_util::future::{join_all, join3};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::time::Instant;

use super::caa;
use super::client::cname_chain::{self, CnameChain, End};
use super::client::scope::Scope;
use super::client::zone::{ServerFault, ZoneServer, zone_servers};
use super::evidence::{Evidence, ExpectedAddresses, ServerAnswer};
use super::name::{fqdn, plain, probed_host};
use super::options::DnsOptions;
use super::proof::{self, Visitor};
use super::report::DnsReport;
use super::targets::Targets;
use super::verdict;
use crate::domain::DomainName;
use crate::error::Error;
use crate::net::public_address::AddressGuard;
use crate::net::{DNS_PORT, DnsClient, NameServers, NoAnswer, Query, parse_name_server};

/// The share of the time that resolvers have: the rest is for what follows from their answers.
const RESOLVERS_SHARE: f64 = 0.6;
/// The share of the time that all questions have, where a proof may follow.
const QUESTIONS_SHARE: f64 = 0.7;

/// Looks domains up. Good for any number of checks, one after another or at once.
#[derive(Debug)]
pub struct DnsProber {
    resolvers: NameServers,
    targets: Targets,
    options: DnsOptions,
    client: DnsClient,
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
        })
    }

    fn scope<'a>(
        &'a self,
        resolvers: &'a [SocketAddr],
        guard: &'a AddressGuard,
        deadline: Instant,
    ) -> Scope<'a> {
        Scope {
            client: &self.client,
            resolvers,
            guard,
            port: self.options.name_server_port,
            deadline,
        }
    }

    /// Addresses that a probe of a domain may connect to: public ones, and those that count as
    /// here.
    pub(crate) async fn guard(&self, deadline: Instant) -> AddressGuard {
        let none = AddressGuard::default();
        let resolvers = self.resolvers.now();
        let scope = self.scope(&resolvers.servers, &none, deadline);
        let expected = self.targets.expected(scope).await;
        AddressGuard::new(expected.addresses).and(self.options.also_reachable.iter().copied())
    }

    /// Every address of `host`, as a resolver gives them; or why nobody could say, in words.
    pub(crate) async fn addresses(
        &self,
        host: &Name,
        deadline: Instant,
    ) -> Result<BTreeSet<IpAddr>, String> {
        let (resolvers, none) = (self.resolvers.now(), AddressGuard::default());
        let scope = self.scope(&resolvers.servers, &none, deadline);
        let found = scope.addresses(host).await;
        found.map_err(|error| error.to_string())
    }

    /// Where `domain` points. Takes no longer than the options' `timeout`.
    pub async fn check(&self, domain: &DomainName) -> DnsReport {
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
        let expected = self.targets.expected(scope(&none, resolvers_end)).await;
        let guard = AddressGuard::new(expected.addresses.iter().copied())
            .and(self.options.also_reachable.iter().copied());
        let names = (
            fqdn(&probed_host(domain)),
            fqdn(domain.host()),
            fqdn(domain.registrable()),
        );
        let (Some(name), Some(above), Some(floor)) = names else {
            return verdict::too_long(&domain.for_people());
        };

        let name_server_guard = guard
            .clone()
            .and(resolvers.servers.iter().map(SocketAddr::ip));
        let (mut servers, authoritative, caa) = join3(
            self.ask_resolvers(&resolvers.servers, &name, resolvers_end),
            self.ask_authoritative_servers(
                &name,
                &above,
                &floor,
                scope(&name_server_guard, questions_end),
            ),
            caa::forbidden(
                scope(&none, questions_end),
                &above,
                domain.is_wildcard(),
                &self.options.issuer,
            ),
        )
        .await;
        servers.extend(authoritative);
        if servers.iter().all(|server| server.chain().is_none()) {
            self.look_for_a_circle(&mut servers, &name, scope(&none, questions_end))
                .await;
        }

        let scope = scope(&guard, end);
        let (proven, proof_tried) = self.prove(&servers, &expected, domain, &name, scope).await;
        verdict::report(&Evidence {
            domain: &domain.for_people(),
            name: domain.ascii(),
            apex: domain.is_apex(),
            wildcard: domain.is_wildcard(),
            expected: &expected,
            servers,
            caa,
            issuer: &self.options.issuer,
            proven,
            proof_tried,
        })
    }

    async fn ask_resolvers(
        &self,
        resolvers: &[SocketAddr],
        name: &Name,
        deadline: Instant,
    ) -> Vec<ServerAnswer> {
        join_all(resolvers.iter().map(async |&server| {
            let query = Query::recursive(name, RecordType::A);
            let chase = [server];
            let ask = |query| async move {
                cname_chain::ask(&self.client, server, &chase, &query, deadline).await
            };
            let mut answer = ask(query.clone()).await;
            let mut unverified = None;
            if answer == Err(NoAnswer::ServerFailure) {
                let unchecked = Query {
                    checking_disabled: true,
                    ..query.clone()
                };
                unverified = ask(unchecked).await.ok();
            }
            // A failure that goes away when signatures are not looked at is one of the signatures,
            // unless it was passing anyway.
            if unverified.is_some() {
                answer = ask(query).await;
                unverified = unverified.filter(|_| answer == Err(NoAnswer::ServerFailure));
            }
            ServerAnswer {
                label: label(server),
                authoritative: false,
                answer,
                unverified,
                lame: false,
            }
        }))
        .await
    }

    async fn ask_authoritative_servers(
        &self,
        name: &Name,
        above: &Name,
        floor: &Name,
        scope: Scope<'_>,
    ) -> Vec<ServerAnswer> {
        if !self.options.authoritative {
            return Vec::new();
        }
        let servers = zone_servers(scope, above, floor).await;
        join_all(
            servers
                .iter()
                .map(|server| self.ask_authoritative_server(server, name, scope)),
        )
        .await
    }

    async fn ask_authoritative_server(
        &self,
        server: &ZoneServer,
        name: &Name,
        scope: Scope<'_>,
    ) -> ServerAnswer {
        let mut answer = ServerAnswer {
            label: server.label(),
            authoritative: true,
            answer: Err(NoAnswer::TimedOut),
            unverified: None,
            lame: false,
        };
        match &server.address {
            Ok(address) => {
                let query = Query {
                    recursion: false,
                    ..Query::recursive(name, RecordType::A)
                };
                answer.answer = cname_chain::ask(
                    &self.client,
                    *address,
                    scope.resolvers,
                    &query,
                    scope.deadline,
                )
                .await;
                answer.lame = match &answer.answer {
                    Ok(chain) => !chain.authoritative,
                    Err(error) => error.is_lame(),
                };
                if answer.lame && answer.answer.is_ok() {
                    // It passes on what others say, if anything: that is no voice of its own.
                    answer.answer = Err(NoAnswer::ServerFailure);
                }
            }
            Err(ServerFault::NoAddress) => answer.lame = true,
            Err(ServerFault::Unknown(error)) => answer.answer = Err(error.clone()),
        }
        answer
    }

    /// Resolvers fail on aliases in a circle: follows them one by one.
    async fn look_for_a_circle(&self, servers: &mut [ServerAnswer], name: &Name, scope: Scope<'_>) {
        let Some(failed) = servers
            .iter_mut()
            .find(|server| !server.authoritative && server.answer == Err(NoAnswer::ServerFailure))
        else {
            return;
        };
        let mut aliases: Vec<Name> = Vec::new();
        let mut current = name.clone();
        while let Ok(message) = scope.resolve(&current, RecordType::CNAME).await {
            let Some(next) = cname_chain::alias_of(&message, &current) else {
                return;
            };
            let seen = next == *name || aliases.contains(&next);
            aliases.push(next.clone());
            if seen || aliases.len() > cname_chain::LONGEST_CHAIN {
                failed.answer = Ok(CnameChain {
                    aliases,
                    addresses: BTreeSet::new(),
                    end: End::Loop,
                    authoritative: false,
                });
                return;
            }
            current = next;
        }
    }

    /// The addresses of others through which a request arrives here.
    async fn prove(
        &self,
        servers: &[ServerAnswer],
        expected: &ExpectedAddresses,
        domain: &DomainName,
        name: &Name,
        scope: Scope<'_>,
    ) -> (BTreeSet<IpAddr>, bool) {
        let Some(proof) = &self.options.proof else {
            return (BTreeSet::new(), false);
        };
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
        let visitor = Visitor::new(&host, www_counterpart, self.options.http_port, proof, scope);
        let tried = !unknown_addresses.is_empty();
        let fetched = join_all(
            unknown_addresses
                .into_iter()
                .take(proof::MOST_ADDRESSES)
                .map(async |address| visitor.arrives(address).await.then_some(address)),
        )
        .await;
        (fetched.into_iter().flatten().collect(), tried)
    }
}

fn label(server: SocketAddr) -> String {
    if server.port() == DNS_PORT {
        server.ip().to_string()
    } else {
        server.to_string()
    }
}
