//! The client of Closte's API.

mod base_url;
mod change;
mod client;
mod config;
mod domain_list;
mod errors;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod json_scanner;
mod key_residue;
mod list_entry;
mod list_reader;
mod request;
mod response;
mod retry;

pub use self::base_url::{BaseUrl, shown as shown_url};
pub use self::client::{Client, Keep};
pub use self::config::{Config, DEFAULT_BASE_URL, reserved_names};
pub use self::domain_list::{CompactList, DomainList, RemoteDomain};
pub use crate::outcome::Outcome;
