//! The version, so that it can also be read in the library's file: the plugin says which version
//! waits there for a restart of PHP, or is not loaded at all.

use std::hint::black_box;

const NAME: &str = "closte-library-version=";
const END: char = ';';

#[used]
static MARK: &str = concat!("closte-library-version=", env!("CARGO_PKG_VERSION"), ";");

/// Read from the mark, not from a copy of it: a library has one version.
pub fn of_library() -> &'static str {
    let mark = black_box(MARK);
    mark.strip_prefix(NAME)
        .and_then(|rest| rest.strip_suffix(END))
        .unwrap_or(mark)
}
