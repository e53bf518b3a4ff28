//! A catalog as lines that a server's own catalog can be compared with.
//!
//! A line says of an object what can be compared exactly. Of expressions it says that they are there, since
//! a server writes them in its own words, and of a check which columns it is about.

use migrate_core::catalog::object::{
    Column, Constraint, Domain, ForeignKey, Index, IndexTarget, Rule, Sequence, Table,
};
use migrate_core::catalog::types::{Base, Type};
use migrate_core::catalog::{Catalog, Key, Kind, Object, PartKind, Space};
use migrate_core::ddl::Name;
use migrate_core::ddl::alter::Firing;
use migrate_core::ddl::table::Persistence;
use migrate_core::dialect::Dialect;
use std::sync::Arc;

/// What is there, sorted.
pub fn of(catalog: &Catalog) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (key, object) in catalog.objects() {
        let line = match catalog.dialect() {
            Dialect::Sqlite => sqlite(catalog, key, object),
            _ => postgres(catalog, key, object),
        };
        lines.extend(line.map(|line| match &object.comment {
            Some(text) => format!("{line} -- {}", text.trim_matches('\'')),
            None => line,
        }));
        if let Kind::Table(_) | Kind::View(_) = object.kind
            && (catalog.dialect() == Dialect::Postgres || is_table(catalog, key))
        {
            lines.push(format!("columns {} ({})", whole(key), order(catalog, key)));
        }
        if let Kind::Domain(domain) = &object.kind {
            let checks = domain.checks.iter();
            lines.extend(checks.map(|(name, _, valid)| {
                format!(
                    "check {}.{}{}",
                    whole(key),
                    name.key(),
                    said(!valid, " not valid")
                )
            }));
        }
    }
    settled(lines)
}

/// Sorted, and without what has no effect: on SQLite a key that another one makes superfluous.
pub fn settled(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines.dedup();
    let primary: Vec<String> = lines
        .iter()
        .filter_map(|line| Some(format!("unique {}", line.strip_prefix("primary key ")?)))
        .collect();
    lines.retain(|line| !primary.contains(line));
    lines
}

fn order(catalog: &Catalog, table: &Key) -> String {
    let columns = catalog.columns(table).into_iter();
    let columns: Vec<String> = columns
        .map(|(key, _)| key.own_name().key().to_owned())
        .collect();
    columns.join(", ")
}

fn postgres(catalog: &Catalog, key: &Key, object: &Object) -> Option<String> {
    let name = named(key);
    let line = match &object.kind {
        Kind::Schema => match key.schema.key() {
            "pg_temp" | "pg_catalog" | "information_schema" | "pg_toast" => return None,
            schema => format!("schema {schema}"),
        },
        Kind::Table(it) => table(&name, it),
        // Of a view's columns more is known than what a statement says.
        Kind::Column(_) if !is_table(catalog, key) => return None,
        Kind::Column(it) => column(&name, it) + &inherited(catalog, key, (it.local, 0)),
        Kind::Constraint(it) => constraint(&name, it) + &check_inherited(catalog, key, it),
        Kind::Index(it) => index(&name, it),
        Kind::View(it) => format!("{}view {name}", said(it.materialized, "materialized ")),
        Kind::Sequence(it) => sequence(&name, it),
        Kind::Enum(labels) => format!("enum {name} ({})", labels.join(", ")),
        Kind::Composite(attributes) => composite(&name, attributes),
        Kind::Domain(it) => domain(&name, it),
        Kind::Type(_) => format!("type {name}"),
        Kind::Routine(it) => {
            let whole = whole(key);
            let inputs = it.arguments.iter();
            let inputs =
                inputs.filter(|it| it.mode != migrate_core::ddl::object::ArgumentMode::Out);
            let shown = |it: &Type| {
                data_type(it)
                    .replace("bpchar", "character")
                    .replace("\"bit\"", "bit")
            };
            let types: Vec<String> = inputs.map(|it| shown(&it.data_type)).collect();
            format!("{} {whole}({})", it.kind.as_str(), types.join(", "))
        }
        Kind::Trigger(it) => {
            let columns = sorted(&it.columns);
            let columns = said(!columns.is_empty(), &format!(" of {columns}"));
            let firing = match it.firing {
                Firing::Origin => String::new(),
                firing => format!(" {}", firing.as_str()),
            };
            format!("trigger {name}{columns}{firing}")
        }
        Kind::Policy(it) => {
            let using = said(it.using.is_some(), " using");
            format!("policy {name}{using}{}", said(it.check.is_some(), " check"))
        }
        Kind::Rule(_) => format!("rule {name}"),
        Kind::Extension(_) => return None,
    };
    Some(line)
}

fn is_table(catalog: &Catalog, column: &Key) -> bool {
    let whole = catalog.get(&column.whole());
    whole.is_some_and(|it| matches!(it.kind, Kind::Table(_)))
}

