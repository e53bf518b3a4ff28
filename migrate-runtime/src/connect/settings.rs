//! What a connection is made with: the URL first, then the environment, the password file and
//! libpq's defaults.

use super::ConnectError;
use super::parts;
use super::passfile::{self, Login};
use super::postgres_url::{PARAMETERS, PostgresUrl};
use super::tls::{Mode, TlsSettings};
use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{ChannelBinding, TargetSessionAttrs};

/// Where servers put their sockets: Debian's and Red Hat's packages, and PostgreSQL itself.
const SOCKET_DIRECTORIES: &[&str] = &["/var/run/postgresql", "/tmp"];

/// The process's surroundings, as far as they matter.
pub(super) struct Environment<'a> {
    /// The value of an environment variable.
    pub var: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// The user's directory.
    pub home: Option<PathBuf>,
    /// The user's name on this system.
    pub user: Option<String>,
}

impl Environment<'static> {
    /// That of this process.
    pub fn process() -> Environment<'static> {
        Environment {
            var: &|name| std::env::var(name).ok(),
            home: std::env::home_dir(),
            user: whoami::username().ok(),
        }
    }
}

/// All that a connection is made with.
pub(super) struct Settings {
    /// The servers, to be tried one after the other.
    pub endpoints: Vec<Endpoint>,
    /// The user's name.
    pub user: String,
    /// The database's name.
    pub database: String,
    /// How the connection is encrypted.
    pub tls: TlsSettings,
    /// How long connecting may take in all.
    pub connect_timeout: Duration,
    /// What is the same for all endpoints.
    config: Config,
}

/// One server.
pub(super) struct Endpoint {
    /// The machine, or the socket's directory.
    pub host: Host,
    /// The port, which is also a part of a socket's name.
    pub port: u16,
    /// What the password file has for it.
    pub password: Option<String>,
}

/// What an endpoint is reached by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// A machine by its name, and its address where that need not be looked up.
    Tcp(String, Option<IpAddr>),
    /// The directory of a unix socket.
    Unix(PathBuf),
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Tcp(name, _) if name.contains(':') => write!(f, "[{name}]:{}", self.port),
            Host::Tcp(name, _) => write!(f, "{name}:{}", self.port),
            Host::Unix(_) => write!(f, "{}", self.socket().display()),
        }
    }
}

impl Endpoint {
    /// The path of the unix socket, if the host is its directory.
    pub fn socket(&self) -> PathBuf {
        match &self.host {
            Host::Tcp(..) => PathBuf::new(),
            Host::Unix(directory) => socket_path(directory, self.port),
        }
    }
}

fn socket_path(directory: &Path, port: u16) -> PathBuf {
    directory.join(format!(".s.PGSQL.{port}"))
}

/// The values of the URL, or else of the environment.
struct Lookup<'a> {
    url: &'a PostgresUrl,
    environment: &'a Environment<'a>,
}

impl Lookup<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let variable = || {
            let (_, variable) = PARAMETERS.iter().find(|(known, _)| *known == name)?;
            (self.environment.var)((*variable)?).filter(|value| !value.is_empty())
        };
        self.url.get(name).map(str::to_owned).or_else(variable)
    }

    /// The value as one of the words.
    fn word<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<Option<T>, ConnectError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        parts::word(name, &value, words).map(Some)
    }

    /// The value as a number; negative ones count as zero, as in libpq.
    fn number(&self, name: &str) -> Result<Option<u32>, ConnectError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match value.trim().parse::<i64>().map(|number| number.max(0)) {
            Ok(number) => Ok(Some(u32::try_from(number).unwrap_or(u32::MAX))),
            Err(_) => Err(ConnectError::usage(format!(
                "`{name}={value}` is not a number"
            ))),
        }
    }

    fn user(&self) -> Option<String> {
        self.get("user").or_else(|| self.environment.user.clone())
    }
}

/// The name of the database that a connection would get: the user's where none is given.
pub(super) fn database_name(url: &PostgresUrl, environment: &Environment<'_>) -> Option<String> {
    let lookup = Lookup { url, environment };
    lookup.get("dbname").or_else(|| lookup.user())
}

