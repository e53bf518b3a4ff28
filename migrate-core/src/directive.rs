//! Comments that mean something: section markers and `-- migrate:…` directives, one per line.

use crate::diagnostic::{Code, Problem};
use crate::limits::{DURATIONS, limit};
use crate::migration::Direction;
use crate::suggest::nearest;
use std::ops::Range;
use std::time::Duration;

/// What a directive says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Directive {
    /// `migrate:no-transaction`: statement by statement, not in one transaction.
    NoTransaction,
    /// `migrate:irreversible <why>`: there is no down, on purpose.
    Irreversible(String),
    /// `migrate:requires <version|name>, …`: these must be applied before.
    Requires(Vec<String>),
    /// `migrate:allow <rule> <why>`: not to be reported in this file.
    Allow(Allow),
    /// `migrate:lock-timeout <duration>`; zero for no limit.
    LockTimeout(Duration),
    /// `migrate:statement-timeout <duration>`; zero for no limit.
    StatementTimeout(Duration),
    /// `migrate:unchecked <why>`: the grammar is not asked about the next statement.
    Unchecked,
}

/// What is not to be reported. That there is such a rule is for those to say who know the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The name of the rule.
    pub rule: String,
    /// Where it stands: a byte offset in the comment.
    pub at: usize,
}

/// A comment that means something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// `migrate:up` or `migrate:down`, or what other tools write for it.
    Marker {
        /// Which section begins here.
        direction: Direction,
        /// Whether dbmate's `transaction:false` or sql-migrate's `notransaction` stands behind it,
        /// or else what is wrong there. A marker with a wrong option is still one.
        no_transaction: Result<bool, Problem>,
    },
    /// `UP` or `DOWN` and nothing else: a marker in some files, just a comment in others.
    Bare(Direction),
    /// A directive.
    Directive(Directive),
    /// goose's `StatementBegin` and `StatementEnd`, which the splitter reads.
    Block,
}

/// The directives and the argument that each takes; `up` and `down` are the section markers.
const DIRECTIVES: &[(&str, &str)] = &[
    ("up", ""),
    ("down", ""),
    ("no-transaction", ""),
    ("irreversible", "<why>"),
    ("requires", "<version or name>, …"),
    ("allow", "<rule> <why>"),
    ("lock-timeout", "<duration>"),
    ("statement-timeout", "<duration>"),
    ("unchecked", "<why>"),
];

/// Reads a line comment: `None` if it is just a comment, a problem (with its range in the comment)
/// if it means to be a directive and is not.
pub fn read(comment: &str) -> Option<Result<Note, Problem>> {
    let comment = comment.trim_end();
    let body = comment.strip_prefix("--")?.trim_start();
    match body.as_bytes().first()? {
        b'+' => other_tool(comment, body),
        b'u' | b'U' if body.eq_ignore_ascii_case("up") => Some(Ok(Note::Bare(Direction::Up))),
        b'd' | b'D' if body.eq_ignore_ascii_case("down") => Some(Ok(Note::Bare(Direction::Down))),
        b'm' | b'M' => {
            let rest = strip_word(body, "migrate")?
                .trim_start()
                .strip_prefix(':')?;
            let text = rest.trim_start();
            let (word, argument) = split_word(text);
            let known = DIRECTIVES
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(word));
            let place = Place { comment };
            match known {
                _ if text.len() < rest.len() => place.spaced(known, word, argument),
                Some((name, usage)) => Some(place.known(name, usage, argument)),
                None => Some(Err(place.unknown(word))),
            }
        }
        _ => None,
    }
}

/// `+goose …` and sql-migrate's `+migrate …`.
fn other_tool(comment: &str, body: &str) -> Option<Result<Note, Problem>> {
    let rest = strip_word(body, "+goose").or_else(|| strip_word(body, "+migrate"))?;
    if !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let words: Vec<String> = rest
        .split_whitespace()
        .map(str::to_ascii_lowercase)
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let marker = |direction, no_transaction| Note::Marker {
        direction,
        no_transaction: Ok(no_transaction),
    };
    Some(Ok(match words[..] {
        ["up"] => marker(Direction::Up, false),
        ["down"] => marker(Direction::Down, false),
        ["up", "notransaction"] => marker(Direction::Up, true),
        ["down", "notransaction"] => marker(Direction::Down, true),
        ["no", "transaction"] => Note::Directive(Directive::NoTransaction),
        ["statementbegin" | "statementend"] => Note::Block,
        _ => {
            let place = Place { comment };
            let message = format!("`{}` is not supported", body.trim_end());
            return Some(Err(place.problem(body, message).help(
                "known are `Up`, `Down`, `NO TRANSACTION`, `StatementBegin` and `StatementEnd`",
            )));
        }
    }))
}

/// Whether an `unchecked` directive with this text between it and a statement covers the
/// statement: only blank lines and other comment lines stand there.
pub fn reaches(between: &str) -> bool {
    between
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with("--"))
}

/// Whether a `migrate:unchecked` stands directly before the statement that begins at `start`.
pub fn is_unchecked(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let mut lines = before.rsplit('\n');
    // The statement must be the first thing on its line.
    lines.next().is_some_and(|line| line.trim().is_empty())
        && lines
            .map(str::trim)
            .take_while(|line| reaches(line))
            .any(|line| matches!(read(line), Some(Ok(Note::Directive(Directive::Unchecked)))))
}

