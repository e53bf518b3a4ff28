//! A throw-away cluster: PostgreSQL's own programs, a data folder in a temporary place, a unix
//! socket, and no durability.

use super::server::PASSWORD_REQUIRED;
use super::session::try_connect;
use crate::throwaway::{Keeper, Runner, checked, free_port, when_ready};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, io};

/// The server's superuser.
const SUPERUSER: &str = "postgres";

/// Part of the socket's file name, and no more, as long as TCP is off.
const SOCKET_PORT: u16 = 5432;

/// How a cluster of a test's own differs from the shared one.
#[derive(Default)]
pub struct Setup<'a> {
    /// Settings beside the harness's own, as in `postgresql.conf`.
    pub settings: &'a [(&'a str, &'a str)],
    /// Lines of `pg_hba.conf` that come before the harness's own.
    pub authentication: &'a str,
    /// Files to put into the data folder, readable by the server only: certificates and keys.
    pub files: &'a [(&'a str, &'a str)],
    /// Whether it listens on a TCP port of 127.0.0.1 too.
    pub tcp: bool,
}

/// A running server with a data folder of its own. Both are gone when the value is, or the
/// process, however it ends.
pub struct Cluster {
    folder: PathBuf,
    port: Option<u16>,
    keeper: Keeper,
}

impl Cluster {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// If the machine has no PostgreSQL programs, or they do not work.
    pub fn start(setup: &Setup<'_>) -> Cluster {
        Cluster::start_if_possible(setup)
            .expect("this test needs a server of its own: install PostgreSQL's programs")
    }

    /// The same; `None` where the machine has no PostgreSQL programs.
    pub(super) fn start_if_possible(setup: &Setup<'_>) -> Option<Cluster> {
        let programs = Programs::find()?;
        let folder = programs.runner.fresh_folder("migrate-postgres-");
        programs.initialise(&folder.join("data"));
        setup.write(&folder.join("data"));
        let port = setup.tcp.then(free_port);
        let cluster = Cluster {
            keeper: Keeper::start(&folder, &programs.server(&folder, setup, port), "QUIT"),
            folder,
            port,
        };
        when_ready(&cluster.url("postgres"), try_connect).unwrap_or_else(|error| {
            let log = fs::read_to_string(cluster.folder.join("log")).unwrap_or_default();
            panic!("{error}\n{log}")
        });
        Some(cluster)
    }

    /// The URL of a database, through the unix socket, for the superuser.
    pub fn url(&self, database: &str) -> String {
        let folder = self.folder.display();
        let port = self.port.unwrap_or(SOCKET_PORT);
        format!("postgres://{SUPERUSER}@/{database}?host={folder}&port={port}")
    }

    /// Ends the server as a crash of the machine would, but for what the system has in its caches:
    /// no session is finished, nothing is written any more. Returns when it is gone.
    pub fn kill(&mut self) {
        let process = self.folder.join("data/postmaster.pid");
        self.keeper.order("kill");
        crate::wait_until("the server is gone", || !process.exists());
    }

    /// Starts a server that was killed. It may not be ready yet.
    pub fn start_again(&mut self) {
        self.keeper.order("start");
    }

    /// The TCP port on 127.0.0.1, if it was asked for.
    pub fn port(&self) -> Option<u16> {
        self.port
    }
}

impl Setup<'_> {
    fn write(&self, data: &Path) {
        let authentication = format!(
            "{}\n\
             local all +{PASSWORD_REQUIRED} scram-sha-256\n\
             local all all trust\n\
             host all +{PASSWORD_REQUIRED} 127.0.0.1/32 scram-sha-256\n\
             host all all 127.0.0.1/32 trust\n",
            self.authentication
        );
        let files = self.files.iter().copied();
        for (name, text) in files.chain([("pg_hba.conf", authentication.as_str())]) {
            write_as_owner(&data.join(name), text).expect("the cluster's files can be written");
        }
    }
}

/// The server takes only files that are its own and that nobody else can read.
fn write_as_owner(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)?;
    fs::set_permissions(path, Permissions::from_mode(0o600))?;
    let folder = fs::metadata(path.parent().unwrap_or(path))?;
    chown(path, Some(folder.uid()), Some(folder.gid()))
}

/// PostgreSQL's programs, and who runs them.
struct Programs {
    folder: PathBuf,
    runner: Runner,
}

impl Programs {
    fn find() -> Option<Programs> {
        let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
        let mut debian: Vec<PathBuf> = debian
            .filter_map(|version| Some(version.ok()?.path().join("bin")))
            .collect();
        debian.sort();
        let path = env::var_os("PATH").unwrap_or_default();
        let folder = env::split_paths(&path)
            .chain(debian.into_iter().rev())
            .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())?;
        Some(Programs {
            folder,
            runner: Runner::instead_of_root("postgres"),
        })
    }

    /// Fills a data folder.
    fn initialise(&self, data: &Path) {
        let server = self.folder.join("postgres");
        self.runner
            .initialise(data, &server, |data| self.initdb(data));
    }

    fn initdb(&self, data: &Path) {
        let mut initdb = self.runner.command(self.folder.join("initdb"));
        initdb
            .arg("-D")
            .arg(data)
            .args(["-U", SUPERUSER, "-A", "trust", "-E", "UTF8"]);
        checked(initdb.args(["--locale=C", "--no-sync"]).current_dir("/"));
    }

    fn server(&self, folder: &Path, setup: &Setup<'_>, port: Option<u16>) -> Command {
        let addresses = if port.is_some() { "127.0.0.1" } else { "" };
        let port = port.unwrap_or(SOCKET_PORT).to_string();
        let sockets = folder.display().to_string();
        let own = [
            ("listen_addresses", addresses),
            ("port", &port),
            ("unix_socket_directories", &sockets),
            ("max_connections", "200"),
            // The default since version 14, and what `pg_hba.conf` asks for.
            ("password_encryption", "scram-sha-256"),
            ("fsync", "off"),
            ("synchronous_commit", "off"),
            ("full_page_writes", "off"),
            ("autovacuum", "off"),
        ];
        let mut server = self.runner.command(self.folder.join("postgres"));
        server.arg("-D").arg(folder.join("data"));
        for (name, value) in own.iter().chain(setup.settings) {
            server.args(["-c", &format!("{name}={value}")]);
        }
        server
    }
}
