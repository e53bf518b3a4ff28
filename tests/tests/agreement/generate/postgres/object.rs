//! What is no table.

use super::drop::signature;
use super::{COLUMNS, NAMES, TYPES, call, condition, typed};
use crate::generate::{Dice, World};
use migrate_core::catalog::{Key, Kind, PartKind, Space};

pub fn data_type(dice: &mut Dice, world: &World) -> String {
    let name = world.new_name(dice);
    match dice.roll(3) {
        0 => format!(
            "CREATE TYPE {name} AS ENUM ({})",
            dice.one(&["", "'a'", "'a', 'b', 'c'"])
        ),
        1 => {
            let (first, second) = (world.data_type(dice), world.data_type(dice));
            format!("CREATE TYPE {name} AS (a {first}, b {second})")
        }
        _ => {
            let of = world.data_type(dice);
            let rest = dice.one(&[
                "",
                " NOT NULL",
                " DEFAULT NULL",
                " CHECK (VALUE IS NOT NULL)",
            ]);
            let more = dice.one(&["", "", " CONSTRAINT positive CHECK (VALUE IS NOT NULL)"]);
            format!("CREATE DOMAIN {name} AS {of}{rest}{more}")
        }
    }
}

pub fn alter_type(dice: &mut Dice, world: &World) -> String {
    let types = world.all(Space::Type, |_| true);
    let Some(key) = dice.any(&types) else {
        return data_type(dice, world);
    };
    let name = world.name(dice, &key);
    let domain = matches!(
        world.catalog.get(&key).map(|it| &it.kind),
        Some(Kind::Domain(_))
    );
    let composite = matches!(
        world.catalog.get(&key).map(|it| &it.kind),
        Some(Kind::Composite(_))
    );
    if domain {
        return format!("ALTER DOMAIN {name} {}", domain_change(dice));
    }
    if composite {
        let of = dice.one(TYPES);
        let cascade = dice.maybe(30, " CASCADE");
        return match dice.roll(4) {
            0 => format!(
                "ALTER TYPE {name} ADD ATTRIBUTE {} {of}{cascade}",
                dice.one(&["a", "b", "c"])
            ),
            1 => format!(
                "ALTER TYPE {name} DROP ATTRIBUTE {}{cascade}",
                dice.one(&["a", "b", "c"])
            ),
            2 => format!("ALTER TYPE {name} ALTER ATTRIBUTE a TYPE {of}{cascade}"),
            _ => format!(
                "ALTER TYPE {name} RENAME ATTRIBUTE a TO {}{cascade}",
                dice.one(&["b", "c"])
            ),
        };
    }
    let label = dice.one(&["a", "b", "c", "d", "e"]);
    let other = dice.one(&["a", "b", "c"]);
    match dice.roll(4) {
        0 => format!("ALTER TYPE {name} RENAME VALUE '{label}' TO '{other}'"),
        1 => format!(
            "ALTER TYPE {name} ADD VALUE '{label}' {} '{other}'",
            dice.one(&["BEFORE", "AFTER"])
        ),
        _ => format!(
            "ALTER TYPE {name} ADD VALUE {}'{label}'",
            dice.maybe(40, "IF NOT EXISTS ")
        ),
    }
}

fn domain_change(dice: &mut Dice) -> String {
    let constraint = dice.one(&["positive", "checked", "missing"]);
    match dice.roll(9) {
        0 => "SET NOT NULL".to_owned(),
        1 => "DROP NOT NULL".to_owned(),
        2 => "SET DEFAULT NULL".to_owned(),
        3 => "DROP DEFAULT".to_owned(),
        4 => format!(
            "ADD CONSTRAINT {constraint} CHECK (VALUE IS NOT NULL){}",
            dice.maybe(30, " NOT VALID")
        ),
        5 => "ADD CHECK (VALUE IS NOT NULL)".to_owned(),
        6 => format!(
            "DROP CONSTRAINT {}{constraint}",
            dice.maybe(30, "IF EXISTS ")
        ),
        7 => format!("RENAME CONSTRAINT {constraint} TO checked"),
        _ => format!("VALIDATE CONSTRAINT {constraint}"),
    }
}

