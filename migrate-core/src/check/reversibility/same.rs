//! Whether an object is what it was, however it is written.

use super::definition;
use crate::catalog::object::{
    Column, Constraint, Domain, Expression, Index, IndexKey, IndexTarget, Policy, Routine, Rule,
    Trigger, View,
};
use crate::catalog::term::{Context, Likeness};
use crate::catalog::types::{Base, Type};
use crate::catalog::{Catalog, Key, Kind, Object};
use crate::dialect::Dialect;

/// What comparing two objects has shown.
pub(super) enum Comparison {
    /// They are the same.
    Same,
    /// They are written in different ways, and may be the same.
    Unknown,
    /// They differ. This is the second one with the words of the first where that says the same.
    Different(Box<Object>),
}

/// Compares what an object was with what it is.
pub(super) fn compare(
    key: &Key,
    (was, before): (&Object, &Catalog),
    (is, after): (&Object, &Catalog),
) -> Comparison {
    if was.says_same(is) {
        return Comparison::Same;
    }
    let mut is = is.clone();
    let mut pair = Pair {
        before,
        after,
        table: key.whole(),
        doubt: false,
    };
    pair.level(&was.kind, &mut is.kind);
    match (was.says_same(&is), pair.doubt) {
        (true, false) => Comparison::Same,
        (true, true) => Comparison::Unknown,
        (false, _) => Comparison::Different(Box::new(is)),
    }
}

/// Two catalogs, and the table that the objects in them are parts of.
struct Pair<'a> {
    before: &'a Catalog,
    after: &'a Catalog,
    table: Key,
    /// Whether something is written in another way, so that nobody knows whether it is the same.
    doubt: bool,
}

/// What helps to understand an expression, before and after.
#[derive(Clone, Copy, Default)]
struct Sides<'t> {
    expected: (Option<&'t Type>, Option<&'t Type>),
    sequences: (&'t [Key], &'t [Key]),
}

