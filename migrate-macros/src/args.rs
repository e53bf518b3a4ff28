//! What the user wrote between the parentheses.

use migrate_core::diagnostic::{Code, Level};
use migrate_core::dialect::Dialect;
use migrate_core::suggest::nearest;
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::token::Paren;
use syn::{Error, LitBool, LitStr, Token, parenthesized};

/// The folder that `embed_migrations!()` means.
const DEFAULT_FOLDER: &str = "migrations";

/// The options, and how each is written.
const OPTIONS: [(&str, &str); 4] = [
    ("dialect", "dialect = \"sqlite\""),
    ("unchecked_syntax", "unchecked_syntax = true"),
    ("allow", "allow(rule, …)"),
    ("deny", "deny(rule, …)"),
];

/// The macro's arguments.
#[derive(Default)]
pub(crate) struct Args {
    /// The folder, as written; see [`Args::folder`].
    path: Option<LitStr>,
    /// Whose SQL it is; `None` leaves it to the configuration.
    pub(crate) dialect: Option<Dialect>,
    /// Takes statements that the grammar refuses.
    pub(crate) unchecked_syntax: bool,
    /// Kinds of warnings that are not shown.
    pub(crate) allow: Vec<Code>,
    /// Kinds of warnings that are errors.
    pub(crate) deny: Vec<Code>,
}

impl Args {
    /// The folder as messages show it: as written, without a slash at its end.
    pub(crate) fn folder(&self) -> String {
        let written = self.path.as_ref().map(LitStr::value);
        let written = written.as_deref().unwrap_or(DEFAULT_FOLDER);
        match written.trim_end_matches('/') {
            "" => written.to_owned(),
            trimmed => trimmed.to_owned(),
        }
    }

    /// Where messages about the folder point to: the path, or the whole call without one.
    pub(crate) fn span(&self) -> Span {
        self.path
            .as_ref()
            .map_or_else(Span::call_site, LitStr::span)
    }
}

impl Parse for Args {
    fn parse(input: ParseStream<'_>) -> syn::Result<Args> {
        let mut args = Args::default();
        if !input.is_empty() && !is_option(input) {
            args.path = Some(path(input)?);
            comma(input)?;
        }
        let mut seen = Vec::new();
        while !input.is_empty() {
            let name = input.call(Ident::parse_any).map_err(|_| {
                let forms = OPTIONS.map(|(_, form)| form).join("`, `");
                input.error(format!("expected an option: `{forms}`"))
            })?;
            if seen.contains(&name) {
                return Err(Error::new_spanned(
                    &name,
                    format!("`{name}` is given twice"),
                ));
            }
            option(&mut args, &name, input)?;
            seen.push(name);
            comma(input)?;
        }
        Ok(args)
    }
}

/// Whether an option is what comes next: a name with a value or a list, or a name of one.
fn is_option(input: ParseStream<'_>) -> bool {
    let Ok(name) = input.fork().call(Ident::parse_any) else {
        return false;
    };
    input.peek2(Token![=]) || input.peek2(Paren) || OPTIONS.iter().any(|(option, _)| name == option)
}

fn path(input: ParseStream<'_>) -> syn::Result<LitStr> {
    if !input.peek(LitStr) {
        return Err(input.error(
            "expected the folder as a string literal, as in `embed_migrations!(\"migrations\")`: it is read while the program is built",
        ));
    }
    let path: LitStr = input.parse()?;
    match path.value().is_empty() {
        true => Err(Error::new_spanned(
            path,
            "the path is empty: leave it out for `migrations`, or write `.` for the folder of Cargo.toml",
        )),
        false => Ok(path),
    }
}

/// A comma, unless it is the end.
fn comma(input: ParseStream<'_>) -> syn::Result<()> {
    match input.is_empty() {
        true => Ok(()),
        false => input.parse::<Token![,]>().map(|_| ()),
    }
}

/// An option, whose name has been read.
fn option(args: &mut Args, name: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    let written = name.to_string();
    let Some((_, form)) = OPTIONS.iter().find(|(option, _)| *option == written) else {
        let known = OPTIONS.map(|(option, _)| option);
        let message = with_nearest(format!("unknown option `{written}`"), &written, &known);
        return Err(Error::new_spanned(name, message));
    };
    let is_list = form.ends_with(')');
    if !(is_list && input.peek(Paren) || !is_list && input.peek(Token![=])) {
        return Err(Error::new_spanned(name, format!("expected `{form}`")));
    }
    match written.as_str() {
        "allow" => args.allow = rules(input, |code| allowable(code, &args.deny))?,
        "deny" => args.deny = rules(input, |code| deniable(code, &args.allow))?,
        "dialect" => args.dialect = Some(dialect(input)?),
        _ => {
            input.parse::<Token![=]>()?;
            args.unchecked_syntax = input.parse::<LitBool>()?.value;
        }
    }
    Ok(())
}

