#[test]
fn a_date_is_written_as_http_wants_it() {
    assert_eq!(
        super::http_date(784_111_777),
        "Sun, 06 Nov 1994 08:49:37 GMT"
    );
}