impl Pair<'_> {
    /// Gives the second object the words of the first one where they say the same.
    fn level(&mut self, was: &Kind, is: &mut Kind) {
        match (was, is) {
            (Kind::Column(was), Kind::Column(is)) => self.column(was, is),
            (Kind::Constraint(was), Kind::Constraint(is)) => self.constraint(was, is),
            (Kind::Index(was), Kind::Index(is)) => {
                self.table = was.table.clone();
                self.index(was, is);
            }
            (Kind::View(was), Kind::View(is)) => self.view(was, is),
            (Kind::Domain(was), Kind::Domain(is)) => self.domain(was, is),
            // An attribute comes back behind the others, as a column does.
            (Kind::Composite(was), Kind::Composite(is)) => {
                is.sort_by_key(|(name, _)| was.iter().position(|(it, _)| it == name));
            }
            (Kind::Routine(was), Kind::Routine(is)) => self.routine(was, is),
            (Kind::Trigger(was), Kind::Trigger(is)) => {
                self.table = was.table.clone();
                self.trigger(was, is);
            }
            (Kind::Policy(was), Kind::Policy(is)) => self.policy(was, is),
            (Kind::Rule(was), Kind::Rule(is)) | (Kind::Type(was), Kind::Type(is)) => {
                self.doubted(was, is);
            }
            _ => {}
        }
    }

    fn contexts<'t>(&'t self, sides: Sides<'t>) -> (Context<'t>, Context<'t>) {
        let context = |catalog, expected, sequences| Context {
            catalog,
            table: Some(&self.table),
            expected,
            sequences,
        };
        (
            context(self.before, sides.expected.0, sides.sequences.0),
            context(self.after, sides.expected.1, sides.sequences.1),
        )
    }

    fn settle(&mut self, likeness: Likeness, was: &Expression, is: &mut Expression) -> bool {
        self.doubt |= likeness == Likeness::Unknown;
        let is_level = likeness != Likeness::Different;
        if is_level {
            *is = was.clone();
        }
        is_level
    }

    /// Levels two expressions, and says whether they are level now.
    fn expression(&mut self, was: &Expression, is: &mut Expression, sides: Sides<'_>) -> bool {
        if was == is {
            return true;
        }
        let (before, after) = self.contexts(sides);
        let likeness = Likeness::of_expressions((was, before), (is, after));
        self.settle(likeness, was, is)
    }

    /// Levels two expressions, of which there may be none.
    fn optional(
        &mut self,
        was: &Option<Expression>,
        is: &mut Option<Expression>,
        sides: Sides<'_>,
    ) -> bool {
        match (was, is) {
            (Some(was), Some(is)) => self.expression(was, is, sides),
            (was, is) => was.is_some() == is.is_some(),
        }
    }

    /// Levels what is not looked into: whatever is written in another way may be the same.
    fn doubted(&mut self, was: &Expression, is: &mut Expression) {
        if was != is {
            self.settle(Likeness::Unknown, was, is);
        }
    }

    /// Whether an extension's type is named with its schema makes no difference. What a query computes has a
    /// type that is not known.
    fn data_type(&mut self, was: &Type, is: &mut Type) {
        let is_unknown = |it: &Type| matches!(&it.base, Base::Other(name) if name.is_empty());
        if is_unknown(was) != is_unknown(is) {
            self.doubt = true;
            *is = was.clone();
        }
        let (Base::Other(old), Base::Other(new)) = (&was.base, &is.base) else {
            return;
        };
        let own = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
        if old == new || own(old) != own(new) {
            return;
        }
        let schemas =
            [old, new].map(|name| name.rsplit_once('.').map(|(schema, _)| schema.to_owned()));
        let path = self.before.search_path();
        let is_on_path = |schema: &String| path.iter().any(|it| it.key() == schema);
        match schemas {
            [Some(schema), None] | [None, Some(schema)] => {
                self.doubt |= !is_on_path(&schema);
                is.base = was.base.clone();
            }
            _ => {}
        }
    }

    fn column(&mut self, was: &Column, is: &mut Column) {
        self.data_type(&was.data_type, &mut is.data_type);
        let data_type = is.data_type.clone();
        let sequences = is.sequences.clone();
        let sides = Sides {
            expected: (Some(&was.data_type), Some(&data_type)),
            sequences: (&was.sequences, &sequences),
        };
        self.optional(&was.default, &mut is.default, sides);
        self.optional(&was.on_update, &mut is.on_update, Sides::default());
        if let (Some(was), Some(is)) = (&was.generated, &mut is.generated) {
            self.expression(&was.expression, &mut is.expression, sides);
        }
    }

    fn constraint(&mut self, was: &Constraint, is: &mut Constraint) {
        match (&was.rule, &mut is.rule) {
            (
                Rule::Check {
                    expression: was,
                    columns: old,
                },
                Rule::Check {
                    expression,
                    columns,
                },
            ) => {
                let level = self.expression(was, expression, Sides::default());
                if level {
                    columns.clone_from(old);
                }
            }
            (
                Rule::Exclude {
                    definition: was,
                    columns: old,
                },
                Rule::Exclude {
                    definition,
                    columns,
                },
            ) if old == columns => self.doubted(was, definition),
            _ => {}
        }
    }

    fn index(&mut self, was: &Index, is: &mut Index) {
        let mut level = self.optional(&was.predicate, &mut is.predicate, Sides::default());
        for (was, is) in was.keys.iter().zip(&mut is.keys) {
            level &= self.index_key(was, is);
        }
        // They are what the expressions name.
        if level {
            is.columns.clone_from(&was.columns);
        }
    }

    fn index_key(&mut self, was: &IndexKey, is: &mut IndexKey) -> bool {
        let class = |pair: &Pair<'_>, key: &IndexKey, catalog: &Catalog| match &key.target {
            IndexTarget::Column(name) => {
                let column = catalog.get(&pair.table.column(name.clone()));
                match column.map(|it| &it.kind) {
                    Some(Kind::Column(column)) => default_class(&column.data_type),
                    _ => None,
                }
            }
            IndexTarget::Expression(_) => None,
        };
        let (old, new) = (class(self, was, self.before), class(self, is, self.after));
        let says = |key: &IndexKey, default: &Option<String>| {
            let said = key.operator_class.as_deref().map(ToOwned::to_owned);
            said.filter(|it| default.as_ref() != Some(it))
        };
        if self.before.dialect() == Dialect::Postgres && says(was, &old) == says(is, &new) {
            is.operator_class.clone_from(&was.operator_class);
        }
        let text = |target: &IndexTarget| match target {
            IndexTarget::Column(name) => name.written(self.before.dialect()).into(),
            IndexTarget::Expression(text) => text.clone(),
        };
        if was.target == is.target {
            return true;
        }
        let (old, mut new): (Expression, Expression) = (text(&was.target), text(&is.target));
        let level = self.expression(&old, &mut new, Sides::default());
        if level {
            is.target = was.target.clone();
        }
        level
    }

    fn view(&mut self, was: &View, is: &mut View) {
        // What it reads is not known of a query that is not understood.
        let known = !was.reads.is_empty() && !is.reads.is_empty();
        self.columns(was, is);
        if was.query == is.query || known && was.reads != is.reads {
            return;
        }
        let (before, after) = self.contexts(Sides::default());
        let likeness = Likeness::of_queries((&was.query, before), (&is.query, after));
        let likeness = match was.renamed || is.renamed {
            true => likeness.min(Likeness::Unknown),
            false => likeness,
        };
        if self.settle(likeness, &was.query, &mut is.query) {
            is.reads.clone_from(&was.reads);
            is.may_read.clone_from(&was.may_read);
        }
    }

    /// Of `SELECT *` they are in the order of the table's, which nothing puts back.
    fn columns(&mut self, was: &View, is: &mut View) {
        let (Some(old), Some(new)) = (&was.columns, &is.columns) else {
            return;
        };
        let same = old.len() == new.len() && old.iter().all(|name| new.contains(name));
        if same && was.query == is.query {
            is.columns = was.columns.clone();
        }
    }

    fn domain(&mut self, was: &Domain, is: &mut Domain) {
        let sides = Sides {
            expected: (Some(&was.data_type), Some(&was.data_type)),
            ..Sides::default()
        };
        self.optional(&was.default, &mut is.default, sides);
        for ((_, was, _), (_, is, _)) in was.checks.iter().zip(&mut is.checks) {
            self.expression(was, is, Sides::default());
        }
    }

    fn routine(&mut self, was: &Routine, is: &mut Routine) {
        for (was, is) in was.arguments.iter().zip(&mut is.arguments) {
            let sides = Sides {
                expected: (Some(&was.data_type), Some(&was.data_type)),
                ..Sides::default()
            };
            self.optional(&was.default, &mut is.default, sides);
        }
        let dialect = self.before.dialect();
        if dialect == Dialect::Postgres
            && was.language == is.language
            && definition::routine(&was.body, &was.language)
                == definition::routine(&is.body, &is.language)
        {
            is.body = was.body.clone();
        }
    }

    fn trigger(&mut self, was: &Trigger, is: &mut Trigger) {
        let dialect = self.before.dialect();
        let (old, mut new) = (
            definition::trigger(&was.definition, dialect),
            definition::trigger(&is.definition, dialect),
        );
        self.optional(&old.when, &mut new.when, Sides::default());
        // It is the same function, by whatever name.
        if was.function.is_some() && was.function == is.function {
            new.function.clone_from(&old.function);
        }
        if old == new {
            is.definition = was.definition.clone();
            is.columns.clone_from(&was.columns);
        }
    }

    fn policy(&mut self, was: &Policy, is: &mut Policy) {
        self.optional(&was.using, &mut is.using, Sides::default());
        self.optional(&was.check, &mut is.check, Sides::default());
        if definition::policy(&was.definition) == definition::policy(&is.definition) {
            is.definition = was.definition.clone();
        }
    }
}

/// The operator class that an index takes for a column of this type, whatever its method (`SELECT opcname FROM
/// pg_opclass WHERE opcdefault`).
fn default_class(data_type: &Type) -> Option<String> {
    let Base::Builtin(name) = &data_type.base else {
        return None;
    };
    let name = match &**name {
        _ if data_type.array => "array",
        "smallint" => "int2",
        "integer" => "int4",
        "bigint" => "int8",
        "real" => "float4",
        "double precision" => "float8",
        "boolean" => "bool",
        "character varying" => "text",
        "character" => "bpchar",
        "cidr" => "inet",
        "bit varying" => "varbit",
        "timestamp without time zone" => "timestamp",
        "timestamp with time zone" => "timestamptz",
        "time without time zone" => "time",
        "time with time zone" => "timetz",
        name => name,
    };
    Some(format!("{name}_ops"))
}
