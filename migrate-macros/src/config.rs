//! What the macro reads from `migrate.toml`: whose SQL it is, and how it is judged.
//!
//! The macro is built before everything that uses it, so no TOML crate is spent on a few keys. This
//! reader knows tables, dotted keys, comments, one-line strings and lists; where one of
//! its keys has any other value it says so instead of guessing. The environment is not looked
//! at: what a program is built from is its files.

use crate::args::said;
use migrate_core::diagnostic::Level;
use migrate_core::dialect::Dialect;
use migrate_core::folder::History;
use migrate_core::judge::Levels;
use migrate_core::locks::Server;

/// The tables that the macro reads, each below a line of its own.
const TABLES: [&str; 3] = ["database", "migrations", "lints"];

/// A configuration file, key by key.
#[derive(Default)]
pub(crate) struct Config<'a> {
    /// The dotted key, and the value as it is written.
    entries: Vec<(String, &'a str)>,
}

impl<'a> Config<'a> {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// A table is written in another way than this reader knows.
    pub(crate) fn read(text: &'a str) -> Result<Config<'a>, String> {
        let mut entries = Vec::new();
        let mut table = String::new();
        for line in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
            if let Some(header) = line.strip_prefix('[') {
                table = match header.split_once(']') {
                    Some((name, _)) if !name.starts_with('[') => key(name),
                    _ => String::from("["),
                };
            } else if let Some((name, value)) = line.split_once('=') {
                let path = match table.is_empty() {
                    true => key(name),
                    false => format!("{table}.{}", key(name)),
                };
                if TABLES.contains(&&*path) {
                    return Err(format!(
                        "cannot read `{path}`: write it below a line `[{path}]`"
                    ));
                }
                entries.push((path, value.trim()));
            }
        }
        Ok(Config { entries })
    }

    /// The dialect that it names: `[migrations] dialect`, or else the scheme of `[database] url`.
    /// `None` if it names none, as in `url = "${DATABASE_URL}"`.
    ///
    /// # Errors
    ///
    /// What is wrong with either value, in a few words.
    pub(crate) fn dialect(&self) -> Result<Option<Dialect>, String> {
        if let Some(name) = self.string("migrations.dialect")? {
            return name.parse().map(Some);
        }
        let Some(url) = self.string("database.url")? else {
            return Ok(None);
        };
        let Some((scheme, _)) = default_of(url).split_once(':') else {
            return Ok(None);
        };
        let known = scheme.to_ascii_lowercase().parse();
        known.map(Some).map_err(|_| {
            format!(
                "the scheme `{scheme}` of `[database] url` is none of `postgres`, `mysql`, `sqlite`"
            )
        })
    }

    /// `[migrations] history`.
    ///
    /// # Errors
    ///
    /// It is no word that is known.
    pub(crate) fn history(&self) -> Result<Option<History>, String> {
        let word = self.plain("migrations.history")?;
        let history = word.map(str::parse).transpose();
        history.map_err(|message: String| format!("`migrations.history`: {message}"))
    }

