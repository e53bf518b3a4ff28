//! `DROP`.

use super::NAMES;
use crate::generate::{Dice, World};
use migrate_core::catalog::{Key, Kind, PartKind, Space};

pub fn drop(dice: &mut Dice, world: &World) -> String {
    let (exists, cascade) = (dice.maybe(15, "IF EXISTS "), dice.maybe(35, " CASCADE"));
    let (kind, mut names) = dropped(dice, world);
    let again = dice.chance(15) && !names.contains(" ON ");
    if let (again_kind, other) = dropped(dice, world)
        && again
        && again_kind == kind
    {
        names = format!("{names}, {other}");
    }
    format!("DROP {kind} {exists}{names}{cascade}")
}

fn dropped(dice: &mut Dice, world: &World) -> (&'static str, String) {
    if dice.chance(10) {
        let table = world.table(dice);
        let (word, kind) = dice.one(&[
            ("TRIGGER", PartKind::Trigger),
            ("POLICY", PartKind::Policy),
            ("RULE", PartKind::Rule),
        ]);
        let parts = world.parts(&table, kind);
        let own = dice
            .any(&parts)
            .map_or("missing".to_owned(), |(key, _)| world.own(&key));
        return (word, format!("{own} ON {}", world.name(dice, &table)));
    }
    if dice.chance(10) {
        let routines = world.all(Space::Routine, |it| matches!(it, Kind::Routine(_)));
        return match dice.any(&routines) {
            Some(key) => ("ROUTINE", signature(dice, world, &key)),
            None => ("FUNCTION", format!("{}(int)", dice.one(NAMES))),
        };
    }
    if dice.chance(8) {
        return ("SCHEMA", world.schema(dice));
    }
    let (word, found) = one_of_a_kind(dice, world);
    match dice.any(&found).filter(|_| dice.chance(93)) {
        Some(key) => (word, world.name(dice, &key)),
        None => (word, dice.one(NAMES).to_owned()),
    }
}

/// A word of `DROP`, and what it may drop.
fn one_of_a_kind(dice: &mut Dice, world: &World) -> (&'static str, Vec<Key>) {
    let relations = |is: fn(&Kind) -> bool| {
        let found = world.all(Space::Relation, is).into_iter();
        found.filter(|key| key.part.is_none()).collect::<Vec<Key>>()
    };
    match dice.roll(12) {
        0..=3 => ("TABLE", relations(|it| matches!(it, Kind::Table(_)))),
        4 | 5 => ("INDEX", relations(|it| matches!(it, Kind::Index(_)))),
        6 => ("SEQUENCE", relations(|it| matches!(it, Kind::Sequence(_)))),
        7 => ("VIEW", relations(|it| matches!(it, Kind::View(_)))),
        8 | 9 => ("TYPE", world.all(Space::Type, |_| true)),
        10 => (
            "DOMAIN",
            world.all(Space::Type, |it| matches!(it, Kind::Domain(_))),
        ),
        // Of any kind: it may be the wrong one.
        _ => (
            dice.one(&["TABLE", "VIEW", "INDEX", "SEQUENCE"]),
            relations(|_| true),
        ),
    }
}

/// A routine as `DROP` and `COMMENT` name it.
pub fn signature(dice: &mut Dice, world: &World, key: &Key) -> String {
    let types = key.part.as_ref().map_or("", |part| part.name.as_str());
    let name = world.name(dice, key);
    match dice.chance(70) {
        true => format!("{name}({types})"),
        false => name,
    }
}
