//! Cuts the response to `/getdomains` into values while it arrives, so that nobody holds the whole.
//!
//! Only the outline is looked at: where a value begins and ends. Whether it can be read is decided
//! for each by itself (serde does that), so that an odd one spoils nothing but itself.

/// What is found, in the order of the response.
pub(super) trait Sink {
    /// The list in the field `domains` begins. It may come again: then the last one counts.
    fn list_begins(&mut self);
    /// An entry of that list, as JSON; `None` for one that is longer than an entry may be.
    fn entry(&mut self, json: Option<&[u8]>);
    /// How much of a field's value is wanted, in bytes; none of one that is unknown.
    fn wanted(&self, field: &str) -> usize;
    /// The value of a field that is wanted, as JSON; `None` if it is longer.
    fn field(&mut self, field: &str, json: Option<&[u8]>);
}

/// The outline is not that of a JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

/// The field whose value is taken apart.
const LIST: &str = "domains";
/// Longest entry, in bytes.
const ENTRY_MAX: usize = 64 * 1024;
/// Longest name of a field that can be known, as JSON.
const NAME_MAX: usize = 256;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Document,
    /// The name of a field, or the end of the object.
    Name {
        may_end: bool,
    },
    Colon,
    /// A value, or the end of the list.
    Value {
        may_end: bool,
    },
    /// A comma, or the end of what the value is in.
    Separator,
    Nothing,
}

/// What the scanner is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Document,
    List,
    /// PHP makes an object of a list with holes.
    ListWithNames,
}

/// A value or name that has begun.
#[derive(Debug, Clone, Copy)]
struct Token {
    /// Brackets that are open.
    depth: u64,
    /// Within a text: whether the next character is escaped.
    text: Option<bool>,
}

/// Scans one response. It keeps one value at most.
#[derive(Debug)]
pub(super) struct Scanner {
    next: Next,
    within: Within,
    token: Option<Token>,
    /// The bytes of the token, as far as they are wanted.
    kept: Vec<u8>,
    wanted: usize,
    too_long: bool,
    field: String,
    read: usize,
}

impl Scanner {
    pub(super) fn new() -> Self {
        Self {
            next: Next::Document,
            within: Within::Document,
            token: None,
            kept: Vec::new(),
            wanted: 0,
            too_long: false,
            field: String::new(),
            read: 0,
        }
    }

    /// Takes the next bytes, however they are cut.
    pub(super) fn scan(&mut self, bytes: &[u8], sink: &mut impl Sink) -> Result<(), Broken> {
        for &byte in bytes {
            if self.token.is_some() && self.is_in_token(byte, sink) {
                continue;
            }
            self.outline(byte, sink)?;
            self.read = self.read.saturating_add(1);
        }
        Ok(())
    }

    /// Whether the response has come to its end.
    pub(super) fn is_done(&self) -> bool {
        self.next == Next::Nothing
    }

    /// Takes a byte of a value or name. False means that it comes after it.
    fn is_in_token(&mut self, byte: u8, sink: &mut impl Sink) -> bool {
        let Some(token) = &mut self.token else {
            return false;
        };
        let is_end = match token {
            Token {
                depth,
                text: Some(escaped),
            } => {
                let is_closed = ends_text(byte, escaped);
                if is_closed {
                    token.text = None;
                }
                is_closed && *depth == 0
            }
            // A number or a word.
            Token { depth: 0, .. } => {
                if matches!(byte, b',' | b']' | b'}') || byte.is_ascii_whitespace() {
                    self.token_ends(sink);
                    return false;
                }
                false
            }
            Token { depth, text } => {
                match byte {
                    b'"' => *text = Some(false),
                    b'{' | b'[' => *depth += 1,
                    b'}' | b']' => *depth -= 1,
                    _ => {}
                }
                *depth == 0
            }
        };
        self.keep(byte);
        if is_end {
            self.token_ends(sink);
        }
        true
    }

    fn outline(&mut self, byte: u8, sink: &mut impl Sink) -> Result<(), Broken> {
        if byte.is_ascii_whitespace() {
            return Ok(());
        }
        let in_list = self.within != Within::Document;
        match (self.next, byte) {
            (Next::Document, mark) if BYTE_ORDER_MARK.get(self.read) == Some(&mark) => {}
            (Next::Document, b'{') => self.next = Next::Name { may_end: true },
            (Next::Name { .. }, b'"') => {
                self.begin(byte, if in_list { 0 } else { NAME_MAX });
            }
            (Next::Colon, b':') => self.next = Next::Value { may_end: false },
            (Next::Value { .. }, b'[' | b'{') if !in_list && self.field == LIST => {
                sink.list_begins();
                (self.within, self.next) = if byte == b'[' {
                    (Within::List, Next::Value { may_end: true })
                } else {
                    (Within::ListWithNames, Next::Name { may_end: true })
                };
            }
            (Next::Value { .. }, _) if begins_value(byte, in_list) => {
                let wanted = if in_list {
                    ENTRY_MAX
                } else {
                    sink.wanted(&self.field)
                };
                self.begin(byte, wanted);
            }
            (Next::Separator, b',') if self.within == Within::List => {
                self.next = Next::Value { may_end: false };
            }
            (Next::Separator, b',') => self.next = Next::Name { may_end: false },
            (Next::Separator | Next::Value { may_end: true }, b']')
                if self.within == Within::List =>
            {
                (self.within, self.next) = (Within::Document, Next::Separator);
            }
            (Next::Separator | Next::Name { may_end: true }, b'}') => match self.within {
                Within::List => return Err(Broken),
                Within::ListWithNames => {
                    (self.within, self.next) = (Within::Document, Next::Separator);
                }
                Within::Document => self.next = Next::Nothing,
            },
            _ => return Err(Broken),
        }
        Ok(())
    }

    fn begin(&mut self, byte: u8, wanted: usize) {
        self.token = Some(Token {
            depth: u64::from(matches!(byte, b'[' | b'{')),
            text: (byte == b'"').then_some(false),
        });
        self.kept.clear();
        self.too_long = false;
        self.wanted = wanted;
        self.keep(byte);
    }

    fn keep(&mut self, byte: u8) {
        if self.kept.len() < self.wanted {
            self.kept.push(byte);
        } else {
            self.too_long = true;
        }
    }

    fn token_ends(&mut self, sink: &mut impl Sink) {
        self.token = None;
        let json = (!self.too_long).then_some(self.kept.as_slice());
        if matches!(self.next, Next::Name { .. }) {
            if self.within == Within::Document {
                let name = json.and_then(|json| serde_json::from_slice(json).ok());
                self.field = name.unwrap_or_default();
            }
            self.next = Next::Colon;
            return;
        }
        if self.within != Within::Document {
            sink.entry(json);
        } else if self.wanted > 0 {
            sink.field(&self.field, json);
        }
        self.next = Next::Separator;
        // One long value must not make room for long ones in all that follow.
        self.kept.shrink_to(NAME_MAX);
    }
}

/// Whether `byte` is the quotation mark at the end of a text.
fn ends_text(byte: u8, escaped: &mut bool) -> bool {
    if *escaped {
        *escaped = false;
        return false;
    }
    *escaped = byte == b'\\';
    byte == b'"'
}

/// In a list, what JSON does not know spoils no more than its own entry.
const fn begins_value(byte: u8, in_list: bool) -> bool {
    match byte {
        b'"' | b'[' | b'{' | b'-' => true,
        b',' | b']' | b'}' | b':' => false,
        _ => in_list || byte.is_ascii_alphanumeric(),
    }
}

#[cfg(test)]
mod tests;
