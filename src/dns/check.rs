//! The check of one domain: asks everyone at once and judges.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use futures_util::future::{join_all, join3};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::time::Instant;

use super::caa;
use super::client::chain::{self, End, Trace};
use super::client::query::{Asker, NoAnswer, Question};
use super::client::resolvers::Resolvers;
use super::client::zone::{Scope, ServerFault, ZoneServer, zone_servers};
use super::options::DnsOptions;
use super::proof;
use super::report::DnsReport;
use super::targets::Targets;
use super::verdict::{self, Findings, Here, View};
use crate::domain::DomainName;
use crate::error::Error;
use crate::net::public_address::AddressGuard;

/// Sockets that one prober's questions may use at a time.
const MOST_SOCKETS: usize = 384;
/// The share of the time that resolvers have: the rest is for what follows from their answers.
const RESOLVERS_SHARE: f64 = 0.6;
/// The share of the time that all questions have, where a proof may follow.
const QUESTIONS_SHARE: f64 = 0.7;

/// Looks domains up. Good for any number of checks, one after another or at once.
#[derive(Debug)]
pub struct DnsProber {
    resolvers: Resolvers,
    targets: Targets,
    options: DnsOptions,
    asker: Asker,
}

impl DnsProber {
    /// `targets`: host names or addresses that count as here.
    ///
    /// # Errors
    /// [`Error::Config`] when a target or resolver cannot be used.
    pub fn new(targets: &[String], options: DnsOptions) -> Result<Self, Error> {
        Ok(Self {
            resolvers: Resolvers::new(&options.resolvers)?,
            targets: Targets::new(targets)?,
            options,
            asker: Asker::new(MOST_SOCKETS),
        })
    }

