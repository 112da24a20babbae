//! DNS look-ups of the edge: addresses and CAA records.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};

use crate::BoxError;

/// One resolver, without a cache.
pub struct Lookup {
    resolver: TokioResolver,
}

impl Lookup {
    pub fn new(server: SocketAddr) -> Result<Self, BoxError> {
        let connections =
            [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                connection.port = server.port();
                connection
            });
        let server = NameServerConfig::new(server.ip(), true, connections.into());
        let config = ResolverConfig::from_name_servers(vec![server]);
        let mut builder =
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        let options = builder.options_mut();
        options.cache_size = 0;
        options.attempts = 1;
        options.timeout = Duration::from_secs(2);
        options.use_hosts_file = ResolveHosts::Never;
        Ok(Self {
            resolver: builder.build()?,
        })
    }

    /// All addresses of a domain. A wildcard is queried as it is written.
    pub async fn addresses(&self, domain: &str) -> Result<Vec<IpAddr>, String> {
        let (four, six) = tokio::join!(
            self.records(domain, RecordType::A),
            self.records(domain, RecordType::AAAA)
        );
        let mut found: Vec<_> = four?
            .into_iter()
            .chain(six?)
            .filter_map(|data| match data {
                RData::A(address) => Some(IpAddr::V4(address.0)),
                RData::AAAA(address) => Some(IpAddr::V6(address.0)),
                _ => None,
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// The issuers that the closest CAA records name, if they forbid `identity` (RFC 8659).
    pub async fn forbidding_caa(
        &self,
        domain: &str,
        identity: &str,
    ) -> Result<Option<String>, String> {
        let wildcard = domain.starts_with("*.");
        let mut name = domain.trim_start_matches("*.");
        loop {
            let set: Vec<_> = self
                .records(name, RecordType::CAA)
                .await?
                .into_iter()
                .filter_map(|data| match data {
                    RData::CAA(caa) => {
                        let value = String::from_utf8_lossy(&caa.value).into_owned();
                        Some((caa.tag.to_ascii_lowercase(), value))
                    }
                    _ => None,
                })
                .collect();
            if !set.is_empty() {
                return Ok(forbids(&set, wildcard, identity));
            }
            match name.split_once('.') {
                Some((_, parent)) => name = parent,
                None => return Ok(None),
            }
        }
    }

    /// Records of one type; an empty list where there is no record or no such name.
    async fn records(&self, name: &str, kind: RecordType) -> Result<Vec<RData>, String> {
        match self.resolver.lookup(format!("{name}."), kind).await {
            Ok(found) => Ok(found
                .answers()
                .iter()
                .map(|record| record.data.clone())
                .collect()),
            Err(error) if error.is_no_records_found() || error.is_nx_domain() => Ok(Vec::new()),
            Err(error) => Err(error.to_string()),
        }
    }
}

fn forbids(set: &[(String, String)], wildcard: bool, identity: &str) -> Option<String> {
    let tagged = |wanted: &str| -> Vec<&str> {
        set.iter()
            .filter(|(tag, _)| tag == wanted)
            .map(|(_, value)| issuer_of(value))
            .collect()
    };
    let mut issuers = if wildcard {
        tagged("issuewild")
    } else {
        Vec::new()
    };
    if issuers.is_empty() {
        issuers = tagged("issue");
    }
    let allowed = issuers.is_empty()
        || issuers
            .iter()
            .any(|issuer| issuer.eq_ignore_ascii_case(identity));
    (!allowed).then(|| issuers.join(", "))
}

/// The issuer's domain, without parameters.
fn issuer_of(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests;
