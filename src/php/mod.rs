//! The extension as PHP sees it. Only the files here name `ext_php_rs`.

mod batch;
mod circuit_breaker;
mod client;
mod comparison;
mod domain_name;
mod domain_rules;
mod enums;
mod exceptions;
mod info;
mod lifecycle;
mod options;
mod plan;
mod probes;
mod proxies;
mod record;
mod setting_checks;
mod settings;
mod version;
mod wiping_allocator;
mod zend;

use ext_php_rs::builders::ModuleBuilder;
use ext_php_rs::error::Result;
use ext_php_rs::internal::startup_guard;

use circuit_breaker::CircuitBreaker;
use client::Client;
use comparison::Comparison;
use domain_rules::DomainRules;
use enums::{CertificateState, DnsState, Outcome};
use lifecycle::Lifecycle;
use zend::class::{mark_sensitive, register_class, register_enum};
use zend::environment;

/// Fills in the module that PHP loads.
pub fn describe(module: ModuleBuilder) -> ModuleBuilder {
    module
        .version(version::of_library())
        .function(probes::check_dns_function())
        .function(probes::check_certificate_function())
        .function(probes::check_ownership_function())
        .function(setting_checks::parse_target_function())
        .function(setting_checks::parse_resolver_function())
        .startup_function(startup)
        .shutdown_function(shutdown)
        .info_function(info::print)
}

/// All enums and classes.
fn register() -> Result<()> {
    register_enum::<Outcome>()?;
    register_enum::<DnsState>()?;
    register_enum::<CertificateState>()?;

    mark_sensitive(register_class::<Client>()?, "__construct", 1);
    register_class::<Lifecycle>()?;
    register_class::<CircuitBreaker>()?;
    register_class::<DomainRules>()?;
    register_class::<Comparison>()?;

    client::remote_domain_class().register()?;
    domain_name::class().register()?;
    plan::class().register()?;
    probes::dns_report_class().register()?;
    probes::certificate_report_class().register()?;

    for class in exceptions::classes()? {
        class.register()?;
    }
    Ok(())
}

/// Registers names and nothing else: no thread, no socket, no file. PHP-FPM forks after this.
unsafe extern "C" fn startup(_type: i32, module_number: i32) -> i32 {
    startup_guard(|| {
        settings::register(module_number);
        register()
    })
}

unsafe extern "C" fn shutdown(_type: i32, module_number: i32) -> i32 {
    environment::unregister_ini(module_number);
    0
}
