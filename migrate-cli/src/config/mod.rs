//! The settings of a run: flags, then the environment, then `migrate.toml`, then defaults; each
//! with where it came from.
//!
//! What `[environments.<name>]` says was asked for by name, so it comes before the environment's
//! general `DATABASE_URL`.

mod file;
mod interpolate;
mod judging;
mod setting;
mod sources;
mod variables;

pub use file::ConfigFile;
pub use judging::Judging;
pub use setting::{Origin, Setting};
pub use variables::Variables;

use crate::args::Global;
use crate::failure::Complaint;
use migrate_core::dialect::Dialect;
use migrate_core::limits::{self, DURATIONS};
use migrate_runtime::{LockMode, Migrator, Reaction};
use setting::{Text, by_default, flag, variable};
use sources::Sources;
use std::path::{Path, PathBuf};
use std::time::Duration;

const FILE_NAME: &str = "migrate.toml";

/// All settings. They may hold a password: nothing here can be printed as a whole.
#[derive(Clone)]
pub struct Settings {
    /// Which `[environments.<name>]` applies.
    pub environment: Option<Setting<String>>,
    /// The history table's name, not yet looked into.
    pub table_name: Setting<Text>,
    /// How many connections an application's pool may have. The command line needs one.
    pub max_connections: Option<Setting<u64>>,
    /// How long to wait for a connection.
    pub connect_timeout: Setting<Duration>,
    /// How often to try again what others were in the way of.
    pub lock_retries: Setting<u64>,
    lock_timeout: Setting<Text>,
    statement_timeout: Setting<Text>,
    database: Option<Setting<Text>>,
    directory: Setting<Result<PathBuf, Complaint>>,
    dialect: Option<Setting<Text>>,
    out_of_order: Setting<Text>,
    /// How long a lease lasts that is not renewed.
    pub lease: Setting<Duration>,
    lock: Setting<Text>,
    /// How the migrations are judged.
    pub judging: Judging,
}

impl Settings {
    /// Finds and reads the configuration file, and puts everything together.
    ///
    /// # Errors
    ///
    /// The file is not there although it was named, or is wrong; or the `.env` is.
    pub fn load(flags: &Global, variables: &Variables, here: &Path) -> Result<Settings, Complaint> {
        let variables = variables.complete()?;
        let path = match &flags.config {
            Some(path) => Some(path.clone()),
            None => find_upwards(here, FILE_NAME),
        };
        let file = path.map(|path| ConfigFile::read(&path)).transpose()?;
        Settings::resolve(flags, variables, file.as_ref())
    }

    /// Puts everything together.
    ///
    /// # Errors
    ///
    /// The file has no such environment.
    pub fn resolve(
        flags: &Global,
        variables: &Variables,
        file: Option<&ConfigFile>,
    ) -> Result<Settings, Complaint> {
        let environment =
            flag("--env", flags.env.clone()).or_else(|| variable("MIGRATE_ENV", variables));
        if let (Some(environment), Some(file)) = (&environment, file) {
            file.check_environment(&environment.value)?;
        }
        let from = Sources {
            file,
            environment: environment.as_ref().map(|name| name.value.as_str()),
            variables,
        };
        Ok(Settings {
            database: from.database(flags),
            directory: from.directory(flags),
            dialect: from.dialect(),
            table_name: from.text("migrations.table_name", "_migrations"),
            out_of_order: from.text("migrations.out_of_order", "error"),
            lock: from.lock(flags),
            lease: from.seconds("migrations.lease_secs", 30),
            max_connections: from.number("database.max_connections"),
            connect_timeout: from.seconds("database.connect_timeout_secs", 10),
            lock_retries: flag("--lock-retries", flags.lock_retries)
                .or_else(|| from.number("database.lock_retries"))
                .unwrap_or_else(|| by_default(10)),
            lock_timeout: from.duration(
                flag("--lock-timeout", flags.lock_timeout),
                "database.lock_timeout",
                "5s",
            ),
            statement_timeout: from.duration(
                flag("--statement-timeout", flags.statement_timeout),
                "database.statement_timeout",
                "none",
            ),
            judging: from.judging(),
            environment,
        })
    }

