//! PostgreSQL's URLs, as libpq reads them.
//!
//! What there is to know: the manual's section "Connection URIs" and the list of parameters below
//! it (<https://www.postgresql.org/docs/current/libpq-connect.html>).

use super::ConnectError;
use super::parts::{Parts, decode, unknown_parameter};
use super::settings::{self, Environment};
use crate::url::is_harmless;
use std::collections::BTreeMap;
use std::fmt;

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
        let parts = Parts::read(rest, "postgres")?;
        let mut url = PostgresUrl {
            values: BTreeMap::new(),
        };
        url.set("user", parts.user);
        url.set("password", parts.password);
        url.set_hosts(&parts.hosts);
        url.set("dbname", parts.database);
        for (name, value) in parts.parameters {
            url.set_parameter(&name, value)?;
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

    /// libpq's lists: `host` and `port` of several servers, with commas between them.
    fn set_hosts(&mut self, hosts: &[(String, String)]) {
        let joined = |of: fn(&(String, String)) -> &str| {
            let list: Vec<&str> = hosts.iter().map(of).collect();
            list.join(",")
        };
        self.set("host", joined(|pair| &pair.0));
        if hosts.iter().any(|(_, port)| !port.is_empty()) {
            self.set("port", joined(|pair| &pair.1));
        }
    }

    /// A parameter overrides what stood before the `?`.
    fn set_parameter(&mut self, name: &str, value: &str) -> Result<(), ConnectError> {
        if let Some((known, _)) = PARAMETERS.iter().find(|(known, _)| *known == name) {
            let value = decode(value, &format!("the parameter `{known}`"))?;
            self.set(known, value);
            return Ok(());
        }
        match (name, value) {
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
            (name, _) => {
                let known: Vec<&str> = PARAMETERS.iter().map(|(name, _)| *name).collect();
                Err(unknown_parameter(name, &known))
            }
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
