//! Statements of SQLite.

use super::{Dice, World, Write};
use migrate_core::catalog::{Catalog, Key, Kind, Space};

const NAMES: &[&str] = &[
    "a", "b", "C", "users", "Orders", "\"a b\"", "größe", "[tags]", "`t`",
];
const COLUMNS: &[&str] = &[
    "id", "A", "b", "name", "\"Name\"", "user_id", "größe", "date", "time",
];
const TYPES: &[&str] = &[
    "",
    "INTEGER",
    "int",
    "TEXT",
    "varchar(20)",
    "REAL",
    "BLOB",
    "NUMERIC(10, 2)",
    "UNSIGNED BIG INT",
];

/// A statement for a schema.
pub fn statement(dice: &mut Dice, catalog: &Catalog) -> String {
    let world = World { catalog };
    if world.tables().len() < 2 {
        return create(dice, &world);
    }
    let kinds: &[(usize, Write)] = &[
        (16, create),
        (40, alter),
        (14, index),
        (12, drop),
        (6, view),
        (6, trigger),
    ];
    dice.weighted(kinds)(dice, &world)
}

impl World<'_> {
    fn lite(&self, dice: &mut Dice, key: &Key) -> String {
        let own = self.write(&key.name);
        match dice.chance(15) {
            true => format!("{}.{own}", key.schema.key()),
            false => own,
        }
    }

    fn lite_column(&self, dice: &mut Dice, table: &Key) -> String {
        let columns = self.columns(table);
        match dice.any(&columns).filter(|_| dice.chance(94)) {
            Some((key, _)) => self.own(&key),
            // In double quotes it would be a string.
            None => dice.one(&["id", "missing", "name"]).to_owned(),
        }
    }

    fn lite_table(&self, dice: &mut Dice) -> Key {
        let tables = self.tables();
        dice.one(&tables)
    }
}

fn create(dice: &mut Dice, _: &World) -> String {
    let name = dice.one(NAMES);
    let temporary = dice.maybe(8, "TEMP ");
    let exists = dice.maybe(10, "IF NOT EXISTS ");
    let schema = if temporary.is_empty() {
        dice.maybe(10, "main.")
    } else {
        ""
    };
    let mut columns: Vec<&str> = Vec::new();
    let mut items = Vec::new();
    for _ in 0..1 + dice.roll(4) {
        let name = dice.one(COLUMNS);
        let folded = name.trim_matches('"').to_lowercase();
        if columns
            .iter()
            .all(|it| it.trim_matches('"').to_lowercase() != folded)
            || dice.chance(3)
        {
            items.push(column(dice, name));
            columns.push(name);
        }
    }
    for _ in 0..dice.roll(2) {
        let (one, other) = (dice.one(&columns), dice.one(&columns));
        let list = if one == other {
            one.to_owned()
        } else {
            format!("{one}, {other}")
        };
        let named = dice.one(&["", "", "CONSTRAINT c "]);
        items.push(match dice.roll(4) {
            0 => format!("{named}PRIMARY KEY ({list})"),
            1 => format!("{named}UNIQUE ({list})"),
            2 => format!("{named}CHECK ({one} IS NOT NULL)"),
            _ => format!("{named}FOREIGN KEY ({one}){}", references(dice)),
        });
    }
    let behind = dice.one(&["", "", "", "", "", " WITHOUT ROWID", " STRICT"]);
    format!(
        "CREATE {temporary}TABLE {exists}{schema}{name} ({}){behind}",
        items.join(", ")
    )
}

fn references(dice: &mut Dice) -> String {
    let (table, column) = (dice.one(NAMES), dice.one(COLUMNS));
    let listed = if dice.chance(50) {
        format!(" ({column})")
    } else {
        String::new()
    };
    let action = dice.one(&[
        "",
        " ON DELETE CASCADE",
        " ON UPDATE SET NULL",
        " DEFERRABLE INITIALLY DEFERRED",
    ]);
    format!(" REFERENCES {table}{listed}{action}")
}

fn column(dice: &mut Dice, name: &str) -> String {
    let data_type = dice.one(TYPES);
    if dice.chance(12) {
        return format!(
            "{name} INTEGER PRIMARY KEY{}",
            dice.maybe(30, " AUTOINCREMENT")
        );
    }
    let mut definition = format!("{name} {data_type}");
    definition += dice.maybe(25, " NOT NULL");
    definition += dice.one(&[
        "",
        "",
        "",
        " DEFAULT 1",
        " DEFAULT 'x'",
        " DEFAULT NULL",
        " DEFAULT (1 + 1)",
    ]);
    match dice.roll(12) {
        0 => definition += " UNIQUE",
        1 => definition += &format!(" CHECK ({name} > 0)"),
        6 => definition += &format!(" CHECK (CAST({name} AS date) > time('10:00'))"),
        2 => definition += &references(dice),
        3 => definition += " COLLATE NOCASE",
        4 => return format!("{name} {data_type} AS (1 + 1){}", dice.maybe(40, " STORED")),
        5 => definition += " PRIMARY KEY",
        _ => {}
    }
    definition
}

