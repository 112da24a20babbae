//! What the API does and answers.

use http::header::{ALLOW, CONTENT_TYPE, HeaderName};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::site::{Shape, Site};
use crate::wire::{self, Request};

/// How the parts of the API behave that nobody outside Closte knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Status of the answer to a bad key.
    pub bad_key_status: u16,
    pub bad_key_text: String,
    /// Whether adding what is there, and removing what is not, succeeds or is rejected.
    pub repeat: Repeat,
    /// How an added domain is written in `/getdomains`.
    pub shape: Shape,
    /// How many entries that mean no domain follow in `/getdomains`.
    pub unreadable: usize,
}

/// See [`Settings::repeat`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeat {
    Reject,
    Succeed,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bad_key_status: 200,
            bad_key_text: "Invalid API key".to_owned(),
            repeat: Repeat::Reject,
            shape: Shape::String,
            unreadable: 0,
        }
    }
}

/// What a call did to the domains of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    Added,
    Already,
    Removed,
    Absent,
    None,
}

/// An HTTP answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(HeaderName, String)>,
    pub body: String,
}

const JSON: &str = "application/json; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

impl Answer {
    pub fn json(status: u16, value: &Value) -> Self {
        Self {
            status,
            headers: vec![(CONTENT_TYPE, JSON.to_owned())],
            body: value.to_string(),
        }
    }

    pub fn html(status: u16, title: &str) -> Self {
        let body = format!(
            "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
        );
        Self {
            status,
            headers: vec![(CONTENT_TYPE, HTML.to_owned())],
            body,
        }
    }

    pub fn rejection(text: &str) -> Self {
        Self::json(200, &json!({"success": false, "error": text}))
    }

    pub fn with(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// The answer to a request that is none of the calls, or not by its method; `None` when it is one.
pub fn misdirected(request: &Request) -> Option<Answer> {
    let Some(call) = request.call() else {
        return Some(Answer::html(404, "404 - File or directory not found."));
    };
    let answer = json!({"Message": format!(
        "The requested resource does not support http method '{}'.",
        request.method
    )});
    (request.method != call.method)
        .then(|| Answer::json(405, &answer).with(ALLOW, call.method.to_owned()))
}

/// What a key that is unknown, or that was not sent, is told.
pub fn bad_key(settings: &Settings) -> Answer {
    let mut answer = Answer::rejection(&settings.bad_key_text);
    answer.status = settings.bad_key_status;
    answer
}

/// Does what a call with a good key asks for.
pub fn perform(
    site: &mut Site,
    settings: &Settings,
    request: &Request,
    now_ms: u64,
) -> (Answer, Effect) {
    if !site.permission {
        return (
            Answer::rejection("You do not have permission to perform this action"),
            Effect::None,
        );
    }
    let answer = match request.path.as_str() {
        "/adddomainalias" | "/deletedomainalias" => return change(site, settings, request),
        "/getdomains" => {
            let domains = site.domains.shown(settings.shape, settings.unreadable);
            Answer::json(200, &json!({"success": true, "domains": domains}))
        }
        "/getbackups" => Answer::json(200, &json!({"success": true, "backups": site.backups})),
        "/getcdncacheinvalidation" => {
            Answer::json(200, &json!({"success": true, "tasks": site.invalidations}))
        }
        "/manualbackup" => {
            let id = start_task(site, "backup");
            site.backups
                .push(json!({"date": ticks(now_ms), "type": "manual", "id": id, "taskid": id}));
            Answer::json(200, &json!({"success": true, "taskid": id}))
        }
        "/flushgooglecdn" => {
            let id = start_task(site, "cdn");
            let task = json!({"date": ticks(now_ms), "path": "/*", "status": "DONE", "id": id});
            site.invalidations.push(task);
            Answer::json(200, &json!({"success": true, "taskid": id}))
        }
        "/gettaskstatus" => {
            let wanted: Option<u64> = request.param("id").and_then(|id| id.parse().ok());
            let found = site
                .tasks
                .iter()
                .find(|task| wanted.is_some() && task["id"].as_u64() == wanted);
            found.map_or_else(
                || Answer::rejection("Task not found"),
                |task| Answer::json(200, &json!({"success": true, "task": task})),
            )
        }
        _ => Answer::html(404, "404 - File or directory not found."),
    };
    (answer, Effect::None)
}

fn change(site: &mut Site, settings: &Settings, request: &Request) -> (Answer, Effect) {
    let text = request.param("domain").unwrap_or_default();
    let refuse = |text: String| (Answer::rejection(&text), Effect::None);
    let Some(domain) = wire::domain_of(text) else {
        return refuse(format!("Invalid or empty domain: {text}"));
    };
    match request.param("wildcard") {
        None => return refuse("Missing parameter: wildcard".to_owned()),
        Some(wildcard) if !wire::wildcard_fits(&domain, wildcard) => {
            return refuse(format!("Invalid wildcard value for domain: {domain}"));
        }
        Some(_) => {}
    }
    let (effect, repeated) = if request.path == "/adddomainalias" {
        if site.domains.add(&domain) {
            (Effect::Added, None)
        } else {
            (Effect::Already, Some("Domain alias is already in use"))
        }
    } else if site.domains.remove(&domain) {
        (Effect::Removed, None)
    } else {
        (Effect::Absent, Some("Domain alias was not found"))
    };
    match repeated {
        Some(text) if settings.repeat == Repeat::Reject => (Answer::rejection(text), effect),
        _ => (Answer::json(200, &json!({"success": true})), effect),
    }
}

fn start_task(site: &mut Site, kind: &str) -> usize {
    let id = 1001 + site.tasks.len();
    site.tasks
        .push(json!({"id": id, "type": kind, "status": "completed", "progress": 100}));
    id
}

/// .NET ticks: 100 ns since the year 1.
const fn ticks(unix_ms: u64) -> u64 {
    621_355_968_000_000_000 + unix_ms * 10_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(path: &str, body: &str) -> Request {
        let request = http::Request::post(format!("/api/client{path}"))
            .header("content-type", "application/x-www-form-urlencoded");
        let (parts, ()) = request.body(()).unwrap().into_parts();
        Request::read(&parts, body.as_bytes())
    }

    fn run(site: &mut Site, path: &str, body: &str) -> (String, Effect) {
        let (answer, effect) = perform(site, &Settings::default(), &post(path, body), 0);
        (answer.body, effect)
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
}
