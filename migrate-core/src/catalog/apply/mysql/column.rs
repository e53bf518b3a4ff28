//! Columns: what goes without saying of them, and what is in the way when they are dropped.

use super::super::work::Work;
use super::text;
use crate::catalog::object::{Column, IndexTarget, Rule};
use crate::catalog::types::Base;
use crate::catalog::{Found, Hold, Key, Kind};
use crate::ddl::table::{Attributes, ColumnConstraint, ColumnConstraintKind, ColumnDef};
use crate::ddl::{Ident, Name};
use std::ops::Range;
use std::sync::Arc;

/// The comment of a column.
pub(in crate::catalog::apply) fn comment(def: &ColumnDef) -> Option<Arc<str>> {
    let said = def.constraints.iter().rev();
    let mut comments = said.filter_map(|it| match &it.kind {
        ColumnConstraintKind::Comment(comment) => Some(&comment.canonical),
        _ => None,
    });
    comments.next().and_then(|comment| text(comment))
}

/// The index that comes with `SERIAL`.
pub(in crate::catalog::apply) fn serial_key(def: &ColumnDef) -> ColumnConstraint {
    ColumnConstraint {
        name: None,
        kind: ColumnConstraintKind::Unique,
        attributes: Attributes::default(),
        range: def.range.clone(),
    }
}

/// A column as another one would be that says the same in other words. That a `TIMESTAMP` may not be
/// null and has a default unless that is said depends on `explicit_defaults_for_timestamp`, which is on since MySQL
/// 8.0.2 and MariaDB 10.10.
pub(in crate::catalog::apply) fn normalised(column: Column) -> Column {
    let is_number = is_number(&column);
    let value = |text: Arc<str>| -> Arc<str> {
        match now(&text) {
            Some(now) => now,
            None if is_number => number(&text),
            None => text,
        }
    };
    Column {
        // A column that counts accepts no null.
        not_null: column.not_null || column.auto_increment,
        default: column.default.map(value),
        on_update: column.on_update.map(value),
        ..column
    }
}

fn is_number(column: &Column) -> bool {
    match &column.data_type.base {
        Base::Builtin(name) => matches!(
            &**name,
            "tinyint"
                | "smallint"
                | "mediumint"
                | "int"
                | "bigint"
                | "decimal"
                | "float"
                | "double"
        ),
        _ => false,
    }
}

/// `NOW(3)`, `LOCALTIME`, `CURRENT_TIMESTAMP()` are one ("Date and Time Functions" in the manual).
fn now(text: &str) -> Option<Arc<str>> {
    let (name, rest) = text.split_once(" (").unwrap_or((text, ""));
    let is_now = matches!(
        name,
        "now" | "current_timestamp" | "localtime" | "localtimestamp"
    );
    let precision = rest.trim_end_matches(')').trim();
    is_now.then(|| match precision {
        "" | "0" => "current_timestamp".into(),
        precision => format!("current_timestamp({precision})").into(),
    })
}

/// The number that a literal stands for: `'0'` and `false` are `0`.
fn number(text: &Arc<str>) -> Arc<str> {
    match &**text {
        "true" => "1".into(),
        "false" => "0".into(),
        quoted => {
            let inner = quoted
                .strip_prefix('\'')
                .and_then(|it| it.strip_suffix('\''));
            let is_number = |it: &&str| it.parse::<f64>().is_ok();
            inner.filter(is_number).map_or(text.clone(), Arc::from)
        }
    }
}

impl Work {
    /// Drops a column. Indexes and the primary key lose it, and go with their last one; a check goes if it is
    /// about nothing else. `kept` says that the statement adds one of this name, which takes its place in indexes.
    pub fn drop_column(&mut self, table: &Key, (name, if_exists): (&Ident, bool), kept: bool) {
        let key = table.column(name.name.clone());
        if if_exists && self.catalog.find(&key).is_missing() || !self.require_column(table, name) {
            return;
        }
        let blockers = self.blockers(&key);
        if !blockers.is_empty() && matches!(self.catalog.find(&key), Found::Here(_)) {
            return self.in_use(&key, blockers, false, &name.range);
        }
        let users = self.catalog.users(&key);
        let users: Vec<(Key, Hold)> = users.map(|(user, hold)| (user.clone(), hold)).collect();
        for (user, hold) in users {
            match hold {
                Hold::Perhaps if !self.may_go_unasked(&key, &user) => {}
                Hold::Perhaps => self.obscure(&user, &name.range),
                _ => self.without(&user, &name.name, kept, &name.range),
            }
        }
        self.discard(&key, &name.range);
    }

    /// Takes a column out of what uses it.
    fn without(&mut self, user: &Key, column: &Name, kept: bool, range: &Range<usize>) {
        let Some(object) = self.catalog.get(user).cloned() else {
            return;
        };
        let left = match &object.kind {
            Kind::Index(index) => index.key_columns().filter(|it| *it != column).count(),
            Kind::Constraint(it) => match &it.rule {
                Rule::PrimaryKey { columns } => columns.iter().filter(|it| *it != column).count(),
                Rule::Check { columns, .. } if columns.len() == 1 => {
                    return self.discard(user, range);
                }
                _ => return,
            },
            _ => return,
        };
        if kept {
            return;
        }
        if left == 0 {
            return self.discard(user, range);
        }
        self.alter(user, range, |object| match &mut object.kind {
            Kind::Index(index) => {
                index
                    .keys
                    .retain(|key| key.target != IndexTarget::Column(column.clone()));
            }
            Kind::Constraint(it) => {
                if let Rule::PrimaryKey { columns } = &mut it.rule {
                    columns.retain(|it| it != column);
                }
            }
            _ => {}
        });
    }

    /// What does not let a column go: foreign keys, checks of several columns.
    fn blockers(&self, column: &Key) -> Vec<Key> {
        let name = column.own_name();
        let users = self.catalog.users(column).map(|(user, _)| user);
        let users = users.filter(|user| {
            let Found::Here(object) = self.catalog.find(user) else {
                return false;
            };
            match &object.kind {
                Kind::Index(index) => index.columns.contains(name),
                Kind::Constraint(it) => match &it.rule {
                    Rule::ForeignKey(_) => !self.catalog.unchecked_foreign_keys,
                    Rule::Check { columns, .. } => columns.len() > 1,
                    _ => false,
                },
                _ => false,
            }
        });
        let mut found: Vec<Key> = users.cloned().collect();
        found.sort();
        found.dedup();
        found
    }
}
