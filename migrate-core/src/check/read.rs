//! What statements say by themselves, before there is a schema: whether the grammar takes them, and what they do.

use super::CheckOptions;
use crate::ddl::{self, Opaque, Reach, Statement};
use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::folder::Folder;
use crate::migration::{Direction, Migration, Script};
use crate::parse::{in_script, verdict};
use crate::source::FileId;
use std::collections::HashMap;

/// How the statements of a folder are read.
pub(crate) struct Reading<'a> {
    files: HashMap<&'a str, FileId>,
    dialect: Dialect,
    unchecked: bool,
}

/// A migration that has been read.
pub(crate) struct Read<'a> {
    /// The migration.
    pub migration: &'a Migration,
    /// Its up; `None` if its file is none of the folder's.
    pub up: Option<ReadScript<'a>>,
    /// Its down, if there is one.
    pub down: Option<ReadScript<'a>>,
    /// What the grammar holds against them.
    pub refused: Vec<Diagnostic>,
}

/// A script that has been read.
pub(crate) struct ReadScript<'a> {
    /// The script.
    pub script: &'a Script,
    /// Its file.
    pub file: FileId,
    /// Which way it leads.
    pub direction: Direction,
    /// What its statements do, one by one. Of one that the grammar refuses nothing is known.
    pub statements: Vec<Statement>,
}

impl<'a> Reading<'a> {
    pub fn new(folder: &'a Folder, dialect: Dialect, options: &CheckOptions) -> Reading<'a> {
        let files = folder.sources.iter();
        Reading {
            files: files.map(|(id, file)| (&*file.path, id)).collect(),
            dialect,
            unchecked: options.unchecked_syntax,
        }
    }

    /// Reads a migration.
    pub fn migration(&self, migration: &'a Migration) -> Read<'a> {
        let mut refused = Vec::new();
        let mut read = |script, direction| self.script(script, direction, &mut refused);
        let up = read(&migration.up, Direction::Up);
        let down = migration.down.as_ref();
        let down = down.and_then(|script| read(script, Direction::Down));
        Read {
            migration,
            up,
            down,
            refused,
        }
    }

    /// The file of a script, if it is one of the folder's.
    pub fn file(&self, script: &Script) -> Option<FileId> {
        self.files.get(&*script.file.path).copied()
    }

    /// Reads a script, and adds what the grammar holds against it. `None` if its file is none of the folder's.
    pub fn script(
        &self,
        script: &'a Script,
        direction: Direction,
        refused: &mut Vec<Diagnostic>,
    ) -> Option<ReadScript<'a>> {
        let file = self.file(script)?;
        let read = |span| {
            let statement = script.statement(span);
            let problem = || verdict(statement, self.dialect);
            let own = (!self.unchecked).then(problem).flatten();
            let own = own.and_then(|it| in_script(it, script, span, file));
            let is_refused = own.as_ref().is_some_and(Diagnostic::is_error);
            refused.extend(own);
            match is_refused {
                true => unknown(),
                false => ddl::read(statement, self.dialect),
            }
        };
        Some(ReadScript {
            script,
            file,
            direction,
            statements: script.statements.iter().map(read).collect(),
        })
    }
}

fn unknown() -> Statement {
    Statement::Opaque(Opaque::new("", Reach::Everything))
}
