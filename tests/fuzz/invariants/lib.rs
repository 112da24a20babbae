//! Invariants of the parts that read foreign data. The fuzz targets look for bytes that break them;
//! the tests of the corpora make sure that inputs which were found once do not do so again.
//!
//! Each `check` takes any bytes and panics when an invariant does not hold.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a broken promise is to be heard of"
)]

pub mod answer;
pub mod certificate;
pub mod dns;
pub mod domain;
pub mod lifecycle;
pub mod plan;

use closte::text::is_invisible;

/// A check by its name, which is that of its target and of its corpus.
pub type Check = (&'static str, fn(&[u8]));

/// Every check.
pub const ALL: [Check; 6] = [
    ("answer", answer::check),
    ("certificate", certificate::check),
    ("dns", dns::check),
    ("domain", domain::check),
    ("lifecycle", lifecycle::check),
    ("plan", plan::check),
];

/// Fit to be shown to people: one line, nothing invisible, not endless.
fn assert_presentable(text: &str, max: usize) {
    let odd = text.chars().find(|&c| c.is_control() || is_invisible(c));
    assert_eq!(odd, None, "{text:?}");
    assert!(text.chars().count() <= max, "too long: {text:?}");
}

/// The bytes cut up: each piece has its length, two bytes with the higher one first, before it. A
/// length that is too great takes what is there.
fn pieces(mut bytes: &[u8], most: usize) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>()
        && pieces.len() < most
    {
        let length = usize::from(u16::from_be_bytes(*length)).min(rest.len());
        let (piece, rest) = rest.split_at(length);
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}
