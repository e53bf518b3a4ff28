//! The one thing that the macro reads from `migrate.toml`: whose SQL it is.
//!
//! The macro is built before everything that uses it, so no TOML crate is spent on two keys. This
//! reader knows tables, dotted keys, comments and one-line strings; where one of the two keys has
//! any other value it says so instead of guessing. The environment is not looked at: what a
//! program is built from is its files.

use migrate_core::dialect::Dialect;

/// The dialect that a configuration names: `[migrations] dialect`, or else the scheme of
/// `[database] url`. `None` if it names none, as in `url = "${DATABASE_URL}"`.
///
/// # Errors
///
/// What is wrong with either value, in a few words.
pub(crate) fn dialect(config: &str) -> Result<Option<Dialect>, String> {
    if let Some(name) = string(config, "migrations.dialect")? {
        return name.parse().map(Some);
    }
    let Some(url) = string(config, "database.url")? else {
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

/// The string behind a dotted key.
fn string<'a>(config: &'a str, wanted: &str) -> Result<Option<&'a str>, String> {
    let mut table = String::new();
    for line in config.trim_start_matches('\u{feff}').lines().map(str::trim) {
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
            if path == wanted {
                return match one_line_string(value.trim()) {
                    Some(text) => Ok(Some(text)),
                    None => Err(format!(
                        "cannot read `{wanted}`: write it as a string on one line"
                    )),
                };
            }
            if wanted
                .split_once('.')
                .is_some_and(|(table, _)| table == path)
            {
                return Err(format!(
                    "cannot read `{wanted}`: write it below a line `[{path}]`"
                ));
            }
        }
    }
    Ok(None)
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
            assert_eq!(dialect(config), Ok(expected), "{config}");
        }
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
        ] {
            let error = dialect(config).expect_err(config);
            assert!(error.contains(expected), "{config}: {error}");
        }
    }
}
