//! PgBouncer in front of a database: a process of the test's own, in a temporary folder.

use super::session::try_connect;
use super::{Database, Session};
use crate::client::find;
use crate::database::Database as _;
use crate::throwaway::when_ready;
use crate::throwaway::{Keeper, Runner};
use std::fs;
use std::path::PathBuf;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// When a client gives its server connection back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolMode {
    /// When it disconnects.
    Session,
    /// At the end of each transaction.
    Transaction,
}

/// Part of the socket's file name, and no more.
const SOCKET_PORT: u16 = 6432;

/// A running PgBouncer. It is gone when the value is, or the process, however it ends.
pub struct Pooler {
    folder: PathBuf,
    database: String,
    _keeper: Keeper,
}

impl Pooler {
    /// Starts one that makes at most so many connections to the database's server. Everything
    /// else is as PgBouncer has it by default.
    ///
    /// # Panics
    ///
    /// If the machine has no PgBouncer, or it does not work.
    pub fn start(database: &Database, mode: PoolMode, size: usize) -> Pooler {
        let program = find("pgbouncer").expect("this test needs PgBouncer: install pgbouncer");
        let runner = Runner::instead_of_root("postgres");
        let folder = runner.fresh_folder("migrate-pgbouncer-");
        let mode = match mode {
            PoolMode::Session => "session",
            PoolMode::Transaction => "transaction",
        };
        let sockets = folder.display();
        let settings = format!(
            "[databases]\n* = {}\n[pgbouncer]\nlisten_addr =\nlisten_port = {SOCKET_PORT}\n\
             unix_socket_dir = {sockets}\nauth_type = any\npool_mode = {mode}\n\
             default_pool_size = {size}\n",
            server(&database.url())
        );
        let file = folder.join("pgbouncer.ini");
        fs::write(&file, settings).expect("a temporary file can be written");
        let mut command = runner.command(program);
        command.arg(&file);
        let pooler = Pooler {
            _keeper: Keeper::start(&folder, &command, "TERM"),
            folder,
            database: database.name().to_owned(),
        };
        when_ready(&pooler.url(), try_connect).unwrap_or_else(|error| {
            let log = fs::read_to_string(pooler.folder.join("log")).unwrap_or_default();
            panic!("{error}\n{log}")
        });
        pooler
    }

    /// The database's URL through it.
    pub fn url(&self) -> String {
        let (folder, database) = (self.folder.display(), &self.database);
        format!("postgres://migrate@/{database}?host={folder}&port={SOCKET_PORT}")
    }

    /// A new client of it.
    pub fn session(&self) -> Session {
        Session::open(&self.url())
    }

    /// A new client of it for async code.
    pub fn connect(&self) -> tokio_postgres::Client {
        super::session::connect(&self.url())
    }
}

/// How PgBouncer is told of the server that a URL names.
fn server(url: &str) -> String {
    let config: Config = url.parse().expect("the harness's URL is one");
    let host = match config.get_hosts().first() {
        Some(Host::Unix(folder)) => folder.display().to_string(),
        Some(Host::Tcp(name)) => name.clone(),
        None => "localhost".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let user = config.get_user().unwrap_or("postgres");
    let password = config.get_password().map(String::from_utf8_lossy);
    let password = password.map(|password| format!(" password={password}"));
    format!(
        "host={host} port={port} user={user}{}",
        password.unwrap_or_default()
    )
}
