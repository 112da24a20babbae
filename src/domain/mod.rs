//! Host names that can have a certificate: parsing, comparing, showing.

mod rejection;
pub mod rules;

use std::borrow::Cow;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use self::rejection::Rejection;
use crate::error::Error;
use crate::text::is_bidi_control;

/// Longest input that is parsed, in bytes. A name of 253 octets is shorter than this in any form
/// that UTS #46 maps to it, but for one padded with characters that it ignores.
const INPUT_MAX: usize = 2048;

/// Longest host name, in octets, without its trailing dot (RFC 1035, section 2.3.4).
const NAME_MAX: usize = 253;

/// Longest label, in octets (RFC 1035, section 2.3.4).
const LABEL_MAX: usize = 63;

/// Names that are never in the public DNS: RFC 6761, 6762, 7686, 8375, 9476 and ICANN's
/// `.internal`.
const SPECIAL_USE: [&str; 7] = [
    LOOPBACK,
    "local",
    "internal",
    "invalid",
    "onion",
    "alt",
    "home.arpa",
];

/// Names for tests and documentation (RFC 6761).
const RESERVED: [&str; 2] = ["test", "example"];

/// The name that browsers and resolvers answer with a loopback address (RFC 6761, section 6.3).
const LOOPBACK: &str = "localhost";

/// Whether `.test`, `.example` and `.localhost` names are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReservedNames {
    /// They are rejected: no public authority issues certificates for them.
    #[default]
    Refuse,
    /// They are accepted, because the API is an emulator on a loopback address.
    Allow,
}

/// A host name that can have a certificate, in its A-label form, perhaps a wildcard.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DomainName {
    ascii: String,
    unicode: String,
    registrable: String,
    wildcard: bool,
}

impl DomainName {
    /// Reads a host name as people write it: any case, Unicode or A-labels, one trailing dot, one
    /// `*.` at the front.
    ///
    /// # Errors
    /// `Kind::InvalidDomain`, whose reason is one of `empty`, `too-long`, `label-too-long`,
    /// `empty-label`, `control-character`, `whitespace`, `url`, `email-address`, `user-info`,
    /// `path`, `port`, `ip-address`, `wildcard`, `underscore`, `hyphen`, `bad-punycode`,
    /// `bad-character`, `single-label`, `special-use`, `reserved-name`, `public-suffix`.
    pub fn parse(input: &str, reserved: ReservedNames) -> Result<Self, Error> {
        Self::read(input, reserved).map_err(|rejection| rejection.into_error(input))
    }

    fn read(input: &str, reserved: ReservedNames) -> Result<Self, Rejection> {
        reject_other_input(input)?;
        let (wildcard, host) = match input.strip_prefix("*.") {
            Some(host) => (true, host),
            None => (false, input),
        };
        if host.contains('*') || (wildcard && matches!(host, "" | ".")) {
            return Err(Rejection::Wildcard);
        }

        let mapped = Uts46::new()
            .to_ascii(
                host.as_bytes(),
                AsciiDenyList::STD3,
                Hyphens::Check,
                DnsLength::Ignore,
            )
            .map_err(|_| diagnose(host))?;
        let host = mapped.strip_suffix('.').unwrap_or(&mapped);
        check_lengths(host, wildcard)?;
        if ends_in_a_number(host) {
            return Err(Rejection::IpAddress);
        }
        let loopback = reserved == ReservedNames::Allow && is_or_is_under(host, LOOPBACK);
        if !loopback
            && let Some(special) = SPECIAL_USE.iter().find(|name| is_or_is_under(host, name))
        {
            return Err(Rejection::SpecialUse(special));
        }
        if reserved == ReservedNames::Refuse
            && let Some(name) = RESERVED.iter().find(|name| is_or_is_under(host, name))
        {
            return Err(Rejection::Reserved(name));
        }
        if !host.contains('.') && !wildcard {
            return Err(Rejection::SingleLabel);
        }
        let Some(registrable) = psl::domain_str(host) else {
            return Err(Rejection::PublicSuffix { wildcard });
        };

        let (shown, _) =
            Uts46::new().to_unicode(host.as_bytes(), AsciiDenyList::STD3, Hyphens::Check);
        let star = if wildcard { "*." } else { "" };
        Ok(Self {
            ascii: format!("{star}{host}"),
            unicode: format!("{star}{shown}"),
            registrable: registrable.to_owned(),
            wildcard,
        })
    }

