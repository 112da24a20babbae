//! What is asked.

use hickory_resolver::proto::op::{self, DnsRequestOptions, Edns, Message, MessageType, OpCode};
use hickory_resolver::proto::rr::{Name, RecordType};

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) name: Name,
    pub(crate) kind: RecordType,
    /// Ask for recursion; otherwise the server answers from its own data.
    pub(crate) recursion: bool,
    /// Ask for data even if its DNSSEC signatures are wrong.
    pub(crate) checking_disabled: bool,
}

impl Query {
    pub(crate) fn recursive(name: &Name, kind: RecordType) -> Self {
        Self {
            name: name.clone(),
            kind,
            recursion: true,
            checking_disabled: false,
        }
    }

    pub(super) fn question(&self) -> op::Query {
        op::Query::query(self.name.clone(), self.kind)
    }

    /// `extended`: with EDNS, which old servers do not support. Without an identifier, which
    /// whoever sends it gives it.
    pub(super) fn message(&self, extended: bool) -> Message {
        let mut message = Message::new(0, MessageType::Query, OpCode::Query);
        message.queries.push(self.question());
        message.metadata.recursion_desired = self.recursion;
        message.metadata.checking_disabled = self.checking_disabled;
        if extended {
            let longest = DnsRequestOptions::default().edns_payload_len;
            let edns = message.edns.get_or_insert_with(Edns::new);
            edns.set_max_payload(longest);
        }
        message
    }
}
