//! The table of `status`.

use super::Paint;
use super::columns::Columns;
use super::document::Summary;
use migrate_runtime::{MigrationState, Status};

/// The table, and the summary under it.
pub fn status_table(states: &[MigrationState], paint: Paint) -> String {
    let head = ["VERSION", "NAME", "STATUS", "APPLIED AT"].map(str::to_owned);
    let rows: Vec<[String; 4]> = states.iter().map(cells).collect();
    let columns = Columns::fitting(rows.iter().chain([&head]));
    let mut table = String::new();
    if !states.is_empty() {
        table.push_str(&columns.line(&head, |cell, _| paint.heading(cell)));
        for (row, state) in rows.iter().zip(states) {
            table.push_str(&columns.line(row, |cell, column| match column {
                2 => paint.status(state.status, cell),
                _ => cell.to_owned(),
            }));
        }
        table.push('\n');
    }
    table.push_str(&summary(states));
    table.push('\n');
    table
}

fn cells(state: &MigrationState) -> [String; 4] {
    let applied = state.applied.as_ref();
    let applied_at = applied.and_then(|applied| applied.applied_at);
    let mut status = state.status.as_str().to_owned();
    if let (Status::Failed, Some(applied)) = (state.status, applied) {
        let done = super::counted(applied.statements_done, "statement");
        status.push_str(&format!(" after {done}"));
    } else if state.no_transaction {
        status.push_str(" (no transaction)");
    }
    [
        printable(state.version.as_str()),
        printable(&state.name),
        status,
        applied_at.map_or(String::new(), |at| {
            at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
        }),
    ]
}

/// A history may hold anything, also what would steer the terminal.
fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

fn summary(states: &[MigrationState]) -> String {
    if states.is_empty() {
        return "No migrations".to_owned();
    }
    let counts: Vec<String> = Summary::of(states)
        .counts()
        .into_iter()
        .filter(|(status, count)| *count > 0 || matches!(status, Status::Applied | Status::Pending))
        .map(|(status, count)| format!("{count} {status}", status = status.as_str()))
        .collect();
    format!("Summary: {}", counts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use migrate_runtime::{AppliedMigration, Version};

    fn state(version: &str, name: &str, status: Status, no_transaction: bool) -> MigrationState {
        let applied = (!status.is_pending()).then(|| AppliedMigration {
            version: Version::new(version),
            name: name.to_owned(),
            applied_at: DateTime::from_timestamp(1_705_312_800, 0),
            checksum: String::new(),
            execution_time_ms: None,
            statements_done: 2,
        });
        MigrationState {
            version: Version::new(version),
            name: name.to_owned(),
            status,
            applied,
            no_transaction,
            no_transaction_reason: None,
        }
    }

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let states = [
            state("1", "größe", Status::Applied, false),
            state("2", "日本語", Status::Failed, true),
            state("10", "bell\u{7}", Status::Missing, false),
            state("11", "index", Status::Pending, true),
        ];
        let expected = [
            "VERSION  NAME    STATUS                     APPLIED AT",
            "1        größe   applied                    2024-01-15 10:00:00 UTC",
            "2        日本語  failed after 2 statements  2024-01-15 10:00:00 UTC",
            "10       bell\u{fffd}   missing                    2024-01-15 10:00:00 UTC",
            "11       index   pending (no transaction)",
            "",
            "Summary: 1 applied, 1 pending, 1 missing, 1 failed",
        ];
        let table = status_table(&states, Paint::Plain);
        assert_eq!(table.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let states = [state("1", "a", Status::Pending, false)];
        let coloured = status_table(&states, Paint::Colour);
        assert!(
            coloured.contains("\u{1b}[33mpending\u{1b}[0m"),
            "{coloured}"
        );
        assert_eq!(status_table(&[], Paint::Colour), "No migrations\n");
    }
}
