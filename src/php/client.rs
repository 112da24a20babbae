//! `Closte\Client` and `Closte\RemoteDomain`.

use std::cell::Cell;
use std::sync::OnceLock;

use ext_php_rs::error::Result as Registered;
use ext_php_rs::ffi::zend_object_handlers;
use ext_php_rs::flags::{DataType, MethodFlags};
use ext_php_rs::types::{ZendHashTable, ZendObject};
use ext_php_rs::zend::BailoutGuard;
use zeroize::Zeroizing;

use super::domain_name;
use super::enums::{OUTCOME, case_of};
use super::settings;
use super::zend::call::{Array, Call, Failure, Outcome, Text, function, parse_arguments};
use super::zend::class::{Class, object, optional, required};
use super::zend::ffi;
use super::zend::object::{State, attach, set_state, state};
use super::zend::value::{NewObject, json};
use crate::api;
use crate::api_key::ApiKey;
use crate::domain::DomainName;
use crate::error::Error;
use crate::net;

/// `Closte\Client`.
pub const CLASS: &str = "Closte\\Client";
const REMOTE_DOMAIN: &str = "Closte\\RemoteDomain";
const KEY: &str = "CLOSTE_CLIENT_API_KEY";
const KEY_IN_ENVIRONMENT: &std::ffi::CStr = c"CLOSTE_CLIENT_API_KEY";

/// What a client object owns.
struct Client {
    api: api::Client,
    skipped: Cell<usize>,
}

impl State for Client {
    fn handlers() -> &'static OnceLock<zend_object_handlers> {
        static HANDLERS: OnceLock<zend_object_handlers> = OnceLock::new();
        &HANDLERS
    }
}

/// Registers the classes.
///
/// # Errors
/// What the engine refuses, such as a name that is taken.
pub fn register() -> Registered<()> {
    let class = Class::secretive(CLASS)
        .method(
            function!("__construct", construct)
                .arg(required("apiKey", DataType::String))
                .not_required()
                .arg(optional("options", DataType::Array, "[]")),
            MethodFlags::Public,
        )
        .method(
            function!("fromEnvironment", from_environment)
                .not_required()
                .arg(optional("options", DataType::Array, "[]"))
                .returns(object(CLASS), false, false),
            MethodFlags::Public | MethodFlags::Static,
        )
        .method(
            function!("verify", verify).returns(DataType::Void, false, false),
            MethodFlags::Public,
        )
        .method(
            function!("addDomain", add_domain)
                .arg(required("domain", DataType::String))
                .returns(object(OUTCOME), false, false),
            MethodFlags::Public,
        )
        .method(
            function!("removeDomain", remove_domain)
                .arg(required("domain", DataType::String))
                .returns(object(OUTCOME), false, false),
            MethodFlags::Public,
        )
        .method(
            function!("domains", domains).returns(DataType::Array, false, false),
            MethodFlags::Public,
        )
        .method(
            function!("skipped", skipped).returns(DataType::Long, false, false),
            MethodFlags::Public,
        )
        .register()?;
    ffi::mark_sensitive(class, "__construct", 0);
    attach::<Client>(class);
    Class::value(REMOTE_DOMAIN)
        .property("domain", DataType::String)
        .property("wildcard", DataType::Bool)
        .property("details", DataType::Array)
        .register()?;
    Ok(())
}

/// The client in an object of the class.
pub fn api_client(object: &ZendObject) -> Option<&api::Client> {
    state::<Client>(object).map(|client| &client.api)
}

fn this<'a>(call: &'a mut Call) -> Result<&'a Client, Failure> {
    let object: &'a ZendObject = call.this()?;
    state::<Client>(object).ok_or_else(|| not_constructed().into())
}

/// The error for an object whose constructor failed or was not called.
pub fn not_constructed() -> Error {
    Error::config(
        "not-constructed",
        "This Closte\\Client was never constructed.",
    )
}

fn new_client(key: &Zeroizing<String>, options: &Array) -> Result<Client, Failure> {
    let key = ApiKey::new(key)?;
    let config = settings::client_config(CLASS, options.get())?;
    Ok(Client {
        api: api::Client::new(key, config)?,
        skipped: Cell::new(0),
    })
}

fn construct(call: &mut Call) -> Outcome {
    let (mut key, mut options) = (Text::empty(), Array::empty());
    parse_arguments!(call, c"S|h", key.place(), options.place())?;
    let client = new_client(&Zeroizing::new(key.text()), &options)?;
    set_state(call.this()?, client);
    Ok(())
}

fn from_environment(call: &mut Call) -> Outcome {
    let mut options = Array::empty();
    parse_arguments!(call, c"|h", options.place())?;
    let client = new_client(&key_from_environment()?, &options)?;
    let mut object = ffi::new_object(CLASS).ok_or(Failure::Thrown)?;
    set_state(&mut object, client);
    call.returns(object)
}

/// The key in the constant, else in the environment variable. An empty one is none.
fn key_from_environment() -> Result<Zeroizing<String>, Error> {
    let text = |bytes: &[u8]| Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
    if let Some(constant) = ffi::constant(KEY) {
        let Some(key) = constant.zend_str() else {
            return Err(Error::config(
                "bad-key",
                format!(
                    "The constant {KEY} must be a string, {} given. Put the key in quotes.",
                    ffi::type_name(constant)
                ),
            ));
        };
        if !key.is_empty() {
            return Ok(text(key.as_bytes()));
        }
    }
    let key = Zeroizing::new(ffi::environment(KEY_IN_ENVIRONMENT).unwrap_or_default());
    Ok(text(&key))
}

fn verify(call: &mut Call) -> Outcome {
    parse_arguments!(call, c"")?;
    let client = this(call)?;
    Ok(net::block_on(client.api.verify())??)
}

fn add_domain(call: &mut Call) -> Outcome {
    change(call, |client, domain| {
        net::block_on(client.add_domain(domain))?
    })
}

fn remove_domain(call: &mut Call) -> Outcome {
    change(call, |client, domain| {
        net::block_on(client.remove_domain(domain))?
    })
}

fn change(
    call: &mut Call,
    make: fn(&api::Client, &DomainName) -> Result<api::Outcome, Error>,
) -> Outcome {
    let mut domain = Text::empty();
    parse_arguments!(call, c"S", domain.place())?;
    let client = this(call)?;
    let domain = domain_name::read(&domain, client.api.reserved_names())?;
    let outcome = make(&client.api, &domain)?;
    drop(domain);
    call.returns(case_of(OUTCOME, outcome.as_str()))
}

fn domains(call: &mut Call) -> Outcome {
    parse_arguments!(call, c"")?;
    let client = this(call)?;
    let answer = net::block_on(client.api.domains())??;
    client.skipped.set(answer.skipped);
    // Running out of PHP's memory below jumps past destructors, but not past this guard.
    let answer = BailoutGuard::new(answer);
    let mut table = ZendHashTable::new();
    for remote in &answer.domains {
        let mut details = ZendHashTable::new();
        for (key, value) in &remote.details {
            details.insert(key.as_str(), json(value)?)?;
        }
        let object = NewObject::of(REMOTE_DOMAIN)?
            .with("domain", remote.domain.as_str())?
            .with("wildcard", remote.wildcard)?
            .with("details", details)?
            .finish();
        table.push(object)?;
    }
    call.returns(table)
}

fn skipped(call: &mut Call) -> Outcome {
    parse_arguments!(call, c"")?;
    let skipped = this(call)?.skipped.get();
    call.returns(i64::try_from(skipped).unwrap_or(i64::MAX))
}
