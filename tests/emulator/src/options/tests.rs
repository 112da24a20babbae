use super::*;

fn error_of(arguments: &[&str]) -> String {
    match Options::parse(arguments.iter().map(OsString::from)) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn options_that_cannot_be_meant_are_refused() {
    assert!(error_of(&["--listen", "0.0.0.0:0"]).contains("loopback"));
    assert!(
        error_of(&["--edge-listen", "127.0.0.1:0", "--dns", "127.0.0.1:53"])
            .contains("go together")
    );
    assert!(error_of(&["--upstream", "http://127.0.0.1:1"]).contains("edge"));
    assert!(error_of(&["stack", "--dns", "127.0.0.1:53"]).contains("its own"));
    assert!(error_of(&["stack", "--upstream", "https://a.example"]).contains("http://host:port"));
    assert!(error_of(&["nowhere"]).contains("nowhere"));
    assert_eq!(
        error_of(&["stack", "--edge-address", "127.0.0.1, ::1", "--key", "k"]),
        ""
    );
}
