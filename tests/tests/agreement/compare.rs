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

/// Where server and model are not of one mind.
#[derive(Debug)]
pub struct Disagreement {
    /// What it shares with others of its sort.
    pub sort: String,
    /// What it is, in words.
    pub words: String,
}

/// Runs a history, and looks at what is there after each statement. After one of which the model does not
/// know it ends.
///
/// # Errors
///
/// The first disagreement.
pub fn history(
    server: &mut dyn Server,
    dialect: Dialect,
    history: &[impl AsRef<str>],
    tally: &mut Tally,
) -> Result<(), Disagreement> {
    server.start();
    tally.histories += 1;
    let mut catalog = Catalog::new(dialect);
    for statement in history {
        let statement = statement.as_ref();
        let verb: Vec<&str> = statement.split_whitespace().take(2).collect();
        let disagreement = |sort: &str, words: &str| Disagreement {
            sort: format!("{}: {sort}", verb.join(" ")),
            words: format!("{statement}\n{words}"),
        };
        let applied = apply(&catalog, &ddl::read(statement, dialect), Site::default());
        let faults = applied.faults.iter();
        let faults: Vec<String> = faults.map(|it| format!("{:?}", it.kind)).collect();
        if faults.is_empty() && is_uncertain(&applied) {
            tally.uncertain += 1;
            return Ok(());
        }
        match server.run(statement) {
            Ok(()) if !faults.is_empty() => {
                let words = format!("is accepted, but: {}", faults.join(", "));
                return Err(disagreement(&without_names(&words), &words));
            }
            Ok(()) => {
                tally.accepted += 1;
                catalog = applied.catalog;
                same_picture(&server.picture(), &picture::of(&catalog))
                    .map_err(|(sort, words)| disagreement(&sort, &words))?;
            }
            Err(refusal) => match refusal.class {
                Class::Schema if !faults.is_empty() => tally.refused += 1,
                Class::Other => tally.skipped += 1,
                Class::Schema | Class::Syntax => {
                    let message = refusal.message;
                    let words = format!("is refused, but not by the model: {message}");
                    return Err(disagreement(&without_names(&words), &words));
                }
            },
        }
    }
    Ok(())
}

/// Which kinds of lines differ, and the lines.
fn same_picture(real: &[String], model: &[String]) -> Result<(), (String, String)> {
    let (missing, extra) = differences(real, model);
    if missing.is_empty() && extra.is_empty() {
        return Ok(());
    }
    let kinds = |lines: &[&str]| {
        let kinds = lines.iter().filter_map(|it| it.split(' ').next());
        let mut kinds: Vec<&str> = kinds.collect();
        kinds.dedup();
        kinds.join(", ")
    };
    let sort = format!("server [{}], model [{}]", kinds(&missing), kinds(&extra));
    let (missing, extra) = (missing.join("\n"), extra.join("\n"));
    Err((sort, format!("server:\n{missing}\nmodel:\n{extra}")))
}

/// A message without the names of what is there, which stand in quotes.
fn without_names(message: &str) -> String {
    let outside = message.split('"').step_by(2);
    let outside: Vec<&str> = outside.collect();
    outside.join("_")
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
