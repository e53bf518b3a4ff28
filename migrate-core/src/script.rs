//! A section → the script that is run: its statements, and whether they are one transaction.

use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Dialect;
use crate::directive::{self, Directive};
use crate::layout::Part;
use crate::migration::{Runs, Script, StatementSpan, TransactionMode};
use crate::own_transaction;
use crate::reader::Reader;
use crate::row_count;
use crate::source::{FileId, SourceFile, Span};
use crate::split::split;
use crate::statement::{alone_reason, commits, control};
use std::ops::Range;
use std::time::Duration;

/// What directives say about one script.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Settings {
    no_transaction: bool,
    lock_timeout: Option<Duration>,
    statement_timeout: Option<Duration>,
}

impl Settings {
    /// Of several that say the same thing the last one counts.
    pub fn new<'a>(directives: impl IntoIterator<Item = &'a Directive>) -> Settings {
        let mut settings = Settings::default();
        for directive in directives {
            match directive {
                Directive::NoTransaction => settings.no_transaction = true,
                Directive::LockTimeout(limit) => settings.lock_timeout = Some(*limit),
                Directive::StatementTimeout(limit) => settings.statement_timeout = Some(*limit),
                _ => {}
            }
        }
        settings
    }
}

/// Makes the script of a part. The second value says whether its text could be split without a
/// problem; if not, some statements are missing.
pub(crate) fn script(
    part: &Part,
    file: &SourceFile,
    settings: Settings,
    dialect: Dialect,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Script, bool) {
    let text: &str = &file.text;
    let split = split(text, part.section.range.clone(), dialect);
    for unchecked in &part.section.unchecked {
        let mut starts = split.statements.iter().map(|span| span.range().start);
        let next = starts.find(|&start| start > unchecked.end);
        let covers =
            |start: usize| directive::reaches(text.get(unchecked.end..start).unwrap_or_default());
        if split.problems.is_empty() && !next.is_some_and(covers) {
            diagnostics.push(unchecked_without_statement(part.file, unchecked));
        }
    }
    let is_whole = split.problems.is_empty();
    let problems = split.problems.into_iter();
    diagnostics.extend(problems.map(|problem| problem.in_file(part.file, 0)));
    let mut statements = split.statements;
    let mut mode = TransactionMode::Statements;
    if !settings.no_transaction {
        let transaction = Transaction::new(text, &statements, dialect);
        // What is missing may be the other half of a BEGIN.
        let mistake = transaction.mistake(text, part.file).filter(|_| is_whole);
        diagnostics.extend(mistake);
        diagnostics.extend(transaction.mixed(text, part.file));
        mode = transaction.mode();
        statements = transaction.statements.to_vec();
    }
    let script = Script {
        file: file.clone(),
        statements: statements.into(),
        mode,
        lock_timeout: settings.lock_timeout,
        statement_timeout: settings.statement_timeout,
    };
    let mistake = own_transaction::mistake(&script, dialect, part.file);
    diagnostics.extend(mistake.filter(|_| is_whole));
    diagnostics.extend(row_count::mistake(&script, dialect, part.file));
    (script, is_whole)
}

/// `migrate:unchecked` where it covers nothing.
pub(crate) fn unchecked_without_statement(file: FileId, directive: &Range<usize>) -> Diagnostic {
    Diagnostic::new(
        Code::DirectiveUnknown,
        Span::range(file, directive.clone()),
        "`migrate:unchecked` does not stand directly before a statement",
    )
    .help("put it on the line above the statement that is to be taken as it is")
}

/// Statements that do not say `no-transaction`.
struct Transaction<'a> {
    /// Without the BEGIN and COMMIT around them.
    statements: &'a [StatementSpan],
    /// Whether there were any.
    is_wrapped: bool,
    dialect: Dialect,
}

