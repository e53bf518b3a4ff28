//! `~/.pgpass` (<https://www.postgresql.org/docs/current/libpq-pgpass.html>).

use std::path::Path;

/// What a password is looked up by.
pub(super) struct Login<'a> {
    /// The host's name, or the socket's directory; `localhost` for the default directory.
    pub host: &'a str,
    /// The port.
    pub port: u16,
    /// The database's name.
    pub database: &'a str,
    /// The user's name.
    pub user: &'a str,
}

/// The password that the file has for the login. A file that does not exist has none; neither
/// has one that others than its owner may read, of which a warning is given, as by libpq.
pub(super) fn read(path: &Path, login: &Login<'_>) -> Option<String> {
    let metadata = std::fs::metadata(path).ok()?;
    if !metadata.is_file() {
        tracing::warn!("the password file `{}` is not a plain file", path.display());
        return None;
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
        tracing::warn!(
            "the password file `{}` is ignored: others may read it; `chmod 600` it",
            path.display()
        );
        return None;
    }
    match std::fs::read(path) {
        Ok(bytes) => find(&String::from_utf8_lossy(&bytes), login),
        Err(error) => {
            tracing::warn!(
                "cannot read the password file `{}`: {error}",
                path.display()
            );
            None
        }
    }
}

/// The password in the first line that matches.
pub(super) fn find(text: &str, login: &Login<'_>) -> Option<String> {
    let port = login.port.to_string();
    let wanted = [login.host, &port, login.database, login.user];
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let mut rest = line;
            for wanted in wanted {
                let (raw, after) = field(rest)?;
                if raw != "*" && unescape(raw) != wanted {
                    return None;
                }
                rest = after;
            }
            let password = field(rest).map_or(rest, |(password, _)| password);
            (!password.is_empty()).then(|| unescape(password))
        })
}

/// Splits at the first `:` without a backslash before it.
fn field(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    let at = text.find(|each| {
        let ends = each == ':' && !escaped;
        escaped = each == '\\' && !escaped;
        ends
    })?;
    let (field, rest) = text.split_at(at);
    Some((field, rest.strip_prefix(':').unwrap_or(rest)))
}

/// A backslash stands for the character behind it.
fn unescape(field: &str) -> String {
    let mut text = String::new();
    let mut characters = field.chars();
    while let Some(each) = characters.next() {
        match each {
            '\\' => text.extend(characters.next()),
            each => text.push(each),
        }
    }
    text
}
