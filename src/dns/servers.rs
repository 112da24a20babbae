//! Asks the resolvers, and the zone's own name servers, where a name leads.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::time::{Instant, sleep, timeout_at};

use super::client::cname_chain::{self, CnameChain, End};
use super::client::scope::Scope;
use super::client::zone::{ServerFault, ZoneServer};
use super::evidence::ServerAnswer;
use crate::net::{DNS_PORT, DnsClient, GLANCE, NoAnswer, Query, by};

/// Further time for the other resolvers when one has answered, at least. Those that kept us waiting
/// before have none.
const PATIENCE: Duration = Duration::from_secs(1);
/// After this time those are asked, too, that kept us waiting before.
const HEAD_START: Duration = Duration::from_millis(300);

/// What each resolver of `scope` says. Once one has answered, the others are not waited for as long
/// as one that is dead would take; once one has failed, not those that are dead.
pub(super) async fn ask_resolvers(scope: Scope<'_>, name: &Name) -> Vec<ServerAnswer> {
    match scope.resolvers {
        [only] => {
            let answer = by(scope.deadline, ask_resolver(scope, *only, name)).await;
            vec![answer.unwrap_or_else(|| silent(*only))]
        }
        _ => Box::pin(ask_several(scope, name)).await,
    }
}

async fn ask_several(scope: Scope<'_>, name: &Name) -> Vec<ServerAnswer> {
    let start = Instant::now();
    let mut answers: Vec<ServerAnswer> = scope.resolvers.iter().copied().map(silent).collect();
    let mut waiting: BTreeSet<usize> = (0..answers.len()).collect();
    let mut pending: FuturesUnordered<_> = scope
        .resolvers
        .iter()
        .enumerate()
        .map(|(at, server)| async move {
            let others = || scope.resolvers.iter().filter(|other| *other != server);
            let will_others_do = others().any(|other| !DnsClient::is_slow(*other));
            if will_others_do && !DnsClient::is_worth_a_question(*server) {
                sleep(HEAD_START).await;
            }
            (at, ask_resolver(scope, *server, name).await)
        })
        .collect();
    let is_slow = |at: &usize| {
        let server = scope.resolvers.get(*at);
        server.is_some_and(|server| DnsClient::is_slow(*server))
    };
    let is_silent = |at: &usize| {
        let server = scope.resolvers.get(*at);
        server.is_some_and(|server| DnsClient::is_silent(*server))
    };
    let (mut by, mut glance) = (scope.deadline, scope.deadline);
    let (mut is_answered, mut has_failed) = (false, false);
    loop {
        match timeout_at(by.min(glance), pending.next()).await {
            Ok(Some((at, answer))) => {
                waiting.remove(&at);
                if answer.chain().is_some() {
                    let now = Instant::now();
                    by = by.min(now + PATIENCE.max(now - start));
                    is_answered = true;
                }
                has_failed |= answer.answer.as_ref().is_err_and(NoAnswer::is_lame);
                if let Some(place) = answers.get_mut(at) {
                    *place = answer;
                }
            }
            Ok(None) => break,
            Err(_) if Instant::now() >= by => break,
            Err(_) => {}
        }
        if is_answered || has_failed {
            let now = Instant::now();
            glance = now + GLANCE;
            let are_slow = is_answered && waiting.iter().all(is_slow);
            if are_slow || waiting.iter().all(is_silent) {
                by = by.min(now);
            }
        }
    }
    if waiting.len() < answers.len() {
        for server in waiting.iter().filter_map(|at| scope.resolvers.get(*at)) {
            DnsClient::note_late(*server);
        }
    }
    answers
}

fn silent(server: SocketAddr) -> ServerAnswer {
    ServerAnswer {
        label: label(server),
        authoritative: false,
        answer: Err(NoAnswer::TimedOut),
        unverified: None,
        lame: false,
        relayed: None,
    }
}

async fn ask_resolver(scope: Scope<'_>, server: SocketAddr, name: &Name) -> ServerAnswer {
    let query = Query::recursive(name, RecordType::A);
    let only = [server];
    let scope = Scope {
        resolvers: &only,
        ..scope
    };
    let ask = async |query: &Query| {
        let chain = cname_chain::ask(scope, server, query, None).await;
        match chain {
            Ok(chain) => Ok(CnameChain {
                addresses: scope.without_made_up(chain.addresses).await,
                ..chain
            }),
            error => error,
        }
    };
    let mut answer = ask(&query).await;
    let mut unverified = None;
    if answer == Err(NoAnswer::ServerFailure) {
        let unchecked = Query {
            checking_disabled: true,
            ..query.clone()
        };
        // Seldom needed, and large.
        unverified = Box::pin(ask(&unchecked)).await.ok();
    }
    // A failure that goes away when signatures are not looked at is one of the signatures, unless
    // it was passing anyway.
    if unverified.is_some() {
        answer = Box::pin(ask(&query)).await;
        unverified = unverified.filter(|_| answer == Err(NoAnswer::ServerFailure));
    }
    ServerAnswer {
        answer,
        unverified,
        ..silent(server)
    }
}

/// What each of the zone's own name servers says; `floor`: the registrable domain.
pub(super) async fn ask_zone(
    servers: &[ZoneServer],
    name: &Name,
    floor: &Name,
    scope: Scope<'_>,
) -> Vec<ServerAnswer> {
    let servers = servers.iter();
    join_all(servers.map(|server| ask_own(server, name, floor, scope))).await
}

async fn ask_own(server: &ZoneServer, name: &Name, floor: &Name, scope: Scope<'_>) -> ServerAnswer {
    let mut answer = ServerAnswer {
        label: server.label(),
        authoritative: true,
        answer: Err(NoAnswer::TimedOut),
        unverified: None,
        lame: false,
        relayed: None,
    };
    match &server.address {
        Ok(address) => {
            let ask = |recursion| async move {
                let query = Query {
                    recursion,
                    ..Query::recursive(name, RecordType::A)
                };
                cname_chain::ask(scope, *address, &query, Some(floor)).await
            };
            answer.answer = ask(false).await;
            answer.lame = match &answer.answer {
                Ok(chain) => !chain.authoritative,
                Err(error) => error.is_lame(),
            };
            if answer.lame {
                // What others say is no voice of its own. A resolver in its place may refuse what
                // is asked without recursion.
                if let Ok(chain) = answer.answer {
                    answer.relayed = Some(chain);
                    answer.answer = Err(NoAnswer::ServerFailure);
                } else {
                    let asked = ask(true).await.ok();
                    answer.relayed = asked.filter(|chain| !chain.authoritative);
                }
            }
        }
        Err(ServerFault::NoAddress) => answer.lame = true,
        Err(ServerFault::Unknown(error)) => answer.answer = Err(error.clone()),
    }
    answer
}

/// Resolvers fail on aliases in a circle: follows them one by one.
pub(super) async fn look_for_a_circle(servers: &mut [ServerAnswer], name: &Name, scope: Scope<'_>) {
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

/// How messages call a resolver.
pub(super) fn label(server: SocketAddr) -> String {
    if server.port() == DNS_PORT {
        server.ip().to_string()
    } else {
        server.to_string()
    }
}
