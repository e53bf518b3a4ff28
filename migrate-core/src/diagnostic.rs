//! Diagnostics as plain data: what is wrong, where, and what to do about it.

#[cfg(feature = "check")]
use crate::lint::{RULES, Rule};
use crate::source::{FileId, Span};
#[cfg(feature = "check")]
use crate::suggest::nearest;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

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

/// What becomes of a kind of mistake, as with rustc's lints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It is not reported.
    Allow,
    /// It is a warning.
    Warn,
    /// It is an error, unless a user sets another level.
    Deny,
    /// It is an error, whatever a user says: the migration could not be run, or not be understood.
    Forbid,
}

impl Level {
    /// The word that users see.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Allow => "allow",
            Level::Warn => "warn",
            Level::Deny => "deny",
            Level::Forbid => "forbid",
        }
    }

    /// How bad a mistake of this level is, if it is reported at all.
    pub fn severity(self) -> Severity {
        match self {
            Level::Allow | Level::Warn => Severity::Warning,
            Level::Deny | Level::Forbid => Severity::Error,
        }
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Level, String> {
        match text {
            "allow" => Ok(Level::Allow),
            "warn" => Ok(Level::Warn),
            "deny" => Ok(Level::Deny),
            _ => Err("a level is `allow`, `warn` or `deny`".to_owned()),
        }
    }
}

macro_rules! codes {
    ($( $(#[doc = $doc:literal])+ $variant:ident = $text:literal, $level:ident; )+) => {
        /// The stable name of a kind of mistake: users write it in `migrate:allow` and read it in JSON.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $( $(#[doc = $doc])+ $variant, )+
            /// What a lint rule finds.
            #[cfg(feature = "check")]
            Lint(&'static Rule),
        }

        impl Code {
            /// Those that are no lint rule's.
            #[cfg(feature = "check")]
            const OWN: &'static [Code] = &[ $( Code::$variant, )+ ];

            /// The code as users write it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $( Code::$variant => $text, )+
                    #[cfg(feature = "check")]
                    Code::Lint(rule) => rule.code,
                }
            }

            /// The level that it has unless a user sets another one.
            pub fn level(self) -> Level {
                match self {
                    $( Code::$variant => Level::$level, )+
                    #[cfg(feature = "check")]
                    Code::Lint(rule) => rule.level,
                }
            }

            /// What it means, in a few sentences (the documentation of `migrate explain`).
            pub fn explanation(self) -> &'static str {
                match self {
                    $( Code::$variant => concat!($( $doc, "\n" ),+), )+
                    #[cfg(feature = "check")]
                    Code::Lint(rule) => rule.when,
                }
            }
        }
    };
}

#[cfg(feature = "check")]
impl Code {
    /// Every code, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = Code> + Clone {
        let lints = RULES.iter().map(|rule| Code::Lint(rule));
        Code::OWN.iter().copied().chain(lints)
    }

    /// The code that is written like this.
    pub fn named(name: &str) -> Option<Code> {
        Code::all().find(|code| code.as_str() == name)
    }

    /// The code that a misspelt name probably stands for, among those that `fits`.
    pub fn nearest(name: &str, fits: impl Fn(Code) -> bool) -> Option<Code> {
        let codes = Code::all().filter(|code| fits(*code));
        nearest(name, codes.map(Code::as_str)).and_then(Code::named)
    }
}

