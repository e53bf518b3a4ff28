//! Tables and indexes.

use super::{COLUMNS, NAMES, call, condition, default, typed};
use crate::generate::{Dice, World};
use migrate_core::catalog::object::{Rule, Table};
use migrate_core::catalog::{Key, Kind, Space};

pub fn create(dice: &mut Dice, world: &World) -> String {
    let partitioned = world.all(Space::Relation, |it| {
        matches!(
            it,
            Kind::Table(Table {
                partition_by: Some(_),
                ..
            })
        )
    });
    if let Some(parent) = dice.any(&partitioned).filter(|_| dice.chance(40)) {
        return partition(dice, world, &parent);
    }
    let name = world.new_name(dice);
    let kind = match dice.roll(12) {
        0 if !name.contains('.') => "TEMPORARY ",
        1 => "UNLOGGED ",
        _ => "",
    };
    let exists = dice.maybe(10, "IF NOT EXISTS ");
    if dice.chance(8) {
        return format!("CREATE {kind}TABLE {exists}{name} ({})", like(dice, world));
    }
    if dice.chance(4) {
        return format!("CREATE {kind}TABLE {exists}{name} {}", made(dice, world));
    }
    let mut columns: Vec<(String, String)> = Vec::new();
    let mut items = Vec::new();
    for _ in 0..1 + dice.roll(5) {
        let name = dice.one(COLUMNS).to_owned();
        if columns.iter().all(|(it, _)| *it != name) || dice.chance(3) {
            let data_type = world.data_type(dice);
            items.push(column(dice, world, &name, &data_type));
            columns.push((name, data_type));
        }
    }
    for _ in 0..dice.roll(3) {
        items.push(constraint(dice, world, &columns));
    }
    let behind = match dice.roll(10) {
        0 => {
            let parent = world.table(dice);
            format!(" INHERITS ({})", world.name(dice, &parent))
        }
        1 | 2 => {
            let strategy = dice.one(&["LIST", "RANGE", "HASH"]);
            let by = dice.one(&columns).0;
            if dice.chance(40) {
                let key = dice.one(&["PRIMARY KEY", "UNIQUE"]);
                items.push(format!("{key} ({by})"));
            }
            format!(" PARTITION BY {strategy} ({by})")
        }
        _ => String::new(),
    };
    format!(
        "CREATE {kind}TABLE {exists}{name} ({}){behind}",
        items.join(", ")
    )
}

/// What a table is made of that says nothing of columns.
fn made(dice: &mut Dice, world: &World) -> String {
    let composite = world.all(Space::Type, |it| matches!(it, Kind::Composite(_)));
    match dice.any(&composite).filter(|_| dice.chance(70)) {
        Some(key) => format!("OF {}", world.name(dice, &key)),
        None => {
            let table = world.table(dice);
            let columns = world.some_columns(dice, &table).join(", ");
            format!("AS SELECT {columns} FROM {}", world.name(dice, &table))
        }
    }
}

fn partition(dice: &mut Dice, world: &World, parent: &Key) -> String {
    let name = world.new_name(dice);
    let bound = bound(dice);
    let columns = typed(world, &world.columns(parent));
    let more = [
        format!("{} NOT NULL", world.column(dice, parent)),
        format!("{} WITH OPTIONS DEFAULT NULL", world.column(dice, parent)),
        constraint(dice, world, &columns),
    ];
    let more = &more[..1 + dice.roll(3)];
    let (name, parent) = (name, world.name(dice, parent));
    let sub = match dice.chance(10) {
        true => {
            let table = world.table(dice);
            format!(" PARTITION BY LIST ({})", world.column(dice, &table))
        }
        false => String::new(),
    };
    let more = match dice.chance(25) {
        true => format!(" ({})", more.join(", ")),
        false => String::new(),
    };
    format!("CREATE TABLE {name} PARTITION OF {parent}{more} {bound}{sub}")
}

