//! Folders that no fixture can hold: what a disk, a checkout or an editor does to them.

use migrate_core::diagnostic::Code;
use migrate_core::dialect::Dialect;
use migrate_core::folder::{Folder, load};
use migrate_core::layout::{Layout, new_files};
use migrate_core::render::{Style, render};
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    dir
}

fn loaded(dir: &Path) -> Folder {
    load(dir, "migrations", Dialect::Postgres)
}

fn pictures(folder: &Folder) -> String {
    let pictures = folder.diagnostics.iter();
    let pictures: Vec<String> = pictures
        .map(|diagnostic| render(diagnostic, &folder.sources, Style::Plain))
        .collect();
    pictures.join("\n\n")
}

/// Loads a folder that has this problem and no other.
fn check_problem(dir: &Path, expected: &str) {
    let folder = loaded(dir);
    assert_eq!(pictures(&folder), expected.trim_matches('\n'));
}

#[test]
fn a_missing_folder() {
    let dir = folder(&[]);
    check_problem(
        &dir.path().join("none"),
        r"
error[unreadable]: cannot read the migrations folder `migrations`: it does not exist
  --> migrations
   = help: `migrate create <name>` makes it; `-m <folder>` names another one
",
    );
}

#[test]
fn a_file_instead_of_the_folder() {
    let dir = folder(&[("migrations", b"")]);
    check_problem(
        &dir.path().join("migrations"),
        r"
error[unreadable]: cannot read the migrations folder `migrations`: it is a file
  --> migrations
   = help: `migrate create <name>` makes it; `-m <folder>` names another one
",
    );
}

#[test]
fn an_empty_folder_is_in_order() {
    let folder = loaded(folder(&[]).path());
    assert_eq!(folder.layout, None);
    assert!(folder.migrations.is_empty() && folder.diagnostics.is_empty());
}

#[test]
fn a_file_that_is_not_utf8() {
    let dir = folder(&[("1_a.sql", b"-- migrate:up\nSELECT 'caf\xe9';\n")]);
    check_problem(
        dir.path(),
        r"
error[encoding]: the file is not UTF-8: byte 0xe9
  --> migrations/1_a.sql:2:12
   |
 2 | SELECT 'caf�';
   |            ^
   = help: save the file as UTF-8
",
    );
}

/// `mysqldump` writes bytes as they are.
#[test]
fn a_dump_of_binary_data() {
    let dir = folder(&[("1_a.sql", b"INSERT INTO a VALUES (_binary '\xff');\n")]);
    let folder = load(dir.path(), "migrations", Dialect::Mysql);
    let help = folder.diagnostics[0].help.clone().unwrap_or_default();
    assert!(help.contains("`mysqldump --hex-blob`"), "{help}");
}

#[test]
fn utf16_is_named() {
    let dir = folder(&[
        ("1_a.sql", b"\xff\xfeS\0E\0L\0"),
        ("2_b.sql", b"\xfe\xff\0S\0E"),
        ("3_c.sql", b"S\0E\0L\0"),
    ]);
    check_problem(
        dir.path(),
        r"
error[encoding]: the file is UTF-16, not UTF-8
  --> migrations/1_a.sql
   = help: save the file as UTF-8

error[encoding]: the file is UTF-16, not UTF-8
  --> migrations/2_b.sql
   = help: save the file as UTF-8

error[encoding]: the file has a zero byte: it is UTF-16 or no text at all
  --> migrations/3_c.sql
   = help: save the file as UTF-8
",
    );
}

/// To PostgreSQL a carriage return ends a comment, to SQLite it does not.
#[test]
fn lines_that_end_in_carriage_returns_alone() {
    let dir = folder(&[("1_a.sql", b"-- migrate:up\rSELECT 1;\r-- migrate:dwon\r")]);
    check_problem(
        dir.path(),
        r"
error[encoding]: the lines of the file end in carriage returns alone
  --> migrations/1_a.sql
   = help: save the file with line feeds (LF or CRLF)
",
    );
}

