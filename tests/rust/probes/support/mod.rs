//! Servers that tests start. Each one ends with the process that started it.

pub mod der;
pub mod dns;
pub mod fake_dns;
pub mod process;
pub mod rebinding;
pub mod tls;

use closte::domain::{DomainName, ReservedNames};

pub fn domain(name: &str) -> DomainName {
    DomainName::parse(name, ReservedNames::Allow).unwrap()
}

pub fn texts(items: &[&str]) -> Vec<String> {
    items.iter().map(|&item| item.to_owned()).collect()
}

pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
