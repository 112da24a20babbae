//! Keeps a WordPress network's domains in step with Closte.
