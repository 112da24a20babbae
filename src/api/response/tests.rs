use proptest::prelude::*;
use serde_json::json;

use super::*;

fn key() -> ApiKey {
    ApiKey::new("Se/cret+Key").unwrap()
}

#[test]
fn reads_yes_and_no() {
    for (body, yes) in [
        (r#"{"success":true}"#, true),
        (r#" {"success":1,"x":[]} "#, true),
        (r#"{"success":"true"}"#, true),
        ("\u{feff}{\"success\":true}", true),
        (r#"{"success":false,"error":"no"}"#, false),
        (r#"{"success":0}"#, false),
        (r#"{"success":false,"success":true}"#, true),
        (r#"{"success":true,"error":{"x":[1]},"domains":7}"#, true),
    ] {
        let said = read(body.as_bytes(), &key());
        assert_eq!(matches!(said, Some(Response::Success)), yes, "{body}");
        assert_eq!(matches!(said, Some(Response::Failure(_))), !yes, "{body}");
    }
    for body in [
        "",
        "null",
        "[]",
        "{}",
        "true",
        r#"{"success":null}"#,
        r#"{"success":{}}"#,
        r#"{"success":true"#,
        r#"{"success":true}x"#,
        "[true]",
        r#"[true,"error"]"#,
        "<html>",
    ] {
        assert_eq!(read(body.as_bytes(), &key()), None, "{body}");
    }
}

#[test]
fn the_reason_of_a_refusal_is_the_error_or_else_the_message() {
    for (body, text) in [
        (r#"{"success":false,"error":"a","message":"b"}"#, "a"),
        (r#"{"message":"b","success":false}"#, "b"),
        (r#"{"success":false,"error":null,"message":"b"}"#, ""),
        (r#"{"success":false,"error":["a",1]}"#, r#"["a",1]"#),
        (r#"{"success":false,"error":"","message":"b"}"#, ""),
        (r#"{"success":false}"#, ""),
    ] {
        let failure = Response::Failure(text.to_owned());
        assert_eq!(read(body.as_bytes(), &key()), Some(failure), "{body}");
    }
}

#[test]
fn texts_are_cleaned_and_hold_no_key() {
    let body = json!({"success": false, "error": "a\u{0}\u{202e}\r\nb Se\u{200b}/cret+\u{7}Key SE/CRET+KEY Se/cret+Key"});
    // A control character becomes a space, so that a key that is cut by one stays cut.
    assert_eq!(
        read(body.to_string().as_bytes(), &key()),
        Some(Response::Failure("a b Se/cret+ Key [key] [key]".to_owned()))
    );
    let long = json!({"success": false, "error": "Se/cret+Key".repeat(5000)});
    let Some(Response::Failure(text)) = read(long.to_string().as_bytes(), &key()) else {
        panic!();
    };
    assert!(text.chars().count() <= SERVER_TEXT_MAX + 1);
    assert!(!text.to_lowercase().contains("se/cret"), "{text}");
}

#[test]
fn no_cap_shows_the_beginning_of_a_key() {
    let key = ApiKey::new(&"0123456789abcdef".repeat(8)).unwrap();
    for length in [50, 200, 2400, 70_000] {
        let text = format!("{}{}", "\u{200b}".repeat(length), key.reveal().repeat(40));
        let text = format!("{} {text}", "x".repeat(length % 300));
        assert!(!redacted(&text, &key).contains("0123"));
        assert!(!describe(text.as_bytes(), &key).contains("0123"));
        let page = format!("<title>{}</title>", key.reveal().repeat(40));
        assert!(!describe(page.as_bytes(), &key).contains("0123"));
    }
}

#[test]
fn describes_what_is_no_answer() {
    for (body, described) in [
        ("", "nothing"),
        (" \n", "nothing"),
        (
            "{\"success\":tr",
            "JSON that is cut short or not as expected",
        ),
        (
            "<!DOCTYPE html><HTML><Title id=x>\n Down\tfor Se/cret+Key </title>",
            "a web page titled “Down for [key]”",
        ),
        ("<html>", "a web page"),
        ("<title", "a web page"),
        ("It works!", "“It works!”"),
        ("Se/cret+Key", "“[key]”"),
        ("Größe €", "“Größe €”"),
    ] {
        assert_eq!(describe(body.as_bytes(), &key()), described);
    }
}

#[test]
fn does_not_show_what_is_no_text() {
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\x56";
    assert_eq!(describe(gzip, &key()), "something that is no text");
    assert_eq!(describe(b"\xff\xfe", &key()), "something that is no text");
}

proptest! {
    #[test]
    fn any_body_is_survived(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = describe(&body, &key());
        let _ = read(&body, &key());
    }
}