impl Settings {
    /// Gathers the settings; `connect_timeout` is for where neither URL nor environment has one.
    pub fn gather(
        url: &PostgresUrl,
        environment: &Environment<'_>,
        connect_timeout: Duration,
    ) -> Result<Settings, ConnectError> {
        let lookup = &Lookup { url, environment };
        let user = lookup.user().ok_or_else(|| {
            ConnectError::usage("no user is named, and this system's user has no name")
                .with_help("write `postgres://user@host/database`, or set PGUSER")
        })?;
        let database = lookup.get("dbname").unwrap_or_else(|| user.clone());
        let tls = tls_settings(lookup)?;
        let mut config = Config::new();
        config.user(&user).dbname(&database);
        session(lookup, &mut config)?;
        keepalives(lookup, &mut config)?;
        let mut endpoints = endpoints(lookup)?;
        match lookup.get("password") {
            Some(password) => {
                config.password(password);
            }
            None => {
                for endpoint in &mut endpoints {
                    endpoint.password = password_from_file(lookup, endpoint, &user, &database);
                }
            }
        }
        Ok(Settings {
            endpoints,
            connect_timeout: match lookup.number("connect_timeout")? {
                // libpq waits without end.
                Some(0) => Duration::MAX,
                Some(seconds) => Duration::from_secs(seconds.into()),
                None => connect_timeout,
            },
            user,
            database,
            tls,
            config,
        })
    }

    /// The driver's configuration for one endpoint, at one address of it.
    pub fn config(&self, endpoint: &Endpoint, address: Option<IpAddr>) -> Config {
        let mut config = self.config.clone();
        match &endpoint.host {
            Host::Tcp(name, _) => config.host(name),
            Host::Unix(directory) => config.host(directory.to_string_lossy()),
        };
        if let Some(address) = address {
            config.hostaddr(address);
        }
        if let Some(password) = &endpoint.password {
            config.password(password);
        }
        config.port(endpoint.port);
        config
    }
}

/// The password that the password file has for this endpoint.
fn password_from_file(
    lookup: &Lookup<'_>,
    endpoint: &Endpoint,
    user: &str,
    database: &str,
) -> Option<String> {
    let path = lookup.get("passfile").map(PathBuf::from).or_else(|| {
        let home = lookup.environment.home.as_ref()?;
        Some(home.join(".pgpass"))
    })?;
    let host = match &endpoint.host {
        Host::Tcp(name, _) => name.clone(),
        Host::Unix(directory) if is_default_directory(directory) => "localhost".to_owned(),
        Host::Unix(directory) => directory.display().to_string(),
    };
    let login = Login {
        host: &host,
        port: endpoint.port,
        database,
        user,
    };
    passfile::read(&path, &login)
}

fn is_default_directory(directory: &Path) -> bool {
    SOCKET_DIRECTORIES
        .iter()
        .any(|known| directory == Path::new(known))
}

/// Hosts, addresses and ports are three lists side by side.
fn endpoints(lookup: &Lookup<'_>) -> Result<Vec<Endpoint>, ConnectError> {
    let list = |name: &str| -> Vec<String> {
        let value = lookup.get(name).unwrap_or_default();
        value.split(',').map(str::to_owned).collect()
    };
    let (hosts, addresses, ports) = (list("host"), list("hostaddr"), list("port"));
    let count = hosts.len().max(addresses.len());
    for (name, other) in [("host", &hosts), ("hostaddr", &addresses), ("port", &ports)] {
        if other.len() != count && other.len() != 1 {
            return Err(ConnectError::usage(format!(
                "`{name}` lists {} values for {count} hosts",
                other.len()
            )));
        }
    }
    let at = |list: &[String], index: usize| -> String {
        let value = list.get(index).or(match list {
            [one] => Some(one),
            _ => None,
        });
        value.cloned().unwrap_or_default()
    };
    (0..count)
        .map(|index| {
            let port = match at(&ports, index).as_str() {
                "" => 5432,
                port => parsed::<NonZeroU16>("port", port)?.get(),
            };
            let address = match at(&addresses, index).as_str() {
                "" => None,
                address => Some(parsed::<IpAddr>("hostaddr", address)?),
            };
            Ok(Endpoint {
                host: host(at(&hosts, index), address, port),
                port,
                password: None,
            })
        })
        .collect()
}

fn parsed<T: FromStr>(name: &str, value: &str) -> Result<T, ConnectError> {
    value
        .trim()
        .parse()
        .map_err(|_| ConnectError::usage(format!("`{name}={value}` makes no sense")))
}

