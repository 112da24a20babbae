//! A ledger row: the desired state of a domain, its stage, and what is known of it.

use crate::certificate::CertificateState;
use crate::dns::{DnsState, Problem};
use crate::outcome::Outcome;
use crate::string_enum::string_enum;

string_enum! {
    /// Whether a domain should be at Closte.
    Wanted {
        /// It should be there.
        Present => "present",
        /// It should not be there.
        Absent => "absent",
    }
}

string_enum! {
    /// The stage of a domain, named as in Ultimate Multisite.
    Stage {
        /// Wanted, and not yet accepted by Closte.
        Pending => "pending",
        /// Accepted; its DNS does not point here yet.
        CheckingDns => "checking-dns",
        /// Points here; its certificate is not served yet.
        CheckingCertificate => "checking-ssl-cert",
        /// Points here with a valid certificate.
        Done => "done",
        /// Closte refused it, or its DNS did not point here for 72 hours.
        Failed => "failed",
        /// No valid certificate for 24 hours.
        CertificateFailed => "ssl-failed",
        /// Not wanted any more, and not yet gone from Closte.
        Removing => "removing",
        /// Gone from Closte: the row can be deleted.
        Removed => "removed",
    }
}

string_enum! {
    /// A call to Closte.
    Call {
        /// Adds the domain.
        Add => "add",
        /// Removes the domain.
        Remove => "remove",
    }
}

/// The last second of the year 9999: no time in a record is later.
pub const LATEST: i64 = 253_402_300_799;

/// A ledger row. Times are Unix seconds, from 0 to [`LATEST`]; 0 means never.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The domain's A-label form, with its `*.` if it has one.
    pub domain: String,
    /// The desired state.
    pub wanted: Wanted,
    /// The stage that it has reached.
    pub stage: Stage,
    /// Steps taken in this stage that did not end it.
    pub attempts: u32,
    /// When this stage began.
    pub stage_since: i64,
    /// When the next step is due; 0 only in [`Stage::Removed`].
    pub next_check_at: i64,
    /// When Closte accepted the domain.
    pub accepted_at: i64,
    /// When Closte last answered an add.
    pub last_added_at: i64,
    /// A rule added it with another domain, and nobody asked for it: it is not sent before it has
    /// DNS of its own.
    pub by_rule: bool,
    /// The last call may have taken effect: read the list before repeating it.
    pub may_have_landed: bool,
    /// Kind, reason and message of the last call's failure; empty after a success.
    pub error_kind: String,
    /// See `error_kind`.
    pub error_reason: String,
    /// See `error_kind`.
    pub error_message: String,
    /// Seconds that the last failure asked to wait.
    pub retry_after: i64,
    /// What the last DNS check found.
    pub dns_state: Option<DnsState>,
    /// When that was.
    pub dns_checked_at: i64,
    /// What the last certificate check found.
    pub certificate_state: Option<CertificateState>,
    /// When that certificate ends.
    pub certificate_not_after: i64,
    /// Who issued it.
    pub certificate_issuer: String,
    /// When the last certificate check was.
    pub certificate_checked_at: i64,
    /// Problems and warnings, worst first.
    pub problems: Vec<Problem>,
    /// Outcome of the last call that was made with this record; `None` when there was none.
    pub outcome: Option<Outcome>,
}

impl Record {
    /// A row without any knowledge of its domain.
    pub fn new(
        domain: impl Into<String>,
        wanted: Wanted,
        stage: Stage,
        attempts: u32,
        stage_since: i64,
    ) -> Self {
        Self {
            domain: domain.into(),
            wanted,
            stage,
            attempts,
            stage_since,
            next_check_at: 0,
            accepted_at: 0,
            last_added_at: 0,
            by_rule: false,
            may_have_landed: false,
            error_kind: String::new(),
            error_reason: String::new(),
            error_message: String::new(),
            retry_after: 0,
            dns_state: None,
            dns_checked_at: 0,
            certificate_state: None,
            certificate_not_after: 0,
            certificate_issuer: String::new(),
            certificate_checked_at: 0,
            problems: Vec::new(),
            outcome: None,
        }
    }

    /// A new row for a wanted domain, due at once.
    pub fn wanted(domain: impl Into<String>, now: i64) -> Self {
        let mut record = Self::new(domain, Wanted::Present, Stage::Pending, 0, now);
        record.next_check_at = now;
        record
    }
}
