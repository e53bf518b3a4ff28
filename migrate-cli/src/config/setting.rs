//! A value of the configuration, and where it came from.

use super::Variables;
use crate::failure::Complaint;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An option of the command line.
    Flag(&'static str),
    /// An environment variable; `file` is the `.env` that set it.
    Variable {
        /// Its name.
        name: &'static str,
        /// The `.env` that set it.
        file: Option<PathBuf>,
    },
    /// The configuration file.
    File {
        /// Which.
        path: PathBuf,
        /// Whether from `[environments.<name>]`.
        environment: Option<String>,
    },
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag(name) => f.write_str(name),
            Origin::Variable { name, file: None } => f.write_str(name),
            Origin::Variable {
                name,
                file: Some(file),
            } => write!(f, "{name} in {}", file.display()),
            Origin::File {
                path,
                environment: None,
            } => write!(f, "{}", path.display()),
            Origin::File {
                path,
                environment: Some(name),
            } => write!(f, "{}, environment {name}", path.display()),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// A value, and where it came from.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

/// A text from the file in which a variable is not set: a mistake only if it is used.
pub(super) type Text = Result<String, Complaint>;

impl<T> Setting<T> {
    /// The same setting, its value made something else.
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Setting<U> {
        Setting {
            value: change(self.value),
            origin: self.origin,
        }
    }
}

/// A flag's value, where it was given.
pub(super) fn flag<T>(name: &'static str, value: Option<T>) -> Option<Setting<T>> {
    let origin = Origin::Flag(name);
    value.map(|value| Setting { value, origin })
}

/// A variable that is not empty.
pub(super) fn variable(name: &'static str, variables: &Variables) -> Option<Setting<String>> {
    let value = variables.get(name).filter(|value| !value.is_empty())?;
    let file = variables.file(name).map(Path::to_owned);
    Some(Setting {
        value: value.to_owned(),
        origin: Origin::Variable { name, file },
    })
}

/// A value that nobody has said.
pub(super) fn by_default<T>(value: T) -> Setting<T> {
    let origin = Origin::Default;
    Setting { value, origin }
}