impl<'a> Transaction<'a> {
    fn new(text: &str, statements: &'a [StatementSpan], dialect: Dialect) -> Transaction<'a> {
        let is = |span: &StatementSpan, words: &[&str]| {
            let statement = text.get(span.range()).unwrap_or_default();
            span.runs == Runs::Control && consists_of(statement, words, dialect)
        };
        match statements {
            [first, inner @ .., last] if is(first, BEGIN) && is(last, COMMIT) => Transaction {
                statements: inner,
                is_wrapped: true,
                dialect,
            },
            _ => Transaction {
                statements,
                is_wrapped: false,
                dialect,
            },
        }
    }

    fn find(&self, wanted: impl Fn(Runs) -> bool) -> Option<&StatementSpan> {
        self.statements.iter().find(|span| wanted(span.runs))
    }

    /// The first statement that needs company of its own kind, and one that is of another.
    fn conflict(&self) -> Option<(&StatementSpan, Option<&StatementSpan>)> {
        let alone = self.find(Runs::is_alone)?;
        let other = self.find(|runs| !runs.is_alone() && !runs.is_session());
        (self.is_wrapped || other.is_some()).then_some((alone, other))
    }

    /// Whether the database commits in the midst of the statements, whatever is around them.
    fn is_torn(&self) -> bool {
        self.find(|runs| match runs {
            Runs::Commits => true,
            Runs::Perhaps => self.dialect == Dialect::Mysql,
            _ => false,
        })
        .is_some()
    }

    fn mode(&self) -> TransactionMode {
        let is_alone = self.find(Runs::is_alone).is_some() && self.conflict().is_none();
        if is_alone || self.is_torn() {
            TransactionMode::StatementsInferred
        } else {
            TransactionMode::Transaction
        }
    }

    /// A warning where schema and data change together, and a failure would part them.
    fn mixed(&self, text: &str, file: FileId) -> Option<Diagnostic> {
        let words = |span: &StatementSpan| text.get(span.range()).unwrap_or_default();
        let ddl = self.find(|runs| runs == Runs::Commits)?;
        let mut statements = self.statements.iter();
        let data = statements.find(|span| changes_data(words(span), self.dialect))?;
        let name = commits(words(ddl), self.dialect)?;
        let message = format!(
            "`{name}` commits by itself: what changes data beside it is not undone with it"
        );
        let span = |statement: &StatementSpan| Span::range(file, statement.range());
        Some(
            Diagnostic::new(Code::DdlWithData, span(ddl), message)
                .label("this commits what stands before it, and itself")
                .other(span(data), "this changes data")
                .help("split it into two migrations, one for the schema and one for the data"),
        )
    }

    /// One message, however many statements it concerns: the remedy is the same for all.
    fn mistake(&self, text: &str, file: FileId) -> Option<Diagnostic> {
        let span = |statement: &StatementSpan| Span::range(file, statement.range());
        let words = |statement: &StatementSpan| text.get(statement.range()).unwrap_or_default();
        if self.is_torn() {
            return None;
        }
        if let Some(statement) = self.find(|runs| runs == Runs::Control) {
            let name = Some(words(statement)).filter(|words| words.len() <= MAX_NAME);
            let usual = || control(words(statement), self.dialect).map_or("this", |it| it.as_str());
            let name = name.unwrap_or_else(usual);
            let message = format!("`{name}` in a migration that is run in a transaction");
            return Some(
                Diagnostic::new(Code::TransactionControl, span(statement), message)
                    .label("the transaction is not the script's own")
                    .help(
                        "remove it, or put `-- migrate:no-transaction` at the head of the section",
                    ),
            );
        }
        let (alone, other) = self.conflict()?;
        let name = alone_reason(words(alone), self.dialect).unwrap_or("this statement");
        let message = format!("`{name}` cannot run in a transaction");
        let mistake = Diagnostic::new(Code::TransactionImpossible, span(alone), message).help(
            "put it into a migration of its own, or put `-- migrate:no-transaction` at the head of the section",
        );
        Some(match other {
            Some(other) => mistake.other(span(other), "this runs in one"),
            None => mistake,
        })
    }
}

/// Whether a statement changes rows.
fn changes_data(statement: &str, dialect: Dialect) -> bool {
    const VERBS: &[&str] = &[
        "INSERT",
        "UPDATE",
        "DELETE",
        "REPLACE",
        "LOAD DATA",
        "LOAD XML",
    ];
    let mut words = Reader::new(statement, dialect);
    if words.eat("WITH") {
        words.eat("RECURSIVE");
        // name [(columns)] AS (query), …
        while words.written().is_some() {
            words.skip_parens();
            words.eat("AS");
            words.skip_parens();
            if !words.eat(",") {
                break;
            }
        }
    }
    words.eat_any(VERBS)
}

/// A statement up to this length, in bytes, is named by all of its words.
const MAX_NAME: usize = 30;

/// What `BEGIN` may consist of if the program's own transaction can take its place: no isolation
/// level, for instance, which would be lost.
const BEGIN: &[&str] = &[
    "BEGIN",
    "START",
    "WORK",
    "TRANSACTION",
    "DEFERRED",
    "IMMEDIATE",
    "EXCLUSIVE",
];
const COMMIT: &[&str] = &["COMMIT", "END", "WORK", "TRANSACTION"];

fn consists_of(statement: &str, words: &[&str], dialect: Dialect) -> bool {
    let mut reader = Reader::new(statement, dialect);
    while reader.eat_any(words) {}
    reader.is_at_end()
}
