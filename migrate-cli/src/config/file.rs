//! `migrate.toml`: which keys there are, and what a file says of them.

use crate::failure::Complaint;
use config::{ConfigError, FileFormat, Source, Value, ValueKind};
use migrate_core::diagnostic::Code;
use migrate_core::suggest::nearest;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The tables, and the keys of each with its type. Every key may also stand under
/// `[environments.<name>.…]`.
const KEYS: &[(&str, &[(&str, Type)])] = &[
    (
        "database",
        &[
            ("url", Type::Text),
            ("max_connections", Type::Number),
            ("connect_timeout_secs", Type::Number),
            ("lock_timeout", Type::Text),
            ("statement_timeout", Type::Text),
            ("lock_retries", Type::Number),
            ("versions", Type::List),
        ],
    ),
    (
        "migrations",
        &[
            ("directory", Type::Text),
            ("dialect", Type::Text),
            ("table_name", Type::Text),
            ("out_of_order", Type::Text),
            ("lock", Type::Text),
            ("lease_secs", Type::Number),
            ("history", Type::Text),
            ("baseline_schema", Type::Text),
        ],
    ),
    // Beside these, the codes whose level can be set.
    (LINTS, &[("since", Type::Text)]),
];

const LINTS: &str = "lints";

const ENVIRONMENTS: &str = "environments";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Text,
    Number,
    List,
}

/// A value that a file gives to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// Not yet interpolated.
    Text(String),
    /// Not negative.
    Number(u64),
    /// Strings, or numbers as they are written.
    List(Vec<String>),
}

#[derive(Clone, Debug)]
struct Entry {
    /// `database.url`
    key: String,
    environment: Option<String>,
    given: Given,
}

/// What a configuration file says.
#[derive(Clone)]
pub struct ConfigFile {
    /// Where it is, as the user would write it.
    pub path: PathBuf,
    entries: Vec<Entry>,
    environments: BTreeSet<String>,
}

impl ConfigFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// It cannot be read, is no TOML, or has an unknown key or a value of the wrong type.
    pub fn read(path: &Path) -> Result<ConfigFile, Complaint> {
        let text = fs::read_to_string(path).map_err(|error| {
            let why = format!("cannot read `{}`: {error}", path.display());
            Complaint::configuration(why)
        })?;
        ConfigFile::parse(path, &text)
    }

    /// Reads a file's text.
    ///
    /// # Errors
    ///
    /// As [`ConfigFile::read`].
    pub fn parse(path: &Path, text: &str) -> Result<ConfigFile, Complaint> {
        let complain =
            |message: String| Complaint::configuration(format!("`{}`: {message}", path.display()));
        let root = config::File::from_str(text.trim_start_matches('\u{feff}'), FileFormat::Toml)
            .collect()
            .map_err(|error| complain(without_source(&error)))?;
        let mut file = ConfigFile {
            path: path.to_owned(),
            entries: Vec::new(),
            environments: BTreeSet::new(),
        };
        let mut read = || -> Result<(), Wrong> {
            for (name, value) in &root {
                if name != ENVIRONMENTS {
                    file.table(name, value, None)?;
                    continue;
                }
                for (environment, tables) in table(value, ENVIRONMENTS)? {
                    file.environments.insert(environment.clone());
                    let within = format!("{ENVIRONMENTS}.{environment}");
                    for (name, value) in table(tables, &within)? {
                        file.table(name, value, Some(environment))?;
                    }
                }
            }
            Ok(())
        };
        match read() {
            Ok(()) => Ok(file),
            Err(Wrong { message, help }) => Err(Complaint {
                help,
                ..complain(message)
            }),
        }
    }

    fn table(
        &mut self,
        name: &str,
        value: &Value,
        environment: Option<&String>,
    ) -> Result<(), Wrong> {
        let prefix = environment.map_or(String::new(), |name| format!("{ENVIRONMENTS}.{name}."));
        let Some((_, keys)) = KEYS.iter().find(|(known, _)| *known == name) else {
            let mut known: Vec<&str> = KEYS.iter().map(|(name, _)| *name).collect();
            if environment.is_none() {
                known.push(ENVIRONMENTS);
            }
            return Err(unknown(&prefix, name, &known));
        };
        let prefix = format!("{prefix}{name}.");
        for (key, value) in table(value, prefix.trim_end_matches('.'))? {
            let mut known = keys.to_vec();
            if name == LINTS {
                known.extend(Code::all().map(|code| (code.as_str(), Type::Text)));
            }
            let Some((_, kind)) = known.iter().find(|(known, _)| known == key) else {
                let known: Vec<&str> = known.iter().map(|(key, _)| *key).collect();
                let mut wrong = unknown(&prefix, key, &known);
                if name == LINTS && nearest(key, known).is_none() {
                    wrong.help = Some("`migrate explain` lists the rules".to_owned());
                }
                return Err(wrong);
            };
            self.entries.push(Entry {
                key: format!("{name}.{key}"),
                environment: environment.cloned(),
                given: given(*kind, value, &format!("{prefix}{key}"))?,
            });
        }
        Ok(())
    }

    /// What the file says of a key, `environment` first, and whether that said it.
    pub fn get(&self, key: &str, environment: Option<&str>) -> Option<(&Given, bool)> {
        let find = |wanted: Option<&str>| {
            let mut entries = self.entries.iter();
            entries.find(|entry| entry.key == key && entry.environment.as_deref() == wanted)
        };
        let overlaid = environment.and_then(|name| find(Some(name)));
        let entry = overlaid.or_else(|| find(None))?;
        Some((&entry.given, entry.environment.is_some()))
    }

    /// Refuses an environment that is not among those of the file, if it has any.
    ///
    /// # Errors
    ///
    /// There is no such environment.
    pub fn check_environment(&self, name: &str) -> Result<(), Complaint> {
        if self.environments.is_empty() || self.environments.contains(name) {
            return Ok(());
        }
        let known = self.environments.iter().map(String::as_str);
        let help = match nearest(name, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}", quoted(known)),
        };
        let path = self.path.display();
        Err(Complaint::configuration(format!("`{path}` has no environment `{name}`")).help(help))
    }

    /// The folder that relative paths in the file are relative to.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }
}

