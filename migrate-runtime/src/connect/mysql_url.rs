//! MySQL's and MariaDB's URLs, with the parameters that MySQL's own have (manual, "Connecting to
//! the Server Using URI-Like Strings or Key-Value Pairs").

use super::ConnectError;
use super::parts::{Parts, decode, unknown_parameter, word};
use super::tls::{Mode, TlsSettings};
use std::fmt;
use std::path::PathBuf;

/// The port where none is given.
const PORT: u16 = 3306;

/// Where servers put their sockets: Debian's and Red Hat's packages, and MySQL itself.
const SOCKETS: &[&str] = &[
    "/run/mysqld/mysqld.sock",
    "/var/run/mysqld/mysqld.sock",
    "/var/lib/mysql/mysql.sock",
    "/tmp/mysql.sock",
];

const PARAMETERS: &[&str] = &["ssl-mode", "ssl-ca", "ssl-cert", "ssl-key", "socket"];

/// The words of the client programs' `--ssl-mode`, in lower case.
const MODES: &[(&str, Mode)] = &[
    ("disabled", Mode::Disable),
    ("preferred", Mode::Prefer),
    ("required", Mode::Require),
    ("verify_ca", Mode::VerifyCa),
    ("verify_identity", Mode::VerifyFull),
];

/// A MySQL or MariaDB server, and a database there.
#[derive(Clone, PartialEq, Eq)]
pub struct MysqlUrl {
    /// How the server is reached.
    pub(super) host: Host,
    /// The user's name; this system's user where none is given.
    pub(super) user: Option<String>,
    /// The password; that of `MYSQL_PWD` where none is given.
    pub(super) password: Option<String>,
    /// The database.
    pub(super) database: String,
    /// How the connection is encrypted.
    pub(super) tls: TlsSettings,
}

/// What a server is reached by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// A machine and a port.
    Tcp(String, u16),
    /// A unix socket.
    Unix(PathBuf),
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Tcp(name, port) if name.contains(':') => write!(f, "[{name}]:{port}"),
            Host::Tcp(name, port) => write!(f, "{name}:{port}"),
            Host::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

impl MysqlUrl {
    /// Reads what follows `mysql:` or `mariadb:`.
    ///
    /// # Errors
    ///
    /// Of kind `Usage`, about the form, the percent-encoding, an unknown parameter, or that no
    /// database is named. Nothing that may be part of a password is quoted.
    pub(crate) fn parse(rest: &str) -> Result<MysqlUrl, ConnectError> {
        let parts = Parts::read(rest, "mysql")?;
        let mut mode = None;
        let mut tls = TlsSettings {
            mode: Mode::Prefer,
            roots: None,
            certificate: None,
            key: None,
        };
        let mut socket = None;
        for (name, value) in parts.parameters {
            let Some(known) = PARAMETERS.iter().find(|known| **known == name) else {
                return Err(unknown_parameter(&name, PARAMETERS));
            };
            let value = decode(value, &format!("the parameter `{known}`"))?;
            match *known {
                "ssl-mode" => mode = Some(word(known, &value.to_ascii_lowercase(), MODES)?),
                "ssl-ca" => tls.roots = Some(value.into()),
                "ssl-cert" => tls.certificate = Some(value.into()),
                "ssl-key" => tls.key = Some(value.into()),
                _ => socket = Some(Host::Unix(value.into())),
            }
        }
        tls.mode = match (mode, &tls.roots) {
            (Some(mode), _) => mode,
            // As by MySQL's client programs.
            (None, Some(_)) => Mode::VerifyCa,
            (None, None) => Mode::Prefer,
        };
        if parts.database.is_empty() {
            return Err(ConnectError::usage("the MySQL URL names no database")
                .with_help("use `mysql://user@host/database`"));
        }
        let some = |text: String| (!text.is_empty()).then_some(text);
        Ok(MysqlUrl {
            host: match socket {
                Some(socket) => socket,
                None => host(parts.hosts)?,
            },
            user: some(parts.user),
            password: some(parts.password),
            database: parts.database,
            tls,
        })
    }

    /// The database's name.
    pub(crate) fn database_name(&self) -> String {
        self.database.clone()
    }
}

/// The one server of a URL; without one that of this machine, by its socket where it has one.
fn host(hosts: Vec<(String, String)>) -> Result<Host, ConnectError> {
    let (name, port) = match <[_; 1]>::try_from(hosts) {
        Ok([host]) => host,
        Err(none) if none.is_empty() => {
            let sockets = SOCKETS.iter().map(PathBuf::from);
            let found = sockets.into_iter().find(|path| path.exists());
            let local = || Host::Tcp("localhost".to_owned(), PORT);
            return Ok(found.map_or_else(local, Host::Unix));
        }
        Err(_) => {
            return Err(ConnectError::usage("the MySQL URL names several hosts")
                .with_help("name one; migrations run on the server that takes the writes"));
        }
    };
    let name = match name.is_empty() {
        true => "localhost".to_owned(),
        false => name,
    };
    Ok(match name.starts_with('/') {
        true => Host::Unix(name.into()),
        // It was read as a number before; empty means none.
        false => Host::Tcp(name, port.parse().unwrap_or(PORT)),
    })
}

/// Hides the password.
impl fmt::Debug for MysqlUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MysqlUrl")
            .field("host", &self.host)
            .field("user", &self.user)
            .field("password", &self.password.as_ref().map(|_| "***"))
            .field("database", &self.database)
            .field("tls", &self.tls)
            .finish()
    }
}
