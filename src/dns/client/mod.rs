//! Asks name servers.

pub(in crate::dns) mod cname_chain;
pub(in crate::dns) mod hedge;
pub(in crate::dns) mod query;
pub(in crate::dns) mod resolvers;
pub(in crate::dns) mod zone;
