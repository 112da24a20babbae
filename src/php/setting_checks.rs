//! Checks of settings that are no options yet: `Closte\parse_target()` and
//! `Closte\parse_resolver()`.

use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::{php_function, wrap_function};

use super::zend::arguments::Text;
use super::zend::failure::Failure;
use crate::{dns, net};

/// `Closte\parse_target()`.
pub fn parse_target_function() -> FunctionBuilder<'static> {
    wrap_function!(parse_target)
}

/// `Closte\parse_resolver()`.
pub fn parse_resolver_function() -> FunctionBuilder<'static> {
    wrap_function!(parse_resolver)
}

#[php_function]
#[php(name = "Closte\\parse_target")]
fn parse_target(target: Text) -> Result<String, Failure> {
    Ok(dns::parse_target(&target.to_text())?)
}

#[php_function]
#[php(name = "Closte\\parse_resolver")]
fn parse_resolver(resolver: Text) -> Result<String, Failure> {
    let resolver = resolver.to_text();
    net::parse_name_server(&resolver)?;
    Ok(resolver.trim().to_owned())
}
