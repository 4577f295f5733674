//! How the names of a document become keys (rule K5).

use super::fault::{Fault, Found, duplicate};
use super::names::{Index, NameKind, Names, starts_as_operator};
use super::tree::{Content, Member, Node, join};
use crate::error::quoted;
use crate::key::validate;
use crate::value::Value;

/// The root of a document, its dotted names made nested ones (rule K5).
///
/// The root's names must be keys. A map further in whose names are not all keys is one value and stays as written.
pub(super) fn settle(members: Box<[Member]>, names: &mut Names) -> Found<Box<[Member]>> {
    for member in &members {
        let name = &*member.name;
        if member.kind == NameKind::Odd || member.kind == NameKind::Own || starts_as_operator(name) {
            let error = validate(name).err().map_or_else(|| "no key".to_owned(), |error| error.to_string());
            return Err(Box::new(Fault {
                place: Some(member.place),
                key: Some(name.to_owned()),
                message: error,
                also: None,
            }));
        }
    }
    settle_names(members, names, &mut String::new())
}

fn settle_names(members: Box<[Member]>, names: &mut Names, path: &mut String) -> Found<Box<[Member]>> {
    if members.iter().any(|member| member.kind == NameKind::Odd) {
        return Ok(members);
    }
    let mut members = members;
    for member in &mut members {
        if let Content::Map(inner) = &mut member.node.content {
            let len = path.len();
            join(path, &member.name);
            let mut settled = settle_names(std::mem::take(inner), names, path)?;
            path.truncate(len);
            // A map of nothing but its own key's value is that value.
            match &mut *settled {
                [only] if only.kind == NameKind::Own => {
                    let place = only.node.place;
                    member.node = Node { content: std::mem::replace(&mut only.node.content, null()), place };
                }
                _ => *inner = settled,
            }
        }
    }
    if members.iter().all(|member| member.kind != NameKind::Path) {
        return Ok(members);
    }
    let mut settled = Vec::with_capacity(members.len());
    let mut index = Index::default();
    for member in members.into_vec() {
        put(&mut settled, &mut index, member, names, path)?;
    }
    Ok(settled.into())
}

fn null() -> Content {
    Content::Value(Value::Null)
}

/// Adds a member whose name may be a path; a clash with one that is there is an error.
fn put(into: &mut Vec<Member>, index: &mut Index, member: Member, names: &mut Names, path: &mut String) -> Found<()> {
    let member = match member.name.split_once('.') {
        Some((first, rest)) if member.kind == NameKind::Path => {
            let place = member.place;
            let (rest, kind) = names.get(rest);
            let inner = Member { name: rest, kind, place, node: member.node };
            let node_place = inner.node.place;
            names.member(first, place, Node { content: Content::Map([inner].into()), place: node_place })
        }
        _ => member,
    };
    let len = path.len();
    join(path, &member.name);
    match index.find(into, &member.name) {
        None => {
            let mut member = member;
            if let Content::Map(inner) = &mut member.node.content {
                // What is below a path may be one itself.
                if inner.iter().any(|inner| inner.kind == NameKind::Path) {
                    let mut settled = Vec::new();
                    let mut below = Index::default();
                    for inner in std::mem::take(inner).into_vec() {
                        put(&mut settled, &mut below, inner, names, path)?;
                    }
                    *inner = settled.into();
                }
            }
            into.push(member);
        }
        Some(at) => {
            let Some(first) = into.get_mut(at) else { return Ok(()) };
            match (&mut first.node.content, member.node.content) {
                (Content::Map(below), Content::Map(more)) => {
                    let mut merged = std::mem::take(below).into_vec();
                    let mut inner_index = Index::default();
                    for inner in more.into_vec() {
                        put(&mut merged, &mut inner_index, inner, names, path)?;
                    }
                    *below = merged.into();
                }
                (Content::Map(_), _) | (_, Content::Map(_)) => {
                    let message = format!(
                        "{} is given a value and keys under it; a file cannot hold both (write the value as {}.\"\")",
                        quoted(path),
                        path
                    );
                    return Err(Box::new(Fault {
                        place: Some(member.place),
                        key: Some(path.clone()),
                        message,
                        also: Some(("the first stands at", first.place)),
                    }));
                }
                _ => return duplicate(path, member.place, first.place),
            }
        }
    }
    path.truncate(len);
    Ok(())
}
