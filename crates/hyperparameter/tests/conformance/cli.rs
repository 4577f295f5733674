//! Cases of the command line: words, unknown keys, definitions against what is declared.

use hyperparameter::cli::{self, Action, Definition, Parameter, WordOption};
use hyperparameter::report::{Written, digest_of, is_saved, note, written};
use serde_json::{Value as Json, json};

use crate::{Ran, differs, list, program, same, text};

fn read(option: &str, word: &str, position: u64) -> hyperparameter::error::Result<Definition> {
    let (option, spelled) = match option {
        "pin" => (WordOption::Pin, "--pin"),
        "delete" => (WordOption::Delete, "--delete"),
        _ => (WordOption::Define, "-D"),
    };
    cli::definition(option, spelled, word, position as u32)
}

pub(crate) fn word(case: &Json) -> Ran {
    match (read(text(case, "option"), text(case, "word"), case["position"].as_u64().unwrap()), case.get("error")) {
        (Err(error), Some(expected)) if program::is_expected(&error, expected) => Ok(()),
        (Err(error), _) => Err(error.into()),
        (Ok(got), _) => {
            let action = match got.action {
                Action::Set => "set",
                Action::Pin => "pin",
                Action::Delete => "delete",
            };
            let mut gives = json!({"action": action, "key": got.key, "text": got.text});
            if got.let_through {
                gives["let_through"] = true.into();
            }
            same("the definition", &Some(&gives), &case.get("gives"))
        }
    }
}

pub(crate) fn unknown(case: &Json) -> Ran {
    let declared: Vec<&str> = list(case, "declared").iter().filter_map(Json::as_str).collect();
    let got = cli::unknown(text(case, "key"), &declared).map_or(Json::Null, |near| json!(near));
    same("the names", &got, &case["gives"])
}

pub(crate) fn check(case: &Json) -> Ran {
    let words = list(case, "define").iter().zip(1..);
    let definitions = words.map(|(word, at)| read("define", word.as_str().unwrap(), at));
    let definitions = definitions.collect::<hyperparameter::error::Result<Vec<_>>>()?;
    let parameters = list(case, "declared").iter();
    let parameters: Vec<Parameter> = parameters
        .map(|it| Parameter::new(text(it, "key"), text(it, "type")).default_text(text(it, "default")))
        .collect();
    let got = cli::check(&definitions, &parameters);
    let expected = list(case, "errors");
    let fits = got.len() == expected.len()
        && got.iter().zip(expected).all(|(error, expected)| program::is_expected(error, expected));
    if fits { Ok(()) } else { differs(format!("got {got:?} expected {expected:?}")) }
}

pub(crate) fn saved(case: &Json) -> Ran {
    let word = |it: &Json, name: &str| it[name].as_str().map(str::to_owned);
    let row = |it: &Json| Written {
        key: text(it, "key").to_owned(),
        literal: word(it, "literal"),
        default: word(it, "default"),
        is_default: it["is_default"] == true,
        source: text(it, "source").to_owned(),
        pinned: it["pinned"] == true,
        shown: text(it, "shown").to_owned(),
    };
    let rows: Vec<Written> = list(case, "rows").iter().map(row).collect();
    same("the digest", &*digest_of(&rows), text(case, "digest"))?;
    let text = written(&rows);
    let lines: Vec<&str> = text.lines().collect();
    same("the first line", &is_saved(lines[0])?, &true)?;
    same("the second line", lines[1], &*format!("# digest xxh64:{}", digest_of(&rows)))?;
    same("the lines", &json!(lines[2..]), &case["lines"])?;
    // Read again, a line says what was written.
    for line in lines[2..].iter().filter(|line| !line.starts_with('#')) {
        let said = note(line);
        let fits = |row: &Written| {
            (row.pinned, row.is_default) == (said.pinned, said.is_default)
                && (row.is_default || row.default == said.default)
                && (said.source == row.source || row.source.is_empty() || row.source.contains(['\n', '#']))
        };
        if !rows.iter().any(fits) {
            return differs(format!("{line:?} is read as {said:?}"));
        }
    }
    Ok(())
}
