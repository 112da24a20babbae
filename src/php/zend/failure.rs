//! How a call ends without a result.
//!
//! ext-php-rs throws a class with a message. It throws no exception with properties of its own, and
//! no error about an argument that names function, position and parameter as PHP's own functions
//! do.

use std::ffi::{CString, c_char};

use ext_php_rs::exception::PhpException;

unsafe extern "C" {
    fn zend_argument_type_error(position: u32, format: *const c_char, ...);
    fn zend_argument_value_error(position: u32, format: *const c_char, ...);
}

/// An error that PHP code sees as an exception.
pub trait Throw {
    /// Throws it from where PHP code is now; does nothing while another exception is on its way.
    fn throw(&self);
}

/// Why a call ends without a result.
pub enum Failure {
    /// An exception is on its way already.
    Thrown,
    /// This will be thrown.
    Exception(Box<dyn Throw>),
    /// A `TypeError` about the argument at this position (from 1).
    ArgumentType(u32, String),
    /// A `ValueError` about the argument at this position (from 1).
    ArgumentValue(u32, String),
}

impl<T: Throw + 'static> From<T> for Failure {
    fn from(error: T) -> Self {
        Self::Exception(Box::new(error))
    }
}

/// A value that could not be made into one of PHP's, such as a text that is too long.
impl Throw for ext_php_rs::error::Error {
    fn throw(&self) {
        PhpException::from(self.to_string()).throw();
    }
}

impl Failure {
    /// Throws it.
    pub fn throw(self) {
        match self {
            Self::Thrown => {}
            Self::Exception(error) => error.throw(),
            Self::ArgumentType(position, message) => {
                let message = c_text(&message);
                // SAFETY: the format has one `%s`, and the message is a C string.
                unsafe { zend_argument_type_error(position, c"%s".as_ptr(), message.as_ptr()) }
            }
            Self::ArgumentValue(position, message) => {
                let message = c_text(&message);
                // SAFETY: as above.
                unsafe { zend_argument_value_error(position, c"%s".as_ptr(), message.as_ptr()) }
            }
        }
    }
}

/// For ext-php-rs, which throws what a function returns unless an exception is on its way.
impl From<Failure> for PhpException {
    fn from(failure: Failure) -> Self {
        failure.throw();
        Self::from_message("The call failed.".to_owned())
    }
}

fn c_text(text: &str) -> CString {
    CString::new(text.replace('\0', " ")).unwrap_or_default()
}
