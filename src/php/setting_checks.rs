//! Checks of settings that are no options yet: `Closte\parse_target()` and
//! `Closte\parse_resolver()`.

use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::{php_function, wrap_function};

use super::zend::arguments::Text;
use super::zend::failure::Failure;
use crate::error::Error;
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
    Ok(read(&target.to_text(), dns::parse_target)?)
}

#[php_function]
#[php(name = "Closte\\parse_resolver")]
fn parse_resolver(resolver: Text) -> Result<String, Failure> {
    let parse = |text: &str| net::parse_name_server(text).map(|_| text.trim().to_owned());
    Ok(read(&resolver.to_text(), parse)?)
}

/// As it is, or else without the port at its end: people copy addresses from elsewhere.
fn read(text: &str, parse: impl Fn(&str) -> Result<String, Error>) -> Result<String, Error> {
    parse(text).or_else(|error| match text.trim_end().rsplit_once(':') {
        Some((rest, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
            parse(rest).map_err(|_| error)
        }
        _ => Err(error),
    })
}