codes! {
    /// A file of the `sections` layout has no `-- migrate:up` line, or a folder of the `folders`
    /// layout no `up.sql`.
    SectionMissing = "section-missing", Forbid;
    /// A file has two up sections or two down sections.
    SectionRepeated = "section-repeated", Forbid;
    /// The down section stands before the up section.
    SectionOrder = "section-order", Forbid;
    /// There is SQL before the first section marker; it would never run.
    SectionStray = "section-stray", Forbid;
    /// The folder mixes two layouts.
    LayoutMixed = "layout-mixed", Forbid;
    /// A file's name has no version, no name, or a control character.
    FileName = "file-name", Forbid;
    /// A file is not UTF-8, or its lines end in carriage returns alone.
    Encoding = "encoding", Forbid;
    /// A folder or a file could not be read.
    Unreadable = "unreadable", Forbid;
    /// A down script has no up script.
    DownOrphan = "down-orphan", Forbid;
    /// Two migrations have the same version.
    VersionDuplicate = "version-duplicate", Forbid;
    /// A `migrate:` directive is unknown, misplaced or has a bad argument.
    DirectiveUnknown = "directive-unknown", Forbid;
    /// A migration requires one that is not in the folder, or that runs after it.
    RequiresMissing = "requires-missing", Forbid;
    /// Migrations require each other in a circle.
    RequiresCycle = "requires-cycle", Forbid;
    /// A string, quoted identifier, dollar quote or comment does not end; a parenthesis is not
    /// balanced; a psql meta-command stands in the file, or a COPY from or to the client.
    Lexical = "lexical", Forbid;
    /// The database's own grammar refuses the statement.
    Syntax = "syntax", Forbid;
    /// The statement was not understood, and there is no grammar of this database that could say
    /// whether it is wrong.
    SyntaxUnknown = "syntax-unknown", Warn;
    /// A statement that cannot run in a transaction stands beside others that can.
    TransactionImpossible = "transaction-impossible", Forbid;
    /// BEGIN, COMMIT, ROLLBACK or START TRANSACTION in a transactional migration; in another one, a
    /// transaction that is not ended, or on MySQL a `ROLLBACK` of what `SET autocommit = 0` began.
    TransactionControl = "transaction-control", Forbid;
    /// A statement asks how many rows the one before it has changed or found (`ROW_COUNT()`,
    /// `FOUND_ROWS()`, `GET DIAGNOSTICS` on MySQL, `changes()` on SQLite) in a script that runs
    /// statement by statement, where the history is written between the two.
    RowCount = "row-count", Forbid;
    /// `DISCARD ALL` or `pg_advisory_unlock_all()` on PostgreSQL, `RELEASE_ALL_LOCKS()` on MySQL:
    /// they would release the lock that keeps other runners of migrations out of the database.
    LockReleased = "lock-released", Forbid;
    /// `LOCK TABLES` or `FLUSH TABLES … WITH READ LOCK` on MySQL, under which the history of the
    /// migrations cannot be written.
    TablesLocked = "tables-locked", Forbid;
    /// Changes of the schema, which commit by themselves on MySQL, stand beside changes of data:
    /// where one of them fails, the others stay.
    DdlWithData = "ddl-with-data", Warn;
    /// An up section without any statement.
    UpEmpty = "up-empty", Warn;
    /// A `migrate:allow` that allows nothing: what it names is not found in its file.
    AllowUnused = "allow-unused", Warn;
    /// A statement sets or leaves something in its session for longer than its transaction, and the
    /// connection goes through a pooler such as PgBouncer, which may give every transaction another
    /// session. Found before anything runs, on PostgreSQL only.
    Pooler = "pooler", Forbid;
    /// A statement names a table, column, type, index or other object that is not there at that point
    /// of the history.
    ObjectMissing = "object-missing", Deny;
    /// A statement creates what is there already.
    ObjectExists = "object-exists", Deny;
    /// A statement drops or changes what others use.
    ObjectInUse = "object-in-use", Deny;
    /// A statement takes an object for another kind: `DROP TABLE` of a view.
    ObjectKind = "object-kind", Deny;
    /// A statement uses an object for what that cannot be used for: `ON CONFLICT` of columns that are not unique, a
    /// value for a column that is computed, `TRUNCATE` of a table that others refer to.
    ObjectUnfit = "object-unfit", Deny;
    /// A foreign key points to columns that no primary key and no unique constraint makes unique.
    ForeignKeyTarget = "foreign-key-target", Deny;
    /// A foreign key leads from one type to another that it cannot be compared with.
    ForeignKeyType = "foreign-key-type", Deny;
    /// Two lists that go together are not equally long: the columns and the values of an `INSERT`, or both
    /// sides of a foreign key.
    CountMismatch = "count-mismatch", Deny;
    /// After up and down something is still there that the up creates, or something missing that it
    /// drops, or changed as it has changed it.
    DownIncomplete = "down-incomplete", Deny;
    /// The down drops or creates what the up has not touched.
    DownExcessive = "down-excessive", Deny;
    /// After up and down something is there again, but not as it was.
    DownDifferent = "down-different", Deny;
    /// A down section, or a down file, without any statement behind an up that changes the schema: who runs it has
    /// the migration's history taken back, and not what it has done.
    DownEmpty = "down-empty", Warn;
    /// A down does not take back what its up does, but the down of another migration does: only
    /// together do they lead back.
    DownElsewhere = "down-elsewhere", Warn;
    /// The down brings a table or column back that the up drops, but not what it held.
    DownLossy = "down-lossy", Warn;
    /// The database refused a statement while it was run.
    Database = "database", Forbid;
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
    /// A diagnostic of the severity that its code has unless a user sets another level, no label and no help.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.level().severity(),
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
