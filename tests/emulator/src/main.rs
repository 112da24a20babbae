//! Closte's client API on loopback.
fn main() {}
