//! The connection is cut before and after each message, in either direction.

use super::subject::{Act, Acted, State, Subject, pooled};
use super::try_each;
use migrate_tests::project::{Outcome, Project};
use migrate_tests::proxy::{Point, Proxy, Traffic};

/// What comes about without faults, and the conversation that leads to it.
pub struct Whole {
    pub state: State,
    pub acted: Acted,
    pub traffic: Traffic,
}

impl Whole {
    pub fn of(subject: &Subject) -> Whole {
        let database = (subject.database)();
        Whole::on(subject, &database.url(), |sql| database.rows(sql))
    }

    /// On this database, of which `rows` are asked.
    pub fn on(subject: &Subject, url: &str, rows: impl Fn(&str) -> Vec<Vec<String>>) -> Whole {
        let proxy = Proxy::new(url);
        let project = subject.project();
        let acted = subject.act(&project, &rows, |act| migrate(&project, &proxy, act, &[]));
        Whole {
            state: subject.state(rows),
            acted,
            traffic: proxy.traffic(),
        }
    }

    /// Each place where the wire can be cut.
    fn cuts(&self) -> Vec<Point> {
        let frontend = (0..self.traffic.frontend.len())
            .flat_map(|number| [Point::BeforeFrontend(number), Point::AfterFrontend(number)]);
        frontend.chain(self.answers()).collect()
    }

    /// Each answer of the server, or the beginning of its rows: to get some of them is as good as
    /// to get none.
    pub fn answers(&self) -> impl Iterator<Item = Point> {
        let kinds = &self.traffic.backend;
        let is_row = |number: usize| kinds.get(number) == Some(&'D');
        let answers = (0..kinds.len())
            .filter(move |&number| number == 0 || !is_row(number) || !is_row(number - 1));
        answers.map(Point::BeforeBackend)
    }
}

pub fn migrate(project: &Project, proxy: &Proxy, act: &Act<'_>, options: &[&str]) -> Outcome {
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
        let database = (subject.database)();
        let proxy = Proxy::new(&database.url());
        proxy.cut_at(point);
        let project = subject.project();
        let rows = |sql: &str| database.rows(sql);
        let acted = subject.act(&project, rows, |act| migrate(&project, &proxy, act, &[]));
        assert_eq!(
            subject.state(|sql| database.rows(sql)),
            whole.state,
            "cut at {point:?}"
        );
        assert!(acted.reports(&whole.acted), "cut at {point:?}");
        subject.wait_until_free(|sql| database.rows(sql));
        was_reached(&proxy.traffic(), point)
    });
}

/// The run gives up, and the next one, which may begin before the server has noticed, completes.
fn is_run_again(test: &str, subject: &Subject) {
    let whole = Whole::of(subject);
    try_each(test, whole.cuts(), |point| {
        let database = (subject.database)();
        let proxy = Proxy::new(&database.url());
        proxy.cut_at(point);
        let project = subject.project();
        subject.act(
            &project,
            |sql| database.rows(sql),
            |act| {
                let outcome = migrate(&project, &proxy, act, &["--reconnect", "0s"]);
                match outcome
                    .stderr
                    .contains("help: run again: what was in a transaction")
                {
                    true => migrate(&project, &proxy, act, &[]),
                    false => outcome,
                }
            },
        );
        assert_eq!(
            subject.state(|sql| database.rows(sql)),
            whole.state,
            "cut at {point:?}"
        );
        subject.wait_until_free(|sql| database.rows(sql));
        was_reached(&proxy.traffic(), point)
    });
}

each_server! {
    a_cut_run_goes_on: goes_on("cut, goes on, up", up);
    a_cut_run_down_goes_on: goes_on("cut, goes on, down and redo", down_and_redo);
    a_cut_run_of_a_large_migration_goes_on: goes_on("cut, goes on, large", large);
    a_cut_run_is_run_again: is_run_again("cut, run again, up", up);
    a_cut_run_down_is_run_again: is_run_again("cut, run again, down", down);
}

/// The wire is cut between the runner and the pooler, which has connections of its own to the server.
mod through_a_pooler {
    use super::pooled;

    #[test]
    fn a_cut_run_goes_on() {
        super::goes_on("pgbouncer, cut, goes on, up", &pooled::up());
    }

    #[test]
    fn a_cut_run_is_run_again() {
        super::is_run_again("pgbouncer, cut, run again, up", &pooled::up());
    }
}
