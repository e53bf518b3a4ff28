//! Migrations as data: the same value whether embedded at build time or read from a folder.

use crate::source::SourceFile;
use crate::source::Text;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

/// A version as written in the file name, compared number by number: `9` < `10`, `001` = `1`. Times that are
/// written in different ways are in the order of time: `2017-08-31-230457` < `20180101000000`.
#[derive(Clone, Debug)]
pub struct Version(Text);

impl Version {
    /// A version that is known to be one: digit groups joined by `_`, `-` or `.`.
    pub const fn from_static(text: &'static str) -> Version {
        Version(Text::Static(text))
    }

    /// A version as a file name or a history row has it. Anything is accepted (a history may hold
    /// what another tool wrote): what is not a digit separates groups.
    pub fn new(text: impl Into<Text>) -> Version {
        Version(text.into())
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the version that a user means who writes `text`: `1` means `001`, but `1x`
    /// means nothing, unless that is how a history has it.
    pub fn is_meant_by(&self, text: &str) -> bool {
        let is_number =
            |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
        let well_formed = text.split(['_', '-', '.']).all(is_number);
        self.as_str() == text || (well_formed && *self == Version::new(text.to_owned()))
    }

    /// The numbers, each without its leading zeros. Compared by length first, then digit by digit,
    /// so that no number is too large.
    fn groups(&self) -> impl Iterator<Item = &str> + Clone {
        self.0
            .split(|c: char| !c.is_ascii_digit())
            .filter(|group| !group.is_empty())
            .map(|group| group.trim_start_matches('0'))
    }

    /// The numbers, where a day counts as its first second, and `2017-08-31-230457` as `20170831230457`:
    /// projects that went from one way of writing the time to another (diesel from one that dumped the
    /// history before it, Prisma to folders named by hand) keep the order in which they were written.
    fn times(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let digits = self.0.split(|c: char| !c.is_ascii_digit());
        let mut groups = digits.filter(|group| !group.is_empty());
        let first = groups.next().map(|first| match first.len() {
            // With dots between them they are no time: `2024.1.100.3`.
            4 if is_year(first) && !self.0.contains('.') => {
                let mut rest = groups.clone();
                let time = time(first, rest.by_ref().take(3));
                if time.is_some() {
                    groups = rest;
                }
                time.map_or(Cow::from(first), Cow::from)
            }
            8 | 12 if is_year(first) => Cow::from(format!("{first:0<14}")),
            _ => Cow::from(first.trim_start_matches('0')),
        });
        let rest = groups.map(|group| Cow::from(group.trim_start_matches('0')));
        first.into_iter().chain(rest)
    }
}

/// A year, month, day and a number on that day as one number, also where a digit was forgotten:
/// `2020-12-7-190800`, `2022-03-09-07000`.
fn time<'a>(year: &str, mut rest: impl Iterator<Item = &'a str>) -> Option<String> {
    let (month, day, time) = (rest.next()?, rest.next()?, rest.next()?);
    let is_time = month.len() <= 2 && day.len() <= 2 && time.len() <= 6;
    is_time.then(|| format!("{year}{month:0>2}{day:0>2}{time:0>6}"))
}

/// Whether a number begins with the year of a time that a migration could have been written at.
fn is_year(digits: &str) -> bool {
    digits.starts_with("19") || digits.starts_with("20")
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        let by_time = by_number(self.times(), other.times());
        let by_number = by_time.then_with(|| by_number(self.groups(), other.groups()));
        match by_number {
            // Two versions without any digit (rows of other tools) are told apart by their text.
            Ordering::Equal if self.groups().next().is_none() => self.as_str().cmp(other.as_str()),
            ordering => ordering,
        }
    }
}

