//! The English message of each problem of a certificate, and of a www name without DNS, for
//! programs. What people read, in their language, is in
//! `inc/text/class-problem-message-certificate.php` and `class-problem-message-dns.php` of the
//! plugin.

use super::schedule::days_left;
use crate::certificate::{CertificateReport, CertificateState};
use crate::dns::{CERTIFICATE, Problem};

/// The note on a name that a rule added and that has no DNS of its own.
pub(super) fn www_without_dns(domain: &str, main: &str, is_sent: bool) -> Problem {
    let so = if is_sent {
        "so it cannot have a certificate"
    } else {
        "so it is not sent to Closte"
    };
    let message = format!(
        "{domain} has no DNS record of its own, {so}. {main} works without it. To use {domain} too, add it at the DNS \
         provider, as an alias (CNAME) of {main} or with the same addresses."
    );
    Problem::new("www-without-dns", message)
        .text("domain", domain)
        .text("main", main)
        .number("sent", i64::from(is_sent))
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
            "No certificate is served for {domain} yet. Closte issues it automatically, usually within 10 minutes after \
             the domain points to this network."
        ),
        CertificateState::Untrusted => format!(
            "Browsers do not trust the certificate of {domain}, which {issuer} issued. {} If it is not replaced within an \
             hour, ask Closte's support for a new certificate for this domain.",
            report.error.as_deref().unwrap_or_default()
        ),
        CertificateState::SelfSigned => format!(
            "A self-signed certificate is served for {domain}, so browsers warn visitors. It is usually a placeholder \
             until the real one is issued. If it stays, ask Closte's support."
        ),
        CertificateState::Expired => format!(
            "The certificate of {domain} has expired or is not valid yet. Closte renews certificates automatically while \
             the domain points to this network. Check its DNS; if that is correct, ask Closte's support."
        ),
        CertificateState::WrongHost => format!(
            "The certificate that is served for {domain} is for other names ({}). The right one is not issued yet, or the \
             domain points to a server that does not know it.",
            names(&report.names)
        ),
        CertificateState::Unknown => format!(
            "The certificate of {domain} could not be checked. {}",
            report.error.as_deref().unwrap_or_default()
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
    let texts = [
        ("error", report.error.as_deref()),
        ("reason", report.reason),
        ("place", report.place.as_deref()),
        ("detail", report.detail.as_deref()),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            problem = problem.text(name, text);
        }
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
            "The certificate of {domain} expires {when} and has not been renewed. Closte renews it automatically while \
             the domain points to this network and no CAA record forbids it. If it is not renewed in a few days, ask \
             Closte's support."
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
