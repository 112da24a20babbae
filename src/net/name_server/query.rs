//! What is asked.

use hickory_resolver::proto::op::{self, DnsRequestOptions, Edns, Message, MessageType, OpCode};
use hickory_resolver::proto::rr::{DNSClass, Name, RecordType};

/// Octets of a message before its question.
const HEADER: usize = 12;
/// Of a question, after its name.
const QUESTION: usize = 4;
/// Of a record of EDNS.
const EDNS: usize = 11;

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

    /// Whether it is as resolvers are usually asked.
    pub(crate) fn is_usual(&self) -> bool {
        self.recursion && !self.checking_disabled
    }

    pub(super) fn question(&self) -> op::Query {
        op::Query::query(self.name.clone(), self.kind)
    }

    /// The octets of [`Self::message`]: hickory writes any message, and takes as long for it.
    pub(super) fn datagram(&self, extended: bool) -> Vec<u8> {
        let mut octets = Vec::with_capacity(HEADER + self.name.len() + QUESTION + EDNS);
        let recursion_desired = u8::from(self.recursion);
        let checking_disabled = u8::from(self.checking_disabled) << 4;
        let additionals = u8::from(extended);
        octets.extend([0, 0, recursion_desired, checking_disabled]);
        octets.extend([0, 1, 0, 0, 0, 0, 0, additionals]);
        for label in &self.name {
            // No name has a label of more than 63.
            octets.push(u8::try_from(label.len()).unwrap_or(0));
            octets.extend_from_slice(label);
        }
        octets.push(0);
        octets.extend(u16::from(self.kind).to_be_bytes());
        octets.extend(u16::from(DNSClass::IN).to_be_bytes());
        if extended {
            let longest = DnsRequestOptions::default().edns_payload_len;
            octets.push(0);
            octets.extend(u16::from(RecordType::OPT).to_be_bytes());
            octets.extend(longest.to_be_bytes());
            // Version and flags, and nothing more.
            octets.extend([0; 6]);
        }
        octets
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

#[cfg(test)]
mod tests;
