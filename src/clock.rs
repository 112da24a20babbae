//! The system's clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// Unix time in seconds; 0 when the clock is before 1970.
pub(crate) fn unix_time() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|time| i64::try_from(time.as_secs()).ok())
        .unwrap_or_default()
}