    /// The A-label form, with `*.` if it is a wildcard: what is stored, sent and compared.
    #[must_use]
    pub fn ascii(&self) -> &str {
        &self.ascii
    }

    /// The Unicode form, for people.
    #[must_use]
    pub fn unicode(&self) -> &str {
        &self.unicode
    }

    /// Both forms where they differ: the A-label shows a name made of look-alike letters for what
    /// it is (UTS #39).
    #[must_use]
    pub fn for_people(&self) -> Cow<'_, str> {
        if self.unicode == self.ascii {
            Cow::Borrowed(&self.ascii)
        } else {
            Cow::Owned(format!("{} ({})", self.unicode, self.ascii))
        }
    }

    /// Whether it begins with `*.`.
    #[must_use]
    pub const fn is_wildcard(&self) -> bool {
        self.wildcard
    }

    /// The registrable domain: `example.co.uk` of `shop.example.co.uk`.
    #[must_use]
    pub fn registrable(&self) -> &str {
        &self.registrable
    }

    /// Whether it is its own registrable domain. A wildcard never is.
    #[must_use]
    pub fn is_apex(&self) -> bool {
        self.ascii == self.registrable
    }

    /// The host name without a leading `*.`.
    #[must_use]
    pub fn host(&self) -> &str {
        self.ascii.strip_prefix("*.").unwrap_or(&self.ascii)
    }

    /// `www.example.com` for `example.com`, `example.com` for `www.example.com`, none for a
    /// wildcard or where that would be no valid name.
    #[must_use]
    pub fn counterpart(&self) -> Option<String> {
        if self.wildcard {
            return None;
        }
        if let Some(rest) = self.ascii.strip_prefix("www.")
            && psl::domain_str(rest).is_some()
        {
            return Some(rest.to_owned());
        }
        // Under a few suffixes, such as `*.kawasaki.jp`, the name with www is a public suffix
        // itself.
        let with_www = format!("www.{}", self.ascii);
        (with_www.len() <= NAME_MAX && psl::domain_str(&with_www).is_some()).then_some(with_www)
    }

    /// Whether a certificate or alias for this name serves `other` too. A wildcard stands for
    /// exactly one label (RFC 6125, section 6.4.3): not for the name under it, not for two labels.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        if self.ascii == other.ascii {
            return true;
        }
        self.wildcard
            && !other.wildcard
            && other
                .ascii
                .split_once('.')
                .is_some_and(|(_, parent)| parent == self.host())
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.ascii)
    }
}

impl fmt::Debug for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DomainName({})", self.ascii)
    }
}

impl AsRef<str> for DomainName {
    fn as_ref(&self) -> &str {
        &self.ascii
    }
}

/// The form in which names are compared: the A-label form, or as `Err` the trimmed, lower-case text
/// of what is not a host name, so that it can be compared too.
///
/// # Errors
/// For what is not a host name.
pub fn normalized(name: &str) -> Result<String, String> {
    DomainName::parse(name, ReservedNames::Allow)
        .map(|domain| domain.ascii)
        .map_err(|_| name.trim().trim_end_matches('.').to_ascii_lowercase())
}

/// [`normalized`], whether it is a host name or not. Most names are in that form already, which
/// their letters tell: they are not parsed.
#[must_use]
pub fn comparable(name: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*');
    if name.bytes().all(is_plain) && !name.ends_with('.') {
        return Cow::Borrowed(name);
    }
    Cow::Owned(normalized(name).unwrap_or_else(|text| text))
}

/// Whether this is a host name that can have a certificate, also one for tests.
#[must_use]
pub fn is_host_name(name: &str) -> bool {
    DomainName::read(name, ReservedNames::Allow).is_ok()
}

