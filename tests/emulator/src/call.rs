//! The calls of the client API: what they change and what they answer.

use http::header::{ALLOW, CONTENT_TYPE, HeaderName};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::request::{self, Request};
use crate::site::{Shape, Site};

/// How the emulator behaves where the real API is unknown.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// HTTP status of the response to a bad key.
    pub bad_key_status: u16,
    pub bad_key_text: String,
    /// Whether adding a domain that is there, and removing one that is not, succeeds or is
    /// rejected.
    pub repeat: Repeat,
    /// The shape of an added domain in `/getdomains`.
    pub shape: Shape,
    /// How many unreadable entries follow in `/getdomains`.
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

/// What a call changed in the domains of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    Added,
    Already,
    Removed,
    Absent,
    None,
}

/// An HTTP response, before a fault changes it.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(HeaderName, String)>,
    pub body: String,
}

const JSON: &str = "application/json; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

impl Response {
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

/// The error response to an unknown path or a wrong method; `None` when the request is a call.
pub fn wrong_path_or_method(request: &Request) -> Option<Response> {
    let Some(call) = request.call() else {
        return Some(Response::html(404, "404 - File or directory not found."));
    };
    let response = json!({"Message": format!(
        "The requested resource does not support http method '{}'.",
        request.method
    )});
    (request.method != call.method)
        .then(|| Response::json(405, &response).with(ALLOW, call.method.to_owned()))
}

/// The response to a key that is unknown or missing.
pub fn bad_key(settings: &Settings) -> Response {
    let mut response = Response::rejection(&settings.bad_key_text);
    response.status = settings.bad_key_status;
    response
}

/// Makes a call with a good key.
pub fn perform(
    site: &mut Site,
    settings: &Settings,
    request: &Request,
    now_ms: u64,
) -> (Response, Effect) {
    if !site.permission {
        return (
            Response::rejection("You do not have permission to perform this action"),
            Effect::None,
        );
    }
    let response = match request.path.as_str() {
        "/adddomainalias" | "/deletedomainalias" => return change(site, settings, request),
        "/getdomains" => {
            let domains = site.domains.shown(settings.shape, settings.unreadable);
            Response::json(200, &json!({"success": true, "domains": domains}))
        }
        "/getbackups" => Response::json(200, &json!({"success": true, "backups": site.backups})),
        "/getcdncacheinvalidation" => {
            Response::json(200, &json!({"success": true, "tasks": site.invalidations}))
        }
        "/manualbackup" => {
            let id = start_task(site, "backup");
            site.backups
                .push(json!({"date": ticks(now_ms), "type": "manual", "id": id, "taskid": id}));
            Response::json(200, &json!({"success": true, "taskid": id}))
        }
        "/flushgooglecdn" => {
            let id = start_task(site, "cdn");
            let task = json!({"date": ticks(now_ms), "path": "/*", "status": "DONE", "id": id});
            site.invalidations.push(task);
            Response::json(200, &json!({"success": true, "taskid": id}))
        }
        "/gettaskstatus" => {
            let wanted: Option<u64> = request.param("id").and_then(|id| id.parse().ok());
            let found = site
                .tasks
                .iter()
                .find(|task| wanted.is_some() && task["id"].as_u64() == wanted);
            found.map_or_else(
                || Response::rejection("Task not found"),
                |task| Response::json(200, &json!({"success": true, "task": task})),
            )
        }
        _ => Response::html(404, "404 - File or directory not found."),
    };
    (response, Effect::None)
}

fn change(site: &mut Site, settings: &Settings, request: &Request) -> (Response, Effect) {
    let text = request.param("domain").unwrap_or_default();
    let refuse = |text: String| (Response::rejection(&text), Effect::None);
    let Some(domain) = request::domain_of(text) else {
        return refuse(format!("Invalid or empty domain: {text}"));
    };
    match request.param("wildcard") {
        None => return refuse("Missing parameter: wildcard".to_owned()),
        Some(wildcard) if !request::wildcard_fits(&domain, wildcard) => {
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
        Some(text) if settings.repeat == Repeat::Reject => (Response::rejection(text), effect),
        _ => (Response::json(200, &json!({"success": true})), effect),
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
mod tests;