    /// How long a statement may wait for a lock.
    ///
    /// # Errors
    ///
    /// The file has no duration there.
    pub fn lock_timeout(&self) -> Result<Duration, Complaint> {
        limit("database.lock_timeout", &self.lock_timeout)
    }

    /// How long a statement may run.
    ///
    /// # Errors
    ///
    /// The file has no duration there.
    pub fn statement_timeout(&self) -> Result<Duration, Complaint> {
        limit("database.statement_timeout", &self.statement_timeout)
    }

    /// The database's URL. It may hold a password.
    ///
    /// # Errors
    ///
    /// There is none, or it needs a variable that is not set.
    pub fn database(&self) -> Result<&str, Complaint> {
        match &self.database {
            Some(Setting { value: Ok(url), .. }) if !url.is_empty() => Ok(url),
            Some(Setting {
                value: Err(mistake),
                ..
            }) => Err(mistake.clone()),
            Some(_) | None => Err(Complaint::configuration("no database was named").help(format!(
                "set DATABASE_URL, use `--database <URL>`, or write `url = \"…\"` under `[database]` into {FILE_NAME}"
            ))),
        }
    }

    /// The migrations folder.
    ///
    /// # Errors
    ///
    /// It needs a variable that is not set.
    pub fn directory(&self) -> Result<&Path, Complaint> {
        self.directory.value.as_deref().map_err(Complaint::clone)
    }

    /// The migrations folder, where it is one.
    ///
    /// # Errors
    ///
    /// As [`Settings::directory`], and if there is no such folder.
    pub fn existing_directory(&self) -> Result<&Path, Complaint> {
        let path = self.directory()?;
        let shown = path.display();
        let origin = match &self.directory.origin {
            Origin::Default => String::new(),
            origin => format!(" ({origin})"),
        };
        match std::fs::metadata(path) {
            Ok(folder) if folder.is_dir() => Ok(path),
            Ok(_) => Err(Complaint::configuration(format!(
                "the migrations folder `{shown}`{origin} is not a folder"
            ))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(Complaint::configuration(format!(
                    "there is no migrations folder `{shown}`{origin}"
                ))
                .help("name the one there is with `--migrations <DIR>`, or begin one with `migrate create <NAME>`"))
            }
            Err(error) => Err(Complaint::configuration(format!(
                "cannot look into the migrations folder `{shown}`{origin}: {error}"
            ))),
        }
    }

    /// Whose SQL the migrations are, where the file says so: as for `embed_migrations!`, which
    /// reads the same key.
    ///
    /// # Errors
    ///
    /// The file has no dialect there.
    pub fn dialect(&self) -> Result<Option<Dialect>, Complaint> {
        let Some(Setting { value, origin }) = &self.dialect else {
            return Ok(None);
        };
        let name = value.as_deref().map_err(Complaint::clone)?;
        let dialect = name.parse().map(Some);
        dialect.map_err(|message: String| {
            Complaint::configuration(format!("`{origin}`: `migrations.dialect`: {message}"))
        })
    }

    /// What to do about migrations that are out of order.
    ///
    /// # Errors
    ///
    /// The file has another word than `error`, `warn` and `allow`.
    pub fn out_of_order(&self) -> Result<Reaction, Complaint> {
        match self
            .out_of_order
            .value
            .as_deref()
            .map_err(Complaint::clone)?
        {
            "error" => Ok(Reaction::Error),
            "warn" => Ok(Reaction::Warn),
            "allow" => Ok(Reaction::Allow),
            other => Err(Complaint::configuration(format!(
                "`{}`: `migrations.out_of_order` is `{other}`, and must be `error`, `warn` or `allow`",
                self.out_of_order.origin
            ))),
        }
    }

    /// How other runners are kept out.
    ///
    /// # Errors
    ///
    /// The file has another word than `auto`, `session`, `lease` and `none`.
    pub fn lock(&self) -> Result<LockMode, Complaint> {
        let word = self.lock.value.as_deref().map_err(Complaint::clone)?;
        word.parse().map_err(|_| {
            Complaint::configuration(format!(
                "`{}`: `migrations.lock` is `{word}`, and must be `auto`, `session`, `lease` or `none`",
                self.lock.origin
            ))
        })
    }

