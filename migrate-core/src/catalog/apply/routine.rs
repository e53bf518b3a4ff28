//! Functions, procedures and aggregates, which are called by the types of their arguments.

use super::drop::is_kind;
use super::work::Work;
use crate::catalog::fault::Unfit;
use crate::catalog::object::{Routine, RoutineArgument};
use crate::catalog::types::{Base, Type};
use crate::catalog::{FaultKind, Found, Key, Kind, PartKind, Space};
use crate::ddl::object::*;
use crate::ddl::table::TypeName;
use crate::ddl::{Name, Qualified};
use crate::dialect::Dialect;
use std::collections::BTreeSet;
use std::ops::Range;

impl Work {
    pub fn create_routine(&mut self, def: &CreateRoutine) {
        let range = def.name.range();
        let whole = self.new_key(Space::Routine, &def.name, false);
        let routine = self.routine_of(def);
        let signature = match self.dialect() {
            Dialect::Postgres => routine.signature(),
            // MySQL has functions and procedures of one name, and one of each.
            _ => Name::exact(def.kind.as_str()),
        };
        let key = whole.part(PartKind::Signature, signature);
        let there = matches!(self.catalog.find(&key), Found::Here(_));
        if there && def.if_not_exists || !def.or_replace && !self.require_free(&key, &range) {
            return;
        }
        if self.is(Dialect::Postgres)
            && !routine
                .arguments
                .iter()
                .all(|it| is_understood(&it.data_type))
        {
            // It may be called by others than it seems.
            self.obscure_parts(&whole);
        }
        if there {
            self.look_at_replaced(&key, def, &routine);
        }
        match self.catalog.get(&key).is_some() && there {
            true => self.alter(&key, &range, |object| object.kind = Kind::Routine(routine)),
            false => self.create(&key, Kind::Routine(routine), &range),
        }
        self.forget_needs(&key);
        for text in def.arguments.iter().filter_map(|it| it.default.as_ref()) {
            let needs = self.look_at_default(text);
            self.note_needs(&key, needs);
        }
        for text in &def.parsed {
            let needs = self.look_at_body(text);
            self.note_needs(&key, needs);
        }
    }

    /// The routine that a statement defines; says of its types that they are missing.
    fn routine_of(&mut self, def: &CreateRoutine) -> Routine {
        let mut types = Vec::new();
        let mut arguments = Vec::new();
        for argument in &def.arguments {
            let data_type = self.loose_type(&argument.data_type, &mut types);
            self.require_type(&argument.data_type, &data_type);
            arguments.push(RoutineArgument {
                mode: argument.mode,
                name: argument.name.as_ref().map(|name| name.name.clone()),
                data_type,
                default: argument.default.as_ref().map(|text| text.canonical.clone()),
            });
        }
        let returns = match (&def.returns, &def.returns_table) {
            (Some(name), _) => {
                let data_type = self.loose_type(name, &mut types);
                // For functions of a type to come it is made at once (`compute_return_type` in functioncmds.c).
                if !matches!(&*def.language, "c" | "internal") {
                    self.require_type(name, &data_type);
                }
                Some(data_type.to_string().into())
            }
            (None, Some(text)) => Some(text.canonical.clone()),
            (None, None) => None,
        };
        types.sort();
        types.dedup();
        Routine {
            kind: def.kind,
            arguments,
            returns,
            language: def.language.clone(),
            body: def.body.canonical.clone(),
            types,
            reach: def.reach.clone(),
        }
    }

    /// Says that the type of an argument is missing.
    fn require_type(&mut self, name: &TypeName, data_type: &Type) {
        if let Base::Other(text) = &data_type.base
            && self.is(Dialect::Postgres)
            && !text.contains('%')
        {
            self.user_type(&name.name);
        }
    }

    /// The type of an argument, which may be what nobody has a name for (`anyelement`, `t.c%TYPE`).
    fn loose_type(&mut self, name: &TypeName, types: &mut Vec<Key>) -> Type {
        let mut data_type = crate::catalog::types::normalise(name, self.dialect());
        // A function may be called with any length.
        data_type.modifiers = "".into();
        if let Some(of_column) = self.type_of_column(name) {
            return of_column;
        }
        if matches!(data_type.base, Base::Other(_)) && self.is(Dialect::Postgres) {
            let (key, found) = self.resolve(Space::Type, &name.name, ObjectKind::Type);
            if matches!(found, Found::Here(_)) {
                types.push(key.clone());
                data_type.base = Base::User(key);
            }
        }
        data_type
    }

