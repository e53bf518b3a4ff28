//! What is said of migrations before any database has seen them.

mod baseline;
pub mod locks;
mod read;
mod references;
pub(crate) mod replay;
pub mod reversibility;

use crate::catalog::{Catalog, Change, ChangeKind};
use locks::{Locked, Server};
use read::{Read, Reading};
use references::References;
use replay::{Replay, Replayed, unwind};
use reversibility::Reversal;

use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::folder::Folder;
use crate::judge::Levels;
use crate::lint::{self, Finding};
use crate::migration::{Direction, Migration, Version};
use crate::parallel::Threads;
use std::str::FromStr;

/// How the migrations of a folder are judged.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CheckOptions {
    /// Ask no grammar, as if `migrate:unchecked` stood before every statement.
    pub unchecked_syntax: bool,
    /// Whether the first migration is where the database begins.
    pub history: History,
    /// Which kinds of mistakes are reported, and how.
    pub levels: Levels,
    /// Rules look only at the migrations after this one: those up to it are past.
    pub since: Option<Version>,
    /// The servers that the migrations are for; empty for all that are supported.
    pub servers: Vec<Server>,
}

impl CheckOptions {
    /// The servers that the migrations are for.
    pub fn servers(&self, dialect: Dialect) -> &[Server] {
        match &*self.servers {
            [] => Server::supported(dialect),
            servers => servers,
        }
    }
}

/// How much of a database's history a folder has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum History {
    /// All of it: what no migration has created is not there.
    #[default]
    Whole,
    /// The end of it: what no migration has created may be there.
    Partial,
}

impl FromStr for History {
    type Err = String;

    fn from_str(text: &str) -> Result<History, String> {
        match text {
            "whole" => Ok(History::Whole),
            "partial" => Ok(History::Partial),
            _ => Err("a history is `whole` or `partial`".to_owned()),
        }
    }
}

/// What a folder's statements say to the grammar, the schema and the rules.
pub(crate) struct Checked {
    /// What is wrong.
    pub found: Vec<Diagnostic>,
    /// What the rules hold against a migration, and a later one has mended.
    pub mended: Vec<Diagnostic>,
}