/// Rejects what people paste instead of a host name. Each kind has its own reason, so that the
/// message helps.
fn reject_other_input(input: &str) -> Result<(), Rejection> {
    if input.is_empty() || input == "." {
        return Err(Rejection::Empty);
    }
    if input.len() > INPUT_MAX {
        return Err(Rejection::TooLong);
    }
    if input.chars().all(char::is_whitespace) {
        return Err(Rejection::Empty);
    }
    if input.chars().any(char::is_whitespace) {
        return Err(Rejection::Whitespace);
    }
    if input.chars().any(|c| c.is_control() || is_bidi_control(c)) {
        return Err(Rejection::ControlCharacter);
    }
    if let Some((_, rest)) = input.split_once("://") {
        return Err(Rejection::Url(host_of(rest)));
    }
    if let Some(rest) = input.strip_prefix("//") {
        return Err(Rejection::Url(host_of(rest)));
    }
    if is_ip_address(input) {
        return Err(Rejection::IpAddress);
    }
    if let Some((user, host)) = input.rsplit_once('@') {
        return Err(if user.contains([':', '/']) {
            Rejection::UserInfo
        } else {
            Rejection::EmailAddress(host_of(host))
        });
    }
    if input.contains(['/', '\\', '?', '#']) {
        return Err(Rejection::Path(host_of(input)));
    }
    if let Some((host, port)) = input.split_once(':') {
        return Err(if port.bytes().all(|b| b.is_ascii_digit()) {
            Rejection::Port(host_of(host))
        } else {
            Rejection::BadCharacter
        });
    }
    Ok(())
}

/// The part of a pasted address that might be meant, if it is a name by itself.
fn host_of(text: &str) -> Option<String> {
    let end = text.find(['/', '\\', '?', '#', ':']).unwrap_or(text.len());
    let host = text.get(..end)?;
    if host.contains('@') {
        return None;
    }
    DomainName::read(host, ReservedNames::Allow)
        .ok()
        .map(|name| name.ascii)
}

fn is_ip_address(input: &str) -> bool {
    let bare = input.strip_suffix('.').unwrap_or(input);
    if Ipv4Addr::from_str(bare).is_ok() || Ipv6Addr::from_str(bare).is_ok() {
        return true;
    }
    if let Some(rest) = bare.strip_prefix('[') {
        return rest
            .split(']')
            .next()
            .is_some_and(|ip| Ipv6Addr::from_str(ip).is_ok());
    }
    bare.rsplit_once(':').is_some_and(|(ip, port)| {
        port.bytes().all(|b| b.is_ascii_digit()) && Ipv4Addr::from_str(ip).is_ok()
    })
}

/// Whether programs read this as an IPv4 address in an unusual notation (URL Standard, "ends in a
/// number checker"). No top-level domain is a number.
fn ends_in_a_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    last.bytes().all(|b| b.is_ascii_digit())
        || last
            .strip_prefix("0x")
            .is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn check_lengths(host: &str, wildcard: bool) -> Result<(), Rejection> {
    if host.is_empty() {
        return Err(Rejection::Empty);
    }
    if host.split('.').any(str::is_empty) {
        return Err(Rejection::EmptyLabel);
    }
    if host.split('.').any(|label| label.len() > LABEL_MAX) {
        return Err(Rejection::LabelTooLong);
    }
    if host.len() + if wildcard { 2 } else { 0 } > NAME_MAX {
        return Err(Rejection::TooLong);
    }
    Ok(())
}

fn is_or_is_under(host: &str, name: &str) -> bool {
    host.strip_suffix(name)
        .is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

/// Finds out why UTS #46 processing failed, since the library does not say.
fn diagnose(host: &str) -> Rejection {
    let (mapped, result) =
        Uts46::new().to_unicode(host.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow);
    if result.is_err() {
        let has_a_label = host
            .to_ascii_lowercase()
            .split('.')
            .any(|label| label.strip_prefix("xn--").is_some_and(str::is_ascii));
        return if has_a_label {
            Rejection::BadPunycode
        } else {
            Rejection::BadCharacter
        };
    }
    if mapped.contains('_') {
        return Rejection::Underscore;
    }
    if mapped
        .chars()
        .any(|c| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '-' && c != '.')
    {
        return Rejection::BadCharacter;
    }
    Rejection::Hyphen
}

#[cfg(test)]
mod tests;
