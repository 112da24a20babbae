//! The state of a domain as people ask for it: who must act. Pure.

use super::observation::Settings;
use super::record::{Record, Stage, Wanted};
use crate::dns::{Problem, Severity};
use crate::error::Kind;
use crate::string_enum::string_enum;

string_enum! {
    /// Who must act for a domain. Screens, commands and counts use these words.
    State {
        /// It points here and has a valid certificate.
        Working => "working",
        /// Nobody needs to do anything.
        Waiting => "waiting",
        /// Its owner must change something at the DNS provider.
        OwnerMustAct => "owner-must-act",
        /// The network's admin must act: Closte refused it, or nobody could look.
        NetworkMustAct => "network-must-act",
        /// It is not wanted any more, and on its way out.
        Leaving => "leaving",
    }
}

/// Errors of calls that no retry mends.
const LASTING: [Kind; 4] = [
    Kind::Rejected,
    Kind::InvalidDomain,
    Kind::Auth,
    Kind::Config,
];

/// Problems that the owner of a domain can do nothing about: nobody could look, or Closte has not
/// renewed a certificate. While such a problem stands, the network's admin has to look.
const FOR_THE_NETWORK: [&str; 3] = ["no-answer", "certificate-unknown", "certificate-expired"];

/// The state that the record's stage, problems and last error give, however long it waits. Where
/// its DNS is the network's, the network's admin is its owner.
#[must_use]
pub fn state(record: &Record, settings: &Settings) -> State {
    match by_record(record) {
        State::OwnerMustAct if settings.has_dns_of_network(&record.domain) => State::NetworkMustAct,
        state => state,
    }
}

fn by_record(record: &Record) -> State {
    let is_refused = LASTING
        .iter()
        .any(|kind| kind.as_str() == record.error_kind);
    if is_refused {
        return State::NetworkMustAct;
    }
    if record.wanted == Wanted::Absent {
        return State::Leaving;
    }
    if record.problems.iter().any(is_for_owner) {
        return State::OwnerMustAct;
    }
    match record.stage {
        Stage::Done => State::Working,
        // Closte issues certificates: its support has to be asked for one that is a day late.
        Stage::CertificateFailed => State::NetworkMustAct,
        _ if record.problems.iter().any(is_for_network) => State::NetworkMustAct,
        // Its DNS did not become right in time, and nothing else says what is wrong with it.
        Stage::Failed => State::OwnerMustAct,
        _ => State::Waiting,
    }
}

fn is_for_owner(problem: &Problem) -> bool {
    problem.severity == Severity::Blocks && !is_for_network(problem)
}

fn is_for_network(problem: &Problem) -> bool {
    FOR_THE_NETWORK.contains(&problem.code.as_str())
}

#[cfg(test)]
mod tests;
