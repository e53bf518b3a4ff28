//! Columns: what their definitions say, and how they are changed.

use super::mysql;
use super::work::Work;
use crate::catalog::object::{Column, ColumnRename, Generated, Sequence};
use crate::catalog::types::{self, Base, Type};
use crate::catalog::{Found, Key, Kind, Object, Space};
use crate::ddl::object::ObjectKind;
use crate::ddl::table::{
    ColumnConstraint, ColumnConstraintKind, ColumnDef, ConstraintDef, ConstraintKind, IndexKey,
    KeyTarget, TypeName, UniqueDef,
};
use crate::ddl::{Ident, Qualified};
use crate::dialect::Dialect;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

impl Work {
    /// Adds a column, and returns its constraints for the time when all columns are there.
    pub fn create_column(&mut self, table: &Key, def: &ColumnDef) -> Vec<ConstraintDef> {
        let key = table.column(def.name.name.clone());
        if !self.require_free(&key, &def.name.range) {
            return Vec::new();
        }
        let (column, constraints) = self.column(table, def);
        let identity = column.identity.is_some();
        let column = Object {
            comment: mysql::comment(def),
            ..Object::new(Kind::Column(column))
        };
        self.create_object(&key, column, &def.range);
        self.count_column(&key, def, identity);
        constraints
    }

    /// The sequence that a serial or an identity column needs.
    fn count_column(&mut self, key: &Key, def: &ColumnDef, identity: bool) {
        let serial = def.data_type.as_ref();
        let serial = serial.and_then(|name| types::serial(name, self.dialect()));
        if self.is(Dialect::Postgres)
            && let Some(data_type) = serial.or_else(|| identity.then(|| self.type_of(key))?)
        {
            let mut said = def.constraints.iter();
            let name = said.find_map(|it| match &it.kind {
                ColumnConstraintKind::Identity { sequence, .. } => sequence.as_ref(),
                _ => None,
            });
            self.own_sequence(key, (data_type, identity), name, &def.range);
        }
    }

    /// A column that the table has from a parent, too: what is said here counts, where it says anything.
    pub fn merge_column(&mut self, table: &Key, def: &ColumnDef) -> Vec<ConstraintDef> {
        let (column, constraints) = self.column(table, def);
        let key = table.column(def.name.name.clone());
        if !self.is_partition(table) {
            self.set_local(&key, true);
        }
        let identity = column.identity.is_some();
        if let Some(source) = self.sources(&key).first() {
            self.look_at_declared(&key, &source.whole(), &column.data_type, &def.range);
        }
        self.alter_column(table, &def.name, &def.range, |it| {
            it.not_null |= column.not_null;
            it.identity = column.identity;
            if column.generated.is_some() {
                it.generated = column.generated;
                (it.default, it.sequences) = (None, Vec::new());
            }
            let mut said = def.constraints.iter();
            if said.any(|it| matches!(it.kind, ColumnConstraintKind::Default(_))) {
                it.default = column.default;
                it.sequences = column.sequences;
            }
        });
        self.count_column(&key, def, identity);
        constraints
    }

    /// Where the last column of a table is; 0 if it has none.
    pub fn last_position(&self, table: &Key) -> u32 {
        let positions = self.catalog.parts(table).map(|(_, part)| match &part.kind {
            Kind::Column(column) => column.position,
            _ => 0,
        });
        positions.max().unwrap_or_default()
    }

    pub fn type_of(&self, column: &Key) -> Option<Type> {
        match &self.catalog.get(column)?.kind {
            Kind::Column(column) => Some(column.data_type.clone()),
            _ => None,
        }
    }