/// Checks every statement of a folder: against the grammar of the database, against the schema as it is at
/// that point of the history, and against the rules. The diagnostics point into the folder's sources.
pub(crate) fn check(
    threads: Threads,
    folder: &Folder,
    dialect: Dialect,
    options: &CheckOptions,
) -> Checked {
    let reading = Reading::new(folder, dialect, options);
    let (start, refused) = start(folder, dialect, options);
    let rules = lint::asked(dialect, options);
    let lint = |block: &[Replayed<'_>]| lint::lint(&rules, block, dialect, options);
    let look = |block| Judged::of(block, &reading, lint, options.since.as_ref());
    let (judged, last) = replay(threads, folder, start, &reading, look);
    let mut all = Judged {
        refused,
        ..Judged::default()
    };
    judged.into_iter().for_each(|next| all.extend(next));
    if all.references.has_any(Direction::Down) {
        let steps = unwind(folder.migrations.iter(), last.clone(), &reading);
        all.references.confirm(&steps);
    }
    let mut found = all.reversals;
    found.extend(all.refused);
    found.extend(all.references.diagnostics(&last, options.history));
    let (standing, mended): (Vec<Finding>, Vec<Finding>) =
        all.findings.into_iter().partition(|it| it.stands(&last));
    found.extend(standing.into_iter().map(|it| it.diagnostic));
    Checked {
        found,
        mended: mended.into_iter().map(|it| it.diagnostic).collect(),
    }
}

/// What is said of migrations in a row.
#[derive(Default)]
struct Judged {
    /// What the grammar holds against them.
    refused: Vec<Diagnostic>,
    /// What they refer to that is not there.
    references: References,
    /// What the rules hold against them.
    findings: Vec<Finding>,
    /// What their downs do not take back.
    reversals: Vec<Diagnostic>,
    /// What they call by another name.
    renames: Vec<Change>,
}

impl Judged {
    fn of<'a>(
        block: Block<'a>,
        reading: &Reading<'a>,
        lint: impl Fn(&[Replayed<'a>]) -> Vec<Finding>,
        since: Option<&Version>,
    ) -> Judged {
        let mut judged = Judged {
            refused: block.refused,
            ..Judged::default()
        };
        let block = block.replayed;
        for migration in &block {
            let down = migration.down.as_deref().unwrap_or_default();
            judged.references.look(&migration.up);
            judged.references.look(down);
            let changes = migration.up.iter().flat_map(|step| &step.applied.changes);
            let renames = changes.filter(|it| matches!(it.kind, ChangeKind::Rename(_)));
            judged.renames.extend(renames.cloned());
        }
        let version = block.last().map(|it| &it.migration.version);
        if version > since {
            judged.findings = lint(&block);
            judged.reversals = reversibility::diagnostics(block, reading);
        }
        judged
    }

    /// Adds what is said of the migrations behind them.
    fn extend(&mut self, next: Judged) {
        lint::follow(&mut self.findings, &next.renames);
        self.refused.extend(next.refused);
        self.references.extend(next.references);
        self.findings.extend(next.findings);
        self.reversals.extend(next.reversals);
    }
}

/// Says of each migration of a folder whether its down takes it back, in the order of the migrations.
pub fn reversibility(folder: &Folder, dialect: Dialect, options: &CheckOptions) -> Vec<Reversal> {
    list(folder, dialect, options, |migration| {
        vec![reversibility::reversal(migration)]
    })
}

/// Says of each statement of a folder's ups what it locks, and what it does to the rows, on the servers that the
/// migrations are for.
pub fn locks(folder: &Folder, dialect: Dialect, options: &CheckOptions) -> Vec<Locked> {
    let servers = options.servers(dialect);
    list(folder, dialect, options, |migration| {
        locks::locked(migration, servers)
    })
}

/// What there is to say of each migration of a folder.
fn list<R: Send>(
    folder: &Folder,
    dialect: Dialect,
    options: &CheckOptions,
    say: impl Fn(&Replayed<'_>) -> Vec<R> + Sync,
) -> Vec<R> {
    let reading = Reading::new(folder, dialect, options);
    let (start, _) = start(folder, dialect, options);
    let look = |block: Block<'_>| block.replayed.iter().flat_map(&say).collect();
    let (said, _): (Vec<Vec<R>>, Catalog) =
        replay(Threads::available(), folder, start, &reading, look);
    said.into_iter().flatten().collect()
}

/// Migrations in a row that have one name, mostly only one.
struct Block<'a> {
    replayed: Vec<Replayed<'a>>,
    /// What the grammar holds against them.
    refused: Vec<Diagnostic>,
}

/// How many blocks are read before they are replayed: what has been read takes memory.
const READ_AT_ONCE: usize = 256;

/// Replays a folder, and looks at its blocks. Each is read by itself, and looked at by itself with the schemas that
/// it has seen; only to make these, one has to come after the other. Returns what was seen in each, and the schema
/// after all of them.
fn replay<'a, R: Send>(
    threads: Threads,
    folder: &'a Folder,
    start: Catalog,
    reading: &Reading<'a>,
    look: impl Fn(Block<'a>) -> R + Sync,
) -> (Vec<R>, Catalog) {
    let mut history = Replay::new(start);
    let mut seen = Vec::new();
    let blocks = folder.migrations.chunk_by(|a, b| a.name == b.name);
    let blocks: Vec<&[Migration]> = blocks.collect();
    for some in blocks.chunks(READ_AT_ONCE) {
        let read = |block: &&'a [Migration]| -> Vec<Read<'a>> {
            block.iter().map(|it| reading.migration(it)).collect()
        };
        let read = threads.map(some.iter(), read);
        let replayed = read.into_iter().map(|block| {
            let mut refused = Vec::new();
            let replay = |mut read: Read<'a>| {
                refused.append(&mut read.refused);
                history.migration(read)
            };
            Block {
                replayed: block.into_iter().map(replay).collect(),
                refused,
            }
        });
        seen.extend(threads.map(replayed, &look));
    }
    (seen, history.into_catalog())
}

/// The schema before the first migration, and what is wrong with the file that makes it.
fn start(folder: &Folder, dialect: Dialect, options: &CheckOptions) -> (Catalog, Vec<Diagnostic>) {
    let mut start = match options.history {
        History::Whole => Catalog::new(dialect),
        History::Partial => Catalog::unknown(dialect),
    };
    let wrong = match folder.baseline_schema {
        Some(file) => baseline::read(&mut start, file, &folder.sources, options),
        None => Vec::new(),
    };
    (start, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::load;
    use std::fs;

    /// Of each kind of mistake some, which later migrations rename, mend and refer to.
    const UPS: [(&str, &str); 6] = [
        (
            "CREATE TABLE a_{n} (id int PRIMARY KEY);\nCREATE TABLE b_{n} (a_id int REFERENCES a_{n} (id));",
            "DROP TABLE b_{n};",
        ),
        ("ALTER TABLE b_{n} RENAME TO c_{n};", "DROP TABLE a_{n};"),
        ("CREATE INDEX i_{n} ON c_{n} (a_id);", "DROP INDEX i_{n};"),
        ("ALTER TABLE b_{n} ADD COLUMN x int;", "DROP TABEL b_{n};"),
        ("ALTER TABLE a_{n} ALTER COLUMN id TYPE bigint;", ""),
        ("CREATE INDX x ON a_{n} (id);", "DROP INDEX x;"),
    ];

    #[test]
    fn what_is_said_does_not_depend_on_the_number_of_threads() {
        let dir = tempfile::tempdir().unwrap();
        for n in 0..600 {
            let (up, down) = UPS[n % UPS.len()];
            let text = format!("-- migrate:up\n{up}\n-- migrate:down\n{down}\n");
            let text = text.replace("{n}", &(n / UPS.len()).to_string());
            // Some in a row have one name.
            let path = format!("{n}_name_{}.sql", n / 4);
            fs::write(dir.path().join(path), text).unwrap();
        }
        let dialect = Dialect::Postgres;
        let folder = load(dir.path(), "migrations", dialect);
        assert_eq!(folder.migrations.len(), 600);
        let options = CheckOptions::default();
        let said = |threads| {
            let Checked { found, mended } =
                check(Threads::exactly(threads), &folder, dialect, &options);
            (found, mended)
        };
        let (found, mended) = said(1);
        let has = |code| found.iter().any(|it| it.code.as_str() == code);
        let codes = [
            "syntax",
            "object-missing",
            "down-elsewhere",
            "type-rewritten",
        ];
        assert!(codes.into_iter().all(has) && !mended.is_empty());
        for threads in [2, 5] {
            assert!(said(threads) == (found.clone(), mended.clone()));
        }
    }
}
