//! Where a domain points, and what will keep a certificate away from it.

mod report;

pub use report::{DnsReport, DnsState, Problem, ResolverReport};
