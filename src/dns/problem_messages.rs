//! The English message of each problem of a domain's DNS, for programs: what is wrong and what to
//! do. What people read, in their language, is in `inc/text/class-problem-message-dns.php` of the
//! plugin.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::client::cname_chain::{CnameChain, End};
use super::evidence::ServerAnswer;
use super::name::plain;
use super::problem_codes::{Problem, Severity};
use super::problem_records::{Writer, list};
use super::report::DnsState;
use crate::net::NoAnswer;

/// Of a name with no room for a label that could be asked for.
pub(super) fn too_long(domain: &str) -> Problem {
    Problem::new(
        "no-answer",
        format!("{domain} cannot be looked up: no name under it is short enough for the DNS."),
    )
}

impl Writer<'_> {
    pub fn bogus(&self) -> Problem {
        self.problem(
            "dnssec-bogus",
            format!(
                "The DNSSEC signatures of {} are not valid. Resolvers that check them, such as {}, reject the domain, and \
                 no certificate can be issued. At the registrar, remove the DS record or replace it with the one that \
                 the DNS provider shows, or have the DNS provider sign the zone again.",
                self.domain(),
                list(self.strict())
            ),
        )
        .list("servers", self.strict())
    }

    pub fn missing(&self, chain: &CnameChain) -> Problem {
        let domain = self.domain();
        let target = chain.aliases.last().map(plain);
        match (chain.end, target) {
            (End::Loop, _) => self.problem(
                "cname-loop",
                format!(
                    "The CNAME records of {domain} form a loop ({}). At the DNS provider, replace the CNAME of \
                     {domain} with {}.",
                    list(chain.aliases.iter().map(plain)),
                    self.right_records()
                ),
            )
            .list("cnames", chain.aliases.iter().map(plain))
            .records(self.records_instead_of(&[])),
            (end, Some(target)) => self.problem(
                "cname-dead",
                format!(
                    "{domain} is an alias (CNAME) of {target}, which {}. At the DNS provider, correct the CNAME, or \
                     replace it with {}.",
                    if end == End::NoName {
                        "does not exist"
                    } else {
                        "has no address"
                    },
                    self.right_records()
                ),
            )
            .text("target", &target)
            .records(self.records_instead_of(&[])),
            (End::NoName, None) if self.evidence.wildcard => self.problem(
                "nxdomain",
                format!(
                    "There is no wildcard record {domain} in DNS. At the DNS provider, add {} for the name * of this \
                     domain.",
                    self.right_records()
                ),
            )
            .records(self.records_to_set()),
            (End::NoName, None) => self.problem(
                "nxdomain",
                format!(
                    "{domain} does not exist in DNS. Check that the domain is registered and spelled correctly, then \
                     add {} at the DNS provider.",
                    self.right_records()
                ),
            )
            .records(self.records_to_set()),
            (_, None) => self.problem(
                "no-address",
                format!(
                    "{domain} exists in DNS but has no address. At the DNS provider, add {}.",
                    self.right_records()
                ),
            )
            .records(self.records_to_set()),
        }
    }

    pub fn elsewhere(&self) -> Problem {
        self.problem(
            "elsewhere",
            format!(
                "{} points to {}, which is not this network. At the DNS provider, set {} instead.",
                self.domain(),
                list(self.unknown_addresses()),
                self.right_records()
            ),
        )
        .list("addresses", self.unknown_addresses())
        .records(self.records_instead_of(&self.unknown_addresses()))
    }

    /// Some of the addresses in `chain` are ours and some are not.
    pub fn mixed(&self, chain: &CnameChain) -> Problem {
        let (ours, theirs): (Vec<&IpAddr>, Vec<&IpAddr>) = chain
            .addresses
            .iter()
            .partition(|address| self.is_ours(address));
        let domain = self.domain();
        if ours.iter().all(|address| address.is_ipv4())
            && theirs.iter().all(|address| address.is_ipv6())
        {
            let right: Vec<&IpAddr> = self
                .evidence
                .expected
                .addresses
                .iter()
                .filter(|address| address.is_ipv6())
                .collect();
            let instead = if right.is_empty() {
                String::new()
            } else {
                format!(", or set it to {}", list(right))
            };
            return self.problem(
                "stale-aaaa",
                format!(
                    "The A record of {domain} is correct, but its AAAA record points elsewhere ({}). Visitors with IPv6 \
                     and the certificate authority reach the wrong server. At the DNS provider, delete the AAAA \
                     record{instead}.",
                    list(&theirs)
                ),
            )
            .list("addresses", &theirs)
            .records(self.records_without(&theirs));
        }
        self.problem(
            "mixed-addresses",
            format!(
                "{domain} points to this network ({}) and elsewhere ({}). Some visitors, and possibly the certificate \
                 authority, reach the wrong server. At the DNS provider, delete the records with {}.",
                list(&ours),
                list(&theirs),
                list(&theirs)
            ),
        )
        .list("here", &ours)
        .list("addresses", &theirs)
        .records(self.records_without(&theirs))
    }

    pub fn propagation(&self) -> Problem {
        let mut opinions: BTreeMap<&str, (Vec<&str>, Vec<IpAddr>)> = BTreeMap::new();
        let mut authoritative_states = Vec::new();
        let mut sides: Vec<(DnsState, Vec<&str>)> = Vec::new();
        for server in &self.evidence.servers {
            let Some(chain) = server.chain() else {
                continue;
            };
            let state = self.evidence.state_of(chain);
            let opinion = opinions.entry(state.as_str()).or_default();
            opinion.0.push(&server.label);
            opinion.1.extend(
                chain
                    .addresses
                    .iter()
                    .filter(|address| !self.is_ours(address)),
            );
            if server.authoritative {
                authoritative_states.push(state);
            }
        }
        let sayings: Vec<String> = [
            DnsState::Here,
            DnsState::Partial,
            DnsState::Elsewhere,
            DnsState::Missing,
        ]
        .iter()
        .filter_map(|state| {
            let (who, mut where_to) = opinions.remove(state.as_str())?;
            where_to.sort_unstable();
            where_to.dedup();
            let what = match state {
                DnsState::Here => "here".to_owned(),
                DnsState::Missing => "no address".to_owned(),
                DnsState::Partial => format!("here and {}", list(where_to)),
                _ => list(where_to),
            };
            let saying = format!("{what} (according to {})", list(&who));
            sides.push((*state, who));
            Some(saying)
        })
        .collect();
        authoritative_states.dedup();
        let (authoritative, advice) = match authoritative_states.as_slice() {
            [DnsState::Here] => (
                "here",
                "Its own name servers have the right record already. The others follow when the old record expires, \
                 usually within hours.",
            ),
            [_, _, ..] => (
                "divided",
                "Its own name servers do not agree. If that lasts longer than a few hours, ask the DNS provider, or \
                 remove the name servers of a former provider at the registrar.",
            ),
            _ => (
                "other",
                "If the record was changed recently, wait until the old one expires, usually within hours. If not, \
                 correct the record at the DNS provider.",
            ),
        };
        let problem = self
            .problem(
                "partial-propagation",
                format!(
                    "Name servers give different answers for {}: {}. {advice}",
                    self.domain(),
                    sayings.join("; ")
                ),
            )
            .list("answers", &sayings)
            .list("addresses", self.unknown_addresses())
            .text("authoritative", authoritative);
        sides
            .into_iter()
            .fold(problem, |problem, (state, servers)| {
                problem.list(state.as_str(), servers)
            })
    }

    pub fn proxied(&self) -> Problem {
        let unknown_addresses = self.unknown_addresses();
        let service = unknown_addresses
            .iter()
            .find_map(|address| super::proxies::proxy_of(*address));
        let (proof, outcome) = if self.evidence.proof_tried {
            (
                "failed",
                "Requests for it do not reach this network. At the proxy, set this network as the origin server, or \
                 turn off the proxy for this record (\"DNS only\").",
            )
        } else {
            (
                "not-tried",
                "Whether requests for it reach this network cannot be checked. If they do not, set this network as the \
                 origin server at the proxy, or turn off the proxy for this record (\"DNS only\").",
            )
        };
        let problem = self
            .problem(
                "proxied",
                format!(
                    "{} is behind {} ({}). {outcome} The right record would be {}.",
                    self.domain(),
                    service.unwrap_or("a proxy"),
                    list(&unknown_addresses),
                    self.right_records()
                ),
            )
            .text("proof", proof)
            .list("addresses", unknown_addresses)
            .list("origin", &self.evidence.expected.addresses);
        match service {
            Some(service) => problem.text("service", service),
            None => problem,
        }
    }

    pub fn lame(&self, lame: &[&ServerAnswer], all: bool) -> Problem {
        let effect = if all {
            "so the domain cannot be looked up"
        } else {
            "so lookups are slow or fail at times"
        };
        self.problem(
            "lame-delegation",
            format!(
                "{} of {} but not serving it, {effect}. At the registrar, remove the wrong name servers, or add the \
                 domain at the DNS provider that they belong to.",
                match lame {
                    [one] => format!("{} is listed as a name server", one.label),
                    many => format!(
                        "{} are listed as name servers",
                        list(many.iter().map(|server| &server.label))
                    ),
                },
                self.domain()
            ),
        )
        .list("servers", lame.iter().map(|server| &server.label))
        .severity(if all { Severity::Blocks } else { Severity::Note })
    }

    pub fn no_answer(&self) -> Problem {
        let servers = &self.evidence.servers;
        if servers.iter().any(|server| server.chain().is_some()) {
            return self.problem(
                "no-answer",
                format!(
                    "{} points to {}, but the addresses of this network could not be looked up, so nothing is known \
                     about the domain. Check \"Addresses of this network\" in the settings, and that its names have \
                     addresses in DNS.",
                    self.domain(),
                    list(self.unknown_addresses())
                ),
            )
            .list("addresses", self.unknown_addresses());
        }
        let failures: Vec<(&str, &NoAnswer)> = servers
            .iter()
            .filter_map(|server| Some((server.label.as_str(), server.answer.as_ref().err()?)))
            .collect();
        let asked: Vec<&str> = failures.iter().map(|(server, _)| *server).collect();
        let words: Vec<String> = failures.iter().map(|(_, why)| why.word()).collect();
        let reasons: BTreeSet<String> = failures.iter().map(|(_, why)| why.to_string()).collect();
        if self.evidence.unnamed_resolver {
            return self
                .problem(
                    "no-answer",
                    format!(
                        "The DNS lookup for {} failed ({}: {}): /etc/resolv.conf on this server names no resolver that can \
                         be read. Correct that file, or enter resolvers in the settings.",
                        self.domain(),
                        list(&asked),
                        list(&reasons)
                    ),
                )
                .list("servers", &asked)
                .list("reasons", &words)
                .text("cause", "resolv.conf");
        }
        self.problem(
            "no-answer",
            format!(
                "The DNS lookup for {} failed ({}: {}). This says nothing about the domain and is tried again \
                 automatically. If it continues, check this server's name resolution and the resolvers in the settings.",
                self.domain(),
                list(&asked),
                list(&reasons)
            ),
        )
        .list("servers", &asked)
        .list("reasons", &words)
    }
}
