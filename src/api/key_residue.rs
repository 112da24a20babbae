//! What requests leave behind of the key.

use std::sync::atomic::{AtomicBool, Ordering};

use http::Version;

use crate::net::http::HttpResponse;

/// Where the key of a list's URL may still be in the memory of a pool.
///
/// A pool knows its connections by a part of a URL, and keeps the whole with it: over HTTP/1 of the
/// last request, over HTTP/2 of the one that the connection was made for.
#[derive(Debug, Default)]
pub(super) struct KeyResidue {
    of_last_request: AtomicBool,
    of_connection: AtomicBool,
}

impl KeyResidue {
    /// A list was asked for.
    pub(super) fn list(&self, response: Option<&HttpResponse>) {
        match response {
            Some(http) if http.version == Version::HTTP_2 => {
                if http.is_new_connection {
                    self.of_connection.store(true, Ordering::Relaxed);
                }
            }
            _ => self.of_last_request.store(true, Ordering::Relaxed),
        }
    }

    /// A call without the key in its URL came after it, over the same connection.
    pub(super) fn other_call(&self) {
        self.of_last_request.store(false, Ordering::Relaxed);
    }

    pub(super) fn is_left(&self) -> bool {
        self.of_last_request.load(Ordering::Relaxed) || self.of_connection.load(Ordering::Relaxed)
    }
}
