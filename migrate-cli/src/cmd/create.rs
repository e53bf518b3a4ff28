//! `migrate create`

use crate::app::App;
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::output::Created;
use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use migrate_core::dialect::Dialect;
use migrate_core::folder;
use migrate_core::layout::{Layout, new_files, split_name};
use migrate_core::migration::Version;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes a new migration and prints its path.
#[derive(Debug, Args)]
#[command(
    after_help = "The version is the time in UTC. The files are laid out as those of the folder are.\n\nExample:\n  migrate create add_users\n  → migrations/20260115120000_add_users.sql"
)]
pub struct Create {
    /// What it does, in a few words
    name: String,
}

impl Create {
    pub(super) fn run(self, app: &App) -> Result<Exit, Failure> {
        let settings = app.settings()?;
        let paths = create(settings.directory()?, &self.name, Utc::now())?;
        let shown = || paths.iter().map(|path| path.display().to_string());
        app.output.show(
            |_| shown().map(|path| format!("{path}\n")).collect(),
            || Created {
                files: shown().collect(),
            },
        );
        Ok(Exit::Done)
    }
}

/// Writes the files of a new migration, in a folder that is made where it is not there.
fn create(folder: &Path, name: &str, now: DateTime<Utc>) -> Result<Vec<PathBuf>, Complaint> {
    let name = file_name(name)?;
    fs::create_dir_all(folder).map_err(|error| Complaint::file("create", folder, &error))?;
    // Whoever calls at the same time waits. Where a folder cannot be locked (Windows), the
    // version is only as unique as the second.
    let _held = File::open(folder).and_then(|handle| handle.lock().map(|()| handle));
    let shown = folder.to_string_lossy();
    // Names, sections and versions do not depend on the dialect.
    let present = folder::load(folder, &shown, Dialect::default());
    let taken = present
        .migrations
        .iter()
        .map(|migration| &migration.version);
    let version = free_version(now, &taken.collect::<Vec<_>>());
    let layout = present.layout.unwrap_or(Layout::Sections);
    new_files(layout, &version, &name)
        .iter()
        .map(|file| write(&folder.join(&file.path), &file.content))
        .collect()
}

/// The first second from now on that no migration has.
fn free_version(now: DateTime<Utc>, taken: &[&Version]) -> String {
    let mut second = now;
    loop {
        let text = second.format("%Y%m%d%H%M%S").to_string();
        let version = Version::new(text.as_str());
        if !taken.contains(&&version) {
            return text;
        }
        second += TimeDelta::seconds(1);
    }
}

/// Never overwrites.
fn write(path: &Path, content: &str) -> Result<PathBuf, Complaint> {
    let complain = |error| Complaint::file("write", path, &error);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(complain)?;
    }
    let mut file = File::create_new(path).map_err(complain)?;
    file.write_all(content.as_bytes()).map_err(complain)?;
    Ok(path.to_owned())
}

/// What file systems (255 bytes, commonly) leave beside a version and the longest ending.
const MAX_NAME: usize = 255 - "20260115120000_".len() - ".down.sql".len();

