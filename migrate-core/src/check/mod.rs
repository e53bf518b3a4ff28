//! What is said of migrations before any database has seen them.

pub mod locks;
mod references;
mod replay;

use crate::catalog::Catalog;
use references::References;
use replay::{Replay, unwind};

use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Dialect;
use crate::directive::{Directive, is_unchecked};
use crate::folder::Folder;
use crate::migration::{Direction, Migration, Script};
use crate::outline::outline;
use crate::parse::verdict;
use crate::source::{FileId, Sources};
use std::collections::HashMap;
use std::str::FromStr;

/// What [`check`] may leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct CheckOptions {
    /// Ask no grammar, as if `migrate:unchecked` stood before every statement.
    pub unchecked_syntax: bool,
    /// Whether the first migration is where the database begins.
    pub history: History,
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

/// Checks every statement of a folder: against the grammar of the database, and against the schema as it
/// is at that point of the history. The diagnostics point into the folder's sources, and come in
/// the order of its migrations.
pub fn check(folder: &Folder, dialect: Dialect, options: &CheckOptions) -> Vec<Diagnostic> {
    let files: HashMap<&str, FileId> = folder
        .sources
        .iter()
        .map(|(id, file)| (&*file.path, id))
        .collect();
    let find = |script: &Script| files.get(&*script.file.path).copied();
    let mut diagnostics = Vec::new();
    let mut references = References::default();
    let mut history = Replay::new(start(dialect, options));
    for migration in &folder.migrations {
        let refused = verdicts(migration, dialect, options, find);
        let steps = history.migration(migration, find, &refused);
        diagnostics.extend(refused);
        references.look(&steps.up);
        references.look(steps.down.as_deref().unwrap_or_default());
    }
    if references.has_any(Direction::Down) {
        references.confirm(&unwind(&folder.migrations, history.catalog().clone(), find));
    }
    diagnostics.extend(references.diagnostics(history.catalog()));
    diagnostics
}

/// The schema before the first migration.
fn start(dialect: Dialect, options: &CheckOptions) -> Catalog {
    match options.history {
        History::Whole => Catalog::new(dialect),
        History::Partial => Catalog::unknown(dialect),
    }
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
    if diagnostics.iter().any(|diagnostic| !diagnostic.is_error()) {
        let allowed = allowed(migration, dialect);
        diagnostics.retain(|it| it.is_error() || !allowed.contains(&it.code));
    }
    diagnostics
}

/// What a migration says `migrate:allow` for.
fn allowed(migration: &Migration, dialect: Dialect) -> Vec<Code> {
    let mut allowed = Vec::new();
    for script in std::iter::once(&migration.up).chain(&migration.down) {
        let outline = outline(&script.file.text, dialect);
        let marked = outline.marked.into_iter().map(|(_, section)| section);
        for section in std::iter::once(outline.head).chain(marked) {
            let directives = section.directives.into_iter();
            allowed.extend(directives.filter_map(|(_, directive)| match directive {
                Directive::Allow(rule) => Some(rule),
                _ => None,
            }));
        }
    }
    allowed
}
