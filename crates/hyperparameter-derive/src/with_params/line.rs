//! One `@` line: what it says.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::Type;
use syn::parse::{Parse, ParseStream, Parser};

use crate::cursor::{Cursor, is_alone, is_mark};
use crate::default::{Ask, Missing, lifetime};
use crate::fault::Fault;
use crate::key::{self, Follows, Key};

/// The words that may follow an `@`.
pub(super) const WORDS: [&str; 6] = ["get", "set", "params", "empty", "frozen", "del"];

pub(super) enum Line {
    Get {
        mutable: Option<Ident>,
        name: Ident,
        ask: Ask,
    },
    Set {
        key: Key,
        value: TokenStream,
    },
    Params {
        scope: TokenStream,
        span: Span,
    },
    Empty(Span),
    Frozen(Span),
    Delete(Key),
    /// What was wrong is noted; this much is known of it.
    Broken(Option<(Ident, Option<Type>)>),
}

/// A line whose word is `word`, from what follows it.
pub(super) fn parse(word: &Ident, rest: TokenStream, help: String, faults: &mut Vec<Fault>) -> Line {
    let mut cursor = Cursor::new(rest, word.span());
    match word.to_string().as_str() {
        "get" => get(&mut cursor, help, faults),
        "set" => set(&mut cursor, faults),
        "params" => {
            if cursor.is_empty() {
                let help = "write what is entered, as in `@params ParamScope::from(&args.define);`";
                faults.push(Fault::new(word.span(), "`@params` without a scope", help));
                return Line::Broken(None);
            }
            Line::Params { span: cursor.here(), scope: cursor.rest() }
        }
        "empty" => alone(&cursor, word, Line::Empty(word.span()), faults),
        "frozen" => alone(&cursor, word, Line::Frozen(word.span()), faults),
        "del" => delete(&mut cursor, faults),
        // No word at all, which is noted already.
        "_" => Line::Broken(None),
        other => {
            faults.push(Fault::new(
                word.span(),
                format!("`@{other}` is no line of `with_params!`"),
                did_you_mean(other),
            ));
            // A name and a default that were meant for `@get` are known, so that what follows is not in error as well.
            if other.starts_with('g') || other == "let" {
                return get(&mut cursor, help, &mut Vec::new());
            }
            Line::Broken(None)
        }
    }
}

fn did_you_mean(word: &str) -> String {
    let same = |known: &str| known.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
    let all = "the lines are `@get`, `@set`, `@params`, `@empty`, `@frozen` and `@del`";
    match WORDS.into_iter().max_by_key(|known| same(known)) {
        _ if word == "let" => format!("did you mean `@get`? {all}"),
        Some(near) if same(near) >= 2 => format!("did you mean `@{near}`? {all}"),
        _ => all.to_owned(),
    }
}

fn alone(cursor: &Cursor, word: &Ident, line: Line, faults: &mut Vec<Fault>) -> Line {
    if !cursor.is_empty() {
        faults.push(Fault::new(cursor.here(), format!("`@{word}` takes nothing"), format!("write `@{word};`")));
    }
    line
}

fn get(cursor: &mut Cursor, help: String, faults: &mut Vec<Fault>) -> Line {
    let mutable = cursor.eat_word("mut");
    let Some(name) = name(cursor, faults) else { return Line::Broken(None) };
    let wanted = match wanted(cursor, faults) {
        Ok(wanted) => wanted,
        Err(()) => return Line::Broken(Some((name, None))),
    };
    let broken = |wanted| Line::Broken(Some((name.clone(), wanted)));
    if cursor.eat('=').is_none() {
        let message = format!("expected `=` after `@get {name}`");
        let help = format!("write `@get {name} = key or default;`");
        faults.push(Fault::new(cursor.here(), message, help));
        return broken(wanted);
    }
    let Some(key) = key::take(cursor, Follows::Get, faults) else { return broken(wanted) };
    let missing = tail(cursor, &name, &key, faults);
    Line::Get { mutable, name, ask: Ask { key, wanted, missing, help } }
}

fn name(cursor: &mut Cursor, faults: &mut Vec<Fault>) -> Option<Ident> {
    cursor.open();
    match cursor.peek(0) {
        Some(TokenTree::Ident(ident)) => {
            let ident = ident.clone();
            let _ = cursor.next();
            if syn::parse2::<Ident>(TokenTree::from(ident.clone()).into()).is_err() && ident != "_" {
                let help = format!("write `@get r#{ident} = …;` or another name");
                faults.push(Fault::new(
                    ident.span(),
                    format!("`{ident}` is a keyword, and no name for a variable"),
                    help,
                ));
                return None;
            }
            Some(ident)
        }
        _ => {
            let help = "write `@get name = key or default;`";
            faults.push(Fault::new(cursor.here(), "a name must follow `@get`", help));
            None
        }
    }
}

