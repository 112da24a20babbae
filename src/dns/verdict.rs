//! Judges the evidence: where the domain points, and what its problems are. Pure.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::IpAddr;

use super::caa::CaaFinding;
use super::client::cname_chain::{CnameChain, End};
use super::evidence::{Evidence, ServerAnswer};
use super::name::plain;
use super::problem_codes::Problem;
use super::problem_records::Writer;
use super::report::{DnsReport, DnsState, ResolverReport};

/// What one server said, for the report.
fn resolver_report(server: &ServerAnswer, evidence: &Evidence<'_>) -> ResolverReport {
    match &server.answer {
        Ok(chain) => ResolverReport {
            state: evidence.state_of(chain),
            addresses: chain.addresses.iter().copied().collect(),
            error: match chain.end {
                End::Addresses => None,
                End::NoAddress => Some("no-address".to_owned()),
                End::NoName => Some("NXDOMAIN".to_owned()),
                End::Loop => Some("cname-loop".to_owned()),
            },
        },
        Err(_) if server.unverified.is_some() => ResolverReport {
            state: DnsState::Unknown,
            addresses: Vec::new(),
            error: Some("dnssec-bogus".to_owned()),
        },
        Err(error) => ResolverReport {
            state: DnsState::Unknown,
            addresses: Vec::new(),
            error: Some(if server.relayed.is_some() {
                "intercepted".to_owned()
            } else {
                error.word()
            }),
        },
    }
}

/// The report.
pub(super) fn report(evidence: &Evidence<'_>) -> DnsReport {
    let state = overall(evidence);
    let chains = || evidence.servers.iter().filter_map(ServerAnswer::chain);
    let addresses: BTreeSet<IpAddr> = chains()
        .flat_map(|chain| chain.addresses.iter().copied())
        .collect();
    let cnames = chains()
        .map(|chain| &chain.aliases)
        .max_by_key(|aliases| aliases.len())
        .map(|aliases| aliases.iter().map(plain).collect())
        .unwrap_or_default();
    let proxied = !evidence.proven.is_empty()
        || (state != DnsState::Here
            && addresses.iter().any(|address| {
                !evidence.expected.addresses.contains(address)
                    && super::proxies::proxy_of(*address).is_some()
            }));
    let resolvers: BTreeMap<String, ResolverReport> = evidence
        .servers
        .iter()
        .map(|server| (server.label.clone(), resolver_report(server, evidence)))
        .collect();
    DnsReport {
        state,
        addresses: addresses.into_iter().collect(),
        cnames,
        resolvers,
        problems: problems(evidence, state, proxied),
        proxied,
        intercepted: is_intercepted(evidence),
    }
}

/// Of a name with no room for a label that could be asked for.
pub(super) fn too_long(domain: &str) -> DnsReport {
    DnsReport {
        state: DnsState::Unknown,
        addresses: Vec::new(),
        cnames: Vec::new(),
        resolvers: BTreeMap::new(),
        problems: vec![super::problem_messages::too_long(domain)],
        proxied: false,
        intercepted: false,
    }
}

fn is_bogus(evidence: &Evidence<'_>) -> bool {
    evidence
        .servers
        .iter()
        .any(|server| server.unverified.is_some())
}

/// Every name server of the zone is there and says that it does not serve the zone.
fn all_are_lame(evidence: &Evidence<'_>) -> bool {
    let mut own = evidence
        .servers
        .iter()
        .filter(|server| server.authoritative)
        .peekable();
    own.peek().is_some() && own.all(|server| server.lame)
}

/// Whoever is asked at port 53, somebody answers who is no name server of the zone, and says what
/// the resolvers say: the zone works, and its own name servers cannot be heard from here.
fn is_intercepted(evidence: &Evidence<'_>) -> bool {
    let (own, resolvers): (Vec<&ServerAnswer>, Vec<&ServerAnswer>) = evidence
        .servers
        .iter()
        .partition(|server| server.authoritative);
    let says = |chain| evidence.state_of(chain);
    let relayed: HashSet<DnsState> = own
        .iter()
        .filter_map(|server| server.relayed.as_ref())
        .map(says)
        .collect();
    let resolved: HashSet<DnsState> = resolvers
        .iter()
        .filter_map(|server| server.chain())
        .map(says)
        .collect();
    let nobody_speaks = own
        .iter()
        .all(|server| server.answer.is_err() && (!server.lame || server.relayed.is_some()));
    relayed.len() == 1 && relayed == resolved && nobody_speaks
}