/// Which rows a partition has.
pub fn bound(dice: &mut Dice) -> String {
    let number = 1 + dice.roll(9);
    match dice.roll(4) {
        0 => "DEFAULT".to_owned(),
        1 => format!("FOR VALUES FROM ('{number}') TO ('{}')", number + 1),
        2 => format!("FOR VALUES WITH (MODULUS 10, REMAINDER {number})"),
        _ => format!("FOR VALUES IN ('{number}')"),
    }
}

fn like(dice: &mut Dice, world: &World) -> String {
    let table = world.table(dice);
    let options = [
        "DEFAULTS",
        "GENERATED",
        "IDENTITY",
        "CONSTRAINTS",
        "INDEXES",
        "COMMENTS",
        "ALL",
    ];
    let mut like = format!("LIKE {}", world.name(dice, &table));
    for _ in 0..dice.roll(3) {
        like += &format!(" INCLUDING {}", dice.one(&options));
    }
    like
}

/// The definition of a column.
pub fn column(dice: &mut Dice, world: &World, name: &str, data_type: &str) -> String {
    if dice.chance(8) {
        let serial = dice.one(&["serial", "bigserial", "smallserial", "serial4"]);
        return format!("{name} {serial}{}", dice.maybe(60, " PRIMARY KEY"));
    }
    if dice.chance(6) {
        let kind = dice.one(&["ALWAYS", "BY DEFAULT"]);
        let integer = dice.one(&["int", "bigint", "smallint"]);
        let key = dice.maybe(60, " PRIMARY KEY");
        return format!("{name} {integer} GENERATED {kind} AS IDENTITY{key}");
    }
    if dice.chance(4) {
        return format!("{name} int GENERATED ALWAYS AS (1 + 1) STORED");
    }
    let mut definition = format!("{name} {data_type}");
    if dice.chance(6) && matches!(data_type, "text" | "varchar(20)" | "character varying") {
        definition += " COLLATE \"C\"";
    }
    definition += dice.maybe(30, " NOT NULL");
    let sequences = world.all(Space::Relation, |it| matches!(it, Kind::Sequence(_)));
    if dice.chance(20) {
        let numbered = dice.any(&sequences).filter(|_| dice.chance(15));
        let number = match numbered {
            Some(key) => Some(format!("nextval('{}')", world.name(dice, &key))),
            None => call(dice, world).filter(|_| dice.chance(30)),
        };
        let takes_number = data_type.starts_with("int") && !data_type.contains(['[', 'r']);
        let number = number.filter(|_| takes_number);
        let value = number.unwrap_or_else(|| default(data_type).to_owned());
        definition += &format!(" DEFAULT {value}");
    }
    match dice.roll(16) {
        0 => definition += " PRIMARY KEY",
        1 => definition += " UNIQUE",
        2 => {
            let named = named(dice);
            let columns = [(name.to_owned(), data_type.to_owned())];
            definition += &format!("{named} CHECK ({})", condition(dice, world, &columns));
        }
        3 => definition += &references(dice, world, None),
        _ => {}
    }
    definition
}

fn named(dice: &mut Dice) -> String {
    match dice.chance(30) {
        true => format!(" CONSTRAINT {}", dice.one(NAMES)),
        false => String::new(),
    }
}

