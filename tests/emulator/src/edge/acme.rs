//! One certificate from the ACME server (RFC 8555).

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
use crate::tls::Failure;

/// The account at the ACME server, made with the first order.
pub struct Acme {
    issuer: Issuer,
    account: OnceCell<Account>,
    http: Client<HttpConnector, Full<Bytes>>,
}

/// What an order ends with.
pub struct Certificate {
    pub chain_pem: String,
    pub key_pem: String,
}

/// What proves control, to be taken down after the order.
enum Proof {
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

    async fn account(&self) -> Result<&Account, Failure> {
        let make = async || -> Result<Account, Failure> {
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
    pub async fn order(&self, edge: &Edge, domain: &str) -> Result<Certificate, Failure> {
        let mut proofs = Vec::new();
        let outcome = self.prove_and_fetch(edge, domain, &mut proofs).await;
        for proof in proofs {
            match proof {
                Proof::Token(token) => {
                    lock(&edge.tokens).remove(&token);
                }
                Proof::Record(host) => self.manage("clear-txt", &json!({"host": host})).await?,
            }
        }
        outcome
    }

    async fn prove_and_fetch(
        &self,
        edge: &Edge,
        domain: &str,
        proofs: &mut Vec<Proof>,
    ) -> Result<Certificate, Failure> {
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
            let mut challenge = authorization
                .challenge(kind)
                .ok_or("the ACME server offers no fitting challenge")?;
            let proof = challenge.key_authorization();
            if let Some(parent) = wildcard {
                let host = format!("_acme-challenge.{parent}.");
                self.manage(
                    "set-txt",
                    &json!({"host": host, "value": proof.dns_value()}),
                )
                .await?;
                proofs.push(Proof::Record(host));
            } else {
                let token = challenge.token.clone();
                lock(&edge.tokens).insert(token.clone(), proof.as_str().to_owned());
                proofs.push(Proof::Token(token));
            }
            challenge.set_ready().await?;
        }
        let patience = RetryPolicy::new().initial_delay(std::time::Duration::from_millis(50));
        let status = order.poll_ready(&patience).await?;
        if status != OrderStatus::Ready {
            return Err(format!("the ACME server's order is {status:?}").into());
        }
        let key_pem = order.finalize().await?;
        let chain_pem = order.poll_certificate(&patience).await?;
        Ok(Certificate { chain_pem, key_pem })
    }

    /// A call of pebble-challtestsrv's management API.
    async fn manage(&self, call: &str, what: &Value) -> Result<(), Failure> {
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