/// Compares number by number; who has more of them is larger.
fn by_number<T: AsRef<str>>(
    ours: impl Iterator<Item = T>,
    mut theirs: impl Iterator<Item = T>,
) -> Ordering {
    for ours in ours {
        let Some(theirs) = theirs.next() else {
            return Ordering::Greater;
        };
        let (ours, theirs) = (ours.as_ref(), theirs.as_ref());
        let ordering = ours.len().cmp(&theirs.len()).then_with(|| ours.cmp(theirs));
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    match theirs.next() {
        Some(_) => Ordering::Less,
        None => Ordering::Equal,
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Version) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if self.groups().next().is_none() {
            self.as_str().hash(state);
        }
        for group in self.groups() {
            group.hash(state);
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A SHA-256, printed as lower-case hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Which way a script leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Applying the migration.
    Up,
    /// Rolling it back.
    Down,
}

impl Direction {
    /// The word that users and JSON see.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::Up => "up",
            Direction::Down => "down",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What running a statement asks of the session around it. Read from its leading words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// In a transaction or out of it: almost everything.
    Anywhere,
    /// Only outside a transaction: `CREATE INDEX CONCURRENTLY`, `VACUUM`, …
    Alone,
    /// It may commit: a procedure or a `DO` block. PostgreSQL refuses that inside a transaction, so
    /// that in a transactional migration it runs in the transaction; MySQL does not, so that its
    /// script is run statement by statement. There it runs by itself.
    Perhaps,
    /// Commits the transaction that is open, by itself and without an error: DDL on MySQL. A script
    /// that holds one is run statement by statement.
    Commits,
    /// Sets something of the session that later statements rely on: `SET`, `PRAGMA`, `ATTACH`.
    /// Run again when a half-done migration is resumed in a new session.
    Session,
    /// Both: sets something of the session, and only outside a transaction. `PRAGMA foreign_keys`
    /// is silently ignored inside one.
    SessionAlone,
    /// `BEGIN`, `COMMIT`, `ROLLBACK`: starts or ends a transaction of the script's own.
    Control,
}

impl Runs {
    /// Whether the statement can only run outside a transaction.
    pub fn is_alone(self) -> bool {
        matches!(self, Runs::Alone | Runs::SessionAlone)
    }

    /// Whether later statements rely on it having run in the same session.
    pub fn is_session(self) -> bool {
        matches!(self, Runs::Session | Runs::SessionAlone)
    }
}

/// A statement of a script: where it is in the file's text, without its `;`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementSpan {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// How it wants to be run.
    pub runs: Runs,
}

impl StatementSpan {
    /// As a byte range.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Whether a script runs as one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionMode {
    /// All statements and the history row commit together.
    Transaction,
    /// Statement by statement, progress recorded after each: the script says
    /// `migrate:no-transaction`.
    Statements,
    /// The same, because the script holds only statements that cannot run in a transaction, or one
    /// that commits by itself.
    StatementsInferred,
}

/// One direction of a migration: a section of a file, or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The file it stands in (for `sections`, up and down share it).
    pub file: SourceFile,
    /// The statements to run, in order. A `BEGIN` … `COMMIT` around the whole of a transactional
    /// script is left out: the program's own transaction takes its place.
    pub statements: Cow<'static, [StatementSpan]>,
    /// One transaction or not.
    pub mode: TransactionMode,
    /// `migrate:lock-timeout`.
    pub lock_timeout: Option<Duration>,
    /// `migrate:statement-timeout`.
    pub statement_timeout: Option<Duration>,
}

impl Script {
    /// Whether it is all in one transaction.
    pub fn is_transactional(&self) -> bool {
        self.mode == TransactionMode::Transaction
    }

    /// Whether it sets something of its session, or may do so.
    pub fn may_set_session(&self) -> bool {
        let may = |span: &StatementSpan| span.runs.is_session() || span.runs == Runs::Perhaps;
        self.statements.iter().any(may)
    }

    /// The text of one of its statements.
    pub fn statement(&self, span: &StatementSpan) -> &str {
        self.file.text.get(span.range()).unwrap_or_default()
    }
}

/// A migration: a version, a name, an up and perhaps a down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// As written in the file name.
    pub version: Version,
    /// The rest of the file name.
    pub name: Text,
    /// What `up` runs.
    pub up: Script,
    /// What `down` runs.
    pub down: Option<Script>,
    /// `migrate:irreversible <why>`: there is no down, on purpose.
    pub irreversible: Option<Text>,
    /// `migrate:requires`: the versions that must be applied before it.
    pub requires: Cow<'static, [Version]>,
    /// Of the whole content; see `checksum`.
    pub checksum: Digest,
    /// Of the up section's tokens; see `checksum`.
    pub fingerprint: Digest,
    /// Where it was embedded from.
    pub origin: Origin,
}

/// The folder that a migration was embedded from, by its absolute path, so that a debug build can
/// see what has been added since. Known to debug builds only, and no part of what a migration is:
/// all origins are equal.
#[derive(Clone, Copy, Default)]
pub struct Origin(Option<&'static str>);

impl Origin {
    /// The folder, or `None` for a release build and for what was not embedded.
    pub const fn new(folder: Option<&'static str>) -> Origin {
        Origin(folder)
    }

    /// The folder, if it is known.
    pub fn folder(self) -> Option<&'static Path> {
        self.0.map(Path::new)
    }
}

impl PartialEq for Origin {
    fn eq(&self, _: &Origin) -> bool {
        true
    }
}

impl Eq for Origin {}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Origin")
    }
}

impl Migration {
    /// `<version>_<name>`, as users see it in output.
    pub fn label(&self) -> String {
        format!("{}_{}", self.version, self.name)
    }
}
