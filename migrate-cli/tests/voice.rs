//! What the program says and how it ends, through its one entry point, on an SQLite file.

use migrate_cli::{Exit, Streams, main_impl};
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// A folder with migrations, a database, and a configuration that says nothing.
struct Project(PathBuf);

impl Project {
    fn new(migrations: &[(&str, &str)]) -> Project {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let unique = format!("migrate-voice-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(unique);
        fs::create_dir_all(folder.join("migrations")).expect("it is ours");
        fs::write(folder.join("migrate.toml"), "").expect("it is ours");
        for (name, text) in migrations {
            fs::write(folder.join("migrations").join(name), text).expect("it is ours");
        }
        Project(folder)
    }

    fn path(&self, name: &str) -> OsString {
        self.0.join(name).into_os_string()
    }

    fn arguments(&self, words: &[&str]) -> Vec<OsString> {
        let mut url = OsString::from("sqlite:");
        url.push(self.path("app.db"));
        let mut all: Vec<OsString> = vec!["migrate".into(), "-c".into()];
        all.extend([self.path("migrate.toml"), "-d".into(), url]);
        all.extend(words.iter().map(OsString::from));
        all
    }

    /// Exit code, stdout and stderr, the folder's path left out.
    fn run(&self, words: &[&str]) -> (Exit, String, String) {
        let (stdout, stderr) = (Written::default(), Written::default());
        let streams = streams(stdout.clone(), stderr.clone());
        let exit = main_impl(self.arguments(words), streams);
        let shown = |written: &Written| {
            let bytes = written.0.lock().expect("nobody panics").clone();
            let text = String::from_utf8(bytes).expect("it is UTF-8");
            text.replace(&format!("{}/", self.0.display()), "")
        };
        (exit, shown(&stdout), shown(&stderr))
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panics").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A stream that takes nothing.
struct Refusing(io::ErrorKind);

impl Write for Refusing {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn streams(stdout: impl Write + Send + 'static, stderr: impl Write + Send + 'static) -> Streams {
    Streams {
        stdout: Box::new(stdout),
        stderr: Box::new(stderr),
        stdout_is_terminal: false,
        stderr_is_terminal: false,
        stdin_is_terminal: false,
    }
}

const A: (&str, &str) = (
    "1_a.sql",
    "-- migrate:up\nCREATE TABLE a (b int);\n-- migrate:down\nDROP TABLE a;\n",
);
const WRONG: (&str, &str) = (
    "2_b.sql",
    "-- migrate:up\nINSERT INTO nowhere VALUES (1);\n",
);

/// Times, which are never the same.
fn without_times(text: &str) -> String {
    let mut parts = text.split(" (");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("ms)") {
            Some((digits, rest)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                result.push_str(rest);
            }
            _ => result.push_str(&format!(" ({part}")),
        }
    }
    result
}

#[test]
fn up_and_down_in_words() {
    let project = Project::new(&[A]);
    for (words, expected) in [
        (&["init"][..], "Created _migrations table\n"),
        (&["init"], "_migrations table already exists\n"),
        (&["-q", "init"], ""),
        (&["up"], "Applying 1_a... done\nApplied 1 migration\n"),
        (&["up"], "No pending migrations\n"),
        (&["up", "--dry-run"], "-- No pending migrations\n"),
        (
            &["down"],
            "Rolling back 1_a... done\nRolled back 1 migration\n",
        ),
        (&["down"], "No migrations to roll back\n"),
        (&["-q", "up"], ""),
        (&["validate"], "Checked 1 migration: no problems\n"),
        (&["repair"], "Nothing to repair\n"),
        (
            &["redo"],
            "Rolling back 1_a... done\nApplying 1_a... done\nRolled back 1 migration\nApplied 1 migration\n",
        ),
        (
            &["fresh", "--confirm"],
            "Dropping all tables...\nRunning all migrations...\nApplying 1_a... done\nApplied 1 migration\n",
        ),
    ] {
        let (exit, stdout, stderr) = project.run(words);
        assert_eq!((exit, &*stderr), (Exit::Done, ""), "{words:?}");
        assert_eq!(without_times(&stdout), expected, "{words:?}");
    }
}

#[test]
fn a_failure_says_what_stays() {
    let project = Project::new(&[A, WRONG]);
    let (exit, stdout, stderr) = project.run(&["up"]);
    assert_eq!(exit, Exit::Failed);
    let lines = "Applying 1_a... done\nApplying 2_b... failed\n";
    assert_eq!(without_times(&stdout), lines);
    assert!(stderr.starts_with("error[database]: "), "{stderr}");
    let end = "\nApplied 1 migration before the failure\nhelp: `2_b` was undone as a whole; mend it and run again\n";
    assert!(stderr.ends_with(end), "{stderr}");
}

/// One document and nothing else on stdout, whatever happens.
#[test]
fn json_is_one_document() {
    let project = Project::new(&[A, WRONG]);
    for (words, exit, key) in [
        (&["--format", "json", "up"][..], Exit::Failed, "results"),
        (
            &["--format", "json", "up", "--dry-run"],
            Exit::Done,
            "planned",
        ),
        (
            &["--format", "json", "up", "--to", "7"],
            Exit::Failed,
            "results",
        ),
        (&["--format", "json", "down"], Exit::Done, "results"),
        (&["--format", "json", "fresh"], Exit::Usage, "results"),
        (&["--format", "json", "status"], Exit::Done, "summary"),
        (
            &["--format", "json", "validate"],
            Exit::Failed,
            "diagnostics",
        ),
        (&["--format", "sarif", "validate"], Exit::Failed, "runs"),
        (
            &["--format", "json", "-m", "nowhere", "status"],
            Exit::Usage,
            "error",
        ),
        (
            &["--format", "json", "-c", "nowhere", "status"],
            Exit::Usage,
            "error",
        ),
        (&["--format", "json", "upp"], Exit::Usage, "error"),
        (&["--format", "json", "init"], Exit::Done, "created"),
        (&["--format", "json", "create", "c"], Exit::Done, "files"),
    ] {
        let (ended, stdout, stderr) = project.run(words);
        assert_eq!(ended, exit, "{words:?}: {stderr}");
        let document: serde_json::Value = serde_json::from_str(&stdout).expect(&stdout);
        assert!(document.get(key).is_some(), "{key} in {stdout}");
    }
}

#[test]
fn json_lines_are_events_and_then_the_document() {
    let project = Project::new(&[A, WRONG]);
    let (_, stdout, _) = project.run(&["--format", "json-lines", "up"]);
    let lines = stdout
        .lines()
        .map(serde_json::from_str::<serde_json::Value>);
    let documents: Vec<serde_json::Value> = lines.map(|line| line.expect("it is JSON")).collect();
    let events: Vec<&str> = documents
        .iter()
        .filter_map(|each| each.get("event")?.as_str())
        .collect();
    let expected = [
        "planned",
        "started",
        "statement",
        "finished",
        "started",
        "failed",
    ];
    assert_eq!(events, expected);
    let last = documents
        .last()
        .and_then(|last| last.get("results")?.as_array());
    assert_eq!(last.map(Vec::len), Some(2));
}

#[test]
fn who_stops_reading_is_no_error() {
    let project = Project::new(&[A]);
    for (kind, exit, said) in [
        (io::ErrorKind::BrokenPipe, Exit::Done, ""),
        (
            io::ErrorKind::StorageFull,
            Exit::Failed,
            "cannot write the results",
        ),
    ] {
        let stderr = Written::default();
        let streams = streams(Refusing(kind), stderr.clone());
        assert_eq!(main_impl(project.arguments(&["explain"]), streams), exit);
        let stderr = String::from_utf8_lossy(&stderr.0.lock().expect("nobody panics")).into_owned();
        assert!(
            stderr.contains(said) && stderr.is_empty() == said.is_empty(),
            "{stderr}"
        );
    }
}

#[test]
fn every_command_has_an_example() {
    let project = Project::new(&[]);
    let (_, help, _) = project.run(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands: Vec<&str> = commands
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(commands.len(), 12, "{commands:?}");
    for command in commands {
        let (exit, help, _) = project.run(&[command, "--help"]);
        assert_eq!(exit, Exit::Done);
        assert!(help.contains("Example:\n  migrate "), "{help}");
    }
}

#[cfg(unix)]
#[test]
fn words_that_are_not_utf8_are_refused() {
    use std::os::unix::ffi::OsStringExt;
    let project = Project::new(&[]);
    let mut arguments = project.arguments(&["create"]);
    arguments.push(OsString::from_vec(vec![b'a', 0xff]));
    let streams = streams(Written::default(), Written::default());
    assert_eq!(main_impl(arguments, streams), Exit::Usage);
}
