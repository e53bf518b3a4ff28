//! MySQL and MariaDB databases: one server for the test process, a fresh database per test.

mod cluster;
#[cfg(feature = "docker")]
mod docker;
mod server;
mod session;

pub use cluster::{Cluster, Setup};
pub use server::Server;
pub use session::{Session, options};

use crate::database::fresh_name;
use crate::{client, database, wait_for};
use mysql_async::{Conn, Opts};

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
        server.session().run(&format!(
            "CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
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

    /// The driver's options for a connection to it.
    pub fn opts(&self) -> Opts {
        options(&self.server.url(&self.name))
    }

    /// A new connection for async code.
    pub fn connect(&self) -> Conn {
        let opts = self.opts();
        wait_for(async move { Conn::new(opts).await })
            .unwrap_or_else(|error| panic!("{error}, connecting to {}", self.name))
    }

    /// A new connection for code that is not async: another application that holds a lock or a
    /// transaction, say.
    pub fn session(&self) -> Session {
        Session::open(&self.server.url(&self.name))
    }

    /// The URL for a user other than the harness's own.
    pub fn url_as(&self, user: &str, password: &str) -> String {
        self.server.url_as(&self.name, user, password)
    }

    /// A new user with this password, who may do nothing yet.
    pub fn role(&self, password: &str) -> Role<'_> {
        let name = fresh_name("role");
        self.session
            .run(&format!("CREATE USER {name} IDENTIFIED BY '{password}'"));
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
        let program = ["mariadb", "mysql"].into_iter().find_map(client::find);
        let program = program.expect("this test needs `mariadb` or `mysql`: install it");
        let opts = self.opts();
        let mut arguments = vec![
            "--no-defaults".to_owned(),
            format!("--user={}", opts.user().unwrap_or_default()),
            format!("--password={}", opts.pass().unwrap_or_default()),
        ];
        match opts.socket() {
            Some(socket) => arguments.push(format!("--socket={socket}")),
            None => {
                arguments.push(format!("--host={}", opts.ip_or_hostname()));
                arguments.push(format!("--port={}", opts.tcp_port()));
            }
        }
        arguments.push(self.name.clone());
        client::pipe(&program, &arguments, script)
    }

    fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        self.session.rows(sql)
    }

    fn quoted(&self, name: &str) -> String {
        format!("`{}`", name.replace('`', "``"))
    }

    fn is_mysql(&self) -> bool {
        true
    }

    fn objects(&self) -> Vec<String> {
        let mut names = self.column(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()
             UNION SELECT index_name FROM information_schema.statistics
                WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY'",
        );
        names.sort();
        names
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // That the server is gone is no second failure.
        let sql = format!("DROP DATABASE IF EXISTS {}", self.name);
        self.server.session().try_rows(&sql).ok();
    }
}

/// A user of a test's own; goes away with the value.
pub struct Role<'a> {
    database: &'a Database,
    /// Its name; needs no quotes.
    pub name: String,
    /// The database's URL for it, password included.
    pub url: String,
}

impl Drop for Role<'_> {
    fn drop(&mut self) {
        let drop = format!("DROP USER IF EXISTS {}", self.name);
        self.database.session.try_rows(&drop).ok();
    }
}
