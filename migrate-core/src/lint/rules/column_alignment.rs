//! `column-alignment`

use crate::catalog::types::{Base, Type};
use crate::catalog::{Catalog, Key, Kind};
use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};
use std::cmp::Reverse;

pub(super) static RULE: Rule = Rule {
    code: "column-alignment",
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "The columns with which a new table begins are in an order that wastes eight bytes or more in each row.",
    effect: "Values of eight bytes begin at a multiple of eight, those of four at one of four: what stands before them is filled up. The order of columns can be changed only by a new table.",
    instead: "Begin with the columns of eight bytes, then those of four, two and one, and put those of varying length last.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE readings (valid boolean NOT NULL, taken_at timestamptz NOT NULL, alarm boolean NOT NULL, id bigint PRIMARY KEY);",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE readings (taken_at timestamptz NOT NULL, id bigint PRIMARY KEY, valid boolean NOT NULL, alarm boolean NOT NULL);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if !matches!(context.statement(), Statement::CreateTable(_)) {
        return;
    }
    for (change, object) in context.created() {
        if !matches!(&object.kind, Kind::Table(it) if !it.foreign) {
            continue;
        }
        let wasted = wasted(context.after(), &change.key);
        if wasted >= MUCH {
            let message = format!(
                "each row of `{}` takes {wasted} bytes more than its columns need in another order",
                change.key
            );
            let help = "begin with the columns of eight bytes, then those of four, two and one";
            let finding = context.found(&change.range, message).help(help);
            let is_so = |catalog: &Catalog, table: &Key| self::wasted(catalog, table) >= MUCH;
            findings.push(finding.lasting(change.key.clone(), is_so));
        }
    }
}

/// So many bytes are one value more.
const MUCH: usize = 8;

/// How many bytes of each row of a table another order would save.
fn wasted(catalog: &Catalog, table: &Key) -> usize {
    // Where what comes behind a value of varying length begins is not known.
    let columns = catalog.columns(table);
    let sizes = columns
        .iter()
        .map_while(|(_, column)| size(&column.data_type));
    let mut sizes: Vec<(usize, usize)> = sizes.collect();
    let written = end(&sizes);
    sizes.sort_by_key(|(_, alignment)| Reverse(*alignment));
    // It may be none: the twelve bytes of a `timetz` are best followed by four others.
    written.saturating_sub(end(&sizes))
}

/// Where values of such lengths and alignments end.
fn end(sizes: &[(usize, usize)]) -> usize {
    sizes.iter().fold(0, |at, (length, alignment)| {
        at.next_multiple_of(*alignment) + length
    })
}

/// The length and the alignment of a type (`typlen`, `typalign` in `pg_type`); none for those of varying length.
fn size(data_type: &Type) -> Option<(usize, usize)> {
    let Base::Builtin(name) = &data_type.base else {
        return None;
    };
    if data_type.array {
        return None;
    }
    Some(match &**name {
        "bigint" | "double precision" | "money" => (8, 8),
        "timestamp with time zone" | "timestamp without time zone" | "time without time zone" => {
            (8, 8)
        }
        "time with time zone" => (12, 8),
        "interval" => (16, 8),
        "uuid" => (16, 1),
        "integer" | "real" | "date" | "oid" => (4, 4),
        "smallint" => (2, 2),
        "boolean" | "\"char\"" => (1, 1),
        _ => return None,
    })
}
