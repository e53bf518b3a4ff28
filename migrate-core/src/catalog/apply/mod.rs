//! What a statement makes of a schema.
//!
//! After a fault the rest of the history is judged as if the statement had done what it could, so that
//! one mistake is one message: what is missing is not asked for again, and what others use stays.

mod alter;
mod alter_column;
mod alter_relation;
mod anew;
mod attached;
mod called;
mod child;
mod chosen;
mod column;
mod column_state;
mod composite;
mod constraint;
mod drop;
mod family;
mod foreign_key;
mod index;
mod inherit;
mod mysql;
mod named;
mod object;
mod partitioned;
mod references;
mod replaced;
mod require;
mod routine;
mod rows;
mod session;
mod sqlite;
mod table;
mod user_type;
mod view;
mod work;

use super::references::Constant;
use super::{Accesses, Catalog, Change, Fault, Site};
use crate::ddl::Statement;
use crate::dialect::Dialect;
use crate::statement::Control;
use work::Work;

/// What a statement has led to.
#[derive(Clone)]
pub struct Applied {
    /// The schema after it.
    pub catalog: Catalog,
    /// What it has changed, in order.
    pub changes: Vec<Change>,
    /// Why the database would refuse it; then the catalog is a guess at what was meant.
    pub faults: Vec<Fault>,
    /// The rows that its queries read and write.
    pub accesses: Accesses,
    /// The constants in its query that meet a column; `None` without one that is understood.
    pub(crate) constants: Option<Vec<Constant>>,
}

/// Applies a statement to a schema. `site` is where the statement stands.
pub fn apply(catalog: &Catalog, statement: &Statement, site: Site) -> Applied {
    let mut work = Work::new(catalog, site);
    match statement {
        Statement::CreateTable(it) => work.create_table(it),
        Statement::AlterTable(it) => work.alter_table(it),
        Statement::CreateIndex(it) => work.create_index(it),
        Statement::CreateSchema(it) => work.create_schema(it),
        Statement::CreateView(it) => work.create_view(it),
        Statement::CreateSequence(it) => work.create_sequence(it),
        Statement::AlterSequence(it) => work.alter_sequence(it),
        Statement::CreateType(it) => work.create_type(it),
        Statement::AlterType(it) => work.alter_type(it),
        Statement::CreateDomain(it) => work.create_domain(it),
        Statement::AlterDomain(it) => work.alter_domain(it),
        Statement::CreateRoutine(it) => work.create_routine(it),
        Statement::CreateTrigger(it) => work.create_trigger(it),
        Statement::CreatePolicy(it) => work.create_policy(it),
        Statement::AlterPolicy(it) => work.alter_policy(it),
        Statement::CreateRule(it) => work.create_rule(it),
        Statement::CreateExtension(it) => work.create_extension(it),
        Statement::Drop(it) => work.drop(it),
        Statement::Rename(renames) => renames.iter().for_each(|it| work.rename_object(it)),
        Statement::SetSchema(it) => work.set_schema(it),
        Statement::Comment(it) => work.comment(it),
        Statement::Write(it) => work.write(it),
        Statement::Query(it) => work.query(it),
        Statement::Truncate(it) => work.truncate(it),
        Statement::Set(it) => work.set(it),
        Statement::Maintain(it) => work.maintain(it),
        Statement::Control(Control::Begin) => {}
        Statement::Control(_) => work.catalog = work.catalog.after_transaction(),
        Statement::Opaque(it) => {
            if &*it.kind == "CREATE SCHEMA AUTHORIZATION" {
                // `AUTHORIZATION CURRENT_USER`
                work.catalog.note_schema_of_role();
            }
            work.look_at_named(it);
            let casts = it.kind.starts_with("CREATE CAST");
            work.catalog.has_casts |= casts || it.kind.starts_with("CREATE OPERATOR");
            it.names.iter().for_each(|name| work.aside_name(name));
            work.change_anything_in(&it.reach);
        }
    }
    work.run_what_is_called(statement);
    match work.dialect() {
        Dialect::Postgres => work.doubt_schemas(statement),
        Dialect::Mysql => work.doubt_databases(),
        Dialect::Sqlite => {}
    }
    work.done()
}
