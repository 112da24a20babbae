//! DNS checks, certificate checks and the lifecycle, against real servers on loopback: knot,
//! unbound, rustls, the emulator.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "helpers of tests are tests"
)]

mod certificate;
mod certificate_odd;
mod dns;
mod dns_faults;
mod dns_nonconforming_servers;
mod dns_questions;
mod dns_wire;
mod domain_probe_questions;
#[path = "../support/mod.rs"]
mod emulator;
mod lifecycle;
mod lifecycle_batch;
mod ownership;
mod proof;
mod proof_redirects;
mod support;
#[cfg(target_os = "linux")]
mod system_files;
mod www;