/// Whether a resolver has an answer: then the delegation works for visitors.
fn is_resolved(evidence: &Evidence<'_>) -> bool {
    evidence
        .servers
        .iter()
        .any(|server| !server.authoritative && server.chain().is_some())
}

fn overall(evidence: &Evidence<'_>) -> DnsState {
    let bogus = is_bogus(evidence);
    let mut known: HashSet<DnsState> = evidence
        .servers
        .iter()
        .filter_map(|server| {
            let chain = if bogus {
                server.chain()
            } else {
                server.answer.as_ref().ok()
            };
            Some(evidence.state_of(chain?))
        })
        .collect();
    let is_undecided = known.remove(&DnsState::Unknown) && !evidence.undecided.is_empty();
    let agreed = match known.len() {
        // The others may be few, and old.
        1.. if is_undecided => DnsState::Unknown,
        0 if all_are_lame(evidence) && !is_resolved(evidence) => DnsState::Missing,
        0 => DnsState::Unknown,
        1 => known.into_iter().next().unwrap_or(DnsState::Unknown),
        _ => DnsState::Partial,
    };
    if bogus && agreed == DnsState::Here {
        // Whoever checks signatures does not get here, and an issuer of certificates does.
        DnsState::Partial
    } else {
        agreed
    }
}

fn problems(evidence: &Evidence<'_>, state: DnsState, proxied: bool) -> Vec<Problem> {
    let write = Writer { evidence };
    let mut problems = Vec::new();
    if is_bogus(evidence) {
        problems.push(write.bogus());
    }
    let mut states: HashSet<DnsState> = evidence
        .servers
        .iter()
        .filter_map(ServerAnswer::chain)
        .map(|chain| evidence.state_of(chain))
        .collect();
    let is_undecided = states.remove(&DnsState::Unknown) && !evidence.undecided.is_empty();
    let one_opinion = states.len() == 1 && !is_undecided;
    let first = |wanted: DnsState| {
        evidence
            .servers
            .iter()
            .filter_map(ServerAnswer::chain)
            .find(|chain| evidence.state_of(chain) == wanted)
    };
    if one_opinion {
        if let Some(chain) = first(DnsState::Missing) {
            problems.push(write.missing(chain));
        }
        if first(DnsState::Elsewhere).is_some() && !proxied {
            problems.push(write.elsewhere());
        }
    }
    if let Some(chain) = first(DnsState::Partial) {
        problems.push(write.mixed(chain));
    }
    if states.len() > 1 {
        problems.push(write.propagation());
    }
    match &evidence.caa {
        Some(CaaFinding::Forbids(forbidden)) => problems.push(write.caa_forbids(forbidden)),
        // Where the resolvers cannot look up anything of it, something else says so.
        Some(CaaFinding::Fails(unanswered))
            if !is_bogus(evidence)
                && evidence.servers.iter().any(|server| {
                    let ends = |chain: &CnameChain| chain.end != End::Loop;
                    !server.authoritative && server.answer.as_ref().is_ok_and(ends)
                }) =>
        {
            problems.push(write.caa_unanswered(unanswered));
        }
        _ => {}
    }
    if proxied && state != DnsState::Here {
        problems.push(write.proxied());
    }
    let lame: Vec<&ServerAnswer> = evidence
        .servers
        .iter()
        .filter(|server| server.lame)
        .collect();
    if !lame.is_empty() && !is_intercepted(evidence) {
        problems.push(write.lame(&lame, all_are_lame(evidence)));
    }
    if let Some(CaaFinding::Binds(bound)) = &evidence.caa {
        problems.push(write.caa_bound(bound));
    }
    // Where it is a proxy that did not answer, what is said of the proxy is enough.
    let is_about_proxy = evidence.is_here_known() && !evidence.undecided.is_empty();
    if state == DnsState::Unknown && !is_about_proxy {
        problems.push(write.no_answer());
    }
    problems
}

#[cfg(test)]
mod tests;
