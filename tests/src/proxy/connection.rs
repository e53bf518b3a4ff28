//! One connection through the proxy: a thread per direction that takes the stream apart into
//! messages.

use super::delay::Delayed;
use super::protocol::Protocol;
use super::stream::{Address, Stream};
use super::{Passage, Shared};
use std::io::{self, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;

/// What both directions know of a connection.
pub(super) struct Connection {
    protocol: Protocol,
    client: UnixStream,
    /// The server has said that it is ready for the first time.
    started: AtomicBool,
    /// The runner hears nothing any more.
    muted: AtomicBool,
    /// Queries that the server has not answered to their end.
    unanswered: AtomicUsize,
    shared: Arc<Shared>,
}

impl Connection {
    /// Connects to the server and forwards in both directions.
    pub(super) fn open(
        protocol: Protocol,
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
        shared.opened(client.try_clone()?);
        let connection = Arc::new(Connection {
            protocol,
            client,
            started: AtomicBool::new(false),
            muted: AtomicBool::new(false),
            unanswered: AtomicUsize::new(0),
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
        if self.protocol == Protocol::Postgres {
            self.start_up(&mut from, &mut to_server)?;
        }
        loop {
            let frame = self.protocol.read(&mut from)?;
            let started = self.started.load(SeqCst);
            let Some(message) = frame.message(self.protocol).filter(|_| started) else {
                frame.forward(&mut from, &mut to_server)?;
                continue;
            };
            // Each simple query and each Sync is answered by one ReadyForQuery. On MySQL nothing is
            // asked before all of an answer has come.
            if matches!(frame.kind, 'Q' | 'S') {
                self.unanswered.fetch_add(1, SeqCst);
            }
            let passage = self.shared.frontend(message);
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

    /// Forwards PostgreSQL's first message, which alone has no kind, and answers a request for encryption
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
            let frame = self.protocol.read(&mut from)?;
            let started = self.started.load(SeqCst);
            if self.protocol.ends_start_up(&frame) {
                self.started.store(true, SeqCst);
            }
            let answers_last = || match self.protocol {
                Protocol::Postgres => {
                    frame.kind == 'Z' && self.unanswered.fetch_sub(1, SeqCst) == 1
                }
                Protocol::Mysql => self.unanswered.swap(0, SeqCst) > 0,
            };
            if started && answers_last() {
                self.shared.all_answered();
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

fn read_u32(from: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    from.read_exact(&mut bytes)?;
    Ok(u32::from_be_bytes(bytes))
}
