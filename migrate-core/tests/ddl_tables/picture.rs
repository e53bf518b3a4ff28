//! Statements about tables and indexes, line by line.

use migrate_core::ddl::alter::{AlterTable, ColumnChange, OperationKind};
use migrate_core::ddl::table::*;
use migrate_core::ddl::{Ident, Statement, Text};
use std::fmt::{Debug, Display};

pub fn picture(statement: &Statement) -> String {
    match statement {
        Statement::CreateTable(table) => create_table(table),
        Statement::AlterTable(alter) => alter_table(alter),
        Statement::CreateIndex(index) => create_index(index),
        other => format!("{other:?}"),
    }
}

/// Words, of which those are left out that do not apply.
fn words<const N: usize>(words: [String; N]) -> String {
    let said = words.into_iter().filter(|word| !word.is_empty());
    said.collect::<Vec<_>>().join(" ")
}

fn flag(set: bool, word: &str) -> String {
    if set { word.to_owned() } else { String::new() }
}

fn some<T>(value: &Option<T>, show: impl Fn(&T) -> String) -> String {
    value.as_ref().map(show).unwrap_or_default()
}

fn list<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    let items: Vec<String> = items.iter().map(show).collect();
    format!("({})", items.join(", "))
}

fn names<T: Display>(label: &str, items: &[T]) -> String {
    match items.is_empty() {
        true => String::new(),
        false => label.to_owned() + &list(items, T::to_string),
    }
}

fn text(text: &Text) -> String {
    format!("`{}`", text.canonical)
}

fn lines<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    items
        .iter()
        .map(|item| format!("\n  {}", show(item)))
        .collect()
}

fn create_table(table: &CreateTable) -> String {
    let head = words([
        "create table".to_owned(),
        table.name.to_string(),
        match table.persistence {
            Persistence::Permanent => String::new(),
            other => format!("{other:?}").to_lowercase(),
        },
        flag(table.if_not_exists, "if-not-exists"),
        flag(table.or_replace, "or-replace"),
        flag(table.foreign, "foreign"),
        some(&table.virtual_using, |module| format!("using={module}")),
        some(&table.of_type, |of| format!("of={of}")),
        some(&table.partition_of, |(parent, bound)| {
            format!("partition-of={parent} {}", text(bound))
        }),
        names("inherits=", &table.inherits),
        some(&table.partition_by, |by| {
            format!("partition-by={}", text(by))
        }),
    ]);
    head + &lines(&table.columns, column)
        + &lines(&table.constraints, constraint)
        + &lines(&table.indexes, |it| format!("index {}", index(it)))
        + &lines(&table.likes, |like| {
            format!(
                "like {} after={} {:?}",
                like.table, like.after, like.options
            )
        })
        + &lines(&table.options, |(name, value)| {
            format!("with {name}={value}")
        })
        + &some(&table.query, |query| format!("\n  as {}", text(query)))
}

fn type_name(of: &TypeName) -> String {
    let modifiers: Vec<&str> = of.modifiers.iter().map(|modifier| &**modifier).collect();
    let name = match of.quoted {
        true => format!("{:?}", of.name.to_string()),
        false => of.name.to_string(),
    };
    words([
        flag(of.set_of, "setof"),
        name + &names("", &modifiers) + &"[]".repeat(of.dimensions.into()),
        of.suffix.to_string(),
    ])
}

fn column(column: &ColumnDef) -> String {
    let constraints = column.constraints.iter().map(|constraint| {
        let name = some(&constraint.name, |name| format!("{name}="));
        let said = words([
            name + &column_constraint(&constraint.kind),
            attributes(&constraint.attributes),
        ]);
        format!("; {said}")
    });
    let mut shown = words([
        format!("{}:", column.name),
        some(&column.data_type, type_name),
    ]);
    shown.extend(constraints);
    shown
        + &some(&column.position, |position| match position {
            Position::First => "; first".to_owned(),
            Position::After(other) => format!("; after {other}"),
        })
}

fn column_constraint(kind: &ColumnConstraintKind) -> String {
    use ColumnConstraintKind::*;
    match kind {
        NotNull => "not null".to_owned(),
        Null => "null".to_owned(),
        Default(value) => format!("default {}", text(value)),
        Check(check) => format!("check {}", text(check)),
        Unique => "unique".to_owned(),
        PrimaryKey { descending } => words(["primary key".to_owned(), flag(*descending, "desc")]),
        References(target) => reference(target),
        Generated { expression, stored } => words([
            format!("generated {}", text(expression)),
            flag(*stored, "stored"),
        ]),
        Identity {
            always, options, ..
        } => words([
            "identity".to_owned(),
            flag(*always, "always"),
            text(options),
        ]),
        Collate(collation) => format!("collate {collation}"),
        AutoIncrement => "auto-increment".to_owned(),
        OnUpdate(value) => format!("on update {}", text(value)),
        Comment(comment) => format!("comment {}", text(comment)),
        Other(other) => format!("other {}", text(other)),
    }
}

