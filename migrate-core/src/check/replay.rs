//! The history once more, on a catalog in memory.

use super::locks::Scene;
use super::read::{Read, ReadScript, Reading};
use crate::catalog::{Applied, Catalog, Site, apply};
use crate::ddl::Statement;
use crate::dialect::Dialect;
use crate::directive::is_unchecked;
use crate::migration::{Direction, Migration, Script, StatementSpan};
use crate::source::FileId;
use crate::statement::Control;
use std::ops::Range;

/// The schema while migrations are replayed, one after the other.
pub(crate) struct Replay {
    catalog: Catalog,
}

/// What replaying a migration has shown.
pub(crate) struct Replayed<'a> {
    /// The migration.
    pub migration: &'a Migration,
    /// The schema before it.
    pub before: Catalog,
    /// Its statements.
    pub up: Vec<Step<'a>>,
    /// Those that take it back, if there are any, from the schema after it.
    pub down: Option<Vec<Step<'a>>>,
}

/// A statement at its place in the history.
pub(crate) struct Step<'a> {
    /// Its file.
    pub file: FileId,
    /// Where it begins there.
    pub start: usize,
    /// Its text.
    pub text: &'a str,
    /// Which way it leads.
    pub direction: Direction,
    /// What it does.
    pub statement: Statement,
    /// The schema before it.
    pub before: Catalog,
    /// The schema after it, and what has changed.
    pub applied: Applied,
}

impl Replayed<'_> {
    /// Whether its up changes something of the schema.
    pub fn changes(&self) -> bool {
        self.up.iter().any(|step| !step.applied.changes.is_empty())
    }

    /// The schema after it.
    pub fn after(&self) -> &Catalog {
        let last = self.up.last();
        last.map_or(&self.before, |step| &step.applied.catalog)
    }
}

impl Step<'_> {
    /// What locks are found by.
    pub fn scene(&self) -> Scene<'_> {
        Scene {
            statement: &self.statement,
            text: self.text,
            before: &self.before,
            applied: &self.applied,
        }
    }

    /// Where a part of the statement stands in its file.
    pub fn place(&self, range: &Range<usize>) -> Range<usize> {
        self.start + range.start..self.start + range.end
    }
}

impl Replay {
    pub fn new(start: Catalog) -> Replay {
        Replay { catalog: start }
    }

    /// The schema after the migrations.
    pub fn into_catalog(self) -> Catalog {
        self.catalog
    }

    /// Replays a migration, and takes it back to see where that leads.
    pub fn migration<'a>(&mut self, read: Read<'a>) -> Replayed<'a> {
        let before = self.catalog.clone();
        let up = read.up.map(|script| run(script, &mut self.catalog));
        let mut back = self.catalog.clone();
        Replayed {
            migration: read.migration,
            before,
            up: up.unwrap_or_default(),
            down: read.down.map(|script| run(script, &mut back)),
        }
    }
}

/// Takes migrations back, the last one first, from the schema after them.
pub(crate) fn unwind<'a>(
    migrations: impl DoubleEndedIterator<Item = &'a Migration>,
    mut catalog: Catalog,
    reading: &Reading<'a>,
) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    for script in migrations.rev().filter_map(|it| it.down.as_ref()) {
        let read = reading.script(script, Direction::Down, &mut Vec::new());
        steps.extend(read.into_iter().flat_map(|read| run(read, &mut catalog)));
    }
    steps
}

/// Runs a script in a session of its own.
fn run<'a>(read: ReadScript<'a>, catalog: &mut Catalog) -> Vec<Step<'a>> {
    let ReadScript {
        script,
        file,
        direction,
        statements,
    } = read;
    *catalog = catalog.new_session();
    // The schema before the script's own transaction, if it is in one.
    let mut began: Option<Catalog> = None;
    let statements = script.statements.iter().zip(statements);
    let steps = statements.map(|(span, statement)| {
        let mut step = step(script, span, (file, direction), statement, catalog);
        if let Statement::Control(control) = &step.statement {
            match (control, began.take()) {
                (Control::Begin, None) => began = Some(catalog.clone()),
                // MySQL commits before it changes a schema.
                (Control::Rollback, Some(before)) if before.dialect() != Dialect::Mysql => {
                    step.applied.catalog = before;
                }
                (Control::Begin, before) => began = before,
                (Control::Commit | Control::Rollback | Control::Prepare, _) => {}
            }
        }
        if began.is_none() && !script.is_transactional() {
            step.applied.catalog = step.applied.catalog.after_transaction();
        }
        *catalog = step.applied.catalog.clone();
        step
    });
    steps.collect()
}

fn step<'a>(
    script: &'a Script,
    span: &StatementSpan,
    (file, direction): (FileId, Direction),
    statement: Statement,
    before: &Catalog,
) -> Step<'a> {
    let range = span.range();
    let site = Site {
        file: Some(file),
        range: range.clone(),
    };
    let mut applied = apply(before, &statement, site);
    if !applied.faults.is_empty() && is_unchecked(&script.file.text, range.start) {
        applied.faults.clear();
    }
    Step {
        file,
        start: range.start,
        text: script.statement(span),
        direction,
        statement,
        before: before.clone(),
        applied,
    }
}