    /// The sequence of a serial or an identity column, which may be given a name.
    pub fn own_sequence(
        &mut self,
        column: &Key,
        (data_type, identity): (Type, bool),
        name: Option<&Qualified>,
        at: &Range<usize>,
    ) {
        let schema = name.and_then(|name| name.schema.as_ref());
        let schema = schema.map_or(&column.schema, |schema| &schema.name).clone();
        let name = match name {
            Some(name) => name.name.name.clone(),
            None => self
                .catalog
                .chosen_name(column, column.own_name().key(), "seq"),
        };
        let sequence = Sequence {
            owned_by: Some(column.clone()),
            identity,
            ..Sequence::new(data_type)
        };
        let key = Key::relation(schema, name);
        self.create(&key, Kind::Sequence(sequence), at);
        if !identity {
            let default: Arc<str> = serial_default(&key, self.dialect()).into();
            self.alter(column, at, |object| {
                if let Kind::Column(column) = &mut object.kind {
                    column.default = Some(default);
                    column.sequences = vec![key];
                }
            });
        }
    }

    /// What a definition says of the column itself, and which constraints of the table it brings along.
    pub fn column(&mut self, table: &Key, def: &ColumnDef) -> (Column, Vec<ConstraintDef>) {
        let dialect = self.dialect();
        let written = def.data_type.as_ref();
        let serial = written.and_then(|name| types::serial(name, dialect));
        let data_type = match (&serial, written) {
            (Some(integer), _) => integer.clone(),
            (None, Some(name)) => self.data_type(name),
            (None, None) => Type {
                base: Base::Builtin("".into()),
                modifiers: "".into(),
                array: false,
            },
        };
        let mut column = Column {
            position: self.last_position(table) + 1,
            not_null: serial.is_some(),
            auto_increment: serial.is_some() && dialect == Dialect::Mysql,
            ..Column::new(data_type)
        };
        let mut constraints = Vec::new();
        if serial.is_some() && dialect == Dialect::Mysql {
            let unique = mysql::serial_key(def);
            self.column_constraint(&mut column, def, &unique, &mut constraints);
        }
        for constraint in &def.constraints {
            self.column_constraint(&mut column, def, constraint, &mut constraints);
        }
        let key = table.column(def.name.name.clone());
        self.look_at_definition(&key, def, &column, serial.is_some());
        if dialect == Dialect::Mysql {
            column = mysql::normalised(column);
        }
        (column, constraints)
    }

    fn column_constraint(
        &mut self,
        column: &mut Column,
        def: &ColumnDef,
        constraint: &ColumnConstraint,
        of_table: &mut Vec<ConstraintDef>,
    ) {
        use ColumnConstraintKind as Of;
        let unique = |descending| key_of(&def.name, descending);
        let kind = match &constraint.kind {
            Of::NotNull => {
                let on_conflict = constraint.attributes.on_conflict.as_deref();
                column.passes_over = on_conflict == Some("ignore");
                return column.not_null = true;
            }
            Of::Null | Of::Comment(_) => return,
            Of::Other(text) => {
                let mut words = text.canonical.split(' ');
                column.invisible |= self.is(Dialect::Mysql) && words.any(|it| it == "invisible");
                return;
            }
            Of::Default(text) => {
                column.default = default(&text.canonical);
                column.sequences = self.sequences(text);
                self.look_at_label(&column.data_type, text);
                return;
            }
            Of::Generated { expression, stored } => {
                column.generated = Some(Generated {
                    expression: expression.canonical.clone(),
                    stored: *stored,
                });
                return;
            }
            Of::Identity { always, .. } => {
                column.identity = Some(*always);
                column.not_null = true;
                return;
            }
            Of::Collate(name) => return column.collation = Some(name.to_string().into()),
            Of::AutoIncrement => return column.auto_increment = true,
            Of::OnUpdate(text) => return column.on_update = Some(text.canonical.clone()),
            Of::Check(text) => ConstraintKind::Check(text.clone()),
            Of::Unique => ConstraintKind::Unique(unique(false)),
            Of::PrimaryKey { descending } => ConstraintKind::PrimaryKey(unique(*descending)),
            Of::References(target) => ConstraintKind::ForeignKey {
                columns: vec![def.name.clone()],
                target: target.clone(),
                index: None,
            },
        };
        of_table.push(ConstraintDef {
            name: constraint.name.clone(),
            kind,
            attributes: constraint.attributes.clone(),
            behind: Some(def.name.name.clone()),
            range: constraint.range.clone(),
        });
    }

