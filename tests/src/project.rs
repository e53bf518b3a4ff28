//! The `migrate` program in a folder of its own, as an operator would run it.

use crate::{build_folder, workspace};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::thread::{self, JoinHandle};
use tempfile::TempDir;

/// A temporary folder with migrations in it, in which `migrate` is run.
pub struct Project {
    folder: TempDir,
    database_url: Option<String>,
}

impl Project {
    /// A folder that has an empty `migrations` and knows this database as `DATABASE_URL`.
    pub fn new(database_url: &str) -> Project {
        Project {
            database_url: Some(database_url.to_owned()),
            ..Project::without_database()
        }
    }

    /// The same without a `DATABASE_URL`.
    pub fn without_database() -> Project {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        fs::create_dir(folder.path().join("migrations")).expect("it can be written");
        Project {
            folder,
            database_url: None,
        }
    }

    /// A path inside the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// One with five migrations, each a table: `a` to `e`.
    pub fn of_five(database_url: &str) -> Project {
        let project = Project::new(database_url);
        for (number, name) in ["a", "b", "c", "d", "e"].iter().enumerate() {
            project.migrations(&[(
                &format!("{}_{name}", number + 1),
                &format!("CREATE TABLE {name} (x int);"),
                &format!("DROP TABLE {name};"),
            )]);
        }
        project
    }

    /// Writes files, with the folders that they need.
    pub fn write<T: AsRef<[u8]>>(&self, files: &[(&str, T)]) -> &Project {
        write_files(self.folder.path(), files);
        self
    }

    /// Writes migrations in the `sections` layout: name, up, down.
    pub fn migrations(&self, migrations: &[(&str, &str, &str)]) -> &Project {
        for (name, up, down) in migrations {
            let text = format!("-- migrate:up\n{up}\n-- migrate:down\n{down}\n");
            self.write(&[(&format!("migrations/{name}.sql"), text)]);
        }
        self
    }

    /// Removes a file.
    pub fn remove(&self, name: &str) -> &Project {
        fs::remove_file(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        self
    }

    /// Runs `migrate` to its end.
    pub fn migrate(&self, arguments: &[&str]) -> Outcome {
        self.start(arguments).wait()
    }

    /// Starts `migrate`.
    pub fn start(&self, arguments: &[&str]) -> Running {
        Running::start(self.command(&program("migrate")).args(arguments))
    }

    /// A command in this folder that sees nothing of the test's own environment.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("LANG", "C.UTF-8")
            .envs(self.database_url.as_ref().map(|url| ("DATABASE_URL", url)));
        command
    }
}

/// Writes files into a folder, with the folders that they need.
pub fn write_files<T: AsRef<[u8]>>(folder: &Path, files: &[(&str, T)]) {
    for (name, text) in files {
        let path = folder.join(name);
        let parent = path.parent().expect("a file stands in a folder");
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

/// A temporary folder with these files.
pub fn folder<T: AsRef<[u8]>>(files: &[(&str, T)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write_files(folder.path(), files);
    folder
}

/// A program of the workspace, built from the present sources: `migrate`, or an example.
pub fn program(name: &str) -> PathBuf {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
        // The whole workspace, so that cargo unifies features as it did for the tests and builds
        // nothing twice.
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--workspace", "--bins"]);
        // Those of the test's own package would make cargo build anew what looks at them (ring).
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                build.env_remove(name);
            }
        }
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let built = build.current_dir(workspace()).status();
        assert!(built.is_ok_and(|status| status.success()), "{build:?}");
        build_folder()
    });
    BUILT.join(name)
}

/// A program under way. Killed if the test does not wait for it.
pub struct Running {
    child: Option<Child>,
    stdout: Option<JoinHandle<String>>,
    stderr: Option<JoinHandle<String>>,
}

impl Running {
    /// Starts a program whose output is collected.
    pub fn start(command: &mut Command) -> Running {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Running {
            stdout: child.stdout.take().map(collect),
            stderr: child.stderr.take().map(collect),
            child: Some(child),
        }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.as_ref().expect("it is running").id()
    }

    /// Sends it a signal, by name: `INT`, `TERM`, `KILL`.
    pub fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        kill.args(["-s", name, &self.id().to_string()]);
        let sent = kill.status().is_ok_and(|status| status.success());
        assert!(sent, "{kill:?}");
    }

    /// Whether it has come to its end.
    pub fn has_ended(&mut self) -> bool {
        let child = self.child.as_mut().expect("it has not been waited for");
        child.try_wait().expect("a child can be asked").is_some()
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Outcome {
        let mut child = self.child.take().expect("it is running");
        let output = |reader: Option<JoinHandle<String>>| {
            reader
                .map(|reader| reader.join().expect("output can be read"))
                .unwrap_or_default()
        };
        Outcome {
            status: child.wait().expect("a child can be waited for"),
            stdout: output(self.stdout.take()),
            stderr: output(self.stderr.take()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            child.kill().and_then(|()| child.wait()).ok();
        }
    }
}

fn collect(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a pipe can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// How a program ended, and what it said.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub status: ExitStatus,
    /// Its results.
    pub stdout: String,
    /// Its errors, warnings and logs.
    pub stderr: String,
}

impl Outcome {
    /// Fails the test, showing everything, unless the exit code is this.
    #[track_caller]
    pub fn expect(self, code: i32) -> Outcome {
        assert_eq!(self.status.code(), Some(code), "exit code of {self}");
        self
    }

    /// Fails the test unless the output, or the errors, contain this.
    #[track_caller]
    pub fn says(self, words: &str) -> Outcome {
        let said = self.stdout.contains(words) || self.stderr.contains(words);
        assert!(said, "`{words}` not said by {self}");
        self
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Outcome {
            status,
            stdout,
            stderr,
        } = self;
        write!(
            f,
            "a program that ended with {status}\n--- stdout\n{stdout}--- stderr\n{stderr}"
        )
    }
}
