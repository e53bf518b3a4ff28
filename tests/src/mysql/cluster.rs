//! A throw-away MariaDB: its own programs, a data folder in a temporary place, a unix socket, and
//! no durability.

use super::session::Session;
use crate::client;
use crate::throwaway::{Keeper, Runner, checked, free_port, when_ready};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How a server of a test's own differs from the shared one.
#[derive(Default)]
pub struct Setup<'a> {
    /// Options beside the harness's own, as `mariadbd` takes them: `--max-allowed-packet=1M`.
    pub options: &'a [&'a str],
    /// Files to put beside the data folder: certificates and keys. `{folder}` in an option is where
    /// they are.
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
    /// If the machine has no MariaDB programs, or they do not work.
    pub fn start(setup: &Setup<'_>) -> Cluster {
        Cluster::start_if_possible(setup)
            .expect("this test needs a server of its own: install MariaDB's server")
    }

    /// The same; `None` where the machine has no MariaDB programs.
    pub(super) fn start_if_possible(setup: &Setup<'_>) -> Option<Cluster> {
        let server = client::find("mariadbd")?;
        let install = client::find("mariadb-install-db")?;
        let runner = Runner::instead_of_root("mysql");
        let folder = runner.fresh_folder("migrate-mariadb-");
        runner.initialise(&folder.join("data"), &server, |data| {
            let mut command = runner.command(&install);
            command
                .arg("--no-defaults")
                .arg(format!("--datadir={}", data.display()))
                .args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
            checked(command.current_dir("/"));
        });
        for (name, text) in setup.files {
            fs::write(folder.join(name), text).expect("the server's files can be written");
        }
        let port = setup.tcp.then(free_port);
        let command = command(runner.command(&server), &folder, setup, port);
        let cluster = Cluster {
            keeper: Keeper::start(&folder, &command, "KILL"),
            folder,
            port,
        };
        when_ready(&cluster.url("mysql"), Session::try_open).unwrap_or_else(|error| {
            let log = fs::read_to_string(cluster.folder.join("log")).unwrap_or_default();
            panic!("{error}\n{log}")
        });
        Some(cluster)
    }

    /// The URL of a database, through the unix socket, for the superuser.
    pub fn url(&self, database: &str) -> String {
        let socket = self.folder.join("socket");
        format!("mysql://root@/{database}?socket={}", socket.display())
    }

    /// What it has written is in here.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Ends the server as a crash would, but for what the system has in its caches. Returns when it
    /// is gone.
    pub fn kill(&mut self) {
        self.keeper.order("kill");
        crate::wait_until("the server is gone", || {
            Session::try_open(&self.url("mysql")).is_err()
        });
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

fn command(mut server: Command, folder: &Path, setup: &Setup<'_>, port: Option<u16>) -> Command {
    let path = |name: &str| folder.join(name).display().to_string();
    server.args([
        "--no-defaults",
        &format!("--datadir={}", path("data")),
        // Not the common one: a server that starts removes what it finds there of temporary tables,
        // whosever they are (`mysql_rm_tmp_tables` in sql_base.cc).
        &format!("--tmpdir={}", path("data")),
        &format!("--socket={}", path("socket")),
        &format!("--pid-file={}", path("pid")),
        "--max-connections=300",
        "--performance-schema=0",
        "--innodb-buffer-pool-size=32M",
        "--innodb-log-file-size=16M",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-flush-method=nosync",
        "--skip-name-resolve",
    ]);
    match port {
        Some(port) => server.args(["--bind-address=127.0.0.1", &format!("--port={port}")]),
        None => server.arg("--skip-networking"),
    };
    let here = folder.display().to_string();
    let options = setup.options.iter();
    server.args(options.map(|option| option.replace("{folder}", &here)));
    server
}
