//! Environment variables: those of the process, and those that `.env` adds.

use crate::failure::Complaint;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The environment, with the `.env` file that added to it.
#[derive(Clone, Default)]
pub struct Variables {
    values: BTreeMap<String, String>,
    dotenv: Option<DotEnv>,
    /// Why the `.env` cannot be read: nothing of it was taken then.
    mistake: Option<Complaint>,
}

/// A `.env` file, and which variables are its own.
#[derive(Clone)]
struct DotEnv {
    path: PathBuf,
    names: Vec<String>,
}

impl Variables {
    /// Adds the `.env` of this folder, or of the nearest one above that has one, to the process's
    /// environment, where the database drivers look too, and returns all of it. Variables that
    /// are set already stay as they are.
    pub fn load(folder: &Path) -> Variables {
        let before = process();
        let Some(path) = super::find_upwards(folder, ".env") else {
            return Variables {
                values: before,
                ..Variables::default()
            };
        };
        let mistake = add(&path).err();
        let values = process();
        let names = values
            .keys()
            .filter(|name| !before.contains_key(*name))
            .cloned()
            .collect();
        Variables {
            values,
            dotenv: Some(DotEnv { path, names }),
            mistake,
        }
    }

    /// The variables, to choose a database by.
    ///
    /// # Errors
    ///
    /// The `.env` is not read, and might have named another one.
    pub fn complete(&self) -> Result<&Variables, Complaint> {
        match &self.mistake {
            Some(mistake) => Err(mistake.clone()),
            None => Ok(self),
        }
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// The `.env` file that a variable came from; `None` where the process had it.
    pub fn file(&self, name: &str) -> Option<&Path> {
        let dotenv = self.dotenv.as_ref()?;
        let added = dotenv.names.iter().any(|added| added == name);
        added.then_some(&*dotenv.path)
    }
}

/// Adds a file's variables to the process's environment: all, or none.
fn add(path: &Path) -> Result<(), Complaint> {
    let shown = path.display();
    let unreadable = |error: &dyn Display| {
        Complaint::configuration(format!("cannot read `{shown}`: {error}; nothing was done"))
    };
    let text = fs::read_to_string(path).map_err(|error| unreadable(&error))?;
    let text = text.trim_start_matches('\u{feff}');
    let lines_read = Cell::new(0);
    let lines = Lines {
        rest: text.as_bytes(),
        read: &lines_read,
    };
    match dotenvy::from_read_iter(lines).find_map(Result::err) {
        None => dotenvy::from_read(text.as_bytes()).map_err(|error| unreadable(&error)),
        // dotenvy's own words repeat what is wrong, which may be a password.
        Some(dotenvy::Error::LineParse(wrong, _)) => {
            let line = lines_read.get() - wrong.lines().count().saturating_sub(1);
            Err(Complaint::configuration(format!(
                "`{shown}`: line {line} is not `NAME=value`; nothing was done"
            ))
            .help("put a value with spaces or signs into single quotes, and close them"))
        }
        Some(error) => Err(unreadable(&error)),
    }
}

/// Gives a line at a time, so that it is known how many have been read when one is wrong.
struct Lines<'a> {
    rest: &'a [u8],
    read: &'a Cell<usize>,
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut line = self.rest.split_inclusive(|byte| *byte == b'\n');
        let read = line.next().unwrap_or_default().read(buffer)?;
        let (given, rest) = self.rest.split_at(read);
        if given.ends_with(b"\n") || (rest.is_empty() && !given.is_empty()) {
            self.read.set(self.read.get() + 1);
        }
        self.rest = rest;
        Ok(read)
    }
}

/// Variables that are not UTF-8 are none of ours.
fn process() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Variables {
    fn from(values: [(&str, &str); N]) -> Variables {
        let owned = values.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Variables {
            values: owned.into(),
            ..Variables::default()
        }
    }
}
