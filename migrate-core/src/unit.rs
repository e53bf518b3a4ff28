//! A step of a plan, broken into the units that an engine runs: what commits together, and what
//! is recorded when. The dry run prints the same units.

use crate::bookkeeping::Elapsed;
use crate::checksum::fingerprints_of_prefixes;
use crate::dialect::Dialect;
use crate::history::RowState;
use crate::limits::{Limits, Scope, announce};
use crate::migration::{Digest, Runs, Script, TransactionMode};
use crate::own_transaction::OwnTransaction;
use crate::plan::{Action, Direction, Recorded, Step};
use crate::statement::{Control, prepared};
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

/// A change of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// The whole migration is applied, or rolled back.
    Done,
    /// Statement by statement: it begins, or goes on.
    Started {
        /// How many statements have run already.
        done: usize,
    },
    /// Statement by statement: so many statements have run, and this is their fingerprint.
    Progress {
        /// How many the row may tell of until then; one that tells of others is another runner's,
        /// and stays. More than one number in a transaction of the script's own, of which
        /// `ROLLBACK TO` may have taken back a part.
        told: RangeInclusive<usize>,
        /// How many.
        done: usize,
        /// Of those statements.
        fingerprint: Digest,
    },
    /// The file is accepted as it is now.
    Accepted,
    /// Said by a person: so many statements have run, and this is their fingerprint.
    Resumes {
        /// How many.
        done: usize,
        /// Of those statements.
        fingerprint: Digest,
    },
}

impl Record {
    /// What the row says of itself after this record; `None`: there is no row any more.
    pub fn leaves(&self, step: &Step<'_>, before: Option<Recorded>) -> Option<Recorded> {
        let state = RowState::under_way(step.direction);
        match self {
            Record::Done if step.direction == Direction::Down => None,
            Record::Done => Some(Recorded {
                state: RowState::Applied,
                statements_done: 0,
            }),
            Record::Started { done }
            | Record::Progress { done, .. }
            | Record::Resumes { done, .. } => Some(Recorded {
                state,
                statements_done: *done,
            }),
            Record::Accepted => before,
        }
    }
}

/// The record that a step ends with.
pub fn last_record(step: &Step<'_>) -> Record {
    match step.action {
        Action::Run { .. } | Action::RecordOnly => Record::Done,
        Action::Accept => Record::Accepted,
        Action::Resume { done, fingerprint } => Record::Resumes { done, fingerprint },
    }
}

/// Something to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// SQL of the program's own: the settings that a script runs with, or what clears away
    /// something that a failed statement has left behind.
    Own(Vec<String>),
    /// Statements of the step's script, by index.
    Statements(Range<usize>),
    /// A change of the history.
    Record(Record),
}

impl Piece {
    /// The first of its statements.
    pub fn first_statement(&self) -> Option<usize> {
        match self {
            Piece::Statements(range) => range.clone().next(),
            Piece::Own(_) | Piece::Record(_) => None,
        }
    }
}

/// Pieces to run one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Whether they commit together, in a transaction of the program's own. Otherwise each runs
    /// by itself, in whatever transaction the script has opened.
    pub atomic: bool,
    /// Whether a transaction that the script has opened goes on after it.
    pub open: bool,
    /// Whether what has been recorded up to here stays, whatever comes later.
    pub commits: bool,
    /// What to run.
    pub pieces: Vec<Piece>,
}

impl Unit {
    /// Whether statements and their records commit together, so that the server can tell how
    /// long they took.
    pub fn elapsed(&self, otherwise: Elapsed) -> Elapsed {
        let statements = |piece: &Piece| matches!(piece, Piece::Statements(_));
        match self.atomic && self.pieces.iter().any(statements) {
            true => Elapsed::ServerSide,
            false => otherwise,
        }
    }

    /// Whether the step is done when it has committed.
    pub fn completes(&self) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Record(Record::Done | Record::Accepted | Record::Resumes { .. }) => true,
            Piece::Record(Record::Started { .. } | Record::Progress { .. }) => false,
            Piece::Own(_) | Piece::Statements(_) => false,
        })
    }

    /// Whether a statement more is recorded when it has committed.
    pub fn progresses(&self) -> bool {
        let progress = |piece: &Piece| matches!(piece, Piece::Record(Record::Progress { .. }));
        self.pieces.iter().any(progress)
    }

    fn atomic(pieces: Vec<Piece>) -> Unit {
        Unit {
            atomic: true,
            open: false,
            commits: true,
            pieces,
        }
    }

    fn bare(pieces: Vec<Piece>) -> Unit {
        Unit {
            atomic: false,
            open: false,
            commits: true,
            pieces,
        }
    }
}

