//! What `CREATE OR REPLACE FUNCTION` cannot change (`ProcedureCreate` in pg_proc.c).

use super::work::Work;
use crate::catalog::fault::Unfit;
use crate::catalog::object::{Routine, RoutineArgument};
use crate::catalog::types::{self, Base, Type};
use crate::catalog::{FaultKind, Found, Key, Kind};
use crate::ddl::object::{ArgumentMode, CreateRoutine};
use crate::ddl::table::TypeName;
use crate::ddl::{self, Name, Statement};
use crate::dialect::Dialect;
use std::ops::Range;
use std::sync::Arc;

impl Work {
    /// Says that a routine which is replaced would become another one.
    pub fn look_at_replaced(&mut self, key: &Key, def: &CreateRoutine, new: &Routine) {
        let range = def.name.range();
        let Found::Here(object) = self.catalog.find(key) else {
            return;
        };
        let (Kind::Routine(old), true) = (&object.kind, self.is(Dialect::Postgres)) else {
            return;
        };
        if old.kind != new.kind {
            let (wanted, kind, key) = (new.kind, old.kind, key.clone());
            return self.fault(&range, FaultKind::WrongKind { wanted, kind, key });
        }
        let why = match (returns(old), returns(new)) {
            (Some(from), Some(to)) if differ(&from, &to) => Some(Unfit::Returns { from, to }),
            _ => renamed(old, new).map(Unfit::Argument),
        };
        self.unfit_routine(key, new, why, &range);
    }

    fn unfit_routine(&mut self, key: &Key, it: &Routine, why: Option<Unfit>, range: &Range<usize>) {
        if let Some(why) = why {
            let (kind, key) = (it.kind, key.clone());
            self.fault(range, FaultKind::Unfit { kind, key, why });
        }
    }
}

/// What a routine returns, in words: its arguments that come out, where there are any.
fn returns(routine: &Routine) -> Option<Arc<str>> {
    let comes_out =
        |it: &&RoutineArgument| matches!(it.mode, ArgumentMode::Out | ArgumentMode::InOut);
    let out: Vec<&RoutineArgument> = routine.arguments.iter().filter(comes_out).collect();
    match &out[..] {
        [] => routine.returns.clone(),
        [only] => Some(only.data_type.to_string().into()),
        several => {
            let column = |(at, it): (usize, &&RoutineArgument)| match &it.name {
                Some(name) => format!("{name} {}", it.data_type),
                None => format!("column{} {}", at + 1, it.data_type),
            };
            let columns: Vec<String> = several.iter().enumerate().map(column).collect();
            Some(columns.join(", ").into())
        }
    }
}

/// Whether these are certainly different things to return. A type of the user's is none of the database's own; whether
/// two of them are one is not looked for.
fn differ(old: &str, new: &str) -> bool {
    let (Some(old), Some(new)) = (returned(old), returned(new)) else {
        return false;
    };
    let differs = |((old_name, old), (new_name, new)): (&Returned, &Returned)| {
        old_name != new_name || old != new
    };
    old.len() != new.len() || old.iter().zip(&new).any(differs)
}

/// The first argument that had a name and has another one now. Those that only come out are part of what is returned.
fn renamed(old: &Routine, new: &Routine) -> Option<Name> {
    let inputs = |routine: &Routine| -> Vec<RoutineArgument> {
        let inputs = routine.arguments.iter();
        let inputs = inputs.filter(|it| it.mode != ArgumentMode::Out);
        inputs.cloned().collect()
    };
    let (old, new) = (inputs(old), inputs(new));
    let mut pairs = old.iter().zip(&new);
    let pair = pairs.find(|(old, new)| old.name.is_some() && old.name != new.name);
    pair.and_then(|(old, _)| old.name.clone())
}

/// A column that a routine returns, or the one type, if that is one of the database's own.
type Returned = (Option<Name>, Option<Type>);

/// The columns that a routine returns, or the one type, if it is said which.
fn returned(text: &str) -> Option<Vec<Returned>> {
    let own = |name: &TypeName| {
        let data_type = types::normalise(name, Dialect::Postgres);
        let is_own = matches!(data_type.base, Base::Builtin(_));
        // `t.c%TYPE` may be any.
        (&*name.suffix != "%type").then(|| Some(data_type).filter(|_| is_own))
    };
    if let Some(name) = ddl::read_type(text, Dialect::Postgres) {
        return Some(vec![(None, own(&name)?)]);
    }
    let table = format!("CREATE TABLE t ({text})");
    let Statement::CreateTable(table) = ddl::read(&table, Dialect::Postgres) else {
        return None;
    };
    let columns = table.columns.iter().map(|column| {
        let mut data_type = own(column.data_type.as_ref()?)?;
        if let Some(it) = &mut data_type {
            it.modifiers = "".into();
        }
        Some((Some(column.name.name.clone()), data_type))
    });
    let mut columns: Vec<_> = columns.collect::<Option<_>>()?;
    if let [(name, _)] = &mut columns[..] {
        // A table of one column is a set of its values.
        *name = None;
    }
    Some(columns)
}