fn references(dice: &mut Dice, world: &World, columns: Option<&[String]>) -> String {
    let keyed = |it: &Key| {
        let mut constraints = world.catalog.constraints(it);
        constraints.any(|(_, it)| matches!(it.rule, Rule::PrimaryKey { .. }))
    };
    let keyed: Vec<Key> = world.tables().into_iter().filter(keyed).collect();
    let keyed = dice.any(&keyed).filter(|_| dice.chance(40));
    let is_keyed = keyed.is_some();
    let target = keyed.unwrap_or_else(|| world.table(dice));
    let name = world.name(dice, &target);
    let listed = match (columns, dice.chance(60) && !is_keyed) {
        (Some(columns), true) => {
            let targets: Vec<String> = columns
                .iter()
                .map(|_| world.column(dice, &target))
                .collect();
            format!(" ({})", targets.join(", "))
        }
        (None, true) => format!(" ({})", world.column(dice, &target)),
        _ => String::new(),
    };
    let full = dice.maybe(5, " MATCH FULL");
    let delete = dice.one(&[
        "",
        " ON DELETE CASCADE",
        " ON DELETE SET NULL",
        " ON DELETE RESTRICT",
    ]);
    let update = dice.one(&["", "", " ON UPDATE CASCADE", " ON UPDATE NO ACTION"]);
    let deferred = dice.one(&["", "", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"]);
    format!(" REFERENCES {name}{listed}{full}{delete}{update}{deferred}")
}

/// A constraint of a table with these columns.
pub fn constraint(dice: &mut Dice, world: &World, columns: &[(String, String)]) -> String {
    let name = named(dice);
    let name = name
        .strip_prefix(' ')
        .map_or(String::new(), |name| format!("{name} "));
    let mut some: Vec<String> = Vec::new();
    for _ in 0..1 + dice.roll(2) {
        let column = dice.any(columns).map_or("id".to_owned(), |(name, _)| name);
        if !some.contains(&column) {
            some.push(column);
        }
    }
    let list = some.join(", ");
    let deferrable = dice.maybe(8, " DEFERRABLE");
    match dice.roll(14) {
        0 | 1 => format!("{name}PRIMARY KEY ({list}){deferrable}"),
        2..=4 => {
            let other = dice.any(columns).filter(|_| dice.chance(10));
            let include = other.map_or(String::new(), |(it, _)| format!(" INCLUDE ({it})"));
            let distinct = dice.maybe(8, "NULLS NOT DISTINCT ");
            format!("{name}UNIQUE {distinct}({list}){include}{deferrable}")
        }
        5..=8 => {
            let no_inherit = dice.maybe(8, " NO INHERIT");
            format!(
                "{name}CHECK ({}){no_inherit}",
                condition(dice, world, columns)
            )
        }
        9 => format!("{name}EXCLUDE USING btree ({} WITH =)", some[0]),
        _ => {
            let references = references(dice, world, Some(&some));
            format!("{name}FOREIGN KEY ({list}){references}")
        }
    }
}

pub fn index(dice: &mut Dice, world: &World) -> String {
    let table = world.table(dice);
    let typed = typed(world, &world.columns(&table));
    let unique = dice.maybe(30, "UNIQUE ");
    let mut keys = Vec::new();
    for _ in 0..1 + dice.roll(3) {
        let column = world.column(dice, &table);
        let key = match dice.roll(8) {
            0 => format!("lower({column}::text)"),
            1 => format!("({column} IS NULL)"),
            2 => format!("coalesce({column}, NULL)"),
            _ => column,
        };
        let order = dice.one(&[
            "",
            "",
            "",
            " DESC",
            " NULLS FIRST",
            " DESC NULLS LAST",
            " ASC",
        ]);
        keys.push(format!("{key}{order}"));
    }
    let mut method = "";
    if dice.chance(8) {
        method = dice.one(&["USING hash ", "USING btree ", "USING brin "]);
        if method != "USING btree " {
            keys = vec![world.column(dice, &table)];
        }
    }
    let include = match dice.chance(8) && method.is_empty() {
        true => format!(" INCLUDE ({})", world.column(dice, &table)),
        false => String::new(),
    };
    let predicate = match dice.chance(12) {
        true => format!(" WHERE {}", condition(dice, world, &typed)),
        false => String::new(),
    };
    let name = match dice.roll(3) {
        0 => String::new(),
        _ => format!("{}{} ", dice.maybe(10, "IF NOT EXISTS "), dice.one(NAMES)),
    };
    let only = dice.maybe(4, "ONLY ");
    let (keys, table) = (keys.join(", "), world.name(dice, &table));
    let distinct = dice.maybe(4, " NULLS NOT DISTINCT");
    let unique_method = if unique.is_empty() || method == "USING btree " {
        method
    } else {
        ""
    };
    format!(
        "CREATE {unique}INDEX {name}ON {only}{table} {unique_method}({keys}){include}{distinct}{predicate}"
    )
}