pub fn view(dice: &mut Dice, world: &World) -> String {
    let name = world.new_name(dice);
    let kind = dice.one(&["VIEW", "VIEW", "OR REPLACE VIEW", "MATERIALIZED VIEW"]);
    format!("CREATE {kind} {name} AS {}", query(dice, world))
}

/// What a view shows: of a table or of another view.
pub fn query(dice: &mut Dice, world: &World) -> String {
    let relations = world.all(Space::Relation, |it| {
        matches!(it, Kind::Table(_) | Kind::View(_))
    });
    let Some(key) = dice.any(&relations).filter(|_| dice.chance(85)) else {
        let call = call(dice, world).unwrap_or_else(|| "1".to_owned());
        return format!("SELECT {call} AS one");
    };
    let from = world.name(dice, &key);
    let columns = world.some_columns(dice, &key);
    let other = world.column(dice, &key);
    match dice.roll(8) {
        7 => format!(
            "SELECT NULL::{} AS made, {other} FROM {from}",
            world.data_type(dice)
        ),
        0 => format!("SELECT * FROM {from}"),
        1 => format!(
            "SELECT {} AS one FROM {from} WHERE {other} IS NOT NULL",
            columns[0]
        ),
        2 => format!(
            "SELECT it.{}, 1 AS more FROM {from} AS it ORDER BY it.{other}",
            columns[0]
        ),
        3 => {
            let second = world.table(dice);
            let (name, column) = (world.name(dice, &second), world.column(dice, &second));
            format!("SELECT x.{other}, y.{column} AS two FROM {from} x JOIN {name} y ON true")
        }
        4 => format!("SELECT count(*) AS n FROM {from} GROUP BY {other}"),
        _ => format!("SELECT {} FROM {from}", columns.join(", ")),
    }
}

pub fn sequence(dice: &mut Dice, world: &World) -> String {
    let sequences = world.all(Space::Relation, |it| matches!(it, Kind::Sequence(_)));
    let owned = match dice.chance(40) {
        true => {
            let table = world.table(dice);
            format!(
                " OWNED BY {}.{}",
                world.name(dice, &table),
                world.column(dice, &table)
            )
        }
        false => dice
            .one(&["", " INCREMENT BY 2", " OWNED BY NONE"])
            .to_owned(),
    };
    match dice.any(&sequences).filter(|_| dice.chance(50)) {
        Some(key) => {
            let change = dice.one(&["AS integer", "RESTART", "INCREMENT BY 2"]);
            let change = if owned.is_empty() { change } else { &owned };
            format!("ALTER SEQUENCE {} {change}", world.name(dice, &key))
        }
        None => {
            let name = world.new_name(dice);
            let of = dice.one(&["", " AS integer", " AS smallint"]);
            format!(
                "CREATE SEQUENCE {}{name}{of}{owned}",
                dice.maybe(15, "IF NOT EXISTS ")
            )
        }
    }
}

