//! How a unit runs: in one message and one transaction, or statement by statement; and what goes
//! around a script that sets something of its session.

use super::Mysql;
use super::message::{self, Texts, answers_once};
use super::settings::{self, Settings};
use crate::engine::message::Message;
use crate::engine::{Engine, EngineError, Refused, RunContext};
use migrate_core::bookkeeping::Elapsed;
use migrate_core::dialect::Dialect;
use migrate_core::dry_run::begin;
use migrate_core::lex::{TokenKind, tokens};
use migrate_core::surroundings::Surroundings;
use migrate_core::unit::{Piece, Record, Unit, last_record};
use mysql_async::consts::StatusFlags;

/// ER_WARNING_NOT_COMPLETE_ROLLBACK
const NOT_ROLLED_BACK: &str = "1196";

/// Remembers when a transaction began, for [`Elapsed::ServerSide`].
const BEGAN: &str = "SET @migrate_began = SYSDATE(6)";

impl Mysql<'_> {
    /// The most bytes that the server takes in one message, and the driver too.
    fn max_packet(&self) -> usize {
        let server = self.place.as_ref().map(|place| place.max_packet);
        let driver = self.session.opts().max_allowed_packet();
        server.into_iter().chain(driver).min().unwrap_or(usize::MAX)
    }

    /// Refuses a statement behind which the connection would be of no use: the server would hang
    /// up, or the driver would.
    fn check(&self, index: usize, statement: &str) -> Result<(), EngineError> {
        if asks_for_a_file(statement) && self.session.opts().local_infile_handler().is_none() {
            return Err(EngineError::Refused(Refused {
                statement: Some(index),
                message: "the server would ask for a file of this machine, which no migration gives it".to_owned(),
                hint: Some("write the rows as `INSERT`, or leave `LOCAL` out and put the file where the server may read it".to_owned()),
                ..Refused::default()
            }));
        }
        let too_large = self.too_large("the statement", statement);
        too_large.map_or(Ok(()), |message| {
            Err(EngineError::Refused(Refused {
                statement: Some(index),
                message,
                hint: Some("divide it into several, or raise `max_allowed_packet`".to_owned()),
                ..Refused::default()
            }))
        })
    }

    /// Refuses a step of which it is clear that it could not be recorded.
    fn check_record(&self, context: &RunContext<'_>) -> Result<(), EngineError> {
        let last = last_record(context.step);
        let record = self
            .bookkeeping()
            .record(&last, context.step, Elapsed::ServerSide);
        let mut too_large = record.iter().filter_map(|sql| {
            // The only thing in it that may be large.
            self.too_large("its record, which holds the down script,", sql)
        });
        too_large.next().map_or(Ok(()), |message| {
            Err(EngineError::Refused(Refused {
                message,
                hint: Some("shorten the down script, or raise `max_allowed_packet`".to_owned()),
                ..Refused::default()
            }))
        })
    }

    /// That the server would hang up on it, in words.
    fn too_large(&self, what: &str, sql: &str) -> Option<String> {
        let (length, limit) = (sql.len(), self.max_packet());
        // One byte is the command's own.
        (length >= limit).then(|| {
            format!("{what} has {length} bytes, and the server takes {limit} at once (`max_allowed_packet`)")
        })
    }

    /// Adds statements of the program's own to a message, which is sent before where it is full.
    async fn push_own<'m>(
        &mut self,
        message: &mut Message<'m>,
        statements: Vec<String>,
        context: &RunContext<'_>,
    ) -> Result<(), EngineError> {
        for statement in statements {
            if message.is_full_with(&statement, self.max_packet()) {
                let full = std::mem::take(message);
                self.send(&full, context.on_statement).await?;
            }
            message.push(statement, None);
        }
        Ok(())
    }

    /// All pieces in one message, one transaction, one round trip; in several messages where the
    /// script or its record is very large, or it sets something of its session, which the records
    /// shall not meet.
    async fn run_atomic(
        &mut self,
        unit: &Unit,
        context: &RunContext<'_>,
    ) -> Result<(), EngineError> {
        if !unit.progresses() {
            self.check_record(context)?;
        }
        // Some variables cannot be put back in a transaction, `sql_log_bin` for one.
        if unit.pieces.first() == Some(&Piece::Record(Record::Done)) {
            self.leave().await?;
        }
        let mut message = Message::default();
        if unit.elapsed(Elapsed::Unknown) == Elapsed::ServerSide {
            message.push(BEGAN, None);
        }
        message.push(begin(Dialect::Mysql), None);
        for piece in &unit.pieces {
            match piece {
                Piece::Own(statements) => {
                    let statements = statements.clone();
                    self.push_own(&mut message, statements, context).await?;
                }
                Piece::Statements(range) => {
                    for (index, statement) in context.statements(range) {
                        self.check(index, statement)?;
                        let once = answers_once(statement);
                        if !once || message.is_full_with(statement, self.max_packet()) {
                            self.send(&message, context.on_statement).await?;
                            message = Message::default();
                        }
                        message.push(statement, Some(index));
                        if !once {
                            self.send(&message, context.on_statement).await?;
                            self.check_transaction(index)?;
                            message = Message::default();
                        }
                    }
                }
                Piece::Record(record) => {
                    if let (Record::Done, Some(_)) = (record, &self.before) {
                        self.send(&message, context.on_statement).await?;
                        message = Message::default();
                        self.leave().await?;
                    }
                    let statements = self.record(record, unit, context);
                    self.push_own(&mut message, statements, context).await?;
                }
            }
        }
        let go_on = vec![self.mark.go_on_query()];
        self.push_own(&mut message, go_on, context).await?;
        message.push("COMMIT", None);
        self.send(&message, context.on_statement).await
    }

    /// A statement that has ended the transaction that it was to be a part of is not passed over.
    fn check_transaction(&self, index: usize) -> Result<(), EngineError> {
        match self.session.is_in_transaction() {
            true => Ok(()),
            false => Err(EngineError::Refused(Refused {
                statement: Some(index),
                message: "the statement ended the migration's transaction".to_owned(),
                hint: Some(
                    "write `-- migrate:no-transaction` at the head of the section".to_owned(),
                ),
                stays: true,
                ..Refused::default()
            })),
        }
    }

    /// A transaction of the script's own is not gone on with, let alone committed, where its last
    /// statement has ended well although it was stopped.
    fn check_interrupt(&self, index: usize, context: &RunContext<'_>) -> Result<(), EngineError> {
        match context.interrupt.is_triggered() {
            true => Err(EngineError::Refused(Refused {
                statement: Some(index),
                ..Refused::interrupted()
            })),
            false => Ok(()),
        }
    }

    /// Each piece by itself, in whatever transaction the script has opened.
    async fn run_bare(&mut self, unit: &Unit, context: &RunContext<'_>) -> Result<(), EngineError> {
        for piece in &unit.pieces {
            match piece {
                Piece::Own(statements) => self.execute(statements).await?,
                Piece::Statements(range) => {
                    for (index, statement) in context.statements(range) {
                        self.check(index, statement)?;
                        self.check_interrupt(index, context)?;
                        let mut message = Message::default();
                        message.push(statement, Some(index));
                        self.send(&message, context.on_statement).await?;
                    }
                }
                Piece::Record(record) => {
                    let statements = self.record(record, unit, context);
                    self.execute(&statements).await?;
                }
            }
        }
        // A script may have turned `autocommit` off.
        match unit.commits && self.session.is_in_transaction() {
            true => self.execute(&["COMMIT"]).await,
            false => Ok(()),
        }
    }

    /// The statements of a record, to be read as they were written whatever a script has set.
    fn record(&self, record: &Record, unit: &Unit, context: &RunContext<'_>) -> Vec<String> {
        let elapsed = unit.elapsed(Elapsed::Milliseconds(context.elapsed_ms()));
        let record_it = self.bookkeeping().record(record, context.step, elapsed);
        let surroundings = match (record, &self.before) {
            (Record::Progress { .. }, Some(_)) => readable_meanwhile(),
            _ => Surroundings::default(),
        };
        surroundings.around(record, record_it)
    }

    /// Runs a unit. After an error its transaction may be open.
    pub(super) async fn run_unit(
        &mut self,
        unit: &Unit,
        context: &RunContext<'_>,
    ) -> Result<(), EngineError> {
        self.enter(context).await?;
        match unit.atomic {
            true => self.run_atomic(unit, context).await?,
            false => self.run_bare(unit, context).await?,
        }
        match unit.pieces.contains(&Piece::Record(Record::Done)) {
            true => self.commit_by_itself().await,
            false => Ok(()),
        }
    }

    /// Remembers how the session is set, before a script that sets something of it.
    async fn enter(&mut self, context: &RunContext<'_>) -> Result<(), EngineError> {
        if self.before.is_none() && context.sets_session {
            let sets = self.settings().await?;
            self.before = Some(Settings::read(&sets, context.script()));
        }
        Ok(())
    }

    pub(super) async fn settings(&mut self) -> Result<Vec<Vec<Texts>>, EngineError> {
        let message = Message::own([settings::QUERY]);
        message::rows(&mut self.session, &message).await
    }

    /// Makes the session what it was before the script. Where that fails it can be tried again.
    pub(super) async fn leave(&mut self) -> Result<(), EngineError> {
        let Some(before) = self.before.take() else {
            return Ok(());
        };
        let left = self.put_back(&before).await;
        if left.is_err() {
            self.before = Some(before);
        }
        left
    }

    async fn put_back(&mut self, before: &Settings) -> Result<(), EngineError> {
        let mut statements = before.go_back();
        // To end table locks in a transaction would end that.
        if !self.session.is_in_transaction() {
            statements.push("UNLOCK TABLES".to_owned());
        }
        self.execute(&statements).await?;
        let now = self.settings().await?;
        for statement in before.put_back(&now) {
            // Others may have changed what is the server's.
            match self.execute(&[&statement]).await {
                Err(EngineError::Refused(refused)) if !refused.cancelled => tracing::debug!(
                    statement,
                    error = %refused,
                    "a variable of the session was not put back"
                ),
                ended => ended?,
            }
        }
        Ok(())
    }

    /// Ends the transaction that a unit which failed has left open. Whether something of it stays
    /// nevertheless.
    pub(super) async fn roll_back(&mut self) -> Result<bool, EngineError> {
        self.insist(&["ROLLBACK"]).await?;
        if self.session.get_warnings() == 0 {
            return Ok(false);
        }
        let warnings = self.query("SHOW WARNINGS").await?;
        let mut codes = warnings.iter().map(|row| row.text(1));
        Ok(codes.any(|code| code == Some(NOT_ROLLED_BACK)))
    }

    /// Turns `autocommit` on again, where a script has turned it off. That commits, so that it is
    /// not done in a transaction.
    pub(super) async fn commit_by_itself(&mut self) -> Result<(), EngineError> {
        match self.session.has(StatusFlags::SERVER_STATUS_AUTOCOMMIT) {
            true => Ok(()),
            false => self.execute(&["SET SESSION autocommit = 1"]).await,
        }
    }
}