fn attributes(attributes: &Attributes) -> String {
    words([
        flag(attributes.not_valid, "not-valid"),
        flag(attributes.no_inherit, "no-inherit"),
        flag(attributes.not_enforced, "not-enforced"),
        flag(attributes.deferrable, "deferrable"),
        flag(attributes.initially_deferred, "deferred"),
        flag(attributes.nulls_not_distinct, "nulls-not-distinct"),
        some(&attributes.on_conflict, |it| format!("on-conflict={it}")),
    ])
}

fn reference(target: &Reference) -> String {
    let action = |label: &'static str| move |it: &_| format!("{label}={it}");
    words([
        format!("references {}{}", target.table, names("", &target.columns)),
        flag(target.period, "period"),
        some(&target.on_delete, action("on-delete")),
        some(&target.on_update, action("on-update")),
        some(&target.matching, action("match")),
    ])
}

fn constraint(constraint: &ConstraintDef) -> String {
    let kind = match &constraint.kind {
        ConstraintKind::Check(check) => format!("check {}", text(check)),
        ConstraintKind::Unique(key) => format!("unique {}", unique(key)),
        ConstraintKind::PrimaryKey(key) => format!("primary key {}", unique(key)),
        ConstraintKind::ForeignKey {
            columns,
            target,
            index,
        } => words([
            "foreign key".to_owned(),
            some(index, |name| format!("index={name}")),
            names("", columns),
            reference(target),
        ]),
        ConstraintKind::Exclude {
            method,
            keys,
            definition,
            ..
        } => words([
            "exclude".to_owned(),
            some(method, Ident::to_string),
            list(keys, key),
            text(definition),
        ]),
        ConstraintKind::NotNull(column) => format!("not null {column}"),
    };
    words([
        "constraint".to_owned(),
        some(&constraint.name, |name| format!("{name}:")),
        kind,
        attributes(&constraint.attributes),
    ])
}

fn unique(unique: &UniqueDef) -> String {
    words([
        list(&unique.keys, key),
        names("include=", &unique.include),
        flag(unique.nulls_not_distinct, "nulls-not-distinct"),
        flag(unique.without_overlaps, "without-overlaps"),
        flag(unique.autoincrement, "autoincrement"),
        some(&unique.using_index, |index| format!("using-index={index}")),
    ])
}

fn key(key: &IndexKey) -> String {
    words([
        match &key.target {
            KeyTarget::Column(column) => column.to_string(),
            KeyTarget::Expression(expression) => text(expression),
        },
        some(&key.length, |length| format!("length={length}")),
        some(&key.collation, |collation| format!("collate={collation}")),
        some(&key.operator_class, |class| {
            format!("class={}", text(class))
        }),
        flag(key.descending, "desc"),
        some(&key.nulls_first, |first| {
            format!("nulls-{}", if *first { "first" } else { "last" })
        }),
    ])
}

fn index(index: &IndexDef) -> String {
    words([
        some(&index.name, Ident::to_string),
        flag(index.unique, "unique"),
        some(&index.method, |method| format!("using={method}")),
        list(&index.keys, key),
        names("include=", &index.include),
        flag(index.nulls_not_distinct, "nulls-not-distinct"),
        some(&index.options, |options| {
            format!("options={}", text(options))
        }),
        some(&index.predicate, |predicate| {
            format!("where={}", text(predicate))
        }),
    ])
}

fn create_index(create: &CreateIndex) -> String {
    words([
        format!("create index on {}:", create.table),
        some(&create.schema, |schema| format!("schema={schema}")),
        index(&create.definition),
        flag(create.if_not_exists, "if-not-exists"),
        flag(create.or_replace, "or-replace"),
        flag(create.concurrently, "concurrently"),
        flag(create.only, "only"),
        some(&create.algorithm, |it| format!("algorithm={it}")),
        some(&create.lock, |it| format!("lock={it}")),
    ])
}

fn alter_table(alter: &AlterTable) -> String {
    let head = words([
        format!("alter {} {}", alter.kind.as_str(), alter.name),
        flag(alter.if_exists, "if-exists"),
        flag(alter.only, "only"),
    ]);
    head + &lines(&alter.operations, |it| operation(&it.kind))
}