    /// How long a lease lasts. One that is over at once would keep nobody out, and after one that
    /// never ends nobody would come in.
    ///
    /// # Errors
    ///
    /// The file has a time that is not among [`Migrator::LEASES`].
    pub fn lease(&self) -> Result<Duration, Complaint> {
        let Setting { value, origin } = &self.lease;
        let leases = Migrator::LEASES;
        match leases.contains(value) {
            true => Ok(*value),
            false => Err(Complaint::configuration(format!(
                "`{origin}`: `migrations.lease_secs` is {}, and must be from {} to {}",
                value.as_secs(),
                leases.start().as_secs(),
                leases.end().as_secs(),
            ))),
        }
    }

    /// Every setting on a line, with where it came from; passwords hidden by `redact`.
    pub fn describe(&self, redact: impl Fn(&str) -> String) -> Vec<String> {
        let unset = |complaint: &Complaint| format!("({complaint})");
        let text = |value: &Text| value.clone().unwrap_or_else(|complaint| unset(&complaint));
        let mut lines = Vec::new();
        let mut line = |key: &str, value: String, origin: &Origin| {
            lines.push(format!("{key} = {value} [{origin}]"));
        };
        if let Some(name) = &self.environment {
            line("environment", name.value.clone(), &name.origin);
        }
        if let Some(url) = &self.database {
            let shown = match &url.value {
                Ok(url) => redact(url),
                Err(complaint) => unset(complaint),
            };
            line("database.url", shown, &url.origin);
        }
        if let Some(count) = &self.max_connections {
            line(
                "database.max_connections",
                count.value.to_string(),
                &count.origin,
            );
        }
        let seconds = self.connect_timeout.value.as_secs().to_string();
        line(
            "database.connect_timeout_secs",
            seconds,
            &self.connect_timeout.origin,
        );
        for (key, timeout) in [
            ("database.lock_timeout", &self.lock_timeout),
            ("database.statement_timeout", &self.statement_timeout),
        ] {
            line(key, text(&timeout.value), &timeout.origin);
        }
        let retries = self.lock_retries.value.to_string();
        line("database.lock_retries", retries, &self.lock_retries.origin);
        if let Some(versions) = &self.judging.versions {
            line(
                "database.versions",
                versions.value.join(", "),
                &versions.origin,
            );
        }
        let directory = match &self.directory.value {
            Ok(path) => path.display().to_string(),
            Err(complaint) => unset(complaint),
        };
        line("migrations.directory", directory, &self.directory.origin);
        if let Some(dialect) = &self.dialect {
            line("migrations.dialect", text(&dialect.value), &dialect.origin);
        }
        line(
            "migrations.table_name",
            text(&self.table_name.value),
            &self.table_name.origin,
        );
        line(
            "migrations.out_of_order",
            text(&self.out_of_order.value),
            &self.out_of_order.origin,
        );
        line("migrations.lock", text(&self.lock.value), &self.lock.origin);
        let seconds = self.lease.value.as_secs().to_string();
        line("migrations.lease_secs", seconds, &self.lease.origin);
        for (key, setting) in self.judging.given() {
            line(key, text(&setting.value), &setting.origin);
        }
        lines
    }
}

/// What a text says of a limit.
fn limit(key: &str, setting: &Setting<Text>) -> Result<Duration, Complaint> {
    let text = setting.value.as_deref().map_err(Complaint::clone)?;
    limits::limit(text).map_err(|message| {
        Complaint::configuration(format!("`{}`: `{key}`: {message}", setting.origin))
            .help(DURATIONS)
    })
}

/// The nearest file of this name, in the folder or one above it, as seen from the folder.
pub(crate) fn find_upwards(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut way = PathBuf::new();
    for above in folder.ancestors() {
        if above.join(name).is_file() {
            return Some(way.join(name));
        }
        way.push("..");
    }
    None
}

#[cfg(test)]
mod tests;
