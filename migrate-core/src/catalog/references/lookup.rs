//! What a name means.

use super::Walk;
use super::scope::{Columns, Relation, Scope};
use crate::catalog::fault::Unfit;
use crate::catalog::types::{Base, Type};
use crate::catalog::{Fault, FaultKind, Found, Key, Kind, Space};
use crate::ddl::object::{ArgumentMode, ObjectKind};
use crate::ddl::{Ident, Name, Qualified};
use crate::dialect::Dialect;
use crate::reader::Reader;
use crate::suggest::nearest;
use sqlparser::ast;
use sqlparser::tokenizer::Span;
use std::ops::Range;

/// Whether a relation, or several, have a column of a name.
pub(super) enum Has {
    /// Yes; if it is one of the catalog, this one.
    Column(Option<Key>),
    No,
    Unknown,
}

impl Walk<'_> {
    pub fn name(&self, ident: &ast::Ident) -> Name {
        match ident.quote_style {
            Some(_) => Name::quoted(&ident.value, self.catalog.dialect),
            None => Name::unquoted(&ident.value, self.catalog.dialect),
        }
    }

    /// A column without anything before it.
    pub fn column(&mut self, ident: &ast::Ident, scope: &Scope<'_>) {
        if self.is_no_name(ident) {
            return;
        }
        let name = self.name(ident);
        // https://www.sqlite.org/quirks.html: in double quotes, what is no column is a string.
        let may_be_string = self.is(Dialect::Sqlite) && ident.quote_style == Some('"');
        let mut unknown = false;
        for (depth, level) in scope.levels().enumerate() {
            let aliased =
                level.outputs.contains(&name) || depth > 0 && level.inner_outputs.contains(&name);
            match self.level_has(level, ident, (aliased, unknown || may_be_string)) {
                Has::No => {}
                Has::Unknown => unknown = true,
                Has::Column(_) => return,
            }
        }
        if unknown {
            return;
        }
        if self.is(Dialect::Postgres) && self.whole_row(&name, scope) {
            return;
        }
        if may_be_string {
            return;
        }
        let key = self.likely(&name, scope);
        self.missing(ident, ObjectKind::Column, key);
    }

    /// Notes where the column stands that is looked for.
    fn stands(&mut self, column: &Key, ident: &ast::Ident) {
        let range = match &self.sought {
            Some(sought) if sought.column == column => self.range(ident),
            _ => return,
        };
        if let Some(sought) = &mut self.sought {
            sought.places.push(range);
        }
    }

    /// Looks through the relations of one level, and notes what is read.
    fn level_has(
        &mut self,
        level: &Scope<'_>,
        ident: &ast::Ident,
        (aliased, doubtful): (bool, bool),
    ) -> Has {
        let name = &self.name(ident);
        let mut found: Vec<Key> = Vec::new();
        let (mut any, mut unknown) = (aliased, false);
        let mut owners: Vec<&Relation> = Vec::new();
        for relation in level.relations.iter().filter(|it| !it.qualified) {
            match self.has(relation, name) {
                Has::Column(key) => {
                    any = true;
                    owners.push(relation);
                    found.extend(key);
                }
                Has::Unknown => unknown = true,
                Has::No => {}
            }
        }
        if !aliased {
            self.look_at_owners(&owners, ident);
        }
        let certain = !unknown && !aliased && !doubtful;
        found.iter().for_each(|key| self.stands(key, ident));
        match certain {
            true => self.reading.reads.extend(found),
            false => self.reading.perhaps.extend(found),
        }
        match (any, unknown) {
            (true, _) => Has::Column(None),
            (false, true) => Has::Unknown,
            (false, false) => Has::No,
        }
    }

    /// Says that a column may be that of one relation or of another one (`colNameToVar` in parse_relation.c). Where joins make one
    /// column of several, and in conditions of joins, which see a part of `FROM` only, it is not looked into.
    fn look_at_owners(&mut self, owners: &[&Relation], ident: &ast::Ident) {
        let name = self.name(ident);
        let [first, second, ..] = owners else { return };
        let merged = owners.iter().any(|it| it.merged) || self.joining;
        if !self.is(Dialect::Postgres) || merged || self.is_system_column(&name) {
            return;
        }
        if let (Some(one), Some(other)) = (&first.name, &second.name) {
            let table = first.key.clone().unwrap_or_else(|| alias(one));
            let why = Unfit::Either(one.clone(), other.clone());
            let (kind, key) = (ObjectKind::Column, table.column(name));
            let range = self.range(ident);
            self.fault(range, FaultKind::Unfit { kind, key, why });
        }
    }

    pub fn has(&mut self, relation: &Relation, name: &Name) -> Has {
        let table = match &relation.columns {
            Columns::Open => return Has::Unknown,
            Columns::Known(outputs) if outputs.iter().any(|it| it.name == *name) => {
                return Has::Column(None);
            }
            Columns::Known(_) if self.is_system_column(name) => return Has::Unknown,
            Columns::Known(_) => return Has::No,
            Columns::Of(table) => table,
        };
        let key = table.column(name.clone());
        match self.catalog.find(&key) {
            Found::Here(_) => Has::Column(Some(key)),
            Found::Missing if self.is_system_column(name) => Has::Column(None),
            Found::Missing => Has::No,
            Found::Unknown => {
                let seen = self.catalog.get(&key).is_some();
                self.reading.perhaps.extend(seen.then_some(key));
                Has::Unknown
            }
        }
    }

    /// `t.c`, `s.t.c`.
    pub fn qualified(&mut self, idents: &[ast::Ident], scope: &Scope<'_>) {
        let (schema, table, column) = match idents {
            [table, column] => (None, table, column),
            [schema, table, column] => (Some(schema), table, column),
            _ => return,
        };
        if table.value.starts_with(['@', ':', '$']) || column.value == "*" {
            return;
        }
        let (of, name) = (self.name(table), self.name(column));
        let schema = schema.map(|schema| self.name(schema));
        let (mut fault, mut may_be_any) = (None, false);
        for level in scope.levels() {
            for relation in &level.relations {
                may_be_any |= relation.name.is_none();
                if relation.name.as_ref() != Some(&of) || !is_of_schema(relation, schema.as_ref()) {
                    continue;
                }
                match self.has(relation, &name) {
                    Has::Column(key) => {
                        key.iter().for_each(|key| self.stands(key, column));
                        return self.reading.reads.extend(key);
                    }
                    Has::Unknown => return,
                    Has::No => {}
                }
                if fault.is_none() {
                    fault = Some(relation.key.clone().unwrap_or_else(|| alias(&of)));
                }
                // The others look further for a relation of that name that has the column.
                if self.is(Dialect::Postgres) {
                    break;
                }
            }
            if fault.is_some() && self.is(Dialect::Postgres) {
                break;
            }
        }
        match fault {
            Some(_) if self.may_be_call(&name) => {}
            None if may_be_any => {}
            Some(table) => self.missing(column, ObjectKind::Column, table.column(name)),
            None if schema.is_some() || is_row(&of) => {}
            None => self.not_in_query(table),
        }
    }

    /// What stands before a dot is no relation of the query.
    pub fn not_in_query(&mut self, ident: &ast::Ident) {
        let (range, name) = (self.range(ident), self.name(ident));
        self.fault(range, FaultKind::NotInQuery { name });
    }

    /// `SELECT t FROM t`.
    fn whole_row(&mut self, name: &Name, scope: &Scope<'_>) -> bool {
        let mut relations = scope.levels().flat_map(|level| &level.relations);
        let relation = relations.find(|it| it.name.as_ref().is_none_or(|own| own == name));
        if let Some(relation) = relation {
            self.reading.reads.extend(relation.key.clone());
        }
        relation.is_some()
    }

    /// `f(t.*)`, `t.* IS NULL`: a row, whatever its columns are (`find_expr_references_walker` in dependency.c).
    pub fn row_of(&mut self, name: &ast::ObjectName, scope: &Scope<'_>) {
        let [part] = &name.0[..] else {
            return;
        };
        if let Some(ident) = part.as_ident()
            && !self.whole_row(&self.name(ident), scope)
        {
            self.not_in_query(ident);
        }
    }

    /// Whether `t.f` may be `f(t)` on PostgreSQL: any function of the user's, and those of the database's
    /// own that take any row (https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-USAGE).
    pub fn may_be_call(&self, name: &Name) -> bool {
        const OF_ANY: &[&str] = &[
            "array_agg",
            "any_value",
            "concat",
            "count",
            "format",
            "hstore",
            "json_agg",
            "json_agg_strict",
            "json_build_array",
            "json_build_object",
            "jsonb_agg",
            "jsonb_build_array",
            "jsonb_build_object",
            "num_nonnulls",
            "num_nulls",
            "pg_typeof",
            "quote_literal",
            "quote_nullable",
            "row_to_json",
            "text",
            "to_json",
            "to_jsonb",
        ];
        if !self.is(Dialect::Postgres) {
            return false;
        }
        let mut routines = self.catalog.of_space(Space::Routine);
        OF_ANY.contains(&name.key())
            || routines.any(|(key, object)| {
                key.name == *name && may_take_row(&object.kind, self.catalog.has_casts)
            })
    }

    /// Whether a name is that of a column that every table has.
    fn is_system_column(&self, name: &Name) -> bool {
        // The database's own tables have one more.
        let is_oid = self.is(Dialect::Postgres) && name.key() == "oid";
        is_oid || name.is_system_column(self.catalog.dialect)
    }

    /// Whether an identifier of sqlparser's is none: a variable, a parameter, a value that is called without
    /// parentheses.
    fn is_no_name(&self, ident: &ast::Ident) -> bool {
        const VALUES: &[&str] = &[
            "all",
            "any",
            "array",
            "binary",
            "current_catalog",
            "current_date",
            "current_role",
            "current_schema",
            "current_time",
            "current_timestamp",
            "current_user",
            "default",
            "ignore",
            "localtime",
            "localtimestamp",
            "maxvalue",
            "minvalue",
            "null",
            "row",
            "session_user",
            "sysdate",
            "system_user",
            "true",
            "false",
            "unknown",
            "user",
            "utc_date",
            "utc_time",
            "utc_timestamp",
            "value",
        ];
        let text = &*ident.value;
        match ident.quote_style {
            Some(_) => false,
            None => {
                text.starts_with(['@', ':', '$', '?'])
                    || VALUES.iter().any(|it| text.eq_ignore_ascii_case(it))
            }
        }
    }

    /// The column that a name which is nowhere was probably meant to be: of the only table, or of the one
    /// that has a similar one.
    fn likely(&self, name: &Name, scope: &Scope<'_>) -> Key {
        let mut levels = scope.levels().map(|level| &level.relations);
        let relations = levels.find(|relations| !relations.is_empty());
        let keys = relations.into_iter().flatten();
        let keys: Vec<&Key> = keys.filter_map(|it| it.key.as_ref()).collect();
        let table = match &keys[..] {
            [only] => Some(*only),
            several => several.iter().copied().find(|table| {
                let columns = self.catalog.parts(table).map(|(key, _)| key);
                let columns = columns.map(|key| key.own_name().as_str());
                nearest(name.as_str(), columns).is_some()
            }),
        };
        let nameless = || alias(&Name::exact(""));
        table.cloned().unwrap_or_else(nameless).column(name.clone())
    }

    /// A table or view by its name; `None` if it is not known, or said to be missing.
    pub fn table(&mut self, name: &ast::ObjectName) -> Option<Key> {
        let name = self.object_name(name)?;
        if self.is_no_table(&name) {
            return None;
        }
        if let Some(schema) = &name.schema {
            let key = Key::schema(schema.name.clone());
            if self.catalog.find(&key).is_missing() {
                let kind = ObjectKind::Schema;
                self.fault(schema.range.clone(), FaultKind::Missing { kind, key });
                return None;
            }
        }
        let (key, found) = self.catalog.resolve(Space::Relation, &name);
        self.accessed(&key, &found);
        match found {
            Found::Here(_) => {
                self.reading.reads.insert(key.clone());
                Some(key)
            }
            Found::Unknown => {
                let seen = self.catalog.get(&key).is_some();
                self.reading.perhaps.extend(seen.then_some(key));
                None
            }
            Found::Missing => {
                let kind = ObjectKind::Table;
                self.fault(name.range(), FaultKind::Missing { kind, key });
                None
            }
        }
    }

    /// Whether such a table needs nobody to create it, or is a word that sqlparser takes for one.
    fn is_no_table(&self, name: &Qualified) -> bool {
        let own = name.name.name.key();
        own.starts_with('@')
            || match self.catalog.dialect {
                Dialect::Postgres => matches!(own, "only" | "rows"),
                Dialect::Sqlite => {
                    const BUILTIN: &[&str] =
                        &["json_each", "json_tree", "generate_series", "dbstat"];
                    own.starts_with("pragma_") || BUILTIN.contains(&own)
                }
                Dialect::Mysql => own == "dual" || is_series(own),
            }
    }

    pub fn object_name(&self, name: &ast::ObjectName) -> Option<Qualified> {
        let idents: Option<Vec<&ast::Ident>> = name.0.iter().map(|part| part.as_ident()).collect();
        let ident = |ident: &ast::Ident| Ident {
            name: self.name(ident),
            range: self.range(ident),
        };
        match &idents?[..] {
            [name] => Some(Qualified {
                schema: None,
                name: ident(name),
            }),
            [.., schema, name] => Some(Qualified {
                schema: Some(ident(schema)),
                name: ident(name),
            }),
            [] => None,
        }
    }

    pub fn missing(&mut self, ident: &ast::Ident, kind: ObjectKind, key: Key) {
        let range = self.range(ident);
        self.fault(range, FaultKind::Missing { kind, key });
    }

    pub fn fault(&mut self, range: Range<usize>, kind: FaultKind) {
        let faults = &mut self.reading.faults;
        if faults.iter().all(|fault| fault.kind != kind) {
            faults.push(Fault { kind, range });
        }
    }

    /// Where an identifier stands in the statement.
    pub fn range(&self, ident: &ast::Ident) -> Range<usize> {
        self.place(ident.span)
    }

    /// Where a token stands in the statement.
    pub fn place(&self, span: Span) -> Range<usize> {
        let at = self.lines().start_of(span);
        let rest = self.sql.get(at..).unwrap_or_default();
        let token = Reader::new(rest, self.catalog.dialect).advance();
        let end = at + token.map_or(0, |token| token.range.end);
        let place = |at: usize| self.start + at.saturating_sub(self.prefix);
        place(at)..place(end)
    }
}

