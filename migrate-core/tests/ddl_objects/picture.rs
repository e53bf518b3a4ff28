//! A statement in a line.

use migrate_core::ddl::alter::OperationKind;
use migrate_core::ddl::object::*;
use migrate_core::ddl::sequence::SequenceOptions;
use migrate_core::ddl::table::TypeName;
use migrate_core::ddl::{Qualified, Reach, Statement, Text};
use std::fmt::Display;

pub fn picture(statement: &Statement) -> String {
    match statement {
        Statement::CreateSchema(schema) => line(
            "create schema",
            &schema.name,
            &[("if not exists", schema.if_not_exists)],
            "",
        ),
        Statement::CreateView(view) => self::view(view),
        Statement::CreateSequence(created) => line(
            "create sequence",
            &created.name,
            &[
                ("if not exists", created.if_not_exists),
                ("temporary", created.temporary),
            ],
            sequence(&created.options),
        ),
        Statement::AlterSequence(alter) => line(
            "alter sequence",
            &alter.name,
            &[("if exists", alter.if_exists)],
            sequence(&alter.options),
        ),
        Statement::CreateType(created) => line(
            "create type",
            &created.name,
            &[],
            definition(&created.definition),
        ),
        Statement::AlterType(alter) => {
            line("alter type", &alter.name, &[], type_change(&alter.change))
        }
        Statement::CreateDomain(domain) => line(
            "create domain",
            &domain.name,
            &[],
            format!(
                "{} {:?}",
                type_name(&domain.data_type),
                kinds(&domain.constraints)
            ),
        ),
        Statement::AlterDomain(alter) => line(
            "alter domain",
            &alter.name,
            &[],
            domain_change(&alter.change),
        ),
        Statement::CreateRoutine(created) => routine(created),
        Statement::CreateTrigger(created) => trigger(created),
        Statement::CreatePolicy(created) => policy("create policy", created),
        Statement::AlterPolicy(alter) => policy("alter policy", alter),
        Statement::CreateRule(rule) => line(
            "create rule",
            &rule.name,
            &[("or replace", rule.or_replace)],
            format!("on {}: {}", rule.table, rule.definition.canonical),
        ),
        Statement::CreateExtension(extension) => line(
            "create extension",
            &extension.name,
            &[
                ("if not exists", extension.if_not_exists),
                ("cascade", extension.cascade),
            ],
            said("schema", extension.schema.as_ref()),
        ),
        Statement::Drop(drop) => dropped(drop),
        Statement::Rename(renames) => all(renames, |rename| {
            let kind = format!("rename {}", rename.kind.as_str());
            let to = format!("to {}", rename.to);
            line(
                &kind,
                target(&rename.target),
                &[("if exists", rename.if_exists)],
                to,
            )
        }),
        Statement::SetSchema(set) => {
            let kind = format!("set schema of {}", set.kind.as_str());
            line(
                &kind,
                target(&set.target),
                &[],
                format!("to {}", set.schema),
            )
        }
        Statement::Comment(comment) => {
            let kind = format!("comment on {:?}", comment.kind);
            line(
                &kind,
                target(&comment.target),
                &[],
                format!("{:?}", comment.text),
            )
        }
        Statement::Write(write) => {
            let counts = write.values.as_ref().map(|(_, counts)| counts);
            let rest = format!("{} {:?}", names(&write.columns), counts);
            let table = write
                .table
                .as_ref()
                .map(Qualified::to_string)
                .unwrap_or_default();
            let flags = [("filtered", write.filtered), ("calls", write.calls)];
            line(&format!("{:?}", write.kind), table, &flags, rest)
        }
        Statement::Query(query) => line("query", "", &[("calls", query.calls)], ""),
        Statement::Truncate(truncate) => line(
            "truncate",
            names(&truncate.tables),
            &[
                ("cascade", truncate.cascade),
                ("restart identity", truncate.restart_identity),
            ],
            "",
        ),
        Statement::Set(set) => line(
            "set",
            &set.variable,
            &[("local", set.local), ("global", set.global)],
            names(&set.values),
        ),
        Statement::Maintain(maintain) => line(
            &format!("{:?}", maintain.kind),
            names(&maintain.targets),
            &[("concurrently", maintain.concurrently)],
            &maintain.options.canonical,
        ),
        Statement::Control(control) => control.as_str().to_owned(),
        Statement::Opaque(it) => {
            let named = match it.names.is_empty() {
                true => String::new(),
                false => format!(" {}", names(&it.names)),
            };
            let reach = match &it.reach {
                Reach::Names(reached) => names(reached),
                Reach::Aside(reached) => format!("aside of {}", names(reached)),
                Reach::Calls {
                    names: reached,
                    called,
                } => format!("{}, calls {}", names(reached), names(called)),
                reach => format!("{reach:?}"),
            };
            format!("opaque {}{named}: {reach}", it.kind)
        }
        Statement::CreateTable(table) => line("create table", &table.name, &[], ""),
        Statement::AlterTable(alter) => line("alter table", &alter.name, &[], ""),
        Statement::CreateIndex(index) => line("create index", &index.table, &[], ""),
    }
}

