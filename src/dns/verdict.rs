//! From what everyone said to where the domain points. Pure.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::IpAddr;

use hickory_resolver::proto::rr::Name;

use super::caa::Forbidden;
use super::client::chain::{End, Trace};
use super::client::query::NoAnswer;
use super::problems::Writer;
use super::report::{DnsReport, DnsState, Problem, ResolverReport};

/// What counts as here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Here {
    pub addresses: BTreeSet<IpAddr>,
    /// A domain that is an alias of one of these is here, whatever address it has at the moment.
    pub names: HashSet<Name>,
    /// Whether these are all. Else another address may be here, or not.
    pub complete: bool,
}

/// What one resolver or name server said.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub label: String,
    /// It is one of the zone's own name servers.
    pub own: bool,
    pub answer: Result<Trace, NoAnswer>,
    /// It refused the domain for its signatures; this is what it says without looking at them.
    pub unverified: Option<Trace>,
    /// It is named as a name server of the zone and does not serve it.
    pub lame: bool,
}

/// Everything that was found out.
#[derive(Clone, Debug)]
pub(super) struct Findings<'a> {
    /// For people.
    pub domain: &'a str,
    pub wildcard: bool,
    pub here: &'a Here,
    pub views: Vec<View>,
    pub caa: Option<Forbidden>,
    pub issuer: &'a str,
    /// Addresses of others through which a request arrived here all the same.
    pub proven: BTreeSet<IpAddr>,
    /// A proof was tried.
    pub proof_tried: bool,
}

/// Where an answer leads.
pub(super) fn state_of(trace: &Trace, here: &Here, proven: &BTreeSet<IpAddr>) -> DnsState {
    if trace.addresses.is_empty() {
        return DnsState::Missing;
    }
    if trace.aliases.iter().any(|alias| here.names.contains(alias)) {
        return DnsState::Here;
    }
    let ours = trace
        .addresses
        .iter()
        .filter(|address| here.addresses.contains(address) || proven.contains(address))
        .count();
    match ours {
        count if count == trace.addresses.len() => DnsState::Here,
        _ if !here.complete || here.addresses.is_empty() => DnsState::Unknown,
        0 => DnsState::Elsewhere,
        _ => DnsState::Partial,
    }
}

impl View {
    fn report(&self, findings: &Findings<'_>) -> ResolverReport {
        match &self.answer {
            Ok(trace) => ResolverReport {
                state: state_of(trace, findings.here, &findings.proven),
                addresses: trace.addresses.iter().copied().collect(),
                error: match trace.end {
                    End::Addresses => None,
                    End::NoAddress => Some("no address".to_owned()),
                    End::NoName => Some("no such name (NXDOMAIN)".to_owned()),
                    End::Loop => Some("the CNAME chain does not end".to_owned()),
                },
            },
            Err(_) if self.unverified.is_some() => ResolverReport {
                state: DnsState::Unknown,
                addresses: Vec::new(),
                error: Some("the DNSSEC signatures are not valid".to_owned()),
            },
            Err(error) => ResolverReport {
                state: DnsState::Unknown,
                addresses: Vec::new(),
                error: Some(error.to_string()),
            },
        }
    }
}

/// The report.
pub(super) fn report(findings: &Findings<'_>) -> DnsReport {
    let state = overall(findings);
    let traces = || findings.views.iter().filter_map(View::trace);
    let addresses: BTreeSet<IpAddr> = traces()
        .flat_map(|trace| trace.addresses.iter().copied())
        .collect();
    let cnames = traces()
        .map(|trace| &trace.aliases)
        .max_by_key(|aliases| aliases.len())
        .map(|aliases| aliases.iter().map(super::plain).collect())
        .unwrap_or_default();
    let proxied = !findings.proven.is_empty()
        || (state != DnsState::Here
            && addresses.iter().any(|address| {
                !findings.here.addresses.contains(address)
                    && super::proxies::proxy_of(*address).is_some()
            }));
    let resolvers: BTreeMap<String, ResolverReport> = findings
        .views
        .iter()
        .map(|view| (view.label.clone(), view.report(findings)))
        .collect();
    DnsReport {
        state,
        addresses: addresses.into_iter().collect(),
        cnames,
        resolvers,
        problems: problems(findings, state, proxied),
        proxied,
    }
}

impl View {
    /// What it says, with signatures or without.
    pub fn trace(&self) -> Option<&Trace> {
        self.answer.as_ref().ok().or(self.unverified.as_ref())
    }
}

/// Of a name with no room for a label that could be asked for.
pub(super) fn too_long(domain: &str) -> DnsReport {
    DnsReport {
        state: DnsState::Unknown,
        addresses: Vec::new(),
        cnames: Vec::new(),
        resolvers: BTreeMap::new(),
        problems: vec![Problem::new(
            "no-answer",
            format!("{domain} cannot be looked up: no name under it is short enough for the DNS."),
        )],
        proxied: false,
    }
}

fn is_bogus(findings: &Findings<'_>) -> bool {
    findings.views.iter().any(|view| view.unverified.is_some())
}

/// Every name server of the zone is there and says that it does not serve the zone.
fn all_are_lame(findings: &Findings<'_>) -> bool {
    let mut own = findings.views.iter().filter(|view| view.own).peekable();
    own.peek().is_some() && own.all(|view| view.lame)
}

fn overall(findings: &Findings<'_>) -> DnsState {
    let bogus = is_bogus(findings);
    let mut known: HashSet<DnsState> = findings
        .views
        .iter()
        .filter_map(|view| {
            let trace = if bogus {
                view.trace()
            } else {
                view.answer.as_ref().ok()
            };
            Some(state_of(trace?, findings.here, &findings.proven))
        })
        .collect();
    known.remove(&DnsState::Unknown);
    let agreed = match known.len() {
        0 if all_are_lame(findings) => DnsState::Missing,
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

fn problems(findings: &Findings<'_>, state: DnsState, proxied: bool) -> Vec<Problem> {
    let write = Writer { findings };
    let mut problems = Vec::new();
    if is_bogus(findings) {
        problems.push(write.bogus());
    }
    let mut states: HashSet<DnsState> = findings
        .views
        .iter()
        .filter_map(View::trace)
        .map(|trace| state_of(trace, findings.here, &findings.proven))
        .collect();
    states.remove(&DnsState::Unknown);
    let one_opinion = states.len() == 1;
    let first = |wanted: DnsState| {
        findings
            .views
            .iter()
            .filter_map(View::trace)
            .find(|trace| state_of(trace, findings.here, &findings.proven) == wanted)
    };
    if one_opinion {
        if let Some(trace) = first(DnsState::Missing) {
            problems.push(write.missing(trace));
        }
        if first(DnsState::Elsewhere).is_some() && !proxied {
            problems.push(write.elsewhere());
        }
    }
    if let Some(trace) = first(DnsState::Partial) {
        problems.push(write.mixed(trace));
    }
    if states.len() > 1 {
        problems.push(write.propagation());
    }
    if let Some(forbidden) = &findings.caa {
        problems.push(write.caa(forbidden));
    }
    if proxied && state != DnsState::Here {
        problems.push(write.proxied());
    }
    let lame: Vec<&View> = findings.views.iter().filter(|view| view.lame).collect();
    if !lame.is_empty() {
        problems.push(write.lame(&lame, all_are_lame(findings)));
    }
    if state == DnsState::Unknown {
        problems.push(write.no_answer());
    }
    problems
}

#[cfg(test)]
mod tests;
