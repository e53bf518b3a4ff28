//! The server that the tests of one process share: found or started at its first use.

use super::cluster::{Cluster, Setup};
use super::session::{Session, try_connect};
use crate::server_url::ServerUrl;
use crate::throwaway::when_ready;
use std::env;
use std::sync::{LazyLock, OnceLock};
use tokio_postgres::Error;

/// Members of this group have to give a password, also where the server trusts everyone else.
pub(super) const PASSWORD_REQUIRED: &str = "migrate_password_required";

const NO_SERVER: &str = "the tests need PostgreSQL 13 or later and found none; one of these helps:
  - install the server's programs, on PATH or below /usr/lib/postgresql (Debian: apt-get install postgresql)
  - set MIGRATE_TEST_POSTGRES_URL to a server on which its user is a superuser
  - start Docker, and run scripts/test (or cargo test --features migrate-tests/docker)";

/// A PostgreSQL server.
pub struct Server {
    url: ServerUrl,
    session: Session,
    version: u32,
}

impl Server {
    /// The server of this test process: the one that `MIGRATE_TEST_POSTGRES_URL` names, else a
    /// throw-away cluster made with the machine's own programs, else a Docker container.
    ///
    /// # Panics
    ///
    /// If none can be had, with a message that says what to install.
    pub fn shared() -> &'static Server {
        static SHARED: LazyLock<Result<Server, String>> = LazyLock::new(|| {
            static CLUSTER: OnceLock<Cluster> = OnceLock::new();
            if let Ok(url) = env::var("MIGRATE_TEST_POSTGRES_URL") {
                return Server::at(&url);
            }
            if let Some(cluster) = Cluster::start_if_possible(&Setup::default()) {
                return Server::at(&CLUSTER.get_or_init(|| cluster).url("postgres"));
            }
            Server::at(&in_docker().map_err(|why| format!("{NO_SERVER}{why}"))?)
        });
        // Every test that needs it says what is missing, not only the first one.
        SHARED.as_ref().unwrap_or_else(|why| panic!("{why}"))
    }

    fn at(url: &str) -> Result<Server, String> {
        let session = Session::new(when_ready(url, try_connect)?);
        session.run(&format!(
            "DO $$ BEGIN CREATE ROLE {PASSWORD_REQUIRED}; \
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        ));
        let version = session.rows("SHOW server_version_num")[0][0].parse();
        Ok(Server {
            url: ServerUrl::parse(url),
            session,
            version: version.expect("server_version_num is a number"),
        })
    }

    /// The URL of a database on it, for the harness's own role, a superuser.
    pub fn url(&self, database: &str) -> String {
        self.url.of(database, None)
    }

    /// The URL of a database on it, for another role.
    pub fn url_as(&self, database: &str, role: &str, password: &str) -> String {
        self.url.of(database, Some(&format!("{role}:{password}")))
    }

    /// As in `server_version_num`: 150014 is 15.14.
    pub fn version(&self) -> u32 {
        self.version
    }

    pub(super) fn run(&self, sql: &str) {
        self.session.run(sql);
    }

    pub(super) fn try_run(&self, sql: &str) -> Result<(), Error> {
        self.session.try_run(sql).map(drop)
    }

    /// Copying a template's files is twice as fast as logging them, which is the default since
    /// version 15 (manual, CREATE DATABASE, STRATEGY); before, there was no other way.
    pub(super) fn copy_strategy(&self) -> &'static str {
        match self.version {
            150_000.. => " STRATEGY FILE_COPY",
            _ => "",
        }
    }
}

#[cfg(feature = "docker")]
fn in_docker() -> Result<String, String> {
    super::docker::start()
}

#[cfg(not(feature = "docker"))]
fn in_docker() -> Result<String, String> {
    Err(String::new())
}
