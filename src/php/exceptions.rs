//! The exception classes, and how an [`Error`] becomes one of them.

use ext_php_rs::boxed::ZBox;
use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::convert::IntoZval;
use ext_php_rs::error::Result;
use ext_php_rs::exception::throw_object;
use ext_php_rs::flags::{DataType, MethodFlags};
use ext_php_rs::types::{ZendObject, Zval};
use ext_php_rs::zend::{ClassEntry, ce};

use super::zend::call::{Call, Failure, Outcome, Text, function, parse_arguments};
use super::zend::class::{Class, nullable, optional};
use super::zend::ffi;
use crate::error::{Error, Kind};

const BASE: &str = "Closte\\ClosteException";
const CONFIG: &str = "Closte\\ConfigException";
const INVALID_DOMAIN: &str = "Closte\\InvalidDomainException";
const AUTH: &str = "Closte\\AuthException";
const REJECTED: &str = "Closte\\RejectedException";
const TRANSIENT: &str = "Closte\\TransientException";
const PROTOCOL: &str = "Closte\\ProtocolException";

const fn class_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Config => CONFIG,
        Kind::InvalidDomain => INVALID_DOMAIN,
        Kind::Auth => AUTH,
        Kind::Rejected => REJECTED,
        Kind::Transient => TRANSIENT,
        Kind::Protocol => PROTOCOL,
    }
}

/// Registers the classes.
///
/// # Errors
/// What the engine refuses, such as a name that is taken.
pub fn register() -> Result<()> {
    Class::open(BASE)
        .extends(ce::exception, "\\Exception")
        .method(
            constructor(function!("__construct", construct)),
            MethodFlags::Public,
        )
        .property("reason", DataType::String)
        .nullable_property("domain", DataType::String)
        .nullable_property("httpStatus", DataType::Long)
        .register()?;
    for name in [CONFIG, INVALID_DOMAIN, AUTH, REJECTED] {
        Class::open(name).extends(base, BASE).register()?;
    }
    Class::open(PROTOCOL)
        .extends(base, BASE)
        .method(
            constructor(function!("__construct", construct_protocol)).arg(optional(
                "mayHaveLanded",
                DataType::Bool,
                "false",
            )),
            MethodFlags::Public,
        )
        .property("mayHaveLanded", DataType::Bool)
        .register()?;
    Class::open(TRANSIENT)
        .extends(base, BASE)
        .method(
            constructor(function!("__construct", construct_transient))
                .arg(nullable("retryAfter", DataType::Double))
                .arg(optional("mayHaveLanded", DataType::Bool, "false")),
            MethodFlags::Public,
        )
        .nullable_property("retryAfter", DataType::Double)
        .property("mayHaveLanded", DataType::Bool)
        .register()?;
    Ok(())
}

#[expect(
    clippy::expect_used,
    reason = "called at startup only, right after the class was registered; a failure there is reported"
)]
fn base() -> &'static ClassEntry {
    ffi::class_at_startup(BASE).expect("the base class is registered first")
}

