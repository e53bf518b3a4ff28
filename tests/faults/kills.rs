//! The program is killed outright at each message, and the next one completes what it began.

use super::cuts::{Whole, migrate};
use super::subject::{Subject, postgres_down, postgres_large, postgres_up};
use super::try_each;
use migrate_tests::database::Database as _;
use migrate_tests::postgres::Database;
use migrate_tests::proxy::{Point, Proxy};
use migrate_tests::wait_until;

/// A message that was under way when its sender was killed still arrives.
fn is_run_again(test: &str, subject: &Subject) {
    let whole = Whole::of(subject);
    try_each(test, whole.stops(), |point| {
        let database = Database::create();
        let proxy = Proxy::new(&database.url());
        proxy.hold_at(point);
        let project = subject.project();
        let mut killed = false;
        subject.act(&project, |act| {
            let url = proxy.url();
            let mut runner = project.start(&[&["-d", &url], act.command].concat());
            wait_until("the wire is held, or nothing more comes", || {
                proxy.is_held() || runner.has_ended()
            });
            if !proxy.is_held() {
                return runner.wait();
            }
            killed = true;
            runner.signal("KILL");
            drop(runner.wait());
            proxy.release();
            migrate(&project, &proxy, act, &[])
        });
        assert_eq!(
            subject.state(|sql| database.rows(sql)),
            whole.state,
            "killed at {point:?}"
        );
        subject.wait_until_free(|sql| database.rows(sql));
        killed
    });
}

impl Whole {
    /// Each place where the wire can be held.
    pub fn stops(&self) -> Vec<Point> {
        let frontend = (0..self.traffic.frontend.len()).map(Point::BeforeFrontend);
        let backend = (0..self.traffic.backend.len()).map(Point::BeforeBackend);
        frontend.chain(backend).collect()
    }
}

#[test]
fn a_killed_run_is_run_again() {
    is_run_again("postgres, killed, up", &postgres_up());
}

#[test]
fn a_killed_run_of_a_large_migration_is_run_again() {
    is_run_again("postgres, killed, large", &postgres_large());
}

#[test]
fn a_killed_run_down_is_run_again() {
    is_run_again("postgres, killed, down", &postgres_down());
}
