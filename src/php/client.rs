//! `Closte\Client` and `Closte\RemoteDomain`.

use std::cell::Cell;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::ZendHashTable;
use ext_php_rs::zend::BailoutGuard;
use ext_php_rs::{php_class, php_impl};
use zeroize::Zeroizing;

use super::enums::Outcome;
use super::settings;
use super::zend::arguments::{Array, Text};
use super::zend::class::Class;
use super::zend::environment;
use super::zend::failure::Failure;
use super::zend::object::{Object, ValueClass};
use super::zend::value::{json, list, type_name};
use crate::api::{self, Keep, RemoteDomain};
use crate::api_key::ApiKey;
use crate::domain::DomainName;
use crate::error::Error;
use crate::net;

const KEY: &str = "CLOSTE_CLIENT_API_KEY";
const KEY_IN_ENVIRONMENT: &std::ffi::CStr = c"CLOSTE_CLIENT_API_KEY";

/// A client bound to one key.
#[php_class]
#[php(name = "Closte\\Client")]
pub struct Client {
    api: api::Client,
    skipped: Cell<usize>,
}

impl Client {
    /// What makes the calls.
    pub const fn api(&self) -> &api::Client {
        &self.api
    }

    fn with_key(key: &Zeroizing<String>, options: Array) -> Result<Self, Failure> {
        let key = ApiKey::new(key)?;
        let config = settings::client_config("Closte\\Client", options.get())?;
        Ok(Self {
            api: api::Client::new(key, config)?,
            skipped: Cell::new(0),
        })
    }

    fn name(&self, domain: Text) -> Result<DomainName, Error> {
        DomainName::parse(&domain.to_text(), self.api.reserved_names())
    }
}

#[php_impl]
impl Client {
    #[php(defaults(options = Array::EMPTY))]
    pub fn __construct(key: Text, options: Array) -> Result<Client, Failure> {
        Self::with_key(&Zeroizing::new(key.to_text()), options)
    }

    #[php(defaults(options = Array::EMPTY))]
    pub fn from_environment(options: Array) -> Result<Client, Failure> {
        Self::with_key(&key_from_environment()?, options)
    }

    pub fn verify(&self) -> Result<(), Failure> {
        Ok(net::block_on(self.api.verify())??)
    }

    pub fn add_domain(&self, domain: Text) -> Result<Outcome, Failure> {
        let domain = self.name(domain)?;
        let outcome = net::block_on(self.api.add_domain(&domain))??;
        Ok(Outcome::try_from(outcome.as_str())?)
    }

    pub fn remove_domain(&self, domain: Text) -> Result<Outcome, Failure> {
        let domain = self.name(domain)?;
        let outcome = net::block_on(self.api.remove_domain(&domain))??;
        Ok(Outcome::try_from(outcome.as_str())?)
    }

    pub fn domains(&self) -> Result<ZBox<ZendHashTable>, Failure> {
        let answer = net::block_on(self.api.compact_list(Keep::Details))??;
        self.skipped.set(answer.skipped());
        // Running out of PHP's memory below jumps past destructors, but not past this guard.
        let answer = BailoutGuard::new(answer);
        let mut table = ZendHashTable::new();
        for remote in answer.iter() {
            let remote = BailoutGuard::new(remote);
            let mut details = ZendHashTable::new();
            for (key, value) in &remote.details {
                details.insert(key.as_str(), json(value)?)?;
            }
            let object = Object::<RemoteDomain>::new()?
                .with("domain", remote.domain.as_str())?
                .with("wildcard", remote.wildcard)?
                .with("details", details)?;
            table.push(object)?;
        }
        Ok(table)
    }

    pub fn domain_names(&self) -> Result<ZBox<ZendHashTable>, Failure> {
        let answer = net::block_on(self.api.compact_list(Keep::Names))??;
        self.skipped.set(answer.skipped());
        // As above.
        let answer = BailoutGuard::new(answer);
        list(answer.names())
    }

    pub fn proxy(&self) -> Option<String> {
        self.api.proxy().map(|proxy| proxy.as_str().to_owned())
    }

    pub fn skipped(&self) -> i64 {
        i64::try_from(self.skipped.get()).unwrap_or(i64::MAX)
    }
}

impl ValueClass for RemoteDomain {
    const NAME: &'static str = "Closte\\RemoteDomain";
}

/// `Closte\RemoteDomain`.
pub fn remote_domain_class() -> Class {
    Class::value::<RemoteDomain>()
        .property("domain", DataType::String)
        .property("wildcard", DataType::Bool)
        .property("details", DataType::Array)
}

/// The key in the constant, else in the environment variable. An empty one is none.
fn key_from_environment() -> Result<Zeroizing<String>, Error> {
    let text = |bytes: &[u8]| Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
    if let Some(constant) = environment::constant(KEY) {
        let Some(key) = constant.zend_str() else {
            return Err(Error::config(
                "bad-key",
                format!(
                    "The constant {KEY} must be a string, {} given. Put the key in quotes.",
                    type_name(constant)
                ),
            ));
        };
        if !key.is_empty() {
            return Ok(text(key.as_bytes()));
        }
    }
    let key = Zeroizing::new(environment::variable(KEY_IN_ENVIRONMENT).unwrap_or_default());
    Ok(text(&key))
}
