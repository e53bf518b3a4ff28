//! Functions, procedures and aggregates, which are called by the types of their arguments.

use super::work::Work;
use crate::catalog::object::{Routine, RoutineArgument};
use crate::catalog::types::{Base, Type};
use crate::catalog::{Found, Key, Kind, PartKind, Space};
use crate::ddl::Name;
use crate::ddl::object::*;
use crate::ddl::table::TypeName;
use crate::dialect::Dialect;

impl Work {
    pub fn create_routine(&mut self, def: &CreateRoutine) {
        let range = def.name.range();
        let whole = self.new_key(Space::Routine, &def.name, false);
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
            (Some(name), _) => Some(self.loose_type(name, &mut types).to_string().into()),
            (None, Some(text)) => Some(text.canonical.clone()),
            (None, None) => None,
        };
        let inputs = arguments.iter().filter(|it| it.mode != ArgumentMode::Out);
        let signature = signature(inputs.map(|it| &it.data_type));
        let key = match self.dialect() {
            Dialect::Postgres => whole.part(PartKind::Signature, signature),
            // MySQL has functions and procedures of one name, and one of each.
            _ => whole.part(PartKind::Signature, Name::exact(def.kind.as_str())),
        };
        let there = matches!(self.catalog.find(&key), Found::Here(_));
        if there && def.if_not_exists || !def.or_replace && !self.is_free(&key, &range) {
            return;
        }
        types.sort();
        types.dedup();
        let routine = Routine {
            kind: def.kind,
            arguments,
            returns,
            language: def.language.clone(),
            body: def.body.canonical.clone(),
            types,
        };
        match self.catalog.get(&key).is_some() && there {
            true => self.alter(&key, &range, |object| object.kind = Kind::Routine(routine)),
            false => self.create(&key, Kind::Routine(routine), &range),
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
        if matches!(data_type.base, Base::Other(_)) && self.is(Dialect::Postgres) {
            let (key, found) = self.resolve(Space::Type, &name.name, ObjectKind::Type);
            if matches!(found, Found::Here(_)) {
                types.push(key.clone());
                data_type.base = Base::User(key);
            }
        }
        data_type
    }

    /// The routine that a statement means: by its arguments, or the only one of its name.
    pub fn routine(&mut self, target: &Target, kind: ObjectKind, optional: bool) -> Option<Key> {
        let whole = self.catalog.resolve_routine(&target.name);
        let candidates: Vec<Key> = self
            .catalog
            .parts(&whole)
            .map(|(key, _)| key.clone())
            .collect();
        if self.is(Dialect::Mysql) {
            return Some(whole.part(PartKind::Signature, Name::exact(kind.as_str())));
        }
        let Some(types) = &target.arguments else {
            return match &candidates[..] {
                [only] => Some(only.clone()),
                [] => Some(whole.part(PartKind::Signature, Name::exact(""))),
                _ => None,
            };
        };
        let mut used = Vec::new();
        let types: Vec<Type> = types
            .iter()
            .map(|it| {
                let data_type = self.loose_type(it, &mut used);
                if !optional {
                    self.require_type(it, &data_type);
                }
                data_type
            })
            .collect();
        let key = whole.part(PartKind::Signature, signature(types.iter()));
        let surely = types.iter().all(|it| !matches!(it.base, Base::Other(_)));
        let seen = self.catalog.get(&key).is_some();
        // Types that are written in a way that is not understood may be any of them.
        (seen || surely || optional).then_some(key)
    }
}

/// What a routine is called by.
fn signature<'a>(types: impl Iterator<Item = &'a Type>) -> Name {
    let types: Vec<String> = types.map(Type::to_string).collect();
    Name::exact(&types.join(", "))
}
