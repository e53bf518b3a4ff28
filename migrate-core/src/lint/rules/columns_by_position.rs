//! `columns-by-position`

use crate::catalog::{Catalog, Found, Kind, Space};
use crate::ddl::query::WriteKind;
use crate::ddl::{Ident, Name, Qualified, Statement};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};
use crate::reader::Reader;

pub(super) static RULE: Rule = Rule {
    code: "columns-by-position",
    level: Level::Warn,
    dialects: &[Dialect::Postgres, Dialect::Sqlite],
    when: "`INSERT INTO a SELECT * FROM b` without names of columns, where a column of both tables stands at another place in `b` than in `a`.",
    effect: "Values are copied by their place, not by their name, so that they end up in another column. Where the types allow it, nobody is told; SQLite's allow nearly all.",
    instead: "Name the columns on both sides: `INSERT INTO a (x, y) SELECT x, y FROM b`.",
    bad: Example::new(
        "CREATE TABLE people (id integer PRIMARY KEY, name text, city text); CREATE TABLE guests (id integer PRIMARY KEY, city text, name text);",
        "INSERT INTO guests SELECT * FROM people;",
    ),
    good: Example::new(
        "CREATE TABLE people (id integer PRIMARY KEY, name text, city text); CREATE TABLE guests (id integer PRIMARY KEY, city text, name text);",
        "INSERT INTO guests (id, name, city) SELECT id, name, city FROM people;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::Write(write) = context.statement() else {
        return;
    };
    if write.kind != WriteKind::Insert || !write.columns.is_empty() || write.values.is_some() {
        return;
    }
    let Some((target, source)) = write.table.as_ref().zip(source(context)) else {
        return;
    };
    let catalog = context.before();
    let (Some(to), Some(from)) = (columns(catalog, target), columns(catalog, &source)) else {
        return;
    };
    // Too few or too many are refused.
    let names = &to;
    let mut pairs = from.iter().zip(&to).filter(|_| from.len() == to.len());
    if let Some((name, place)) = pairs.find(|(from, to)| from != to && names.contains(from)) {
        let message = format!("the values of `{name}` are copied to `{place}`");
        let help = "name the columns on both sides: `INSERT INTO … (…) SELECT … FROM …`";
        findings.push(context.found(&target.range(), message).help(help));
    }
}

/// The table that all columns are read from, if that is all there is to the query.
fn source(context: &Context<'_>) -> Option<Qualified> {
    let dialect = context.dialect();
    let mut words = Reader::new(context.step.text, dialect);
    words.eat("INSERT").then_some(())?;
    words.eat_any(&[
        "OR REPLACE",
        "OR IGNORE",
        "OR ABORT",
        "OR FAIL",
        "OR ROLLBACK",
    ]);
    words.eat("INTO").then_some(())?;
    words.name()?;
    words.eat("SELECT * FROM").then_some(())?;
    let found = words.name()?;
    let ident = |text: &str| Ident {
        name: Name::quoted(text, dialect),
        range: 0..0,
    };
    words.is_at_end().then(|| Qualified {
        schema: found.schema.as_deref().map(ident),
        name: ident(&found.name),
    })
}

/// The names of a table's columns in order, if they are all known.
fn columns(catalog: &Catalog, name: &Qualified) -> Option<Vec<Name>> {
    let (key, found) = catalog.resolve(Space::Relation, name);
    let Found::Here(object) = found else {
        return None;
    };
    let is_known = match &object.kind {
        Kind::Table(table) => !table.open && !table.foreign,
        _ => false,
    };
    let columns = catalog.columns(&key).into_iter();
    is_known.then(|| columns.map(|(key, _)| key.own_name().clone()).collect())
}
