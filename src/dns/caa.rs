//! Looks for CAA records that keep the issuer from issuing a certificate (RFC 8659), or bind it to
//! an account or a method (RFC 8657). Where they cannot be looked up, it must not issue either.

use std::sync::Arc;

use futures_util::future::join_all;
use hickory_resolver::proto::op::Message;
use hickory_resolver::proto::rr::rdata::CAA;
use hickory_resolver::proto::rr::{Name, RData, RecordType};

use super::client::cname_chain::alias_of;
use super::client::scope::Scope;
use super::client::shared::Answered;
use super::client::zone::ZoneServer;
use super::name::plain;
use crate::net::{NoAnswer, Query};
use crate::text::{NAME_MAX, VALUE_MAX, clean};

/// What a domain's CAA records mean for the issuer, unless they simply allow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CaaFinding {
    Forbids(Forbidden),
    Binds(Bound),
    Fails(Unanswered),
}

/// The records that forbid the issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Forbidden {
    /// Where they are.
    pub at: String,
    /// Whom they allow instead.
    pub allowed: Vec<String>,
    /// The tag that the issuer would have to be added with.
    pub tag: &'static str,
    /// A critical property that issuers may not know.
    pub unknown: Option<String>,
}

/// The records that allow the issuer under conditions only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    /// Where they are.
    pub at: String,
    pub tag: &'static str,
    /// The accounts at the issuer that may ask for certificates.
    pub accounts: Vec<String>,
    /// The ways in which they may prove that the domain is theirs.
    pub methods: Vec<String>,
}

/// A look-up that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unanswered {
    /// At which name.
    pub at: String,
    pub why: NoAnswer,
    /// Whether whoever else asks fails too, as far as can be known.
    pub is_sure: bool,
}

/// What is asked about.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The domain, without its `*.`.
    pub name: &'a Name,
    /// Its registrable domain.
    pub floor: &'a Name,
    pub wildcard: bool,
    pub issuer: &'a str,
}

/// The CAA records of an answer, whoever owns them.
pub(super) fn records(message: &Message) -> Vec<&CAA> {
    message
        .answers
        .iter()
        .filter_map(|record| match &record.data {
            RData::CAA(caa) => Some(caa),
            _ => None,
        })
        .collect()
}

/// Asks at each name above the domain at once, `at_name` being what the resolvers say of the domain
/// itself; the lowest that has CAA records, or of which nobody can know, counts. `None`: nothing
/// keeps the issuer off. Where the resolvers do not answer, the name servers of the zone are asked
/// in the scope `own`.
pub(super) async fn look_up<'z>(
    asked: Asked<'_>,
    at_name: impl Future<Output = Answered> + Clone,
    scope: Scope<'_>,
    own: Scope<'_>,
    zone: &impl AsyncFn() -> &'z [ZoneServer],
) -> Option<CaaFinding> {
    let mut names = Vec::new();
    let mut current = asked.name.clone();
    while !current.is_root() {
        names.push(current.clone());
        current = current.base_name();
    }
    let answers = join_all(names.iter().map(async |name| {
        let said = if name == asked.name {
            at_name.clone().await
        } else {
            resolve_above(scope, name).await
        };
        match said {
            Ok(message) => Answer::Resolved(message),
            // Seldom needed, and large.
            Err(why) => Box::pin(ask_others(asked.floor, name, why, scope, own, zone)).await,
        }
    }))
    .await;
    let mut is_overruled = false;
    for (name, answer) in names.iter().zip(answers) {
        let message = match answer {
            Answer::Resolved(message) => message,
            Answer::Overruled(message) => {
                is_overruled = true;
                message
            }
            // Nobody knows what is here, so what is above does not count. Resolvers that failed
            // below, where nothing is wrong, are no witness either.
            Answer::Unknown => return None,
            Answer::Failed(_) if is_overruled => return None,
            Answer::Failed(unanswered) => return Some(CaaFinding::Fails(unanswered)),
        };
        // An alias is followed, so that its target's records count: the owner is not compared.
        let records = records(&message);
        if !records.is_empty() {
            return judge(&plain(name), &records, asked.wildcard, asked.issuer);
        }
    }
    None
}

