//! One connection through the proxy: a thread per direction that takes the stream apart into
//! messages (manual, "Message Formats").

use super::delay::Delayed;
use super::stream::{Address, Stream};
use super::{Message, Passage, Shared};
use std::io::{self, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;
/// How much of a message is looked at.
const HEAD: usize = 64 * 1024;

/// What both directions know of a connection.
pub(super) struct Connection {
    client: UnixStream,
    /// The server has said that it is ready for the first time.
    started: AtomicBool,
    /// The runner hears nothing any more.
    muted: AtomicBool,
    shared: Arc<Shared>,
}

impl Connection {
    /// Connects to the server and forwards in both directions.
    pub(super) fn open(
        client: UnixStream,
        server: &Address,
        delay: Duration,
        shared: Arc<Shared>,
    ) -> io::Result<()> {
        let server = server.connect()?;
        let to_server = Delayed::new(server.again()?, delay, |server| {
            server.shut(Shutdown::Write)
        });
        let to_client = Delayed::new(client.try_clone()?, delay, |client| {
            client.shutdown(Shutdown::Both).ok();
        });
        shared.opened();
        let connection = Arc::new(Connection {
            client,
            started: AtomicBool::new(false),
            muted: AtomicBool::new(false),
            shared,
        });
        let requests = Arc::clone(&connection);
        // Either direction ends when its stream does, or the other one ended it.
        thread::spawn(move || requests.requests(to_server).ok());
        thread::spawn(move || {
            connection.answers(server, to_client).ok();
            connection.shared.closed();
        });
        Ok(())
    }

    /// Runner to server.
    fn requests(&self, mut to_server: Delayed) -> io::Result<()> {
        let mut from = BufReader::new(self.client.try_clone()?);
        self.start_up(&mut from, &mut to_server)?;
        loop {
            let frame = Frame::read(&mut from)?;
            if !self.started.load(SeqCst) {
                frame.forward(&mut from, &mut to_server)?;
                continue;
            }
            let passage = self.shared.frontend(frame.message());
            if passage != Passage::Open {
                self.muted.store(true, SeqCst);
            }
            if passage != Passage::Closed {
                frame.forward(&mut from, &mut to_server)?;
            }
            if passage != Passage::Open {
                return self.client.shutdown(Shutdown::Both);
            }
        }
    }

    /// Forwards the first message, which alone has no kind, and answers a request for encryption
    /// with a no.
    fn start_up(&self, from: &mut impl Read, to_server: &mut Delayed) -> io::Result<()> {
        loop {
            let length = read_u32(from)?;
            let code = read_u32(from)?;
            if matches!(code, SSL_REQUEST | GSS_REQUEST) {
                (&self.client).write_all(b"N")?;
                continue;
            }
            // In one piece: PgBouncer takes it in no other way.
            let mut bytes = [length.to_be_bytes(), code.to_be_bytes()].concat();
            let rest = u64::from(length).saturating_sub(8);
            from.take(rest).read_to_end(&mut bytes)?;
            return to_server.write_all(&bytes);
        }
    }

    /// Server to runner, until the server has ended the session.
    fn answers(&self, server: Stream, to_client: Delayed) -> io::Result<()> {
        let mut from = BufReader::new(server);
        let mut to_client = Some(to_client);
        loop {
            let frame = Frame::read(&mut from)?;
            let started = self.started.load(SeqCst);
            if frame.kind == 'Z' {
                self.started.store(true, SeqCst);
            }
            let muted = self.muted.load(SeqCst);
            if muted || started && self.shared.backend(frame.kind) == Passage::Closed {
                // What was sent before still arrives; then the connection ends.
                to_client = None;
            }
            match &mut to_client {
                Some(to_client) => frame.forward(&mut from, to_client)?,
                None => frame.forward(&mut from, &mut io::sink())?,
            }
        }
    }
}

/// The beginning of a message; its rest is still in the stream.
struct Frame {
    kind: char,
    /// The kind, the length, and the first bytes of the content.
    bytes: Vec<u8>,
    rest: u64,
}

impl Frame {
    fn read(from: &mut impl Read) -> io::Result<Frame> {
        let mut kind = [0];
        from.read_exact(&mut kind)?;
        let length = read_u32(from)?;
        let content = (length as usize).saturating_sub(4);
        let mut bytes = kind.to_vec();
        bytes.extend(length.to_be_bytes());
        bytes.resize(bytes.len() + content.min(HEAD), 0);
        from.read_exact(&mut bytes[5..])?;
        Ok(Frame {
            kind: char::from(kind[0]),
            bytes,
            rest: content.saturating_sub(HEAD) as u64,
        })
    }

    fn forward(&self, from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
        to.write_all(&self.bytes)?;
        io::copy(&mut from.take(self.rest), to).map(drop)
    }

    fn message(&self) -> Message {
        let mut strings = self.bytes[5..]
            .split(|&byte| byte == 0)
            .map(|text| String::from_utf8_lossy(text).into_owned());
        let sql = match self.kind {
            'Q' => strings.next(),
            // The first is the prepared statement's name.
            'P' => strings.nth(1),
            _ => None,
        };
        Message {
            kind: self.kind,
            sql,
        }
    }
}

fn read_u32(from: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    from.read_exact(&mut bytes)?;
    Ok(u32::from_be_bytes(bytes))
}