/// The type after a name, if there is one.
fn wanted(cursor: &mut Cursor, faults: &mut Vec<Fault>) -> Result<Option<Type>, ()> {
    if !is_alone(cursor.peek(0), cursor.peek(1), ':') {
        return Ok(None);
    }
    let _ = cursor.next();
    let here = cursor.here();
    let tokens = cursor.rest();
    let help = "write `@get name: f64 = key or 1.0;`";
    if is_mark(tokens.clone().into_iter().next().as_ref(), '=') || tokens.is_empty() {
        faults.push(Fault::new(here, "a type must follow `:`", help));
        return Err(());
    }
    match prefix::<Type>(tokens) {
        Ok((wanted, rest)) => {
            cursor.replace(rest);
            if let Some(span) = lifetime(&wanted) {
                let help = "write `&str`, which lasts to the end of the block, or `String`, which is your own";
                faults.push(Fault::new(span, "the text of a parameter does not live so long", help));
            }
            Ok(Some(wanted))
        }
        Err(error) => {
            faults.push(Fault::of(&error, help));
            Err(())
        }
    }
}

/// What is parsed from the beginning, and what follows it.
pub(crate) fn prefix<T: Parse>(tokens: TokenStream) -> syn::Result<(T, TokenStream)> {
    (|input: ParseStream<'_>| Ok((input.parse()?, input.parse()?))).parse2(tokens)
}

/// What stands after the key of a `@get`.
fn tail(cursor: &mut Cursor, name: &Ident, key: &Key, faults: &mut Vec<Fault>) -> Missing {
    let mut missing = Missing::Panic;
    if let Some(mark) = cursor.eat('?') {
        missing = Missing::Return(mark);
        if cursor.is_empty() {
            return missing;
        }
        let help = "write `?` to return the error, or `or` and a default";
        faults.push(Fault::new(cursor.here(), "nothing may follow `?`", help));
    }
    if cursor.is_empty() {
        return missing;
    }
    if let Some(word) = cursor.eat_word("or").or_else(|| cursor.eat_word("or_else")) {
        if cursor.is_empty() {
            let help = if word == "or" { "write `or 1`" } else { "write `or_else || compute()`" };
            faults.push(Fault::new(word.span(), format!("a default must follow `{word}`"), help));
            return missing;
        }
        let default = cursor.rest();
        return if word == "or" { Missing::Default(default) } else { Missing::Call(default) };
    }
    let here = cursor.here();
    // What other languages write in the place of `or`.
    while ['|', ',', '='].into_iter().any(|mark| is_mark(cursor.peek(0), mark)) {
        let _ = cursor.next();
    }
    let default = cursor.rest();
    let shown = crate::text::shown(default.clone());
    let help = format!("write `@get {name} = {} or {shown};`", key.written());
    faults.push(Fault::new(
        here,
        format!("expected `or` and a default, `?` or `;` after the key `{}`", key.written()),
        help,
    ));
    if default.is_empty() { missing } else { Missing::Default(default) }
}

fn set(cursor: &mut Cursor, faults: &mut Vec<Fault>) -> Line {
    let Some(key) = key::take(cursor, Follows::Write, faults) else { return Line::Broken(None) };
    if cursor.eat('=').is_none() {
        let help = format!("write `@set {} = value;`", key.written());
        faults.push(Fault::new(cursor.here(), format!("expected `=` after the key `{}`", key.written()), help));
        return Line::Broken(None);
    }
    if cursor.is_empty() {
        let help = format!("write `@set {} = value;`", key.written());
        faults.push(Fault::new(cursor.last(), "a value must follow `=`", help));
        return Line::Broken(None);
    }
    Line::Set { key, value: cursor.rest() }
}

fn delete(cursor: &mut Cursor, faults: &mut Vec<Fault>) -> Line {
    let Some(key) = key::take(cursor, Follows::Write, faults) else { return Line::Broken(None) };
    if !cursor.is_empty() {
        let help = format!("write `@del {};`, and one line for each key", key.written());
        faults.push(Fault::new(cursor.here(), format!("nothing may follow the key `{}`", key.written()), help));
    }
    Line::Delete(key)
}
