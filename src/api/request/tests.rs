use super::*;
use crate::domain::ReservedNames;

fn sent(call: Call<'_>) -> (String, String, String) {
    let base = BaseUrl::parse("https://api.example.net/client/").unwrap();
    let key = ApiKey::new("k+/=&1").unwrap();
    let request = call.request(&base, &key);
    let content_type = request
        .headers
        .get(header::CONTENT_TYPE)
        .map_or("", |value| value.to_str().unwrap());
    (
        format!("{} {}", request.method, request.url),
        content_type.to_owned(),
        request.body,
    )
}

#[test]
fn requests_are_byte_for_byte_as_documented() {
    let plain = DomainName::parse("bücher.de", ReservedNames::Refuse).unwrap();
    let wildcard = DomainName::parse("*.example.com", ReservedNames::Refuse).unwrap();
    let form = "application/x-www-form-urlencoded";
    let base = "https://api.example.net/client";
    for (call, line, content_type, body) in [
        (
            Call::Add(&plain),
            format!("POST {base}/adddomainalias"),
            form,
            "apikey=k%2B%2F%3D%261&domain=xn--bcher-kva.de&wildcard=",
        ),
        (
            Call::Remove(&wildcard),
            format!("POST {base}/deletedomainalias"),
            form,
            "apikey=k%2B%2F%3D%261&domain=%2A.example.com&wildcard=1",
        ),
        (
            Call::Verify,
            format!("POST {base}/adddomainalias"),
            form,
            "apikey=k%2B%2F%3D%261&domain=&wildcard=",
        ),
        (
            Call::List,
            format!("GET {base}/getdomains?apikey=k%2B%2F%3D%261"),
            "",
            "",
        ),
    ] {
        assert_eq!(
            sent(call),
            (line, content_type.to_owned(), body.to_owned()),
            "{call:?}"
        );
    }
}
