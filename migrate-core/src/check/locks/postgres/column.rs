//! Columns that are added and altered.

use super::volatile::{Volatility, volatility};
use super::*;
use crate::catalog::object::Rule;
use crate::catalog::object::{Column, Domain};
use crate::catalog::types::{self, Base, Rewrite, Type};
use crate::ddl::Ident;
use crate::ddl::alter::ColumnChange;
use crate::ddl::table::{ColumnConstraintKind, ColumnDef, TypeName};
use crate::dialect::Dialect;

/// What is known of a type's constraints.
enum Constrained {
    Yes,
    No,
    Unknown,
}

impl Postgres<'_> {
    /// `ADD COLUMN` (`ATExecAddColumn`).
    pub(super) fn add_column(&mut self, family: &[Key], def: &ColumnDef, if_not_exists: bool) {
        let Some(table) = family.first() else { return };
        let is_there = self.certain(&table.column(def.name.name.clone())).is_some();
        let (work, why) = match if_not_exists && is_there {
            true => (Work::Catalog, "a column is there already"),
            false => self.added(table, def),
        };
        for key in family {
            let work = self.own_work(key, work);
            self.touch(key, AccessExclusive, work, why, &def.range);
        }
        if if_not_exists && is_there {
            return;
        }
        // The rows that are there have a null, which refers to nothing, unless there is a default
        // (`transformAlterTableStmt`, `skipValidation`).
        let has_default = self.default_of(table, def).is_some();
        for constraint in &def.constraints {
            match &constraint.kind {
                ColumnConstraintKind::References(reference) => {
                    let checked = has_default && !constraint.attributes.not_valid;
                    self.foreign_key(family, &reference.table, checked, &constraint.range);
                }
                ColumnConstraintKind::Unique | ColumnConstraintKind::PrimaryKey { .. } => {
                    self.index_for_constraint(family, AccessExclusive, &constraint.range);
                }
                ColumnConstraintKind::Check(_) if !constraint.attributes.not_enforced => {
                    let family = match constraint.attributes.no_inherit {
                        true => family.get(..1).unwrap_or_default(),
                        false => family,
                    };
                    self.all(
                        family,
                        AccessExclusive,
                        Work::Scan,
                        CHECKED,
                        &constraint.range,
                    );
                }
                _ => {}
            }
        }
    }

    /// What becomes of the rows where a column is added.
    fn added(&self, table: &Key, def: &ColumnDef) -> (Work, &'static str) {
        let kind = |it: &&_| matches!(it, ColumnConstraintKind::NotNull);
        let kinds = || def.constraints.iter().map(|it| &it.kind);
        let not_null = kinds().any(|it| kind(&it));
        let generated = kinds().find_map(|it| match it {
            ColumnConstraintKind::Generated { stored, .. } => Some(*stored),
            _ => None,
        });
        match generated {
            Some(true) => return (Work::Rewrite, "a stored column is computed for every row"),
            Some(false) if not_null => return (Work::Scan, NOT_NULL_CHECKED),
            Some(false) => return (Work::Catalog, "a virtual column is added"),
            None => {}
        }
        let is_identity = kinds().any(|it| matches!(it, ColumnConstraintKind::Identity { .. }));
        let is_serial = def.data_type.as_ref().is_some_and(is_serial);
        if is_identity || is_serial {
            return (Work::Rewrite, "every row gets a number of its own");
        }
        let default = self.default_of(table, def);
        let volatility = |default: &str| volatility(self.before, default);
        match default.as_deref().map(volatility) {
            Some(Volatility::Volatile) => {
                return (Work::Rewrite, "every row gets a default of its own");
            }
            Some(Volatility::Unknown) => {
                return (Work::Unknown, "the default calls what may be volatile");
            }
            _ => {}
        }
        match self.constrained(&table.column(def.name.name.clone())) {
            Constrained::Yes => (Work::Rewrite, "the column's domain has constraints"),
            Constrained::Unknown => (Work::Unknown, "the column's type is not known"),
            Constrained::No if not_null && default.is_none() => (Work::Scan, NOT_NULL_CHECKED),
            Constrained::No => (Work::Catalog, "a column is added"),
        }
    }

    /// The default of a column that is defined, or of its domain.
    fn default_of(&self, table: &Key, def: &ColumnDef) -> Option<std::sync::Arc<str>> {
        let own = def.constraints.iter().find_map(|it| match &it.kind {
            ColumnConstraintKind::Default(text) => Some(text.canonical.clone()),
            _ => None,
        });
        let of_domain = || self.domain(&table.column(def.name.name.clone()))?.default;
        let default = own.or_else(of_domain);
        default.filter(|text| !is_null(text))
    }

    fn column(&self, key: &Key) -> Option<&Column> {
        match &self.after.get(key)?.kind {
            Kind::Column(column) => Some(column),
            _ => None,
        }
    }

    fn refuses_null(&self, column: &Key) -> bool {
        self.column(column).is_some_and(|it| it.not_null)
    }

    fn domain(&self, column: &Key) -> Option<Domain> {
        match &self.column(column)?.data_type.base {
            Base::User(key) => self.domain_of(key),
            _ => None,
        }
    }

    fn domain_of(&self, key: &Key) -> Option<Domain> {
        match &self.after.get(key)?.kind {
            Kind::Domain(domain) => Some(domain.clone()),
            _ => None,
        }
    }

    /// Whether a column's type is a domain with constraints.
    fn constrained(&self, column: &Key) -> Constrained {
        match self.column(column) {
            Some(column) => self.type_constrained(&column.data_type),
            None => Constrained::Unknown,
        }
    }

    fn type_constrained(&self, data_type: &Type) -> Constrained {
        let Some((domains, base)) = self.after.domains(data_type) else {
            return Constrained::Unknown;
        };
        let is_constrained = |it: &Domain| it.not_null || !it.checks.is_empty();
        match &base.base {
            _ if domains.iter().any(is_constrained) => Constrained::Yes,
            Base::Other(name) if !base.array && !is_of_extension(name) => Constrained::Unknown,
            Base::Other(_) | Base::Builtin(_) | Base::User(_) => Constrained::No,
        }
    }

    /// `ALTER COLUMN`.
    pub(super) fn alter_column(
        &mut self,
        family: &[Key],
        (name, change): (&Ident, &ColumnChange),
        range: &Range<usize>,
    ) {
        let Some(table) = family.first() else { return };
        let own = family.get(..1).unwrap_or_default();
        let all = |this: &mut Self, keys: &[Key], work, why| {
            this.all(keys, AccessExclusive, work, why, range)
        };
        let catalog = |this: &mut Self, keys: &[Key], why| all(this, keys, Work::Catalog, why);
        match change {
            ColumnChange::Type {
                data_type,
                collation,
                using,
            } => {
                let to = self.new_type(table, name, data_type);
                let (work, why) = match using {
                    Some(using) if !is_column(&using.canonical, name) => {
                        (Work::Rewrite, "every row gets a value that is computed")
                    }
                    _ => self.retyped(table, name, &to, collation.is_some()),
                };
                all(self, family, work, why);
                self.rebuilt_foreign_keys(table, (name, work), range);
            }
            ColumnChange::SetNotNull => {
                for key in family {
                    let (work, why) = self.not_null(key, name);
                    let work = self.own_work(key, work);
                    self.touch(key, AccessExclusive, work, why, range);
                }
            }
            ColumnChange::SetDefault(_) | ColumnChange::DropDefault => {
                catalog(self, family, "a default of new rows is changed");
            }
            ColumnChange::DropNotNull => {
                catalog(self, family, "null is allowed");
            }
            ColumnChange::SetExpression(_) => {
                let key = table.column(name.name.clone());
                let stored = self.column(&key).and_then(|it| it.generated.as_ref());
                let (work, why) = match stored.map(|it| it.stored) {
                    Some(true) => (Work::Rewrite, "a stored column is computed again"),
                    // It has no checks (`ATExecSetExpression`).
                    Some(false) => match self.refuses_null(&key) {
                        true => (Work::Scan, NOT_NULL_CHECKED),
                        false => (Work::Catalog, "a virtual column is changed"),
                    },
                    None => (Work::Unknown, "the column is not known"),
                };
                all(self, family, work, why);
            }
            ColumnChange::DropExpression(_) => {
                catalog(self, family, "a column is computed no more");
            }
            ColumnChange::AddIdentity { .. } => {
                let keys = self.identity_family(family);
                catalog(self, &keys, "new rows get a number");
            }
            ColumnChange::SetIdentity { options, .. } => {
                let keys = self.identity_family(family);
                catalog(self, &keys, "an identity is changed");
                // Its one row is written again where more is said than what it is for.
                let work = match options.canonical.starts_with("set generated")
                    && options.canonical.split(' ').count() <= 4
                {
                    true => Work::Catalog,
                    false => Work::Empty,
                };
                for sequence in self.owned_sequences(&table.column(name.name.clone())) {
                    let why = "it is the identity's";
                    self.touch(&sequence, ShareRowExclusive, work, why, range);
                }
            }
            ColumnChange::DropIdentity(_) => {
                let keys = self.identity_family(family);
                catalog(self, &keys, "new rows get no number");
            }
            ColumnChange::Other(text) => {
                let (mode, inherited, why) = storage(&text.canonical);
                let keys = if inherited { family } else { own };
                self.all(keys, mode, Work::Catalog, why, range);
            }
        }
    }

    /// Identity columns are inherited by partitions from 17 on.
    fn identity_family(&self, family: &[Key]) -> Vec<Key> {
        let inherits = |key: &Key| self.version >= 17 && self.is_partitioned(key);
        match family.first() {
            Some(table) if inherits(table) => family.to_vec(),
            table => table.into_iter().cloned().collect(),
        }
    }

    /// The type that a column gets: the catalog after it has it with its schema.
    fn new_type(&self, table: &Key, name: &Ident, written: &TypeName) -> Type {
        match self.column(&table.column(name.name.clone())) {
            Some(column) => column.data_type.clone(),
            None => types::normalise(written, Dialect::Postgres),
        }
    }

    /// What a new type does to the rows.
    pub(super) fn retyped(
        &self,
        table: &Key,
        name: &Ident,
        to: &Type,
        collated: bool,
    ) -> (Work, &'static str) {
        let key = table.column(name.name.clone());
        let from = match self.certain(&key).map(|object| object.kind.clone()) {
            Some(Kind::Column(column)) => column,
            _ => return (Work::Unknown, "the old type is not known"),
        };
        if from.generated.as_ref().is_some_and(|it| !it.stored) {
            let why = "the column is stored nowhere";
            return (self.checks_again(table, name), why);
        }
        let again = self.checks_again(table, name);
        match self.change_of_type(&from.data_type, to) {
            Rewrite::Rewrite => (Work::Rewrite, "the type is stored in another way"),
            Rewrite::Unknown => (Work::Unknown, "it is not known how the types are stored"),
            Rewrite::Nothing { rebuilds_indexes } => {
                // An index that sorts by another collation is another index.
                let rebuilds = rebuilds_indexes || collated || from.collation.is_some();
                match rebuilds && self.is_indexed(table, name) {
                    true => (Work::Index, "indexes on the column are built again"),
                    false if again == Work::Scan => {
                        (again, "checks on the column are checked again")
                    }
                    false => (Work::Catalog, "the type is stored in the same way"),
                }
            }
        }
    }

    /// A domain without constraints is stored as what it is made of; one with constraints is checked
    /// by writing all rows.
    fn change_of_type(&self, from: &Type, to: &Type) -> Rewrite {
        if from == to {
            return types::rewrite(from, to, Dialect::Postgres);
        }
        if let Constrained::Yes = self.type_constrained(to) {
            return Rewrite::Rewrite;
        }
        types::rewrite(&self.based_on(from), &self.based_on(to), Dialect::Postgres)
    }

    fn based_on(&self, data_type: &Type) -> Type {
        match &data_type.base {
            Base::User(key) if !data_type.array => match self.domain_of(key) {
                Some(domain) => self.based_on(&domain.data_type),
                None => data_type.clone(),
            },
            _ => data_type.clone(),
        }
    }

    /// Checks on a column are added anew when it is altered (`ATPostAlterTypeCleanup`).
    fn checks_again(&self, table: &Key, column: &Ident) -> Work {
        let checked = self.before.constraints(table).any(|(_, constraint)| {
            matches!(&constraint.rule, Rule::Check { columns, .. }
                if columns.contains(&column.name) && constraint.valid && constraint.enforced)
        });
        if checked { Work::Scan } else { Work::Catalog }
    }

    fn is_indexed(&self, table: &Key, column: &Ident) -> bool {
        self.before.indexes(table).any(|(_, index)| {
            let names = index.key_columns().chain(&index.columns);
            names.chain(&index.include).any(|name| *name == column.name)
        })
    }

    /// What `SET NOT NULL` does: nothing where a valid check says the same
    /// (`NotNullImpliedByRelConstraints`, from 12 on).
    fn not_null(&self, table: &Key, name: &Ident) -> (Work, &'static str) {
        let key = table.column(name.name.clone());
        let column = match self.certain(&key).map(|object| object.kind.clone()) {
            Some(Kind::Column(column)) => column,
            _ => return (Work::Unknown, "the column is not known"),
        };
        let constraints = self.before.constraints(table).map(|(_, it)| it);
        let mut own =
            constraints.filter(|it| matches!(&it.rule, Rule::NotNull(it) if *it == name.name));
        if own.any(|it| !it.valid) {
            return (Work::Scan, NOT_NULL_CHECKED);
        }
        if column.not_null {
            return (Work::Catalog, "null is refused already");
        }
        match self.implies_not_null(table, name) {
            true => (Work::Catalog, "a valid check refuses null already"),
            false => (Work::Scan, NOT_NULL_CHECKED),
        }
    }

    pub(super) fn implies_not_null(&self, table: &Key, name: &Ident) -> bool {
        self.before.constraints(table).any(|(key, constraint)| {
            let Rule::Check { expression, .. } = &constraint.rule else {
                return false;
            };
            let certain = self.certain(key).is_some() && constraint.valid && constraint.enforced;
            // What the statement drops is gone before it looks for nulls (`AT_PASS_DROP` comes first).
            let stays = self.after.get(key).is_some();
            certain && stays && refuses_null(expression, name)
        })
    }
}

