//! The program is killed outright at each message, and the next one completes what it began.

use super::cuts::{Whole, migrate};
use super::subject::Subject;
use super::try_each;
use migrate_tests::proxy::{Point, Proxy};
use migrate_tests::wait_until;

/// A message that was under way when its sender was killed still arrives.
fn is_run_again(test: &str, subject: &Subject) {
    let whole = Whole::of(subject);
    try_each(test, whole.stops(), |point| {
        let database = (subject.database)();
        let proxy = Proxy::new(&database.url());
        proxy.hold_at(point);
        let project = subject.project();
        let mut killed = false;
        subject.act(
            &project,
            |sql| database.rows(sql),
            |act| {
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
            },
        );
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
        frontend.chain(self.answers()).collect()
    }
}

each_server! {
    a_killed_run_is_run_again: is_run_again("killed, up", up);
    a_killed_run_of_a_large_migration_is_run_again: is_run_again("killed, large", large);
    a_killed_run_down_is_run_again: is_run_again("killed, down", down);
}
