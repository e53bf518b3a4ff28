//! What the configuration file says of how migrations are judged: the same keys that `embed_migrations!`
//! reads.

use super::setting::{Setting, Text};
use super::sources::{Sources, plain};
use crate::failure::Complaint;
use migrate_core::diagnostic::{Code, Level};
use migrate_core::dialect::Dialect;
use migrate_core::folder::History;
use migrate_core::judge::Levels;
use migrate_core::locks::Server;
use std::path::PathBuf;

/// How migrations are judged, as far as the file says it.
#[derive(Clone)]
pub struct Judging {
    history: Option<Setting<Text>>,
    baseline_schema: Option<Setting<Text>>,
    since: Option<Setting<Text>>,
    levels: Vec<(&'static str, Setting<Text>)>,
    /// The servers that migrations are for, as they are written.
    pub versions: Option<Setting<Vec<String>>>,
}

impl Sources<'_> {
    /// How migrations are judged.
    pub fn judging(&self) -> Judging {
        let beside = |path: String| match self.file {
            Some(file) => plain(&file.folder().join(path)).display().to_string(),
            None => path,
        };
        let schema = self.given_text("migrations.baseline_schema");
        let level = |code: Code| {
            let given = self.given_text(&format!("lints.{code}"))?;
            Some((code.as_str(), given))
        };
        Judging {
            history: self.given_text("migrations.history"),
            baseline_schema: schema.map(|given| given.map(|path| path.map(beside))),
            since: self.given_text("lints.since"),
            levels: Code::all().filter_map(level).collect(),
            versions: self.list("database.versions"),
        }
    }
}

impl Judging {
    /// How much of the database's history the migrations are.
    ///
    /// # Errors
    ///
    /// The file has another word than `whole` and `partial`.
    pub fn history(&self) -> Result<Option<History>, Complaint> {
        let Some(Setting { value, origin }) = &self.history else {
            return Ok(None);
        };
        let word = value.as_deref().map_err(Complaint::clone)?;
        let history = word.parse().map(Some);
        history.map_err(|message: String| {
            Complaint::configuration(format!("`{origin}`: `migrations.history`: {message}"))
        })
    }

    /// The file that makes the schema before the first migration.
    ///
    /// # Errors
    ///
    /// It needs a variable that is not set.
    pub fn baseline_schema(&self) -> Result<Option<PathBuf>, Complaint> {
        let path = self.baseline_schema.as_ref();
        let path = path.map(|path| path.value.clone()).transpose()?;
        Ok(path.map(PathBuf::from))
    }

    /// The version after which rules look.
    ///
    /// # Errors
    ///
    /// It needs a variable that is not set.
    pub fn since(&self) -> Result<Option<String>, Complaint> {
        let since = self.since.as_ref();
        since.map(|since| since.value.clone()).transpose()
    }

    /// The levels of codes.
    ///
    /// # Errors
    ///
    /// There is no such level, or the code cannot have it.
    pub fn levels(&self) -> Result<Levels, Complaint> {
        let mut levels = Levels::default();
        for (code, Setting { value, origin }) in &self.levels {
            let complain = |message: &str| {
                Complaint::configuration(format!("`{origin}`: `lints.{code}`: {message}"))
            };
            let word = value.as_deref().map_err(Complaint::clone)?;
            let level: Level = word.parse().map_err(|message: String| complain(&message))?;
            levels.set(code, level).map_err(|mistake| Complaint {
                help: mistake.help,
                ..complain(&mistake.message)
            })?;
        }
        Ok(levels)
    }

    /// The servers that the migrations are for; empty where the file does not say.
    ///
    /// # Errors
    ///
    /// One of them is no server of this dialect.
    pub fn servers(&self, dialect: Dialect) -> Result<Vec<Server>, Complaint> {
        let Some(Setting { value, origin }) = &self.versions else {
            return Ok(Vec::new());
        };
        let servers = value.iter().map(|text| Server::parse(text, dialect));
        let servers: Result<Vec<Server>, String> = servers.collect();
        servers.map_err(|message| {
            Complaint::configuration(format!("`{origin}`: `database.versions`: {message}"))
        })
    }

    /// What is given, by key.
    pub fn given(&self) -> impl Iterator<Item = (&str, &Setting<Text>)> {
        let fixed = [
            ("migrations.history", &self.history),
            ("migrations.baseline_schema", &self.baseline_schema),
            ("lints.since", &self.since),
        ];
        fixed
            .into_iter()
            .filter_map(|(key, setting)| Some((key, setting.as_ref()?)))
    }
}
