//! Where a domain points, and what will keep a certificate away from it.

mod caa;
mod check;
mod client;
#[doc(hidden)]
pub mod fuzzing;
mod options;
mod problems;
mod proof;
mod proxies;
mod report;
mod targets;
mod verdict;

pub use check::DnsProber;
pub(crate) use check::{fqdn, probed_host};
pub use options::{DnsOptions, Proof};
pub use report::{DnsReport, DnsState, Problem, ResolverReport};

use hickory_resolver::proto::rr::Name;

/// Without the dot at its end.
fn plain(name: &Name) -> String {
    let text = name.to_lowercase().to_ascii();
    text.strip_suffix('.')
        .map_or_else(|| text.clone(), str::to_owned)
}