/// A name that every file system takes and every shell leaves alone: spaces and ASCII signs
/// become `_`.
fn file_name(name: &str) -> Result<String, Complaint> {
    let complain =
        |what: &str| Complaint::usage(format!("the name `{}` {what}", name.escape_debug()));
    if name.contains(char::is_control) {
        return Err(complain("has a control character"));
    }
    if name.contains(['/', '\\']) {
        return Err(complain("has a path separator"));
    }
    let is_sign =
        |c: char| c.is_whitespace() || (c.is_ascii() && !c.is_ascii_alphanumeric() && c != '-');
    let words: Vec<&str> = name
        .split(is_sign)
        .filter(|word| !word.is_empty())
        .collect();
    let file_name = words.join("_");
    if file_name.len() > MAX_NAME {
        let length = file_name.len();
        return Err(Complaint::usage(format!(
            "the name has {length} bytes, and a file's name has room for {MAX_NAME}; nothing was written"
        ))
        .help("say in a few words what the migration does, for example `add_users`"));
    }
    match split_name(&format!("0_{file_name}")) {
        Ok(("0", _)) => Ok(file_name),
        Ok(_) => Err(
            complain("begins with a number, which would be taken as part of the version")
                .help("begin with a word"),
        ),
        Err(_) => Err(complain("has no word in it")
            .help("say in a few words what the migration does, for example `add_users`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names() {
        for (name, expected) in [
            ("add_users", Some("add_users")),
            ("Add users", Some("Add_users")),
            ("  add   users  ", Some("add_users")),
            ("add-users", Some("add-users")),
            ("a.b:c*d?e\"f<g>h|i", Some("a_b_c_d_e_f_g_h_i")),
            ("add.up", Some("add_up")),
            ("Größe & Œuvre", Some("Größe_Œuvre")),
            ("日本語 🚀", Some("日本語_🚀")),
            ("2fa", Some("2fa")),
            ("$$", None),
            ("", None),
            ("   ", None),
            ("2024", None),
            ("2024 report", None),
            ("7-2fa", None),
            ("a/b", None),
            ("..\\b", None),
            ("a\nb", None),
            (&"ü".repeat(115), Some(&*"ü".repeat(115))),
            (&"ü".repeat(116), None),
        ] {
            assert_eq!(file_name(name).ok().as_deref(), expected, "{name:?}");
        }
    }

    #[test]
    fn two_in_a_second_do_not_collide() {
        let now = DateTime::from_timestamp(1_798_761_599, 0).expect("it is a time");
        let folder = temporary("collide");
        std::thread::scope(|scope| {
            for name in ["a", "b", "c", "d"] {
                let folder = &folder;
                scope.spawn(move || create(folder, name, now).expect("it is written"));
            }
        });
        let entries = fs::read_dir(&folder).expect("it is there");
        let versions: BTreeSet<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter_map(|name| Some(name.split_once('_')?.0.to_owned()))
            .collect();
        let expected = [
            "20261231235959",
            "20270101000000",
            "20270101000001",
            "20270101000002",
        ];
        assert!(versions.iter().eq(expected), "{versions:?}");
        fs::remove_dir_all(folder).expect("it is ours");
    }

    #[test]
    fn the_layout_is_the_folders() {
        let now = DateTime::from_timestamp(1_798_761_599, 0).expect("it is a time");
        for (layout, present, expected) in [
            ("none", None, &["_a.sql"][..]),
            (
                "pairs",
                Some(("1_x.up.sql", "SELECT 1;")),
                &["_a.up.sql", "_a.down.sql"],
            ),
            (
                "folders",
                Some(("1_x/up.sql", "SELECT 1;")),
                &["_a/up.sql", "_a/down.sql"],
            ),
            ("plain", Some(("1_x.sql", "SELECT 1;")), &["_a.sql"]),
            (
                "sections",
                Some(("1_x.sql", "-- migrate:up\nSELECT 1;")),
                &["_a.sql"],
            ),
        ] {
            let folder = temporary(layout);
            if let Some((path, content)) = present {
                fs::create_dir_all(&folder).expect("it is ours");
                write(&folder.join(path), content).expect("it is written");
            }
            let paths = create(&folder, "a", now).expect("it is written");
            let expected: Vec<PathBuf> = expected
                .iter()
                .map(|end| folder.join(format!("20261231235959{end}")))
                .collect();
            assert_eq!(paths, expected, "{layout}");
            let shown = folder.to_string_lossy();
            let found = folder::load(&folder, &shown, Dialect::default());
            assert!(
                !found.diagnostics.iter().any(|found| found.is_error()),
                "{found:?}"
            );
            fs::remove_dir_all(folder).expect("it is ours");
        }
    }

    fn temporary(name: &str) -> PathBuf {
        let unique = format!("migrate-create-{name}-{}", std::process::id());
        std::env::temp_dir().join(unique)
    }
}
