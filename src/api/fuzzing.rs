//! A door for `tests/fuzz` to what is done with a response once it is there. No part of the API.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, Version, header};

use super::base_url::BaseUrl;
use super::domain_list::DomainList;
use super::errors::{self, Context, Refusal};
use super::list_reader::{ListReader, Listed};
use super::request::Call;
use super::response::{self, Response};
use crate::api_key::ApiKey;
use crate::domain::DomainName;
use crate::error::Error;
use crate::net::http::{BodyReader, Cause, Failure, HttpResponse, RetryHint};

/// Which call the response is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Called {
    /// The test of the connection.
    Verify,
    /// An addition.
    Add,
    /// A removal.
    Remove,
    /// The list.
    List,
}

/// What a response says.
#[derive(Debug)]
pub enum Read {
    /// Success.
    Success,
    /// The list that was asked for.
    List(DomainList),
    /// A refusal, which becomes one of these, depending on what the list says.
    Refusal {
        /// Its text names the domain, not the key.
        about_the_domain: bool,
        /// The errors it may become.
        errors: Vec<Error>,
    },
}

/// Who was called.
pub struct Caller {
    /// The API's address.
    pub base: BaseUrl,
    /// The key that no message may show.
    pub key: ApiKey,
    /// What the call is about.
    pub domain: DomainName,
}

impl Caller {
    fn call(&self, called: Called) -> Call<'_> {
        match called {
            Called::Verify => Call::Verify,
            Called::Add => Call::Add(&self.domain),
            Called::Remove => Call::Remove(&self.domain),
            Called::List => Call::List,
        }
    }

    fn context(&self) -> Context<'_> {
        Context {
            base: &self.base,
            key: &self.key,
            timeout: Duration::from_secs(10),
            proxy: None,
        }
    }

    /// What is made of a response; `None` of a status that HTTP does not have.
    #[must_use]
    pub fn read(
        &self,
        called: Called,
        status: u16,
        retry_after: &[u8],
        body: &[u8],
    ) -> Option<Result<Read, Error>> {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_bytes(retry_after) {
            headers.insert(header::RETRY_AFTER, value);
        }
        let http = HttpResponse {
            version: Version::HTTP_11,
            is_new_connection: true,
            status: StatusCode::from_u16(status).ok()?,
            headers,
            body: body.to_vec(),
        };
        Some(self.classify(called, &http))
    }

    fn classify(&self, called: Called, http: &HttpResponse) -> Result<Read, Error> {
        let (call, context) = (self.call(called), self.context());
        if called == Called::List {
            let mut reader = ListReader::new(&self.key, true);
            // Cut where bytes of other sizes are not.
            for bytes in http.body.chunks(7) {
                if reader.read(bytes).is_err() {
                    break;
                }
            }
            return Ok(match context.read_list(http, reader)? {
                Listed::Domains(list) => Read::List(list.into()),
                Listed::Failure(text) => self.refusal(call, http, text),
            });
        }
        Ok(match context.read(call, http)? {
            Response::Success => Read::Success,
            Response::Failure(text) => self.refusal(call, http, text),
        })
    }

    fn refusal(&self, call: Call<'_>, http: &HttpResponse, text: String) -> Read {
        let refusal = Refusal {
            text,
            status: http.status,
        };
        let list = self.context().unexpected(Call::List, http);
        Read::Refusal {
            about_the_domain: response::is_about_the_domain(&refusal.text),
            errors: vec![
                errors::refused(call, &refusal),
                errors::key_refused(call, &refusal),
                errors::unclear_refusal(call, &refusal, &list),
            ],
        }
    }

    /// The error of a call whose connection broke, for a reason that quotes what came over the
    /// wire.
    #[must_use]
    pub fn broken(&self, called: Called, why: &str) -> Error {
        self.context().no_response(
            self.call(called),
            &Failure {
                cause: Cause::Broken(why.to_owned()),
                sent: true,
                retry_hint: RetryHint::Later,
            },
        )
    }
}
