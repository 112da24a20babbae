use proptest::prelude::*;

use super::*;

#[test]
fn cleans_controls_nuls_and_bidi() {
    assert_eq!(
        clean("a\0b\r\nc\u{202e}d\u{200b}e  \t f ", 100),
        "a b cde f"
    );
}

#[test]
fn caps_in_characters_not_bytes() {
    assert_eq!(clean("ääää", 3), "äää…");
    assert_eq!(clean("äää", 3), "äää");
}

proptest! {
    #[test]
    fn clean_text_is_short_and_printable(text in "\\PC*|.*", max in 0usize..50) {
        let cleaned = clean(&text, max);
        prop_assert!(cleaned.chars().count() <= max + 1);
        prop_assert!(!cleaned.chars().any(|c| c.is_control() || is_invisible(c)));
    }

    #[test]
    fn clean_bytes_never_fails(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        let _ = clean_bytes(&bytes, 40);
    }
}