fn table(name: &str, it: &Table) -> String {
    let mut line = format!("table {name}");
    let unlogged = it.persistence == Persistence::Unlogged;
    line += &said(unlogged, " unlogged");
    line += &said(it.partition_by.is_some(), " partitioned");
    if let Some((parent, _)) = &it.partition_of {
        line += &format!(" partition of {}", whole(parent));
    }
    if !it.inherits.is_empty() {
        let parents: Vec<String> = it.inherits.iter().map(whole).collect();
        line += &format!(" inherits {}", parents.join(", "));
    }
    line += &said(it.row_security.enabled, " row security");
    line + &said(it.row_security.forced, " forced")
}

fn column(name: &str, it: &Column) -> String {
    let mut line = format!("column {name} {}", data_type(&it.data_type));
    line += &said(it.not_null, " not null");
    line += &said(it.default.is_some(), " default");
    line += &said(it.generated.is_some(), " generated");
    if let Some(always) = it.identity {
        line += if always {
            " identity always"
        } else {
            " identity"
        };
    }
    line + &collation(&it.collation)
}

fn check_inherited(catalog: &Catalog, key: &Key, it: &Constraint) -> String {
    match it.rule {
        Rule::Check { .. } => inherited(catalog, key, (it.local, it.left)),
        _ => String::new(),
    }
}

/// From how many parents a column or check comes, where it comes from any; or came, if theirs are gone.
fn inherited(catalog: &Catalog, key: &Key, (local, left): (bool, u32)) -> String {
    let table = catalog.get(&key.whole()).map(|it| it.kind.clone());
    let Some(Kind::Table(table)) = table else {
        return String::new();
    };
    let of = |parent: &Key| Key {
        part: key.part.clone(),
        ..parent.clone()
    };
    let handed_down = |part: &Key| match catalog.get(part).map(|it| &it.kind) {
        Some(Kind::Column(_)) => true,
        Some(Kind::Constraint(it)) => matches!(it.rule, Rule::Check { .. }) && !it.no_inherit,
        _ => false,
    };
    let parents = table.partition_of.iter().map(|(parent, _)| parent);
    let parents = parents.chain(&table.inherits);
    let left = usize::try_from(left).unwrap_or_default();
    match left + parents.filter(|it| handed_down(&of(it))).count() {
        0 => String::new(),
        count => format!(" from {count}{}", said(local, " own")),
    }
}

fn collation(name: &Option<Arc<str>>) -> String {
    name.as_ref()
        .map_or(String::new(), |it| format!(" collate {it}"))
}

fn constraint(name: &str, it: &Constraint) -> String {
    let mut line = format!("constraint {name} ");
    line += &match &it.rule {
        Rule::PrimaryKey { columns } => format!("primary key ({})", list(columns)),
        Rule::Unique {
            columns,
            nulls_not_distinct,
        } => {
            let distinct = said(*nulls_not_distinct, " nulls not distinct");
            format!("unique{distinct} ({})", list(columns))
        }
        Rule::ForeignKey(it) => foreign_key(it, &whole(&it.target)),
        Rule::Check { columns, .. } => format!("check ({})", sorted(columns)),
        Rule::Exclude { columns, .. } => format!("exclude ({})", list(columns)),
        Rule::NotNull(column) => format!("not null ({})", column.key()),
    };
    line += &said(it.no_inherit, " no inherit");
    line += &said(it.deferrable, " deferrable");
    line += &said(it.initially_deferred, " deferred");
    line + &said(!it.valid, " not valid")
}

fn foreign_key(it: &ForeignKey, target: &str) -> String {
    let (columns, target_columns) = (list(&it.columns), list(&it.target_columns));
    let full = said(it.full, " match full");
    let (update, delete) = (&it.on_update, it.on_delete.split(" (").next());
    let delete = delete.unwrap_or_default();
    format!(
        "foreign key ({columns}) to {target} ({target_columns}){full} on update {update} on delete {delete}"
    )
}

fn index(name: &str, it: &Index) -> String {
    let keys = it.keys.iter().map(|key| {
        let target = match &key.target {
            IndexTarget::Column(name) => name.key(),
            IndexTarget::Expression(_) => "()",
        };
        let first = said(key.nulls_first != key.descending, " nulls");
        format!("{target}{}{first}", said(key.descending, " desc"))
    });
    let keys: Vec<String> = keys.collect();
    let mut line = format!("index {name} on {} ", whole(&it.table));
    line += &said(it.unique, "unique ");
    line += &format!("{} ({})", it.method, keys.join(", "));
    if !it.include.is_empty() {
        line += &format!(" include ({})", list(&it.include));
    }
    line += &said(it.nulls_not_distinct, " nulls not distinct");
    line += &said(it.predicate.is_some(), " where");
    if let Some(parent) = &it.partition_of {
        line += &format!(" partition of {}", whole(parent));
    }
    if let Some(constraint) = &it.constraint {
        line += &format!(" of {}", constraint.own_name().key());
    }
    line
}

