use super::*;

/// Writes down what it is told.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told(Vec<String>);

impl Sink for Told {
    fn list_begins(&mut self) {
        self.0.push("list".to_owned());
    }

    fn entry(&mut self, json: Option<&[u8]>) {
        let json = json.map_or("too long", |json| std::str::from_utf8(json).unwrap());
        self.0.push(format!("entry {json}"));
    }

    fn wanted(&self, field: &str) -> usize {
        if field == "x" { 10 } else { 0 }
    }

    fn field(&mut self, field: &str, json: Option<&[u8]>) {
        let json = json.map_or("too long", |json| std::str::from_utf8(json).unwrap());
        self.0.push(format!("{field} {json}"));
    }
}

fn told(body: &str) -> Option<Vec<String>> {
    let results = [1, 3, usize::MAX].map(|size| {
        let (mut scanner, mut told) = (Scanner::new(), Told::default());
        for bytes in body.as_bytes().chunks(size) {
            scanner.scan(bytes, &mut told).ok()?;
        }
        scanner.is_done().then_some(told.0)
    });
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "{body}");
    let [result, ..] = results;
    result
}

#[test]
fn values_are_cut_out_whatever_is_in_them() {
    for (body, expected) in [
        ("{}", vec![]),
        ("\u{feff} {\n}\r\n", vec![]),
        (
            r#"{"x":1,"y":[[]], "x" : "a\"]}" ,"x":{"x":"}"},"x":-1e9}"#,
            vec!["x 1", r#"x "a\"]}""#, r#"x {"x":"}"}"#, "x -1e9"],
        ),
        (r#"{"x":"12345678"}"#, vec![r#"x "12345678""#]),
        (r#"{"x":"123456789"}"#, vec!["x too long"]),
        (r#"{"\u0078":true}"#, vec!["x true"]),
        (r#"{"domains":[]}"#, vec!["list"]),
        (r#"{"domains":[ ] , "x":null}"#, vec!["list", "x null"]),
        (
            r#"{"domains":["a",1e999,null,[[1],["]"]],{"domains":["b"]},"\ud800"]}"#,
            vec![
                "list",
                r#"entry "a""#,
                "entry 1e999",
                "entry null",
                r#"entry [[1],["]"]]"#,
                r#"entry {"domains":["b"]}"#,
                r#"entry "\ud800""#,
            ],
        ),
        (
            r#"{"domains":{"0":"a","x":{"b":1}}}"#,
            vec!["list", r#"entry "a""#, r#"entry {"b":1}"#],
        ),
        (r#"{"y":{"domains":["a"]}}"#, vec![]),
    ] {
        assert_eq!(
            told(body).as_deref(),
            Some(&expected.into_iter().map(str::to_owned).collect::<Vec<_>>()[..]),
            "{body}"
        );
    }
}

#[test]
fn an_outline_that_is_broken_or_cut_short_is_none() {
    for body in [
        "",
        " ",
        "[]",
        "null",
        "{",
        "{}x",
        "{}{}",
        "{,}",
        r#"{"x"}"#,
        r#"{"x":}"#,
        r#"{"x":1,}"#,
        r#"{"x":1 "y":2}"#,
        r#"{"x":"}"#,
        r"{x:1}",
        r#"{"domains":["a""b"]}"#,
        r#"{"domains":["a",]}"#,
        r#"{"domains":[,"a"]}"#,
        r#"{"domains":["a"}"#,
        r#"{"domains":["a"]"#,
        r#"{"domains":["a"#,
        r#"{"domains":{"a"}}"#,
        r#"{"domains":{"0":"a"]}"#,
        "\u{feff}\u{feff}{}",
        "\u{feff}",
    ] {
        assert_eq!(told(body), None, "{body}");
    }
}

#[test]
fn a_long_entry_is_told_of_and_not_kept() {
    let (mut scanner, mut told) = (Scanner::new(), Told::default());
    scanner.scan(br#"{"domains":[""#, &mut told).unwrap();
    let piece = "x".repeat(100_000);
    for _ in 0..100 {
        scanner.scan(piece.as_bytes(), &mut told).unwrap();
    }
    assert!(scanner.kept.capacity() <= 2 * ENTRY_MAX);
    scanner.scan(br#"","b"]}"#, &mut told).unwrap();
    assert_eq!(told.0, ["list", "entry too long", r#"entry "b""#]);
    assert!(scanner.is_done() && scanner.kept.capacity() <= NAME_MAX);
}

#[test]
fn brackets_without_end_are_survived() {
    let body = format!(r#"{{"domains":[{}"#, "[".repeat(1_000_000));
    assert_eq!(told(&body), None);
}
