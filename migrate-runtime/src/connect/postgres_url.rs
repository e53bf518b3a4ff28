//! PostgreSQL's URLs, as libpq reads them.
//!
//! What there is to know: the manual's section "Connection URIs" and the list of parameters below
//! it (<https://www.postgresql.org/docs/current/libpq-connect.html>).

use super::ConnectError;
use super::settings::{self, Environment};
use crate::url::is_harmless;
use migrate_core::suggest::nearest;
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU16;

/// The parameters, each with the environment variable that stands in for it.
pub(super) const PARAMETERS: &[(&str, Option<&str>)] = &[
    ("host", Some("PGHOST")),
    ("hostaddr", Some("PGHOSTADDR")),
    ("port", Some("PGPORT")),
    ("user", Some("PGUSER")),
    ("password", Some("PGPASSWORD")),
    ("dbname", Some("PGDATABASE")),
    ("passfile", Some("PGPASSFILE")),
    ("sslmode", Some("PGSSLMODE")),
    ("sslrootcert", Some("PGSSLROOTCERT")),
    ("sslcert", Some("PGSSLCERT")),
    ("sslkey", Some("PGSSLKEY")),
    ("options", Some("PGOPTIONS")),
    ("application_name", Some("PGAPPNAME")),
    ("fallback_application_name", None),
    ("connect_timeout", Some("PGCONNECT_TIMEOUT")),
    ("target_session_attrs", Some("PGTARGETSESSIONATTRS")),
    ("channel_binding", Some("PGCHANNELBINDING")),
    ("keepalives", None),
    ("keepalives_idle", None),
    ("keepalives_interval", None),
    ("keepalives_count", None),
    ("tcp_user_timeout", None),
];

/// A PostgreSQL URL: its parameters, wherever in it they stood.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    values: BTreeMap<&'static str, String>,
}

impl PostgresUrl {
    /// Reads what follows `postgres:`.
    ///
    /// # Errors
    ///
    /// Of kind `Usage`, about the form, the percent-encoding, or an unknown parameter. Nothing
    /// that may be part of a password is quoted.
    pub(crate) fn parse(rest: &str) -> Result<PostgresUrl, ConnectError> {
        let rest = rest.strip_prefix("//").ok_or_else(|| {
            ConnectError::usage("the database's URL has no `//` after its scheme")
                .with_help("use `postgres://user@host/database`")
        })?;
        let (authority, path, query) = split(rest)?;
        let mut url = PostgresUrl {
            values: BTreeMap::new(),
        };
        url.read_authority(authority)?;
        if !path.is_empty() {
            url.set("dbname", decode(path, "the database's name")?);
        }
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            url.read_pair(pair)?;
        }
        Ok(url)
    }

    /// The parameter's value in the URL.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// The name of the database that a connection would get.
    pub(crate) fn database_name(&self) -> Option<String> {
        settings::database_name(self, &Environment::process())
    }

    /// libpq takes an empty value for none.
    fn set(&mut self, name: &'static str, value: String) {
        if value.is_empty() {
            self.values.remove(name);
        } else {
            self.values.insert(name, value);
        }
    }

    /// `user:password@host:port,host:port`, each part optional.
    fn read_authority(&mut self, authority: &str) -> Result<(), ConnectError> {
        let hosts = match authority.rsplit_once('@') {
            Some((user, hosts)) => {
                let (user, password) = user.split_once(':').unwrap_or((user, ""));
                self.set("user", decode(user, "the user's name")?);
                self.set("password", decode(password, "the password")?);
                hosts
            }
            None => authority,
        };
        if hosts.is_empty() {
            return Ok(());
        }
        let pairs = hosts
            .split(',')
            .map(host_and_port)
            .collect::<Result<Vec<_>, _>>()?;
        let joined = |of: fn(&(String, String)) -> &str| {
            let list: Vec<&str> = pairs.iter().map(of).collect();
            list.join(",")
        };
        let (names, ports) = (joined(|pair| &pair.0), joined(|pair| &pair.1));
        self.set("host", names);
        if pairs.iter().any(|(_, port)| !port.is_empty()) {
            self.set("port", ports);
        }
        Ok(())
    }

    /// `name=value`, which overrides what stood before the `?`.
    fn read_pair(&mut self, pair: &str) -> Result<(), ConnectError> {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(
                ConnectError::usage("a parameter of the database's URL has no `=`").with_help(
                    "write `?name=value&name=value`; `&` in a value is `%26`, and `?` in a password `%3F`",
                ),
            );
        };
        let name = decode(name, "a parameter's name")?;
        if let Some((known, _)) = PARAMETERS.iter().find(|(known, _)| *known == name) {
            let value = decode(value, &format!("the parameter `{known}`"))?;
            self.set(known, value);
            return Ok(());
        }
        match (name.as_str(), value) {
            // libpq takes this from JDBC's URLs.
            ("ssl", "true") => {
                self.set("sslmode", "require".to_owned());
                Ok(())
            }
            // What these ask for is so anyway.
            ("client_encoding", "utf8" | "UTF8" | "UTF-8" | "auto")
            | ("gssencmode", "disable" | "prefer")
            | ("sslcompression", "0")
            | ("sslsni", "1") => Ok(()),
            (name, _) => Err(unknown_parameter(name)),
        }
    }
}

