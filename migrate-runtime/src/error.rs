//! What can go wrong, with what had been done when it did.

use crate::report::Report;
use migrate_core::diagnostic::{Code, Diagnostic};
use migrate_core::plan::{Disagreement, Refusal};
use migrate_core::render::{Style, render};
use migrate_core::source::{LineColumn, Sources, Span, line_column};
use std::fmt;
use std::time::Duration;

/// What to do when the connection was lost.
pub(crate) const AFTER_A_LOSS: &str = "run again: what was in a transaction is either there as a whole or not at all, and the history knows which";

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The migrations themselves are wrong; nothing was run.
    Invalid(Diagnostics),
    /// Folder, history and target do not fit together; nothing was run.
    Refused(Refusal),
    /// A statement of a migration failed. The migration was undone, unless it says otherwise.
    Failed(Box<StatementFailure>),
    /// A run was cut off while a statement ran, and it cannot be told whether that took effect;
    /// nothing more was run.
    InDoubt(Box<StatementInDoubt>),
    /// The lock was not got in time; nothing was run.
    Locked {
        /// How long was waited.
        waited: Duration,
        /// Who holds it, as far as the database tells.
        holder: String,
    },
    /// The database could not be reached, or refused the connection.
    Connection(String),
    /// The connection was lost in the middle.
    ConnectionLost(String),
    /// Another runner has taken over the lease that kept it out: this run was frozen, or cut off,
    /// for longer than that. Or the session lock that was asked for is not held where a pooler has
    /// led. What it was about to write was not written.
    LockLost(String),
    /// The database refused something outside of any migration's own SQL.
    Database(String),
    /// An option or a URL makes no sense.
    Usage(String),
    /// A debug build lacks migrations that were added to its folder since; nothing was run.
    StaleBinary {
        /// The folder, as an absolute path.
        folder: String,
        /// The files, as paths below it.
        files: Vec<String>,
    },
    /// The run was told to stop.
    Interrupted,
}

/// Diagnostics with the files that they speak of.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    /// The files.
    pub sources: Sources,
    /// What is to be said of them.
    pub list: Vec<Diagnostic>,
}

/// A statement that the database refused.
#[derive(Debug)]
pub struct StatementFailure {
    /// `<version>_<name>`.
    pub migration: String,
    /// The database's words, drawn at the statement's place in its file.
    pub diagnostics: Diagnostics,
    /// How many statements of a migration that is not in one transaction have run and stay;
    /// `None` where the whole migration was undone.
    pub statements_done: Option<usize>,
}

/// A statement of which only a person can say whether it took effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementInDoubt {
    /// `<version>_<name>`.
    pub migration: String,
    /// The migration's version.
    pub version: String,
    /// The file that the statement stands in.
    pub file: String,
    /// Its line there, from 1.
    pub line: usize,
    /// Its column there, from 1.
    pub column: usize,
    /// Which statement of the script it is, from 1.
    pub number: usize,
    /// Its text on one line, cut where it is long.
    pub statement: String,
}

/// An error of a run, with the report of what *was* done.
///
/// `Display` is one or several lines without colour; [`MigrationError::help`] is what to do next.
#[derive(Debug)]
pub struct MigrationError {
    kind: ErrorKind,
    help: Option<String>,
    report: Box<Report>,
}

impl MigrationError {
    pub(crate) fn new(kind: ErrorKind) -> MigrationError {
        MigrationError {
            kind,
            help: None,
            report: Box::default(),
        }
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> MigrationError {
        self.help = Some(help.into());
        self
    }

    /// One thing more to do next, after those that are said already.
    pub(crate) fn and_help(mut self, help: impl Into<String>) -> MigrationError {
        let said = self.help().into_iter();
        self.help = Some(said.chain([help.into()]).collect::<Vec<_>>().join("\n"));
        self
    }

    pub(crate) fn with_report(mut self, report: Report) -> MigrationError {
        self.report = Box::new(report);
        self
    }

    pub(crate) fn is_connection_lost(&self) -> bool {
        matches!(self.kind, ErrorKind::ConnectionLost(_))
    }

    /// Whether it is that the history has a migration that is neither applied nor not.
    pub(crate) fn is_half_done(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Refused(Refusal::Disagreement(Disagreement::Failed { .. }))
        )
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// What was done before it went wrong.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The diagnostics, drawn at their places by [`Diagnostics::render`]; empty where the error
    /// is not about a file.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        self.files().map_or(&[], |diagnostics| &diagnostics.list)
    }

    /// The diagnostics with the files that they speak of.
    pub fn files(&self) -> Option<&Diagnostics> {
        match &self.kind {
            ErrorKind::Invalid(diagnostics) => Some(diagnostics),
            ErrorKind::Failed(failure) => Some(&failure.diagnostics),
            _ => None,
        }
    }