/// What is wrong with a key.
struct Wrong {
    message: String,
    help: Option<String>,
}

fn table<'a>(value: &'a Value, key: &str) -> Result<&'a config::Map<String, Value>, Wrong> {
    match &value.kind {
        ValueKind::Table(table) => Ok(table),
        other => Err(wrong_type(key, "a table", other)),
    }
}

fn given(kind: Type, value: &Value, key: &str) -> Result<Given, Wrong> {
    match (kind, &value.kind) {
        (Type::Text, ValueKind::String(text)) => Ok(Given::Text(text.clone())),
        (Type::Text, other) => Err(wrong_type(key, "a string", other)),
        (Type::Number, ValueKind::I64(number)) => u64::try_from(*number)
            .map(Given::Number)
            .map_err(|_| wrong_type(key, "a number that is not negative", &value.kind)),
        (Type::Number, other) => Err(wrong_type(key, "a number", other)),
        (Type::List, ValueKind::Array(values)) => {
            let items = values.iter().map(|value| item(value, key));
            items.collect::<Result<_, _>>().map(Given::List)
        }
        (Type::List, other) => Err(wrong_type(key, "a list", other)),
    }
}

/// A number with a fraction is none of a list: `8.10` would be `8.1`.
fn item(value: &Value, key: &str) -> Result<String, Wrong> {
    match &value.kind {
        ValueKind::String(text) => Ok(text.clone()),
        ValueKind::I64(number) => Ok(number.to_string()),
        other => Err(wrong_type(
            &format!("an item of `{key}`"),
            "a whole number or a string",
            other,
        )),
    }
}

/// Names the type and not the value, which may be a secret.
fn wrong_type(key: &str, expected: &str, found: &ValueKind) -> Wrong {
    let found = match found {
        ValueKind::Nil => "nothing",
        ValueKind::Boolean(_) => "a boolean",
        ValueKind::I64(number) if *number < 0 => "a negative number",
        ValueKind::I64(_) | ValueKind::I128(_) | ValueKind::U64(_) | ValueKind::U128(_) => {
            "a number"
        }
        ValueKind::Float(_) => "a number with a fraction",
        ValueKind::String(_) => "a string",
        ValueKind::Table(_) => "a table",
        ValueKind::Array(_) => "an array",
    };
    let key = match key.contains('`') {
        true => key.to_owned(),
        false => format!("`{key}`"),
    };
    Wrong {
        message: format!("{key} is {found}, and must be {expected}"),
        help: None,
    }
}