#[test]
fn a_file_that_cannot_be_read_still_has_its_version() {
    let dir = folder(&[
        ("1_a.sql", b"\xff"),
        ("01_b.sql", b"SELECT 1;"),
        ("2_c.sql", b"-- migrate:requires a\nSELECT 1;"),
    ]);
    let folder = loaded(dir.path());
    let codes: Vec<Code> = folder.diagnostics.iter().map(|it| it.code).collect();
    assert_eq!(
        codes,
        [Code::VersionDuplicate, Code::Encoding],
        "{}",
        pictures(&folder)
    );
}

#[test]
fn a_checkout_with_crlf_and_a_byte_order_mark_is_the_same() {
    let text = "-- migrate:up\nSELECT 1;\n\n-- migrate:down\nSELECT 2;\n";
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let unix = folder(&[("1_a.sql", text.as_bytes())]);
    let windows = folder(&[("1_a.sql", windows.as_bytes())]);
    let (unix, windows) = (loaded(unix.path()), loaded(windows.path()));
    assert_eq!(pictures(&windows), "");
    let (unix, windows) = (&unix.migrations[0], &windows.migrations[0]);
    assert_eq!(unix.checksum, windows.checksum);
    assert_eq!(unix.fingerprint, windows.fingerprint);
}

#[test]
fn the_checksum_of_two_files_is_that_of_their_contents() {
    let pairs = folder(&[
        ("1_a.up.sql", b"SELECT 1;\n"),
        ("1_a.down.sql", b"SELECT 2;\n"),
    ]);
    let folders = folder(&[
        ("1_a/up.sql", b"SELECT 1;\n"),
        ("1_a/down.sql", b"SELECT 2;\n"),
    ]);
    for dir in [pairs, folders] {
        let expected = migrate_core::checksum::checksum(&["SELECT 1;\n", "SELECT 2;\n"]);
        assert_eq!(loaded(dir.path()).migrations[0].checksum, expected);
    }
}

#[test]
fn the_order_is_that_of_versions_and_always_the_same() {
    let dir = folder(&[
        ("10_c.sql", b"SELECT 1 FROM"),
        ("9_b.sql", b"BEGIN;"),
        ("1_a.sql", b"SELECT 'open"),
        ("a.sql", b""),
    ]);
    let folder = loaded(dir.path());
    let labels: Vec<String> = folder.migrations.iter().map(|it| it.label()).collect();
    assert_eq!(labels, ["1_a", "9_b", "10_c"]);
    let first = pictures(&folder);
    assert_eq!(first.matches("error[").count(), 3, "{first}");
    assert_eq!(pictures(&loaded(dir.path())), first);
}

#[test]
fn new_files_are_a_migration_of_their_layout() {
    for layout in [
        Layout::Sections,
        Layout::Pairs,
        Layout::Folders,
        Layout::Plain,
    ] {
        let files = new_files(layout, "20260115120000", "größe 表");
        let files: Vec<(&str, &[u8])> = files
            .iter()
            .map(|file| (file.path.as_str(), file.content.as_bytes()))
            .collect();
        let folder = loaded(folder(&files).path());
        assert_eq!(folder.layout, Some(layout));
        assert_eq!(folder.migrations[0].label(), "20260115120000_größe 表");
        assert_eq!(folder.migrations[0].down.is_some(), layout != Layout::Plain);
        let codes: Vec<Code> = folder.diagnostics.iter().map(|it| it.code).collect();
        assert_eq!(codes, [Code::UpEmpty], "{layout}");
    }
}

#[test]
fn a_file_is_held_once() {
    let dir = folder(&[(
        "1_a.sql",
        b"-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n",
    )]);
    let folder = loaded(dir.path());
    let migration = &folder.migrations[0];
    let down = migration.down.as_ref().unwrap();
    assert_eq!(migration.up.file.text.as_ptr(), down.file.text.as_ptr());
}