pub fn routine(dice: &mut Dice, world: &World) -> String {
    let name = world.new_name(dice);
    let replace = dice.maybe(30, "OR REPLACE ");
    if dice.chance(40) {
        return format!(
            "CREATE {replace}FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        );
    }
    let mut arguments = Vec::new();
    for number in 0..dice.roll(3) {
        let data_type = world.data_type(dice);
        let argument = match dice.roll(4) {
            0 => data_type,
            1 => format!("INOUT p{number} {data_type}"),
            2 => format!("OUT p{number} {data_type}"),
            _ => format!("p{number} {data_type}"),
        };
        arguments.push(argument);
    }
    let out = arguments.iter().any(|it| it.contains("OUT"));
    let list = arguments.join(", ");
    match dice.roll(3) {
        0 => format!(
            "CREATE {replace}PROCEDURE {name}({}) LANGUAGE plpgsql AS 'BEGIN END'",
            list.replace("INOUT ", "").replace("OUT ", "")
        ),
        _ if out => {
            format!("CREATE {replace}FUNCTION {name}({list}) LANGUAGE plpgsql AS 'BEGIN END'")
        }
        _ => format!(
            "CREATE {replace}FUNCTION {name}({list}) RETURNS integer LANGUAGE plpgsql AS 'BEGIN END'"
        ),
    }
}

pub fn trigger(dice: &mut Dice, world: &World) -> String {
    let functions = world.all(
        Space::Routine,
        |it| matches!(it, Kind::Routine(it) if it.returns.as_deref() == Some("trigger")),
    );
    let Some(function) = dice.any(&functions) else {
        return routine(dice, world);
    };
    let table = world.table(dice);
    let columns = world.some_columns(dice, &table).join(", ");
    let event = match dice.roll(3) {
        0 => format!("BEFORE UPDATE OF {columns}"),
        1 => "AFTER INSERT OR DELETE".to_owned(),
        _ => "BEFORE INSERT".to_owned(),
    };
    let name = dice.one(NAMES);
    let replace = dice.maybe(20, "OR REPLACE ");
    let each = dice.one(&["ROW", "STATEMENT"]);
    let (table, function) = (world.name(dice, &table), world.name(dice, &function));
    format!(
        "CREATE {replace}TRIGGER {name} {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
    )
}

pub fn policy(dice: &mut Dice, world: &World) -> String {
    let table = world.table(dice);
    let columns = typed(world, &world.columns(&table));
    let condition = condition(dice, world, &columns);
    let (name, own) = (world.name(dice, &table), dice.one(NAMES));
    let policies = world.parts(&table, PartKind::Policy);
    match dice.roll(5) {
        0 => format!("CREATE RULE {own} AS ON INSERT TO {name} DO NOTHING"),
        1 => match dice.any(&policies) {
            Some((key, _)) => format!("ALTER POLICY {} ON {name} USING (true)", world.own(&key)),
            None => format!("CREATE POLICY {own} ON {name}"),
        },
        2 => format!("CREATE POLICY {own} ON {name} FOR INSERT WITH CHECK ({condition})"),
        _ => format!("CREATE POLICY {own} ON {name} USING ({condition})"),
    }
}

pub fn comment(dice: &mut Dice, world: &World) -> String {
    let text = dice.one(&["'remark'", "'another'", "NULL", "''"]);
    let table = world.table(dice);
    let name = world.name(dice, &table);
    let on = match dice.roll(9) {
        6 => on_relation(dice, world),
        7 => on_part(dice, world, &table),
        8 => on_type(dice, world),
        0 => format!("COLUMN {name}.{}", world.column(dice, &table)),
        1 => {
            let relations = world.all(Space::Relation, |it| {
                !matches!(
                    it,
                    Kind::Column(_)
                        | Kind::Constraint(_)
                        | Kind::Trigger(_)
                        | Kind::Policy(_)
                        | Kind::Rule(_)
                )
            });
            let any = dice.one(&relations);
            format!(
                "COLUMN {}.{}",
                world.name(dice, &any),
                world.column(dice, &any)
            )
        }
        2 => {
            let constraints = world.parts(&table, PartKind::Constraint);
            match dice.any(&constraints) {
                Some((key, _)) => format!("CONSTRAINT {} ON {name}", world.own(&key)),
                None => format!("TABLE {name}"),
            }
        }
        3 => {
            let routines = world.all(Space::Routine, |_| true);
            match dice.any(&routines) {
                Some(key) => format!("ROUTINE {}", signature(dice, world, &key)),
                None => format!("TABLE {name}"),
            }
        }
        4 => {
            let indexes: Vec<Key> = world
                .catalog
                .indexes(&table)
                .map(|(key, _)| key.clone())
                .collect();
            match dice.any(&indexes) {
                Some(key) => format!("INDEX {}", world.name(dice, &key)),
                None => format!("TABLE {name}"),
            }
        }
        _ => format!("TABLE {name}"),
    };
    format!("COMMENT ON {on} IS {text}")
}

fn on_relation(dice: &mut Dice, world: &World) -> String {
    let relations = world.all(Space::Relation, |it| {
        matches!(it, Kind::Table(_) | Kind::View(_) | Kind::Sequence(_))
    });
    let key = dice.one(&relations);
    let word = dice.one(&["TABLE", "VIEW", "MATERIALIZED VIEW", "SEQUENCE"]);
    format!("{word} {}", world.name(dice, &key))
}

fn on_part(dice: &mut Dice, world: &World, table: &Key) -> String {
    let (word, kind) = dice.one(&[
        ("TRIGGER", PartKind::Trigger),
        ("POLICY", PartKind::Policy),
        ("RULE", PartKind::Rule),
    ]);
    let parts = world.parts(table, kind);
    let own = dice
        .any(&parts)
        .map_or(dice.one(NAMES).to_owned(), |(key, _)| world.own(&key));
    format!("{word} {own} ON {}", world.name(dice, table))
}

fn on_type(dice: &mut Dice, world: &World) -> String {
    let types = world.all(Space::Type, |_| true);
    match dice.any(&types) {
        Some(key) => {
            let word = dice.one(&["TYPE", "DOMAIN"]);
            format!("{word} {}", world.name(dice, &key))
        }
        None => format!("SCHEMA {}", world.schema(dice)),
    }
}

pub fn schema(dice: &mut Dice, world: &World) -> String {
    match dice.roll(6) {
        0 => format!("SET LOCAL search_path TO {}", world.schema(dice)),
        1 => format!("SET search_path = {}, public", world.schema(dice)),
        2 => "RESET search_path".to_owned(),
        3 => format!(
            "ALTER SCHEMA {} RENAME TO {}",
            world.schema(dice),
            dice.one(&["s", "t", "a"])
        ),
        _ => format!(
            "CREATE SCHEMA {}{}",
            dice.maybe(20, "IF NOT EXISTS "),
            dice.one(&["s", "t", "\"S\"", "a"])
        ),
    }
}

/// New names for the columns of what may be no table.
fn column(dice: &mut Dice, world: &World) -> String {
    // Not an index's, which a session remembers by the names that they had when it saw them first.
    let relations = world.all(Space::Relation, |it| {
        matches!(it, Kind::Table(_) | Kind::View(_) | Kind::Sequence(_))
    });
    let key = dice.one(&relations);
    let (name, column) = (world.name(dice, &key), world.column(dice, &key));
    let word = dice.one(&["TABLE", "VIEW", "MATERIALIZED VIEW"]);
    format!(
        "ALTER {word} {name} RENAME COLUMN {column} TO {}",
        dice.one(COLUMNS)
    )
}

/// New names and schemas for what is no table.
pub fn rename(dice: &mut Dice, world: &World) -> String {
    let relation = |is: fn(&Kind) -> bool| world.all(Space::Relation, is);
    let (word, found) = match dice.roll(6) {
        0 => ("INDEX", relation(|it| matches!(it, Kind::Index(_)))),
        1 => ("SEQUENCE", relation(|it| matches!(it, Kind::Sequence(_)))),
        2 => (
            "VIEW",
            relation(|it| matches!(it, Kind::View(view) if !view.materialized)),
        ),
        3 => ("ROUTINE", world.all(Space::Routine, |_| true)),
        4 => return column(dice, world),
        _ => ("TYPE", world.all(Space::Type, |_| true)),
    };
    let Some(key) = dice.any(&found) else {
        return comment(dice, world);
    };
    let name = match word {
        "ROUTINE" => signature(dice, world, &key),
        _ => world.name(dice, &key),
    };
    match dice.chance(25) && word != "INDEX" {
        true => format!("ALTER {word} {name} SET SCHEMA {}", world.schema(dice)),
        false => format!("ALTER {word} {name} RENAME TO {}", dice.one(NAMES)),
    }
}