    /// What to do next.
    pub fn help(&self) -> Option<String> {
        match (&self.help, &self.kind) {
            (Some(help), _) => Some(help.clone()),
            (None, ErrorKind::Refused(refusal)) => refusal.help(),
            (None, ErrorKind::Locked { .. }) => Some(
                "wait for it to end, or give it more time with a longer lock wait".to_owned(),
            ),
            (None, ErrorKind::StaleBinary { .. }) => Some(
                "build again: change the file that calls `embed_migrations!`, or, to have it done by itself, add the line `println!(\"cargo:rerun-if-changed=migrations\");` to the build.rs".to_owned(),
            ),
            (None, ErrorKind::ConnectionLost(_)) => Some(AFTER_A_LOSS.to_owned()),
            (None, ErrorKind::InDoubt(doubt)) => Some(format!(
                "look at the database; if the statement took effect, `migrate repair --version {version} --resume-after {number}`, if it did not, `migrate repair --version {version} --resume-at {number}`; then run again",
                version = doubt.version,
                number = doubt.number
            )),
            (None, ErrorKind::Failed(failure)) => Some(match failure.statements_done {
                None => format!("`{}` was undone as a whole; mend it and run again", failure.migration),
                Some(0) => format!(
                    "`{}` is not in one transaction, and no statement of it has run to its end; mend it and run again",
                    failure.migration
                ),
                Some(done) => format!(
                    "`{}` is not in one transaction: the statements before this one ({done}) have run and stay; mend it and run again, which goes on there",
                    failure.migration
                ),
            }),
            (None, _) => None,
        }
    }

    /// A short stable name of the kind, for programs.
    pub fn code(&self) -> &'static str {
        match &self.kind {
            ErrorKind::Invalid(diagnostics) => match diagnostics.list.as_slice() {
                [one] => one.code.as_str(),
                _ => "invalid",
            },
            ErrorKind::Refused(Refusal::Disagreement(disagreement)) => disagreement.code(),
            ErrorKind::Refused(Refusal::UnknownTarget { .. }) => "unknown-target",
            ErrorKind::Refused(Refusal::NoDown { .. }) => "no-down",
            ErrorKind::Refused(Refusal::NoFile { .. }) => "no-file",
            ErrorKind::Refused(Refusal::NoStatement { .. }) => "no-statement",
            ErrorKind::Failed(_) => Code::Database.as_str(),
            ErrorKind::InDoubt(_) => "in-doubt",
            ErrorKind::Locked { .. } => "locked",
            ErrorKind::Connection(_) => "connection",
            ErrorKind::ConnectionLost(_) => "connection-lost",
            ErrorKind::LockLost(_) => "lock-lost",
            ErrorKind::Database(_) => "database",
            ErrorKind::Usage(_) => "usage",
            ErrorKind::StaleBinary { .. } => "stale-binary",
            ErrorKind::Interrupted => "interrupted",
        }
    }

    /// The message without pictures, on one line.
    pub fn message(&self) -> String {
        match self.diagnostics() {
            [] => self.to_string(),
            [one] => one.message.clone(),
            [first, more @ ..] => format!("{} (and {} more)", first.message, more.len()),
        }
    }

    /// The file, line and column of the first diagnostic.
    pub fn place(&self) -> Option<(String, Option<LineColumn>)> {
        if let ErrorKind::InDoubt(doubt) = &self.kind {
            let (line, column) = (doubt.line, doubt.column);
            return Some((doubt.file.clone(), Some(LineColumn { line, column })));
        }
        let files = self.files()?;
        files.place(&files.list.first()?.span)
    }
}

impl Diagnostics {
    /// All of them, drawn at their places.
    pub fn render(&self, style: Style) -> String {
        self.list
            .iter()
            .map(|diagnostic| render(diagnostic, &self.sources, style))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The file of a place, and the line and column where it has them.
    pub fn place(&self, span: &Span) -> Option<(String, Option<LineColumn>)> {
        let file = self.sources.get(span.file)?;
        let range = span.range.as_ref();
        let place = range.map(|range| line_column(&file.text, range.start));
        Some((file.path.to_string(), place))
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(Diagnostic::is_error)
    }
}

impl fmt::Display for MigrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::Invalid(diagnostics) => f.write_str(&diagnostics.render(Style::Plain)),
            ErrorKind::Refused(refusal) => refusal.fmt(f),
            ErrorKind::Failed(failure) => f.write_str(&failure.diagnostics.render(Style::Plain)),
            ErrorKind::InDoubt(doubt) => write!(
                f,
                "`{}`: a run ended while statement {} ran, and it cannot be told whether that took effect: {}:{}: `{}`",
                doubt.migration, doubt.number, doubt.file, doubt.line, doubt.statement
            ),
            ErrorKind::Locked { waited, holder } if waited.is_zero() => write!(
                f,
                "the migration lock was not waited for: it is held by {holder}"
            ),
            ErrorKind::Locked { waited, holder } => write!(
                f,
                "the migration lock was not got within {waited:?}: it is held by {holder}"
            ),
            ErrorKind::Connection(message)
            | ErrorKind::ConnectionLost(message)
            | ErrorKind::LockLost(message)
            | ErrorKind::Database(message)
            | ErrorKind::Usage(message) => f.write_str(message),
            ErrorKind::StaleBinary { folder, files } => write!(
                f,
                "this program was built without `{}`, which `{folder}` has got since",
                files.join("`, `")
            ),
            ErrorKind::Interrupted => f.write_str("interrupted"),
        }
    }
}

impl std::error::Error for MigrationError {}

impl From<Refusal> for MigrationError {
    fn from(refusal: Refusal) -> MigrationError {
        MigrationError::new(ErrorKind::Refused(refusal))
    }
}
