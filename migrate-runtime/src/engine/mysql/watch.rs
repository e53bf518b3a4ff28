//! Another session's look at the one that migrates: what it waits for, who keeps it waiting, and
//! how far it is.

use super::lock::Mark;
use super::message::{self, Texts};
use super::session::Session;
use crate::blocker::{Blocker, one_line};
use crate::engine::message::Message;
use crate::engine::{EngineError, Sight};
use mysql_async::{Conn, Opts, OptsBuilder};
use std::time::Duration;
use tokio::time::timeout;

/// How long a look may take, connecting included.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks at a session from outside.
pub(crate) struct Watcher {
    /// By which the session is known, on whatever server the other connection ends.
    mark: Mark,
    /// How to connect; `None` when looking has failed, which is not tried again: the server may be
    /// short of connections.
    opts: Option<Opts>,
    /// That connection, between two looks: one whose look was broken off is of no use.
    kept: Option<Session<'static>>,
}

impl Watcher {
    /// One for a session that was connected with these options.
    pub(super) fn new(mark: Mark, opts: Opts) -> Watcher {
        let opts = OptsBuilder::from_opts(opts)
            .connect_attribute("program_name", "migrate (watching)")
            // InnoDB tells times as those of the server's machine.
            .init(vec!["SET SESSION time_zone = 'SYSTEM'"]);
        Watcher {
            mark,
            opts: Some(opts.into()),
            kept: None,
        }
    }

    /// Looks once.
    pub async fn look(&mut self) -> Option<Sight> {
        match timeout(PATIENCE, self.try_look()).await {
            Ok(Ok(sight)) => sight,
            failed => {
                tracing::debug!(?failed, "the running statement cannot be watched");
                self.opts = None;
                None
            }
        }
    }

    /// An error is one of looking; `None` is nothing to be seen.
    async fn try_look(&mut self) -> Result<Option<Sight>, String> {
        let Some(opts) = &self.opts else {
            return Ok(None);
        };
        let mut session = match self.kept.take() {
            Some(session) => session,
            None => {
                let conn = Conn::new(opts.clone()).await;
                Session::Given(conn.map_err(|error| error.to_string())?)
            }
        };
        let sight = look(&mut session, &self.mark).await;
        let sight = sight.map_err(|error| format!("{error:?}"))?;
        self.kept = Some(session);
        Ok(sight)
    }
}

async fn look(session: &mut Session<'_>, mark: &Mark) -> Result<Option<Sight>, EngineError> {
    let holder = rows(session, &mark.holder_query()).await?;
    let Some(id) = holder.first().and_then(|row| row.number::<u64>(0)) else {
        return Ok(None);
    };
    let mut sight = Sight {
        phase: rows(session, &phase_query(id))
            .await?
            .first()
            .and_then(phase),
        ..Sight::default()
    };
    for (certain, query) in ways(id) {
        let rows = match rows(session, &in_words(&query)).await {
            Ok(rows) => rows,
            // It is another server's way, or the user may not.
            Err(EngineError::Refused(_)) => continue,
            Err(error) => return Err(error),
        };
        sight.blockers = rows
            .iter()
            .filter_map(|row| blocker(row, certain))
            .collect();
        if let Some(lock) = rows.first().and_then(|row| row.text(0)) {
            sight.lock = lock.to_owned();
            break;
        }
    }
    Ok(Some(sight))
}

async fn rows(session: &mut Session<'_>, query: &str) -> Result<Vec<Texts>, EngineError> {
    let sets = message::rows(session, &Message::own([query])).await?;
    Ok(sets.into_iter().next().unwrap_or_default())
}

fn phase(row: &Texts) -> Option<(String, Option<u8>)> {
    Some((row.text(0)?.to_owned(), row.number(1)))
}

fn blocker(row: &Texts, certain: bool) -> Option<Blocker> {
    let text = |column| row.text(column).map(str::to_owned);
    Some(Blocker {
        pid: row.number(1)?,
        certain,
        user: text(2),
        application: None,
        state: text(3),
        transaction_age: row.number(4).map(Duration::from_secs),
        query: row.text(5).map(one_line),
    })
}

/// What a statement does of which the server says that it takes long, and the percentage of that.
///
/// MariaDB knows the latter where a table is copied (its manual, "Progress Reporting"), and counts
/// beyond the end then; MySQL only where its stages are instrumented, which is not the default.
fn phase_query(id: u64) -> String {
    format!(
        "SELECT state /*M! , IF(max_stage > 0, LEAST(ROUND(progress), 100), NULL) */
        FROM information_schema.processlist
        WHERE id = {id} AND (state LIKE 'Waiting for %' OR state LIKE 'alter%' OR state LIKE 'copy%'
            /*M! OR max_stage > 0 */)"
    )
}

