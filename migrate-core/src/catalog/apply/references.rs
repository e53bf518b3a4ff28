//! What queries and expressions in statements refer to.

use super::work::Work;
use crate::catalog::object::{Column, Needs};
use crate::catalog::references::{Output, Reading, of_command, of_expression, of_query};
use crate::catalog::types::{Base, Type};
use crate::catalog::{Fault, FaultKind, Key, Kind, Space};
use crate::ddl::object::{CreateRule, CreateView, ObjectKind};
use crate::ddl::query::Write;
use crate::ddl::table::{ColumnConstraintKind, ColumnDef, CreateTable, IndexDef, KeyTarget};
use crate::ddl::{Name, Qualified, Text, read_regclass};
use crate::dialect::Dialect;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

impl Work {
    /// Looks at a query, and says what it names that is not there.
    pub fn look_at_query(&mut self, text: &Text) -> Reading {
        let reading = of_query(&self.catalog, text, None);
        self.constants = reading.as_ref().map(|it| it.constants.clone());
        let reading = self.read(text, None, reading);
        self.accuse(&reading.faults);
        reading
    }

    /// Notes what a query or an expression reads and writes; of one that is not understood nothing is known but its
    /// words.
    fn read(&mut self, text: &Text, table: Option<&Key>, reading: Option<Reading>) -> Reading {
        let of_words = || Reading::of_words(&self.catalog, &text.written, table);
        let reading = reading.unwrap_or_else(of_words);
        self.accesses.extend(reading.accesses.clone());
        reading
    }

    /// The same of what writes rows, unless it writes nothing but values.
    pub fn look_at_write(&mut self, write: &Write) {
        let text = &write.text;
        let more = [" select ", " returning ", " on ", "nextval (", "setval ("];
        let mut more = more.iter().filter(|word| text.canonical.contains(**word));
        let values = write.values.as_ref().and_then(|(range, _)| {
            let start = text.range.start;
            text.written
                .get(range.start.checked_sub(start)?..range.end.checked_sub(start)?)
        });
        let plain = values.is_some_and(|values| {
            // `VALUES` itself is no name.
            let values = values.get("VALUES".len()..).unwrap_or_default();
            crate::catalog::references::is_plain(&self.catalog, values)
        });
        if !plain || more.next().is_some() || self.may_be_refused(write) {
            self.look_at_query(text);
        }
    }

    /// Whether a column is written to that takes no values, or not any.
    fn may_be_refused(&self, write: &Write) -> bool {
        let Some(table) = &write.table else {
            return false;
        };
        let (table, _) = self.catalog.resolve(Space::Relation, table);
        // Values of the user's types are looked at, and so are those that need not be there.
        let takes_some = |key: &Key| match self.catalog.get(key).map(|object| &object.kind) {
            Some(Kind::Column(it)) => {
                let is_own = matches!(it.data_type.base, Base::User(_));
                is_own || it.generated.is_some() || it.identity == Some(true)
            }
            _ => false,
        };
        let mut columns = write.columns.iter();
        match write.columns.is_empty() {
            true => self.catalog.parts(&table).any(|(key, _)| takes_some(key)),
            false => columns.any(|column| takes_some(&table.column(column.name.clone()))),
        }
    }

    /// Looks at an expression about a row of a table, or about none.
    pub fn look_at_expression(&mut self, table: Option<&Key>, text: &Text) -> Reading {
        let reading = of_expression(&self.catalog, text, table, &[]);
        let reading = self.read(text, table, reading);
        self.accuse(&reading.faults);
        reading
    }

    /// Looks at the condition of a trigger, and returns what it needs.
    pub fn look_at_condition(&mut self, table: &Key, text: &Text) -> Needs {
        let reading = of_expression(&self.catalog, text, Some(table), &["new", "old"]);
        let of_words = || Reading::of_words(&self.catalog, &text.written, Some(table));
        let reading = reading.unwrap_or_else(of_words);
        self.accuse(&reading.faults);
        reading.needs().collect()
    }

    /// Looks at a default, and returns what it needs. Of what is missing, only routines are: a word may be what the
    /// others take for a string.
    pub fn look_at_default(&mut self, text: &Text) -> Needs {
        if !self.is(Dialect::Postgres) {
            return Needs::new();
        }
        let reading = of_expression(&self.catalog, text, None, &[]);
        let of_words = || Reading::of_words(&self.catalog, &text.written, None);
        let mut reading = reading.unwrap_or_else(of_words);
        reading.faults.retain(
            |it| matches!(&it.kind, FaultKind::Missing { key, .. } if key.space == Space::Routine),
        );
        self.accuse(&reading.faults);
        reading.needs().collect()
    }