    /// `[migrations] baseline_schema`.
    ///
    /// # Errors
    ///
    /// It is no string that can be read here.
    pub(crate) fn baseline_schema(&self) -> Result<Option<&'a str>, String> {
        self.plain("migrations.baseline_schema")
    }

    /// `[lints] since`.
    ///
    /// # Errors
    ///
    /// It is no string that can be read here.
    pub(crate) fn since(&self) -> Result<Option<&'a str>, String> {
        self.plain("lints.since")
    }

    /// The other keys of `[lints]`: codes and their levels.
    ///
    /// # Errors
    ///
    /// There is no such code or level, or the code cannot have it.
    pub(crate) fn levels(&self) -> Result<Levels, String> {
        let mut levels = Levels::default();
        for (path, value) in &self.entries {
            let Some(code) = path.strip_prefix("lints.").filter(|key| *key != "since") else {
                continue;
            };
            let word = one_line_string(value).ok_or_else(|| unread(path))?;
            let level: Level = word
                .parse()
                .map_err(|message| format!("`{path}`: {message}"))?;
            levels
                .set(code, level)
                .map_err(|mistake| format!("`{path}`: {}", said(&mistake)))?;
        }
        Ok(levels)
    }

    /// `[database] versions`: the servers.
    ///
    /// # Errors
    ///
    /// It is no list of them on one line.
    pub(crate) fn servers(&self, dialect: Dialect) -> Result<Vec<Server>, String> {
        const KEY: &str = "database.versions";
        let Some(value) = self.value(KEY) else {
            return Ok(Vec::new());
        };
        let list = || -> Option<Vec<&str>> {
            let (list, rest) = value.strip_prefix('[')?.split_once(']')?;
            let rest = rest.trim_start();
            let items = list.split(',').map(str::trim);
            let items = items.filter(|item| !item.is_empty());
            let bare = |item: &'a str| match item.starts_with(['"', '\'']) {
                true => one_line_string(item),
                // `8.10` would be the number `8.1`.
                false => item.bytes().all(|it| it.is_ascii_digit()).then_some(item),
            };
            let items: Option<Vec<&str>> = items.map(bare).collect();
            items.filter(|_| rest.is_empty() || rest.starts_with('#'))
        };
        let list = list().ok_or_else(|| {
            format!(
                "cannot read `{KEY}`: write it as a list of whole numbers and strings on one line"
            )
        })?;
        let servers = list.into_iter().map(|text| Server::parse(text, dialect));
        let servers: Result<Vec<Server>, String> = servers.collect();
        servers.map_err(|message| format!("`{KEY}`: {message}"))
    }

    /// The value behind a dotted key.
    fn value(&self, wanted: &str) -> Option<&'a str> {
        let mut entries = self.entries.iter();
        let (_, value) = entries.find(|(path, _)| path == wanted)?;
        Some(value)
    }

    /// The string behind a dotted key.
    fn string(&self, wanted: &str) -> Result<Option<&'a str>, String> {
        let string = |value| one_line_string(value).ok_or_else(|| unread(wanted));
        self.value(wanted).map(string).transpose()
    }

    /// The same, where it may not need the environment.
    fn plain(&self, wanted: &str) -> Result<Option<&'a str>, String> {
        match self.string(wanted)? {
            Some(text) if text.contains("${") => Err(format!(
                "`{wanted}` has a variable, and the environment is not looked at while a program is built"
            )),
            text => Ok(text),
        }
    }
}

fn unread(key: &str) -> String {
    format!("cannot read `{key}`: write it as a string on one line")
}

/// The text that a value has where the variable that it begins with is not set.
fn default_of(value: &str) -> &str {
    let Some(variable) = value.strip_prefix("${") else {
        return value;
    };
    match variable.split_once(":-") {
        Some((name, default)) if !name.contains('}') => default,
        _ => "",
    }
}

/// A dotted key without the white space and quotes that it may have.
fn key(written: &str) -> String {
    let bare = |part: &str| part.trim().trim_matches(['"', '\'']).to_owned();
    written.split('.').map(bare).collect::<Vec<_>>().join(".")
}