    /// A type as the model has it; says it if it is missing.
    pub fn data_type(&mut self, name: &TypeName) -> Type {
        let mut data_type = types::normalise(name, self.dialect());
        let is_other = matches!(data_type.base, Base::Other(_));
        if is_other
            && self.is(Dialect::Postgres)
            && let Some(key) = self.user_type(&name.name)
        {
            data_type.base = Base::User(key);
        }
        data_type
    }

    pub fn user_type(&mut self, name: &Qualified) -> Option<Key> {
        let key = self.require(Space::Type, name, ObjectKind::Type)?;
        self.catalog.get(&key).is_some().then_some(key)
    }

    /// Changes a column that is there.
    pub fn alter_column(
        &mut self,
        table: &Key,
        name: &Ident,
        range: &Range<usize>,
        change: impl FnOnce(&mut Column),
    ) {
        let key = table.column(name.name.clone());
        self.alter(&key, range, |object| {
            if let Kind::Column(column) = &mut object.kind {
                change(column);
            }
        });
    }

    /// Gives a column another name, in all that mentions it.
    pub fn rename_column(&mut self, table: &Key, from: &Ident, to: &Ident) {
        let range = from.range.start..to.range.end;
        let (old, new) = (
            table.column(from.name.clone()),
            table.column(to.name.clone()),
        );
        let users = self.catalog.users(&old).map(|(user, _)| user.clone());
        let mut users: BTreeSet<Key> = users.chain([table.clone()]).collect();
        if !matches!(self.catalog.find(&old), Found::Here(_)) {
            // Who uses what may be there is not known, but by its words.
            users.extend(self.catalog.parts(table).map(|(key, _)| key.clone()));
            users.extend(self.catalog.indexes(table).map(|(key, _)| key.clone()));
        }
        let before = self.catalog.clone();
        let rename = ColumnRename {
            before: &before,
            column: &old,
            to: &to.name,
        };
        self.rename(&old, &new, &range);
        for user in users {
            let mut certain = true;
            self.rewrite(&user, |object| {
                certain = object.rename_column(&user, &rename);
                // SQLite writes the quotes into views, where such a name is a string when there is no such
                // column any more (`renameEditSql` in alter.c, https://www.sqlite.org/quirks.html).
                if let Kind::View(view) = &mut object.kind
                    && before.dialect() == Dialect::Sqlite
                    && to.is_quoted()
                {
                    let (quoted, others) = view.reads.drain(..).partition(|key| *key == new);
                    view.reads = others;
                    view.may_read.extend::<Vec<Key>>(quoted);
                }
            });
            if !certain {
                self.obscure(&user, &range);
            }
        }
    }
}

/// The key that a column is by itself.
fn key_of(column: &Ident, descending: bool) -> UniqueDef {
    UniqueDef {
        keys: vec![IndexKey {
            target: KeyTarget::Column(column.clone()),
            may_be_string: false,
            length: None,
            collation: None,
            operator_class: None,
            descending,
            nulls_first: None,
        }],
        include: Vec::new(),
        nulls_not_distinct: false,
        without_overlaps: false,
        autoincrement: false,
        using_index: None,
    }
}

/// `DEFAULT NULL` is no default.
pub(super) fn default(text: &Arc<str>) -> Option<Arc<str>> {
    (&**text != "null").then(|| text.clone())
}

/// The default of a serial column, as PostgreSQL writes it.
pub(super) fn serial_default(sequence: &Key, dialect: Dialect) -> String {
    let name = sequence.name.written(dialect);
    let schema = match sequence.schema.key() {
        "public" => String::new(),
        _ => format!("{}.", sequence.schema.written(dialect)),
    };
    format!("nextval ( '{schema}{name}' :: regclass )")
}
