//! Domain names as the DNS has them.

use hickory_resolver::proto::rr::Name;

use crate::domain::DomainName;

/// The name that is asked for: of a wildcard, a random one that it covers.
pub(crate) fn probed_host(domain: &DomainName) -> String {
    if domain.is_wildcard() {
        let label: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(12)
            .collect();
        format!(
            "closte-check-{}.{}",
            label.to_ascii_lowercase(),
            domain.host()
        )
    } else {
        domain.ascii().to_owned()
    }
}

/// The host name in full. None only of one that is full to the last octet before a random label is
/// put before it.
pub(crate) fn fqdn(name: &str) -> Option<Name> {
    Name::from_ascii(format!("{name}.")).ok()
}

/// In lower case and without the dot at its end.
pub(in crate::dns) fn plain(name: &Name) -> String {
    let text = name.to_lowercase().to_ascii();
    text.strip_suffix('.')
        .map_or_else(|| text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests;
