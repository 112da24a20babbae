//! `Closte\DomainName`.

use ext_php_rs::flags::{DataType, MethodFlags};
use ext_php_rs::types::Zval;
use ext_php_rs::{php_function, wrap_function};

use super::settings;
use super::zend::arguments::Text;
use super::zend::class::Class;
use super::zend::failure::Failure;
use super::zend::object::{Object, ValueClass, read, this};
use crate::domain::{DomainName, ReservedNames};

impl ValueClass for DomainName {
    const NAME: &'static str = "Closte\\DomainName";
}

/// `Closte\DomainName`.
pub fn class() -> Class {
    Class::value::<DomainName>()
        .method(
            wrap_function!(parse),
            MethodFlags::Public | MethodFlags::Static,
        )
        .method(wrap_function!(counterpart), MethodFlags::Public)
        .method(wrap_function!(covers), MethodFlags::Public)
        .property("ascii", DataType::String)
        .property("unicode", DataType::String)
        .property("wildcard", DataType::Bool)
        .property("registrable", DataType::String)
        .property("apex", DataType::Bool)
}

#[php_function]
fn parse(domain: Text) -> Result<Object<DomainName>, Failure> {
    let domain = DomainName::parse(&domain.to_text(), settings::reserved_names())?;
    Object::new()?
        .with("ascii", domain.ascii())?
        .with("unicode", domain.unicode())?
        .with("wildcard", domain.is_wildcard())?
        .with("registrable", domain.registrable())?
        .with("apex", domain.is_apex())
}

#[php_function]
fn counterpart() -> Result<Option<String>, Failure> {
    Ok(this_name()?.counterpart())
}

#[php_function]
fn covers(other: Text) -> Result<bool, Failure> {
    let name = this_name()?;
    // What is no host name is covered by none.
    Ok(DomainName::parse(&other.to_text(), ReservedNames::Allow)
        .is_ok_and(|other| name.covers(&other)))
}

/// The name that the object stands for. One from `unserialize()` is judged anew.
fn this_name() -> Result<DomainName, Failure> {
    let ascii = this(|object| read(object, "ascii").and_then(Zval::string))?;
    Ok(DomainName::parse(
        &ascii.unwrap_or_default(),
        ReservedNames::Allow,
    )?)
}