fn sequence(name: &str, it: &Sequence) -> String {
    let owner = it.owned_by.as_ref();
    let owner = owner.map_or(String::new(), |key| format!(" of {}", named(key)));
    let identity = said(it.identity, " identity");
    // PostgreSQL 15 does not take the type over when a table is made LIKE another.
    let data_type = if it.identity {
        String::new()
    } else {
        data_type(&it.data_type)
    };
    format!("sequence {name} {data_type}{owner}{identity}")
}

fn composite(name: &str, attributes: &[(Name, Type)]) -> String {
    let attributes = attributes.iter();
    let attributes = attributes.map(|(name, it)| format!("{} {}", name.key(), data_type(it)));
    let attributes: Vec<String> = attributes.collect();
    format!("composite {name} ({})", attributes.join(", "))
}

fn domain(name: &str, it: &Domain) -> String {
    let mut line = format!("domain {name} {}", data_type(&it.data_type));
    line += &said(it.not_null, " not null");
    line += &said(it.default.is_some(), " default");
    line + &collation(&it.collation)
}

fn sqlite(catalog: &Catalog, key: &Key, object: &Object) -> Option<String> {
    let name = named(key);
    let line = match &object.kind {
        Kind::Table(it) => {
            let has = |what: &str| it.options.iter().any(|(name, _)| &**name == what);
            let rowid = said(has("without rowid"), " without rowid");
            format!("table {name}{rowid}{}", said(has("strict"), " strict"))
        }
        Kind::Column(_) if !is_table(catalog, key) => return None,
        Kind::Column(it) => {
            let declared = it.data_type.to_string().to_lowercase();
            let not_null = said(it.not_null, " not null");
            let default = said(it.default.is_some(), " default");
            format!(
                "column {name} {declared}{not_null}{default}{}",
                said(it.generated.is_some(), " generated")
            )
        }
        Kind::Constraint(it) => {
            let table = whole(&key.whole());
            match &it.rule {
                Rule::PrimaryKey { columns } => {
                    format!("primary key {table} ({})", list(columns))
                }
                Rule::Unique { columns, .. } => format!("unique {table} ({})", list(columns)),
                Rule::ForeignKey(it) => {
                    let target = it.target.name.key();
                    let columns = list(&it.columns);
                    let (update, delete) = (&it.on_update, &it.on_delete);
                    format!(
                        "foreign key {table} ({columns}) to {target} on update {update} on delete {delete}"
                    )
                }
                Rule::Check { .. } | Rule::Exclude { .. } | Rule::NotNull(_) => return None,
            }
        }
        Kind::Index(it) => {
            let keys = it.keys.iter().map(|key| match &key.target {
                IndexTarget::Column(name) => {
                    format!("{}{}", name.key(), said(key.descending, " desc"))
                }
                IndexTarget::Expression(_) => format!("(){}", said(key.descending, " desc")),
            });
            let keys: Vec<String> = keys.collect();
            let (unique, partial) = (
                said(it.unique, "unique "),
                said(it.predicate.is_some(), " where"),
            );
            let table = it.table.name.key();
            format!(
                "index {name} on {table} {unique}({}){partial}",
                keys.join(", ")
            )
        }
        Kind::View(_) => format!("view {name}"),
        Kind::Trigger(it) => format!("trigger {name} on {}", it.table.name.key()),
        _ => return None,
    };
    Some(line)
}

fn data_type(it: &Type) -> String {
    match &it.base {
        Base::User(key) => format!("{}{}", whole(key), said(it.array, "[]")),
        Base::Builtin(_) | Base::Other(_) => it.to_string(),
    }
}

/// `schema.name`.
fn whole(key: &Key) -> String {
    format!("{}.{}", key.schema.key(), key.name.key())
}

/// `schema.name.part`.
fn named(key: &Key) -> String {
    match &key.part {
        Some(part) if part.kind != PartKind::Signature => {
            format!("{}.{}", whole(key), part.name.key())
        }
        _ if key.space == Space::Schema => key.schema.key().to_owned(),
        _ => whole(key),
    }
}

fn list(names: &[Name]) -> String {
    let names: Vec<&str> = names.iter().map(Name::key).collect();
    names.join(", ")
}

fn sorted(names: &[Name]) -> String {
    let mut names: Vec<&str> = names.iter().map(Name::key).collect();
    names.sort();
    names.dedup();
    names.join(", ")
}

fn said(condition: bool, words: &str) -> String {
    match condition {
        true => words.to_owned(),
        false => String::new(),
    }
}
