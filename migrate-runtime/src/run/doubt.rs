//! The statement in doubt: a run was cut off after the statement may have begun and before it was
//! recorded. What the database shows of it says whether it has to run.

use super::{Run, answered};
use crate::blocker::one_line;
use crate::engine::Engine;
use crate::error::{ErrorKind, MigrationError, StatementInDoubt};
use migrate_core::effect::{Effect, Settled, effect};
use migrate_core::outcome::Outcome;
use migrate_core::plan::Step;
use migrate_core::source::line_column;
use migrate_core::unit::{Piece, Unit};

/// A statement that has to be looked after before it is run.
pub(super) struct Doubt {
    /// Its index in the script.
    statement: usize,
    /// How it can be seen whether it has run.
    effect: Effect,
    /// Whether the database has refused it, so that it is known not to have run, and only what it
    /// has left is looked for.
    refused: bool,
}

impl<E: Engine> Run<'_, '_, E> {
    /// Whether the first statement not recorded may have run, or have left something behind.
    pub(super) async fn doubt(&mut self, step: &Step<'_>) -> Result<Option<Doubt>, MigrationError> {
        let (Some(statement), Some(script)) = (step.resumed_at(), step.script()) else {
            return Ok(None);
        };
        let Some(span) = script.statements.get(statement) else {
            return Ok(None);
        };
        let effect = effect(script.statement(span), span.runs, self.engine.dialect());
        if effect == Effect::Again {
            return Ok(None);
        }
        let query = self.engine.bookkeeping().last_outcome(step);
        let rows = answered(self.job.interrupt, self.engine.ask(&query)).await;
        let rows = rows.map_err(|error| self.outside(error, "read how the last run has ended"))?;
        let last = rows.first().and_then(|row| row.first()?.as_deref());
        let refused = !Outcome::leaves_doubt(last);
        Ok((!refused || effect.leaves_ruins()).then_some(Doubt {
            statement,
            effect,
            refused,
        }))
    }

    /// What a statement that was refused in this run may have left, where it is to be tried again.
    pub(super) fn ruins(&self, step: &Step<'_>, statement: usize) -> Option<Doubt> {
        let script = step.script()?;
        let span = script.statements.get(statement)?;
        let effect = effect(script.statement(span), span.runs, self.engine.dialect());
        effect.leaves_ruins().then_some(Doubt {
            statement,
            effect,
            refused: true,
        })
    }

    /// Leaves the statement out of its unit if it has run, and clears away what it has left.
    pub(super) async fn settle(
        &mut self,
        unit: &mut Unit,
        doubt: &Doubt,
        step: &Step<'_>,
    ) -> Result<(), MigrationError> {
        let index = doubt.statement;
        let statement = Piece::Statements(index..index + 1);
        let place = unit.pieces.iter().position(|piece| *piece == statement);
        let Some(place) = place else {
            return Ok(());
        };
        let mut answers = Vec::new();
        for query in doubt.effect.queries() {
            let rows = answered(self.job.interrupt, self.engine.ask(query)).await;
            answers.push(
                rows.map_err(|error| {
                    self.outside(error, "look what the last run has left behind")
                })?,
            );
        }
        match doubt.effect.settled(&answers) {
            Settled::NotDone => {}
            Settled::NotDoneAfter(statements) => unit.pieces.insert(place, Piece::Own(statements)),
            Settled::Done => unit.pieces.retain(|piece| *piece != statement),
            Settled::Unknown if doubt.refused => {}
            Settled::Unknown => return Err(unknown(step, index)),
        }
        Ok(())
    }
}

fn unknown(step: &Step<'_>, index: usize) -> MigrationError {
    let place = step
        .script()
        .and_then(|script| Some((script, script.statements.get(index)?)));
    let (file, place, text) = place.map_or_else(Default::default, |(script, span)| {
        let place = line_column(&script.file.text, span.range().start);
        let text = script.statement(span).to_owned();
        (
            script.file.path.to_string(),
            (place.line, place.column),
            text,
        )
    });
    MigrationError::new(ErrorKind::InDoubt(Box::new(StatementInDoubt {
        migration: step.label(),
        version: step.version.to_string(),
        file,
        line: place.0,
        column: place.1,
        number: index + 1,
        statement: one_line(&text),
    })))
}
