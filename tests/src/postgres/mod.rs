//! PostgreSQL databases: one server for the test process, a fresh database per test.

mod cluster;
#[cfg(feature = "docker")]
mod docker;
mod pooler;
mod server;
mod session;

pub use cluster::{Cluster, Setup};
pub use pooler::{PoolMode, Pooler};
pub use server::Server;
pub use session::Session;

use crate::database::fresh_name;
use crate::{client, database};

/// A fresh database of the shared server.
pub struct Database {
    server: &'static Server,
    name: String,
    session: Session,
}

impl Database {
    /// An empty database.
    pub fn create() -> Database {
        let server = Server::shared();
        let name = fresh_name("migrate_test");
        let strategy = server.copy_strategy();
        server.run(&format!(
            "CREATE DATABASE {name} TEMPLATE template0{strategy}"
        ));
        let session = Session::open(&server.url(&name));
        Database {
            server,
            name,
            session,
        }
    }

    /// Its name; needs no quotes.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A new connection for async code. Its driver runs on the harness's own runtime, so that the
    /// client can be used from any.
    pub fn connect(&self) -> tokio_postgres::Client {
        session::connect(&self.server.url(&self.name))
    }

    /// A new connection for code that is not async: another application that holds a lock or a
    /// transaction, say.
    pub fn session(&self) -> Session {
        Session::open(&self.server.url(&self.name))
    }

    /// The URL for a role other than the harness's own.
    pub fn url_as(&self, role: &str, password: &str) -> String {
        self.server.url_as(&self.name, role, password)
    }

    /// A new role that has to give this password to log in, and may do nothing else yet.
    pub fn role(&self, password: &str) -> Role<'_> {
        let name = fresh_name("migrate_role");
        let group = server::PASSWORD_REQUIRED;
        self.session.run(&format!(
            "CREATE ROLE {name} LOGIN PASSWORD '{password}' IN ROLE {group}"
        ));
        Role {
            url: self.url_as(&name, password),
            database: self,
            name,
        }
    }
}

impl database::Database for Database {
    fn url(&self) -> String {
        self.server.url(&self.name)
    }

    fn run(&self, sql: &str) {
        self.session.run(sql);
    }

    fn script(&self, script: &str) -> Result<String, String> {
        let psql = client::find("psql").expect("this test needs psql: install it");
        client::pipe(&psql, &[self.url()], script)
    }

    fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        self.session.rows(sql)
    }

    fn objects(&self) -> Vec<String> {
        self.column(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') \
             ORDER BY c.relname",
        )
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // That the server is gone is no second failure.
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        self.server.try_run(&sql).ok();
    }
}

/// A role of a test's own; goes away with the value.
pub struct Role<'a> {
    database: &'a Database,
    /// Its name; needs no quotes.
    pub name: String,
    /// The database's URL for it, password included.
    pub url: String,
}

impl Drop for Role<'_> {
    fn drop(&mut self) {
        let session = &self.database.session;
        let name = &self.name;
        session
            .try_run(&format!("DROP OWNED BY {name} CASCADE"))
            .ok();
        session.try_run(&format!("DROP ROLE {name}")).ok();
    }
}
