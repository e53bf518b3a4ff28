//! What `information_schema` can be asked: each fact with its query.
//!
//! A query returns no row for what is not there, and its first column says what there is. Names of
//! tables and databases are told apart by case where the server does so
//! (`lower_case_table_names`); those of columns, indexes and routines never are.

use crate::dialect::Dialect;
use crate::statement::ObjectName;
use crate::table::quote_string;

/// Something that may be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    /// A database.
    Database(String),
    /// A table, or what may stand for one.
    Relation(Relation, ObjectName),
    /// A table's columns, by their names in lower case, in order.
    Columns(ObjectName),
    /// A column, by its type.
    Column { table: ObjectName, column: String },
    /// An index, by its parts, in order: `unique a`, `b(10)`, `c desc`.
    Index { table: ObjectName, index: String },
    /// An index without a name of its own.
    IndexOn {
        table: ObjectName,
        parts: Vec<String>,
    },
    /// A constraint, of these kinds.
    Constraint {
        table: ObjectName,
        name: String,
        kinds: &'static [&'static str],
    },
    /// A foreign key without a name of its own.
    ForeignKeyOn {
        table: ObjectName,
        columns: Vec<String>,
        references: ObjectName,
    },
    /// A trigger.
    Trigger(ObjectName),
    /// A stored routine.
    Routine(Routine, ObjectName),
    /// An event.
    Event(ObjectName),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Table,
    View,
    Sequence,
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Routine {
    Procedure,
    Function,
}

/// One part of an index.
const KEY_PART: &str = "CONCAT(IF(INDEX_TYPE IN ('FULLTEXT', 'SPATIAL'), CONCAT(LOWER(INDEX_TYPE), ' '), IF(NON_UNIQUE = 0, 'unique ', '')), IFNULL(LOWER(COLUMN_NAME), ''), IF(SUB_PART IS NULL OR INDEX_TYPE IN ('FULLTEXT', 'SPATIAL'), '', CONCAT('(', SUB_PART, ')')), IF(COLLATION = 'D', ' desc', ''))";

/// A column's type, as `table::column_type` has it. JSON is LONGTEXT on MariaDB.
const COLUMN_TYPE: &str = "CASE WHEN DATA_TYPE IN ('char', 'varchar', 'binary', 'varbinary', 'decimal', 'bit') THEN SUBSTRING_INDEX(COLUMN_TYPE, ' ', 1) WHEN DATA_TYPE = 'json' THEN 'longtext' ELSE DATA_TYPE END";

impl Fact {
    pub fn query(&self) -> String {
        match self {
            Fact::Database(name) => select(
                "SCHEMA_NAME",
                "SCHEMATA",
                &[exactly("SCHEMA_NAME", name)],
                "",
            ),
            Fact::Relation(kind, name) => {
                let mut conditions = of_table(name);
                conditions.extend(match kind {
                    Relation::Table => {
                        Some("TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')".to_owned())
                    }
                    Relation::View => Some("TABLE_TYPE = 'VIEW'".to_owned()),
                    Relation::Sequence => Some("TABLE_TYPE = 'SEQUENCE'".to_owned()),
                    Relation::Any => None,
                });
                select("TABLE_NAME", "TABLES", &conditions, "")
            }
            Fact::Columns(table) => select(
                "LOWER(COLUMN_NAME)",
                "COLUMNS",
                &of_table(table),
                " ORDER BY ORDINAL_POSITION",
            ),
            Fact::Column { table, column } => {
                let column = format!("COLUMN_NAME = {}", string(column));
                let conditions = [of_table(table), vec![column]].concat();
                select(COLUMN_TYPE, "COLUMNS", &conditions, "")
            }
            Fact::Index { table, index } => {
                let index = format!("INDEX_NAME = {}", string(index));
                let conditions = [of_table(table), vec![index]].concat();
                select(
                    KEY_PART,
                    "STATISTICS",
                    &conditions,
                    " ORDER BY SEQ_IN_INDEX",
                )
            }
            Fact::IndexOn { table, parts } => {
                let parts = string(&parts.join(","));
                let grouped = format!(
                    " GROUP BY INDEX_NAME HAVING GROUP_CONCAT({KEY_PART} ORDER BY SEQ_IN_INDEX SEPARATOR ',') = {parts}"
                );
                select("INDEX_NAME", "STATISTICS", &of_table(table), &grouped)
            }
            Fact::Constraint { table, name, kinds } => {
                let kinds: Vec<String> = kinds.iter().map(|kind| string(kind)).collect();
                let mut conditions = of_table(table);
                conditions.push(format!("CONSTRAINT_NAME = {}", string(name)));
                conditions.push(format!("CONSTRAINT_TYPE IN ({})", kinds.join(", ")));
                select("CONSTRAINT_NAME", "TABLE_CONSTRAINTS", &conditions, "")
            }
            Fact::ForeignKeyOn {
                table,
                columns,
                references,
            } => {
                let mut conditions = of_table(table);
                conditions.push(exactly("REFERENCED_TABLE_NAME", &references.name));
                let columns = string(&columns.join(","));
                let grouped = format!(
                    " GROUP BY CONSTRAINT_NAME HAVING GROUP_CONCAT(LOWER(COLUMN_NAME) ORDER BY ORDINAL_POSITION SEPARATOR ',') = {columns}"
                );
                select("CONSTRAINT_NAME", "KEY_COLUMN_USAGE", &conditions, &grouped)
            }
            Fact::Trigger(name) => select(
                "TRIGGER_NAME",
                "TRIGGERS",
                &[
                    in_schema("TRIGGER_SCHEMA", name),
                    exactly("TRIGGER_NAME", &name.name),
                ],
                "",
            ),
            Fact::Routine(kind, name) => {
                let kind = match kind {
                    Routine::Procedure => "PROCEDURE",
                    Routine::Function => "FUNCTION",
                };
                select(
                    "ROUTINE_NAME",
                    "ROUTINES",
                    &[
                        in_schema("ROUTINE_SCHEMA", name),
                        format!("ROUTINE_NAME = {}", string(&name.name)),
                        format!("ROUTINE_TYPE = '{kind}'"),
                    ],
                    "",
                )
            }
            Fact::Event(name) => select(
                "EVENT_NAME",
                "EVENTS",
                &[
                    in_schema("EVENT_SCHEMA", name),
                    format!("EVENT_NAME = {}", string(&name.name)),
                ],
                "",
            ),
        }
    }
}

fn select(what: &str, from: &str, conditions: &[String], end: &str) -> String {
    let conditions = conditions.join(" AND ");
    format!("SELECT {what} FROM information_schema.{from} WHERE {conditions}{end}")
}

fn of_table(table: &ObjectName) -> Vec<String> {
    vec![
        in_schema("TABLE_SCHEMA", table),
        exactly("TABLE_NAME", &table.name),
    ]
}

fn in_schema(column: &str, name: &ObjectName) -> String {
    match &name.schema {
        Some(schema) => exactly(column, schema),
        None => format!("{column} = DATABASE()"),
    }
}

/// MariaDB compares these columns without regard to case, whatever its tables are told apart by.
fn exactly(column: &str, name: &str) -> String {
    let name = string(name);
    format!(
        "{column} = {name} AND (@@lower_case_table_names <> 0 OR CAST({column} AS BINARY) = CAST({name} AS BINARY))"
    )
}

fn string(text: &str) -> String {
    quote_string(Dialect::Mysql, text)
}
