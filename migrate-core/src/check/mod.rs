//! What is said of migrations before any database has seen them.

mod baseline;
pub mod locks;
mod references;
pub(crate) mod replay;
pub mod reversibility;

use crate::catalog::Catalog;
use locks::{Locked, Server};
use references::References;
use replay::{Replay, Replayed, unwind};
use reversibility::Reversal;

use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::directive::is_unchecked;
use crate::folder::Folder;
use crate::judge::Levels;
use crate::lint::{self, Finding};
use crate::migration::{Direction, Migration, Script, Version};
use crate::parse::verdict;
use crate::source::{FileId, Sources};
use std::collections::HashMap;
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
pub(crate) fn check(folder: &Folder, dialect: Dialect, options: &CheckOptions) -> Checked {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut refusals: Vec<Diagnostic> = Vec::new();
    let mut findings: Vec<Finding> = Vec::new();
    let mut references = References::default();
    let find = finder(folder);
    let last = replay(folder, dialect, options, |block, refused| {
        for migration in &block {
            references.look(&migration.up);
            references.look(migration.down.as_deref().unwrap_or_default());
            for step in &migration.up {
                lint::follow(&mut findings, step);
            }
        }
        let version = block.last().map(|it| &it.migration.version);
        if version > options.since.as_ref() {
            findings.extend(lint::lint(&block, dialect, options));
            found.extend(reversibility::diagnostics(block, &find, &refused));
        }
        refusals.extend(refused);
    });
    if references.has_any(Direction::Down) {
        let steps = unwind(folder.migrations.iter(), last.clone(), &find, &refusals);
        references.confirm(&steps);
    }
    found.append(&mut refusals);
    found.extend(references.diagnostics(&last, options.history));
    let (standing, mended): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(|it| it.stands(&last));
    found.extend(standing.into_iter().map(|it| it.diagnostic));
    Checked {
        found,
        mended: mended.into_iter().map(|it| it.diagnostic).collect(),
    }
}

/// Says of each migration of a folder whether its down takes it back, in the order of the migrations.
pub fn reversibility(folder: &Folder, dialect: Dialect, options: &CheckOptions) -> Vec<Reversal> {
    let mut reversals = Vec::new();
    replay(folder, dialect, options, |block, _| {
        reversals.extend(block.iter().map(reversibility::reversal));
    });
    reversals
}

/// Says of each statement of a folder's ups what it locks, and what it does to the rows, on the servers that the
/// migrations are for.
pub fn locks(folder: &Folder, dialect: Dialect, options: &CheckOptions) -> Vec<Locked> {
    let servers = options.servers(dialect);
    let mut found = Vec::new();
    replay(folder, dialect, options, |block, _| {
        found.extend(block.iter().flat_map(|it| locks::locked(it, servers)));
    });
    found
}

/// Replays a folder. `look` is shown the migrations in a row that have one name, mostly only one, with the errors of
/// their syntax; before the first ones, none, with those of the starting schema. Returns the schema after all of them.
fn replay<'a>(
    folder: &'a Folder,
    dialect: Dialect,
    options: &CheckOptions,
    mut look: impl FnMut(Vec<Replayed<'a>>, Vec<Diagnostic>),
) -> Catalog {
    let find = finder(folder);
    let (start, wrong) = start(folder, dialect, options);
    look(Vec::new(), wrong);
    let mut history = Replay::new(start);
    for block in folder.migrations.chunk_by(|a, b| a.name == b.name) {
        let mut replayed = Vec::new();
        let mut found = Vec::new();
        for migration in block {
            let refused = verdicts(migration, dialect, options, &find);
            replayed.push(history.migration(migration, &find, &refused));
            found.extend(refused);
        }
        look(replayed, found);
    }
    history.into_catalog()
}

/// Which source of a folder a script's file is.
fn finder(folder: &Folder) -> impl Fn(&Script) -> Option<FileId> {
    let files: HashMap<&str, FileId> = folder
        .sources
        .iter()
        .map(|(id, file)| (&*file.path, id))
        .collect();
    move |script| files.get(&*script.file.path).copied()
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

/// Checks some migrations, wherever they come from. The diagnostics point into the sources that
/// are returned with them.
pub fn check_migrations<'a>(
    migrations: impl IntoIterator<Item = &'a Migration>,
    dialect: Dialect,
    options: &CheckOptions,
) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let mut files: HashMap<String, FileId> = HashMap::new();
    let mut diagnostics = Vec::new();
    for migration in migrations {
        diagnostics.extend(verdicts(migration, dialect, options, |script| {
            let path = script.file.path.to_string();
            let add = || sources.add(script.file.clone());
            Some(*files.entry(path).or_insert_with(add))
        }));
    }
    (sources, diagnostics)
}

/// The verdicts on a migration. `find` says which source a script's file is.
fn verdicts(
    migration: &Migration,
    dialect: Dialect,
    options: &CheckOptions,
    mut find: impl FnMut(&Script) -> Option<FileId>,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    if options.unchecked_syntax {
        return diagnostics;
    }
    for script in std::iter::once(&migration.up).chain(&migration.down) {
        let Some(file) = find(script) else { continue };
        for span in script.statements.iter() {
            let start = span.range().start;
            let problems = verdict(script.statement(span), dialect);
            if !problems.is_empty() && !is_unchecked(&script.file.text, start) {
                let problems = problems.into_iter();
                diagnostics.extend(problems.map(|problem| problem.in_file(file, start)));
            }
        }
    }
    diagnostics
}