/// What can be found out at `name`, where the resolvers did not answer: `why`.
async fn ask_others<'z>(
    floor: &Name,
    name: &Name,
    why: NoAnswer,
    scope: Scope<'_>,
    own: Scope<'_>,
    zone: &impl AsyncFn() -> &'z [ZoneServer],
) -> Answer {
    if why == NoAnswer::ServerFailure && is_bogus(scope, name).await {
        return Answer::Failed(Unanswered {
            at: plain(name),
            why,
            is_sure: true,
        });
    }
    let servers = if floor.zone_of(name) {
        zone().await
    } else {
        &[]
    };
    ask_zone(servers, own, name, why).await
}

/// What the resolvers say of the domain itself.
pub(super) async fn resolve(scope: Scope<'_>, name: &Name) -> Answered {
    ask_again(async || scope.resolve_anew(name, RecordType::CAA).await).await
}

/// The same of a name above it, which other domains are below, too.
async fn resolve_above(scope: Scope<'_>, name: &Name) -> Answered {
    ask_again(async || scope.resolve_shared(name, RecordType::CAA).await).await
}

/// Asks once more where the resolvers failed, which may be passing.
async fn ask_again(ask: impl AsyncFn() -> Answered) -> Answered {
    match ask().await {
        Err(NoAnswer::ServerFailure) => ask().await,
        answer => answer,
    }
}

/// Whether a failure of the resolvers goes away when signatures are not looked at. An issuer looks
/// at them, and the zone's own servers do not.
async fn is_bogus(scope: Scope<'_>, name: &Name) -> bool {
    let unchecked = Query {
        checking_disabled: true,
        ..Query::recursive(name, RecordType::CAA)
    };
    let (client, by) = (scope.client, scope.deadline);
    let answer = client.ask_any(scope.resolvers, &unchecked, by).await;
    answer.is_ok()
}

/// What was found out at one name.
enum Answer {
    /// The resolvers answered, or the zone's own servers where the resolvers were silent.
    Resolved(Arc<Message>),
    /// The resolvers failed, and the zone's own servers answered: it is these resolvers' fault.
    Overruled(Arc<Message>),
    /// That is a matter of these resolvers, or of an alias that was not followed.
    Unknown,
    Failed(Unanswered),
}

/// As the zone's own name servers answer, where the resolvers did not: `why`.
async fn ask_zone(servers: &[ZoneServer], scope: Scope<'_>, name: &Name, why: NoAnswer) -> Answer {
    let query = Query {
        recursion: false,
        ..Query::recursive(name, RecordType::CAA)
    };
    let addresses = servers
        .iter()
        .filter_map(|server| server.address.as_ref().ok());
    let answers = join_all(addresses.map(|address| scope.ask(*address, &query))).await;
    let is_asked = !answers.is_empty();
    // What a resolver said tells more than that a name server was silent.
    let has_failed = why == NoAnswer::ServerFailure;
    let mut failure = why;
    for answer in answers {
        match answer {
            Ok(message) if !message.metadata.authoritative => return Answer::Unknown,
            Ok(message) if alias_of(&message, name).is_some() => return Answer::Unknown,
            Ok(message) if has_failed => return Answer::Overruled(message.into()),
            Ok(message) => return Answer::Resolved(message.into()),
            Err(error) if has_failed && !error.is_lame() => {}
            Err(error) => failure = error,
        }
    }
    // Whom the resolvers let know nothing else, silence tells only that it took long.
    let is_telling = is_asked || has_failed || failure == NoAnswer::TimedOut;
    if is_telling && !matches!(failure, NoAnswer::Unreachable | NoAnswer::Garbled) {
        Answer::Failed(Unanswered {
            at: plain(name),
            why: failure,
            is_sure: is_asked || has_failed,
        })
    } else {
        Answer::Unknown
    }
}