/// The key of a table that has no other name than this.
fn alias(name: &Name) -> Key {
    Key::relation(Name::exact(""), name.clone())
}

/// Whether this is a table of MariaDB's `SEQUENCE` engine: `seq_1_to_10_step_3`.
fn is_series(name: &str) -> bool {
    let Some((from, to)) = name
        .strip_prefix("seq_")
        .and_then(|it| it.split_once("_to_"))
    else {
        return false;
    };
    let (to, step) = to.split_once("_step_").unwrap_or((to, "1"));
    [from, to, step].iter().all(|it| it.parse::<u64>().is_ok())
}

fn is_of_schema(relation: &Relation, schema: Option<&Name>) -> bool {
    let own = relation.key.as_ref().map(|key| &key.schema);
    schema.is_none_or(|schema| relation.plain && own == Some(schema))
}

/// Whether a routine is one that a query calls with a row. A row becomes no value of the database's own types, unless
/// somebody has created a cast (`can_coerce_type` in parse_coerce.c).
fn may_take_row(kind: &Kind, has_casts: bool) -> bool {
    let takes_row = |it: &Type| match &it.base {
        Base::Builtin(name) => has_casts || name.contains("any") || &**name == "record",
        Base::Other(_) | Base::User(_) => true,
    };
    match kind {
        Kind::Routine(it) => {
            let mut arguments = it.arguments.iter();
            let first = arguments.find(|it| it.mode != ArgumentMode::Out);
            let takes_any = first.is_some_and(|it| takes_row(&it.data_type));
            it.kind == ObjectKind::Aggregate || it.kind != ObjectKind::Procedure && takes_any
        }
        _ => false,
    }
}

/// Whether a name stands for rows wherever a trigger or a rule is meant.
fn is_row(name: &Name) -> bool {
    matches!(name.key(), "new" | "old" | "excluded")
}
