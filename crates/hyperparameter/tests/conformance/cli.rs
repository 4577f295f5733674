//! Cases of the command line: words, unknown keys, definitions against what is declared.

use hyperparameter::cli::{self, Action, Definition, Parameter, WordOption};
use serde_json::{Value as Json, json};

use crate::{Ran, differs, list, program, same, text};

fn read(option: &str, word: &str, position: u64) -> hyperparameter::Result<Definition> {
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
    let definitions = definitions.collect::<hyperparameter::Result<Vec<_>>>()?;
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
