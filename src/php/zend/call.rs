//! The way from a PHP call into Rust and back: arguments, `$this`, results, failures.

use std::ffi::CString;
use std::panic::AssertUnwindSafe;

use ext_php_rs::convert::IntoZval;
use ext_php_rs::types::{ZendHashTable, ZendObject, ZendStr, Zval};
use ext_php_rs::zend::{ExecuteData, run_handler};

use super::ffi;
use crate::error::Error;
use crate::php::exceptions;

/// Why a call ends without a result.
pub enum Failure {
    /// An exception is on its way already.
    Thrown,
    /// One of ours, thrown as its class.
    Closte(Error),
    /// A `TypeError` about the argument at this position (from 1).
    ArgumentType(u32, String),
    /// A `ValueError` about the argument at this position (from 1).
    ArgumentValue(u32, String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Closte(error)
    }
}

impl From<ext_php_rs::error::Error> for Failure {
    fn from(error: ext_php_rs::error::Error) -> Self {
        if ffi::exception_pending() {
            return Self::Thrown;
        }
        Self::Closte(Error::config("internal", error.to_string()))
    }
}

impl Failure {
    fn throw(self) {
        let c_text = |text: String| CString::new(text.replace('\0', " ")).unwrap_or_default();
        match self {
            Self::Thrown => {}
            Self::Closte(error) => exceptions::throw(&error),
            Self::ArgumentType(position, message) => {
                ffi::throw_argument_type_error(position, &c_text(message));
            }
            Self::ArgumentValue(position, message) => {
                ffi::throw_argument_value_error(position, &c_text(message));
            }
        }
    }
}

/// What a handler's body returns.
pub type Outcome = Result<(), Failure>;

/// One call from PHP.
pub struct Call<'a> {
    /// The call's frame.
    pub frame: &'a mut ExecuteData,
    result: &'a mut Zval,
}

impl Call<'_> {
    /// The object that the method was called on.
    ///
    /// # Errors
    /// [`Failure::Thrown`] for a call without one, which PHP does not make.
    pub fn this(&mut self) -> Result<&mut ZendObject, Failure> {
        self.frame.This.object_mut().ok_or(Failure::Thrown)
    }

    /// Gives the caller a value.
    ///
    /// # Errors
    /// When it cannot be made into a PHP value.
    pub fn returns(&mut self, value: impl IntoZval) -> Outcome {
        Ok(value.set_zval(self.result, false)?)
    }
}

/// Runs the body of a handler. No panic gets past it, and its failure becomes an exception.
pub fn run(frame: &mut ExecuteData, result: &mut Zval, body: fn(&mut Call) -> Outcome) {
    run_handler(AssertUnwindSafe(|| {
        if let Err(failure) = body(&mut Call { frame, result }) {
            failure.throw();
        }
    }));
}

/// A PHP function or method of this name, to be given parameters and a return type, whose body is a
/// Rust function that takes a [`Call`].
macro_rules! function {
    ($name:expr, $body:path) => {{
        extern "C" fn handle(
            frame: &mut ::ext_php_rs::zend::ExecuteData,
            result: &mut ::ext_php_rs::types::Zval,
        ) {
            $crate::php::zend::call::run(frame, result, $body);
        }
        ::ext_php_rs::builders::FunctionBuilder::new($name, handle)
    }};
}
pub(crate) use function;

/// Reads a call's arguments as PHP's own functions do, `strict_types` and coercion included. The
/// letters are those of `zend_parse_parameters()`; each place must be a raw pointer to the type
/// that its letter writes.
macro_rules! parse_arguments {
    ($call:expr, $letters:literal $(, $place:expr)*) => {{
        let count = $crate::php::zend::ffi::argument_count($call.frame);
        // SAFETY: the places are live and of the types that the letters stand for.
        let status = unsafe {
            $crate::php::zend::ffi::zend_parse_parameters(count, $letters.as_ptr() $(, $place)*)
        };
        if status == 0 { Ok(()) } else { Err($crate::php::zend::call::Failure::Thrown) }
    }};
}
pub(crate) use parse_arguments;

/// A string argument, borrowed from the call's frame.
pub struct Text(*mut ZendStr);

impl Text {
    /// A place for the letter `S` (or `S!`).
    pub const fn empty() -> Self {
        Self(std::ptr::null_mut())
    }

    /// Where `zend_parse_parameters()` writes.
    pub const fn place(&mut self) -> *mut *mut ZendStr {
        &raw mut self.0
    }

    /// The argument's bytes; `None` if it was null or not given.
    pub fn bytes(&self) -> Option<&[u8]> {
        // SAFETY: null, or a string that the call's frame keeps alive.
        unsafe { self.0.as_ref() }.map(ZendStr::as_bytes)
    }

    /// The argument as text. Bytes that are not UTF-8 become U+FFFD, which nothing here takes.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes().unwrap_or_default()).into_owned()
    }
}

/// An array argument, borrowed from the call's frame.
pub struct Array(*mut ZendHashTable);

impl Array {
    /// A place for the letter `h`.
    pub const fn empty() -> Self {
        Self(std::ptr::null_mut())
    }

    /// Where `zend_parse_parameters()` writes.
    pub const fn place(&mut self) -> *mut *mut ZendHashTable {
        &raw mut self.0
    }

    /// The array; `None` if it was not given.
    pub fn get(&self) -> Option<&ZendHashTable> {
        // SAFETY: null, or an array that the call's frame keeps alive.
        unsafe { self.0.as_ref() }
    }
}
