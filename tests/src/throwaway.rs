//! Servers that the tests start themselves, in folders of their own, with the machine's programs.

use crate::build_folder;
use std::fmt::Display;
use std::fs::{self, Permissions};
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A shell that runs a server and takes orders from its own standard input until that is closed,
/// which it is when the test process ends, even by SIGKILL; then it stops the server and removes
/// its folder. It has a process group of its own, so that Ctrl-C at the terminal does not end it
/// early.
pub(crate) struct Keeper(Child);

impl Keeper {
    /// Starts a server that writes its log into the folder, and stops at that signal.
    pub fn start(folder: &Path, server: &Command, signal: &str) -> Keeper {
        const KEEPER: &str = r#"
            folder=$1 signal=$2; shift 2
            start() { "$@" </dev/null >>"$folder/log" 2>&1 & }
            start "$@"
            while read -r order; do
                case $order in
                    kill) kill -"$signal" $!; wait ;;
                    start) start "$@" ;;
                esac
            done
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

    /// `kill` stops the server by the signal it was started with; `start` starts it again.
    pub fn order(&mut self, order: &str) {
        let orders = self.0.stdin.as_mut().expect("the keeper listens");
        writeln!(orders, "{order}").expect("the keeper listens");
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().ok();
    }
}

/// Who runs a server: its programs refuse to run as root, then someone else does.
#[derive(Clone, Copy)]
pub(crate) struct Runner(Option<&'static str>);

impl Runner {
    /// This process's own user, or, for root, the first of these that exists, or `nobody`.
    pub fn instead_of_root(users: &'static str) -> Runner {
        let root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
        let exists = |user: &&str| {
            let id = Command::new("id").arg(user).output();
            id.is_ok_and(|id| id.status.success())
        };
        let found = || [users, "nobody"].into_iter().find(exists);
        Runner(root.then(|| found().expect("a user exists who is not root")))
    }

    /// A program that is to run as the server does.
    pub fn command(self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let Some(user) = self.0 else {
            return Command::new(program);
        };
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid", user, "--regid", &group_of(user), "--init-groups"])
            .arg(program.as_ref());
        command
    }

    /// A temporary folder that the server may write to.
    pub fn fresh_folder(self, prefix: &str) -> PathBuf {
        let folder = tempfile::Builder::new()
            .prefix(prefix)
            .permissions(Permissions::from_mode(0o755))
            .tempdir()
            .expect("a temporary folder can be made")
            .keep();
        if let Some(user) = self.0 {
            checked(Command::new("chown").arg(user).arg(&folder));
        }
        folder
    }

    /// Fills a data folder: a copy of one that was made once for this version of the server, since
    /// that takes longer than many a test. `make` makes one.
    pub fn initialise(self, data: &Path, server: &Path, make: impl FnOnce(&Path)) {
        let version = checked(Command::new(server).arg("--version"));
        let version = String::from_utf8_lossy(&version.stdout).into_owned();
        let name = version.replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "_");
        let owner = self.0.unwrap_or("own");
        let cache = build_folder().join("migrate-tests");
        let template = cache.join(format!("{}-{owner}", name.trim_matches('_')));
        if !template.exists() {
            make(data);
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
pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("a port is free")
        .port()
}

/// Runs a program to its end, which has to be a good one.
pub(crate) fn checked(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    output
}

/// A shell that waits for its standard input to close, which it does when the test process ends,
/// and then removes the container.
#[cfg(feature = "docker")]
pub(crate) fn remove_at_end(container: &str) {
    const KEEPER: &str = r#"cat >/dev/null; docker rm --force --volumes "$1" >/dev/null 2>&1"#;
    let keeper = Command::new("sh")
        .args(["-c", KEEPER, "keeper", container])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    std::mem::forget(keeper.expect("a shell can be started"));
}

/// Connects to a server that was just started, and refuses connections for a moment.
pub(crate) fn when_ready<T, E: Display>(
    url: &str,
    connect: impl Fn(&str) -> Result<T, E>,
) -> Result<T, String> {
    let give_up = Instant::now() + Duration::from_secs(60);
    loop {
        match connect(url) {
            Ok(connected) => return Ok(connected),
            Err(error) if Instant::now() > give_up => {
                return Err(format!(
                    "no connection to the tests' server at {url}: {error}"
                ));
            }
            Err(_) => thread::sleep(Duration::from_millis(10)),
        }
    }
}