fn alter(dice: &mut Dice, world: &World) -> String {
    let table = world.lite_table(dice);
    let name = world.lite(dice, &table);
    let change = match dice.roll(10) {
        0..=3 => {
            let name = dice.one(COLUMNS);
            format!("ADD COLUMN {}", column(dice, name))
        }
        4 | 5 => format!("DROP COLUMN {}", world.lite_column(dice, &table)),
        6 | 7 => format!(
            "RENAME COLUMN {} TO {}",
            world.lite_column(dice, &table),
            dice.one(COLUMNS)
        ),
        _ => format!("RENAME TO {}", dice.one(NAMES)),
    };
    format!("ALTER TABLE {name} {change}")
}

fn index(dice: &mut Dice, world: &World) -> String {
    let table = world.lite_table(dice);
    let unique = dice.maybe(30, "UNIQUE ");
    let exists = dice.maybe(12, "IF NOT EXISTS ");
    let mut keys = Vec::new();
    for _ in 0..1 + dice.roll(2) {
        let column = world.lite_column(dice, &table);
        let key = match dice.roll(14) {
            0 | 1 => format!("lower({column})"),
            2 => format!("CAST({column} AS date)"),
            _ => column,
        };
        keys.push(format!(
            "{key}{}",
            dice.one(&["", "", " DESC", " COLLATE NOCASE", " ASC"])
        ));
    }
    let predicate = match dice.chance(15) {
        true => format!(
            " WHERE CAST({} AS time) IS NOT NULL",
            world.lite_column(dice, &table)
        ),
        false => String::new(),
    };
    let schema = if table.schema.key() == "temp" {
        "temp."
    } else {
        ""
    };
    let name = match dice.chance(20) {
        true => dice.one(NAMES),
        false => dice.one(&["i", "J"]),
    };
    let table = world.write(&table.name);
    format!(
        "CREATE {unique}INDEX {exists}{schema}{name} ON {table} ({}){predicate}",
        keys.join(", ")
    )
}

fn drop(dice: &mut Dice, world: &World) -> String {
    let exists = dice.maybe(15, "IF EXISTS ");
    let relations = |is: fn(&Kind) -> bool| {
        let found = world.all(Space::Relation, is).into_iter();
        found.filter(|key| key.part.is_none()).collect::<Vec<Key>>()
    };
    let (word, found) = match dice.roll(7) {
        0..=2 => ("TABLE", relations(|it| matches!(it, Kind::Table(_)))),
        3 => ("INDEX", relations(|it| matches!(it, Kind::Index(_)))),
        4 => ("VIEW", relations(|it| matches!(it, Kind::View(_)))),
        5 => ("TRIGGER", world.all(Space::Trigger, |_| true)),
        _ => (dice.one(&["TABLE", "VIEW", "INDEX"]), relations(|_| true)),
    };
    let name = match dice.any(&found).filter(|_| dice.chance(92)) {
        Some(key) => world.lite(dice, &key),
        None => dice.one(NAMES).to_owned(),
    };
    format!("DROP {word} {exists}{name}")
}

fn view(dice: &mut Dice, world: &World) -> String {
    let (exists, temporary) = (dice.maybe(15, "IF NOT EXISTS "), dice.maybe(10, "TEMP "));
    let table = world.lite_table(dice);
    let from = world.lite(dice, &table);
    let (one, other) = (
        world.lite_column(dice, &table),
        world.lite_column(dice, &table),
    );
    let query = match dice.roll(6) {
        0 => "SELECT 1 AS one".to_owned(),
        1 => format!("SELECT * FROM {from}"),
        2 => format!("SELECT {one} AS two FROM {from} WHERE {other} IS NOT NULL"),
        3 => format!("SELECT it.{one}, it.{other} FROM {from} AS it"),
        4 => format!("SELECT count(*) AS n FROM {from} GROUP BY {one} ORDER BY {other}"),
        _ => format!("SELECT {one}, {other} FROM {from}"),
    };
    format!(
        "CREATE {temporary}VIEW {exists}{} AS {query}",
        dice.one(NAMES)
    )
}

fn trigger(dice: &mut Dice, world: &World) -> String {
    let table = world.lite_table(dice);
    let event = match dice.roll(3) {
        0 => format!("AFTER UPDATE OF {}", world.lite_column(dice, &table)),
        1 => "BEFORE INSERT".to_owned(),
        _ => "AFTER DELETE".to_owned(),
    };
    let exists = dice.maybe(15, "IF NOT EXISTS ");
    let (name, table) = (dice.one(NAMES), world.write(&table.name));
    format!("CREATE TRIGGER {exists}{name} {event} ON {table} BEGIN SELECT 1; END")
}
