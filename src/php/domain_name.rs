//! `Closte\DomainName`.

use ext_php_rs::boxed::ZBox;
use ext_php_rs::error::Result as Registered;
use ext_php_rs::flags::{DataType, MethodFlags};
use ext_php_rs::types::ZendObject;

use super::settings;
use super::zend::call::{Call, Failure, Outcome, Text, function, parse_arguments};
use super::zend::class::{Class, object, required};
use super::zend::ffi;
use super::zend::value::NewObject;
use crate::domain::{DomainName, ReservedNames};

const CLASS: &str = "Closte\\DomainName";

/// Registers the class.
///
/// # Errors
/// What the engine refuses, such as a name that is taken.
pub fn register() -> Registered<()> {
    Class::value(CLASS)
        .method(
            function!("parse", parse)
                .arg(required("domain", DataType::String))
                .returns(object(CLASS), false, false),
            MethodFlags::Public | MethodFlags::Static,
        )
        .method(
            function!("counterpart", counterpart).returns(DataType::String, false, true),
            MethodFlags::Public,
        )
        .method(
            function!("covers", covers)
                .arg(required("other", DataType::String))
                .returns(DataType::Bool, false, false),
            MethodFlags::Public,
        )
        .property("ascii", DataType::String)
        .property("unicode", DataType::String)
        .property("wildcard", DataType::Bool)
        .property("registrable", DataType::String)
        .property("apex", DataType::Bool)
        .register()?;
    Ok(())
}

/// A caller's text as a domain name, by the rules that the base URL in force brings.
///
/// # Errors
/// [`crate::error::Error::InvalidDomain`].
pub fn read(text: &Text, reserved: ReservedNames) -> Result<DomainName, Failure> {
    Ok(DomainName::parse(&text.text(), reserved)?)
}

fn parse(call: &mut Call) -> Outcome {
    let mut domain = Text::empty();
    parse_arguments!(call, c"S", domain.place())?;
    let domain = read(&domain, settings::reserved_names())?;
    call.returns(to_object(&domain)?)
}

fn to_object(domain: &DomainName) -> Result<ZBox<ZendObject>, Failure> {
    Ok(NewObject::of(CLASS)?
        .with("ascii", domain.ascii())?
        .with("unicode", domain.unicode())?
        .with("wildcard", domain.is_wildcard())?
        .with("registrable", domain.registrable())?
        .with("apex", domain.is_apex())?
        .finish())
}

/// The name that an object stands for. An object from `unserialize()` is judged anew.
fn this(call: &mut Call) -> Result<DomainName, Failure> {
    let ascii = ffi::property(call.this()?, "ascii")
        .and_then(|ascii| ascii.str())
        .unwrap_or_default()
        .to_owned();
    Ok(DomainName::parse(&ascii, ReservedNames::Allow)?)
}

fn counterpart(call: &mut Call) -> Outcome {
    parse_arguments!(call, c"")?;
    let counterpart = this(call)?.counterpart();
    call.returns(counterpart)
}

fn covers(call: &mut Call) -> Outcome {
    let mut other = Text::empty();
    parse_arguments!(call, c"S", other.place())?;
    let name = this(call)?;
    // What is no host name is covered by none.
    let covers = DomainName::parse(&other.text(), ReservedNames::Allow)
        .is_ok_and(|other| name.covers(&other));
    call.returns(covers)
}
