//! The English message of each problem of CAA records, for programs. What people read, in their
//! language, is in `inc/text/class-problem-message-caa.php` of the plugin.

use super::caa::{Bound, Forbidden, Unanswered};
use super::problem_codes::{Problem, RecordAction, RecordChange, Severity};
use super::problem_records::{Writer, list};
use crate::net::NoAnswer;
use crate::text::{VALUE_MAX, clean};

impl Writer<'_> {
    pub fn caa_forbids(&self, forbidden: &Forbidden) -> Problem {
        let Forbidden {
            at,
            allowed,
            tag,
            unknown,
        } = forbidden;
        let issuer = self.evidence.issuer;
        let message = if let Some(unknown) = unknown {
            format!(
                "The CAA record at {at} has the critical property \"{}\", so no certificate can be issued for {}. Delete \
                 that record at the DNS provider.",
                clean(unknown, VALUE_MAX),
                self.domain()
            )
        } else {
            let whom = if allowed.is_empty() {
                "nobody".to_owned()
            } else {
                format!("only {}", list(allowed))
            };
            format!(
                "The CAA record at {at} allows {whom} to issue a certificate for {}, and not {issuer}. At the DNS \
                 provider, add this record: {at}. CAA 0 {tag} \"{issuer}\"",
                self.domain()
            )
        };
        let records = if unknown.is_some() {
            Vec::new()
        } else {
            vec![self.caa_record(at, tag)]
        };
        let problem = self
            .problem("caa-forbids", message)
            .text("at", at)
            .text("issuer", issuer)
            .list("allowed", allowed)
            .records(records);
        match unknown {
            Some(property) => problem.text("property", clean(property, VALUE_MAX)),
            None => problem,
        }
    }

    /// An issuer that cannot look them up must not issue.
    pub fn caa_unanswered(&self, unanswered: &Unanswered) -> Problem {
        let Unanswered { at, why, is_sure } = unanswered;
        let what = match why {
            NoAnswer::TimedOut => "do not answer in time when they are asked for",
            NoAnswer::Declined(_) => "refuse to answer when they are asked for",
            _ => "fail (SERVFAIL) when they are asked for",
        };
        let message = if *is_sure {
            format!(
                "The name servers of {at} {what} CAA records, so no certificate can be issued for {}. Ask the DNS provider \
                 of {at} to answer CAA queries, also where there is no CAA record. If the zone uses DNSSEC, have it \
                 signed again.",
                self.domain()
            )
        } else {
            format!(
                "The CAA records of {at} could not be looked up in time. While that lasts, no certificate can be issued \
                 for {}. If it continues, ask the DNS provider of {at} whether its name servers answer CAA queries.",
                self.domain()
            )
        };
        let severity = if *is_sure {
            Severity::Blocks
        } else {
            Severity::Waits
        };
        self.problem("caa-unanswered", message)
            .text("at", at)
            .text("issuer", self.evidence.issuer)
            .text("reason", why.word())
            .severity(severity)
    }

    pub fn caa_bound(&self, bound: &Bound) -> Problem {
        let Bound {
            at,
            tag,
            accounts,
            methods,
        } = bound;
        let issuer = self.evidence.issuer;
        let mut conditions = Vec::new();
        if !accounts.is_empty() {
            conditions.push(format!("for the account {}", list(accounts)));
        }
        if !methods.is_empty() {
            conditions.push(format!("by the method {}", list(methods)));
        }
        self.problem(
            "caa-bound",
            format!(
                "The CAA record at {at} allows {issuer} to issue a certificate for {} only {}. Whether that suits Closte \
                 cannot be checked from here. If no certificate is issued, add this record at the DNS provider: {at}. \
                 CAA 0 {tag} \"{issuer}\"",
                self.domain(),
                conditions.join(" and ")
            ),
        )
        .text("at", at)
        .text("issuer", issuer)
        .list("accounts", accounts)
        .list("methods", methods)
        .records(vec![self.caa_record(at, tag)])
    }

    /// What lets the issuer issue.
    fn caa_record(&self, at: &str, tag: &str) -> RecordChange {
        RecordChange {
            action: RecordAction::Set,
            record_type: "CAA".to_owned(),
            name: at.to_owned(),
            value: format!("0 {tag} \"{}\"", self.evidence.issuer),
        }
    }
}
