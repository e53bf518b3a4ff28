//! Environment variables: those of the process, and those that `.env` adds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The environment, with the `.env` file that added to it.
#[derive(Clone, Default)]
pub struct Variables {
    values: BTreeMap<String, String>,
    dotenv: Option<DotEnv>,
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
    /// are set already stay as they are. The text is a warning, where not all of the file was
    /// understood.
    pub fn load(folder: &Path) -> (Variables, Option<String>) {
        let before = process();
        let Some(path) = super::find_upwards(folder, ".env") else {
            let values = before;
            let dotenv = None;
            return (Variables { values, dotenv }, None);
        };
        let warning = dotenvy::from_path(&path).err().map(|error| {
            // dotenvy's own words repeat the line, which may hold a password.
            let why = match error {
                dotenvy::Error::Io(error) => error.to_string(),
                _ => "a line is not `NAME=value`; put values with spaces or signs into quotes"
                    .to_owned(),
            };
            format!("`{}` is not read to its end: {why}", path.display())
        });
        let values = process();
        let names = values
            .keys()
            .filter(|name| !before.contains_key(*name))
            .cloned()
            .collect();
        let dotenv = Some(DotEnv { path, names });
        (Variables { values, dotenv }, warning)
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
            dotenv: None,
        }
    }
}
