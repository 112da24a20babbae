//! Text from outside, cleaned and capped before a message shows it.

use std::borrow::Cow;

/// Longest quoted text of a server. All limits here are in characters.
pub const SERVER_TEXT_MAX: usize = 300;
/// Longest path of a file, distinguished name, or verdict on a certificate chain.
pub const LONG_NAME_MAX: usize = 200;
/// Longest reason of a library.
pub const REASON_MAX: usize = 160;
/// Longest host name, URL or title.
pub const NAME_MAX: usize = 100;
/// Longest value of an option or of a field.
pub const VALUE_MAX: usize = 60;

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

/// Whether a character is invisible, or changes the order of those around it.
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
