//! What a check asks of name servers, over the DNS client in `net`: a name's CNAME chain, and the
//! name servers of its zone.

pub(in crate::dns) mod cname_chain;
mod memory;
pub(in crate::dns) mod nat64;
pub(in crate::dns) mod scope;
pub(in crate::dns) mod shared;
pub(in crate::dns) mod zone;