/// What it does, to what, how, and the rest.
fn line(what: &str, name: impl Display, flags: &[(&str, bool)], rest: impl Display) -> String {
    let flags = flags.iter().filter(|(_, is_said)| *is_said);
    let flags: String = flags.map(|(flag, _)| format!(" [{flag}]")).collect();
    let line = format!("{what} {name}{flags} {rest}");
    line.trim_end().replace('\n', "⏎")
}

fn all<T>(items: &[T], picture: impl Fn(&T) -> String) -> String {
    items.iter().map(picture).collect::<Vec<_>>().join(", ")
}

fn names(names: &[impl Display]) -> String {
    let name = |name: &_| match format!("{name}") {
        empty if empty.is_empty() => "''".to_owned(),
        name => name,
    };
    format!("({})", all(names, name))
}

fn said(what: &str, value: Option<impl Display>) -> String {
    value
        .map(|value| format!("{what} {value} "))
        .unwrap_or_default()
}

fn text(what: &str, text: Option<&Text>) -> String {
    said(what, text.map(|text| format!("`{}`", text.canonical)))
}

fn type_name(name: &TypeName) -> String {
    let set_of = if name.set_of { "setof " } else { "" };
    let arrays = "[]".repeat(name.dimensions.into());
    let modifiers = match name.modifiers.is_empty() {
        true => String::new(),
        false => names(&name.modifiers),
    };
    format!("{set_of}{}{modifiers}{}{arrays}", name.name, name.suffix)
}

fn target(target: &Target) -> String {
    let arguments = target.arguments.as_ref();
    let arguments = arguments.map(|types| format!("({})", all(types, type_name)));
    let table = said(" on", target.table.as_ref());
    format!("{}{}{table}", target.name, arguments.unwrap_or_default())
}

fn view(view: &CreateView) -> String {
    let flags = [
        ("materialized", view.materialized),
        ("or replace", view.or_replace),
        ("if not exists", view.if_not_exists),
        ("temporary", view.temporary),
        ("recursive", view.recursive),
        ("no data", view.no_data),
    ];
    let rest = format!(
        "{} {}{}{}",
        names(&view.columns),
        text("options", view.options.as_ref()),
        text("as", Some(&view.query)),
        said("check", view.check_option.as_ref()),
    );
    line("create view", &view.name, &flags, rest)
}

fn sequence(options: &SequenceOptions) -> String {
    let owner = options.owned_by.as_ref().map(|owner| match owner {
        Some((table, column)) => format!("{table}.{column}"),
        None => "none".to_owned(),
    });
    let others = all(&options.others, |(name, value)| format!("{name}={value}"));
    let data_type = options.data_type.as_ref().map(type_name);
    said("as", data_type) + &said("owned by", owner) + &others
}

fn definition(definition: &TypeDefinition) -> String {
    match definition {
        TypeDefinition::Enum(labels) => {
            format!("enum ({})", all(labels, |label| label.text.to_string()))
        }
        TypeDefinition::Composite(columns) => all(columns, |column| {
            let data_type = column.data_type.as_ref().map(type_name).unwrap_or_default();
            format!(
                "{} {data_type} {:?}",
                column.name,
                kinds(&column.constraints)
            )
        }),
        TypeDefinition::Range(options) => text("range", Some(options)),
        TypeDefinition::Base => "base".to_owned(),
    }
}

/// The kinds of constraints.
fn kinds(constraints: &[migrate_core::ddl::table::ColumnConstraint]) -> Vec<String> {
    let kind = |constraint: &migrate_core::ddl::table::ColumnConstraint| {
        let kind = format!("{:?}", constraint.kind);
        let word = kind.split(['(', ' ']).next().unwrap_or_default();
        said("", constraint.name.as_ref()) + word
    };
    constraints.iter().map(kind).collect()
}

