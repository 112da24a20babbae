//! The client against the emulator. One program, since each one is linked with all of TLS, HTTP and
//! DNS.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod calls;
mod faults;
mod lists;
mod many;
mod names;
mod options;
mod proxies;
#[path = "../support/proxy.rs"]
mod proxy;
#[path = "../support/socks.rs"]
mod socks;
#[path = "../support/mod.rs"]
mod support;
mod tls;