const CHECKED: &str = "a check is checked";
const NOT_NULL_CHECKED: &str = "no row may have a null";

fn is_null(expression: &str) -> bool {
    expression == "null" || expression.starts_with("null ::")
}

fn is_serial(name: &TypeName) -> bool {
    types::serial(name, Dialect::Postgres).is_some()
}

/// Types that well-known extensions bring, none of which is a domain.
fn is_of_extension(name: &str) -> bool {
    const KNOWN: &[&str] = &[
        "box2d",
        "box3d",
        "citext",
        "cube",
        "geography",
        "geometry",
        "halfvec",
        "hstore",
        "isbn",
        "lquery",
        "ltree",
        "ltxtquery",
        "raster",
        "seg",
        "sparsevec",
        "vector",
    ];
    let own = name.rsplit('.').next().unwrap_or(name);
    KNOWN.contains(&own)
}

/// Whether `USING` says no more than the column: `c`, `c::text`. The cast to another type than the new one
/// is a value that is computed.
fn is_column(using: &str, column: &Ident) -> bool {
    let column = column.name.key();
    using == column
        || using.strip_prefix(column).is_some_and(|rest| {
            rest.strip_prefix(" :: ")
                .is_some_and(|cast| !cast.contains("::") && !cast.contains(" + "))
        })
}

/// Whether an expression is `c IS NOT NULL`, perhaps with more behind `AND`.
fn refuses_null(expression: &str, column: &Ident) -> bool {
    let wanted = format!("{} is not null", column.name.key());
    let plain = expression.trim_start_matches("( ").trim_end_matches(" )");
    let is_simple = !plain.contains(" or ") && !plain.contains(" case ") && !plain.contains('(');
    plain == wanted || is_simple && plain.split(" and ").any(|part| part == wanted)
}

/// The lock of `SET STATISTICS`, `SET STORAGE`, `SET COMPRESSION`, `SET (…)`, and whether children have it, too.
fn storage(text: &str) -> (LockMode, bool, &'static str) {
    let says = |word: &str| text.split(' ').any(|it| it == word);
    if says("statistics") {
        (ShareUpdateExclusive, true, "statistics of a column are set")
    } else if says("storage") {
        (AccessExclusive, true, "the storage of new values is set")
    } else if says("compression") {
        (
            AccessExclusive,
            false,
            "the compression of new values is set",
        )
    } else {
        (ShareUpdateExclusive, false, "options of a column are set")
    }
}
