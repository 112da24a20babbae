//! The extension as PHP sees it. Only the files here name `ext_php_rs`.

mod client;
mod domain_name;
mod enums;
mod exceptions;
mod info;
mod lifecycle;
mod options;
mod plan;
mod probes;
mod record;
mod settings;
mod zend;

use ext_php_rs::builders::ModuleBuilder;
use ext_php_rs::error::Result;
use ext_php_rs::internal::startup_guard;

/// Fills in the module that PHP loads.
pub fn describe(module: ModuleBuilder) -> ModuleBuilder {
    module
        .function(probes::check_dns_function())
        .function(probes::check_certificate_function())
        .startup_function(startup)
        .shutdown_function(shutdown)
        .info_function(info::print)
}

/// Registers names and nothing else: no thread, no socket, no file. PHP-FPM forks after this.
unsafe extern "C" fn startup(_type: i32, module_number: i32) -> i32 {
    startup_guard(|| {
        settings::register(module_number);
        register_classes()
    })
}

fn register_classes() -> Result<()> {
    enums::register()?;
    exceptions::register()?;
    domain_name::register()?;
    client::register()?;
    plan::register()?;
    probes::register()?;
    lifecycle::register()
}

unsafe extern "C" fn shutdown(_type: i32, module_number: i32) -> i32 {
    zend::ffi::unregister_ini(module_number);
    0
}
