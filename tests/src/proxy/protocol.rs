//! The messages of each database's protocol.

use super::Message;
use std::io::{self, Read, Write};

/// How much of a message is looked at.
const HEAD: usize = 64 * 1024;

/// Whose messages they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// PostgreSQL's (manual, "Message Formats").
    Postgres,
    /// MySQL's (<https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html>).
    Mysql,
}

impl Protocol {
    /// By a URL's scheme.
    pub fn of(url: &str) -> Protocol {
        match url.starts_with("postgres") {
            true => Protocol::Postgres,
            false => Protocol::Mysql,
        }
    }

    /// What the socket's file in the proxy's folder is called.
    pub fn socket(self) -> &'static str {
        match self {
            Protocol::Postgres => ".s.PGSQL.5432",
            Protocol::Mysql => "socket",
        }
    }

    /// Reads the beginning of a message.
    pub fn read(self, from: &mut impl Read) -> io::Result<Frame> {
        match self {
            Protocol::Postgres => {
                let mut head = [0; 5];
                from.read_exact(&mut head)?;
                let [kind, length @ ..] = head;
                let content = (u32::from_be_bytes(length) as usize).saturating_sub(4);
                Frame::read(from, head.to_vec(), content, |_| char::from(kind))
            }
            Protocol::Mysql => {
                let mut head = [0; 4];
                from.read_exact(&mut head)?;
                let [a, b, c, number] = head;
                let content = u32::from_le_bytes([a, b, c, 0]) as usize;
                Frame::read(from, head.to_vec(), content, |content| {
                    kind(number, content.first().copied())
                })
            }
        }
    }

    /// Whether a message of the server ends a connection's start-up.
    pub fn ends_start_up(self, frame: &Frame) -> bool {
        frame.kind
            == match self {
                Protocol::Postgres => 'Z',
                Protocol::Mysql => 'K',
            }
    }
}

/// Kinds for MySQL's messages, which have none: `Q` for a query, `X` for the end, `C` for other
/// commands; `K` for OK, `E` for an error, `D` for what else is said, and for the rest of a large
/// message.
fn kind(number: u8, first: Option<u8>) -> char {
    match (number, first) {
        (0, Some(0x01)) => 'X',
        (0, Some(0x03)) => 'Q',
        (0, _) => 'C',
        (_, Some(0x00)) => 'K',
        (_, Some(0xff)) => 'E',
        _ => 'D',
    }
}

/// The beginning of a message; its rest is still in the stream.
pub(super) struct Frame {
    pub kind: char,
    /// What comes before the content, and the first bytes of that.
    bytes: Vec<u8>,
    /// Where the content begins.
    content: usize,
    rest: u64,
}

impl Frame {
    fn read(
        from: &mut impl Read,
        mut bytes: Vec<u8>,
        length: usize,
        kind: impl FnOnce(&[u8]) -> char,
    ) -> io::Result<Frame> {
        let content = bytes.len();
        bytes.resize(content + length.min(HEAD), 0);
        from.read_exact(&mut bytes[content..])?;
        Ok(Frame {
            kind: kind(&bytes[content..]),
            bytes,
            content,
            rest: length.saturating_sub(HEAD) as u64,
        })
    }

    /// Hands it on, rest included.
    pub fn forward(&self, from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
        to.write_all(&self.bytes)?;
        io::copy(&mut from.take(self.rest), to).map(drop)
    }

    /// As a message of the runner; `None` for the second and later parts of a large one.
    pub fn message(&self, protocol: Protocol) -> Option<Message> {
        let content = &self.bytes[self.content..];
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let sql = match (protocol, self.kind) {
            (Protocol::Postgres, 'Q') => content.split(|&byte| byte == 0).next().map(text),
            // The first is the prepared statement's name.
            (Protocol::Postgres, 'P') => content.split(|&byte| byte == 0).nth(1).map(text),
            (Protocol::Mysql, 'Q') => content.get(1..).map(text),
            (Protocol::Mysql, 'C' | 'X') => None,
            (Protocol::Mysql, _) => return None,
            _ => None,
        };
        Some(Message {
            kind: self.kind,
            sql,
        })
    }
}
