//! `Closte\check_dns()`, `Closte\check_ownership()`, `Closte\check_certificate()` and what they
//! report.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::class::RegisteredClass;
use ext_php_rs::flags::{DataType, MethodFlags};
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::BailoutGuard;
use ext_php_rs::{php_function, wrap_function};

use super::enums::{CertificateState, DnsState};
use super::options::Options;
use super::record::problems;
use super::settings;
use super::zend::arguments::{Array, Text};
use super::zend::class::Class;
use super::zend::failure::Failure;
use super::zend::object::{Object, ValueClass};
use super::zend::value::list;
use crate::certificate::{CertificateOptions, CertificateProber, CertificateReport};
use crate::dns::{DnsOptions, DnsProber, DnsReport, Proof, ResolverReport};
use crate::domain::DomainName;
use crate::error::Error;
use crate::net;

const PORTS: RangeInclusive<i64> = 1..=65535;

impl ValueClass for DnsReport {
    const NAME: &'static str = "Closte\\DnsReport";
}

/// `Closte\DnsReport`.
pub fn dns_report_class() -> Class {
    Class::value::<DnsReport>()
        .object("state", DnsState::CLASS_NAME)
        .property("addresses", DataType::Array)
        .property("cnames", DataType::Array)
        .property("resolvers", DataType::Array)
        .property("problems", DataType::Array)
        .property("proxied", DataType::Bool)
        .property("intercepted", DataType::Bool)
        .method(
            wrap_function!(of_targets),
            MethodFlags::Public | MethodFlags::Static,
        )
}

impl ValueClass for CertificateReport {
    const NAME: &'static str = "Closte\\CertificateReport";
}

/// `Closte\CertificateReport`.
pub fn certificate_report_class() -> Class {
    Class::value::<CertificateReport>()
        .object("state", CertificateState::CLASS_NAME)
        .nullable("issuer", DataType::String)
        .property("names", DataType::Array)
        .nullable("notBefore", DataType::Long)
        .nullable("notAfter", DataType::Long)
        .nullable("error", DataType::String)
        .nullable("reason", DataType::String)
        .nullable("place", DataType::String)
        .nullable("detail", DataType::String)
}

/// `Closte\check_dns()`.
pub fn check_dns_function() -> FunctionBuilder<'static> {
    wrap_function!(check_dns)
}

/// `Closte\check_certificate()`.
pub fn check_certificate_function() -> FunctionBuilder<'static> {
    wrap_function!(check_certificate)
}

/// `Closte\check_ownership()`.
pub fn check_ownership_function() -> FunctionBuilder<'static> {
    wrap_function!(check_ownership)
}

