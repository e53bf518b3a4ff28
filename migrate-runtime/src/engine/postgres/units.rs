//! How a unit runs: in one message and one transaction, or statement by statement; and what goes
//! around its records.

use super::commit::commit;
use super::lock::CHECK_CONSTRAINTS;
use super::message::send;
use super::{Postgres, pooled};
use crate::engine::message::Message;
use crate::engine::{Engine, EngineError, RunContext};
use migrate_core::bookkeeping::Elapsed;
use migrate_core::surroundings::Surroundings;
use migrate_core::unit::{Piece, Record, Unit};

impl Postgres<'_> {
    /// Runs a unit. After an error no transaction is open.
    pub(super) async fn run_unit(
        &mut self,
        unit: &Unit,
        context: &RunContext<'_>,
    ) -> Result<(), EngineError> {
        if unit.atomic {
            let ran = self.run_atomic(unit, context).await;
            return self.or_explained(ran).await;
        }
        let ran = self.run_bare(unit, context).await;
        let ran = self.or_roll_back(ran).await;
        self.open = unit.open && ran.is_ok();
        self.or_explained(ran).await
    }

    /// All pieces in one transaction and one round trip; in several messages where the script is
    /// very large.
    async fn run_atomic(
        &mut self,
        unit: &Unit,
        context: &RunContext<'_>,
    ) -> Result<(), EngineError> {
        self.in_doubt = None;
        let client = self.client()?;
        let mut message = Message::marked(self.mark());
        message.push("BEGIN", None);
        message.push_own(self.pooled.then(pooled::remember));
        if let (Some(place), true) = (&self.place, self.sets_locally()) {
            message.push_own(place.local_guards());
        }
        message.push_own(
            self.hold_on()
                .map_or_else(Vec::new, |hold| self.as_itself(hold)),
        );
        for piece in &unit.pieces {
            match piece {
                Piece::Own(statements) => message.push_own(statements.iter().cloned()),
                Piece::Statements(range) => {
                    for (index, statement) in context.statements(range) {
                        if message.is_full_with(statement, usize::MAX) {
                            let sent = send(client, &message, context.on_statement).await;
                            self.or_roll_back(sent).await?;
                            message = Message::marked(self.mark());
                        }
                        message.push(statement, Some(index));
                    }
                }
                Piece::Record(record) => message.push_own(self.record(record, unit, context)),
            }
        }
        // For as long as it is right after the transaction.
        message.push_own(
            self.hold_on()
                .map_or_else(Vec::new, |hold| self.as_itself(hold)),
        );
        let Err(failed) = commit(client, message, context.on_statement).await else {
            return Ok(());
        };
        self.in_doubt = failed.in_doubt;
        match failed.open {
            true => self.or_roll_back(Err(failed.error)).await,
            false => Err(failed.error),
        }
    }

    /// Ends the transaction that an error has left open.
    async fn or_roll_back(&self, ran: Result<(), EngineError>) -> Result<(), EngineError> {
        if let Err(EngineError::Refused(_)) = &ran {
            // Where it fails the connection is gone, and with it the transaction.
            let _ = self.insist(&["ROLLBACK".to_owned()]).await;
        }
        ran
    }

    /// Each piece by itself, in whatever transaction the script has opened.
    async fn run_bare(&self, unit: &Unit, context: &RunContext<'_>) -> Result<(), EngineError> {
        for (number, piece) in unit.pieces.iter().enumerate() {
            match piece {
                Piece::Own(statements) => {
                    let mut message = Message::marked(self.mark());
                    message.push_own(statements.iter().map(String::as_str));
                    let sent = send(self.client()?, &message, &|_| {});
                    let executed = self.run_alone(sent).await;
                    // What makes ready for a statement is a part of it.
                    let mut following = unit.pieces.iter().skip(number);
                    let statement = following.find_map(Piece::first_statement);
                    executed.map_err(|error| error.of_statement(statement))?;
                }
                Piece::Statements(range) => {
                    for (index, statement) in context.statements(range) {
                        let mut message = Message::marked(self.mark());
                        message.push(statement, Some(index));
                        let sent = send(self.client()?, &message, context.on_statement);
                        self.run_alone(sent).await?;
                    }
                }
                Piece::Record(record) => {
                    self.execute(&self.record(record, unit, context)).await?;
                }
            }
        }
        Ok(())
    }

    /// Keeps the lease while something runs that is in no transaction: one keeps it by itself.
    async fn run_alone(
        &self,
        work: impl Future<Output = Result<(), EngineError>>,
    ) -> Result<(), EngineError> {
        match self.open {
            true => work.await,
            false => self.attended(work).await,
        }
    }

    /// The statements of a record, run as the role that the run began with.
    fn record(&self, record: &Record, unit: &Unit, context: &RunContext<'_>) -> Vec<String> {
        let elapsed = unit.elapsed(Elapsed::Milliseconds(context.elapsed_ms()));
        let mut record_it = self.bookkeeping().record(record, context.step, elapsed);
        if !unit.atomic {
            record_it.splice(0..0, self.hold_on());
        }
        let surroundings = self.place.as_ref().map(|place| Surroundings {
            restore: [vec![CHECK_CONSTRAINTS.to_owned()], self.restore(place)].concat(),
            limit: self.limits(),
            own_role: place.own_role(),
            back_to_role: place.back_to_role(),
            put_back_first: Vec::new(),
            put_back: Vec::new(),
        });
        let mut surroundings = surroundings.unwrap_or_default();
        if self.pooled && unit.atomic {
            let put_back = pooled::put_back(context.script());
            surroundings.restore.extend(put_back.iter().cloned());
            surroundings.own_role = [put_back, self.limits()].concat();
            surroundings.back_to_role = Vec::new();
        }
        surroundings.around(record, record_it)
    }
}
