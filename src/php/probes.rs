//! `Closte\check_dns()`, `Closte\check_certificate()` and their reports.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::error::Result as Registered;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::BailoutGuard;

use super::domain_name;
use super::enums::{CERTIFICATE_STATE, DNS_STATE, case_of};
use super::options::Options;
use super::record::problems;
use super::settings;
use super::zend::call::{Array, Call, Failure, Outcome, Text, function, parse_arguments};
use super::zend::class::{Class, object, optional, required};
use super::zend::value::{NewObject, list, strings};
use crate::certificate::{CertificateOptions, CertificateProber};
use crate::dns::{DnsOptions, DnsProber, Proof, ResolverReport};
use crate::error::Error;
use crate::net;

const DNS_REPORT: &str = "Closte\\DnsReport";
const CERTIFICATE_REPORT: &str = "Closte\\CertificateReport";
const CHECK_DNS: &str = "Closte\\check_dns";
const CHECK_CERTIFICATE: &str = "Closte\\check_certificate";
const PORTS: RangeInclusive<i64> = 1..=65535;

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

/// `Closte\check_dns()`.
pub fn check_dns_function() -> FunctionBuilder<'static> {
    function!(CHECK_DNS, check_dns)
        .arg(required("domain", DataType::String))
        .arg(required("targets", DataType::Array))
        .not_required()
        .arg(optional("options", DataType::Array, "[]"))
        .returns(object(DNS_REPORT), false, false)
}

/// `Closte\check_certificate()`.
pub fn check_certificate_function() -> FunctionBuilder<'static> {
    function!(CHECK_CERTIFICATE, check_certificate)
        .arg(required("domain", DataType::String))
        .not_required()
        .arg(optional("options", DataType::Array, "[]"))
        .returns(object(CERTIFICATE_REPORT), false, false)
}

/// How options say that the DNS is asked; INI `closte.resolvers` where they name no resolvers.
///
/// # Errors
/// [`Error::Config`] that names the option.
pub fn dns_options(options: &Options) -> Result<DnsOptions, Error> {
    let mut dns = DnsOptions {
        resolvers: resolvers(options)?,
        ..DnsOptions::default()
    };
    if let Some(timeout) = options.seconds("timeout", settings::SECONDS)? {
        dns.timeout = timeout;
    }
    if let Some(authoritative) = options.boolean("authoritative")? {
        dns.authoritative = authoritative;
    }
    if let Some(issuer) = options.text("issuer")? {
        dns.issuer = issuer;
    }
    if let Some(port) = port(options, "http_port")? {
        dns.http_port = port;
    }
    dns.proof = proof(options)?;
    Ok(dns)
}

/// How options say that certificates are looked at; INI `closte.ca_file` where they name no file.
///
/// # Errors
/// [`Error::Config`] that names the option.
pub fn certificate_options(
    options: &Options,
    port_option: &str,
) -> Result<CertificateOptions, Error> {
    let mut certificate = CertificateOptions {
        ca_file: settings::ca_file(),
        ..CertificateOptions::default()
    };
    if let Some(port) = port(options, port_option)? {
        certificate.port = port;
    }
    if let Some(timeout) = options.seconds("timeout", settings::SECONDS)? {
        certificate.timeout = timeout;
    }
    if let Some(ca_file) = options.text("ca_file")? {
        certificate.ca_file = Some(PathBuf::from(ca_file));
    }
    Ok(certificate)
}

fn resolvers(options: &Options) -> Result<Vec<String>, Error> {
    Ok(options
        .texts("resolvers")?
        .unwrap_or_else(settings::resolvers))
}

fn port(options: &Options, name: &str) -> Result<Option<u16>, Error> {
    let port = options.integer(name, PORTS)?;
    Ok(port.and_then(|port| u16::try_from(port).ok()))
}

