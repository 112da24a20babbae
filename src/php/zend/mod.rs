//! What ext-php-rs does not do for functions, classes, objects and values.

pub mod call;
pub mod class;
pub mod ffi;
pub mod object;
pub mod value;
