//! What became of a `CONCURRENTLY` statement that was cut off: PostgreSQL's catalog knows.

use super::Postgres;
use crate::engine::{EngineError, Settled};
use migrate_core::dialect::Dialect;
use migrate_core::plan::Step;
use migrate_core::statement::{ObjectName, is_same_index};
use migrate_core::table::{TableName, quote_string};

/// `undefined_object`: an index that is to be dropped.
const UNDEFINED_OBJECT: &str = "42704";

impl Postgres<'_> {
    /// Whether a whole index is there, or what drops the one that a failed `CREATE INDEX
    /// CONCURRENTLY` left.
    pub(super) async fn settle_index(
        &self,
        statement: &str,
        name: Option<ObjectName>,
        table: &ObjectName,
    ) -> Result<Settled, EngineError> {
        let table = quote_string(Dialect::Postgres, &quoted(table));
        let condition = match &name {
            Some(name) => format!("c.relname = {}", quote_string(Dialect::Postgres, &name.name)),
            // The names that PostgreSQL chooses (ChooseIndexName in indexcmds.c). That a whole
            // one is this statement's cannot be told.
            None => r"NOT i.indisvalid AND c.relname ~ '_idx\d*$' AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = c.oid)".to_owned(),
        };
        let indexes = self
            .query(&format!(
                "SELECT i.indisvalid, quote_ident(n.nspname) || '.' || quote_ident(c.relname), pg_catalog.pg_get_indexdef(c.oid)
                FROM pg_catalog.pg_index i
                JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE i.indrelid = pg_catalog.to_regclass({table}) AND {condition}"
            ))
            .await?;
        if let Some(whole) = indexes.iter().find(|index| index.is_true(0)) {
            // One of another definition is not this statement's: running it says so.
            let definition = whole.text(2).unwrap_or_default();
            return Ok(match is_same_index(statement, definition) {
                true => Settled::Done,
                false => Settled::NotDone,
            });
        }
        let names = indexes.iter().filter_map(|index| index.text(1));
        let drops = names.map(|name| format!("DROP INDEX CONCURRENTLY IF EXISTS {name}"));
        Ok(match drops.collect::<Vec<String>>() {
            none if none.is_empty() => Settled::NotDone,
            drops => Settled::NotDoneAfter(drops),
        })
    }

    /// Whether none of these indexes is there any more, and the last run was not told that there
    /// was none: then nothing was dropped, and the name may be misspelt.
    pub(super) async fn settle_dropped(
        &self,
        names: &[ObjectName],
        step: &Step<'_>,
    ) -> Result<Settled, EngineError> {
        let any: Vec<String> = names
            .iter()
            .map(|name| {
                let name = quote_string(Dialect::Postgres, &quoted(name));
                format!("pg_catalog.to_regclass({name}) IS NOT NULL")
            })
            .collect();
        let rows = self
            .query(&format!(
                "SELECT {} OR coalesce(({}) LIKE '%({UNDEFINED_OBJECT})', false)",
                any.join(" OR "),
                self.bookkeeping().last_error(step)
            ))
            .await?;
        Ok(match rows.first().is_some_and(|row| row.is_true(0)) {
            true => Settled::NotDone,
            false => Settled::Done,
        })
    }
}

fn quoted(name: &ObjectName) -> String {
    TableName {
        schema: name.schema.clone(),
        name: name.name.clone(),
    }
    .quoted(Dialect::Postgres)
}
