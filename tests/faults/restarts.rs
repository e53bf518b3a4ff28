//! The server is killed at each message and started again, while the program waits for it.

use super::cuts::Whole;
use super::subject::{Subject, postgres_down, postgres_up};
use super::try_each;
use migrate_tests::postgres::{Cluster, Session, Setup};
use migrate_tests::proxy::Proxy;
use migrate_tests::wait_until;

/// What was committed has to be there after a crash, or there would be nothing to compare with.
const DURABLE: Setup<'static> = Setup {
    settings: &[("synchronous_commit", "on")],
    authentication: "",
    files: &[],
    tcp: false,
};

fn goes_on(test: &str, subject: &Subject) {
    let whole = Whole::of(subject);
    let mut cluster = Cluster::start(&DURABLE);
    let mut number = 0;
    try_each(test, whole.stops(), |point| {
        number += 1;
        let name = format!("restart_{number}");
        Session::open(&cluster.url("postgres")).run(&format!("CREATE DATABASE {name}"));
        let proxy = Proxy::new(&cluster.url(&name));
        proxy.hold_at(point);
        let project = subject.project();
        let mut killed = false;
        let report = subject.act(&project, |act| {
            let url = proxy.url();
            let mut runner = project.start(&[&["-d", &url], act.command].concat());
            wait_until("the wire is held, or nothing more comes", || {
                proxy.is_held() || runner.has_ended()
            });
            if proxy.is_held() {
                killed = true;
                cluster.kill();
                proxy.release();
                cluster.start_again();
            }
            let outcome = runner.wait();
            // The next one is begun when there is a server.
            wait_until("the server is ready", || {
                Session::try_open(&cluster.url(&name)).is_ok()
            });
            outcome
        });
        let session = Session::open(&cluster.url(&name));
        assert_eq!(
            subject.state(|sql| session.rows(sql)),
            whole.state,
            "killed at {point:?}"
        );
        assert_eq!(report, whole.report, "killed at {point:?}");
        subject.wait_until_free(|sql| session.rows(sql));
        killed
    });
}

#[test]
fn a_run_outlasts_a_crash_of_the_server() {
    goes_on("postgres, server killed, up", &postgres_up());
}

#[test]
fn a_run_down_outlasts_a_crash_of_the_server() {
    goes_on("postgres, server killed, down", &postgres_down());
}
