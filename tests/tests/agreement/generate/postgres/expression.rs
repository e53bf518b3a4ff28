//! Expressions in which words stand that are names of columns elsewhere.

use super::shown;
use crate::generate::{Dice, World};
use migrate_core::catalog::{Key, Kind, Space};

/// A condition on a column, of words of types, of literals and of functions.
pub fn wordy(dice: &mut Dice, world: &World, (name, data_type): (&str, &str)) -> String {
    let types = world.all(Space::Type, |it| {
        matches!(it, Kind::Enum(_) | Kind::Domain(_))
    });
    if let Some(own) = dice.any(&types).filter(|_| dice.chance(30)) {
        let own = world.name(dice, &own);
        return format!("{name} IS NOT NULL OR CAST(NULL AS {own}) IS NULL");
    }
    match data_type {
        "date" | "timestamp without time zone" if dice.chance(50) => {
            format!("extract(year from {name}) > 2000")
        }
        "date" => format!("{name} > date '2020-01-01'"),
        "integer" | "smallint" => format!("{name} * interval '1 day' > interval '0'"),
        "text" | "character varying" => format!("{name} COLLATE \"C\" > 'status'::text"),
        _ => format!("{name} IS NOT NULL AND time '10:00' > '09:00'::time without time zone"),
    }
}

/// How a column is computed from another one of its table, if it can be.
pub fn computed(dice: &mut Dice, world: &World, table: &Key) -> Option<String> {
    let columns = world.columns(table).into_iter();
    let columns = columns.filter(|(_, it)| it.generated.is_none());
    let columns: Vec<(String, String)> = columns
        .map(|(key, it)| (world.own(&key), shown(&it.data_type)))
        .collect();
    let (name, data_type) = dice.any(&columns)?;
    Some(match &*data_type {
        "date" | "timestamp without time zone" => format!("extract(year from {name})"),
        "text" | "character varying" => format!("length(CAST({name} AS text))"),
        _ => format!("CASE WHEN {name} IS NULL THEN 0 ELSE 1 END"),
    })
}
