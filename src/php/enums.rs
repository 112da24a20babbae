//! The enums of the PHP API. Each case has the word of the pure type that it stands for, so that
//! `try_from( word )` finds it.

use ext_php_rs::php_enum;

/// What an API call came to.
#[php_enum]
#[php(name = "Closte\\Outcome")]
pub enum Outcome {
    #[php(value = "added")]
    Added,
    #[php(value = "already-there")]
    AlreadyThere,
    #[php(value = "removed")]
    Removed,
    #[php(value = "already-gone")]
    AlreadyGone,
}

/// Where a domain's DNS points.
#[php_enum]
#[php(name = "Closte\\DnsState")]
pub enum DnsState {
    #[php(value = "here")]
    Here,
    #[php(value = "elsewhere")]
    Elsewhere,
    #[php(value = "partial")]
    Partial,
    #[php(value = "missing")]
    Missing,
    #[php(value = "unknown")]
    Unknown,
}

/// What a domain's certificate is like.
#[php_enum]
#[php(name = "Closte\\CertificateState")]
pub enum CertificateState {
    #[php(value = "valid")]
    Valid,
    #[php(value = "absent")]
    Absent,
    #[php(value = "untrusted")]
    Untrusted,
    #[php(value = "self-signed")]
    SelfSigned,
    #[php(value = "expired")]
    Expired,
    #[php(value = "wrong-host")]
    WrongHost,
    #[php(value = "unknown")]
    Unknown,
}
