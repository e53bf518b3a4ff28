//! A history on a server and on the model, side by side.

use crate::picture;
use crate::server::{Class, Server};
use migrate_core::catalog::{Applied, Catalog, ChangeKind, Site, apply};
use migrate_core::ddl;
use migrate_core::dialect::Dialect;
use std::fmt;

/// How often what has come about.
#[derive(Debug, Default)]
pub struct Tally {
    pub histories: usize,
    /// Statements that both accept, with the same effect.
    pub accepted: usize,
    /// Statements that both refuse.
    pub refused: usize,
    /// Statements that the server refuses for what is no matter of the schema.
    pub skipped: usize,
    /// Statements of which the model says that it does not know.
    pub uncertain: usize,
}

impl Tally {
    pub fn statements(&self) -> usize {
        self.accepted + self.refused + self.skipped + self.uncertain
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} histories with {} statements: {} accepted, {} refused, {} refused for other reasons, {} uncertain",
            self.histories,
            self.statements(),
            self.accepted,
            self.refused,
            self.skipped,
            self.uncertain
        )
    }
}

/// Runs a history, and looks at what is there in the end. After a statement of which the model does not know
/// it ends.
///
/// # Errors
///
/// Where server and model are not of one mind, in words.
pub fn history(
    server: &mut dyn Server,
    dialect: Dialect,
    history: &[impl AsRef<str>],
    tally: &mut Tally,
) -> Result<(), String> {
    server.start();
    tally.histories += 1;
    let mut catalog = Catalog::new(dialect);
    for statement in history {
        let statement = statement.as_ref();
        let applied = apply(&catalog, &ddl::read(statement, dialect), Site::default());
        let faults = || -> Vec<String> {
            let faults = applied.faults.iter();
            faults.map(|it| format!("{:?}", it.kind)).collect()
        };
        if applied.faults.is_empty() && is_uncertain(&applied) {
            tally.uncertain += 1;
            break;
        }
        match server.run(statement) {
            Ok(()) if !applied.faults.is_empty() => {
                return Err(format!(
                    "{statement}\nis accepted, but: {}",
                    faults().join(", ")
                ));
            }
            Ok(()) => {
                tally.accepted += 1;
                catalog = applied.catalog;
            }
            Err(refusal) => match refusal.class {
                Class::Syntax => return Err(format!("{statement}\n{}", refusal.message)),
                Class::Schema if !applied.faults.is_empty() => tally.refused += 1,
                Class::Schema => {
                    let message = refusal.message;
                    return Err(format!(
                        "{statement}\nis refused, but not by the model: {message}"
                    ));
                }
                Class::Other => tally.skipped += 1,
            },
        }
    }
    let (real, model) = (server.picture(), picture::of(&catalog));
    let (missing, extra) = differences(&real, &model);
    if missing.is_empty() && extra.is_empty() {
        return Ok(());
    }
    let (missing, extra) = (missing.join("\n"), extra.join("\n"));
    Err(format!("server:\n{missing}\nmodel:\n{extra}"))
}

fn is_uncertain(applied: &Applied) -> bool {
    let mut changes = applied.changes.iter();
    changes.any(|change| matches!(change.kind, ChangeKind::Obscure | ChangeKind::ObscureAll))
}

/// What the one has alone, and what the other.
fn differences<'a>(real: &'a [String], model: &'a [String]) -> (Vec<&'a str>, Vec<&'a str>) {
    let alone = |one: &'a [String], other: &[String]| {
        let lines = one.iter().filter(|line| other.binary_search(line).is_err());
        lines.map(String::as_str).collect()
    };
    (alone(real, model), alone(model, real))
}
