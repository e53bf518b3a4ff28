//! What a folder has that the migrations embedded from it lack.

use crate::disk::{self, Kind};
use crate::layout::{Form, form, split_name};
use crate::migration::{Direction, Migration, Script, Version};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// The files of the folder `dir` that are no part of `migrations`, which were embedded from it:
/// paths below `dir`, with `/`, sorted. Only names are looked at, and a folder that is not there
/// (on another machine) has none.
pub fn added_since(dir: &Path, migrations: &[Migration]) -> Vec<String> {
    let known = Known::new(migrations);
    let mut added = Vec::new();
    for entry in disk::list(dir).unwrap_or_default() {
        let Some(name) = entry.name.to_str().filter(|name| !name.starts_with('.')) else {
            continue;
        };
        match form(name) {
            Some((stem, form)) if !known.has(stem, form, name) => added.push(name.to_owned()),
            None if entry.kind == Kind::Folder => added.extend(known.lacks(dir, name)),
            _ => {}
        }
    }
    added
}

/// The embedded migrations by what file names tell.
struct Known<'a> {
    versions: HashMap<&'a Version, &'a Migration>,
    /// Paths as messages show them, without all but the last part and without all but the last
    /// two: where the folder's own path ends is not known.
    files: HashSet<&'a str>,
}

impl<'a> Known<'a> {
    fn new(migrations: &'a [Migration]) -> Known<'a> {
        let scripts = |it: &'a Migration| [Some(&it.up), it.down.as_ref()];
        let tails = |script: &'a Script| {
            let path: &str = &script.file.path;
            let mut slashes = path.rmatch_indices('/').map(|(at, _)| &path[at + 1..]);
            [slashes.next(), slashes.next()]
        };
        Known {
            versions: migrations.iter().map(|it| (&it.version, it)).collect(),
            files: migrations
                .iter()
                .flat_map(scripts)
                .flatten()
                .flat_map(tails)
                .flatten()
                .collect(),
        }
    }

    /// Whether a file is embedded. A down that an irreversible migration leaves out counts as
    /// embedded.
    fn has(&self, stem: &str, form: Form, path: &str) -> bool {
        let is_down = matches!(
            form,
            Form::Pair(Direction::Down) | Form::Folder(Direction::Down)
        );
        let left_out = || {
            let (version, _) = split_name(stem).ok()?;
            self.versions
                .get(&Version::new(version))?
                .irreversible
                .as_ref()
        };
        self.files.contains(path) || (is_down && left_out().is_some())
    }

    /// The files of a subfolder that are not embedded.
    fn lacks(&self, dir: &Path, folder: &str) -> Vec<String> {
        let entries = disk::list(&dir.join(folder)).unwrap_or_default();
        let scripts = entries.iter().filter_map(|entry| {
            let name = entry.name.to_str()?;
            let direction = [Direction::Up, Direction::Down]
                .into_iter()
                .find(|direction| name.eq_ignore_ascii_case(&format!("{direction}.sql")))?;
            let path = format!("{folder}/{name}");
            (!self.has(folder, Form::Folder(direction), &path)).then_some(path)
        });
        scripts.collect()
    }
}
