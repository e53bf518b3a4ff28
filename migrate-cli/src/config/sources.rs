//! What the flags, the environment and the configuration file say of a setting, and which of them
//! comes first.

use super::Variables;
use super::file::{ConfigFile, Given};
use super::interpolate::{Mistake, interpolate};
use super::setting::{Origin, Setting, Text, by_default, flag, variable};
use crate::args::Global;
use crate::failure::Complaint;
use migrate_runtime::LockMode;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

/// Where values may come from, beside the flags.
pub(super) struct Sources<'a> {
    /// The file, if there is one.
    pub file: Option<&'a ConfigFile>,
    /// Which `[environments.<name>]` of it applies.
    pub environment: Option<&'a str>,
    /// The environment's variables.
    pub variables: &'a Variables,
}

impl Sources<'_> {
    /// What the file says of a key.
    fn given(&self, key: &str) -> Option<Setting<Given>> {
        let file = self.file?;
        let (given, overlaid) = file.get(key, self.environment)?;
        let environment = self.environment.filter(|_| overlaid).map(str::to_owned);
        let path = file.path.clone();
        Some(Setting {
            value: given.clone(),
            origin: Origin::File { path, environment },
        })
    }

    /// The number that the file has.
    pub fn number(&self, key: &str) -> Option<Setting<u64>> {
        match self.given(key)? {
            Setting {
                value: Given::Number(value),
                origin,
            } => Some(Setting { value, origin }),
            _ => None,
        }
    }

    /// The list that the file has.
    pub fn list(&self, key: &str) -> Option<Setting<Vec<String>>> {
        match self.given(key)? {
            Setting {
                value: Given::List(value),
                origin,
            } => Some(Setting { value, origin }),
            _ => None,
        }
    }

    /// A time that the file has in seconds.
    pub fn seconds(&self, key: &str, default: u64) -> Setting<Duration> {
        let seconds = self.number(key);
        seconds
            .unwrap_or_else(|| by_default(default))
            .map(Duration::from_secs)
    }

    /// A text that the file has, if it has one.
    pub fn given_text(&self, key: &str) -> Option<Setting<Text>> {
        match self.given(key)? {
            Setting {
                value: Given::Text(text),
                origin,
            } => Some(Setting {
                value: self.interpolate(key, &text, &origin),
                origin,
            }),
            _ => None,
        }
    }

    fn interpolate(&self, key: &str, text: &str, origin: &Origin) -> Text {
        interpolate(text, |name| self.variables.get(name)).map_err(|mistake| match mistake {
            Mistake::Unset(name) => Complaint::configuration(format!(
                "`{origin}`: `{key}` needs the environment variable `{name}`, which is not set"
            ))
            .help(format!("set it, or write a default: `${{{name}:-…}}`")),
            Mistake::Unclosed => {
                Complaint::configuration(format!("`{origin}`: `{key}` has `${{` without `}}`"))
            }
        })
    }

    /// Whose SQL the file says that the migrations are.
    pub fn dialect(&self) -> Option<Setting<Text>> {
        self.given_text("migrations.dialect")
    }

    /// A text that the file has.
    pub fn text(&self, key: &str, default: &str) -> Setting<Text> {
        let given = self.given_text(key);
        given.unwrap_or_else(|| by_default(Ok(default.to_owned())))
    }

    /// How other runners are kept out.
    pub fn lock(&self, flags: &Global) -> Setting<Text> {
        let flag = flag("--lock", flags.lock);
        flag.map(|flag| flag.map(|mode| Ok(mode.as_str().to_owned())))
            .unwrap_or_else(|| self.text("migrations.lock", LockMode::default().as_str()))
    }

    /// A duration: the flag's, or the file's as it is written there.
    pub fn duration(
        &self,
        flag: Option<Setting<Duration>>,
        key: &str,
        default: &str,
    ) -> Setting<Text> {
        let milliseconds = |flag: Duration| Ok(format!("{}ms", flag.as_millis()));
        match flag {
            Some(flag) => flag.map(milliseconds),
            None => self.text(key, default),
        }
    }

    /// The database's URL. That of an environment which was asked for comes before `DATABASE_URL`.
    pub fn database(&self, flags: &Global) -> Option<Setting<Text>> {
        if let Some(flag) = flag("--database", flags.database.clone()) {
            return Some(flag.map(Ok));
        }
        let given = self
            .given_text("database.url")
            .map(|given| match self.file {
                Some(file) => given.map(|url| url.map(|url| beside(file.folder(), url))),
                None => given,
            });
        let asked_for = given.as_ref().is_some_and(|given| {
            matches!(
                given.origin,
                Origin::File {
                    environment: Some(_),
                    ..
                }
            )
        });
        if asked_for {
            return given;
        }
        let variable = variable("DATABASE_URL", self.variables);
        variable.map(|variable| variable.map(Ok)).or(given)
    }

    /// The migrations folder; that of the file is beside it.
    pub fn directory(&self, flags: &Global) -> Setting<Result<PathBuf, Complaint>> {
        if let Some(flag) = flag("--migrations", flags.migrations.clone()) {
            return flag.map(Ok);
        }
        match (self.given_text("migrations.directory"), self.file) {
            (Some(given), Some(file)) => {
                given.map(|text| text.map(|text| plain(&file.folder().join(text))))
            }
            // A configuration file marks the project's folder, also where it says nothing.
            (None, Some(file)) => by_default(Ok(file.folder().join("migrations"))),
            (_, None) => by_default(Ok(PathBuf::from("migrations"))),
        }
    }
}

/// The path without `.` in it.
pub(super) fn plain(path: &Path) -> PathBuf {
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let plain: PathBuf = parts.collect();
    match plain.as_os_str().is_empty() {
        true => PathBuf::from("."),
        false => plain,
    }
}

/// An SQLite file that the configuration names stands beside it, wherever the command is run.
pub(super) fn beside(folder: &Path, url: String) -> String {
    let Some((scheme, rest)) = url.split_once(':') else {
        return url;
    };
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let is_file = matches!(scheme, "sqlite" | "sqlite3") && !path.is_empty() && path != ":memory:";
    // A folder whose name is not UTF-8 cannot be part of a URL.
    match folder.to_str() {
        Some(folder) if is_file && !folder.is_empty() && Path::new(path).is_relative() => {
            let file = Path::new(folder).join(path);
            format!("{scheme}:{}", file.display())
        }
        _ => url,
    }
}
