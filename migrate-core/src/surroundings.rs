//! What is sent around the records of a run, so that neither they nor the next migration meet what
//! a script has set in its session.

use crate::dialect::Dialect;
use crate::migration::Script;
use crate::unit::Record;

/// SQL of the program's own. None where a session holds nothing that could matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Makes the session what it was before the run.
    pub restore: Vec<String>,
    /// Limits what is done after that in the same transaction.
    pub limit: Vec<String>,
    /// Goes to the role that the run began with, until `back_to_role`.
    pub own_role: Vec<String>,
    /// Goes back to the role that the script has set.
    pub back_to_role: Vec<String>,
    /// Settings that only some scripts touch, by name, and what puts each back before the record
    /// that a script is done.
    pub put_back_first: Vec<(String, String)>,
    /// The same, where it is put back after that record, outside of a transaction.
    pub put_back: Vec<(String, String)>,
}

impl Surroundings {
    /// The statements of a record, with what belongs around them: a migration that goes on after
    /// it finds its own role again, and one that is done leaves nothing behind.
    pub fn around(&self, record: &Record, statements: Vec<String>) -> Vec<String> {
        match record {
            Record::Done => [&*self.restore, &self.limit, &statements].concat(),
            Record::Progress { .. } => [&*self.own_role, &statements, &self.back_to_role].concat(),
            Record::Started { .. } | Record::Accepted | Record::Resumes { .. } => statements,
        }
    }

    /// What belongs around one script, by what it sets.
    pub fn of_script(&self, script: Option<&Script>, dialect: Dialect) -> Surroundings {
        // A session of MySQL has nothing to go back to where a script leaves it alone.
        if dialect == Dialect::Mysql && !script.is_some_and(Script::may_set_session) {
            return Surroundings::default();
        }
        let names = script.map_or_else(Vec::new, |script| names_set(script, dialect));
        let of_these = |settings: &[(String, String)]| {
            let settings = settings.iter();
            let named = settings.filter(|(name, _)| names.contains(name));
            named.cloned().collect::<Vec<_>>()
        };
        let first = of_these(&self.put_back_first);
        let first = first.into_iter().map(|(_, sql)| sql);
        Surroundings {
            restore: self.restore.iter().cloned().chain(first).collect(),
            put_back: of_these(&self.put_back),
            put_back_first: Vec::new(),
            ..self.clone()
        }
    }

    /// What puts settings back when everything is recorded.
    pub fn after(&self) -> Vec<String> {
        let put_back = self.put_back.iter();
        put_back.map(|(_, sql)| sql.clone()).collect()
    }
}

/// The names that a script's own statements set something of, in lower case.
fn names_set(script: &Script, dialect: Dialect) -> Vec<String> {
    let spans = script
        .statements
        .iter()
        .filter(|span| span.runs.is_session());
    spans
        .flat_map(|span| dialect.names_set(script.statement(span)))
        .collect()
}
