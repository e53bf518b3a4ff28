//! What hangs on a table: triggers, policies, rules.

use super::work::Work;
use crate::catalog::key;
use crate::catalog::object::{Needs, Policy, Trigger};
use crate::catalog::{Found, Key, Kind, PartKind, Space};
use crate::ddl::alter::Firing;
use crate::ddl::object::*;
use crate::ddl::{Name, Qualified};
use crate::dialect::Dialect;
use std::ops::Range;

fn is_for_rows(trigger: &Trigger) -> bool {
    let words = [" for each row ", " for row "];
    words.iter().any(|words| trigger.definition.contains(words))
}

impl Work {
    pub fn create_trigger(&mut self, def: &CreateTrigger) {
        let range = def.name.range();
        let Some(table) = self.relation(&def.table, ObjectKind::Table, false) else {
            return;
        };
        let of_view = def.definition.canonical.starts_with("instead of");
        let wanted = match of_view {
            true => ObjectKind::View,
            false => ObjectKind::Table,
        };
        let differs = !self.is(Dialect::Postgres);
        if differs && self.refuse_other_kind(&table, wanted, &def.table.range()) {
            return;
        }
        // SQLite does not ask for the columns of `UPDATE OF`.
        if !self.is(Dialect::Sqlite) {
            for column in &def.columns {
                self.require_column(&table, column);
            }
        }
        if self.is(Dialect::Postgres) {
            self.require_once(&table, &def.columns);
        }
        let when = def.when.as_ref();
        let condition = when.map(|text| self.look_at_condition(&table, text));
        let key = self.trigger_key(&table, def);
        let there = matches!(self.catalog.find(&key), Found::Here(_));
        if there && def.if_not_exists || !def.or_replace && !self.require_free(&key, &range) {
            return;
        }
        let calls = def.function.as_ref().filter(|name| !is_built_in(name));
        let function = calls.and_then(|name| self.trigger_function(name));
        let trigger = Trigger {
            table,
            definition: def.definition.canonical.clone(),
            columns: def.columns.iter().map(|it| it.name.clone()).collect(),
            opaque: function.is_none() && calls.is_some_and(|it| !is_of_extension(it)),
            function,
            firing: Firing::Origin,
            partition_of: None,
        };
        if there && self.owner(&key).is_some() {
            // A copy is replaced with what it is a copy of.
            self.require_free(&key, &range);
            return;
        }
        match there {
            true => self.alter(&key, &range, |object| object.kind = Kind::Trigger(trigger)),
            false => self.create(&key, Kind::Trigger(trigger), &range),
        }
        self.forget_needs(&key);
        self.note_needs(&key, condition.unwrap_or_default());
        self.spread_trigger(&key, &range);
    }

    /// By what a trigger is found: PostgreSQL's is part of its table, the others' are in its schema.
    fn trigger_key(&self, table: &Key, def: &CreateTrigger) -> Key {
        let name = def.name.name.name.clone();
        match (self.dialect(), def.temporary) {
            (Dialect::Postgres, _) => table.part(PartKind::Trigger, name),
            (other, true) => Key::new(Space::Trigger, Name::exact(key::temporary(other)), name),
            (_, false) => Key::new(Space::Trigger, table.schema.clone(), name),
        }
    }

    /// The function of a trigger, which takes no arguments, where it is known; says it if it is missing.
    fn trigger_function(&mut self, name: &Qualified) -> Option<Key> {
        let (key, found) = self.catalog.resolve_signature(name, &Name::exact(""));
        if found.is_missing() {
            self.require_part(&key, &name.range(), ObjectKind::Function);
        }
        matches!(found, Found::Here(_)).then_some(key)
    }

    /// The partitions of a table have its triggers for each row, too (`CreateTriggerFiringOn` in trigger.c).
    fn spread_trigger(&mut self, key: &Key, range: &Range<usize>) {
        for partition in self.partitions(&key.whole()) {
            self.copy_trigger(key, &partition, range);
        }
    }

