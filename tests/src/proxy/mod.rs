//! A proxy between runner and PostgreSQL or MySQL server that counts round trips, records what the
//! runner sends, and can cut or hold the wire at any message.
//!
//! Messages are counted from 0, each side for itself, once a connection's start-up has ended (the
//! server's first `ReadyForQuery` or OK), over all connections that go through the proxy.

mod connection;
mod delay;
mod protocol;
mod stream;

use connection::Connection;
use protocol::Protocol;
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;
use stream::Address;
use tempfile::TempDir;

/// A place in the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// The runner's message with this number has not reached the server.
    BeforeFrontend(usize),
    /// The server has got it, and the runner gets no answer.
    AfterFrontend(usize),
    /// The server's message with this number does not reach the runner any more.
    BeforeBackend(usize),
}

/// One message of the runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// `Q` for a simple query, `P` for Parse, `X` for the end, …, as PostgreSQL has it (manual,
    /// "Message Formats").
    pub kind: char,
    /// The SQL of a query or a Parse; its first 64 kB.
    pub sql: Option<String>,
}

/// What went over the wire after start-up.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// How often somebody wanted to connect.
    pub attempts: usize,
    /// Connections opened.
    pub connections: usize,
    /// How often everything that a runner had asked was answered: it had to wait that often, if it
    /// sent what it had without waiting in between.
    pub round_trips: usize,
    /// All messages of the runner.
    pub frontend: Vec<Message>,
    /// The kinds of all messages of the server.
    pub backend: Vec<char>,
}

impl Traffic {
    /// The SQL that the runner sent.
    pub fn sql(&self) -> impl Iterator<Item = &str> {
        self.frontend
            .iter()
            .filter_map(|message| message.sql.as_deref())
    }
}

/// A proxy in front of one database.
pub struct Proxy {
    _folder: TempDir,
    socket: PathBuf,
    url: String,
    shared: Arc<Shared>,
}

impl Proxy {
    /// A proxy in front of the database that a URL names. TLS does not go through it.
    pub fn new(url: &str) -> Proxy {
        Proxy::with_delay(url, Duration::ZERO)
    }

    /// The same, where every byte is this long under way, in either direction.
    pub fn with_delay(url: &str, one_way: Duration) -> Proxy {
        let protocol = Protocol::of(url);
        let server = Address::of(url);
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let socket = folder.path().join(protocol.socket());
        let listener = UnixListener::bind(&socket).expect("the proxy's socket can be made");
        let shared = Arc::new(Shared::default());
        let of_connections = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&of_connections);
                if shared.lock().over {
                    return;
                }
                shared.lock().traffic.attempts += 1;
                // A server that is not there looks to the runner like one that hangs up.
                Connection::open(protocol, client, &server, one_way, shared).ok();
            }
        });
        Proxy {
            url: proxied(url, protocol, &folder),
            socket,
            _folder: folder,
            shared,
        }
    }

    /// The database's URL through the proxy.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Everything so far.
    pub fn traffic(&self) -> Traffic {
        self.shared.lock().traffic.clone()
    }

    /// Forgets what was counted, rules included.
    pub fn reset(&self) {
        let mut state = self.shared.lock();
        state.traffic = Traffic::default();
        state.rule = None;
    }

    /// Ends the connection when it comes to this point.
    pub fn cut_at(&self, point: Point) {
        self.shared.lock().rule = Some((point, Action::Cut));
    }

    /// Ends every connection now, for the runner; the server may take its time to notice.
    pub fn cut_now(&self) {
        for client in self.shared.lock().clients.drain(..) {
            client.shutdown(Shutdown::Both).ok();
        }
    }

    /// Stops the wire at this point until [`Proxy::release`].
    pub fn hold_at(&self, point: Point) {
        self.shared.lock().rule = Some((point, Action::Hold));
    }

    /// Waits until the wire is held.
    pub fn wait_until_held(&self) {
        self.shared.wait_while(|state| !state.held);
    }

    /// Whether the wire is held.
    pub fn is_held(&self) -> bool {
        self.shared.lock().held
    }

    /// Lets a held wire go on.
    pub fn release(&self) {
        let mut state = self.shared.lock();
        state.rule = None;
        state.held = false;
        self.shared.changed.notify_all();
    }

    /// Waits until the server has ended every session that came through the proxy: only then is
    /// what a cut transaction did, or did not do, there to be seen.
    pub fn wait_until_closed(&self) {
        self.shared.wait_while(|state| state.open > 0);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // The thread that listens is to end, and all streams with it: the fault suite makes
        // thousands of proxies.
        let mut state = self.shared.lock();
        state.over = true;
        state.clients.clear();
        drop(state);
        UnixStream::connect(&self.socket).ok();
        std::fs::remove_file(&self.socket).ok();
    }
}

