use super::*;

fn post(path: &str, body: &str) -> Request {
    let request = http::Request::post(format!("/api/client{path}"))
        .header("content-type", "application/x-www-form-urlencoded");
    let (parts, ()) = request.body(()).unwrap().into_parts();
    Request::read(&parts, body.as_bytes())
}

fn run(site: &mut Site, path: &str, body: &str) -> (String, Effect) {
    let (response, effect) = perform(site, &Settings::default(), &post(path, body), 0);
    (response.body, effect)
}

#[test]
fn the_connection_test_is_told_the_text_that_clients_know() {
    let (body, effect) = run(&mut Site::default(), "/adddomainalias", "apikey=k");
    assert_eq!(
        body,
        r#"{"error":"Invalid or empty domain: ","success":false}"#
    );
    assert_eq!(effect, Effect::None);
}

#[test]
fn an_alias_is_added_once_and_removed_once() {
    let mut site = Site::default();
    let body = "apikey=k&domain=a.example&wildcard=";
    assert_eq!(
        run(&mut site, "/adddomainalias", body),
        (r#"{"success":true}"#.to_owned(), Effect::Added)
    );
    assert_eq!(run(&mut site, "/adddomainalias", body).1, Effect::Already);
    assert_eq!(
        run(&mut site, "/deletedomainalias", body).1,
        Effect::Removed
    );
    assert_eq!(run(&mut site, "/deletedomainalias", body).1, Effect::Absent);
}

#[test]
fn a_task_can_be_asked_for_by_its_id() {
    let mut site = Site::default();
    assert!(
        run(&mut site, "/manualbackup", "apikey=k")
            .0
            .contains(r#""taskid":1001"#)
    );
    assert!(
        run(&mut site, "/gettaskstatus", "apikey=k&id=1001")
            .0
            .contains("completed")
    );
    assert!(
        run(&mut site, "/gettaskstatus", "apikey=k&id=7")
            .0
            .contains("not found")
    );
    assert_eq!(site.backups.len(), 1);
}