/// The units of a step, in order; `limits` are those of the run, and `scope` is how long anything
/// may be set at most: where sessions are shared, outside of a transaction there are no limits.
pub fn units(step: &Step<'_>, dialect: Dialect, limits: Limits, scope: Scope) -> Vec<Unit> {
    match &step.action {
        Action::RecordOnly | Action::Accept | Action::Resume { .. } => {
            let own = own(limits.own(dialect));
            let record = Piece::Record(last_record(step));
            vec![Unit::atomic(own.into_iter().chain([record]).collect())]
        }
        Action::Run { script, from } => match script.mode {
            TransactionMode::Transaction => {
                let limits = limits.of(script);
                let mut pieces =
                    Vec::from_iter(settings(step, dialect, limits, Scope::Transaction));
                pieces.push(Piece::Statements(*from..script.statements.len()));
                pieces.push(Piece::Record(Record::Done));
                vec![Unit::atomic(pieces)]
            }
            TransactionMode::Statements | TransactionMode::StatementsInferred => {
                statement_by_statement(step, script, *from, dialect, limits.of(script), scope)
            }
        },
    }
}

/// Statements of the program's own, where there are any.
fn own(statements: Vec<String>) -> Option<Piece> {
    (!statements.is_empty()).then_some(Piece::Own(statements))
}

/// What a session is set to before a script runs in it.
fn settings(step: &Step<'_>, dialect: Dialect, limits: Limits, scope: Scope) -> Option<Piece> {
    let mut settings = limits.set(dialect, scope);
    settings.extend(announce(step, dialect, scope));
    own(settings)
}

/// Each statement with the record of its progress: in one transaction where the statement can be
/// in one, in the script's own transaction while it has one open, otherwise after it.
fn statement_by_statement(
    step: &Step<'_>,
    script: &Script,
    from: usize,
    dialect: Dialect,
    limits: Limits,
    scope: Scope,
) -> Vec<Unit> {
    let mut started = Vec::from_iter(settings(step, dialect, limits, scope));
    started.push(Piece::Record(Record::Started { done: from }));
    let mut units = vec![Unit::atomic(started)];
    units.extend(session_statements(script, from, dialect));
    let mut own = OwnTransaction::default();
    for span in script.statements.iter().take(from) {
        own.goes_on_after(script.statement(span), span.runs, dialect);
    }
    let fingerprints = fingerprints_of_prefixes(script, dialect);
    let statements = script.statements.iter().zip(fingerprints).enumerate();
    for (index, (span, fingerprint)) in statements.skip(from) {
        let statement = Piece::Statements(index..index + 1);
        let text = script.statement(span);
        let control = own.control(text, span.runs, dialect);
        let progress = Piece::Record(Record::Progress {
            told: own.began.unwrap_or(index)..=index,
            done: index + 1,
            fingerprint,
        });
        let ends_well = matches!(control, Some(Control::Commit | Control::Prepare));
        let mut unit = match control {
            // The record has to be inside the transaction that it speaks of.
            _ if ends_well => Unit::bare(vec![progress, statement]),
            _ if control.is_some() || own.began.is_some() || span.runs != Runs::Anywhere => {
                match limits.lifted(script, index, dialect) {
                    Some((lift, put_back)) if scope == Scope::Session => {
                        let [lift, put_back] = [lift, put_back].map(|sql| Piece::Own(vec![sql]));
                        Unit::bare(vec![lift, statement, put_back, progress])
                    }
                    _ => Unit::bare(vec![statement, progress]),
                }
            }
            _ if scope == Scope::Transaction => {
                let settings = settings(step, dialect, limits, scope).into_iter();
                Unit::atomic(settings.chain([statement, progress]).collect())
            }
            _ => Unit::atomic(vec![statement, progress]),
        };
        own.after(index, control, text, span.runs, dialect);
        unit.open = own.began.is_some();
        unit.commits = ends_well || !unit.open;
        units.push(unit);
    }
    units.push(Unit::atomic(vec![Piece::Record(Record::Done)]));
    units
}

/// What the statements already done had set in a session that is gone, but for what they have
/// prepared and removed again: its text may be another one by now, or none.
fn session_statements(script: &Script, from: usize, dialect: Dialect) -> Option<Unit> {
    let done = script.statements.iter().take(from).enumerate();
    let session = done.filter(|(_, span)| span.runs.is_session());
    let named = |span| prepared(script.statement(span), dialect);
    let mut last_named = BTreeMap::new();
    for (index, span) in session.clone() {
        if let Some((name, there)) = named(span) {
            last_named.insert(name, there.then_some(index));
        }
    }
    let pieces: Vec<Piece> = session
        .filter(|(index, span)| {
            named(span).is_none_or(|(name, _)| last_named.get(&name) == Some(&Some(*index)))
        })
        .map(|(index, _)| Piece::Statements(index..index + 1))
        .collect();
    (!pieces.is_empty()).then(|| Unit::bare(pieces))
}
