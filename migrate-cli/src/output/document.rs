//! The JSON documents. Their names are promises; more may be added.

use super::{LockedRow, ReversalRow};
use crate::failure::Failure;
use migrate_core::diagnostic::Label;
use migrate_runtime::{
    Diagnostic, Diagnostics, MigrationResult, MigrationState, PlanReport, Report, Status,
};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::time::Duration;

/// What a run did: `up`, `down`, `redo`, `fresh`, `baseline`, `repair`.
#[derive(serde::Serialize)]
pub struct ReportDocument<'a> {
    results: Vec<ResultRow<'a>>,
    warnings: Vec<String>,
    error: Option<ErrorRow>,
}

impl<'a> ReportDocument<'a> {
    /// Of a report, and of what went wrong after it.
    pub fn new(report: &'a Report, failure: Option<&Failure>) -> ReportDocument<'a> {
        ReportDocument {
            results: report.results.iter().map(ResultRow::from).collect(),
            warnings: report.warnings.iter().map(ToString::to_string).collect(),
            error: failure.map(ErrorRow::from),
        }
    }
}

#[derive(serde::Serialize)]
struct ResultRow<'a> {
    version: &'a str,
    name: &'a str,
    direction: &'static str,
    status: &'static str,
    duration_ms: u64,
}

impl<'a> From<&'a MigrationResult> for ResultRow<'a> {
    fn from(result: &'a MigrationResult) -> ResultRow<'a> {
        ResultRow {
            version: result.version.as_str(),
            name: &result.name,
            direction: result.direction.as_str(),
            status: result.status.as_str(),
            duration_ms: milliseconds(result.duration),
        }
    }
}

/// A time in whole milliseconds.
pub fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// What a run would do.
#[derive(serde::Serialize)]
pub struct Planned<'a> {
    results: [(); 0],
    preamble: &'a str,
    planned: Vec<StepRow<'a>>,
    warnings: Vec<String>,
    error: Option<ErrorRow>,
}

#[derive(serde::Serialize)]
struct StepRow<'a> {
    version: &'a str,
    name: &'a str,
    direction: &'static str,
    sql: &'a str,
}

impl<'a> From<&'a PlanReport> for Planned<'a> {
    fn from(plan: &'a PlanReport) -> Planned<'a> {
        let step_row = |step: &'a migrate_runtime::PlannedStep| StepRow {
            version: step.version.as_str(),
            name: &step.name,
            direction: step.direction.as_str(),
            sql: &step.sql,
        };
        Planned {
            results: [],
            preamble: &plan.preamble,
            planned: plan.steps.iter().map(step_row).collect(),
            warnings: plan.warnings.iter().map(ToString::to_string).collect(),
            error: None,
        }
    }
}

/// What `status` knows.
#[derive(serde::Serialize)]
pub struct StatusDocument<'a> {
    migrations: Vec<StatusRow<'a>>,
    summary: Summary,
}

#[derive(serde::Serialize)]
struct StatusRow<'a> {
    version: &'a str,
    name: &'a str,
    status: &'static str,
    applied_at: Option<String>,
    checksum: Option<&'a str>,
    execution_time_ms: Option<i64>,
    no_transaction: bool,
    no_transaction_reason: Option<&'a str>,
}

impl<'a> From<&'a [MigrationState]> for StatusDocument<'a> {
    fn from(states: &'a [MigrationState]) -> StatusDocument<'a> {
        let row = |state: &'a MigrationState| {
            let applied = state.applied.as_ref();
            StatusRow {
                version: state.version.as_str(),
                name: &state.name,
                status: state.status.as_str(),
                applied_at: applied
                    .and_then(|applied| applied.applied_at)
                    .map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)),
                checksum: applied.map(|applied| &*applied.checksum),
                execution_time_ms: applied.and_then(|applied| applied.execution_time_ms),
                no_transaction: state.no_transaction,
                no_transaction_reason: state.no_transaction_reason.as_deref(),
            }
        };
        StatusDocument {
            migrations: states.iter().map(row).collect(),
            summary: Summary::of(states),
        }
    }
}

