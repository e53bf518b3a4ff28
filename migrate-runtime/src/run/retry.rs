//! Where a step is, and where it goes back to: what others were in the way of is tried again where
//! it is certain that nothing of it is done.

use super::watch::Watch;
use crate::blocker::short;
use crate::engine::{Contention, Refused};
use crate::wait::Wait;
use migrate_core::dialect::Dialect;
use migrate_core::migration::{Runs, Script, StatementSpan};
use migrate_core::plan::Recorded;
use migrate_core::statement::concurrent_index;
use migrate_core::unit::{Piece, Unit};
use std::ops::Range;
use std::time::{Duration, Instant};

/// The pauses between two attempts, the first and the longest. All the default ones together are
/// about a minute.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(20));

/// The attempts at what is not done yet.
pub(super) struct Attempts {
    begun: Instant,
    /// How many have failed.
    pub failed: usize,
    wait: Wait,
}

impl Attempts {
    /// None so far.
    pub fn new() -> Attempts {
        Attempts {
            begun: Instant::now(),
            failed: 0,
            wait: Wait::new(PAUSES.0, PAUSES.1),
        }
    }

    /// The first one begins, unless there have been some on a connection that was lost.
    pub fn begin(&mut self) {
        if self.failed == 0 {
            self.begun = Instant::now();
        }
    }

    /// Waits for the next attempt: for how long.
    pub fn pause(&mut self) -> Duration {
        self.wait.next()
    }

    /// Adds to the last attempt's refusal what is known of all; `again` is whether there might have
    /// been another one.
    pub fn explain(
        &self,
        refused: &mut Refused,
        why: Contention,
        again: bool,
        watch: &Watch<'_>,
        dialect: Dialect,
    ) {
        refused.notes.extend(watch.blocked());
        if self.failed > 1 {
            let (times, time) = (self.failed, short(self.begun.elapsed()));
            refused.notes.push(format!("tried {times} times in {time}"));
        }
        let blockers = watch.blockers().iter();
        let end: Vec<String> = blockers
            .filter_map(|blocker| blocker.end(dialect))
            .collect();
        let wait = match (why, end.is_empty()) {
            (Contention::Lock, false) => format!(
                "wait until the other session is done, or end it (`{}`)",
                end.join("; ")
            ),
            _ => "run again when there is less going on".to_owned(),
        };
        let allow = match (why, again) {
            (Contention::Lock, true) => {
                "; or allow for more lock retries, or a longer lock timeout"
            }
            (Contention::Lock, false) => "; or allow for a longer lock timeout",
            (Contention::Deadlock | Contention::Serialization, true) => {
                "; or allow for more lock retries"
            }
            (Contention::Deadlock | Contention::Serialization, false) => "",
        };
        refused.hint.get_or_insert(format!("{wait}{allow}"));
    }
}

/// How far the units of a step have come.
pub(super) struct Course {
    /// The unit that is next.
    pub next: usize,
    /// What the history's row says whatever comes later: not what a transaction of the script's own
    /// holds that is open.
    pub committed: Option<Recorded>,
    /// Whether one is open.
    pub open: bool,
    /// The unit that has begun it; `None` where it cannot be begun anew.
    transaction: Option<usize>,
    dialect: Dialect,
}

impl Course {
    /// At the first unit.
    pub fn new(recorded: Option<Recorded>, dialect: Dialect) -> Course {
        Course {
            next: 0,
            committed: recorded,
            open: false,
            transaction: None,
            dialect,
        }
    }

    /// The next unit has run, and left the row like this.
    pub fn after(&mut self, unit: &Unit, script: Option<&Script>, recorded: Option<Recorded>) {
        let chains = self.open && unit.open && unit.commits;
        if !unit.open || chains {
            // What begins where another one commits has no BEGIN to go back to.
            self.transaction = None;
        } else if !self.open {
            self.transaction = Some(self.next);
        }
        if self.outlasts(unit, script) {
            self.transaction = None;
        }
        self.open = unit.open;
        if unit.commits {
            self.committed = recorded;
        }
        self.next += 1;
    }

    /// Nothing is left of what came after the beginning of this unit.
    pub fn back_to(&mut self, unit: usize) {
        *self = Course {
            next: unit,
            ..Course::new(self.committed, self.dialect)
        };
    }

    /// The unit to go back to when the next one was refused, and its effects are gone.
    pub fn anew(&self, unit: &Unit, refused: &Refused, script: Option<&Script>) -> Option<usize> {
        refused.contention?;
        if self.open {
            // All of it is taken back, records and all.
            return self.transaction.filter(|_| !self.outlasts(unit, script));
        }
        (unit.atomic || leaves_nothing(unit, refused, script)).then_some(self.next)
    }

    /// Whether something of a unit may outlast the transaction that it is in: on MySQL what `SET`
    /// and `USE` set is not undone with it, and a procedure may commit.
    fn outlasts(&self, unit: &Unit, script: Option<&Script>) -> bool {
        let spans = |range: &Range<usize>| script?.statements.get(range.clone());
        let stays = |span: &StatementSpan| span.runs.is_session() || span.runs == Runs::Perhaps;
        let outlasts = |piece: &Piece| match piece {
            Piece::Statements(range) => spans(range).is_some_and(|spans| spans.iter().any(stays)),
            Piece::Own(_) | Piece::Record(_) => false,
        };
        self.dialect == Dialect::Mysql && unit.pieces.iter().any(outlasts)
    }
}

/// Whether a statement outside a transaction that was refused itself can be run again: what a failed
/// `CREATE INDEX CONCURRENTLY` has left behind is known, and cleared away; DDL of MySQL that did not
/// get its locks has not begun, or is undone. Of others, procedures that commit or
/// `REINDEX CONCURRENTLY`, a part may be done.
fn leaves_nothing(unit: &Unit, refused: &Refused, script: Option<&Script>) -> bool {
    let statement = refused.statement.zip(script).and_then(|(index, script)| {
        let span = script.statements.get(index)?;
        let runs = unit.pieces.contains(&Piece::Statements(index..index + 1));
        runs.then(|| (span.runs, script.statement(span)))
    });
    statement.is_some_and(|(runs, statement)| match runs {
        Runs::Commits => refused.contention == Some(Contention::Lock),
        _ => concurrent_index(statement).is_some(),
    })
}
