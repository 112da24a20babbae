//! Takes DER apart and puts it together again, to build certificates that no library would build.

pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const SEQUENCE: u8 = 0x30;
/// Of what a certificate has signed, the tag of its extensions.
pub const EXTENSIONS: u8 = 0xa3;

/// The elements of a sequence, each with tag and length.
pub fn parts(sequence: &[u8]) -> Vec<Vec<u8>> {
    let (mut rest, _) = content(sequence);
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (_, whole) = content(rest);
        parts.push(rest[..whole].to_vec());
        rest = &rest[whole..];
    }
    parts
}

/// What an element contains, and its whole length.
fn content(element: &[u8]) -> (&[u8], usize) {
    let (head, length) = match element[1] {
        short if short < 0x80 => (2, usize::from(short)),
        octets => {
            let octets = usize::from(octets & 0x7f);
            let length = &element[2..2 + octets];
            let length = length
                .iter()
                .fold(0, |sum, octet| sum << 8 | usize::from(*octet));
            (2 + octets, length)
        }
    };
    (&element[head..head + length], head + length)
}

pub fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    encoded(SEQUENCE, &parts.concat())
}

pub fn encoded(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82], &length[..], content].concat()
}
