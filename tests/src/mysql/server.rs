//! The server that the tests of one process share: found or started at its first use.

use super::cluster::{Cluster, Setup};
use super::session::Session;
use crate::server_url::ServerUrl;
use crate::throwaway::when_ready;
use std::env;
use std::sync::{LazyLock, OnceLock};

const NO_SERVER: &str =
    "the tests need MySQL 8 or MariaDB 10.6 or later and found neither; one of these helps:
  - install MariaDB's server (Debian: apt-get install mariadb-server)
  - set MIGRATE_TEST_MYSQL_URL to a server on which its user has all rights
  - start Docker, and run scripts/test (or cargo test --features migrate-tests/docker)";

/// A MySQL or MariaDB server.
pub struct Server {
    url: ServerUrl,
    session: Session,
}

impl Server {
    /// The server of this test process: the one that `MIGRATE_TEST_MYSQL_URL` names, else a
    /// throw-away MariaDB made with the machine's own programs, else a Docker container.
    ///
    /// # Panics
    ///
    /// If none can be had, with a message that says what to install.
    pub fn shared() -> &'static Server {
        static SHARED: LazyLock<Result<Server, String>> = LazyLock::new(|| {
            static CLUSTER: OnceLock<Cluster> = OnceLock::new();
            if let Ok(url) = env::var("MIGRATE_TEST_MYSQL_URL") {
                return Server::at(&url);
            }
            if let Some(cluster) = Cluster::start_if_possible(&Setup::default()) {
                return Server::at(&CLUSTER.get_or_init(|| cluster).url("mysql"));
            }
            Server::at(&in_docker().map_err(|why| format!("{NO_SERVER}{why}"))?)
        });
        // Every test that needs it says what is missing, not only the first one.
        SHARED.as_ref().unwrap_or_else(|why| panic!("{why}"))
    }

    fn at(url: &str) -> Result<Server, String> {
        Ok(Server {
            session: when_ready(url, Session::try_open)?,
            url: ServerUrl::parse(url),
        })
    }

    /// The URL of a database on it, for the harness's own user, who has all rights.
    pub fn url(&self, database: &str) -> String {
        self.url.of(database, None)
    }

    /// The URL of a database on it, for another user.
    pub fn url_as(&self, database: &str, user: &str, password: &str) -> String {
        self.url.of(database, Some(&format!("{user}:{password}")))
    }

    pub(super) fn session(&self) -> &Session {
        &self.session
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
