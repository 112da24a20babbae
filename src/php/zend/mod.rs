//! What ext-php-rs does not do, or not as PHP's own functions do. Each file says at its head what
//! that is. Nothing here knows what the extension is for.

pub mod arguments;
pub mod callback;
pub mod class;
pub mod environment;
pub mod failure;
pub mod object;
pub mod value;
