//! What is sent around the records of a run, so that neither they nor the next migration meet what
//! a script has set in its session.

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
    /// Settings that only some scripts touch, by name, and what puts each back after them, outside
    /// of a transaction.
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

    /// What puts back the settings that a script's own statements name.
    pub fn after(&self, script: &Script) -> Vec<String> {
        let spans = script
            .statements
            .iter()
            .filter(|span| span.runs.is_session());
        let statements = spans.map(|span| script.statement(span).to_ascii_lowercase());
        let statements: Vec<String> = statements.collect();
        let named = |name: &String| statements.iter().any(|statement| statement.contains(name));
        let touched = self.put_back.iter().filter(|(name, _)| named(name));
        touched.map(|(_, sql)| sql.clone()).collect()
    }
}
