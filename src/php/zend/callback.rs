//! A callable argument, and how it is called.
//!
//! `ZendCallable::try_call()` of ext-php-rs keeps the arguments in a box, which leaks where a fatal
//! error in the callback jumps out of the call.

use std::ptr;

use ext_php_rs::convert::{FromZvalMut, IntoZval};
use ext_php_rs::ffi::_call_user_function_impl;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecutorGlobals;

use super::arguments::refuse;
use super::failure::Failure;

/// `?callable`, null as a default.
#[derive(Clone, Copy)]
pub struct Callback<'a>(Option<&'a Zval>);

impl<'a> FromZvalMut<'a> for Callback<'a> {
    const TYPE: DataType = DataType::Callable;
    const NULLABLE: bool = true;

    fn from_zval_mut(argument: &'a mut Zval) -> Option<Self> {
        let argument: &'a Zval = argument;
        if argument.is_null() {
            return Some(Self(None));
        }
        if !argument.is_callable() {
            refuse(argument, "a valid callback or null");
            return None;
        }
        Some(Self(Some(argument)))
    }

    fn from_missing() -> Option<Self> {
        Some(Self(None))
    }
}

/// `callable`.
#[derive(Clone, Copy)]
pub struct Callable<'a>(&'a Zval);

impl<'a> FromZvalMut<'a> for Callable<'a> {
    const TYPE: DataType = DataType::Callable;

    fn from_zval_mut(argument: &'a mut Zval) -> Option<Self> {
        let argument: &'a Zval = argument;
        if !argument.is_callable() {
            refuse(argument, "a valid callback");
            return None;
        }
        Some(Self(argument))
    }
}

impl Callable<'_> {
    /// Calls it with one argument and drops what it returns.
    pub fn call(self, argument: impl IntoZval) -> Result<(), Failure> {
        self.ask(argument).map(drop)
    }

    /// Calls it with one argument; [`Failure::Thrown`] when it throws or exits.
    pub fn ask(self, argument: impl IntoZval) -> Result<Zval, Failure> {
        self.with([argument.into_zval(false)?])
    }

    fn with<const COUNT: usize>(self, mut arguments: [Zval; COUNT]) -> Result<Zval, Failure> {
        let count = u32::try_from(COUNT).map_err(|_| Failure::Thrown)?;
        let mut result = Zval::new();
        // SAFETY: the callback and its arguments are live; the engine writes the result.
        let status = unsafe {
            _call_user_function_impl(
                ptr::null_mut(),
                ptr::from_ref(self.0).cast_mut(),
                &raw mut result,
                count,
                arguments.as_mut_ptr(),
                ptr::null_mut(),
            )
        };
        if status < 0 || ExecutorGlobals::has_exception() {
            return Err(Failure::Thrown);
        }
        Ok(result)
    }
}

impl Callback<'_> {
    /// Whether there is none.
    pub const fn is_none(self) -> bool {
        self.0.is_none()
    }

    /// Calls it with one argument and drops what it returns; [`Failure::Thrown`] when it throws or
    /// exits.
    pub fn call(self, argument: impl IntoZval) -> Result<(), Failure> {
        self.0.map_or(Ok(()), |it| Callable(it).call(argument))
    }

    /// The same without an argument.
    pub fn call_bare(self) -> Result<(), Failure> {
        self.0.map_or(Ok(()), |it| Callable(it).with([]).map(drop))
    }
}
