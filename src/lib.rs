//! Keeps a WordPress network's domains in step with Closte.

pub mod api;
pub mod backoff;
pub mod domain;
pub mod error;
pub mod runtime;
pub mod secret;