/// The same URL with the proxy's socket for a host.
fn proxied(url: &str, protocol: Protocol, folder: &TempDir) -> String {
    let (url, _) = url.split_once('?').unwrap_or((url, ""));
    let (_, rest) = url.split_once("://").expect("the server's URL is one");
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let user = authority
        .rsplit_once('@')
        .map(|(user, _)| format!("{user}@"));
    let user = user.unwrap_or_default();
    let folder = folder.path().display();
    match protocol {
        Protocol::Postgres => format!("postgres://{user}/{database}?host={folder}&port=5432"),
        Protocol::Mysql => {
            let socket = protocol.socket();
            format!("mysql://{user}/{database}?socket={folder}/{socket}")
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Cut,
    Hold,
}

/// What the threads of all connections know together.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    traffic: Traffic,
    rule: Option<(Point, Action)>,
    held: bool,
    /// Sessions that the server has not ended.
    open: usize,
    /// The runners' ends of all connections.
    clients: Vec<UnixStream>,
    /// Nobody is to come any more.
    over: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread of the proxy panicked")
    }

    /// Waits with a bound, so that a hanging runner fails its test instead of stopping it.
    fn wait_while(&self, pending: impl Fn(&State) -> bool) {
        let limit = Duration::from_secs(60);
        let (state, wait) = self
            .changed
            .wait_timeout_while(self.lock(), limit, |state| pending(state))
            .expect("no thread of the proxy panicked");
        let (open, traffic) = (state.open, state.traffic.clone());
        drop(state);
        assert!(
            !wait.timed_out(),
            "the wire hangs: {open} open, {traffic:?}"
        );
    }

    fn opened(&self, client: UnixStream) {
        let mut state = self.lock();
        state.clients.push(client);
        state.traffic.connections += 1;
        state.open += 1;
    }

    /// The server has ended a session.
    fn closed(&self) {
        self.lock().open -= 1;
        self.changed.notify_all();
    }

    /// A message of the runner has come. Whether it is to be forwarded, and whether anything is
    /// after it.
    fn frontend(&self, message: Message) -> Passage {
        let mut state = self.lock();
        let number = state.traffic.frontend.len();
        state.traffic.frontend.push(message);
        if self.at(state, Point::BeforeFrontend(number)) {
            return Passage::Closed;
        }
        // A hold here would have to wait for the server; `BeforeBackend` says that better.
        match self.lock().rule {
            Some((Point::AfterFrontend(last), Action::Cut)) if last == number => Passage::Last,
            _ => Passage::Open,
        }
    }

    /// A message of the server has come.
    fn backend(&self, kind: char) -> Passage {
        let mut state = self.lock();
        let number = state.traffic.backend.len();
        state.traffic.backend.push(kind);
        match self.at(state, Point::BeforeBackend(number)) {
            true => Passage::Closed,
            false => Passage::Open,
        }
    }

    /// The server has answered everything that a connection had asked.
    fn all_answered(&self) {
        self.lock().traffic.round_trips += 1;
    }

    /// Applies the rule, if it is for this point: `true` to cut.
    fn at(&self, mut state: MutexGuard<'_, State>, point: Point) -> bool {
        match state.rule {
            Some((there, Action::Cut)) => there == point,
            Some((there, Action::Hold)) if there == point => {
                state.held = true;
                self.changed.notify_all();
                drop(self.changed.wait_while(state, |state| state.held));
                false
            }
            _ => false,
        }
    }
}

/// What becomes of a message and of those after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Passage {
    /// It goes on.
    Open,
    /// It goes on, and nothing after it.
    Last,
    /// It does not.
    Closed,
}
