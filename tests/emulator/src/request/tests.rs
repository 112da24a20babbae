use super::*;

fn post(content_type: &str, body: &str) -> Request {
    let request =
        http::Request::post("/api/client/adddomainalias").header("content-type", content_type);
    let (parts, ()) = request.body(()).unwrap().into_parts();
    Request::read(&parts, body.as_bytes())
}

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn a_call_as_it_should_be_has_no_violation() {
    for body in [
        "apikey=k&domain=a.example&wildcard=",
        "apikey=k&domain=*.a.example&wildcard=1",
    ] {
        let request = post(FORM, body);
        assert_eq!(request.violations(), Vec::<String>::new());
        assert_eq!(request.param_order(), ["apikey", "domain", "wildcard"]);
        assert!(!request.params().contains_key("apikey"));
    }
}

#[test]
fn a_path_can_say_who_sent_the_request() {
    for (path, via, rest) in [
        (
            "/via/worker-1/api/client/getdomains",
            Some("worker-1"),
            "/getdomains",
        ),
        ("/api/client/getdomains", None, "/getdomains"),
        (
            "/via//api/client/getdomains",
            None,
            "/via//api/client/getdomains",
        ),
        ("/via/worker-1", None, "/via/worker-1"),
    ] {
        let (parts, ()) = http::Request::get(path).body(()).unwrap().into_parts();
        let request = Request::read(&parts, b"");
        assert_eq!((request.via.as_deref(), request.path.as_str()), (via, rest));
    }
}

#[test]
fn what_is_wrong_on_the_wire_is_named() {
    let all = |request: Request| request.violations().join(" ");
    assert_eq!(
        all(post(FORM, "apikey=k&domain=a.example")),
        "missing:wildcard"
    );
    assert_eq!(
        all(post("application/json", "{}")),
        "content-type missing:apikey"
    );
    assert_eq!(
        all(post(FORM, "apikey=k&domain=A.example&wildcard=1&x=")),
        "unexpected:x domain-form wildcard"
    );
    assert_eq!(
        all(post(FORM, "apikey=k&apikey=k&domain=a.example&wildcard=0")),
        "repeated:apikey"
    );
}

#[test]
fn a_domain_is_a_host_name_of_two_labels_or_more() {
    assert_eq!(domain_of("Shop.Example").as_deref(), Some("shop.example"));
    assert_eq!(
        domain_of("*.shop.example").as_deref(),
        Some("*.shop.example")
    );
    for bad in [
        "",
        "shop",
        "*.",
        "a..b",
        "-a.b",
        "a_b.c",
        "1.2.3.4",
        "a.b.",
        "bücher.example",
        "a.*.b",
        "a.b/c",
    ] {
        assert_eq!(domain_of(bad), None, "{bad}");
    }
}

#[test]
fn keys_are_hidden_in_every_encoding() {
    let hidden = redact("a=k%2B1%20x&b=k+1 x&c=k%2B1+x", std::iter::once("k+1 x"));
    assert_eq!(hidden, "a=<key>&b=<key>&c=<key>");
}
