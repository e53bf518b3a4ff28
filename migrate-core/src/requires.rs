//! `migrate:requires`: names → versions that run before.

use crate::diagnostic::{Code, Diagnostic};
use crate::layout::{Draft, split_name};
use crate::migration::Version;
use crate::source::Span;
use crate::suggest::nearest;
use std::collections::{HashMap, HashSet};

/// A `migrate:requires` directive.
pub(crate) struct Requirement {
    /// Whose it is: an index into the drafts.
    pub of: usize,
    /// Where it is written.
    pub span: Span,
    /// What it names.
    pub names: Vec<String>,
}

/// One name of a requirement, resolved.
struct Edge<'a> {
    from: usize,
    to: usize,
    span: &'a Span,
}

/// Resolves requirements over the drafts, which are sorted by version: the versions that each
/// draft requires.
pub(crate) fn resolve(
    drafts: &[Draft],
    requirements: &[Requirement],
    diagnostics: &mut Vec<Diagnostic>,
) -> HashMap<usize, Vec<Version>> {
    if requirements.is_empty() {
        return HashMap::new();
    }
    let names = Names::new(drafts);
    let mut edges = Vec::new();
    for requirement in requirements {
        for name in &requirement.names {
            match names.find(name) {
                Ok(to) => edges.push(Edge {
                    from: requirement.of,
                    to,
                    span: &requirement.span,
                }),
                Err((message, help)) => diagnostics.push(
                    Diagnostic::new(Code::RequiresMissing, requirement.span.clone(), message)
                        .help(help),
                ),
            }
        }
    }
    let mut required: HashMap<usize, Vec<Version>> = HashMap::new();
    for edge in edges.iter().filter(|edge| edge.to < edge.from) {
        let version = drafts[edge.to].version.clone();
        required.entry(edge.from).or_default().push(version);
    }
    diagnostics.extend(forward(drafts, &edges));
    required
}

/// What is wrong with the edges that lead to the same or a later migration. Every circle has one.
fn forward(drafts: &[Draft], edges: &[Edge<'_>]) -> Vec<Diagnostic> {
    let mut graph: HashMap<usize, Vec<usize>> = HashMap::new();
    for edge in edges {
        graph.entry(edge.from).or_default().push(edge.to);
    }
    let version = |at: usize| drafts[at].version.as_str();
    let mut in_known_circle: HashSet<(usize, usize)> = HashSet::new();
    let mut diagnostics = Vec::new();
    for edge in edges.iter().filter(|edge| edge.to >= edge.from) {
        if in_known_circle.contains(&(edge.from, edge.to)) {
            continue;
        }
        let (code, message, help) = match path(&graph, edge.to, edge.from) {
            Some(path) if path.len() == 1 => (
                Code::RequiresCycle,
                "the migration requires itself".to_owned(),
                "remove the directive",
            ),
            Some(path) => {
                let ends = std::iter::once(edge.from).chain(path);
                let circle: Vec<usize> = ends.collect();
                in_known_circle.extend(circle.windows(2).map(|step| (step[0], step[1])));
                let names: Vec<&str> = circle.into_iter().map(version).collect();
                (
                    Code::RequiresCycle,
                    format!("migrations require each other: {}", names.join(" → ")),
                    "a migration can only require those with a smaller version",
                )
            }
            None => (
                Code::RequiresMissing,
                format!(
                    "`{}` is required here but runs after `{}`",
                    version(edge.to),
                    version(edge.from)
                ),
                "give this migration a larger version, or do not require the later one",
            ),
        };
        diagnostics.push(Diagnostic::new(code, edge.span.clone(), message).help(help));
    }
    diagnostics
}

/// A way through the graph, both ends included.
fn path(graph: &HashMap<usize, Vec<usize>>, start: usize, goal: usize) -> Option<Vec<usize>> {
    let mut came_from = HashMap::from([(start, start)]);
    let mut open = vec![start];
    while let Some(at) = open.pop() {
        if at == goal {
            let step = |&at: &usize| came_from.get(&at).copied().filter(|_| at != start);
            let mut path: Vec<usize> = std::iter::successors(Some(goal), step).collect();
            path.reverse();
            return Some(path);
        }
        for &next in graph.get(&at).into_iter().flatten() {
            came_from.entry(next).or_insert_with(|| {
                open.push(next);
                at
            });
        }
    }
    None
}

/// What a requirement may say: a version, a name, or both as in the file's name.
struct Names<'a> {
    drafts: &'a [Draft],
    by_name: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Names<'a> {
    fn new(drafts: &'a [Draft]) -> Names<'a> {
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, draft) in drafts.iter().enumerate() {
            by_name.entry(&draft.name).or_default().push(index);
        }
        Names { drafts, by_name }
    }

    /// The draft that is meant; else what is wrong, and what to do.
    fn find(&self, wanted: &str) -> Result<usize, (String, String)> {
        match self.by_name.get(wanted).map(Vec::as_slice) {
            Some(&[only]) => return Ok(only),
            Some(several) => return Err(self.ambiguous(wanted, several)),
            None => {}
        }
        let (version, name) = match split_name(wanted) {
            Ok((version, name)) => (version, Some(name)),
            Err(_) => (wanted, None),
        };
        let version = Version::new(version);
        let found = self
            .drafts
            .binary_search_by(|draft| draft.version.cmp(&version))
            .ok()
            .filter(|&found| name.is_none_or(|name| *self.drafts[found].name == *name));
        found.ok_or_else(|| self.missing(wanted))
    }

    fn ambiguous(&self, wanted: &str, several: &[usize]) -> (String, String) {
        let versions = several.iter().map(|&at| self.drafts[at].version.as_str());
        let versions: Vec<&str> = versions.collect();
        (
            format!("{} migrations have the name `{wanted}`", several.len()),
            format!("name the version: one of {}", versions.join(", ")),
        )
    }

    fn missing(&self, wanted: &str) -> (String, String) {
        let label = |draft: &Draft| format!("{}_{}", draft.version, draft.name);
        let labels: Vec<String> = self.drafts.iter().map(label).collect();
        let versions = self.drafts.iter().map(|draft| draft.version.as_str());
        let names = self.drafts.iter().map(|draft| &*draft.name);
        let labels = labels.iter().map(String::as_str);
        let help = match nearest(wanted, versions.chain(names).chain(labels)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write its version, its name, or both: `<version>_<name>`".to_owned(),
        };
        (
            format!("no migration of the folder is called `{wanted}`"),
            help,
        )
    }
}
