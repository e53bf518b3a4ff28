//! The server is killed at each message and started again, while the program waits for it.

use super::cuts::Whole;
use super::subject::Subject;
use super::try_each;
use migrate_tests::proxy::Proxy;
use migrate_tests::wait_until;
use migrate_tests::{mysql, postgres};
use std::cell::RefCell;

/// A server that can be killed, and what it has committed is there when it is started again.
trait Server {
    fn kill(&mut self);
    fn start_again(&mut self);
    /// A new database's URL.
    fn create(&self, name: &str) -> String;
    /// The rows of a query; `None` where the server is not ready.
    fn try_rows(&self, url: &str, sql: &str) -> Option<Vec<Vec<String>>>;
}

impl Server for postgres::Cluster {
    fn kill(&mut self) {
        self.kill();
    }

    fn start_again(&mut self) {
        self.start_again();
    }

    fn create(&self, name: &str) -> String {
        let administrator = postgres::Session::open(&self.url("postgres"));
        administrator.run(&format!("CREATE DATABASE {name}"));
        self.url(name)
    }

    fn try_rows(&self, url: &str, sql: &str) -> Option<Vec<Vec<String>>> {
        Some(postgres::Session::try_open(url).ok()?.rows(sql))
    }
}

impl Server for mysql::Cluster {
    fn kill(&mut self) {
        self.kill();
    }

    fn start_again(&mut self) {
        self.start_again();
    }

    fn create(&self, name: &str) -> String {
        let administrator = mysql::Session::open(&self.url("mysql"));
        administrator.run(&format!("CREATE DATABASE {name}"));
        self.url(name)
    }

    fn try_rows(&self, url: &str, sql: &str) -> Option<Vec<Vec<String>>> {
        Some(mysql::Session::try_open(url).ok()?.rows(sql))
    }
}

fn goes_on(test: &str, subject: &Subject, mut server: impl Server) {
    let without = server.create("without_restart");
    let rows = |sql: &str| server.try_rows(&without, sql).unwrap_or_default();
    let whole = Whole::on(subject, &without, rows);
    let mut number = 0;
    try_each(test, whole.stops(), |point| {
        number += 1;
        let direct = server.create(&format!("restart_{number}"));
        let proxy = Proxy::new(&direct);
        proxy.hold_at(point);
        let project = subject.project();
        let mut killed = false;
        // The next one is begun, and the database looked at, when there is a server.
        let server = RefCell::new(&mut server);
        let rows = |sql: &str| {
            let mut rows = None;
            wait_until("the server is ready", || {
                rows = server.borrow().try_rows(&direct, sql);
                rows.is_some()
            });
            rows.unwrap_or_default()
        };
        let acted = subject.act(&project, rows, |act| {
            let url = proxy.url();
            let mut runner = project.start(&[&["-d", &url], act.command].concat());
            wait_until("the wire is held, or nothing more comes", || {
                proxy.is_held() || runner.has_ended()
            });
            if proxy.is_held() {
                killed = true;
                server.borrow_mut().kill();
                proxy.release();
                server.borrow_mut().start_again();
            }
            let outcome = runner.wait();
            rows("SELECT 1");
            outcome
        });
        assert_eq!(subject.state(rows), whole.state, "killed at {point:?}");
        assert!(acted.reports(&whole.acted), "killed at {point:?}");
        subject.wait_until_free(rows);
        killed
    });
}

fn mysql(test: &str, subject: &Subject) {
    // Written to the system at each commit, which outlives the server.
    let durable = mysql::Setup {
        options: &["--innodb-flush-log-at-trx-commit=2"],
        ..mysql::Setup::default()
    };
    goes_on(test, subject, mysql::Cluster::start(&durable));
}

fn postgres(test: &str, subject: &Subject) {
    let durable = postgres::Setup {
        settings: &[("synchronous_commit", "on")],
        ..postgres::Setup::default()
    };
    goes_on(test, subject, postgres::Cluster::start(&durable));
}

mod a_run_outlasts_a_crash_of_the_server {
    use crate::subject::{mysql, postgres};

    #[test]
    fn mysql() {
        super::mysql("mysql, server killed, up", &mysql::up());
    }

    #[test]
    fn postgres() {
        super::postgres("postgres, server killed, up", &postgres::up());
    }
}

mod a_run_down_outlasts_a_crash_of_the_server {
    use crate::subject::{mysql, postgres};

    #[test]
    fn mysql() {
        super::mysql("mysql, server killed, down", &mysql::down());
    }

    #[test]
    fn postgres() {
        super::postgres("postgres, server killed, down", &postgres::down());
    }
}
