//! The databases' own client programs, psql, mariadb and sqlite3, as an operator pipes a script into them.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// The file of a program: on PATH, where Debian puts PostgreSQL's, or among those for the
/// administrator. `None` where it is not installed.
pub fn find(program: &str) -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let debian = debian.filter_map(|version| Some(version.ok()?.path().join("bin")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut files = std::env::split_paths(&path)
        .chain(debian)
        .chain([PathBuf::from("/usr/sbin")])
        .map(|folder| folder.join(program));
    files.find(|file| file.exists())
}

/// Pipes a script into a program whose arguments name the database: `up --dry-run | psql URL`.
/// Returns what it said.
///
/// # Errors
///
/// What it said of errors, where it ended with a failure.
pub fn pipe<S: AsRef<OsStr>>(
    program: &Path,
    arguments: &[S],
    script: &str,
) -> Result<String, String> {
    let mut child = Command::new(program)
        .args(arguments)
        // No start-up file of whoever runs the test.
        .env("HOME", "/nonexistent")
        // A script says itself what it is written in.
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let mut stdin = child.stdin.take().expect("it is piped");
    let script = script.to_owned();
    // By itself, since it may say much before it has read all; one that has stopped reads no more.
    let writer = thread::spawn(move || stdin.write_all(script.as_bytes()).ok());
    let output = child.wait_with_output().expect("a child can be waited for");
    writer.join().expect("a pipe can be written to");
    let [said, errors] = [output.stdout, output.stderr];
    let errors = String::from_utf8_lossy(&errors);
    match output.status.success() {
        true => Ok(format!("{}{errors}", String::from_utf8_lossy(&said))),
        false => Err(errors.into_owned()),
    }
}
