//! What `validate --reversibility` shows: a table for people, a document for programs.

use super::Paint;
use super::columns::Columns;
use migrate_core::folder::{Reversal, Verdict};

/// The table, and how many of each kind there are.
pub fn reversals_table(reversals: &[Reversal], paint: Paint) -> String {
    if reversals.is_empty() {
        return "No migrations\n\n".to_owned();
    }
    let head = ["VERSION", "NAME", "REVERSIBLE", "WHY NOT"].map(str::to_owned);
    let rows: Vec<[String; 4]> = reversals.iter().map(cells).collect();
    let columns = Columns::fitting(rows.iter().chain([&head]));
    let mut table = columns.line(&head, |cell, _| paint.heading(cell));
    for row in &rows {
        table.push_str(&columns.line(row, |cell, _| cell.to_owned()));
    }
    format!("{table}\n{}\n", summary(reversals))
}

fn cells(reversal: &Reversal) -> [String; 4] {
    [
        reversal.version.to_string(),
        reversal.name.clone(),
        reversal.verdict.as_str().to_owned(),
        reversal.why.clone(),
    ]
}

fn summary(reversals: &[Reversal]) -> String {
    let counts = Verdict::ALL.map(|verdict| {
        let count = reversals.iter().filter(|it| it.verdict == verdict).count();
        format!("{count} {}", verdict.as_str())
    });
    format!("Summary: {}", counts.join(", "))
}

/// One migration.
#[derive(serde::Serialize)]
pub struct ReversalRow {
    version: String,
    name: String,
    verdict: &'static str,
    why: Option<String>,
}

impl ReversalRow {
    /// All of them.
    pub fn all(reversals: &[Reversal]) -> Vec<ReversalRow> {
        let row = |reversal: &Reversal| ReversalRow {
            version: reversal.version.to_string(),
            name: reversal.name.clone(),
            verdict: reversal.verdict.as_str(),
            why: Some(reversal.why.clone()).filter(|why| !why.is_empty()),
        };
        reversals.iter().map(row).collect()
    }
}
