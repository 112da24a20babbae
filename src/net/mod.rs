//! What reaches the network: the per-process runtime, connections, name resolution, TLS and the guard of addresses.

mod connector;
pub(crate) mod http;
mod pool;
pub mod public_address;
mod resolver;
mod runtime;
mod tls;

pub(crate) use resolver::local_addresses;
pub use resolver::parse_name_server;
pub(crate) use resolver::{RESOLV_CONF, Stamp};
pub use runtime::{Counters, block_on, counters};
pub(crate) use tls::read_ca_file;
pub use tls::{client_config, shared_trust_roots, trust_roots};