    /// `t.c%TYPE`, which is the type that the column has now.
    fn type_of_column(&self, name: &TypeName) -> Option<Type> {
        let table = name
            .name
            .schema
            .as_ref()
            .filter(|_| &*name.suffix == "%type")?;
        // Of three names the first, a schema's, is not kept.
        let is_whole = name.range.start == table.range.start;
        let table = Qualified {
            schema: None,
            name: table.clone(),
        };
        let (table, _) = self.catalog.resolve(Space::Relation, &table);
        let column = self
            .catalog
            .find(&table.column(name.name.name.name.clone()));
        match column {
            Found::Here(object) if is_whole => match &object.kind {
                Kind::Column(column) => Some(Type {
                    modifiers: "".into(),
                    ..column.data_type.clone()
                }),
                _ => None,
            },
            _ => None,
        }
    }

    /// The routine that a statement means: by its arguments, or the only one of its name. `None` where it is
    /// not known which.
    pub fn routine(&mut self, target: &Target, kind: ObjectKind, optional: bool) -> Option<Key> {
        if self.is(Dialect::Mysql) {
            let signature = Name::exact(kind.as_str());
            return Some(self.catalog.resolve_signature(&target.name, &signature).0);
        }
        let Some(types) = &target.arguments else {
            let wholes = self.catalog.resolve_routines(&target.name);
            let parts = wholes.iter().flat_map(|whole| self.catalog.parts(whole));
            let mut candidates: Vec<Key> = parts.map(|(key, _)| key.clone()).collect();
            // What has the same arguments hides what comes behind it.
            let mut seen = BTreeSet::new();
            candidates.retain(|key| seen.insert(key.own_name().clone()));
            self.prefer(&mut candidates, kind, optional);
            return match &candidates[..] {
                [only] => Some(only.clone()),
                [] => {
                    let nothing = Name::exact("");
                    Some(self.catalog.resolve_signature(&target.name, &nothing).0)
                }
                several => {
                    self.look_at_several(several, kind, &target.name);
                    None
                }
            };
        };
        let mut used = Vec::new();
        let names = types.iter();
        let types: Vec<Type> = names.map(|it| self.loose_type(it, &mut used)).collect();
        for (name, data_type) in target.arguments.iter().flatten().zip(&types) {
            if !optional {
                self.require_type(name, data_type);
            }
        }
        let signature = signature(types.iter());
        let (key, _) = self.catalog.resolve_signature(&target.name, &signature);
        let seen = self.catalog.get(&key).is_some();
        // Types that are written in a way that is not understood may be any of them.
        (seen || optional || types.iter().all(is_understood)).then_some(key)
    }

    /// Leaves out what is of another kind, unless nothing else is there: of that something is said, but where the routine
    /// may be missing (`LookupFuncNameInternal` in parse_func.c, since 14).
    fn prefer(&self, candidates: &mut Vec<Key>, kind: ObjectKind, optional: bool) {
        let is_meant = |key: &Key| {
            let object = self.catalog.get(key);
            object.is_some_and(|it| is_kind(&it.kind, kind))
        };
        if optional || candidates.iter().any(is_meant) {
            candidates.retain(is_meant);
        }
    }

    /// Says that a name is that of several routines (`LookupFuncName` in parse_func.c).
    fn look_at_several(&mut self, several: &[Key], kind: ObjectKind, name: &Qualified) {
        let is_meant = |key: &&Key| match self.catalog.find(key) {
            Found::Here(object) => is_kind(&object.kind, kind),
            _ => false,
        };
        let meant: Vec<&Key> = several.iter().filter(is_meant).collect();
        if let [first, second, ..] = meant[..]
            && meant.len() == several.len()
        {
            let why = Unfit::Ambiguous(first.clone(), second.clone());
            let key = first.whole();
            self.fault(&name.range(), FaultKind::Unfit { kind, key, why });
        }
    }

    /// Routines are called by the types of their arguments: those that have one of another name now get
    /// the key that goes with it.
    pub fn call_anew(&mut self, users: &[Key], range: &Range<usize>) {
        for user in users {
            let Some(Kind::Routine(routine)) = self.catalog.get(user).map(|it| &it.kind) else {
                continue;
            };
            let new = user.whole().part(PartKind::Signature, routine.signature());
            if new != *user {
                self.move_to(user, &new, range);
            }
        }
    }
}

impl Routine {
    /// What it is called by: the types of its arguments, but for those that only come out.
    fn signature(&self) -> Name {
        let inputs = self.arguments.iter();
        let inputs = inputs.filter(|it| it.mode != ArgumentMode::Out);
        signature(inputs.map(|it| &it.data_type))
    }
}

/// Whether it is known which type this is.
fn is_understood(data_type: &Type) -> bool {
    !matches!(data_type.base, Base::Other(_))
}

/// What a routine is called by.
fn signature<'a>(types: impl Iterator<Item = &'a Type>) -> Name {
    let (shown, told_apart): (Vec<String>, Vec<String>) =
        types.map(|it| (it.to_string(), it.identity())).unzip();
    Name::keyed(&shown.join(", "), &told_apart.join(", "))
}
