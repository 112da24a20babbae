//! The exception classes, and how an [`Error`] becomes one of them.
//!
//! PHP code may make and extend them, with the three arguments that every exception takes; the
//! properties then say nothing (`''`, null, false).

use ext_php_rs::convert::IntoZval;
use ext_php_rs::error::Result;
use ext_php_rs::exception::throw_object;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::{ZendObject, Zval};
use ext_php_rs::zend::{ClassEntry, ExecutorGlobals, ce};

use super::zend::class::{Class, class_at_startup};
use super::zend::failure::Throw;
use super::zend::object::write;
use crate::error::{Error, Kind};

const BASE: &str = "Closte\\ClosteException";

const fn class_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Config => "Closte\\ConfigException",
        Kind::InvalidDomain => "Closte\\InvalidDomainException",
        Kind::Auth => "Closte\\AuthException",
        Kind::Rejected => "Closte\\RejectedException",
        Kind::Transient => "Closte\\TransientException",
        Kind::Protocol => "Closte\\ProtocolException",
    }
}

/// The classes, parents first.
pub fn classes() -> Result<[Class; 7]> {
    let no_text = {
        let mut text = Zval::new();
        text.set_interned_string("", true)?;
        text
    };
    let kind = |kind| Class::open(class_of(kind)).extends(base, BASE);
    Ok([
        Class::open(BASE)
            .extends(ce::exception, "\\Exception")
            .with_default("reason", DataType::String, no_text)
            .with_default("domain", DataType::String, Zval::null())
            .with_default("httpStatus", DataType::Long, Zval::null())
            .with_default("mayHaveLanded", DataType::Bool, false.into()),
        kind(Kind::Config),
        kind(Kind::InvalidDomain).with_default("suggestion", DataType::String, Zval::null()),
        kind(Kind::Auth),
        kind(Kind::Rejected),
        kind(Kind::Protocol),
        kind(Kind::Transient).with_default("retryAfter", DataType::Double, Zval::null()),
    ])
}

fn base() -> &'static ClassEntry {
    class_at_startup(BASE).map_or_else(ce::exception, |class| &*class)
}

impl Throw for Error {
    fn throw(&self) {
        if ExecutorGlobals::has_exception() {
            return;
        }
        // Fails only for a text that is longer than PHP's can be.
        let _ = exception(self).and_then(throw_object);
    }
}

fn exception(error: &Error) -> Result<Zval> {
    let class = ClassEntry::try_find(class_of(error.kind()))
        .ok_or(ext_php_rs::error::Error::InvalidPointer)?;
    // Making an exception records where PHP code is: its file, line and trace come from there.
    let mut object = ZendObject::new(class);
    let mut set = |name: &str, value: Zval| write(&mut object, name, value);
    set(
        "message",
        error.message().replace('\0', " ").into_zval(false)?,
    );
    set("reason", error.reason().into_zval(false)?);
    set("domain", error.domain().into_zval(false)?);
    set(
        "httpStatus",
        error.http_status().map(i64::from).into_zval(false)?,
    );
    if error.kind() == Kind::InvalidDomain {
        set("suggestion", error.suggestion().into_zval(false)?);
    }
    set("mayHaveLanded", error.may_have_landed().into_zval(false)?);
    if error.kind() == Kind::Transient {
        let seconds = error.retry_after().map(|wait| wait.as_secs_f64());
        set("retryAfter", seconds.into_zval(false)?);
    }
    object.into_zval(false)
}
