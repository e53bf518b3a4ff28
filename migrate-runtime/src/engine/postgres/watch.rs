//! Another session's look at the one that migrates: what it waits for, who keeps it waiting, and
//! how far it is.

use super::beside::{Apart, Beside};
use super::message::{self, Row};
use crate::blocker::{Blocker, one_line};
use crate::connect::ANOTHER_WITHIN;
use crate::engine::Sight;
use crate::engine::message::Message;
use std::time::Duration;
use tokio::time::timeout;
use tokio_postgres::Client;

/// Looks at a session from outside.
pub(crate) struct Watcher {
    /// The process id of the session, as an expression.
    pid: String,
    /// Where a connection to look by can be had. `None`: looking has failed, and is not tried again,
    /// since the server may be short of connections.
    beside: Option<Beside>,
    /// That connection. One of a pool goes back there after each look.
    kept: Option<Apart>,
}

impl Watcher {
    pub(super) fn new(pid: String, beside: Beside) -> Watcher {
        Watcher {
            pid,
            beside: Some(beside),
            kept: None,
        }
    }

    /// Looks once.
    pub async fn look(&mut self) -> Option<Sight> {
        match timeout(ANOTHER_WITHIN, self.try_look()).await {
            Ok(Ok(sight)) => sight,
            failed => {
                tracing::debug!(?failed, "the running statement cannot be watched");
                (self.beside, self.kept) = (None, None);
                None
            }
        }
    }

    /// An error is one of looking; `None` is nothing to be seen this time.
    async fn try_look(&mut self) -> Result<Option<Sight>, String> {
        if let (None, Some(beside)) = (&self.kept, &self.beside) {
            let connected = beside.connect("migrate (watching)", true).await;
            self.kept = connected.map_err(|error| error.to_string())?;
        }
        let Some(apart) = &self.kept else {
            return Ok(None);
        };
        let sight = look(apart.client(), &self.pid).await?;
        self.kept.take_if(|apart| matches!(apart, Apart::Pooled(_)));
        Ok(Some(sight))
    }
}

async fn look(client: &Client, pid: &str) -> Result<Sight, String> {
    let rows = message::rows(client, &Message::own([sight_query(pid)])).await;
    let rows = rows.map_err(|error| format!("{error:?}"))?;
    let mut sight = Sight::default();
    for row in &rows {
        match row.text(0) {
            Some("lock") => sight.lock = row.text(1).unwrap_or_default().to_owned(),
            Some("blocker") => sight.blockers.push(blocker(row)),
            _ => {
                let phase = row.text(1).unwrap_or_default().to_owned();
                sight.phase = Some((phase, row.number(2)));
            }
        }
    }
    Ok(sight)
}

fn blocker(row: &Row) -> Blocker {
    let text = |column| row.text(column).filter(|text| !text.is_empty());
    // What a role without pg_read_all_stats sees of others (`pgstatfuncs.c`).
    let query = text(7).filter(|query| *query != "<insufficient privilege>");
    Blocker {
        pid: row.number(2).unwrap_or_default(),
        certain: true,
        user: text(3).map(str::to_owned),
        application: text(4).map(str::to_owned),
        state: text(5).map(str::to_owned),
        transaction_age: row.number(6).map(Duration::from_secs),
        query: query.map(one_line),
    }
}

/// Rows of three kinds, by their first column: what the session waits for, each session that it
/// waits for, and its progress as a phase and a percentage.
///
/// How waits are shown: manual, "The pg_locks view"; `pg_blocking_pids` has 0 for a prepared
/// transaction. Progress: manual, "Progress Reporting"; of COPY since PostgreSQL 14 only, so that
/// it is not asked for.
fn sight_query(pid: &str) -> String {
    format!(
        "SELECT 'lock', CASE locktype
                WHEN 'relation' THEN '`' || relation::regclass || '`'
                WHEN 'tuple' THEN 'a row of `' || relation::regclass || '`'
                WHEN 'transactionid' THEN 'what another transaction has changed'
                WHEN 'virtualxid' THEN 'the end of an older transaction'
                WHEN 'advisory' THEN 'an advisory lock'
                ELSE 'a lock (' || locktype || ')'
            END, NULL, NULL, NULL, NULL, NULL, NULL
        FROM pg_catalog.pg_locks WHERE pid = {pid} AND NOT granted
        UNION ALL
        SELECT 'blocker', NULL, b.pid::text, a.usename::text, a.application_name, a.state,
            greatest(extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start), 0)::bigint::text,
            pg_catalog.left(a.query, 1000)
        FROM (SELECT DISTINCT pg_catalog.unnest(pg_catalog.pg_blocking_pids({pid})) AS pid) b
            LEFT JOIN pg_catalog.pg_stat_activity a USING (pid)
        UNION ALL
        SELECT 'phase', phase, (100 * done / nullif(total, 0))::text, NULL, NULL, NULL, NULL, NULL
        FROM (
            SELECT pid, phase,
                -- The counters of a phase keep their last values in the next one.
                CASE WHEN phase LIKE 'waiting%' THEN lockers_done
                    WHEN phase LIKE '%scanning%' THEN blocks_done
                    WHEN phase LIKE '%loading%' THEN tuples_done END AS done,
                CASE WHEN phase LIKE 'waiting%' THEN lockers_total
                    WHEN phase LIKE '%scanning%' THEN blocks_total
                    WHEN phase LIKE '%loading%' THEN tuples_total END AS total
            FROM pg_catalog.pg_stat_progress_create_index
            UNION ALL SELECT pid, phase, heap_blks_scanned, heap_blks_total
            FROM pg_catalog.pg_stat_progress_vacuum
            UNION ALL SELECT pid, phase, heap_blks_scanned, heap_blks_total
            FROM pg_catalog.pg_stat_progress_cluster
            UNION ALL SELECT pid, phase, sample_blks_scanned, sample_blks_total
            FROM pg_catalog.pg_stat_progress_analyze
        ) p WHERE pid = {pid}"
    )
}
