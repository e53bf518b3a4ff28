//! A throw-away cluster: PostgreSQL's own programs, a data folder in a temporary place, a unix
//! socket, and no durability.

use super::server::{PASSWORD_REQUIRED, connect_when_ready};
use crate::build_folder;
use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
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
    _keeper: Keeper,
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
        let folder = programs.fresh_folder("migrate-postgres-");
        programs.initialise(&folder.join("data"));
        setup.write(&folder.join("data"));
        let port = setup.tcp.then(free_port);
        let cluster = Cluster {
            _keeper: Keeper::start(&folder, &programs.server(&folder, setup, port), "QUIT"),
            folder,
            port,
        };
        connect_when_ready(&cluster.url("postgres")).unwrap_or_else(|error| {
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

/// A shell that runs a server, waits for its own standard input to close, which it does when the
/// test process ends, even by SIGKILL, and then stops the server and removes its folder. It has a
/// process group of its own, so that Ctrl-C at the terminal does not end it early.
pub(super) struct Keeper(Child);

impl Keeper {
    /// Starts a server that writes its log into the folder, and stops at that signal.
    pub fn start(folder: &Path, server: &Command, signal: &str) -> Keeper {
        const KEEPER: &str = r#"
            folder=$1 signal=$2; shift 2
            "$@" </dev/null >"$folder/log" 2>&1 &
            cat >/dev/null
            kill -"$signal" $! 2>/dev/null
            wait
            rm -rf "$folder"
        "#;
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(folder)
            .arg(signal)
            .arg(server.get_program())
            .args(server.get_args())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        Keeper(keeper.expect("a shell can be started"))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().ok();
    }
}

/// PostgreSQL's programs, and who runs them.
pub(super) struct Programs {
    folder: PathBuf,
    /// The server refuses to run as root: then someone else does.
    user: Option<&'static str>,
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
        let root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
        let user = root.then(|| unprivileged_user().expect("a user `postgres` or `nobody` exists"));
        Some(Programs { folder, user })
    }

    /// The machine's own, for a test that needs them.
    pub fn own() -> Programs {
        Programs::find()
            .expect("this test needs a server of its own: install PostgreSQL's programs")
    }

    /// One of the programs, or another that is to run as the server does.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let Some(user) = self.user else {
            return Command::new(program);
        };
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid", user, "--regid", &group_of(user), "--init-groups"])
            .arg(program.as_ref());
        command
    }

    /// A temporary folder that the server may write to.
    pub fn fresh_folder(&self, prefix: &str) -> PathBuf {
        let folder = tempfile::Builder::new()
            .prefix(prefix)
            .permissions(Permissions::from_mode(0o755))
            .tempdir()
            .expect("a temporary folder can be made")
            .keep();
        if let Some(user) = self.user {
            checked(Command::new("chown").arg(user).arg(&folder));
        }
        folder
    }

    /// Fills a data folder: a copy of one that was made once for this version of PostgreSQL, since
    /// `initdb` takes longer than many a test.
    fn initialise(&self, data: &Path) {
        let version = checked(Command::new(self.folder.join("postgres")).arg("--version"));
        let version = String::from_utf8_lossy(&version.stdout).into_owned();
        let name = version.replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "_");
        let owner = self.user.unwrap_or("own");
        let cache = build_folder().join("migrate-tests");
        let template = cache.join(format!("{}-{owner}", name.trim_matches('_')));
        if !template.exists() {
            self.initdb(data);
            fs::create_dir_all(&cache).expect("the build folder can be written");
            let unfinished = tempfile::tempdir_in(&cache).expect("the build folder can be written");
            let unfinished = unfinished.path().join("data");
            copy(data, &unfinished);
            // Another process may have been faster; its copy is as good.
            fs::rename(unfinished, template).ok();
        } else {
            copy(&template, data);
        }
    }

    fn initdb(&self, data: &Path) {
        let mut initdb = self.command(self.folder.join("initdb"));
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
            ("fsync", "off"),
            ("synchronous_commit", "off"),
            ("full_page_writes", "off"),
            ("autovacuum", "off"),
        ];
        let mut server = self.command(self.folder.join("postgres"));
        server.arg("-D").arg(folder.join("data"));
        for (name, value) in own.iter().chain(setup.settings) {
            server.args(["-c", &format!("{name}={value}")]);
        }
        server
    }
}

fn unprivileged_user() -> Option<&'static str> {
    let exists = |user: &&str| {
        let id = Command::new("id").arg(user).output();
        id.is_ok_and(|id| id.status.success())
    };
    ["postgres", "nobody"].into_iter().find(exists)
}

fn group_of(user: &str) -> String {
    let id = checked(Command::new("id").args(["-g", user]));
    String::from_utf8_lossy(&id.stdout).trim().to_owned()
}

/// A copy of a folder with owners and permissions.
fn copy(from: &Path, to: &Path) {
    checked(Command::new("cp").arg("-a").arg(from).arg(to));
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("a port is free")
        .port()
}

fn checked(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    output
}
