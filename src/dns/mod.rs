//! Checks where a domain points, and whether its DNS keeps a certificate from being issued.

mod caa;
mod check;
mod client;
mod domain_probe;
mod evidence;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod name;
mod options;
mod ownership;
mod problem_codes;
mod problem_messages;
mod problem_messages_caa;
mod problem_records;
mod proof;
mod proxies;
mod report;
mod servers;
mod target_report;
mod targets;
mod verdict;

pub use check::DnsProber;
pub(crate) use client::nat64::made_up_of;
pub(crate) use domain_probe::DomainProbe;
pub(crate) use name::fqdn;
pub use options::{DnsOptions, Proof};
pub use ownership::OwnershipReport;
pub(crate) use problem_codes::CERTIFICATE;
pub use problem_codes::{CODES, Problem, RecordAction, RecordChange, Severity, Value};
pub use report::{DnsReport, DnsState, ResolverReport};
pub use target_report::{TargetReport, TargetsReport};
pub use targets::parse_target;