fn suggestion(word: &str) -> Option<&'static str> {
    nearest(word, DIRECTIVES.iter().map(|(name, _)| *name))
}

/// The rest of a text that begins with an (ASCII) word, in any case.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

/// The first word and what follows it.
fn split_word(text: &str) -> (&str, &str) {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    (word, rest.trim_start())
}

/// The comment in which a directive stands: what problems point into.
struct Place<'a> {
    comment: &'a str,
}

impl Place<'_> {
    /// A problem at a part of the comment.
    fn problem(&self, part: &str, message: impl Into<String>) -> Problem {
        Problem::new(Code::DirectiveUnknown, self.range(part), message)
    }

    /// Where a slice of the comment stands in it.
    fn range(&self, part: &str) -> Range<usize> {
        let start = part
            .as_ptr()
            .addr()
            .wrapping_sub(self.comment.as_ptr().addr());
        let end = start.saturating_add(part.len());
        if end <= self.comment.len() {
            start..end
        } else {
            0..self.comment.len()
        }
    }

    fn unknown(&self, word: &str) -> Problem {
        let problem = self.problem(word, format!("unknown directive `migrate:{word}`"));
        match suggestion(word) {
            Some(near) => problem.help(format!("did you mean `migrate:{near}`?")),
            None => {
                let names: Vec<&str> = DIRECTIVES.iter().map(|(name, _)| *name).collect();
                problem.help(format!("known directives are {}", names.join(", ")))
            }
        }
    }

    /// What follows on `migrate:` and a space: a section marker, which may have any spaces; prose,
    /// as in `migrate: allow nulls`; or what can only mean to be a directive.
    fn spaced(
        &self,
        known: Option<&(&str, &str)>,
        word: &str,
        argument: &str,
    ) -> Option<Result<Note, Problem>> {
        let is_name = argument.is_empty() || word.contains(['-', '_']);
        let Some((name, usage)) = known else {
            let misspelt = is_name && suggestion(word).is_some();
            return misspelt.then(|| Err(self.unknown(word)));
        };
        let fits = match self.known(name, usage, argument) {
            Ok(Note::Marker {
                no_transaction: Err(_),
                ..
            }) => return None,
            Ok(marker @ Note::Marker { .. }) => return Some(Ok(marker)),
            Ok(Note::Directive(Directive::Requires(names))) => {
                names.iter().all(|name| !name.contains(char::is_whitespace))
            }
            // The names of all rules are of several words.
            Ok(Note::Directive(Directive::Allow(allow))) => allow.rule.contains('-'),
            other => other.is_ok(),
        };
        (fits || is_name).then(|| {
            let message = format!("the space makes `migrate: {name}` a comment, not a directive");
            Err(self.problem(word, message).help(format!(
                "write `-- migrate:{name}` if it is meant to be one, or begin the comment with another word"
            )))
        })
    }

    /// A directive that exists, with whatever argument.
    fn known(&self, name: &str, usage: &str, argument: &str) -> Result<Note, Problem> {
        if !usage.is_empty() && argument.is_empty() {
            return Err(self
                .problem(
                    self.comment,
                    format!("`migrate:{name}` says nothing without an argument"),
                )
                .help(format!("write `-- migrate:{name} {usage}`")));
        }
        Ok(Note::Directive(match name {
            "up" => return Ok(self.marker(Direction::Up, argument)),
            "down" => return Ok(self.marker(Direction::Down, argument)),
            "no-transaction" if !argument.is_empty() => {
                let message = "`migrate:no-transaction` takes no argument";
                return Err(self.problem(argument, message));
            }
            "no-transaction" => Directive::NoTransaction,
            "irreversible" => Directive::Irreversible(argument.to_owned()),
            "requires" => Directive::Requires(self.names(argument)?),
            "allow" => Directive::Allow(self.allow(argument)?),
            "lock-timeout" => Directive::LockTimeout(self.limit(argument)?),
            "statement-timeout" => Directive::StatementTimeout(self.limit(argument)?),
            _ => Directive::Unchecked,
        }))
    }

    fn marker(&self, direction: Direction, options: &str) -> Note {
        let no_transaction = match options.to_ascii_lowercase().as_str() {
            "" | "transaction:true" => Ok(false),
            "transaction:false" => Ok(true),
            _ => Err(self
                .problem(options, format!("unknown option of `migrate:{direction}`"))
                .help("known are `transaction:false` and `transaction:true`")),
        };
        Note::Marker {
            direction,
            no_transaction,
        }
    }

    fn names(&self, list: &str) -> Result<Vec<String>, Problem> {
        let names: Vec<&str> = list.split(',').map(str::trim).collect();
        if names.contains(&"") {
            return Err(self
                .problem(list, "a name is missing beside a comma")
                .help("write `-- migrate:requires <version or name>, …`"));
        }
        Ok(names.into_iter().map(str::to_owned).collect())
    }

    fn allow(&self, argument: &str) -> Result<Allow, Problem> {
        let (rule, why) = split_word(argument);
        if why.is_empty() {
            return Err(self
                .problem(rule, "`migrate:allow` needs a reason")
                .help(format!("write `-- migrate:allow {rule} <why>`")));
        }
        Ok(Allow {
            rule: rule.to_owned(),
            at: self.range(rule).start,
        })
    }

    fn limit(&self, argument: &str) -> Result<Duration, Problem> {
        limit(argument).map_err(|message| {
            self.problem(argument, message)
                .help(format!("{DURATIONS}, or `0` for no limit"))
        })
    }
}