fn constructor(function: FunctionBuilder<'static>) -> FunctionBuilder<'static> {
    function
        .not_required()
        .arg(optional("message", DataType::String, "''"))
        .arg(optional("code", DataType::Long, "0"))
        .arg(nullable("previous", DataType::object("Throwable")))
        .arg(optional("reason", DataType::String, "''"))
        .arg(nullable("domain", DataType::String))
        .arg(nullable("httpStatus", DataType::Long))
}

/// The arguments that every constructor has.
struct Common {
    message: Text,
    code: i64,
    previous: *mut Zval,
    reason: Text,
    domain: Text,
    http_status: i64,
    http_status_null: bool,
}

impl Common {
    const fn empty() -> Self {
        Self {
            message: Text::empty(),
            code: 0,
            previous: std::ptr::null_mut(),
            reason: Text::empty(),
            domain: Text::empty(),
            http_status: 0,
            http_status_null: true,
        }
    }

    fn write(&self, object: &mut ZendObject) -> Outcome {
        let reason = binary(self.reason.bytes().unwrap_or_default());
        let domain = self.domain.bytes().map_or_else(Zval::null, binary);
        let http_status = (!self.http_status_null).then_some(self.http_status);
        initialize(object, "reason", reason)?;
        initialize(object, "domain", domain)?;
        initialize(object, "httpStatus", http_status.into_zval(false)?)?;
        if let Some(message) = self.message.bytes() {
            ffi::write_property_of(ce::exception(), object, "message", binary(message));
        }
        if self.code != 0 {
            let code = self.code.into_zval(false)?;
            ffi::write_property_of(ce::exception(), object, "code", code);
        }
        // SAFETY: null, or the argument that the call's frame keeps alive.
        if let Some(previous) = unsafe { self.previous.as_ref() } {
            let previous = previous.shallow_clone();
            ffi::write_property_of(ce::exception(), object, "previous", previous);
        }
        Ok(())
    }
}

fn binary(bytes: &[u8]) -> Zval {
    let mut value = Zval::new();
    value.set_zend_string(ext_php_rs::types::ZendStr::new(bytes, false));
    value
}

fn initialize(object: &mut ZendObject, name: &str, value: Zval) -> Outcome {
    if ffi::initialize_property(object, name, value) {
        Ok(())
    } else {
        Err(Failure::Thrown)
    }
}

macro_rules! parse_common {
    ($call:expr, $common:ident, $letters:literal $(, $place:expr)*) => {
        parse_arguments!(
            $call,
            $letters,
            $common.message.place(),
            &raw mut $common.code,
            &raw mut $common.previous,
            std::ptr::from_ref::<ClassEntry>(ce::throwable()),
            $common.reason.place(),
            $common.domain.place(),
            &raw mut $common.http_status,
            &raw mut $common.http_status_null
            $(, $place)*
        )
    };
}

fn construct(call: &mut Call) -> Outcome {
    let mut common = Common::empty();
    parse_common!(call, common, c"|SlO!SS!l!")?;
    common.write(call.this()?)
}

fn construct_protocol(call: &mut Call) -> Outcome {
    let mut common = Common::empty();
    let mut may_have_landed = false;
    parse_common!(call, common, c"|SlO!SS!l!b", &raw mut may_have_landed)?;
    let this = call.this()?;
    common.write(this)?;
    initialize(this, "mayHaveLanded", may_have_landed.into_zval(false)?)
}

fn construct_transient(call: &mut Call) -> Outcome {
    let mut common = Common::empty();
    let mut retry_after = 0.0_f64;
    let mut retry_after_null = true;
    let mut may_have_landed = false;
    parse_common!(
        call,
        common,
        c"|SlO!SS!l!d!b",
        &raw mut retry_after,
        &raw mut retry_after_null,
        &raw mut may_have_landed
    )?;
    let this = call.this()?;
    common.write(this)?;
    let retry_after = (!retry_after_null).then_some(retry_after);
    initialize(this, "retryAfter", retry_after.into_zval(false)?)?;
    initialize(this, "mayHaveLanded", may_have_landed.into_zval(false)?)
}

/// Throws an error as the class of its kind, from where PHP code is now.
pub fn throw(error: &Error) {
    if ffi::exception_pending() {
        return;
    }
    let Ok(Some(exception)) = exception(error) else {
        return;
    };
    if let Ok(exception) = exception.into_zval(false) {
        // Fails only for what is no object.
        let _ = throw_object(exception);
    }
}

fn exception(error: &Error) -> Result<Option<ZBox<ZendObject>>> {
    // Making an exception records where PHP code is: its file, line and trace come from there.
    let Some(mut object) = ffi::new_object(class_of(error.kind())) else {
        return Ok(None);
    };
    let message = error.message().replace('\0', " ");
    let http_status = error.http_status().map(i64::from);
    ffi::write_property(&mut object, "message", message.into_zval(false)?);
    ffi::write_property(&mut object, "reason", error.reason().into_zval(false)?);
    ffi::write_property(&mut object, "domain", error.domain().into_zval(false)?);
    ffi::write_property(&mut object, "httpStatus", http_status.into_zval(false)?);
    let may_have_landed = error.may_have_landed().into_zval(false)?;
    match error.kind() {
        Kind::Transient => {
            let seconds = error.retry_after().map(|wait| wait.as_secs_f64());
            ffi::write_property(&mut object, "retryAfter", seconds.into_zval(false)?);
            ffi::write_property(&mut object, "mayHaveLanded", may_have_landed);
        }
        Kind::Protocol => ffi::write_property(&mut object, "mayHaveLanded", may_have_landed),
        _ => {}
    }
    Ok(Some(object))
}