    /// Gives a partition a trigger of its table.
    pub fn copy_trigger(&mut self, key: &Key, partition: &Key, range: &Range<usize>) {
        let Some(Kind::Trigger(it)) = self.catalog.get(key).map(|it| it.kind.clone()) else {
            return;
        };
        if !is_for_rows(&it) {
            return;
        }
        let copy = partition.part(PartKind::Trigger, key.own_name().clone());
        let is_replaced = self.owner(&copy).as_ref() == Some(key);
        let trigger = Trigger {
            table: partition.clone(),
            partition_of: Some(key.clone()),
            ..it
        };
        if is_replaced {
            self.alter(&copy, range, |object| object.kind = Kind::Trigger(trigger));
        } else if self.require_free(&copy, range) {
            self.create(&copy, Kind::Trigger(trigger), range);
        }
        self.forget_needs(&copy);
        self.copy_needs(key, &copy);
        self.spread_trigger(&copy, range);
    }

    pub fn create_policy(&mut self, def: &CreatePolicy) {
        let Some(table) = self.require(Space::Relation, &def.table, ObjectKind::Table) else {
            return;
        };
        let needs = self.policy_needs(&table, def);
        let key = table.part(PartKind::Policy, def.name.name.clone());
        if self.require_free(&key, &def.name.range) {
            let policy = Policy {
                definition: def.definition.canonical.clone(),
                using: def.using.as_ref().map(|text| text.canonical.clone()),
                check: def.check.as_ref().map(|text| text.canonical.clone()),
            };
            self.create(&key, Kind::Policy(policy), &def.name.range);
            self.note_needs(&key, needs);
        }
    }

    /// Looks at what a policy says, and returns what that needs.
    fn policy_needs(&mut self, table: &Key, def: &CreatePolicy) -> Needs {
        let mut needs = Needs::new();
        for text in def.using.iter().chain(&def.check) {
            needs.extend(self.look_at_expression(Some(table), text).needs());
        }
        needs
    }

    pub fn alter_policy(&mut self, alter: &CreatePolicy) {
        let Some(table) = self.require(Space::Relation, &alter.table, ObjectKind::Table) else {
            return;
        };
        let key = table.part(PartKind::Policy, alter.name.name.clone());
        if !self.require_part(&key, &alter.name.range, ObjectKind::Policy) {
            return;
        }
        let Some(Kind::Policy(mut policy)) = self.catalog.get(&key).map(|it| it.kind.clone())
        else {
            return;
        };
        let needs = self.policy_needs(&table, alter);
        // It uses what it says now (`AlterPolicy` in policy.c).
        let sides = [
            (&mut policy.using, &alter.using),
            (&mut policy.check, &alter.check),
        ];
        let mut kept = Needs::new();
        for (side, new) in sides {
            match (new, side.as_ref()) {
                (Some(text), _) => *side = Some(text.canonical.clone()),
                (None, Some(text)) => kept.extend(self.needs_of(&table, text)),
                (None, None) => {}
            }
        }
        self.keep_needs(&key, &kept);
        self.note_needs(&key, needs);
        if !alter.definition.canonical.is_empty() {
            policy.definition = alter.definition.canonical.clone();
        }
        self.alter(&key, &alter.name.range, |object| {
            object.kind = Kind::Policy(policy);
        });
    }

    pub fn create_rule(&mut self, def: &CreateRule) {
        let Some(table) = self.require(Space::Relation, &def.table, ObjectKind::Table) else {
            return;
        };
        let needs = self.look_at_rule(&table, def);
        let key = table.part(PartKind::Rule, def.name.name.clone());
        if def.or_replace || self.require_free(&key, &def.name.range) {
            let rule = Kind::Rule(def.definition.canonical.clone());
            self.create(&key, rule, &def.name.range);
            self.note_needs(&key, needs);
        }
    }
}

/// Whether PostgreSQL brings a trigger's function along (`SELECT proname FROM pg_proc WHERE prorettype =
/// 'trigger'::regtype`, without what begins with `RI_`).
fn is_built_in(function: &Qualified) -> bool {
    let in_path = match &function.schema {
        Some(schema) => schema.name.key() == "pg_catalog",
        None => true,
    };
    in_path
        && matches!(
            function.name.name.key(),
            "suppress_redundant_updates_trigger"
                | "tsvector_update_trigger"
                | "tsvector_update_trigger_column"
                | "unique_key_recheck"
        )
}

/// Whether a trigger's function is one of PostgreSQL's own extensions, none of which changes a schema.
fn is_of_extension(function: &Qualified) -> bool {
    matches!(
        function.name.name.key(),
        "autoinc"
            | "check_foreign_key"
            | "check_primary_key"
            | "insert_username"
            | "lo_manage"
            | "moddatetime"
            | "triggered_change_notification"
    )
}
