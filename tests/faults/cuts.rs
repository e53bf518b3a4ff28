//! The connection is cut before and after each message, in either direction.

use super::subject::{Act, REDO, State, Subject, postgres_down, postgres_large, postgres_up};
use super::try_each;
use migrate_tests::database::Database as _;
use migrate_tests::postgres::Database;
use migrate_tests::project::{Outcome, Project};
use migrate_tests::proxy::{Point, Proxy, Traffic};

/// What comes about without faults, and the conversation that leads to it.
pub struct Whole {
    pub state: State,
    pub report: Vec<String>,
    pub traffic: Traffic,
}

impl Whole {
    pub fn of(subject: &Subject) -> Whole {
        let database = Database::create();
        let proxy = Proxy::new(&database.url());
        let project = subject.project();
        let report = subject.act(&project, |act| migrate(&project, &proxy, act, &[]));
        Whole {
            state: subject.state(|sql| database.rows(sql)),
            report,
            traffic: proxy.traffic(),
        }
    }

    /// Each place where the wire can be cut.
    fn cuts(&self) -> Vec<Point> {
        let frontend = (0..self.traffic.frontend.len())
            .flat_map(|number| [Point::BeforeFrontend(number), Point::AfterFrontend(number)]);
        let backend = (0..self.traffic.backend.len()).map(Point::BeforeBackend);
        frontend.chain(backend).collect()
    }
}

pub fn migrate(project: &Project, proxy: &Proxy, act: &Act, options: &[&str]) -> Outcome {
    let url = proxy.url();
    let arguments = [&["-d", &url], options, act.command].concat();
    project.migrate(&arguments)
}

/// Whether the conversation has come to a place, so that there was a fault.
pub fn was_reached(traffic: &Traffic, point: Point) -> bool {
    match point {
        Point::BeforeFrontend(number) | Point::AfterFrontend(number) => {
            number < traffic.frontend.len()
        }
        Point::BeforeBackend(number) => number < traffic.backend.len(),
    }
}

/// The run goes on by itself: nobody sees more than a remark.
fn goes_on(test: &str, subject: &Subject) {
    let whole = Whole::of(subject);
    try_each(test, whole.cuts(), |point| {
        let database = Database::create();
        let proxy = Proxy::new(&database.url());
        proxy.cut_at(point);
        let project = subject.project();
        let report = subject.act(&project, |act| migrate(&project, &proxy, act, &[]));
        assert_eq!(
            subject.state(|sql| database.rows(sql)),
            whole.state,
            "cut at {point:?}"
        );
        assert_eq!(report, whole.report, "cut at {point:?}");
        subject.wait_until_free(|sql| database.rows(sql));
        was_reached(&proxy.traffic(), point)
    });
}

/// The run gives up, and the next one, which may begin before the server has noticed, completes.
fn is_run_again(test: &str, subject: &Subject) {
    let whole = Whole::of(subject);
    try_each(test, whole.cuts(), |point| {
        let database = Database::create();
        let proxy = Proxy::new(&database.url());
        proxy.cut_at(point);
        let project = subject.project();
        subject.act(&project, |act| {
            let outcome = migrate(&project, &proxy, act, &["--reconnect", "0s"]);
            match outcome
                .stderr
                .contains("help: run again: what was in a transaction")
            {
                true => migrate(&project, &proxy, act, &[]),
                false => outcome,
            }
        });
        assert_eq!(
            subject.state(|sql| database.rows(sql)),
            whole.state,
            "cut at {point:?}"
        );
        subject.wait_until_free(|sql| database.rows(sql));
        was_reached(&proxy.traffic(), point)
    });
}

#[test]
fn a_cut_run_goes_on() {
    goes_on("postgres, cut, goes on, up", &postgres_up());
}

#[test]
fn a_cut_run_down_goes_on() {
    let mut subject = postgres_down();
    subject.acts.push(REDO);
    goes_on("postgres, cut, goes on, down and redo", &subject);
}

#[test]
fn a_cut_run_of_a_large_migration_goes_on() {
    goes_on("postgres, cut, goes on, large", &postgres_large());
}

#[test]
fn a_cut_run_is_run_again() {
    is_run_again("postgres, cut, run again, up", &postgres_up());
}

#[test]
fn a_cut_run_down_is_run_again() {
    is_run_again("postgres, cut, run again, down", &postgres_down());
}
