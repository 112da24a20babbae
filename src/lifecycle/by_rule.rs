//! Names that nobody asked for: a rule added them with another domain, as its www name. One without
//! DNS of its own is neither sent to Closte nor trouble. Pure.

use super::problem_messages::www_without_dns;
use super::record::{Record, Stage, Wanted};
use super::schedule::{self, DNS_PATIENCE, RECHECK_FAILED_AFTER};
use crate::dns::{DnsState, Problem, Severity, Value};

/// Whether this is such a name, and it is known to have no DNS.
pub(super) fn lacks_dns(record: &Record) -> bool {
    record.by_rule && record.dns_checked_at > 0 && record.dns_state == Some(DnsState::Missing)
}

/// Whether it is not sent before it has DNS.
pub(super) fn waits(record: &Record) -> bool {
    is_unsent(record) && lacks_dns(record)
}

/// Whether its DNS is looked up before it is sent.
pub(super) fn is_looked_up_first(record: &Record) -> bool {
    record.by_rule && is_unsent(record) && record.dns_checked_at == 0
}

/// Whether the next step looks its DNS up.
pub(super) fn is_looked_up(record: &Record) -> bool {
    waits(record) || is_looked_up_first(record)
}

fn is_unsent(record: &Record) -> bool {
    record.wanted == Wanted::Present
        && record.accepted_at == 0
        && matches!(
            record.stage,
            Stage::Pending | Stage::Removing | Stage::Removed
        )
}

/// Seconds to the next look at one without DNS, `age` seconds after its stage began.
pub(super) fn wait(age: i64, interval: i64) -> i64 {
    if age < DNS_PATIENCE {
        schedule::polling_delay(age, interval, DNS_PATIENCE)
    } else {
        RECHECK_FAILED_AFTER
    }
}

/// The problems of one without DNS, as notes.
pub(super) fn as_notes(problems: &mut [Problem], domain: &str, is_sent: bool) {
    for problem in problems {
        if !matches!(problem.code.as_str(), "nxdomain" | "no-address") {
            problem.severity = Severity::Note;
            continue;
        }
        let domain = match problem.values.get("domain") {
            Some(Value::Text(domain)) => domain,
            _ => domain,
        };
        let main = domain.strip_prefix("www.").unwrap_or(domain);
        *problem =
            www_without_dns(domain, main, is_sent).records(std::mem::take(&mut problem.records));
    }
}

#[cfg(test)]
mod tests;
