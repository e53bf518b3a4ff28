//! Objects that cannot be used for what a statement uses them for, in words.

use super::{Found, shown};
use crate::catalog::Key;
use crate::catalog::fault::{Flaw, Misfit, State, Unfit};
use crate::ddl::Name;
use crate::ddl::object::ObjectKind;
use crate::ddl::table::Persistence;
use crate::diagnostic::{Code, Diagnostic};

impl Found {
    pub(super) fn unfit(&self, kind: ObjectKind, key: &Key, why: &Unfit) -> Diagnostic {
        let diagnostic = self.at(Code::ObjectUnfit, message(kind, key, why));
        let diagnostic = match why {
            Unfit::Ambiguous(first, second) => {
                let diagnostic = self.with_site(diagnostic, first, "one is created here");
                self.with_site(diagnostic, second, "another one is created here")
            }
            Unfit::Emptied(by) => by.iter().fold(diagnostic, |diagnostic, key| {
                self.with_site(diagnostic, key, "this foreign key points to it")
            }),
            Unfit::Keyless | Unfit::Loose(_) | Unfit::Contradiction(..) => diagnostic,
            _ => self.with_site(
                diagnostic,
                key,
                format!("the {} is created here", kind.as_str()),
            ),
        };
        match help(key, why) {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

fn message(kind: ObjectKind, key: &Key, why: &Unfit) -> String {
    match why {
        Unfit::Arbiter(columns) => match &columns[..] {
            [only] => format!("`ON CONFLICT` names `{key}.{only}`, which is not unique"),
            several => {
                let names: Vec<&str> = several.iter().map(Name::as_str).collect();
                let names = names.join(", ");
                format!("`ON CONFLICT` names `{key}` ({names}), which are not unique together")
            }
        },
        Unfit::Ambiguous(..) => format!("there are several {}s `{key}`", kind.as_str()),
        Unfit::Either(one, other) => {
            let name = key.own_name();
            format!("`{name}` may be `{one}.{name}` or `{other}.{name}`")
        }
        Unfit::Order(flaw) => {
            let flaw = shortcoming(*flaw);
            format!("no table can be clustered by the index `{key}`, which {flaw}")
        }
        Unfit::Identity(flaw) => {
            let flaw = shortcoming(*flaw);
            format!("the index `{key}` cannot be a replica identity, since it {flaw}")
        }
        Unfit::Constraint(flaw) => {
            let flaw = shortcoming(*flaw);
            format!("no constraint can be made of the index `{key}`, which {flaw}")
        }
        Unfit::Refresh => {
            format!("`{key}` has no unique index by which it can be refreshed `CONCURRENTLY`")
        }
        Unfit::Target(flaw) => {
            let flaw = shortcoming(*flaw);
            format!("no foreign key can lead to what is unique by `{key}`, which {flaw}")
        }
        Unfit::NotInKey => {
            format!("`{key}` is no column of the foreign key that is to set it")
        }
        Unfit::UsingIndex => {
            format!("`{key}` is partitioned, and cannot make a constraint of an index")
        }
        Unfit::Child { parent, why } => {
            format!(
                "`{key}` cannot come under `{parent}`, since {}",
                misfit(why)
            )
        }
        Unfit::NoChild(parent) => format!("`{key}` is no child or partition of `{parent}`"),
        Unfit::Kept { from, to } => {
            let (from, to) = (kept(*from), kept(*to));
            format!("{from} table cannot have a foreign key to `{key}`, which is {to} one")
        }
        Unfit::Emptied(by) => {
            let by: Vec<String> = by.iter().map(|it| format!("`{it}`")).collect();
            let by = by.join(", ");
            format!("`{key}` cannot be emptied alone: {by} points to it")
        }
        Unfit::Computed => format!("`{key}` is computed, so that no value can be written to it"),
        Unfit::Counted => {
            format!("`{key}` counts by itself, so that no value can be written to it")
        }
        Unfit::Returns { from, to } => format!(
            "`CREATE OR REPLACE` cannot make {} return {to}, which returns {from}",
            shown(kind, key)
        ),
        Unfit::Cast { from, to } => {
            format!("`{key}`, which is {from}, does not become {to} by itself")
        }
        Unfit::LeftOut => {
            format!("`INSERT` leaves `{key}` out, which refuses null and has no default")
        }
        Unfit::Argument(name) => format!(
            "`CREATE OR REPLACE` cannot give the argument `{name}` of {} another name",
            shown(kind, key)
        ),
        Unfit::Concurrently => {
            format!("`CONCURRENTLY` creates no index of `{key}`, which is partitioned")
        }
        Unfit::State(change, state) => {
            format!("`{change}` is not for `{key}`, which {}", is(state))
        }
        Unfit::Contradiction(one, other) => {
            format!("`{key}` cannot be both `{one}` and `{other}`")
        }
        Unfit::System => format!("`{key}` is a column of the database's own, which no index is of"),
        Unfit::Unparted => format!("`{key}` is not partitioned"),
        Unfit::PartitionKey => format!(
            "what is unique in `{}` has to name `{}`, by which it is partitioned",
            key.whole(),
            key.own_name()
        ),
        Unfit::Keyless => format!("`{key}` has no primary key, which `WITHOUT ROWID` asks for"),
        Unfit::Loose(data_type) => match data_type.to_string().as_str() {
            "" => format!("`{key}` has no type, which a `STRICT` table asks for"),
            name => {
                format!("`{key}` is of the type `{name}`, which a `STRICT` table does not know")
            }
        },
    }
}

fn help(key: &Key, why: &Unfit) -> Option<String> {
    let help = match why {
        Unfit::Arbiter(_) => {
            "add a primary key, or a unique constraint or index, on exactly these columns before"
        }
        Unfit::Ambiguous(first, _) => {
            return Some(format!("say the types of its arguments: `{first}`"));
        }
        Unfit::Either(..) => "say which",
        Unfit::Emptied(_) => "name those tables, too, or say `CASCADE` to empty them along",
        Unfit::Computed => "leave it out, or write `DEFAULT`",
        Unfit::Counted => "leave it out, or say `OVERRIDING SYSTEM VALUE`",
        Unfit::Returns { .. } | Unfit::Argument(_) => "drop it before",
        Unfit::LeftOut => "name it, or give it a default before",
        Unfit::Concurrently => {
            "create it `ON ONLY` the table, then concurrently on each partition, and attach those"
        }
        Unfit::Cast { to, .. } => {
            return Some(format!("say how: `USING {}::{to}`", key.own_name()));
        }
        Unfit::State("SET DEFAULT" | "DROP DEFAULT", State::Identity) => {
            "say `DROP IDENTITY` before"
        }
        Unfit::State(_, State::Nullable) => "say `SET NOT NULL` before",
        Unfit::State(_, State::Default) => "say `DROP DEFAULT` before",
        Unfit::State(_, State::PrimaryKey) => "drop the primary key before",
        Unfit::Contradiction(..) => "leave one out",
        Unfit::Loose(_) => "it knows `INT`, `INTEGER`, `REAL`, `TEXT`, `BLOB` and `ANY`",
        Unfit::Refresh => "create a unique index on columns of it, without `WHERE`, before",
        Unfit::UsingIndex => "add the constraint by its columns",
        Unfit::Child { why, .. } => match why {
            Misfit::Lacks(_) => "add the column before",
            Misfit::Has(_) => "drop the column before",
            Misfit::Type(..) => "give both columns one type",
            Misfit::Nullable(_) => "say `SET NOT NULL` before",
            Misfit::LacksCheck(_) => "add the check under this name before",
            _ => return None,
        },
        Unfit::State(..)
        | Unfit::Constraint(_)
        | Unfit::Target(_)
        | Unfit::NotInKey
        | Unfit::NoChild(_)
        | Unfit::Order(_)
        | Unfit::Identity(_)
        | Unfit::Kept { .. }
        | Unfit::System
        | Unfit::Unparted
        | Unfit::PartitionKey
        | Unfit::Keyless => return None,
    };
    Some(help.to_owned())
}

fn is(state: &State) -> String {
    let words = match state {
        State::Identity => "is an identity column",
        State::NoIdentity => "is no identity column",
        State::Computed => "is computed",
        State::NotComputed => "is not computed",
        State::Default => "has a default",
        State::Nullable => "may be null",
        State::PrimaryKey => "is part of the primary key",
        State::Type(data_type) => return format!("is {data_type}, not an integer"),
    };
    words.to_owned()
}

fn misfit(why: &Misfit) -> String {
    let words = match why {
        Misfit::Circle => "it would descend from itself",
        Misfit::Already => "it is its child already",
        Misfit::Partition => "it is a partition",
        Misfit::Partitioned => "it is partitioned",
        Misfit::OfPartitioned => "that is partitioned",
        Misfit::OfPartition => "that is a partition",
        Misfit::Temporary => "it is temporary",
        Misfit::OfTemporary => "that is temporary",
        Misfit::Child => "it is the child of a table",
        Misfit::Parent => "it has children",
        Misfit::Typed => "it is of a type",
        Misfit::Lacks(name) => return format!("it has no column `{name}`"),
        Misfit::Has(name) => return format!("that has no column `{name}`"),
        Misfit::Type(name, types) => {
            let (own, other) = &**types;
            return format!("its column `{name}` is {own} and not {other}");
        }
        Misfit::Nullable(name) => return format!("its column `{name}` may be null"),
        Misfit::NotComputed(name) => return format!("its column `{name}` is not computed"),
        Misfit::LacksCheck(name) => return format!("it has no check `{name}`"),
    };
    words.to_owned()
}

fn shortcoming(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::OfOther => "is another table's",
        Flaw::NotUnique => "is not unique",
        Flaw::Partial => "is partial",
        Flaw::Expressions => "is of expressions",
        Flaw::Nullable => "is of columns that may be null",
        Flaw::Deferrable => "is deferrable",
        Flaw::Unordered => "has no order",
        Flaw::Sorted => "is sorted by `DESC` or `NULLS FIRST`",
        Flaw::Owned => "is a constraint's already",
    }
}

fn kept(persistence: Persistence) -> &'static str {
    match persistence {
        Persistence::Permanent => "a permanent",
        Persistence::Unlogged => "an unlogged",
        Persistence::Temporary => "a temporary",
    }
}
