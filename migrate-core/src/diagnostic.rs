//! Diagnostics as plain data: what is wrong, where, and what to do about it.

use crate::source::{FileId, Span};
use std::fmt;
use std::ops::Range;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Reported, and everything goes on.
    Warning,
    /// Nothing is built or run.
    Error,
}

impl Severity {
    /// The word that users and JSON see.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

macro_rules! codes {
    ($( $(#[doc = $doc:literal])+ $variant:ident = $text:literal, $severity:ident; )+) => {
        /// The stable name of a kind of mistake: users write it in `migrate:allow` and read it in JSON.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $( $(#[doc = $doc])+ $variant, )+ }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Code] = &[ $( Code::$variant, )+ ];

            /// The code as users write it.
            pub fn as_str(self) -> &'static str {
                match self { $( Code::$variant => $text, )+ }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $( Code::$variant => Severity::$severity, )+ }
            }

            /// What it means, in a few sentences (the documentation of `migrate explain`).
            pub fn explanation(self) -> &'static str {
                match self { $( Code::$variant => concat!($( $doc, "\n" ),+), )+ }
            }
        }
    };
}

codes! {
    /// A file of the `sections` layout has no `-- migrate:up` line, or a folder of the `folders`
    /// layout no `up.sql`.
    SectionMissing = "section-missing", Error;
    /// A file has two up sections or two down sections.
    SectionRepeated = "section-repeated", Error;
    /// The down section stands before the up section.
    SectionOrder = "section-order", Error;
    /// There is SQL before the first section marker; it would never run.
    SectionStray = "section-stray", Error;
    /// The folder mixes two layouts.
    LayoutMixed = "layout-mixed", Error;
    /// A file's name has no version, no name, or a control character.
    FileName = "file-name", Error;
    /// A file is not UTF-8, or its lines end in carriage returns alone.
    Encoding = "encoding", Error;
    /// A folder or a file could not be read.
    Unreadable = "unreadable", Error;
    /// A down script has no up script.
    DownOrphan = "down-orphan", Error;
    /// Two migrations have the same version.
    VersionDuplicate = "version-duplicate", Error;
    /// A `migrate:` directive is unknown, misplaced or has a bad argument.
    DirectiveUnknown = "directive-unknown", Error;
    /// A migration requires one that is not in the folder, or that runs after it.
    RequiresMissing = "requires-missing", Error;
    /// Migrations require each other in a circle.
    RequiresCycle = "requires-cycle", Error;
    /// A string, quoted identifier, dollar quote or comment does not end; a parenthesis is not
    /// balanced; a psql meta-command stands in the file, or a COPY from or to the client.
    Lexical = "lexical", Error;
    /// The database's own grammar refuses the statement.
    Syntax = "syntax", Error;
    /// The statement was not understood, and there is no grammar of this database that could say
    /// whether it is wrong.
    SyntaxUnknown = "syntax-unknown", Warning;
    /// A statement that cannot run in a transaction stands beside others that can.
    TransactionImpossible = "transaction-impossible", Error;
    /// BEGIN, COMMIT, ROLLBACK or START TRANSACTION in a transactional migration; in another one, a
    /// transaction that is not ended, or on MySQL a `ROLLBACK` of what `SET autocommit = 0` began.
    TransactionControl = "transaction-control", Error;
    /// A statement asks how many rows the one before it has changed or found (`ROW_COUNT()`,
    /// `FOUND_ROWS()`, `GET DIAGNOSTICS` on MySQL, `changes()` on SQLite) in a script that runs
    /// statement by statement, where the history is written between the two.
    RowCount = "row-count", Error;
    /// `DISCARD ALL` or `pg_advisory_unlock_all()` on PostgreSQL, `RELEASE_ALL_LOCKS()` on MySQL:
    /// they would release the lock that keeps other runners of migrations out of the database.
    LockReleased = "lock-released", Error;
    /// `LOCK TABLES` or `FLUSH TABLES … WITH READ LOCK` on MySQL, under which the history of the
    /// migrations cannot be written.
    TablesLocked = "tables-locked", Error;
    /// Changes of the schema, which commit by themselves on MySQL, stand beside changes of data:
    /// where one of them fails, the others stay.
    DdlWithData = "ddl-with-data", Warning;
    /// An up section without any statement.
    UpEmpty = "up-empty", Warning;
    /// A statement sets or leaves something in its session for longer than its transaction, and the
    /// connection goes through a pooler such as PgBouncer, which may give every transaction another
    /// session. Found before anything runs, on PostgreSQL only.
    Pooler = "pooler", Error;
    /// A statement names a table, column, type, index or other object that is not there at that point
    /// of the history.
    ObjectMissing = "object-missing", Error;
    /// A statement creates what is there already.
    ObjectExists = "object-exists", Error;
    /// A statement drops or changes what others use.
    ObjectInUse = "object-in-use", Error;
    /// A statement takes an object for another kind: `DROP TABLE` of a view.
    ObjectKind = "object-kind", Error;
    /// A foreign key points to columns that no primary key and no unique constraint makes unique.
    ForeignKeyTarget = "foreign-key-target", Error;
    /// A foreign key leads from one type to another that it cannot be compared with.
    ForeignKeyType = "foreign-key-type", Error;
    /// Two lists that go together are not equally long: the columns and the values of an `INSERT`, or both
    /// sides of a foreign key.
    CountMismatch = "count-mismatch", Error;
    /// After up and down something is still there that the up creates, or something missing that it
    /// drops, or changed as it has changed it.
    DownIncomplete = "down-incomplete", Error;
    /// The down drops or creates what the up has not touched.
    DownExcessive = "down-excessive", Error;
    /// After up and down something is there again, but not as it was.
    DownDifferent = "down-different", Error;
    /// A down does not take back what its up does, but the down of another migration does: only
    /// together do they lead back.
    DownElsewhere = "down-elsewhere", Warning;
    /// The down brings a table or column back that the up drops, but not what it held.
    DownLossy = "down-lossy", Warning;
    /// The database refused a statement while it was run.
    Database = "database", Error;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A second place that explains the first one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there.
    pub text: String,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its kind.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop, names the object.
    pub message: String,
    /// Where.
    pub span: Span,
    /// A few words under the place; empty for none.
    pub label: String,
    /// Other places that explain it.
    pub others: Vec<Label>,
    /// More of what is known of it, in words.
    pub notes: Vec<String>,
    /// What to do instead.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic with its code's own severity, no label and no help.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.severity(),
            message: message.into(),
            span,
            label: String::new(),
            others: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// Puts a few words under the place.
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    /// Says what to do instead.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Adds a second place.
    pub fn other(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.others.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Whether it stops the build or the run.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// A mistake in a piece of text that does not know which file it is part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its kind.
    pub code: Code,
    /// Byte range in the piece of text.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// A few words under the place; empty for none.
    pub label: String,
    /// What to do instead.
    pub help: Option<String>,
}

impl Problem {
    /// A problem without label and help.
    pub fn new(code: Code, range: Range<usize>, message: impl Into<String>) -> Problem {
        Problem {
            code,
            range,
            message: message.into(),
            label: String::new(),
            help: None,
        }
    }

    /// Puts a few words under the place.
    pub fn label(mut self, label: impl Into<String>) -> Problem {
        self.label = label.into();
        self
    }

    /// Says what to do instead.
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }

    /// The same problem in a text of which this piece begins at `offset`.
    pub fn moved(mut self, offset: usize) -> Problem {
        self.range = self.range.start + offset..self.range.end + offset;
        self
    }

    /// The diagnostic, where the piece of text begins at `offset` of `file`.
    pub fn in_file(self, file: FileId, offset: usize) -> Diagnostic {
        let range = self.range.start + offset..self.range.end + offset;
        Diagnostic {
            label: self.label,
            help: self.help,
            ..Diagnostic::new(self.code, Span::range(file, range), self.message)
        }
    }
}
