//! Disks that are full or may not be written, and files that are no databases.

use super::up;
use migrate_tests::database::Database as _;
use migrate_tests::postgres::{Cluster, Session, Setup};
use migrate_tests::project::{Outcome, Project, Running, program};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A file system of a few hundred kilobytes, unmounted at the end.
struct Disk(TempDir);

impl Disk {
    /// # Panics
    ///
    /// Where this user may not mount one: a test that passed there would have tested nothing.
    fn of(size: &str) -> Disk {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mounted = mount(
            &["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"],
            folder.path(),
        );
        assert!(
            mounted,
            "this test fills a disk of its own and may not mount one here: run it as root, or \
             leave it out by `--skip disk::full`"
        );
        Disk(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn grow(&self, size: &str) {
        assert!(mount(&["-o", &format!("remount,size={size}")], self.path()));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        Command::new("umount")
            .arg("--lazy")
            .arg(self.path())
            .status()
            .ok();
    }
}

fn mount(arguments: &[&str], folder: &Path) -> bool {
    let mut mount = Command::new("mount");
    mount
        .args(arguments)
        .arg(folder)
        .status()
        .is_ok_and(|status| status.success())
}

mod full {
    use super::*;

    #[test]
    fn postgres() {
        let disk = Disk::of("1m");
        let cluster = Cluster::start(&Setup::default());
        let session = Session::open(&cluster.url("postgres"));
        let data = session.rows("SHOW data_directory")[0][0].clone();
        let owner = fs::metadata(data).expect("the cluster has a folder");
        chown(disk.path(), Some(owner.uid()), Some(owner.gid())).expect("root may give it away");
        session.run(&format!(
            "CREATE TABLESPACE small LOCATION '{}'",
            disk.path().display()
        ));
        let project = Project::without_database();
        project.migrations(&[
            (
                "1_a",
                "CREATE TABLE a (b int) TABLESPACE small;",
                "DROP TABLE a;",
            ),
            (
                "2_fill",
                "INSERT INTO a VALUES (1);\nINSERT INTO a SELECT generate_series(1, 200000);",
                "DELETE FROM a;",
            ),
        ]);
        up(&project, &cluster.url("postgres"))
            .expect(1)
            .says("error[database]: could not extend file ")
            .says("No space left on device (53100)")
            .says("--> migrations/2_fill.sql:3:1")
            .says("= help: Check free disk space.")
            .says("help: `2_fill` was undone as a whole; mend it and run again");
        assert_eq!(session.rows("SELECT count(*) FROM a"), [["0"]]);
        assert_eq!(session.rows("SELECT version FROM _migrations"), [["1"]]);
        disk.grow("100m");
        up(&project, &cluster.url("postgres"))
            .expect(0)
            .says("Applied 1 migration");
        assert_eq!(session.rows("SELECT count(*) FROM a"), [["200001"]]);
        drop(session);
        drop(cluster);
    }

    /// InnoDB keeps some room of a table for taking back what did not fit; where the file is too
    /// small for that, MariaDB ends itself ("Out of disk space in rollback").
    #[test]
    fn mysql() {
        use migrate_tests::mysql;
        let disk = Disk::of("12m");
        let cluster = mysql::Cluster::start(&mysql::Setup::default());
        let session = mysql::Session::open(&cluster.url("mysql"));
        session.run("CREATE DATABASE app");
        let data = session.rows("SELECT @@datadir")[0][0].clone();
        let owner = fs::metadata(data).expect("the server has a folder");
        chown(disk.path(), Some(owner.uid()), Some(owner.gid())).expect("root may give it away");
        let project = Project::without_database();
        let create = format!(
            "CREATE TABLE a (b int) ENGINE = InnoDB DATA DIRECTORY = '{}';",
            disk.path().display()
        );
        project.migrations(&[
            ("1_a", &create, "DROP TABLE a;"),
            (
                "2_fill",
                "INSERT INTO a VALUES (1);\nINSERT INTO a SELECT seq FROM seq_1_to_600000;",
                "DELETE FROM a;",
            ),
        ]);
        up(&project, &cluster.url("app"))
            .expect(1)
            .says("error[database]: The table 'a' is full (1114)")
            .says("--> migrations/2_fill.sql:3:1")
            .says("= help: make room on the server's disk")
            .says("help: `2_fill` was undone as a whole; mend it and run again");
        assert_eq!(session.rows("SELECT count(*) FROM app.a"), [["0"]]);
        let applied = "SELECT version FROM app._migrations";
        assert_eq!(session.rows(applied), [["1"]]);
        disk.grow("100m");
        up(&project, &cluster.url("app"))
            .expect(0)
            .says("Applied 1 migration");
        assert_eq!(session.rows("SELECT count(*) FROM app.a"), [["600001"]]);
        drop(session);
        drop(cluster);
    }

    #[test]
    fn sqlite() {
        let disk = Disk::of("256k");
        let url = format!("sqlite:{}", disk.path().join("test.db").display());
        let project = Project::without_database();
        project.migrations(&[
            ("1_a", "CREATE TABLE a (b blob);", "DROP TABLE a;"),
            (
                "2_fill",
                "INSERT INTO a VALUES (x'00');\nINSERT INTO a VALUES (zeroblob(1000000));",
                "DELETE FROM a;",
            ),
        ]);
        up(&project, &url)
            .expect(1)
            .says("error: cannot record or commit `2_fill` (`migrations/2_fill.sql`): database or disk is full")
            .says("help: make room on the disk of the database's file\n`2_fill` was undone as a whole: run again when that is mended");
        project
            .migrate(&["-d", &url, "status", "--exit-code"])
            .expect(3)
            .says("1 pending");
        disk.grow("10m");
        up(&project, &url).expect(0).says("Applied 1 migration");
    }
}

/// A folder and a `migrate` that runs as somebody who may not do everything.
struct Somebody {
    project: Project,
    program: PathBuf,
    is_root: bool,
}

impl Somebody {
    fn new() -> Somebody {
        let project = Project::without_database();
        project.migrations(&[("1_a", "CREATE TABLE a (b int);", "DROP TABLE a;")]);
        let folder = project.path(".");
        fs::set_permissions(folder, Permissions::from_mode(0o755)).expect("it is ours");
        // Where the workspace is, somebody else may not look.
        let copy = project.path("migrate");
        fs::copy(program("migrate"), &copy).expect("the program can be copied");
        Somebody {
            project,
            program: copy,
            is_root: fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0),
        }
    }

    /// A folder that is somebody's.
    fn folder(&self) -> PathBuf {
        let folder = self.project.path("data");
        fs::create_dir(&folder).expect("it is not there yet");
        if self.is_root {
            self.own(&folder);
        }
        folder
    }

    fn own(&self, path: &Path) {
        let owned = Command::new("chown").arg("nobody").arg(path).status();
        assert!(owned.is_ok_and(|status| status.success()), "chown nobody");
    }

    fn up(&self, database: &Path) -> Outcome {
        let mut command = match self.is_root {
            true => {
                let mut command = self.project.command(Path::new("setpriv"));
                command
                    .args(["--reuid", "nobody", "--clear-groups"])
                    .arg(&self.program);
                command
            }
            false => self.project.command(&self.program),
        };
        let url = format!("sqlite:{}", database.display());
        Running::start(command.args(["-d", &url, "up"])).wait()
    }
}

fn may(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is ours");
}

#[test]
fn a_file_that_may_not_be_written() {
    let somebody = Somebody::new();
    let file = somebody.folder().join("test.db");
    somebody.up(&file).expect(0);
    somebody
        .project
        .migrations(&[("2_c", "CREATE TABLE c (d int);", "DROP TABLE c;")]);
    may(&file, 0o444);
    somebody
        .up(&file)
        .expect(1)
        .says("attempt to write a readonly database")
        .says("may this user write the database's file, and in its directory?");
    may(&file, 0o644);
    somebody.up(&file).expect(0).says("Applied 1 migration");
}

/// SQLite keeps its journal beside the file.
#[test]
fn a_directory_that_may_not_be_written() {
    let somebody = Somebody::new();
    let folder = somebody.folder();
    let file = folder.join("test.db");
    may(&folder, 0o555);
    somebody
        .up(&file)
        .expect(1)
        .says("SQLite can neither open nor create it")
        .says("help: may this user read the file, and write in its directory?");
    may(&folder, 0o755);
    somebody.up(&file).expect(0);
    somebody
        .project
        .migrations(&[("2_c", "CREATE TABLE c (d int);", "DROP TABLE c;")]);
    may(&folder, 0o555);
    somebody
        .up(&file)
        .expect(1)
        .says("may this user write the database's file, and in its directory?");
    may(&folder, 0o755);
    somebody.up(&file).expect(0).says("Applied 1 migration");
}

#[test]
fn a_file_that_is_no_database() {
    let database = migrate_tests::sqlite::Database::create();
    fs::write(
        database.path(),
        "no database, and longer than the header of one. ".repeat(10),
    )
    .expect("it can be written");
    let project = Project::without_database();
    project.migrations(&[("1_a", "CREATE TABLE a (b int);", "DROP TABLE a;")]);
    up(&project, &database.url())
        .expect(1)
        .says("it is not an SQLite database")
        .says("help: is it another file, or an encrypted database?");
    fs::remove_file(database.path()).expect("it is there");
    up(&project, &database.url()).expect(0);
}
