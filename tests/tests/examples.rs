//! The example applications: instances that are started at once all come up, and each migration
//! is applied once. The README's configuration is one.

use migrate_tests::database::Database as _;
use migrate_tests::project::{Project, Running, program};
use migrate_tests::{postgres, sqlite};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

#[test]
fn the_configuration_of_the_readme() {
    let readme = std::fs::read_to_string(migrate_tests::workspace().join("README.md"));
    let readme = readme.expect("there is a README");
    let mut blocks = readme.split("```toml\n").skip(1);
    let whole = blocks.find(|block| block.starts_with("[database]"));
    let (file, _) = whole.and_then(|block| block.split_once("```")).unwrap();
    let project = Project::without_database();
    project.write(&[
        ("migrate.toml", file),
        (
            "schema.sql",
            "CREATE TABLE a (id bigint PRIMARY KEY, b text);\n",
        ),
        (
            "migrations/20260115120000_b.sql",
            "-- migrate:irreversible an example\n-- migrate:up\nALTER TABLE a DROP COLUMN b;\n",
        ),
    ]);
    let output = project.migrate(&["validate"]).expect(0);
    assert_eq!(output.stdout, "Checked 1 migration: no problems\n");
}

#[test]
fn embedded_sqlite() {
    let database = sqlite::Database::create();
    let project = Project::without_database();
    let started: Vec<Running> = (0..4)
        .map(|_| {
            let mut command = project.command(&program("embedded-sqlite"));
            Running::start(command.arg(database.path()))
        })
        .collect();
    // They may share the work: SQLite has no lock that one of them could hold over its whole run.
    let applied = started.into_iter().map(|running| {
        let output = running.wait().expect(0).stdout;
        let count = output
            .strip_prefix("applied ")
            .and_then(|rest| rest.strip_suffix(" migrations\nHello; world\n"));
        let count: Option<usize> = count.and_then(|count| count.parse().ok());
        count.unwrap_or_else(|| panic!("{output}"))
    });
    assert_eq!(applied.sum::<usize>(), 6);
    assert_eq!(database.value("SELECT count(*) FROM _migrations_log"), "6");
}

#[test]
fn axum_postgres() {
    let database = postgres::Database::create();
    let project = Project::new(&database.url());
    let services: Vec<Service> = (0..2).map(|_| Service::start(&project)).collect();
    for mut service in services {
        let response = service.get("/");
        assert!(response.starts_with("HTTP/1.0 200"), "{response}");
        assert!(response.ends_with("Hello; world\n"), "{response}");
    }
    assert_eq!(database.value("SELECT count(*) FROM _migrations_log"), "6");
}

/// A running instance of the web service.
struct Service(Child);

impl Service {
    fn start(project: &Project) -> Service {
        let mut command = project.command(&program("axum-postgres"));
        let child = command
            .env("LISTEN", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn();
        Service(child.expect("the service can be started"))
    }

    /// Asks it, once it says where it listens.
    fn get(&mut self, path: &str) -> String {
        let stdout = self.0.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let address = lines.find_map(|line| Some(line.strip_prefix("listening on ")?.to_owned()));
        let address = address.expect("the service says where it listens");
        let mut stream = TcpStream::connect(address).expect("it listens there");
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").expect("a request can be sent");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("it answers");
        response
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.0.kill().and_then(|()| self.0.wait()).ok();
    }
}
