//! `with_params!`: a block whose `@` lines read, set and enter parameters. Its body runs where it stands, so that
//! `return`, `?`, `break`, labels and the block's value are what they are without it.

mod emit;
mod line;
mod split;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

pub(crate) use line::prefix;

use crate::fault::{Fault, statements};
use emit::Emit;
use split::Part;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut faults = Vec::new();
    let parts = split::split(input, &mut faults);
    let mut emit = Emit::default();
    for part in parts {
        match part {
            Part::Rust(tokens) => emit.rust(tokens.into_iter().collect(), &mut faults),
            Part::Line(raw) => {
                let line = line::parse(&raw.word, raw.rest, raw.help, &mut faults);
                emit.line(&raw.word, &raw.attributes, line, &mut faults);
            }
        }
    }
    let mut body = statements(&faults);
    body.extend(emit.finish());
    block(body)
}

/// A block of these statements.
pub(crate) fn block(body: TokenStream) -> TokenStream {
    let mut block = Group::new(Delimiter::Brace, body);
    block.set_span(Span::mixed_site());
    TokenTree::Group(block).into()
}

/// An `.await` where a scope is open.
fn await_fault(span: Span) -> Fault {
    let help = "enter the scope around the future instead: `fut.with_params(scope).await`, or read with `@get` only";
    Fault::new(
        span,
        "`.await` in a block that opens a scope: other tasks of this thread would see its parameters",
        help,
    )
}