/// What is waited for, and the session that has it, in words. Only who has PROCESS is told of
/// others' transactions (manual, "The INFORMATION_SCHEMA INNODB_TRX Table").
fn in_words(query: &str) -> String {
    format!(
        "SELECT w.lock_name, w.id, p.user,
            CASE WHEN p.command <> 'Sleep' THEN 'active'
                WHEN p.command = 'Sleep' AND t.trx_id IS NOT NULL THEN 'idle in transaction'
                WHEN p.command = 'Sleep' THEN 'idle' END,
            GREATEST(TIMESTAMPDIFF(SECOND, t.trx_started, NOW()), 0), LEFT(p.info, 1000)
        FROM ({query}) w
            LEFT JOIN information_schema.processlist p ON p.id = w.id
            LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = w.id
        ORDER BY w.id"
    )
}

/// How to learn who keeps a session waiting, the surest way first, and whether those surely do. Each
/// server knows some of them, and some want a right.
fn ways(id: u64) -> [(bool, String); 5] {
    let table = |schema: &str, name: &str| {
        format!("CONCAT('`', IF({schema} = DATABASE(), '', CONCAT({schema}, '.')), {name}, '`')")
    };
    // MariaDB: manual, "Information Schema INNODB_LOCK_WAITS Table".
    let rows = format!(
        "SELECT DISTINCT CONCAT(IF(l.lock_type = 'RECORD', 'a row of ', ''),
                REPLACE(l.lock_table, CONCAT('`', DATABASE(), '`.'), '')) AS lock_name,
            b.trx_mysql_thread_id AS id
        FROM information_schema.innodb_trx r
            JOIN information_schema.innodb_lock_waits w ON w.requesting_trx_id = r.trx_id
            JOIN information_schema.innodb_locks l ON l.lock_id = w.requested_lock_id
            JOIN information_schema.innodb_trx b ON b.trx_id = w.blocking_trx_id
        WHERE r.trx_mysql_thread_id = {id}"
    );
    // MySQL: manual, "The data_lock_waits Table".
    let rows_of_mysql = format!(
        "SELECT DISTINCT CONCAT(IF(l.lock_type = 'RECORD', 'a row of ', ''), {}) AS lock_name,
            b.trx_mysql_thread_id AS id
        FROM information_schema.innodb_trx r
            JOIN performance_schema.data_lock_waits w
                ON w.requesting_engine_transaction_id = r.trx_id
            JOIN performance_schema.data_locks l
                ON l.engine_lock_id = w.requesting_engine_lock_id
            JOIN information_schema.innodb_trx b ON b.trx_id = w.blocking_engine_transaction_id
        WHERE r.trx_mysql_thread_id = {id}",
        table("l.object_schema", "l.object_name")
    );
    // Manual, "The metadata_locks Table": by default instrumented on MySQL only.
    let metadata = format!(
        "SELECT DISTINCT CASE w.object_type WHEN 'TABLE' THEN {}
                WHEN 'SCHEMA' THEN CONCAT('the database `', w.object_schema, '`')
                ELSE CONCAT('a lock (', LOWER(w.object_type), ')') END AS lock_name,
            o.processlist_id AS id
        FROM performance_schema.threads r
            JOIN performance_schema.metadata_locks w
                ON w.owner_thread_id = r.thread_id AND w.lock_status = 'PENDING'
            JOIN performance_schema.metadata_locks g
                ON g.lock_status = 'GRANTED' AND g.owner_thread_id <> w.owner_thread_id
                AND g.object_type = w.object_type AND g.object_schema <=> w.object_schema
                AND g.object_name <=> w.object_name
            JOIN performance_schema.threads o ON o.thread_id = g.owner_thread_id
        WHERE r.processlist_id = {id}",
        table("w.object_schema", "w.object_name")
    );
    // MariaDB's plugin of this name lists what is held, and not what is waited for: that it is a
    // table which the statement names.
    let tables = format!(
        "SELECT DISTINCT {} AS lock_name, m.thread_id AS id
        FROM information_schema.processlist r
            JOIN information_schema.metadata_lock_info m
                ON m.lock_type = 'Table metadata lock' AND m.thread_id <> r.id
                AND r.info RLIKE CONCAT('(?i)(^|[^a-z0-9_])', m.table_name, '($|[^a-z0-9_])')
                AND (m.table_schema = r.db OR LOCATE(m.table_schema, r.info) > 0)
        WHERE r.id = {id} AND r.state = '{WAITS_FOR_TABLE}'",
        table("m.table_schema", "m.table_name")
    );
    // A transaction keeps the tables that it has used until its end (manual, "Metadata Locking").
    let transactions = format!(
        "SELECT 'a table' AS lock_name, t.trx_mysql_thread_id AS id
        FROM information_schema.processlist r
            JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id <> r.id
            JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
        WHERE r.id = {id} AND r.state = '{WAITS_FOR_TABLE}'
        ORDER BY p.db <=> r.db DESC, t.trx_started LIMIT 3"
    );
    [
        (true, rows),
        (true, rows_of_mysql),
        (true, metadata),
        (false, tables),
        (false, transactions),
    ]
}

const WAITS_FOR_TABLE: &str = "Waiting for table metadata lock";