/// Without a name: the address, else the first socket that there is, else this machine.
fn host(name: String, address: Option<IpAddr>, port: u16) -> Host {
    match (name.as_str(), address) {
        ("", Some(address)) => Host::Tcp(address.to_string(), Some(address)),
        ("", None) => SOCKET_DIRECTORIES
            .iter()
            .map(Path::new)
            .find(|directory| socket_path(directory, port).exists())
            .map_or(Host::Tcp("localhost".to_owned(), None), |directory| {
                Host::Unix(directory.to_owned())
            }),
        (path, None) if path.starts_with('/') => Host::Unix(path.into()),
        _ => Host::Tcp(name, address),
    }
}

/// What is asked of the server's session.
fn session(lookup: &Lookup<'_>, config: &mut Config) -> Result<(), ConnectError> {
    let name = lookup
        .get("application_name")
        .or_else(|| lookup.get("fallback_application_name"));
    config.application_name(name.unwrap_or_else(|| "migrate".to_owned()));
    if let Some(options) = lookup.get("options") {
        config.options(options);
    }
    let attributes = lookup.word(
        "target_session_attrs",
        &[
            ("any", TargetSessionAttrs::Any),
            ("read-write", TargetSessionAttrs::ReadWrite),
            ("read-only", TargetSessionAttrs::ReadOnly),
        ],
    )?;
    config.target_session_attrs(attributes.unwrap_or(TargetSessionAttrs::Any));
    let binding = lookup.word(
        "channel_binding",
        &[
            ("disable", ChannelBinding::Disable),
            ("prefer", ChannelBinding::Prefer),
            ("require", ChannelBinding::Require),
        ],
    )?;
    config.channel_binding(binding.unwrap_or(ChannelBinding::Prefer));
    Ok(())
}

/// A statement may run for hours without a byte on the wire: a peer or a firewall that has
/// forgotten the connection should be noticed within minutes, not after the system's two hours.
fn keepalives(lookup: &Lookup<'_>, config: &mut Config) -> Result<(), ConnectError> {
    let seconds = |name: &str, default: u32| -> Result<Duration, ConnectError> {
        let number = lookup.number(name)?.filter(|number| *number > 0);
        Ok(Duration::from_secs(number.unwrap_or(default).into()))
    };
    config
        .keepalives(lookup.number("keepalives")? != Some(0))
        .keepalives_idle(seconds("keepalives_idle", 60)?)
        .keepalives_interval(seconds("keepalives_interval", 10)?);
    let count = lookup
        .number("keepalives_count")?
        .filter(|count| *count > 0);
    config.keepalives_retries(count.unwrap_or(6));
    if let Some(milliseconds) = lookup
        .number("tcp_user_timeout")?
        .filter(|number| *number > 0)
    {
        config.tcp_user_timeout(Duration::from_millis(milliseconds.into()));
    }
    Ok(())
}

fn tls_settings(lookup: &Lookup<'_>) -> Result<TlsSettings, ConnectError> {
    let mode = lookup.word(
        "sslmode",
        &[
            ("disable", Mode::Disable),
            ("allow", Mode::Prefer),
            ("prefer", Mode::Prefer),
            ("require", Mode::Require),
            ("verify-ca", Mode::VerifyCa),
            ("verify-full", Mode::VerifyFull),
        ],
    )?;
    let root = lookup.get("sslrootcert");
    // libpq: the system's authorities vouch for so many that the name must be checked too.
    let mode = match (mode, root.as_deref()) {
        (None, Some("system")) => Mode::VerifyFull,
        (Some(mode), Some("system")) if mode != Mode::VerifyFull => {
            return Err(ConnectError::usage(
                "`sslrootcert=system` needs `sslmode=verify-full`",
            ));
        }
        (mode, _) => mode.unwrap_or(Mode::Prefer),
    };
    let home = |name: &str| {
        let path = lookup
            .environment
            .home
            .as_ref()?
            .join(".postgresql")
            .join(name);
        path.exists().then_some(path)
    };
    let certificate = lookup.get("sslcert").map(PathBuf::from);
    let key = lookup.get("sslkey").map(PathBuf::from);
    Ok(TlsSettings {
        mode,
        roots: match root {
            Some(system) if system == "system" => None,
            Some(path) => Some(path.into()),
            None => home("root.crt"),
        },
        certificate: certificate.or_else(|| home("postgresql.crt")),
        key: key.or_else(|| home("postgresql.key")),
    })
}