proptest! {
    #[test]
    fn no_text_panics_and_every_place_can_be_drawn(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..25),
        dialect in prop::sample::select(Dialect::ALL),
    ) {
        let text = pieces.concat();
        let dir = folder(&[("1_a.sql", text.as_bytes()), ("2_b.sql", b"-- migrate:up\n;")]);
        let folder = load(dir.path(), "migrations", dialect);
        for diagnostic in &folder.diagnostics {
            let picture = render(diagnostic, &folder.sources, Style::Plain);
            prop_assert!(picture.contains("\n  --> migrations/"), "{}", picture);
        }
        for migration in &folder.migrations {
            for script in std::iter::once(&migration.up).chain(&migration.down) {
                for span in script.statements.iter() {
                    prop_assert!(!script.statement(span).trim().is_empty());
                }
            }
        }
    }
}

const PIECES: &[&str] = &[
    "-- migrate:up",
    "-- migrate:down",
    "-- UP",
    "-- down",
    "-- +goose Up",
    "-- +goose StatementBegin",
    "-- +goose StatementEnd",
    "-- migrate:",
    "-- migrate:unchecked é",
    "-- migrate:no-transaction",
    "-- migrate:requires a, 2_b",
    "-- migrate:irreversible 漢字",
    "-- migrate:allow ü",
    "\n",
    "\n",
    "\n",
    "\r",
    "\u{feff}",
    " ",
    ";",
    ";",
    "SELECT 1",
    "BEGIN",
    "COMMIT",
    "VACUUM",
    "'",
    "$$",
    "/*",
    "*/",
    "(",
    ")",
    "COPY t FROM stdin",
    "\\.",
    "DELIMITER //",
    "//",
    "é",
    "🦀",
    "--",
];

#[cfg(unix)]
mod unix {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    #[test]
    fn links_are_followed() {
        let elsewhere = folder(&[("a.sql", b"SELECT 1;"), ("b/up.sql", b"SELECT 2;")]);
        let dir = folder(&[]);
        symlink(elsewhere.path().join("a.sql"), dir.path().join("1_a.sql")).unwrap();
        assert_eq!(loaded(dir.path()).migrations.len(), 1);
        let dir = folder(&[]);
        symlink(elsewhere.path().join("b"), dir.path().join("1_b")).unwrap();
        assert_eq!(loaded(dir.path()).layout, Some(Layout::Folders));
    }

    #[test]
    fn what_is_no_file() {
        let dir = folder(&[]);
        symlink("nowhere", dir.path().join("1_a.sql")).unwrap();
        let pipe = dir.path().join("2_b.sql");
        assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
        check_problem(
            dir.path(),
            r"
error[unreadable]: cannot read the file: it does not exist
  --> migrations/1_a.sql

error[unreadable]: cannot read the file: it is a pipe, a socket or a device
  --> migrations/2_b.sql
",
        );
    }

    #[test]
    fn names_that_are_no_text() {
        let dir = folder(&[
            ("7_bell\u{7}.sql", b"SELECT 1;"),
            ("8_back\\slash.sql", b""),
        ]);
        let not_utf8 = OsStr::from_bytes(b"9_caf\xe9.sql");
        fs::write(dir.path().join(not_utf8), "SELECT 1;").unwrap();
        fs::write(dir.path().join(OsStr::from_bytes(b"caf\xe9.txt")), "").unwrap();
        let folder = loaded(dir.path());
        let seen: Vec<(Code, &str)> = folder
            .diagnostics
            .iter()
            .map(|it| (it.code, it.message.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                (
                    Code::FileName,
                    "the file has a control character in its name"
                ),
                (Code::FileName, "the file has a path separator in its name"),
                (Code::FileName, "the file has a name that is not UTF-8"),
            ]
        );
    }

    /// Root may read everything, so the answer of the system is looked at first.
    #[test]
    fn a_file_that_may_not_be_read() {
        use std::os::unix::fs::PermissionsExt;
        let dir = folder(&[("1_a.sql", b"SELECT 1;")]);
        let file = dir.path().join("1_a.sql");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
        let expected = match fs::read(&file) {
            Ok(_) => "",
            Err(_) => {
                "error[unreadable]: cannot read the file: permission denied\n  --> migrations/1_a.sql"
            }
        };
        check_problem(dir.path(), expected);
    }
}