fn operation(kind: &OperationKind) -> String {
    use OperationKind::*;
    let if_exists = |set: &bool| flag(*set, "if-exists");
    let if_not_exists = |set: &bool| flag(*set, "if-not-exists");
    match kind {
        AddColumn {
            column: it,
            if_not_exists: flag,
        } => words(["add".to_owned(), if_not_exists(flag), column(it)]),
        DropColumn {
            name,
            if_exists: flag_exists,
            cascade,
        } => words([
            format!("drop column {name}"),
            if_exists(flag_exists),
            flag(*cascade, "cascade"),
        ]),
        AlterColumn { name, change } => format!("alter {name}: {}", column_change(change)),
        AddConstraint {
            constraint: it,
            if_not_exists: flag,
        } => words(["add".to_owned(), if_not_exists(flag), constraint(it)]),
        DropConstraint {
            name,
            if_exists: flag_exists,
            cascade,
        } => words([
            format!("drop constraint {name}"),
            if_exists(flag_exists),
            flag(*cascade, "cascade"),
        ]),
        AlterConstraint(name, becomes) => format!("alter constraint {name}: {}", text(becomes)),
        RenameColumn { from, to } => format!("rename column {from} to {to}"),
        RenameConstraint { from, to } => format!("rename constraint {from} to {to}"),
        RenameIndex { from, to } => format!("rename index {from} to {to}"),
        AttachPartition { partition, bound } => {
            words([format!("attach {partition}"), some(bound, text)])
        }
        DetachPartition {
            partition,
            concurrently,
            finalize,
        } => words([
            format!("detach {partition}"),
            flag(*concurrently, "concurrently"),
            flag(*finalize, "finalize"),
        ]),
        Modify {
            column: it,
            if_exists: flag,
        } => words(["modify".to_owned(), if_exists(flag), column(it)]),
        Change {
            from,
            column: it,
            if_exists: flag,
        } => words([format!("change {from}"), if_exists(flag), column(it)]),
        AddIndex {
            index: it,
            if_not_exists: flag,
        } => words(["add index".to_owned(), if_not_exists(flag), index(it)]),
        DropIndex {
            name,
            if_exists: flag,
        } => words([format!("drop index {name}"), if_exists(flag)]),
        Rename(to) => format!("rename to {to}"),
        SetSchema(schema) => format!("set schema {schema}"),
        ValidateConstraint(name) => format!("validate {name}"),
        Inherit(parent, true) => format!("inherit {parent}"),
        Inherit(parent, false) => format!("no inherit {parent}"),
        Trigger(name, firing) => format!("trigger {name} {}", firing.as_str()),
        Tablespace(name) => format!("tablespace {name}"),
        AccessMethod(name) => format!("access method {name}"),
        Owner(name) => format!("owner {name}"),
        ClusterOn(index) => format!("cluster on {}", some(index, Ident::to_string)),
        Options(options) => format!("options {}", text(options)),
        ReplicaIdentity(identity, _) => format!("replica identity {}", text(identity)),
        Partitions(partitions) => format!("partitions {}", text(partitions)),
        Other(other) => format!("other {}", text(other)),
        DropPrimaryKey | RowSecurity(_) | Logged(_) | Algorithm(_) | Lock(_) | TableOption(..) => {
            debug(kind)
        }
    }
}

fn column_change(change: &ColumnChange) -> String {
    match change {
        ColumnChange::Type {
            data_type,
            collation,
            using,
        } => words([
            format!("type {}", type_name(data_type)),
            some(collation, |it| format!("collate={it}")),
            some(using, |it| format!("using={}", text(it))),
        ]),
        ColumnChange::SetDefault(value) => format!("default {}", text(value)),
        ColumnChange::SetExpression(value) => format!("expression {}", text(value)),
        ColumnChange::AddIdentity {
            always, options, ..
        } => words([
            "add identity".to_owned(),
            flag(*always, "always"),
            text(options),
        ]),
        ColumnChange::SetIdentity { always, options } => {
            format!("set identity {always:?} {}", text(options))
        }
        ColumnChange::Other(other) => format!("other {}", text(other)),
        ColumnChange::DropDefault
        | ColumnChange::SetNotNull
        | ColumnChange::DropNotNull
        | ColumnChange::DropExpression(_)
        | ColumnChange::DropIdentity(_) => debug(change),
    }
}

fn debug(value: &impl Debug) -> String {
    format!("{value:?}")
}