fn unknown(prefix: &str, name: &str, known: &[&str]) -> Wrong {
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{prefix}{near}`?"),
        None => format!("known here: {}", quoted(known.iter().copied())),
    };
    Wrong {
        message: format!("unknown key `{prefix}{name}`"),
        help: Some(help),
    }
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// The words of a syntax error without the line that it draws, which may hold a password.
fn without_source(error: &ConfigError) -> String {
    let text = match error {
        ConfigError::FileParse { cause, .. } => cause.to_string(),
        other => other.to_string(),
    };
    let is_drawn = |line: &&str| {
        let line = line
            .trim_start()
            .trim_start_matches(|c: char| c.is_ascii_digit());
        line.trim_start().starts_with('|')
    };
    let words: Vec<&str> = text.lines().filter(|line| !is_drawn(line)).collect();
    words.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ConfigFile, Complaint> {
        ConfigFile::parse(Path::new("migrate.toml"), text)
    }

    #[test]
    fn mistakes_name_the_file_and_the_key() {
        for (text, message, help) in [
            (
                "[migrations]\ndirektory = 'x'",
                "unknown key `migrations.direktory`",
                "`migrations.directory`",
            ),
            (
                "[database]\nzzz = 1",
                "unknown key `database.zzz`",
                "`max_connections`",
            ),
            (
                "[databse]\nurl = 'x'",
                "unknown key `databse`",
                "`database`",
            ),
            (
                "[environments.a.databas]\nurl = 'x'",
                "unknown key `environments.a.databas`",
                "`environments.a.database`",
            ),
            (
                "[environments.a.database]\nurll = 'x'",
                "unknown key `environments.a.database.urll`",
                "`environments.a.database.url`",
            ),
            (
                "[database]\nurl = 7",
                "`database.url` is a number, and must be a string",
                "",
            ),
            (
                "[database]\nmax_connections = '5'",
                "`database.max_connections` is a string, and must be a number",
                "",
            ),
            (
                "[database]\nconnect_timeout_secs = -1",
                "is a negative number",
                "",
            ),
            (
                "database = 'x'",
                "`database` is a string, and must be a table",
                "",
            ),
            (
                "[environments]\nproduction = 1",
                "`environments.production` is a number",
                "",
            ),
            (
                "[lints]\ncolumn-droped = 'deny'",
                "unknown key `lints.column-droped`",
                "did you mean `lints.column-dropped`?",
            ),
            (
                "[lints]\nall = 'deny'",
                "unknown key `lints.all`",
                "`migrate explain` lists the rules",
            ),
            (
                "[database]\nversions = 14",
                "`database.versions` is a number, and must be a list",
                "",
            ),
            ("[migrations\n", "line 1", ""),
        ] {
            let complaint = parse(text).err().expect(text);
            assert_eq!(complaint.exit as u8, 2, "{text}");
            assert!(complaint.message.contains("migrate.toml"), "{complaint}");
            assert!(complaint.message.contains(message), "{complaint}");
            assert!(complaint.help.unwrap_or_default().contains(help), "{text}");
        }
    }

    #[test]
    fn a_syntax_error_does_not_show_the_line() {
        let text = "[database]\nurl = 'postgres://me:secret@db/app\n";
        let complaint = parse(text).err().expect("it is not closed");
        assert!(!complaint.message.contains("secret"), "{complaint}");
        assert!(complaint.message.contains("line 2"), "{complaint}");
    }

    #[test]
    fn an_unknown_environment_is_refused_where_there_are_others() {
        let file = parse("[environments.production.database]\nurl = 'x'").expect("it is right");
        assert!(file.check_environment("production").is_ok());
        let complaint = file.check_environment("prodution").expect_err("misspelt");
        assert_eq!(
            complaint.help.as_deref(),
            Some("did you mean `production`?")
        );
        let file = parse("").expect("it is right");
        assert!(file.check_environment("production").is_ok());
    }
}
