//! What the database says has been applied, compared with what the folder holds. Pure.

use crate::migration::{Direction, Migration, Version};
use std::collections::BTreeMap;

/// How far a migration that has a history row has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    /// Applied, wholly.
    Applied,
    /// Going up statement by statement: under way, or stopped in the middle.
    Applying,
    /// Going down statement by statement: under way, or stopped in the middle.
    Reverting,
}

impl RowState {
    /// That of a migration which goes up or down statement by statement.
    pub fn under_way(direction: Direction) -> RowState {
        match direction {
            Direction::Up => RowState::Applying,
            Direction::Down => RowState::Reverting,
        }
    }

    /// As the `state` column has it.
    pub fn as_str(self) -> &'static str {
        match self {
            RowState::Applied => "applied",
            RowState::Applying => "applying",
            RowState::Reverting => "reverting",
        }
    }

    /// The state that a column's text means; what no version of this program has written is
    /// taken as applied, since the row is there.
    pub fn from_column(text: &str) -> RowState {
        match text {
            "applying" => RowState::Applying,
            "reverting" => RowState::Reverting,
            _ => RowState::Applied,
        }
    }
}

/// A row of the history table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// As written in the file name then.
    pub version: Version,
    /// The rest of the file name then.
    pub name: String,
    /// Microseconds since 1970, UTC; `None` where the row has no readable time.
    pub applied_at: Option<i64>,
    /// Lower-case hex, as stored.
    pub checksum: String,
    /// How long it took, in milliseconds.
    pub execution_time_ms: Option<i64>,
    /// Lower-case hex; absent in rows that an older table had. While the state is not `Applied`:
    /// the fingerprint of the statements that have run.
    pub fingerprint: Option<String>,
    /// How far it has come.
    pub state: RowState,
    /// How many statements of a half-done migration have run.
    pub statements_done: usize,
    /// The down script as it was when applied, where it was asked for and stored.
    pub down_sql: Option<String>,
}

impl Applied {
    /// A row of [`Bookkeeping::select`](crate::bookkeeping::Bookkeeping::select), by the text of
    /// each of its columns. What cannot be read is taken as not there: the table may be another
    /// tool's.
    pub fn read<'a>(text: impl Fn(usize) -> Option<&'a str>) -> Applied {
        let number = |column| text(column)?.parse().ok();
        let owned = |column| text(column).map(str::to_owned);
        Applied {
            version: Version::new(text(0).unwrap_or_default()),
            name: owned(1).unwrap_or_default(),
            applied_at: number(2),
            checksum: owned(3).unwrap_or_default(),
            execution_time_ms: number(4),
            fingerprint: owned(5),
            state: RowState::from_column(text(6).unwrap_or_default()),
            statements_done: text(7).and_then(|count| count.parse().ok()).unwrap_or(0),
            down_sql: owned(8),
        }
    }
}

/// A migration's state, as `status` prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// In the folder and in the history, unchanged.
    Applied,
    /// In the folder only.
    Pending,
    /// Applied; the file's SQL is another one now.
    Modified,
    /// Applied; the file changed, but not the SQL that ran.
    Edited,
    /// Applied, and not in the folder.
    Missing,
    /// Pending, and older than the newest applied.
    OutOfOrder,
    /// Stopped in the middle.
    Failed,
}

impl Status {
    /// The word that users and JSON see.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Applied => "applied",
            Status::Pending => "pending",
            Status::Modified => "modified",
            Status::Edited => "edited",
            Status::Missing => "missing",
            Status::OutOfOrder => "out-of-order",
            Status::Failed => "failed",
        }
    }

    /// Whether it still has to run.
    pub fn is_pending(self) -> bool {
        matches!(self, Status::Pending | Status::OutOfOrder)
    }
}

/// One migration, from the folder, from the history, or from both.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// What the comparison says.
    pub status: Status,
    /// As the history writes it where it is applied.
    pub version: &'a Version,
    /// As the folder has it where it is there.
    pub name: &'a str,
    /// From the folder.
    pub migration: Option<&'a Migration>,
    /// From the history.
    pub applied: Option<&'a Applied>,
}

impl Entry<'_> {
    /// `<version>_<name>`.
    pub fn label(&self) -> String {
        format!("{}_{}", self.version, self.name)
    }
}

/// Puts folder and history side by side, in the order of versions.
pub fn compare<'a>(migrations: &'a [Migration], history: &'a [Applied]) -> Vec<Entry<'a>> {
    let newest = history.iter().map(|row| &row.version).max();
    let mut rows: BTreeMap<&Version, &Applied> =
        history.iter().map(|row| (&row.version, row)).collect();
    let mut entries: Vec<Entry<'a>> = migrations
        .iter()
        .map(|migration| {
            let applied = rows.remove(&migration.version);
            let status = match applied {
                Some(row) => status_of_applied(migration, row),
                None if newest > Some(&migration.version) => Status::OutOfOrder,
                None => Status::Pending,
            };
            Entry {
                status,
                version: applied.map_or(&migration.version, |row| &row.version),
                name: &migration.name,
                migration: Some(migration),
                applied,
            }
        })
        .collect();
    entries.extend(rows.into_values().map(|row| Entry {
        status: match row.state {
            RowState::Applied => Status::Missing,
            RowState::Applying | RowState::Reverting => Status::Failed,
        },
        version: &row.version,
        name: &row.name,
        migration: None,
        applied: Some(row),
    }));
    entries.sort_by(|a, b| a.version.cmp(b.version));
    entries
}

fn status_of_applied(migration: &Migration, row: &Applied) -> Status {
    if row.state != RowState::Applied {
        Status::Failed
    } else if row
        .checksum
        .eq_ignore_ascii_case(&migration.checksum.to_string())
    {
        Status::Applied
    } else if row.fingerprint.as_deref() == Some(&migration.fingerprint.to_string()) {
        Status::Edited
    } else {
        Status::Modified
    }
}