/// How many migrations have each state.
pub struct Summary([(Status, usize); 7]);

impl Summary {
    /// Counts them.
    pub fn of(states: &[MigrationState]) -> Summary {
        let count = |status: Status| {
            let with = states.iter().filter(|state| state.status == status);
            (status, with.count())
        };
        Summary(
            [
                Status::Applied,
                Status::Pending,
                Status::OutOfOrder,
                Status::Edited,
                Status::Modified,
                Status::Missing,
                Status::Failed,
            ]
            .map(count),
        )
    }

    /// Each state with its count, zeros included.
    pub fn counts(&self) -> [(Status, usize); 7] {
        self.0
    }
}

impl Serialize for Summary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len() + 1))?;
        for (status, count) in &self.0 {
            map.serialize_entry(status.as_str(), count)?;
        }
        let total: usize = self.0.iter().map(|(_, count)| count).sum();
        map.serialize_entry("total", &total)?;
        map.end()
    }
}

/// What `validate` found.
#[derive(serde::Serialize)]
pub struct Validated {
    /// How many migrations.
    pub checked: usize,
    /// In whose SQL.
    pub dialect: &'static str,
    /// How many statements in them.
    pub statements: usize,
    /// What is wrong.
    pub diagnostics: Vec<DiagnosticRow>,
    /// What is locked, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locks: Option<Vec<LockedRow>>,
    /// Which migrations their downs take back, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversibility: Option<Vec<ReversalRow>>,
}

/// One mistake.
#[derive(serde::Serialize)]
pub struct DiagnosticRow {
    severity: &'static str,
    code: &'static str,
    message: String,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<LabelRow>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    help: Option<String>,
}

/// Another place that a mistake is about: where the table was dropped that is missing.
#[derive(serde::Serialize)]
struct LabelRow {
    text: String,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
}

impl DiagnosticRow {
    /// Rows of all diagnostics.
    pub fn all(diagnostics: &Diagnostics) -> Vec<DiagnosticRow> {
        let row = |diagnostic: &Diagnostic| {
            let (file, place) = diagnostics.place(&diagnostic.span).unzip();
            let place = place.flatten();
            let label = |label: &Label| {
                let (file, place) = diagnostics.place(&label.span).unzip();
                let place = place.flatten();
                LabelRow {
                    text: label.text.clone(),
                    file,
                    line: place.map(|place| place.line),
                    column: place.map(|place| place.column),
                }
            };
            DiagnosticRow {
                severity: diagnostic.severity.as_str(),
                code: diagnostic.code.as_str(),
                message: diagnostic.message.clone(),
                file,
                line: place.map(|place| place.line),
                column: place.map(|place| place.column),
                labels: diagnostic.others.iter().map(label).collect(),
                notes: diagnostic.notes.clone(),
                help: diagnostic.help.clone(),
            }
        };
        diagnostics.list.iter().map(row).collect()
    }
}

/// A failure of a command whose document lists no results.
#[derive(serde::Serialize)]
pub struct ErrorDocument {
    /// What went wrong.
    pub error: ErrorRow,
}

/// What went wrong.
#[derive(serde::Serialize)]
pub struct ErrorRow {
    code: &'static str,
    message: String,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    help: Option<String>,
    /// All of them, where there is more than the one above.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<DiagnosticRow>,
}

impl From<&Failure> for ErrorRow {
    fn from(failure: &Failure) -> ErrorRow {
        match failure {
            Failure::Complaint(complaint) => ErrorRow {
                code: complaint.code,
                message: complaint.message.clone(),
                file: None,
                line: None,
                column: None,
                notes: Vec::new(),
                help: complaint.help.clone(),
                diagnostics: Vec::new(),
            },
            Failure::Migration(error) => {
                let (file, place) = error.place().unzip();
                let place = place.flatten();
                let first = error.diagnostics().first();
                ErrorRow {
                    code: error.code(),
                    message: error.message(),
                    file,
                    line: place.map(|place| place.line),
                    column: place.map(|place| place.column),
                    notes: first.map_or_else(Vec::new, |first| first.notes.clone()),
                    help: joined([first.and_then(|first| first.help.clone()), error.help()]),
                    diagnostics: match error.files() {
                        Some(files) if files.list.len() > 1 => DiagnosticRow::all(files),
                        _ => Vec::new(),
                    },
                }
            }
        }
    }
}

