//! Problems that a certificate check has found, in words for the owner of the site.

use super::schedule::days_left;
use crate::certificate::{CertificateReport, CertificateState};
use crate::dns::{Problem, Severity};

/// Prefix of the codes of certificate problems.
const CERTIFICATE: &str = "certificate-";
/// Not every resolver has the new records yet.
const PROPAGATING: &str = "partial-propagation";

/// Whether the domain's DNS is about to become right.
pub(super) fn is_propagating(problem: &Problem) -> bool {
    problem.code == PROPAGATING
}

/// Whether this DNS problem keeps a certificate from being issued.
pub(super) fn blocks_certificate(problem: &Problem) -> bool {
    !problem.code.starts_with(CERTIFICATE) && problem.severity != Severity::Note
}

/// The problem of a certificate, or a warning `warning` seconds before its end.
pub(super) fn of_certificate(
    domain: &str,
    report: &CertificateReport,
    now: i64,
    warning: i64,
) -> Option<Problem> {
    let issuer = report.issuer.as_deref().unwrap_or("an unknown issuer");
    let message = match report.state {
        CertificateState::Valid => return ending(domain, report, now, warning),
        CertificateState::Absent => format!(
            "No certificate is served for {domain} yet. Closte issues one by itself, usually within 10 minutes after \
             the domain points here."
        ),
        CertificateState::Untrusted => format!(
            "The certificate served for {domain} is by {issuer}, which browsers do not trust. {} If it is not replaced \
             within an hour, ask Closte's support for a new certificate for this domain.",
            report.error.as_deref().unwrap_or_default()
        ),
        CertificateState::SelfSigned => format!(
            "A self-signed certificate is served for {domain}: browsers will warn visitors. It is usually a \
             placeholder until the real one arrives; if it stays, ask Closte's support."
        ),
        CertificateState::Expired => format!(
            "The certificate served for {domain} is out of date. Closte renews certificates by itself as long as the \
             domain points here; check its DNS, and ask Closte's support if it stays so."
        ),
        CertificateState::WrongHost => format!(
            "The certificate served for {domain} is for other names ({}). The right one has not been issued yet, or \
             the domain points at a server that does not know it.",
            names(&report.names)
        ),
        CertificateState::Unknown => format!(
            "The certificate of {domain} could not be looked at: {}",
            report.error.as_deref().unwrap_or("nobody answered.")
        ),
    };
    let mut problem =
        Problem::new(format!("{CERTIFICATE}{}", report.state), message).text("domain", domain);
    if let Some(issuer) = &report.issuer {
        problem = problem.text("issuer", issuer);
    }
    if !report.names.is_empty() {
        problem = problem.list("names", &report.names);
    }
    if let Some(error) = &report.error {
        problem = problem.text("error", error);
    }
    Some(problem)
}

fn ending(domain: &str, report: &CertificateReport, now: i64, warning: i64) -> Option<Problem> {
    let not_after = report.not_after?;
    if not_after.saturating_sub(now) >= warning {
        return None;
    }
    let left = days_left(not_after, now);
    let when = match left {
        ..=0 => "within a day".to_owned(),
        1 => "in 1 day".to_owned(),
        days => format!("in {days} days"),
    };
    let problem = Problem::new(
        format!("{CERTIFICATE}ending"),
        format!(
            "The certificate of {domain} ends {when} and has not been renewed. Closte renews it by itself while the \
             domain points here and no CAA record forbids it; if it is not renewed in a few days, ask Closte's support."
        ),
    );
    Some(problem.text("domain", domain).number("days", left.max(0)))
}

fn names(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        [first] => first.clone(),
        [first, second] => format!("{first}, {second}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
    }
}
