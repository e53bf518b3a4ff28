//! What a column that gets another name is called in what is about it.

use super::{Expression, IndexTarget, Kind, Object, Rule};
use crate::catalog::references::{renamed, renamed_words};
use crate::catalog::{Catalog, Key};
use crate::ddl::Name;

/// A column gets another name.
pub struct ColumnRename<'a> {
    /// The catalog in which it has the old one.
    pub before: &'a Catalog,
    /// Its old key.
    pub column: &'a Key,
    /// Its new name.
    pub to: &'a Name,
}

impl ColumnRename<'_> {
    /// The table that it is a column of.
    fn table(&self) -> Key {
        self.column.whole()
    }

    fn swap(&self, names: &mut [Name]) {
        let names = names.iter_mut();
        let old = names.filter(|name| *name == self.column.own_name());
        old.for_each(|name| *name = self.to.clone());
    }

    /// The same of names that have no order of their own.
    fn swap_sorted(&self, names: &mut [Name]) {
        self.swap(names);
        names.sort();
    }

    /// Writes the new name into an expression about the rows of a table; whether that is understood.
    fn rewrite(&self, text: &mut Expression, table: &Key) -> bool {
        let new = renamed(self.before, text, table, (self.column, self.to));
        let understood = new.is_some();
        let of_words = || self.in_words(text).0;
        *text = new.unwrap_or_else(of_words).into();
        understood
    }

    /// The text with the new name for each word that may be the column, and how many these are.
    fn in_words(&self, text: &str) -> (String, usize) {
        renamed_words(self.before, text, (self.column.own_name(), self.to))
    }
}

impl Object {
    /// Writes another name for a column: of this object's table, or of one that it points to. Whether it is certain
    /// what it says then.
    pub fn rename_column(&mut self, own: &Key, rename: &ColumnRename<'_>) -> bool {
        let is_own = own.is_within(&rename.table());
        let from = rename.column.own_name();
        let whole = own.whole();
        match &mut self.kind {
            Kind::Column(it) if is_own => {
                let mut generated = it.generated.iter_mut();
                generated.all(|it| rename.rewrite(&mut it.expression, &whole))
            }
            Kind::Constraint(it) => {
                if is_own && it.behind.as_ref() == Some(from) {
                    it.behind = Some(rename.to.clone());
                }
                rename_in_rule(&mut it.rule, rename, (&whole, is_own))
            }
            Kind::Index(it) if it.table == rename.table() => {
                let mut certain = true;
                for key in &mut it.keys {
                    match &mut key.target {
                        IndexTarget::Column(name) if name == from => *name = rename.to.clone(),
                        IndexTarget::Column(_) => {}
                        IndexTarget::Expression(text) => certain &= rename.rewrite(text, &it.table),
                    }
                }
                rename.swap(&mut it.include);
                rename.swap_sorted(&mut it.columns);
                let mut predicate = it.predicate.iter_mut();
                predicate.all(|text| rename.rewrite(text, &it.table)) && certain
            }
            Kind::Table(it) if *own == rename.table() => {
                let parted = it.partition_by.as_ref();
                let Some((strategy, list)) = parted.and_then(|text| text.split_once(' ')) else {
                    return true;
                };
                let mut list: Expression = list.into();
                let understood = rename.rewrite(&mut list, &whole);
                it.partition_by = Some(format!("{strategy} {list}").into());
                understood
            }
            Kind::Trigger(it) => {
                rename.swap(&mut it.columns);
                true
            }
            Kind::View(it) if *own == rename.table() => {
                it.columns.iter_mut().for_each(|it| rename.swap(it));
                true
            }
            Kind::Policy(it) => {
                let texts = it.using.iter_mut().chain(&mut it.check);
                let understood = texts.map(|text| rename.rewrite(text, &whole));
                understood.fold(true, |all, it| all & it)
            }
            _ => true,
        }
    }
}

fn rename_in_rule(rule: &mut Rule, rename: &ColumnRename<'_>, (own, is_own): (&Key, bool)) -> bool {
    match rule {
        Rule::PrimaryKey { columns } | Rule::Unique { columns, .. } => rename.swap(columns),
        Rule::NotNull(column) => rename.swap(std::slice::from_mut(column)),
        Rule::Check {
            columns,
            expression,
        } => {
            rename.swap_sorted(columns);
            return rename.rewrite(expression, own);
        }
        Rule::Exclude {
            columns,
            definition,
        } => {
            let (text, count) = rename.in_words(definition);
            let plain = columns.iter().filter(|it| *it == rename.column.own_name());
            let certain = plain.count() == count;
            *definition = text.into();
            rename.swap(columns);
            return certain;
        }
        Rule::ForeignKey(foreign) => {
            if is_own {
                rename.swap(&mut foreign.columns);
            }
            if foreign.target == rename.table() {
                rename.swap(&mut foreign.target_columns);
            }
        }
    }
    true
}