fn dialect(input: ParseStream<'_>) -> syn::Result<Dialect> {
    input.parse::<Token![=]>()?;
    let name: LitStr = input.parse()?;
    let known: Vec<&str> = Dialect::ALL
        .iter()
        .map(|dialect| dialect.as_str())
        .collect();
    let dialect: Dialect = name.value().parse().map_err(|_| {
        let message = format!("unknown dialect `{}`", name.value());
        Error::new_spanned(&name, with_nearest(message, &name.value(), &known))
    })?;
    match has_grammar(dialect) {
        true => Ok(dialect),
        false => Err(Error::new_spanned(&name, no_grammar(dialect))),
    }
}

/// Whether the cargo feature is on that brings the database's own grammar, if there is such a
/// grammar at all.
pub(crate) fn has_grammar(dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres => cfg!(feature = "postgres"),
        Dialect::Sqlite => cfg!(feature = "sqlite"),
        Dialect::Mysql => true,
    }
}

/// What is wrong where [`has_grammar`] says no.
pub(crate) fn no_grammar(dialect: Dialect) -> String {
    format!(
        "the SQL of {} cannot be checked without the cargo feature `{dialect}`\nhelp: add `{dialect}` to the features of `migrate-runtime`",
        dialect.title()
    )
}

/// A list of rules in parentheses, each of which `accept` may refuse.
fn rules(
    input: ParseStream<'_>,
    accept: impl Fn(Code) -> Result<(), String>,
) -> syn::Result<Vec<Code>> {
    let list;
    parenthesized!(list in input);
    let rules = list.parse_terminated(Rule::parse, Token![,])?;
    rules
        .into_iter()
        .map(|rule| {
            let code = rule.code()?;
            match accept(code) {
                Ok(()) => Ok(code),
                Err(message) => Err(Error::new_spanned(rule.0, message)),
            }
        })
        .collect()
}

fn allowable(code: Code, denied: &[Code]) -> Result<(), String> {
    if code.level() == Level::Forbid {
        return Err(format!(
            "`{code}` is an error, which cannot be allowed\nhelp: a statement that the database does accept is taken as it is behind `-- migrate:unchecked <why>`, a whole folder with `unchecked_syntax = true`"
        ));
    }
    match denied.contains(&code) {
        true => Err(format!("`{code}` is both allowed and denied")),
        false => Ok(()),
    }
}

fn deniable(code: Code, allowed: &[Code]) -> Result<(), String> {
    if code.level() == Level::Forbid {
        return Err(format!("`{code}` is an error already"));
    }
    match allowed.contains(&code) {
        true => Err(format!("`{code}` is both allowed and denied")),
        false => Ok(()),
    }
}

/// A rule's code: words joined by hyphens, which are several tokens to Rust.
struct Rule(TokenStream);

impl Parse for Rule {
    fn parse(input: ParseStream<'_>) -> syn::Result<Rule> {
        let mut tokens = input.call(Ident::parse_any)?.into_token_stream();
        while input.peek(Token![-]) {
            input.parse::<Token![-]>()?.to_tokens(&mut tokens);
            input.call(Ident::parse_any)?.to_tokens(&mut tokens);
        }
        Ok(Rule(tokens))
    }
}

impl Rule {
    fn code(&self) -> syn::Result<Code> {
        let written: String = self.0.to_string().split_whitespace().collect();
        Code::named(&written).ok_or_else(|| {
            let known: Vec<&str> = Code::all().map(Code::as_str).collect();
            let message = format!("unknown rule `{written}`");
            Error::new_spanned(&self.0, with_nearest(message, &written, &known))
        })
    }
}

/// Adds what was probably meant to a message, or else all that is known.
fn with_nearest(message: String, written: &str, known: &[&str]) -> String {
    match nearest(written, known.iter().copied()) {
        Some(nearest) => format!("{message}\nhelp: did you mean `{nearest}`?"),
        None => format!("{message}\nhelp: there are `{}`", known.join("`, `")),
    }
}