    fn scope<'a>(
        &'a self,
        resolvers: &'a [SocketAddr],
        reach: &'a AddressGuard,
        deadline: Instant,
    ) -> Scope<'a> {
        Scope {
            asker: &self.asker,
            resolvers,
            reach,
            port: self.options.name_server_port,
            deadline,
        }
    }

    /// Addresses that a probe of a domain may connect to: public ones, and those that count as here.
    pub(crate) async fn reach(&self, deadline: Instant) -> AddressGuard {
        let none = AddressGuard::default();
        let resolvers = self.resolvers.now();
        let scope = self.scope(&resolvers, &none, deadline);
        let here = self.targets.here(scope).await;
        AddressGuard::new(here.addresses).and(self.options.also_reachable.iter().copied())
    }

    /// Every address of `host`, as a resolver gives them; or why nobody could say, in words.
    pub(crate) async fn addresses(
        &self,
        host: &Name,
        deadline: Instant,
    ) -> Result<BTreeSet<IpAddr>, String> {
        let (resolvers, none) = (self.resolvers.now(), AddressGuard::default());
        let scope = self.scope(&resolvers, &none, deadline);
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
        let scope = |reach, deadline| self.scope(&resolvers, reach, deadline);
        let here = self.targets.here(scope(&none, resolvers_end)).await;
        let reach = AddressGuard::new(here.addresses.iter().copied())
            .and(self.options.also_reachable.iter().copied());
        let names = (
            fqdn(&probed_host(domain)),
            fqdn(domain.host()),
            fqdn(domain.registrable()),
        );
        let (Some(name), Some(above), Some(floor)) = names else {
            return verdict::too_long(&domain.for_people());
        };

        let own_reach = reach.clone().and(resolvers.iter().map(SocketAddr::ip));
        let (mut views, own, caa) = join3(
            self.ask_resolvers(&resolvers, &name, resolvers_end),
            self.ask_own_servers(&name, &above, &floor, scope(&own_reach, questions_end)),
            caa::forbidden(
                scope(&none, questions_end),
                &above,
                domain.is_wildcard(),
                &self.options.issuer,
            ),
        )
        .await;
        views.extend(own);
        if views.iter().all(|view| view.trace().is_none()) {
            self.look_for_a_circle(&mut views, &name, scope(&none, questions_end))
                .await;
        }

        let (proven, proof_tried) = self.prove(&views, &here, &reach, &name, end).await;
        verdict::report(&Findings {
            domain: &domain.for_people(),
            wildcard: domain.is_wildcard(),
            here: &here,
            views,
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
    ) -> Vec<View> {
        join_all(resolvers.iter().map(async |&server| {
            let question = Question::recursive(name, RecordType::A);
            let chase = [server];
            let ask = |question| async move {
                chain::trace(&self.asker, server, &chase, &question, deadline).await
            };
            let mut answer = ask(question.clone()).await;
            let mut unverified = None;
            if answer == Err(NoAnswer::ServerFailure) {
                let unchecked = Question {
                    checking_disabled: true,
                    ..question.clone()
                };
                unverified = ask(unchecked).await.ok();
            }
            // A failure that goes away when signatures are not looked at is one of the signatures, unless it was passing
            // anyway.
            if unverified.is_some() {
                answer = ask(question).await;
                unverified = unverified.filter(|_| answer == Err(NoAnswer::ServerFailure));
            }
            View {
                label: label(server),
                own: false,
                answer,
                unverified,
                lame: false,
            }
        }))
        .await
    }

    async fn ask_own_servers(
        &self,
        name: &Name,
        above: &Name,
        floor: &Name,
        scope: Scope<'_>,
    ) -> Vec<View> {
        if !self.options.authoritative {
            return Vec::new();
        }
        let servers = zone_servers(scope, above, floor).await;
        join_all(
            servers
                .iter()
                .map(|server| self.ask_own_server(server, name, scope)),
        )
        .await
    }

    async fn ask_own_server(&self, server: &ZoneServer, name: &Name, scope: Scope<'_>) -> View {
        let mut view = View {
            label: server.label(),
            own: true,
            answer: Err(NoAnswer::TimedOut),
            unverified: None,
            lame: false,
        };
        match &server.address {
            Ok(address) => {
                let question = Question {
                    recursion: false,
                    ..Question::recursive(name, RecordType::A)
                };
                view.answer = chain::trace(
                    &self.asker,
                    *address,
                    scope.resolvers,
                    &question,
                    scope.deadline,
                )
                .await;
                view.lame = match &view.answer {
                    Ok(trace) => !trace.authoritative,
                    Err(error) => error.is_lame(),
                };
                if view.lame && view.answer.is_ok() {
                    // It passes on what others say, if anything: that is no voice of its own.
                    view.answer = Err(NoAnswer::ServerFailure);
                }
            }
            Err(ServerFault::NoAddress) => view.lame = true,
            Err(ServerFault::Unknown(error)) => view.answer = Err(error.clone()),
        }
        view
    }

    /// Resolvers fail on aliases in a circle: follows them one by one.
    async fn look_for_a_circle(&self, views: &mut [View], name: &Name, scope: Scope<'_>) {
        let Some(failed) = views
            .iter_mut()
            .find(|view| !view.own && view.answer == Err(NoAnswer::ServerFailure))
        else {
            return;
        };
        let mut aliases: Vec<Name> = Vec::new();
        let mut current = name.clone();
        while let Ok(message) = scope.resolve(&current, RecordType::CNAME).await {
            let Some(next) = chain::alias_of(&message, &current) else {
                return;
            };
            let seen = next == *name || aliases.contains(&next);
            aliases.push(next.clone());
            if seen || aliases.len() > chain::LONGEST_CHAIN {
                failed.answer = Ok(Trace {
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
        views: &[View],
        here: &Here,
        reach: &AddressGuard,
        name: &Name,
        deadline: Instant,
    ) -> (BTreeSet<IpAddr>, bool) {
        let Some(proof) = &self.options.proof else {
            return (BTreeSet::new(), false);
        };
        let strangers: BTreeSet<IpAddr> = views
            .iter()
            .filter_map(View::trace)
            .filter(|trace| !trace.aliases.iter().any(|alias| here.names.contains(alias)))
            .flat_map(|trace| trace.addresses.iter().copied())
            .filter(|address| !here.addresses.contains(address) && reach.permits(*address).is_ok())
            .collect();
        let host = super::plain(name);
        let tried = !strangers.is_empty();
        let fetched = join_all(strangers.into_iter().take(proof::MOST_ADDRESSES).map(
            async |address| {
                let to = SocketAddr::new(address, self.options.http_port);
                proof::arrives(&host, to, proof, deadline)
                    .await
                    .then_some(address)
            },
        ))
        .await;
        (fetched.into_iter().flatten().collect(), tried)
    }
}

/// The name that is asked for: of a wildcard, a random one that it covers.
pub(crate) fn probed_host(domain: &DomainName) -> String {
    if domain.is_wildcard() {
        let label: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(12)
            .collect();
        format!(
            "closte-check-{}.{}",
            label.to_ascii_lowercase(),
            domain.host()
        )
    } else {
        domain.ascii().to_owned()
    }
}

/// The host name as the DNS has it. None only of one that is full to the last octet before a random label is put
/// before it.
pub(crate) fn fqdn(name: &str) -> Option<Name> {
    Name::from_ascii(format!("{name}.")).ok()
}

fn label(server: SocketAddr) -> String {
    if server.port() == 53 {
        server.ip().to_string()
    } else {
        server.to_string()
    }
}

#[cfg(test)]
mod tests;