    /// Looks at the defaults of columns, and at how they are computed, when all of them are there.
    pub fn look_at_values<'a>(
        &mut self,
        table: &Key,
        columns: impl IntoIterator<Item = &'a ColumnDef>,
    ) {
        for column in columns {
            for constraint in &column.constraints {
                let needs = match &constraint.kind {
                    ColumnConstraintKind::Generated { expression, .. } => {
                        let reading = self.look_at_expression(Some(table), expression);
                        reading.needs().collect()
                    }
                    ColumnConstraintKind::Default(text) => self.look_at_default(text),
                    _ => continue,
                };
                let key = table.column(column.name.name.clone());
                self.forget_needs(&key);
                self.note_needs(&key, needs);
            }
        }
    }

    /// Looks at the expressions of an index, and returns the columns that they are about, and what they need besides.
    pub fn look_at_index(&mut self, table: &Key, def: &IndexDef) -> (Vec<Name>, Needs) {
        let keys = def.keys.iter().filter_map(|key| match &key.target {
            KeyTarget::Expression(text) => Some(text),
            KeyTarget::Column(_) => None,
        });
        let (mut columns, mut needs) = (BTreeSet::new(), Needs::new());
        for text in keys.chain(&def.predicate) {
            let mut reading = self.look_at_expression(Some(table), text);
            columns.extend(reading.take_columns(table));
            needs.extend(reading.needs());
        }
        (columns.into_iter().collect(), needs)
    }

    /// Notes what an object needs, besides what it is known to need.
    pub fn note_needs(&mut self, user: &Key, needs: Needs) {
        if !needs.is_empty() {
            self.rewrite(user, |object| object.needs.extend(needs));
        }
    }

    /// Forgets what an object needs, since it says something else now.
    pub fn forget_needs(&mut self, user: &Key) {
        let known = self.catalog.get(user);
        if known.is_some_and(|it| !it.needs.is_empty()) {
            self.rewrite(user, |object| object.needs.clear());
        }
    }

    /// What an expression needs about a table's row, as it was kept.
    pub fn needs_of(&self, table: &Key, text: &str) -> Needs {
        let text = Text::kept(text);
        let reading = of_expression(&self.catalog, &text, Some(table), &[]);
        let of_words = || Reading::of_words(&self.catalog, &text.written, Some(table));
        reading.unwrap_or_else(of_words).needs().collect()
    }

    /// Forgets what an object needs but for these.
    pub fn keep_needs(&mut self, user: &Key, kept: &Needs) {
        self.rewrite(user, |object| object.needs.retain(|it| kept.contains(it)));
    }

    /// What is copied needs what it is a copy of, but for the columns of its own table.
    pub fn copy_needs(&mut self, from: &Key, to: &Key) {
        let needs = self.catalog.get(from).map(|it| it.needs.clone());
        let mut needs = needs.unwrap_or_default();
        let (old, new) = (self.table_of(from), self.table_of(to));
        for (key, _) in needs.iter_mut().filter(|(key, _)| key.is_within(&old)) {
            let part = key.part.take();
            *key = Key {
                part,
                ..new.clone()
            };
        }
        self.note_needs(to, needs);
    }

    /// The table that an index is of, or that something is part of.
    fn table_of(&self, key: &Key) -> Key {
        match self.catalog.get(key).map(|object| &object.kind) {
            Some(Kind::Index(index)) => index.table.clone(),
            _ => key.whole(),
        }
    }

    /// The sequences that a default names: `nextval('s')`. PostgreSQL looks for them at once, since the name
    /// becomes a `regclass`.
    pub fn sequences(&mut self, default: &Text) -> Vec<Key> {
        let calls = default.canonical.match_indices("nextval ( '");
        let names = calls.filter_map(|(at, call)| {
            let (name, rest) = default.canonical.get(at + call.len()..)?.split_once('\'')?;
            let cast = rest.trim_start_matches([':', ' ']);
            let is_class = cast.starts_with(')') || cast.starts_with("regclass )");
            is_class
                .then(|| read_regclass(name, default.range.clone()))
                .flatten()
        });
        let names: Vec<Qualified> = match self.dialect() {
            Dialect::Postgres => names.collect(),
            Dialect::Sqlite | Dialect::Mysql => Vec::new(),
        };
        let keys = names.iter().filter_map(|name| {
            let key = self.require(Space::Relation, name, ObjectKind::Sequence)?;
            self.catalog.get(&key).is_some().then_some(key)
        });
        keys.collect()
    }

    fn accuse(&mut self, faults: &[Fault]) {
        for Fault { kind, range } in faults {
            match kind {
                FaultKind::Missing { kind, key } => self.missing_once(range, *kind, key),
                kind => self.fault(range, kind.clone()),
            }
        }
    }

    /// What the query of a view reads, and which columns that gives it. SQLite asks only when it is read.
    pub fn look_at_view(&mut self, def: &CreateView) -> (Reading, Option<Vec<Output>>) {
        let own = def.recursive.then_some(&def.name.name.name);
        let mut catalog = self.catalog.clone();
        let is_temporary = def.temporary
            || def
                .name
                .schema
                .as_ref()
                .is_some_and(|it| it.name.key() == "temp");
        if self.is(Dialect::Sqlite) && !is_temporary {
            // It sees nothing of another file (`sqlite3FixSelect` in attach.c).
            catalog.search_path = Some(Arc::new(vec![Name::exact("main")]));
        }
        let reading = of_query(&catalog, &def.query, own);
        let mut reading = self.read(&def.query, None, reading);
        if !self.is(Dialect::Sqlite) {
            self.accuse(&reading.faults);
        }
        let outputs = reading.columns.take();
        let names = def.columns.iter().map(|column| &column.name);
        let columns = match outputs {
            Some(mut outputs) => {
                for (output, name) in outputs.iter_mut().zip(names) {
                    output.name = name.clone();
                    output.derived = false;
                }
                // SQLite keeps the text, so that a column's other name is the view's, too.
                if self.is(Dialect::Postgres) {
                    self.look_for_twins(&outputs, def);
                }
                let lasting = !self.is(Dialect::Sqlite) || outputs.iter().all(|it| !it.derived);
                lasting.then_some(outputs)
            }
            // PostgreSQL lets the last columns go without.
            None if self.is(Dialect::Postgres) || def.columns.is_empty() => None,
            None => Some(names.map(|name| named(name.clone())).collect()),
        };
        (reading, columns)
    }

    /// Says that two columns of a view have one name.
    fn look_for_twins(&mut self, outputs: &[Output], def: &CreateView) {
        for (at, output) in outputs.iter().enumerate() {
            let mut before = outputs.iter().take(at);
            if before.any(|it| it.name == output.name) {
                let view = self.catalog.resolve(Space::Relation, &def.name).0;
                let (kind, key) = (ObjectKind::Column, view.column(output.name.clone()));
                return self.fault(&def.query.range, FaultKind::Exists { kind, key });
            }
        }
    }

    /// Gives a view, or a table that is made of a query, its columns.
    pub fn put_outputs(&mut self, key: &Key, outputs: &[Output], range: &Range<usize>) {
        let old: Vec<Key> = self
            .catalog
            .columns(key)
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        let is_old = |key: &Key| outputs.iter().any(|it| key.own_name() == &it.name);
        for key in old.iter().filter(|key| !is_old(key)) {
            self.discard(key, range);
        }
        for (output, position) in outputs.iter().zip(1..) {
            let key = key.column(output.name.clone());
            if self.catalog.get(&key).is_none() {
                let column = column(output, position);
                self.create(&key, Kind::Column(column), range);
            }
        }
    }

    /// PostgreSQL keeps the columns of a view that is replaced, and adds others behind them
    /// (`checkViewColumns` in view.c).
    pub fn compare_outputs(&mut self, view: &Key, outputs: &[Output], def: &CreateView) {
        if !self.is(Dialect::Postgres) || !self.catalog.columns_are_known(view) {
            return;
        }
        let old = self.catalog.columns(view).into_iter().map(|(key, _)| key);
        let new = outputs.iter().map(|output| Some(&output.name));
        let pairs = old.zip(new.chain(std::iter::repeat(None)));
        let wrong = pairs
            .into_iter()
            .find(|(old, new)| Some(old.own_name()) != *new);
        if let Some((column, new)) = wrong {
            let new = new.cloned();
            self.fault(&def.name.range(), FaultKind::ViewColumn { column, new });
        }
    }

    /// Looks at the commands of a rule, and returns what they need. What of them is missing is not said.
    pub fn look_at_rule(&mut self, table: &Key, def: &CreateRule) -> Needs {
        let mut needs = Needs::new();
        for command in &def.commands {
            let reading = of_command(&self.catalog, command, table);
            needs.extend(self.read(command, Some(table), reading).needs());
        }
        if let Some(condition) = &def.condition {
            needs.extend(self.look_at_condition(table, condition));
        }
        needs
    }

    /// Looks at a statement of a routine that is parsed when that is created, and returns what it needs. Its arguments
    /// are not known.
    pub fn look_at_body(&mut self, text: &Text) -> Needs {
        let reading = of_query(&self.catalog, text, None);
        let of_words = || Reading::of_words(&self.catalog, &text.written, None);
        reading.unwrap_or_else(of_words).needs().collect()
    }

    /// The columns of `CREATE TABLE … AS`, if all are known.
    pub fn look_at_source(&mut self, def: &CreateTable) -> Option<Vec<Output>> {
        let reading = self.look_at_query(def.query.as_ref()?);
        reading.columns.filter(|_| def.columns.is_empty())
    }
}

fn named(name: Name) -> Output {
    Output {
        name,
        data_type: None,
        collation: None,
        derived: false,
    }
}

fn column(output: &Output, position: u32) -> Column {
    Column {
        position,
        collation: output.collation.clone(),
        ..Column::new(output.data_type.clone().unwrap_or_else(Type::unknown))
    }
}
