//! How InnoDB does each operation of `ALTER TABLE`.

use super::{Innodb, Way};
use crate::catalog::object::Rule;
use crate::catalog::types::{self, Rewrite};
use crate::catalog::{Key, Kind};
use crate::check::locks::{Algorithm, OnlineLock, Work};
use crate::ddl::Ident;
use crate::ddl::alter::{ColumnChange, OperationKind};
use crate::ddl::table::{ColumnConstraintKind, ColumnDef, ConstraintKind, IndexDef};
use crate::dialect::Dialect;
use Algorithm::{Copy, Inplace, Instant, Nocopy};

impl Innodb<'_> {
    /// How an operation is done.
    pub(super) fn operation(&self, table: &Key, operation: &OperationKind) -> Way {
        let rebuilt = self.rebuilt(table);
        let copied = self.copied();
        match operation {
            OperationKind::AddColumn { column, .. } => self.add_column(table, column),
            OperationKind::DropColumn { name, .. } => self.drop_column(table, name),
            OperationKind::AlterColumn {
                change: ColumnChange::SetDefault(_) | ColumnChange::DropDefault,
                ..
            } => self.quick(Instant, Instant),
            OperationKind::RenameColumn { .. } => self.quick(Instant, Instant),
            OperationKind::Modify { column, .. } => self.redefined(table, &column.name, column),
            OperationKind::Change { from, column, .. } => self.redefined(table, from, column),
            OperationKind::AddIndex { index, .. } => self.add_index(table, index),
            OperationKind::DropIndex { .. } => self.quick(Inplace, Nocopy),
            OperationKind::RenameIndex { .. } => self.quick(Inplace, Instant),
            OperationKind::AddConstraint { constraint, .. } => match &constraint.kind {
                ConstraintKind::PrimaryKey(_) => rebuilt,
                ConstraintKind::Unique(_) => self.index(),
                // With `foreign_key_checks` on.
                ConstraintKind::ForeignKey { .. } | ConstraintKind::Check(_) => copied,
                ConstraintKind::Exclude { .. } | ConstraintKind::NotNull(_) => None,
            },
            OperationKind::DropPrimaryKey => copied,
            OperationKind::DropConstraint { name, .. } => self.drop_constraint(table, name),
            OperationKind::Rename(_) => Some((Instant, OnlineLock::Exclusive, Work::Catalog)),
            OperationKind::TableOption(name, value) => self.option(table, name, value),
            OperationKind::Other(text) if &*text.canonical == "force" => rebuilt,
            _ => None,
        }
    }

    /// The table is copied row by row. From 11.2 on MariaDB lets others write meanwhile
    /// (<https://mariadb.com/kb/en/alter-table/#copy-algorithm>).
    pub(super) fn copied(&self) -> Way {
        let lock = match self.copies_online {
            true => OnlineLock::None,
            false => OnlineLock::Shared,
        };
        Some((Copy, lock, Work::Rewrite))
    }

    /// What only changes the dictionary.
    pub(super) fn quick(&self, mysql: Algorithm, mariadb: Algorithm) -> Way {
        let algorithm = if self.is_mariadb { mariadb } else { mysql };
        Some((algorithm, OnlineLock::None, Work::Catalog))
    }

    fn index(&self) -> Way {
        let algorithm = if self.is_mariadb { Nocopy } else { Inplace };
        Some((algorithm, OnlineLock::None, Work::Index))
    }

    pub(super) fn add_index(&self, table: &Key, index: &IndexDef) -> Way {
        let method = index.method.as_ref().map(|it| it.name.key());
        match method {
            Some("fulltext") if self.has_fulltext(table) => {
                let (algorithm, _, work) = self.index()?;
                Some((algorithm, OnlineLock::Shared, work))
            }
            // The first one needs a hidden column (FTS_DOC_ID).
            Some("fulltext") => Some((Inplace, OnlineLock::Shared, Work::Rewrite)),
            Some("spatial") => {
                let (algorithm, _, work) = self.index()?;
                Some((algorithm, OnlineLock::Shared, work))
            }
            _ => self.index(),
        }
    }

    fn has_fulltext(&self, table: &Key) -> bool {
        let mut indexes = self.scene.before.indexes(table);
        indexes.any(|(_, index)| &*index.method == "fulltext")
    }

    fn add_column(&self, table: &Key, def: &ColumnDef) -> Way {
        let has = |wanted: fn(&ColumnConstraintKind) -> bool| {
            def.constraints.iter().any(|it| wanted(&it.kind))
        };
        let generated = |stored: bool| {
            def.constraints.iter().any(|it| {
                matches!(&it.kind, ColumnConstraintKind::Generated { stored: is, .. } if *is == stored)
            })
        };
        let copied = self.copied();
        // MariaDB does not look whether the rows that are there obey.
        let checked = has(|it| matches!(it, ColumnConstraintKind::Check(_))) && !self.is_mariadb;
        let moves_computed = self.is_mariadb && def.position.is_some() && self.has_computed(table);
        if generated(true) || checked || moves_computed {
            return copied;
        }
        if has(|it| matches!(it, ColumnConstraintKind::References(_))) {
            return None;
        }
        if has(|it| matches!(it, ColumnConstraintKind::AutoIncrement)) {
            return Some((Inplace, OnlineLock::Shared, Work::Rewrite));
        }
        if has(|it| matches!(it, ColumnConstraintKind::PrimaryKey { .. })) {
            return Some((Inplace, OnlineLock::None, Work::Rewrite));
        }
        let calls = |text: &str| text.contains('(');
        let computed = def.constraints.iter().any(
            |it| matches!(&it.kind, ColumnConstraintKind::Default(text) if calls(&text.canonical)),
        );
        if computed {
            return None;
        }
        let unique = has(|it| matches!(it, ColumnConstraintKind::Unique));
        match self.instant(table) {
            Some(true) if unique => Some((Inplace, OnlineLock::None, Work::Rewrite)),
            Some(true) => self.quick(Instant, Instant),
            Some(false) => self.rebuilt(table),
            None => None,
        }
    }

    /// The table is written again; its full-text indexes cannot be kept up meanwhile, and on MySQL not in place
    /// (`innobase_fulltext_exist` in `check_if_supported_inplace_alter`).
    fn rebuilt(&self, table: &Key) -> Way {
        let (algorithm, lock) = match (self.has_fulltext(table), self.is_mariadb) {
            (true, true) => (Inplace, OnlineLock::Shared),
            (true, false) => return self.copied(),
            (false, _) => (Inplace, OnlineLock::None),
        };
        Some((algorithm, lock, Work::Rewrite))
    }

    pub(super) fn has_computed(&self, table: &Key) -> bool {
        let columns = self.scene.before.columns(table);
        columns.iter().any(|(_, column)| column.generated.is_some())
    }

    /// Whether columns come and go at once; not in compressed tables, nor beside a full-text index.
    fn instant(&self, table: &Key) -> Option<bool> {
        let options = &self.table(table)?.options;
        let compressed = options.iter().any(|(name, value)| {
            &**name == "row_format" && value.eq_ignore_ascii_case("compressed")
                || &**name == "key_block_size"
        });
        Some(!compressed && !self.has_fulltext(table))
    }

    fn drop_column(&self, table: &Key, name: &Ident) -> Way {
        let column = self.column(table, name)?;
        if column.generated.as_ref().is_some_and(|it| !it.stored) {
            return self.quick(Instant, Instant);
        }
        let mut indexes = self.scene.before.indexes(table);
        let is_indexed = indexes.any(|(_, index)| index.key_columns().any(|it| *it == name.name));
        let rebuilt = self.rebuilt(table);
        match self.instant(table)? {
            true if is_indexed => match self.is_mariadb {
                true => Some((Nocopy, OnlineLock::None, Work::Catalog)),
                false => rebuilt,
            },
            true => self.quick(Instant, Instant),
            false => rebuilt,
        }
    }

    /// `MODIFY` and `CHANGE`.
    fn redefined(&self, table: &Key, name: &Ident, def: &ColumnDef) -> Way {
        let old = self.column(table, name)?;
        let new = match &self
            .scene
            .applied
            .catalog
            .get(&table.column(def.name.name.clone()))?
            .kind
        {
            Kind::Column(column) => column.clone(),
            _ => return None,
        };
        if old.generated != new.generated || old.collation != new.collation {
            return None;
        }
        if old.auto_increment != new.auto_increment {
            return self.copied();
        }
        let rebuilt = self.rebuilt(table);
        let mut way = match types::rewrite(&old.data_type, &new.data_type, Dialect::Mysql) {
            Rewrite::Unknown => return None,
            Rewrite::Rewrite => self.copied(),
            Rewrite::Nothing { .. } if old.data_type == new.data_type => {
                self.quick(Instant, Instant)
            }
            Rewrite::Nothing { .. } => {
                let is_enum = new.data_type.to_string().starts_with("enum");
                self.quick(if is_enum { Instant } else { Inplace }, Instant)
            }
        };
        let harder = |way: Way, other: Way| way.max(other);
        if def.position.is_some() {
            way = harder(
                way,
                if self.is_mariadb {
                    self.quick(Instant, Instant)
                } else {
                    rebuilt
                },
            );
        }
        if old.not_null != new.not_null {
            let copied = new.not_null && self.is_mariadb && self.has_computed(table);
            let copy = self.copied();
            way = harder(way, if copied { copy } else { rebuilt });
        }
        way
    }

    fn drop_constraint(&self, table: &Key, name: &Ident) -> Way {
        let constraints = self.scene.before.constraints(table);
        let mut named = constraints.filter(|(key, _)| *key.own_name() == name.name);
        match named.next().map(|(_, it)| &it.rule) {
            Some(Rule::ForeignKey(_)) => self.quick(Inplace, Instant),
            // `INNOBASE_INPLACE_IGNORE` in handler0alter.cc.
            Some(Rule::Check { .. }) => self.quick(Instant, Instant),
            _ => None,
        }
    }

    fn option(&self, table: &Key, name: &str, value: &str) -> Way {
        let rebuilt = self.rebuilt(table);
        match name {
            "comment" => self.quick(Inplace, Instant),
            "auto_increment" => self.quick(Inplace, Instant),
            "row_format" | "key_block_size" => rebuilt,
            "stats_persistent" | "stats_auto_recalc" | "stats_sample_pages" => {
                self.quick(Inplace, Instant)
            }
            "default character set"
            | "character set"
            | "charset"
            | "collate"
            | "default charset"
            | "default collate" => self.quick(Inplace, Instant),
            "convert to character set" => self.copied(),
            "engine" => {
                let options = &self.table(table)?.options;
                let is_innodb = |it: &str| it.eq_ignore_ascii_case("innodb");
                let mut engines = options.iter().filter(|(name, _)| &**name == "engine");
                let was_innodb = engines.next().is_none_or(|(_, it)| is_innodb(it));
                match was_innodb && is_innodb(value) {
                    true => rebuilt,
                    false => self.copied(),
                }
            }
            _ => None,
        }
    }
}
