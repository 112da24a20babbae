//! Input and steps of the transitions: settings, observations, steps.

use std::collections::HashSet;

use crate::certificate::CertificateReport;
use crate::dns::{DnsState, Problem};
use crate::domain::comparable;
use crate::error::{Error, Kind};
use crate::outcome::Outcome;

/// Rows come back at most this often, in seconds.
pub const SHORTEST_CHECK_INTERVAL: i64 = 10;
/// The longest, and the default, interval of the first hour, in seconds.
pub const LONGEST_CHECK_INTERVAL: i64 = 300;

/// What the lifecycle of every row depends on.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(super) check_interval: i64,
    protected: HashSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self::new(LONGEST_CHECK_INTERVAL, [])
    }
}

impl Settings {
    /// `check_interval` in seconds is brought into 10 to 300. `protected` are domains, in any
    /// spelling, that Closte is never asked to remove. What is no host name protects what is called
    /// so.
    pub fn new(check_interval: i64, protected: impl IntoIterator<Item = String>) -> Self {
        Self {
            check_interval: check_interval.clamp(SHORTEST_CHECK_INTERVAL, LONGEST_CHECK_INTERVAL),
            protected: protected
                .into_iter()
                .map(|name| comparable(&name).into_owned())
                .collect(),
        }
    }

    /// Whether `domain` is a protected one, or a name under it: its DNS is the network's.
    #[must_use]
    pub fn has_dns_of_network(&self, domain: &str) -> bool {
        let name = comparable(domain);
        let mut rest = Some(&*name);
        while let Some(part) = rest {
            if self.protected.contains(part) {
                return true;
            }
            rest = part.split_once('.').map(|(_, parent)| parent);
        }
        false
    }

    /// Whether Closte is never asked to remove `domain`.
    #[must_use]
    pub fn protects(&self, domain: &str) -> bool {
        self.protected.contains(&*comparable(domain))
    }
}

/// What a row needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing: the row is finished.
    Nothing,
    /// Add the domain at Closte.
    Add,
    /// Add the domain at Closte, unless it turns out to have no DNS.
    AddIfInDns,
    /// Remove the domain at Closte.
    Remove,
    /// The domain is protected and stays: look again later.
    KeepProtected,
    /// Check its DNS.
    CheckDns,
    /// Check its DNS and certificate; `repeat_add`: add it again unless the certificate is valid.
    CheckCertificate {
        /// Closte has not been asked for an hour.
        repeat_add: bool,
    },
}

impl Step {
    /// Whether it is a call to Closte, and nothing else.
    #[must_use]
    pub const fn is_call(self) -> bool {
        matches!(self, Self::Add | Self::Remove)
    }
}

/// The reason of a call that was not sent because the budget was spent.
pub(super) const NO_TIME_LEFT: &str = "no-time-left";

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What the caller can do about it.
    pub kind: Kind,
    /// A stable machine word.
    pub reason: String,
    /// For people.
    pub message: String,
    /// Seconds that the server asked to wait; 0 for none.
    pub retry_after: i64,
    /// The call's effect may be there.
    pub may_have_landed: bool,
}

/// Errors of calls that Closte would answer alike if asked again soon.
pub(super) const REFUSALS: [Kind; 2] = [Kind::Rejected, Kind::InvalidDomain];

impl Failure {
    pub(super) fn is_refusal(&self) -> bool {
        REFUSALS.contains(&self.kind)
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            reason: error.reason().to_owned(),
            message: error.to_string(),
            retry_after: error.retry_after().map_or(0, |wait| {
                let begun = u64::from(wait.subsec_nanos() > 0);
                i64::try_from(wait.as_secs().saturating_add(begun)).unwrap_or(i64::MAX)
            }),
            may_have_landed: error.may_have_landed(),
        }
    }
}

/// What a DNS check found, as far as the lifecycle cares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsFinding {
    /// The verdict.
    pub state: DnsState,
    /// Whether anybody gave an address, right or wrong.
    pub has_address: bool,
    /// Worst first.
    pub problems: Vec<Problem>,
}

/// What a step saw. A part that was not looked at is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// What became of the call.
    pub call: Option<Result<Outcome, Failure>>,
    /// Where the domain points.
    pub dns: Option<DnsFinding>,
    /// What is served for it.
    pub certificate: Option<CertificateReport>,
}