/// The content of a string without escapes, behind which only a comment may follow.
fn one_line_string(value: &str) -> Option<&str> {
    let quote = value.chars().next().filter(|&c| c == '"' || c == '\'')?;
    let (text, rest) = value.get(1..)?.split_once(quote)?;
    let rest = rest.trim_start();
    let plain = quote == '\'' || !text.contains('\\');
    (plain && (rest.is_empty() || rest.starts_with('#'))).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use migrate_core::diagnostic::Code;

    #[test]
    fn dialects_are_found() {
        use Dialect::{Mysql, Postgres, Sqlite};
        for (config, expected) in [
            ("", None),
            ("# [migrations]\n#dialect = 'mysql'", None),
            ("[migrations]\ndialect = 'mysql' # yes", Some(Mysql)),
            ("[database]\r\nurl = \"sqlite:app.db\"\r\n", Some(Sqlite)),
            (
                "\u{feff}[ database ]\nurl=\"POSTGRESQL://h/d\"",
                Some(Postgres),
            ),
            ("database.url = \"mariadb://h/d\"", Some(Mysql)),
            ("[database]\nurl = \"${DATABASE_URL}\"", None),
            ("[database]\nurl = \"${URL:-sqlite:a.db}\"", Some(Sqlite)),
            ("[database]\nurl = \"${SCHEME}://h/${A:-sqlite:b}\"", None),
            ("[database]\nurl = \"\"", None),
            (
                "[database]\nurl = 'mysql://h/d'\n[migrations]\n\"dialect\" = 'sqlite'",
                Some(Sqlite),
            ),
            ("[environments.test.database]\nurl = 'sqlite:t'", None),
            ("[[database]]\nurl = 'sqlite:t'", None),
        ] {
            let read = Config::read(config).and_then(|config| config.dialect());
            assert_eq!(read, Ok(expected), "{config}");
        }
    }

    #[test]
    fn levels_and_the_rest_are_found() {
        let config = Config::read(
            "[migrations]\nhistory = \"partial\"\nbaseline_schema = 'a.sql'\n[lints]\nsince = \"7\" # past\nup-empty = \"deny\"\n\"column-dropped\" = 'allow'\n[database]\nversions = [14, '17']\n",
        )
        .expect("it can be read");
        assert_eq!(config.history(), Ok(Some(History::Partial)));
        assert_eq!(config.baseline_schema(), Ok(Some("a.sql")));
        assert_eq!(config.since(), Ok(Some("7")));
        let servers = vec![Server::Postgres(14), Server::Postgres(17)];
        assert_eq!(config.servers(Dialect::Postgres), Ok(servers));
        for (list, servers) in [
            ("[]", vec![]),
            (
                "['8.4', \"10.11\"] # both",
                vec![Server::Mysql(8, 4), Server::Mariadb(10, 11)],
            ),
            ("[ 'mariadb 11.8' ]", vec![Server::Mariadb(11, 8)]),
        ] {
            let text = format!("[database]\nversions = {list}");
            let config = Config::read(&text).expect("it can be read");
            assert_eq!(config.servers(Dialect::Mysql), Ok(servers), "{list}");
        }
        let levels = config.levels().expect("they are right");
        let of = |name| Code::named(name).map(|code| levels.of(code));
        assert_eq!(of("up-empty"), Some(Level::Deny));
        assert_eq!(of("column-dropped"), Some(Level::Allow));
        assert_eq!(of("object-missing"), Some(Level::Deny));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for (config, expected) in [
            (
                "[migrations]\ndialect = 'oracle'",
                "unknown dialect `oracle`",
            ),
            ("[database]\nurl = 'oracle:x'", "the scheme `oracle`"),
            ("[database]\nurl = '''\nsqlite:x'''", "on one line"),
            ("[database]\nurl = \"sqlite:\\u0061\"", "on one line"),
            (
                "database = { url = 'sqlite:x' }",
                "below a line `[database]`",
            ),
            ("lints = { up-empty = 'deny' }", "below a line `[lints]`"),
            ("[lints]\nup-empty = 'forbid'", "`lints.up-empty`: a level"),
            ("[lints]\nup-empty = true", "`lints.up-empty`: write it"),
            ("[lints]\nup-emty = 'deny'", "did you mean `up-empty`?"),
            ("lints.lexical = 'allow'", "an error in any case"),
            ("[lints]\nsince = 7", "`lints.since`: write it"),
            ("[migrations]\nhistory = 'some'", "`whole` or `partial`"),
            (
                "[migrations]\nbaseline_schema = '${DUMP}'",
                "has a variable",
            ),
            (
                "[database]\nversions = [\n14,\n17]",
                "numbers and strings on one line",
            ),
            (
                "[database]\nversions = [8.4]",
                "numbers and strings on one line",
            ),
            (
                "[database]\nversions = [12]",
                "`12` is no version of PostgreSQL",
            ),
        ] {
            let read = Config::read(config).and_then(|config| {
                config.dialect()?;
                config.history()?;
                config.baseline_schema()?;
                config.since()?;
                config.servers(Dialect::Postgres)?;
                config.levels()
            });
            let error = read.expect_err(config);
            assert!(error.contains(expected), "{config}: {error}");
        }
    }
}