/// What a statement's own help says, and what is to be done then.
fn joined(help: [Option<String>; 2]) -> Option<String> {
    let help: Vec<String> = help.into_iter().flatten().collect();
    (!help.is_empty()).then(|| help.join("\n"))
}

/// What `init` did.
#[derive(serde::Serialize)]
pub struct Initialized<'a> {
    /// Whether the table was not there.
    pub created: bool,
    /// Its name.
    pub table: &'a str,
}

/// What `create` wrote.
#[derive(serde::Serialize)]
pub struct Created {
    /// Paths.
    pub files: Vec<String>,
}

/// What `explain` knows of a code.
#[derive(serde::Serialize)]
pub struct Explained {
    /// As users write it.
    pub code: &'static str,
    /// How bad it is, unless a user sets another level.
    pub severity: &'static str,
    /// Its level: `forbid` for what is an error in any case.
    pub level: &'static str,
    /// What it means.
    pub explanation: String,
    /// The rest of a rule's documentation.
    #[serde(flatten)]
    pub rule: Option<ExplainedRule>,
}

/// The documentation of a rule.
#[derive(serde::Serialize)]
pub struct ExplainedRule {
    /// Whose SQL it is about.
    pub databases: Vec<&'static str>,
    /// When it fires.
    pub when: &'static str,
    /// What happens then.
    pub effect: &'static str,
    /// What to do instead.
    pub instead: &'static str,
    /// A migration on which it fires.
    pub bad: String,
    /// One on which it does not.
    pub good: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Complaint;
    use migrate_runtime::{MigrationDirection, MigrationStatus, Version};

    fn json(document: &impl serde::Serialize) -> String {
        serde_json::to_string(document).expect("it can be written")
    }

    #[test]
    fn a_report() {
        let report = Report {
            results: vec![MigrationResult {
                version: Version::new("1"),
                name: "a \"b\"".to_owned(),
                direction: MigrationDirection::Up,
                status: MigrationStatus::Applied,
                duration: Duration::from_micros(15_900),
            }],
            warnings: Vec::new(),
        };
        assert_eq!(
            json(&ReportDocument::new(&report, None)),
            r#"{"results":[{"version":"1","name":"a \"b\"","direction":"up","status":"applied","duration_ms":15}],"warnings":[],"error":null}"#
        );
    }

    #[test]
    fn a_failure_has_the_keys_of_a_place_also_where_there_is_none() {
        let failure = Failure::from(Complaint::usage("no").help("yes"));
        assert_eq!(
            json(&ReportDocument::new(&Report::default(), Some(&failure))),
            r#"{"results":[],"warnings":[],"error":{"code":"usage","message":"no","file":null,"line":null,"column":null,"help":"yes"}}"#
        );
    }

    #[test]
    fn a_status() {
        let state = MigrationState {
            version: Version::new("1"),
            name: "a".to_owned(),
            status: Status::Pending,
            applied: None,
            no_transaction: true,
            no_transaction_reason: Some("VACUUM".to_owned()),
        };
        assert_eq!(
            json(&StatusDocument::from(&[state][..])),
            r#"{"migrations":[{"version":"1","name":"a","status":"pending","applied_at":null,"checksum":null,"execution_time_ms":null,"no_transaction":true,"no_transaction_reason":"VACUUM"}],"summary":{"applied":0,"pending":1,"out-of-order":0,"edited":0,"modified":0,"missing":0,"failed":0,"total":1}}"#
        );
    }
}