fn type_change(change: &TypeChange) -> String {
    match change {
        TypeChange::AddValue {
            label,
            if_not_exists,
            neighbour,
        } => {
            let neighbour = neighbour.as_ref().map(|(label, before)| {
                format!(
                    "{} {}",
                    if *before { "before" } else { "after" },
                    label.text
                )
            });
            line(
                "add",
                &label.text,
                &[("if not exists", *if_not_exists)],
                neighbour.unwrap_or_default(),
            )
        }
        TypeChange::RenameValue(from, to) => format!("rename {} to {}", from.text, to.text),
        TypeChange::Attributes(operations) => all(operations, |operation| match operation {
            OperationKind::AddColumn { column, .. } => format!("add {}", column.name),
            OperationKind::DropColumn {
                name,
                if_exists,
                cascade,
            } => line(
                "drop",
                name,
                &[("if exists", *if_exists), ("cascade", *cascade)],
                "",
            ),
            OperationKind::RenameColumn { from, to } => format!("rename {from} to {to}"),
            OperationKind::AlterColumn { name, .. } => format!("alter {name}"),
            other => format!("{other:?}"),
        }),
        TypeChange::Other(other) => text("other", Some(other)),
    }
}

fn domain_change(change: &DomainChange) -> String {
    match change {
        DomainChange::Default(default) => format!("default {}", text("", default.as_ref())),
        DomainChange::NotNull(set) => format!("not null {set}"),
        DomainChange::AddConstraint(constraint) => {
            said("add", constraint.name.as_ref())
                + if constraint.attributes.not_valid {
                    "not valid"
                } else {
                    ""
                }
        }
        DomainChange::DropConstraint {
            name,
            if_exists,
            cascade,
        } => line(
            "drop",
            name,
            &[("if exists", *if_exists), ("cascade", *cascade)],
            "",
        ),
        DomainChange::RenameConstraint(from, to) => format!("rename {from} to {to}"),
        DomainChange::ValidateConstraint(name) => format!("validate {name}"),
    }
}

fn routine(routine: &CreateRoutine) -> String {
    let arguments = all(&routine.arguments, |argument| {
        let mode = format!("{:?} ", argument.mode).to_lowercase();
        let name = said("", argument.name.as_ref());
        let data_type = type_name(&argument.data_type);
        format!(
            "{mode}{}{data_type}{}",
            name.trim_start(),
            text(" default", argument.default.as_ref())
        )
    });
    let rest = format!(
        "({arguments}) {}{}language {} {}",
        said("returns", routine.returns.as_ref().map(type_name)),
        text("returns table", routine.returns_table.as_ref()),
        routine.language,
        text("body", Some(&routine.body)),
    );
    let flags = [
        ("or replace", routine.or_replace),
        ("if not exists", routine.if_not_exists),
    ];
    line(
        &format!("create {}", routine.kind.as_str()),
        &routine.name,
        &flags,
        rest,
    )
}

fn trigger(trigger: &CreateTrigger) -> String {
    let flags = [
        ("or replace", trigger.or_replace),
        ("if not exists", trigger.if_not_exists),
        ("temporary", trigger.temporary),
        ("constraint", trigger.constraint),
    ];
    let rest = format!(
        "on {} of {} {}{}{}",
        trigger.table,
        names(&trigger.columns),
        said("calls", trigger.function.as_ref()),
        said("from", trigger.from.as_ref()),
        text("", Some(&trigger.definition)),
    );
    line("create trigger", &trigger.name, &flags, rest)
}

fn policy(what: &str, policy: &CreatePolicy) -> String {
    let rest = format!(
        "on {} {}{}{}",
        policy.table,
        text("", Some(&policy.definition)),
        text("using", policy.using.as_ref()),
        text("check", policy.check.as_ref()),
    );
    line(what, &policy.name, &[], rest)
}

fn dropped(drop: &Drop) -> String {
    let flags = [
        ("if exists", drop.if_exists),
        ("cascade", drop.cascade),
        ("concurrently", drop.concurrently),
        ("temporary", drop.temporary),
    ];
    let rest = said("algorithm", drop.algorithm.as_ref()) + &said("lock", drop.lock.as_ref());
    line(
        &format!("drop {}", drop.kind.as_str()),
        all(&drop.targets, target),
        &flags,
        rest,
    )
}
