//! What PostgreSQL changes of a column only if that is, or is not, an identity column, computed, part of the primary key.

use super::work::Work;
use crate::catalog::fault::{State, Unfit};
use crate::catalog::object::{Column, Rule};
use crate::catalog::types::{Base, Type};
use crate::catalog::{FaultKind, Found, Key, Kind};
use crate::ddl::Ident;
use crate::ddl::alter::ColumnChange;
use crate::ddl::object::ObjectKind;
use crate::ddl::table::{ColumnConstraintKind, ColumnDef};
use crate::dialect::Dialect;
use std::ops::Range;

impl Work {
    /// Says that a column is not in the state for a change; whether it may be (`ATExecAddIdentity`,
    /// `ATExecSetIdentity`, `ATExecDropIdentity`, `ATExecColumnDefault`, `ATExecDropNotNull`,
    /// `ATExecDropExpression` in tablecmds.c).
    pub fn require_changeable(
        &mut self,
        column: &Key,
        name: &Ident,
        change: &ColumnChange,
    ) -> bool {
        let Some(it) = self.known_column(column) else {
            return true;
        };
        let identity = it.identity.map(|_| State::Identity);
        let computed = it.generated.as_ref().map(|_| State::Computed);
        let (words, state) = match change {
            ColumnChange::AddIdentity { .. } => {
                let defaulted = it.default.as_ref().map(|_| State::Default);
                let nullable = (!it.not_null).then_some(State::Nullable);
                let state = identity.or(nullable).or(computed).or(defaulted);
                (
                    "ADD GENERATED AS IDENTITY",
                    state.or(uncounted(&it.data_type)),
                )
            }
            ColumnChange::SetIdentity { .. } if identity.is_none() => {
                ("SET GENERATED", Some(State::NoIdentity))
            }
            ColumnChange::DropIdentity(false) if identity.is_none() => {
                ("DROP IDENTITY", Some(State::NoIdentity))
            }
            ColumnChange::DropExpression(false) if computed.is_none() => {
                ("DROP EXPRESSION", Some(State::NotComputed))
            }
            ColumnChange::SetExpression(_) if computed.is_none() => {
                ("SET EXPRESSION", Some(State::NotComputed))
            }
            ColumnChange::SetDefault(_) => ("SET DEFAULT", identity.or(computed)),
            ColumnChange::DropDefault => ("DROP DEFAULT", identity.or(computed)),
            ColumnChange::DropNotNull => {
                let primary = self.is_in_primary_key(column);
                let primary = primary.then_some(State::PrimaryKey);
                ("DROP NOT NULL", identity.or(primary))
            }
            _ => return true,
        };
        self.refuse_state(column, (words, state), &name.range)
    }

    /// Says that an identity column cannot be of a type (`init_params` in sequence.c).
    pub fn require_countable(&mut self, column: &Key, name: &Ident, to: &Type) -> bool {
        let is_identity = self
            .known_column(column)
            .is_some_and(|it| it.identity.is_some());
        let state = uncounted(to).filter(|_| is_identity);
        self.refuse_state(column, (IDENTITY, state), &name.range)
    }

    /// Says that the definition of a column contradicts itself (`transformColumnDefinition` in parse_utilcmd.c).
    pub fn look_at_definition(&mut self, column: &Key, def: &ColumnDef, it: &Column, serial: bool) {
        if !self.is(Dialect::Postgres) {
            return;
        }
        let said = def.constraints.iter();
        let said = said.filter_map(|it| Some((words(&it.kind)?, &it.range)));
        let serial = serial.then_some(("serial", &def.range));
        let said: Vec<(&str, &Range<usize>)> = serial.into_iter().chain(said).collect();
        let find = |words: &str| said.iter().find(|(it, _)| *it == words);
        let both = |(one, other): &(&'static str, &'static str)| {
            let (_, range) = find(other).filter(|_| find(one).is_some())?;
            Some((Unfit::Contradiction(one, other), *range))
        };
        let counts = || {
            let (words, range) = find(IDENTITY)?;
            Some((Unfit::State(words, uncounted(&it.data_type)?), *range))
        };
        if let Some((why, range)) = EXCLUSIVE.iter().find_map(both).or_else(counts) {
            self.unfit_column(column, why, range);
        }
    }

    fn refuse_state(
        &mut self,
        column: &Key,
        (words, state): (&'static str, Option<State>),
        range: &Range<usize>,
    ) -> bool {
        let fits = state.is_none();
        if let Some(state) = state {
            self.unfit_column(column, Unfit::State(words, state), range);
        }
        fits
    }

    fn unfit_column(&mut self, column: &Key, why: Unfit, range: &Range<usize>) {
        let (kind, key) = (ObjectKind::Column, column.clone());
        self.fault(range, FaultKind::Unfit { kind, key, why });
    }

    /// A column of PostgreSQL's that is certainly as it seems.
    fn known_column(&self, column: &Key) -> Option<Column> {
        match self.catalog.find(column) {
            Found::Here(it) if self.is(Dialect::Postgres) => match &it.kind {
                Kind::Column(it) => Some(it.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn is_in_primary_key(&self, column: &Key) -> bool {
        let table = column.whole();
        let mut constraints = self.catalog.constraints(&table);
        constraints.any(|(key, it)| {
            let is_certain = || matches!(self.catalog.find(key), Found::Here(_));
            matches!(&it.rule, Rule::PrimaryKey { columns } if columns.contains(column.own_name()))
                && is_certain()
        })
    }
}

const IDENTITY: &str = "GENERATED AS IDENTITY";
const COMPUTED: &str = "GENERATED AS (…)";

/// What a definition does not say of one column.
const EXCLUSIVE: &[(&str, &str)] = &[
    ("NULL", "NOT NULL"),
    ("NULL", IDENTITY),
    ("serial", "NULL"),
    ("serial", "DEFAULT"),
    ("serial", IDENTITY),
    ("DEFAULT", IDENTITY),
    ("DEFAULT", COMPUTED),
    (IDENTITY, COMPUTED),
];

fn words(kind: &ColumnConstraintKind) -> Option<&'static str> {
    Some(match kind {
        ColumnConstraintKind::Null => "NULL",
        ColumnConstraintKind::NotNull => "NOT NULL",
        ColumnConstraintKind::Default(_) => "DEFAULT",
        ColumnConstraintKind::Identity { .. } => IDENTITY,
        ColumnConstraintKind::Generated { .. } => COMPUTED,
        _ => return None,
    })
}

/// Why a column of a type cannot count, if that is certain: domains cannot, either.
fn uncounted(data_type: &Type) -> Option<State> {
    let is_integer = match &data_type.base {
        Base::Builtin(name) => matches!(&**name, "smallint" | "integer" | "bigint" | ""),
        Base::Other(_) => true,
        Base::User(_) => false,
    };
    let counts = is_integer && !data_type.array;
    (!counts).then(|| State::Type(data_type.clone()))
}
