//! Statements that leave the schema as it is, but name what is there: of rows, of rights, of work on tables.

use super::object::query;
use crate::generate::{Dice, World};
use migrate_core::catalog::{Kind, Space};

/// None of them finds a row, so that there is none that could be in the way of the next statement.
pub fn rows(dice: &mut Dice, world: &World) -> String {
    let table = world.table(dice);
    let name = world.name(dice, &table);
    let columns = world.some_columns(dice, &table);
    let other = world.column(dice, &table);
    match dice.roll(5) {
        0 => {
            let nulls = vec!["NULL"; columns.len()].join(", ");
            let columns = columns.join(", ");
            format!("INSERT INTO {name} ({columns}) SELECT {nulls} WHERE false")
        }
        1 => format!(
            "UPDATE {name} SET {} = NULL WHERE {other} IS NULL AND false",
            columns[0]
        ),
        2 => format!("DELETE FROM {name} WHERE {other} IS NULL AND false"),
        3 => format!(
            "TRUNCATE {}{name}{}",
            dice.maybe(10, "ONLY "),
            dice.maybe(40, " CASCADE")
        ),
        _ => query(dice, world),
    }
}

pub fn grant(dice: &mut Dice, world: &World) -> String {
    let (table, other) = (world.table(dice), world.table(dice));
    let name = world.name(dice, &table);
    let on = match dice.roll(6) {
        0 => format!("ALL ON SCHEMA {}", world.schema(dice)),
        1 => format!("ALL ON {name}, {}", world.name(dice, &other)),
        2 => {
            let types = world.all(Space::Type, |it| !matches!(it, Kind::Type(_)));
            match dice.any(&types) {
                Some(key) => format!("USAGE ON TYPE {}", world.name(dice, &key)),
                None => format!("SELECT ON TABLE {name}"),
            }
        }
        3 => {
            let sequences = world.all(Space::Relation, |it| matches!(it, Kind::Sequence(_)));
            match dice.any(&sequences) {
                Some(key) => format!("USAGE ON SEQUENCE {}", world.name(dice, &key)),
                None => format!("SELECT ON TABLE {name}"),
            }
        }
        _ => {
            let columns = world.some_columns(dice, &table).join(", ");
            format!("SELECT ({columns}), DELETE ON {name}")
        }
    };
    match dice.chance(70) {
        true => format!("GRANT {on} TO PUBLIC"),
        false => format!("REVOKE {on} FROM PUBLIC"),
    }
}

pub fn work(dice: &mut Dice, world: &World) -> String {
    let table = world.table(dice);
    let name = world.name(dice, &table);
    match dice.roll(4) {
        0 => format!("ANALYZE {name} ({})", world.column(dice, &table)),
        1 => format!("LOCK TABLE {name} IN SHARE MODE"),
        2 => format!("REINDEX TABLE {name}"),
        _ => {
            let views = world.all(
                Space::Relation,
                |it| matches!(it, Kind::View(view) if view.materialized),
            );
            match dice.any(&views) {
                Some(key) => {
                    let view = world.name(dice, &key);
                    format!("REFRESH MATERIALIZED VIEW {view} WITH NO DATA")
                }
                None => format!("ANALYZE {name}"),
            }
        }
    }
}
