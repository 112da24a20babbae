//! Asks name servers.

pub(in crate::dns) mod chain;
pub(in crate::dns) mod hedge;
pub(in crate::dns) mod query;
pub(in crate::dns) mod resolvers;
pub(in crate::dns) mod zone;