pub(super) fn judge(
    at: &str,
    records: &[&CAA],
    wildcard: bool,
    issuer: &str,
) -> Option<CaaFinding> {
    let tagged = |tag: &str| -> Vec<&CAA> {
        records
            .iter()
            .filter(|record| record.tag.eq_ignore_ascii_case(tag))
            .copied()
            .collect()
    };
    let unknown = records
        .iter()
        .find(|record| {
            let known = [
                "issue",
                "issuewild",
                "iodef",
                "contactemail",
                "contactphone",
                "issuevmc",
                "issuemail",
            ];
            record.issuer_critical && !known.iter().any(|tag| record.tag.eq_ignore_ascii_case(tag))
        })
        .map(|record| record.tag.clone());
    let (issue, issuewild) = (tagged("issue"), tagged("issuewild"));
    let (tag, relevant) = if wildcard && !issuewild.is_empty() {
        ("issuewild", issuewild)
    } else {
        ("issue", issue)
    };
    let permissions: Vec<Permission> = relevant
        .iter()
        .map(|record| Permission::read(&record.value))
        .collect();
    let (ours, others): (Vec<&Permission>, Vec<&Permission>) = permissions
        .iter()
        .partition(|permission| permission.issuer.eq_ignore_ascii_case(issuer));
    if unknown.is_some() || (ours.is_empty() && !others.is_empty()) {
        let mut allowed: Vec<String> = permissions
            .iter()
            .map(|permission| permission.issuer.clone())
            .filter(|name| !name.is_empty())
            .collect();
        allowed.sort();
        allowed.dedup();
        return Some(CaaFinding::Forbids(Forbidden {
            at: at.to_owned(),
            allowed,
            tag,
            unknown,
        }));
    }
    // Any one of them is enough.
    if ours.iter().any(|permission| !permission.is_bound(wildcard)) || ours.is_empty() {
        return None;
    }
    let list = |of: fn(&Permission) -> &Vec<String>| {
        let mut list: Vec<String> = ours.iter().flat_map(|it| of(it)).cloned().collect();
        list.sort();
        list.dedup();
        list
    };
    Some(CaaFinding::Binds(Bound {
        at: at.to_owned(),
        tag,
        accounts: list(|permission| &permission.accounts),
        methods: list(|permission| &permission.methods),
    }))
}

/// Whom an `issue` property lets issue, and under which conditions.
#[derive(Debug, Default)]
struct Permission {
    /// Empty where nobody is named.
    issuer: String,
    accounts: Vec<String>,
    methods: Vec<String>,
}

impl Permission {
    /// Of `letsencrypt.org; validationmethods=dns-01`. What breaks the grammar of RFC 8659, section
    /// 4.2, names nobody.
    fn read(value: &[u8]) -> Self {
        let value = String::from_utf8_lossy(value);
        let mut parts = value.split(';');
        let name = parts.next().unwrap_or_default();
        let mut permission = Self {
            issuer: clean(name.trim_matches([' ', '\t', '.']), NAME_MAX),
            ..Self::default()
        };
        for part in parts.map(|part| part.trim_matches([' ', '\t'])) {
            if part.is_empty() {
                continue;
            }
            let Some((tag, text)) = part.split_once('=') else {
                return Self::default();
            };
            let (tag, text) = (tag.trim_end(), text.trim_start());
            if tag.is_empty() || text.contains([' ', '\t']) {
                return Self::default();
            }
            match tag.to_ascii_lowercase().as_str() {
                "accounturi" => permission.accounts.push(clean(text, VALUE_MAX)),
                "validationmethods" => permission
                    .methods
                    .extend(text.split(',').map(|method| clean(method, VALUE_MAX))),
                _ => {}
            }
        }
        permission
    }

    /// Whether it is for an account that may be another's, or for methods without the usual one.
    fn is_bound(&self, wildcard: bool) -> bool {
        let usual = if wildcard { "dns-01" } else { "http-01" };
        let is_usual = |method: &String| method.eq_ignore_ascii_case(usual);
        !self.accounts.is_empty() || !(self.methods.is_empty() || self.methods.iter().any(is_usual))
    }
}

#[cfg(test)]
mod tests;