fn proof(options: &Options) -> Result<Option<Proof>, Error> {
    const WANTED: &str = "array{token: string, answer: string, script?: string}";
    let Some(value) = options.raw("proof") else {
        return Ok(None);
    };
    let text = |key: &str| {
        let text = value.array()?.get(key)?.dereference().str()?;
        Some(text.to_owned()).filter(|text| !text.is_empty())
    };
    let script = text("script");
    match (text("token"), text("answer")) {
        (Some(token), Some(_)) if !is_path_segment(&token) => Err(options.refuse_value(
            "proof",
            "one whose token is of letters, digits, - and _",
            &token,
        )),
        (Some(token), Some(answer)) => match script {
            Some(script) if !is_path(&script) => Err(options.refuse_value(
                "proof",
                "one whose script is a path such as /proof.php, without a query",
                &script,
            )),
            script => Ok(Some(Proof {
                token,
                answer,
                script,
            })),
        },
        _ => Err(options.refuse_type("proof", WANTED, value)),
    }
}

fn is_path(path: &str) -> bool {
    path.starts_with('/')
        && path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~%".contains(&byte))
}

fn is_path_segment(token: &str) -> bool {
    token
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn check_dns(call: &mut Call) -> Outcome {
    let (mut domain, mut targets, mut options) = (Text::empty(), Array::empty(), Array::empty());
    parse_arguments!(
        call,
        c"Sh|h",
        domain.place(),
        targets.place(),
        options.place()
    )?;
    let targets = strings(2, &targets)?;
    let options = Options::new(
        CHECK_DNS,
        options.get(),
        &[
            "resolvers",
            "timeout",
            "authoritative",
            "issuer",
            "proof",
            "http_port",
        ],
    )?;
    let dns_options = dns_options(&options)?;
    let domain = domain_name::read(&domain, settings::reserved_names())?;
    let prober = DnsProber::new(&targets, dns_options)?;
    let report = net::block_on(prober.check(&domain))?;
    drop(prober);
    let report = BailoutGuard::new(report);
    let mut resolvers = ZendHashTable::new();
    for (name, answer) in &report.resolvers {
        resolvers.insert(name.as_str(), resolver(answer)?)?;
    }
    let object = NewObject::of(DNS_REPORT)?
        .with("state", case_of(DNS_STATE, report.state.as_str()))?
        .with("addresses", list(&report.addresses)?)?
        .with("cnames", list(&report.cnames)?)?
        .with("resolvers", resolvers)?
        .with("problems", problems(&report.problems)?)?
        .with("proxied", report.proxied)?
        .finish();
    call.returns(object)
}

fn resolver(answer: &ResolverReport) -> Result<ZBox<ZendHashTable>, Failure> {
    let mut table = ZendHashTable::new();
    table.insert("state", answer.state.as_str())?;
    table.insert("addresses", list(&answer.addresses)?)?;
    match &answer.error {
        Some(error) => table.insert("error", error.as_str())?,
        None => table.insert("error", Zval::null())?,
    }
    Ok(table)
}

fn check_certificate(call: &mut Call) -> Outcome {
    let (mut domain, mut options) = (Text::empty(), Array::empty());
    parse_arguments!(call, c"S|h", domain.place(), options.place())?;
    let options = Options::new(
        CHECK_CERTIFICATE,
        options.get(),
        &["port", "timeout", "ca_file", "targets", "resolvers"],
    )?;
    let targets = options.texts("targets")?.unwrap_or_default();
    let certificate_options = certificate_options(&options, "port")?;
    let resolvers = resolvers(&options)?;
    let domain = domain_name::read(&domain, settings::reserved_names())?;
    let prober = CertificateProber::alone(certificate_options, &targets, resolvers)?;
    let report = net::block_on(prober.check(&domain))?;
    drop(prober);
    let report = BailoutGuard::new(report);
    let object = NewObject::of(CERTIFICATE_REPORT)?
        .with("state", case_of(CERTIFICATE_STATE, report.state.as_str()))?
        .with("issuer", report.issuer.as_deref())?
        .with("names", list(&report.names)?)?
        .with("notBefore", report.not_before)?
        .with("notAfter", report.not_after)?
        .with("error", report.error.as_deref())?
        .finish();
    call.returns(object)
}
