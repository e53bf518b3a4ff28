//! Statements of PostgreSQL.

mod alter;
mod drop;
mod expression;
mod object;
mod rows;
mod table;

use super::{Dice, World, Write};
use migrate_core::catalog::object::Column;
use migrate_core::catalog::types::{Base, Type};
use migrate_core::catalog::{Catalog, Key, Kind, Space};
use migrate_core::ddl::object::ObjectKind;

/// Names for what is new: few, so that they meet again; some longer than a name may be.
const NAMES: &[&str] = &[
    "a",
    "b",
    "c",
    "d",
    "users",
    "orders",
    "tags",
    "\"Mixed\"",
    "\"a b\"",
    "größe",
    "a_name_that_is_as_long_as_it_may_be_and_then_some_more_until_it_is_cut_off",
    "another_very_long_name_ööööööööööööööööööööööööööööööö_end",
];
const COLUMNS: &[&str] = &[
    "id",
    "a",
    "b",
    "name",
    "email",
    "user_id",
    "date",
    "time",
    "year",
    "status",
    "\"Name\"",
    "größe",
    "a_column_with_a_long_name_so_that_others_have_to_be_shortened",
];
const TYPES: &[&str] = &[
    "int",
    "integer",
    "int4",
    "bigint",
    "int8",
    "smallint",
    "text",
    "text",
    "varchar(20)",
    "character varying",
    "char(3)",
    "boolean",
    "numeric(10,2)",
    "decimal",
    "real",
    "double precision",
    "float(10)",
    "date",
    "timestamp",
    "timestamptz",
    "timestamp(3) with time zone",
    "time",
    "interval",
    "uuid",
    "jsonb",
    "bytea",
    "inet",
    "int[]",
    "text[]",
    "int4range",
    "\"char\"",
    "bit varying(8)",
];

/// A statement for a schema.
pub fn statement(dice: &mut Dice, catalog: &Catalog) -> String {
    let world = World { catalog };
    if world.tables().len() < 2 {
        return table::create(dice, &world);
    }
    let kinds: &[(usize, Write)] = &[
        (14, table::create),
        (40, alter::table),
        (8, table::index),
        (9, drop::drop),
        (5, object::data_type),
        (5, object::alter_type),
        (3, object::view),
        (3, object::sequence),
        (3, object::routine),
        (3, object::trigger),
        (3, object::policy),
        (3, object::comment),
        (2, object::schema),
        (3, object::rename),
        (3, rows::rows),
        (2, rows::grant),
        (1, rows::work),
    ];
    dice.weighted(kinds)(dice, &world)
}