/// Whether it is `LOAD DATA LOCAL INFILE`, or the like for XML (manual, "LOAD DATA").
fn asks_for_a_file(statement: &str) -> bool {
    let words = tokens(statement, Dialect::Mysql).filter(|token| token.kind == TokenKind::Word);
    let words = words.filter_map(|token| statement.get(token.range));
    let first: Vec<String> = words.take(4).map(str::to_ascii_uppercase).collect();
    match first.as_slice() {
        [load, what, local @ ..] if load == "LOAD" && (what == "DATA" || what == "XML") => {
            let given_way = local.first();
            let given_way =
                given_way.filter(|word| *word == "LOW_PRIORITY" || *word == "CONCURRENT");
            local
                .get(usize::from(given_way.is_some()))
                .is_some_and(|word| word == "LOCAL")
        }
        _ => false,
    }
}

/// A record between statements that rely on what the script has set.
pub(super) fn readable_meanwhile() -> Surroundings {
    let own = |sql: &str| vec![sql.to_owned()];
    Surroundings {
        own_role: [
            own("SET @migrate_mode = @@sql_mode, @migrate_client = @@character_set_client, @migrate_results = @@character_set_results, @migrate_collation = @@collation_connection"),
            own("SET NAMES utf8mb4"),
            own("SET SESSION sql_mode = 'STRICT_ALL_TABLES'"),
        ]
        .concat(),
        back_to_role: own("SET SESSION sql_mode = @migrate_mode, character_set_client = @migrate_client, character_set_results = @migrate_results, collation_connection = @migrate_collation"),
        ..Surroundings::default()
    }
}