/// Hides the password, and what else may be a secret.
impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, value) in &self.values {
            let shown = if is_harmless(name) { value } else { "***" };
            map.entry(name, &shown);
        }
        map.finish()
    }
}

/// Authority, path and query. A `@` behind the authority is refused: it is the sign of a password
/// with a `/` or `?` in it, whose parts would be taken for names and shown.
fn split(rest: &str) -> Result<(&str, &str, &str), ConnectError> {
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    if rest.contains('@') {
        return Err(ConnectError::usage(
            "the database's URL has a `@` behind the first `/` or `?`",
        )
        .with_help(
            "in a user's name or password write `/` as `%2F`, `?` as `%3F` and `@` as `%40`; elsewhere write `@` as `%40`",
        ));
    }
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Ok((authority, path.strip_prefix('/').unwrap_or(path), query))
}

/// `host`, `host:port`, `[address]:port` or `:port`.
fn host_and_port(text: &str) -> Result<(String, String), ConnectError> {
    let malformed = || {
        ConnectError::usage("the database's URL has no valid `host:port`").with_help(
            "use `postgres://user:password@host:port/database`; in a password write `@` as `%40`, `/` as `%2F`, `:` as `%3A`, `?` as `%3F` and `%` as `%25`",
        )
    };
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, after) = rest.split_once(']').ok_or_else(malformed)?;
            let is_address = address.parse::<std::net::Ipv6Addr>().is_ok();
            let port = match after.strip_prefix(':') {
                Some(port) => port,
                None if after.is_empty() => "",
                None => return Err(malformed()),
            };
            if !is_address {
                return Err(malformed());
            }
            (address, port)
        }
        None => text.split_once(':').unwrap_or((text, "")),
    };
    if port.is_empty() || port.parse::<NonZeroU16>().is_ok() {
        Ok((decode(host, "the host")?, port.to_owned()))
    } else {
        Err(malformed())
    }
}

/// The text behind the percent-encoding.
fn decode(text: &str, what: &str) -> Result<String, ConnectError> {
    let is_encoded = text.split('%').skip(1).all(|after| {
        let digits = after.bytes().take(2);
        digits.clone().count() == 2 && digits.clone().all(|digit| digit.is_ascii_hexdigit())
    });
    let refuse = |why: &str| {
        Err(
            ConnectError::usage(format!("{what} in the database's URL {why}"))
                .with_help("write `%` itself as `%25`"),
        )
    };
    if !is_encoded {
        return refuse("has a `%` without two hexadecimal digits");
    }
    match percent_decode_str(text).decode_utf8() {
        Ok(decoded) if decoded.contains('\0') => refuse("holds a zero byte"),
        Ok(decoded) => Ok(decoded.into_owned()),
        Err(_) => refuse("is not UTF-8"),
    }
}

fn unknown_parameter(name: &str) -> ConnectError {
    let names = || PARAMETERS.iter().map(|(name, _)| *name);
    let help = match nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", names().collect::<Vec<_>>().join(", ")),
    };
    // What is no word may be the rest of a password with a `&` in it.
    let shown = match name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    {
        true => format!(" `{name}`"),
        false => String::new(),
    };
    ConnectError::usage(format!("unknown parameter{shown} in the database's URL")).with_help(help)
}
