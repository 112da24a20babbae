//! PHP extension that keeps the domains of a WordPress network in sync with Closte.

pub mod api;
pub mod api_key;
pub mod certificate;
mod clock;
pub mod dns;
pub mod domain;
pub mod error;
pub mod lifecycle;
pub mod net;
mod outcome;
#[cfg(feature = "extension")]
mod php;
pub mod plan;
mod string_enum;
pub mod text;

#[cfg(feature = "extension")]
use ext_php_rs::{builders::ModuleBuilder, php_module};

#[cfg(feature = "extension")]
#[php_module]
fn get_module(module: ModuleBuilder) -> ModuleBuilder {
    php::describe(module)
}