/// How options say that the DNS is asked; INI `closte.resolvers` where they name no resolvers.
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
    let Some(value) = options.get("proof") else {
        return Ok(None);
    };
    let text = |key: &str| {
        let text = value.array()?.get(key)?.dereference().str()?;
        Some(text.to_owned()).filter(|text| !text.is_empty())
    };
    let script = text("script");
    match (text("token"), text("answer")) {
        (Some(token), Some(_)) if !is_path_segment(&token) => Err(options.out_of_range(
            "proof",
            "one whose token is of letters, digits, - and _",
            &token,
        )),
        (Some(token), Some(answer)) => match script {
            Some(script) if !is_path(&script) => Err(options.out_of_range(
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
        _ => Err(options.wrong_type("proof", WANTED, value)),
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

#[php_function]
#[php(name = "Closte\\check_dns", defaults(options = Array::EMPTY))]
fn check_dns(domain: Text, targets: Array, options: Array) -> Result<Object<DnsReport>, Failure> {
    let targets = targets.texts(2)?;
    let options = Options::new(
        "Closte\\check_dns",
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
    let domain = DomainName::parse(&domain.to_text(), settings::reserved_names())?;
    let prober = DnsProber::new(&targets, dns_options)?;
    let report = net::block_on(prober.check(&domain))?;
    drop(prober);
    let report = BailoutGuard::new(report);
    let mut resolvers = ZendHashTable::new();
    for (name, answer) in &report.resolvers {
        resolvers.insert(name.as_str(), resolver(answer)?)?;
    }
    Object::new()?
        .with("state", DnsState::try_from(report.state.as_str())?)?
        .with("addresses", list(&report.addresses)?)?
        .with("cnames", list(&report.cnames)?)?
        .with("resolvers", resolvers)?
        .with("problems", problems(&report.problems)?)?
        .with("proxied", report.proxied)?
        .with("intercepted", report.intercepted)
}

fn resolver(answer: &ResolverReport) -> Result<ZBox<ZendHashTable>, Failure> {
    let mut table = ZendHashTable::new();
    table.insert("state", answer.state.as_str())?;
    table.insert("addresses", list(&answer.addresses)?)?;
    insert_error(&mut table, "error", answer.error.as_deref())?;
    Ok(table)
}

fn insert_error(table: &mut ZendHashTable, key: &str, error: Option<&str>) -> Result<(), Failure> {
    match error {
        Some(error) => table.insert(key, error)?,
        None => table.insert(key, Zval::null())?,
    }
    Ok(())
}

#[php_function]
#[php(name = "ofTargets", defaults(options = Array::EMPTY))]
fn of_targets(targets: Array, options: Array) -> Result<ZBox<ZendHashTable>, Failure> {
    let targets = targets.texts(1)?;
    let options = Options::new(
        "Closte\\DnsReport::ofTargets",
        options.get(),
        &["resolvers", "timeout", "authoritative"],
    )?;
    let prober = DnsProber::new(&targets, dns_options(&options)?)?;
    let report = net::block_on(prober.check_targets())?;
    drop(prober);
    let report = BailoutGuard::new(report);
    let mut found = ZendHashTable::new();
    for (target, said) in &report.targets {
        let mut entry = ZendHashTable::new();
        entry.insert("addresses", list(&said.addresses)?)?;
        insert_error(&mut entry, "error", said.error.as_deref())?;
        found.insert(target.as_str(), entry)?;
    }
    let mut resolvers = ZendHashTable::new();
    for (resolver, error) in &report.resolvers {
        insert_error(&mut resolvers, resolver, error.as_deref())?;
    }
    let mut table = ZendHashTable::new();
    table.insert("targets", found)?;
    table.insert("resolvers", resolvers)?;
    table.insert("unnamed_resolver", report.unnamed_resolver)?;
    table.insert("intercepted", report.intercepted)?;
    Ok(table)
}

#[php_function]
#[php(name = "Closte\\check_ownership", defaults(options = Array::EMPTY))]
fn check_ownership(
    domain: Text,
    value: Text,
    options: Array,
) -> Result<ZBox<ZendHashTable>, Failure> {
    let options = Options::new(
        "Closte\\check_ownership",
        options.get(),
        &["resolvers", "timeout", "authoritative"],
    )?;
    let dns_options = dns_options(&options)?;
    let domain = DomainName::parse(&domain.to_text(), settings::reserved_names())?;
    let value = value.to_text();
    let prober = DnsProber::new(&[], dns_options)?;
    let report = net::block_on(prober.find_ownership(&domain, &value))?;
    drop((prober, domain, value));
    let report = BailoutGuard::new(report);
    let mut table = ZendHashTable::new();
    table.insert("name", report.name.as_str())?;
    table.insert("proven", report.is_proven)?;
    insert_error(&mut table, "error", report.error.as_deref())?;
    Ok(table)
}

#[php_function]
#[php(name = "Closte\\check_certificate", defaults(options = Array::EMPTY))]
fn check_certificate(domain: Text, options: Array) -> Result<Object<CertificateReport>, Failure> {
    let options = Options::new(
        "Closte\\check_certificate",
        options.get(),
        &["port", "timeout", "ca_file", "targets", "resolvers"],
    )?;
    let targets = options.texts("targets")?.unwrap_or_default();
    let certificate_options = certificate_options(&options, "port")?;
    let resolvers = resolvers(&options)?;
    let domain = DomainName::parse(&domain.to_text(), settings::reserved_names())?;
    let prober = CertificateProber::alone(certificate_options, &targets, resolvers)?;
    let report = net::block_on(prober.check(&domain))?;
    drop(prober);
    let report = BailoutGuard::new(report);
    let state = CertificateState::try_from(report.state.as_str())?;
    Object::new()?
        .with("state", state)?
        .with("issuer", report.issuer.as_deref())?
        .with("names", list(&report.names)?)?
        .with("notBefore", report.not_before)?
        .with("notAfter", report.not_after)?
        .with("error", report.error.as_deref())?
        .with("reason", report.reason)?
        .with("place", report.place.as_deref())?
        .with("detail", report.detail.as_deref())
}
