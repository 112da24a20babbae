//! The error type. Its kind says what the caller can do.

use std::fmt;
use std::time::Duration;

use crate::string_enum::string_enum;

string_enum! {
    /// What the caller can do about an [`Error`].
    Kind {
        /// A human has to change a setting.
        Config => "config",
        /// Not a host name that can have a certificate; never retry.
        InvalidDomain => "invalid-domain",
        /// The key was refused; a human has to act.
        Auth => "auth",
        /// Closte understood the call and refused it; retry once a day.
        Rejected => "rejected",
        /// It passes by itself; retry with backoff.
        Transient => "transient",
        /// A response that is not what the API promises; retry slowly.
        Protocol => "protocol",
    }
}

/// What failed, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    reason: &'static str,
    message: String,
    domain: Option<String>,
    suggestion: Option<String>,
    http_status: Option<u16>,
    retry_after: Option<Duration>,
    may_have_landed: bool,
}

impl Error {
    /// An error with a stable `reason`, such as `connect-timeout`, and a message for people: what
    /// was tried, on which domain, what to do.
    pub fn new(kind: Kind, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            reason,
            message: message.into(),
            domain: None,
            suggestion: None,
            http_status: None,
            retry_after: None,
            may_have_landed: false,
        }
    }

    /// A [`Kind::Config`] error.
    pub fn config(reason: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Config, reason, message)
    }

    /// A [`Kind::InvalidDomain`] error about `domain`, which must be cleaned already.
    pub fn invalid_domain(reason: &'static str, domain: &str, message: impl Into<String>) -> Self {
        Self::new(Kind::InvalidDomain, reason, message).about(Some(domain))
    }

    /// A [`Kind::Transient`] error of a call that had no effect.
    pub fn transient(reason: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Transient, reason, message)
    }

    /// The same, about `domain`, which must be cleaned already.
    #[must_use]
    pub fn about(mut self, domain: Option<&str>) -> Self {
        self.domain = domain.map(ToOwned::to_owned);
        self
    }

    /// The same, with the domain that was perhaps meant.
    #[must_use]
    pub fn with_suggestion(mut self, suggestion: Option<String>) -> Self {
        self.suggestion = suggestion;
        self
    }

    /// The same, with the HTTP status of the response.
    #[must_use]
    pub const fn with_status(mut self, status: Option<u16>) -> Self {
        self.http_status = status;
        self
    }

    /// The same, with the time that the server asked to wait.
    #[must_use]
    pub const fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.retry_after = retry_after;
        self
    }

    /// The same, for a call of which an attempt may have taken effect, whatever became of the last
    /// one.
    #[must_use]
    pub const fn with_may_have_landed(mut self, may_have_landed: bool) -> Self {
        self.may_have_landed = may_have_landed;
        self
    }

    /// The same, with the message that `message` makes of its own.
    pub(crate) fn with_message(mut self, message: impl FnOnce(&str) -> String) -> Self {
        self.message = message(&self.message);
        self
    }

    /// What the caller can do about it.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// A stable machine word, such as `connect-timeout`.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.reason
    }

    /// The message for people; the same as `Display`.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The domain that this is about, cleaned for display.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    /// The domain that was perhaps meant.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }

    /// The HTTP status, where a response came.
    #[must_use]
    pub const fn http_status(&self) -> Option<u16> {
        self.http_status
    }

    /// The time that the server asked to wait, from `Retry-After`.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Whether the call may have taken effect although it failed: an attempt was sent, and nothing
    /// has said since that it did not.
    #[must_use]
    pub const fn may_have_landed(&self) -> bool {
        self.may_have_landed
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
