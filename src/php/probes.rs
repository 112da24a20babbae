//! `Closte\DnsReport` and `Closte\CertificateReport`.

use ext_php_rs::error::Result as Registered;
use ext_php_rs::flags::DataType;

use super::declare::Class;
use super::enums::{CERTIFICATE_STATE, DNS_STATE};

const DNS_REPORT: &str = "Closte\\DnsReport";
const CERTIFICATE_REPORT: &str = "Closte\\CertificateReport";

/// Registers the classes.
///
/// # Errors
/// What the engine refuses, such as a name that is taken.
pub fn register() -> Registered<()> {
    Class::value(DNS_REPORT)
        .object_property("state", DNS_STATE)
        .property("addresses", DataType::Array)
        .property("cnames", DataType::Array)
        .property("resolvers", DataType::Array)
        .property("problems", DataType::Array)
        .property("proxied", DataType::Bool)
        .register()?;
    Class::value(CERTIFICATE_REPORT)
        .object_property("state", CERTIFICATE_STATE)
        .nullable_property("issuer", DataType::String)
        .property("names", DataType::Array)
        .nullable_property("notBefore", DataType::Long)
        .nullable_property("notAfter", DataType::Long)
        .nullable_property("error", DataType::String)
        .register()?;
    Ok(())
}
