//! `Closte\DomainRules`.

use ext_php_rs::types::{ZendStr, Zval};
use ext_php_rs::{php_class, php_impl};

use super::options::Options;
use super::settings;
use super::zend::arguments::{Array, Text};
use super::zend::failure::Failure;
use crate::domain::rules::{self, RulesOptions, Subdomains, Www};
use crate::error::Error;

/// Which names a domain brings along, and which are never removed.
#[php_class]
#[php(name = "Closte\\DomainRules")]
pub struct DomainRules(rules::DomainRules);

#[php_impl]
impl DomainRules {
    #[php(defaults(options = Array::EMPTY))]
    pub fn __construct(options: Array) -> Result<DomainRules, Failure> {
        Ok(Self(rules::DomainRules::new(&read_options(options)?)))
    }

    pub fn aliases(&self, domain: Text) -> Vec<String> {
        self.0.aliases(&domain.to_text())
    }

    pub fn www(&self, domain: Text) -> Option<String> {
        self.0.www(&domain.to_text())
    }

    pub fn is_served_by_network(&self, domain: Text) -> bool {
        self.0.is_served_by_network(&domain.to_text())
    }

    pub fn is_protected(&self, domain: Text) -> bool {
        self.0.is_protected(&domain.to_text())
    }
}

fn read_options(options: Array) -> Result<RulesOptions, Error> {
    let options = Options::new(
        "Closte\\DomainRules",
        options.get(),
        &["networks", "www", "subdomains", "wildcards", "application"],
    )?;
    Ok(RulesOptions {
        networks: options.texts("networks")?.unwrap_or_default(),
        www: word(&options, "www", Www::ALL, Www::as_str)?.unwrap_or(Www::Always),
        subdomains: word(&options, "subdomains", Subdomains::ALL, Subdomains::as_str)?
            .unwrap_or(Subdomains::Auto),
        wildcards: options.texts("wildcards")?.unwrap_or_default(),
        application: application(&options)?,
        reserved: settings::reserved_names(),
    })
}

/// The id of the Closte application; a site that is none has an empty one.
fn application(options: &Options) -> Result<String, Error> {
    let is_empty = |value: &Zval| value.zend_str().is_some_and(ZendStr::is_empty);
    if options.get("application").is_some_and(is_empty) {
        return Ok(String::new());
    }
    Ok(options.text("application")?.unwrap_or_default())
}

/// An option that is one of the words of `all`.
fn word<T: Copy>(
    options: &Options,
    name: &str,
    all: &[T],
    as_str: fn(T) -> &'static str,
) -> Result<Option<T>, Error> {
    let Some(text) = options.text(name)? else {
        return Ok(None);
    };
    let found = all.iter().copied().find(|value| as_str(*value) == text);
    let words = || {
        all.iter()
            .map(|value| as_str(*value))
            .collect::<Vec<_>>()
            .join(", ")
    };
    found
        .map(Some)
        .ok_or_else(|| options.out_of_range(name, &format!("one of {}", words()), &text))
}
