//! Why a text is not a host name that can have a certificate: a stable word and a message for each
//! reason.

use crate::error::Error;
use crate::text::{NAME_MAX, clean};

/// The reasons. Where one holds a host name, the message suggests it.
#[derive(Debug)]
pub(super) enum Rejection {
    Empty,
    TooLong,
    LabelTooLong,
    EmptyLabel,
    ControlCharacter,
    Whitespace,
    Url(Option<String>),
    EmailAddress(Option<String>),
    UserInfo,
    Path(Option<String>),
    Port(Option<String>),
    IpAddress,
    Wildcard,
    Underscore,
    Hyphen,
    BadPunycode,
    BadCharacter,
    SingleLabel,
    SpecialUse(&'static str),
    Reserved(&'static str),
    PublicSuffix { wildcard: bool },
}

impl Rejection {
    const fn reason(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too-long",
            Self::LabelTooLong => "label-too-long",
            Self::EmptyLabel => "empty-label",
            Self::ControlCharacter => "control-character",
            Self::Whitespace => "whitespace",
            Self::Url(_) => "url",
            Self::EmailAddress(_) => "email-address",
            Self::UserInfo => "user-info",
            Self::Path(_) => "path",
            Self::Port(_) => "port",
            Self::IpAddress => "ip-address",
            Self::Wildcard => "wildcard",
            Self::Underscore => "underscore",
            Self::Hyphen => "hyphen",
            Self::BadPunycode => "bad-punycode",
            Self::BadCharacter => "bad-character",
            Self::SingleLabel => "single-label",
            Self::SpecialUse(_) => "special-use",
            Self::Reserved(_) => "reserved-name",
            Self::PublicSuffix { .. } => "public-suffix",
        }
    }

    /// The error for `input`, which may be anything.
    pub(super) fn into_error(self, input: &str) -> Error {
        let shown = clean(input, NAME_MAX);
        let message = self.message(&shown);
        let reason = self.reason();
        let suggestion = match self {
            Self::Url(host) | Self::EmailAddress(host) | Self::Path(host) | Self::Port(host) => {
                host
            }
            _ => None,
        };
        Error::invalid_domain(reason, &shown, message).with_suggestion(suggestion)
    }

    fn message(&self, shown: &str) -> String {
        match self {
            Self::Empty => {
                "The domain is empty. Give a host name such as shop.example.com.".to_owned()
            }
            Self::TooLong => {
                format!("“{shown}” is too long: a host name has at most 253 characters.")
            }
            Self::LabelTooLong => format!(
                "“{shown}” has a part between two dots that is too long: each has at most 63 \
                 characters (in its xn-- form)."
            ),
            Self::EmptyLabel => format!(
                "“{shown}” begins with a dot or has two dots in a row. Remove the extra dot."
            ),
            Self::ControlCharacter => format!(
                "“{shown}” contains invisible control characters. Type the domain instead of \
                 pasting it."
            ),
            Self::Whitespace => {
                format!("“{shown}” contains white space. Give one host name, without spaces.")
            }
            Self::Url(host) => suggest(
                &format!("“{shown}” is a web address. Give the host name only"),
                host.as_deref(),
            ),
            Self::EmailAddress(host) => suggest(
                &format!("“{shown}” is an e-mail address. Give the host name only"),
                host.as_deref(),
            ),
            Self::UserInfo => format!(
                "“{shown}” contains a user name or password before an @. Give the host name only."
            ),
            Self::Path(host) => suggest(
                &format!("“{shown}” contains a path. Give the host name only"),
                host.as_deref(),
            ),
            Self::Port(host) => suggest(
                &format!("“{shown}” contains a port. Give the host name only"),
                host.as_deref(),
            ),
            Self::IpAddress => {
                format!("“{shown}” is an IP address, not a host name such as shop.example.com.")
            }
            Self::Wildcard => format!(
                "“{shown}” has an asterisk in a place where none can be. A wildcard begins with \
                 “*.” and has no other: *.example.com."
            ),
            Self::Underscore => format!(
                "“{shown}” contains an underscore. Host names have letters, digits and hyphens \
                 only; no certificate can be issued for this name."
            ),
            Self::Hyphen => format!(
                "“{shown}” has a part that begins or ends with a hyphen, or has hyphens as its \
                 third and fourth characters. Such names cannot have a certificate."
            ),
            Self::BadPunycode => format!(
                "“{shown}” has an xn-- part that is no valid internationalised name. Give the \
                 name in its own script, or copy the xn-- form again."
            ),
            Self::BadCharacter => format!(
                "“{shown}” contains characters that cannot be in a host name. Letters, digits, \
                 hyphens and dots can."
            ),
            Self::SingleLabel => format!(
                "“{shown}” has no dot. Give the whole host name, such as {}.example.com.",
                if shown.is_ascii() && shown.len() <= 63 {
                    shown
                } else {
                    "shop"
                }
            ),
            Self::SpecialUse(name) => format!(
                "“{shown}” is a name for private use (.{name}): it is not in the public DNS, and \
                 no certificate can be issued for it."
            ),
            Self::Reserved(name) => format!(
                "“{shown}” is a name for tests and documentation (.{name}): it is not in the \
                 public DNS, and no certificate can be issued for it."
            ),
            Self::PublicSuffix { wildcard: false } => format!(
                "“{shown}” is a public suffix, under which others register their domains. Give a \
                 domain under it."
            ),
            Self::PublicSuffix { wildcard: true } => format!(
                "“{shown}” would stand for every domain under a public suffix. Give a wildcard \
                 under a domain of your own, such as *.example.com."
            ),
        }
    }
}

fn suggest(sentence: &str, host: Option<&str>) -> String {
    match host {
        Some(host) => format!("{sentence}: {host}"),
        None => format!("{sentence}, such as shop.example.com."),
    }
}
