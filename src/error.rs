//! One error for everything, told apart by what the caller can do about it.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::domain::DomainName;
use crate::words::words;

/// Longest piece of outside text that goes into a message, in characters.
pub const OUTSIDE_TEXT_MAX: usize = 300;

words! {
    /// What the caller can do about an [`Error`].
    Kind {
        /// A human has to change a setting.
        Config => "config",
        /// Not a host name that can have a certificate; repeating never helps.
        InvalidDomain => "invalid-domain",
        /// The key was refused; a human has to act.
        Auth => "auth",
        /// Closte understood and said no; worth repeating once a day.
        Rejected => "rejected",
        /// Passes by itself; repeat with backoff.
        Transient => "transient",
        /// An answer that is not what the API promises; repeat slowly.
        Protocol => "protocol",
    }
}

/// What every error says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// A stable machine word, such as `connect-timeout`.
    pub reason: &'static str,
    /// The message for people: what was tried, on which domain, what to do.
    pub message: String,
    /// The domain that this is about, cleaned for display.
    pub domain: Option<String>,
    /// The HTTP status, where an answer came.
    pub http_status: Option<u16>,
}

impl Detail {
    /// A detail with a reason and a message only.
    pub fn new(reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            domain: None,
            http_status: None,
        }
    }

    /// The same, about `domain`.
    #[must_use]
    pub fn about(mut self, domain: Option<&str>) -> Self {
        self.domain = domain.map(ToOwned::to_owned);
        self
    }

    /// The same, with the HTTP status of the answer.
    #[must_use]
    pub fn with_status(mut self, status: Option<u16>) -> Self {
        self.http_status = status;
        self
    }
}

/// Everything that can go wrong, by what the caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// See [`Kind::Config`].
    Config(Detail),
    /// See [`Kind::InvalidDomain`].
    InvalidDomain(Detail),
    /// See [`Kind::Auth`].
    Auth(Detail),
    /// See [`Kind::Rejected`].
    Rejected(Detail),
    /// See [`Kind::Transient`].
    Transient {
        /// What happened.
        detail: Detail,
        /// How long the server asked to wait, from `Retry-After`.
        retry_after: Option<Duration>,
        /// The request was sent and no refusal came: its effect may be there.
        may_have_landed: bool,
    },
    /// See [`Kind::Protocol`].
    Protocol {
        /// What happened.
        detail: Detail,
        /// The request was sent and no refusal came: its effect may be there.
        may_have_landed: bool,
    },
}

impl Error {
    /// A [`Kind::Config`] error.
    pub fn config(reason: &'static str, message: impl Into<String>) -> Self {
        Self::Config(Detail::new(reason, message))
    }

    /// A [`Kind::InvalidDomain`] error about `domain`, which must be cleaned already.
    pub fn invalid_domain(
        reason: &'static str,
        domain: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        let domain = domain.into();
        Self::InvalidDomain(Detail::new(reason, message).about(Some(&domain)))
    }

    /// A [`Kind::Transient`] error of which no effect can be there.
    pub fn transient(reason: &'static str, message: impl Into<String>) -> Self {
        Self::Transient {
            detail: Detail::new(reason, message),
            retry_after: None,
            may_have_landed: false,
        }
    }

    /// The same error, met in the course of something that is about `domain`.
    pub(crate) fn in_the_course_of(
        mut self,
        domain: Option<&DomainName>,
        message: impl FnOnce(&str) -> String,
    ) -> Self {
        let detail = match &mut self {
            Self::Config(detail)
            | Self::InvalidDomain(detail)
            | Self::Auth(detail)
            | Self::Rejected(detail)
            | Self::Transient { detail, .. }
            | Self::Protocol { detail, .. } => detail,
        };
        detail.message = message(&detail.message);
        detail.domain = domain.map(|domain| domain.ascii().to_owned());
        self
    }

    /// The same error, where an attempt before it may have had its effect.
    pub(crate) fn perhaps_landed(mut self) -> Self {
        if let Self::Transient {
            may_have_landed, ..
        }
        | Self::Protocol {
            may_have_landed, ..
        } = &mut self
        {
            *may_have_landed = true;
        }
        self
    }

    /// What the caller can do about it.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Config(_) => Kind::Config,
            Self::InvalidDomain(_) => Kind::InvalidDomain,
            Self::Auth(_) => Kind::Auth,
            Self::Rejected(_) => Kind::Rejected,
            Self::Transient { .. } => Kind::Transient,
            Self::Protocol { .. } => Kind::Protocol,
        }
    }

    const fn detail(&self) -> &Detail {
        match self {
            Self::Config(detail)
            | Self::InvalidDomain(detail)
            | Self::Auth(detail)
            | Self::Rejected(detail)
            | Self::Transient { detail, .. }
            | Self::Protocol { detail, .. } => detail,
        }
    }

    /// A stable machine word, such as `connect-timeout`.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.detail().reason
    }

    /// The message for people; the same as `Display`.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.detail().message
    }

    /// The domain that this is about, cleaned for display.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.detail().domain.as_deref()
    }

    /// The HTTP status, where an answer came.
    #[must_use]
    pub const fn http_status(&self) -> Option<u16> {
        self.detail().http_status
    }

    /// How long the server asked to wait.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Transient { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the effect of the call may be there though it failed.
    #[must_use]
    pub const fn may_have_landed(&self) -> bool {
        match self {
            Self::Transient {
                may_have_landed, ..
            }
            | Self::Protocol {
                may_have_landed, ..
            } => *may_have_landed,
            _ => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Error {}

/// Makes text from outside fit for a message: one line, no control characters, NULs, bidi controls
/// or zero-width characters, at most `max` characters.
#[must_use]
pub fn clean(text: &str, max: usize) -> String {
    let mut cleaned = String::with_capacity(text.len().min(max.saturating_mul(4)));
    let mut length = 0;
    let mut gap = false;
    for character in text.chars() {
        if character.is_whitespace() || character.is_control() {
            gap = true;
            continue;
        }
        if is_invisible(character) {
            continue;
        }
        if length + usize::from(gap && length > 0) >= max {
            cleaned.push('…');
            return cleaned;
        }
        if gap && length > 0 {
            cleaned.push(' ');
            length += 1;
        }
        gap = false;
        cleaned.push(character);
        length += 1;
    }
    cleaned
}

/// [`clean`] for bytes that should be UTF-8.
#[must_use]
pub fn clean_bytes(bytes: &[u8], max: usize) -> String {
    // A character has at most four bytes; runs of white space are bounded generously.
    let head = bytes.get(..max.saturating_mul(16)).unwrap_or(bytes);
    let text: Cow<'_, str> = String::from_utf8_lossy(head);
    clean(&text, max)
}

/// Whether a character leaves no mark, or changes the order of those around it.
#[must_use]
pub const fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character changes the direction of the text around it (UAX #9).
#[must_use]
pub const fn is_bidi_control(character: char) -> bool {
    matches!(character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests;