impl World<'_> {
    /// A table, or (seldom) any other name.
    fn table(&self, dice: &mut Dice) -> Key {
        let tables = self.tables();
        dice.any(&tables).unwrap_or_else(|| {
            let name = migrate_core::ddl::Name::exact("missing");
            Key::relation(migrate_core::ddl::Name::exact("public"), name)
        })
    }

    /// A name with its schema where it needs one, and sometimes where it does not.
    fn name(&self, dice: &mut Dice, key: &Key) -> String {
        let own = self.write(&key.name);
        let needed = key.schema.key() != "public";
        match needed || dice.chance(15) {
            true => format!("{}.{own}", self.write(&key.schema)),
            false => own,
        }
    }

    /// A name for something new, sometimes in another schema.
    fn new_name(&self, dice: &mut Dice) -> String {
        let name = dice.one(NAMES);
        match dice.chance(12) {
            true => format!("{}.{name}", self.schema(dice)),
            false => name.to_owned(),
        }
    }

    fn schema(&self, dice: &mut Dice) -> String {
        let schemas = self.all(Space::Schema, |it| matches!(it, Kind::Schema));
        let own = |key: &Key| {
            !matches!(
                key.schema.key(),
                "pg_catalog" | "pg_toast" | "information_schema" | "pg_temp"
            )
        };
        let schemas: Vec<Key> = schemas.into_iter().filter(own).collect();
        let schema = dice.any(&schemas);
        schema.map_or("public".to_owned(), |key| self.own(&key))
    }

    /// A column of a table, seldom one that is not there.
    fn column(&self, dice: &mut Dice, table: &Key) -> String {
        let columns = self.columns(table);
        match dice.any(&columns).filter(|_| dice.chance(95)) {
            Some((key, _)) => self.own(&key),
            None => dice.one(COLUMNS).to_owned(),
        }
    }

    /// Several columns of a table, each once.
    fn some_columns(&self, dice: &mut Dice, table: &Key) -> Vec<String> {
        let mut columns: Vec<String> = Vec::new();
        for _ in 0..1 + dice.roll(2) {
            let column = self.column(dice, table);
            let bare = |it: &str| it.trim_matches('"').to_owned();
            if columns.iter().all(|it| bare(it) != bare(&column)) {
                columns.push(column);
            }
        }
        columns
    }

    /// A type, sometimes one of the user's own.
    fn data_type(&self, dice: &mut Dice) -> String {
        let own = self.all(Space::Type, |it| !matches!(it, Kind::Type(_)));
        match dice.any(&own).filter(|_| dice.chance(15)) {
            Some(key) => format!("{}{}", self.name(dice, &key), dice.maybe(15, "[]")),
            None => dice.one(TYPES).to_owned(),
        }
    }
}

/// What calls a function of the user's that takes nothing and returns a number, if there is one.
fn call(dice: &mut Dice, world: &World) -> Option<String> {
    let functions = world.all(Space::Routine, |it| {
        matches!(it, Kind::Routine(it) if it.kind == ObjectKind::Function
            && it.arguments.is_empty()
            && it.returns.as_deref() == Some("integer"))
    });
    let key = dice.any(&functions)?;
    Some(format!("{}()", world.name(dice, &key)))
}

/// A default that suits a type.
fn default(data_type: &str) -> &'static str {
    match data_type {
        "int" | "integer" | "int4" | "bigint" | "int8" | "smallint" | "real" | "numeric" => "0",
        "text" | "character varying" | "varchar(20)" => "'x'",
        "boolean" => "true",
        "date" | "timestamp" | "timestamptz" => "now()",
        "jsonb" => "'{}'",
        _ => "NULL",
    }
}

/// A condition on columns that suits their types.
fn condition(dice: &mut Dice, world: &World, columns: &[(String, String)]) -> String {
    if dice.chance(8)
        && let Some(call) = call(dice, world)
    {
        return format!("{call} > 0");
    }
    let Some((name, data_type)) = dice.any(columns) else {
        return "1 > 0".to_owned();
    };
    if dice.chance(25) {
        return expression::wordy(dice, world, (&name, &data_type));
    }
    let same: Vec<&(String, String)> = columns
        .iter()
        .filter(|(other, it)| *it == data_type && *other != name)
        .collect();
    match (dice.any(&same), dice.roll(3)) {
        (Some((other, _)), 0) => format!("{name} IS DISTINCT FROM {other}"),
        (_, 1) if matches!(&*data_type, "text" | "character varying") => {
            format!("length({name}) > 0")
        }
        (_, 1) if matches!(&*data_type, "integer" | "bigint" | "smallint") => {
            format!("{name} > 0")
        }
        _ => format!("{name} IS NOT NULL"),
    }
}

/// Columns and their types, for [`condition`].
fn typed(world: &World, columns: &[(Key, Column)]) -> Vec<(String, String)> {
    let columns = columns.iter();
    let named = columns.map(|(key, it)| (world.own(key), shown(&it.data_type)));
    named.collect()
}

fn shown(data_type: &Type) -> String {
    match &data_type.base {
        Base::User(_) => "?".to_owned(),
        _ => data_type.to_string(),
    }
}
