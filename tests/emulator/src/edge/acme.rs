//! Orders certificates from the ACME server (RFC 8555).

use http_body_util::Full;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Identifier, NewAccount, NewOrder, OrderStatus,
    RetryPolicy,
};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::{Edge, Issuer, lock};
use crate::BoxError;

/// An ACME client. Its account is made with the first order.
pub struct Acme {
    issuer: Issuer,
    account: OnceCell<Account>,
    http: Client<HttpConnector, Full<Bytes>>,
}

/// An issued certificate.
pub struct Certificate {
    pub chain_pem: String,
    pub key_pem: String,
}

/// A published challenge response, to be removed after the order.
enum Challenge {
    Token(String),
    Record(String),
}

impl Acme {
    pub fn new(issuer: Issuer) -> Self {
        Self {
            issuer,
            account: OnceCell::new(),
            http: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    async fn account(&self) -> Result<&Account, BoxError> {
        let make = async || -> Result<Account, BoxError> {
            let new = NewAccount {
                contact: &[],
                terms_of_service_agreed: true,
                only_return_existing: false,
            };
            let builder = Account::builder_with_root(&self.issuer.ca)?;
            Ok(builder
                .create(&new, self.issuer.directory.clone(), None)
                .await?
                .0)
        };
        self.account.get_or_try_init(make).await
    }

    /// Orders a certificate: by HTTP-01 on the edge's HTTP port, for a wildcard by DNS-01.
    pub async fn order(&self, edge: &Edge, domain: &str) -> Result<Certificate, BoxError> {
        let mut challenges = Vec::new();
        let outcome = self.complete_order(edge, domain, &mut challenges).await;
        for challenge in challenges {
            match challenge {
                Challenge::Token(token) => {
                    lock(&edge.tokens).remove(&token);
                }
                Challenge::Record(host) => {
                    self.call_management("clear-txt", &json!({"host": host}))
                        .await?;
                }
            }
        }
        outcome
    }

    async fn complete_order(
        &self,
        edge: &Edge,
        domain: &str,
        challenges: &mut Vec<Challenge>,
    ) -> Result<Certificate, BoxError> {
        let account = self.account().await?;
        let names = [Identifier::Dns(domain.to_owned())];
        let mut order = account.new_order(&NewOrder::new(&names)).await?;
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            if authorization.status != AuthorizationStatus::Pending {
                continue;
            }
            let wildcard = domain.strip_prefix("*.");
            let kind = if wildcard.is_some() {
                ChallengeType::Dns01
            } else {
                ChallengeType::Http01
            };
            let mut offered = authorization
                .challenge(kind)
                .ok_or("the ACME server offers no fitting challenge")?;
            let proof = offered.key_authorization();
            if let Some(parent) = wildcard {
                let host = format!("_acme-challenge.{parent}.");
                self.call_management(
                    "set-txt",
                    &json!({"host": host, "value": proof.dns_value()}),
                )
                .await?;
                challenges.push(Challenge::Record(host));
            } else {
                let token = offered.token.clone();
                lock(&edge.tokens).insert(token.clone(), proof.as_str().to_owned());
                challenges.push(Challenge::Token(token));
            }
            offered.set_ready().await?;
        }
        let retry_policy = RetryPolicy::new().initial_delay(std::time::Duration::from_millis(50));
        let status = order.poll_ready(&retry_policy).await?;
        if status != OrderStatus::Ready {
            return Err(format!("the ACME server's order is {status:?}").into());
        }
        let key_pem = order.finalize().await?;
        let chain_pem = order.poll_certificate(&retry_policy).await?;
        Ok(Certificate { chain_pem, key_pem })
    }

    /// A call of pebble-challtestsrv's management API.
    async fn call_management(&self, call: &str, what: &Value) -> Result<(), BoxError> {
        let base = self.issuer.challtestsrv.as_deref();
        let base = base.ok_or("a wildcard needs --challtestsrv, for its DNS-01 record")?;
        let request = http::Request::post(format!("{}/{call}", base.trim_end_matches('/')))
            .body(Full::new(what.to_string().into()))?;
        let status = self.http.request(request).await?.status();
        if !status.is_success() {
            return Err(format!("pebble-challtestsrv answered {status} to {call}").into());
        }
        Ok(())
    }
}
