//! What `validate --locks` shows: a table for people, a document for programs.

use super::Paint;
use super::columns::Columns;
use migrate_core::locks::{Blocks, Locked, LockedRelation, Server};
use std::mem::discriminant;

/// What statements lock, and on which servers that was asked.
pub struct Locks {
    /// The servers.
    pub servers: Vec<Server>,
    /// The statements.
    pub locked: Vec<Locked>,
}

/// The table: below each file a line for each relation that a statement touches, with the versions where it is not
/// the same on all.
pub fn locks_table(locks: &Locks, paint: Paint) -> String {
    if locks.locked.is_empty() {
        return "No statement locks anything\n\n".to_owned();
    }
    let head = ["LINE", "RELATION", "LOCK", "WORK", "VERSIONS"].map(str::to_owned);
    let lines: Vec<Line> = locks
        .locked
        .chunk_by(|a, b| a.file == b.file)
        .flat_map(|of_file| {
            let file = of_file.first().map(|it| Line::File(it.file.clone()));
            file.into_iter()
                .chain(of_file.iter().flat_map(|it| lines(it, locks)))
        })
        .collect();
    let rows = lines.iter().filter_map(Line::cells);
    let columns = Columns::fitting(rows.chain([&head]));
    let mut table = format!("  {}", columns.line(&head, |cell, _| paint.heading(cell)));
    let indent = columns.indent();
    for line in &lines {
        table.push_str(&match line {
            Line::File(path) => format!("{path}\n"),
            Line::Cells(cells) => format!("  {}", columns.line(cells, |cell, _| cell.to_owned())),
            Line::Remark(text) => format!("  {:indent$}{text}\n", ""),
        });
    }
    table.push('\n');
    table
}

enum Line {
    File(String),
    Cells([String; 5]),
    Remark(String),
}

impl Line {
    fn cells(&self) -> Option<&[String; 5]> {
        match self {
            Line::Cells(cells) => Some(cells),
            Line::File(_) | Line::Remark(_) => None,
        }
    }
}

fn lines(locked: &Locked, locks: &Locks) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = locked.line.to_string();
    for relation in &locked.relations {
        let new = if relation.new { " (new)" } else { "" };
        lines.push(Line::Cells([
            std::mem::take(&mut line),
            format!("{}{new}", relation.relation),
            relation.lock.to_string(),
            relation.work.to_string(),
            versions(&relation.servers, locks).unwrap_or_default(),
        ]));
        lines.extend(relation.meanwhile.iter().map(|held| {
            Line::Remark(format!(
                "while {} on `{}` is held since line {}",
                held.lock, held.relation, held.line
            ))
        }));
    }
    for (why, servers) in &locked.more {
        if !line.is_empty() {
            let cells = [
                std::mem::take(&mut line),
                "?".to_owned(),
                String::new(),
                String::new(),
                String::new(),
            ];
            lines.push(Line::Cells(cells));
        }
        let on = versions(servers, locks).map_or(String::new(), |on| format!(" ({on})"));
        lines.push(Line::Remark(format!("and perhaps more: {why}{on}")));
    }
    lines
}

/// On which servers it is so, if not on all: `13 to 17`, `18`.
fn versions(servers: &[Server], locks: &Locks) -> Option<String> {
    if servers == locks.servers {
        return None;
    }
    let at = |server: &Server| locks.servers.iter().position(|it| it == server);
    let (first, last) = (servers.first()?, servers.last()?);
    let in_a_row = at(last)?.checked_sub(at(first)?)? + 1 == servers.len();
    let one_product = discriminant(first) == discriminant(last);
    let names: Vec<String> = servers.iter().map(Server::to_string).collect();
    Some(match in_a_row && one_product && servers.len() > 2 {
        true => format!("{first} to {last}"),
        false => names.join(", "),
    })
}

/// A statement in the document.
#[derive(serde::Serialize)]
pub struct LockedRow {
    version: String,
    name: String,
    file: String,
    line: usize,
    relations: Vec<RelationRow>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    more: Vec<MoreRow>,
}

#[derive(serde::Serialize)]
struct RelationRow {
    relation: String,
    new: bool,
    lock: String,
    /// What others may not do meanwhile; none where it is not known.
    blocks: Option<&'static str>,
    work: &'static str,
    why: Vec<&'static str>,
    while_held: Vec<HeldRow>,
    versions: Vec<String>,
}

#[derive(serde::Serialize)]
struct HeldRow {
    relation: String,
    lock: String,
    line: usize,
}

#[derive(serde::Serialize)]
struct MoreRow {
    why: &'static str,
    versions: Vec<String>,
}

impl LockedRow {
    /// The rows of all statements.
    pub fn all(locks: &Locks) -> Vec<LockedRow> {
        locks.locked.iter().map(LockedRow::new).collect()
    }

    fn new(locked: &Locked) -> LockedRow {
        let more = locked.more.iter().map(|(why, servers)| MoreRow {
            why,
            versions: names(servers),
        });
        LockedRow {
            version: locked.version.to_string(),
            name: locked.name.clone(),
            file: locked.file.clone(),
            line: locked.line,
            relations: locked.relations.iter().map(RelationRow::new).collect(),
            more: more.collect(),
        }
    }
}

impl RelationRow {
    fn new(relation: &LockedRelation) -> RelationRow {
        let held = relation.meanwhile.iter().map(|held| HeldRow {
            relation: held.relation.clone(),
            lock: held.lock.to_string(),
            line: held.line,
        });
        RelationRow {
            relation: relation.relation.clone(),
            new: relation.new,
            lock: relation.lock.to_string(),
            blocks: relation.lock.blocks().map(|blocks| match blocks {
                Blocks::Nothing => "nothing",
                Blocks::Writes => "writes",
                Blocks::Everything => "reads and writes",
            }),
            work: relation.work.as_str(),
            why: relation.why.clone(),
            while_held: held.collect(),
            versions: names(&relation.servers),
        }
    }
}

fn names(servers: &[Server]) -> Vec<String> {
    servers.iter().map(Server::to_string).collect()
}
