//! What a run used is written down and loads back to the same reads; what nobody used is named. One test for each process
//! wide thing: keys that were read stay read, so each test has a namespace of its own and looks at nothing else.
#![cfg(feature = "config")]

use hyperparameter::config::{Config, Format};
use hyperparameter::report::{Declared, declare, digest, saved, unused};
use hyperparameter::value::Value;
use hyperparameter::{Scope, Source, State, key::intern};

fn argument(at: u32) -> Source {
    Source::Argument("-D".into(), at)
}

fn given(pairs: &[&str]) -> Scope {
    let mut scope = Scope::builder();
    for (pair, at) in pairs.iter().zip(1..) {
        scope.text(pair, &argument(at)).unwrap();
    }
    scope.build()
}

fn again(text: &str) -> State {
    let config = Config::builder()
        .text("used.toml", Format::Toml, text)
        .load()
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    config.scope().unwrap().enter(State::fresh()).unwrap()
}

#[test]
fn a_saved_run_reads_the_same_whatever_was_asked() {
    let scope = given(&[
        "repeat.float=1.10",
        "repeat.int=007",
        "repeat.plain=12",
        "repeat.name=1.10",
        "repeat.any=1e-3",
        "repeat.on=yes",
        "repeat.list=[1, 2.50, x]",
        "repeat.none=null",
        "repeat.quoted=\"a 'b' ${c}\"",
        "repeat.odd-key.0=z",
        "repeat.größe=1",
    ]);
    let state = scope.enter(State::fresh()).unwrap();
    let read = |state: &State| {
        let key = |name: &str| intern(&format!("repeat.{name}")).unwrap();
        (
            state.value::<f64>(key("float")).unwrap(),
            state.value::<i64>(key("int")).unwrap(),
            state.value::<i64>(key("plain")).unwrap(),
            state.value::<String>(key("name")).unwrap(),
            state.value::<Value>(key("any")).unwrap(),
            (
                state.value::<bool>(key("on")).unwrap(),
                state.value::<Value>(key("list")).unwrap(),
                state.value::<i64>(key("list.0")).unwrap(),
            ),
            (state.value::<Value>(key("none")).unwrap(), state.value::<String>(key("quoted")).unwrap()),
            (state.value::<String>(key("odd-key.0")).unwrap(), state.value::<Value>(key("größe")).unwrap()),
        )
    };
    let first = read(&state);
    let text = saved(&state);
    assert!(text.contains("# command line -D (1st argument)"), "{text}");
    assert_eq!(read(&again(&text)), first, "{text}");
}

#[test]
fn the_digest_goes_by_keys_and_values_and_not_by_sources() {
    let key = intern("digested.lr").unwrap();
    let read = |source: Source, text: &str| {
        let mut scope = Scope::builder();
        scope.set("digested.lr", Value::text(text), &source).unwrap();
        let state = scope.build().enter(State::fresh()).unwrap();
        state.value::<f64>(key).unwrap();
        // Other tests of this process read keys of their own.
        saved(&state)
            .lines()
            .find(|line| line.starts_with("digested.lr"))
            .unwrap()
            .split("  #")
            .next()
            .unwrap()
            .trim()
            .to_owned()
    };
    assert_eq!(read(argument(1), "0.5"), read(Source::Env("HP_LR".into()), "0.5"));
    assert_ne!(read(argument(1), "0.5"), read(argument(1), "0.25"));
    assert_eq!(digest(&State::fresh()).len(), 16);
}

#[test]
fn a_default_that_was_used_is_saved_as_a_default() {
    let key = intern("saved_default.steps").unwrap();
    let declared = Declared {
        default: Some(10i64.into()),
        wanted: "int".to_owned(),
        help: String::new(),
        owner: "train".to_owned(),
        source: Source::Unknown,
        used: true,
    };
    declare(key, declared);
    let text = saved(&State::fresh());
    let line = text.lines().find(|line| line.starts_with("saved_default.steps")).unwrap();
    assert!(line.starts_with("saved_default.steps = 10") && line.ends_with("# default"), "{line}");
    assert_eq!(again(&text).value::<i64>(key).unwrap(), Some(10));
}

#[test]
fn a_key_with_a_value_and_keys_below_it_is_saved_with_an_empty_name() {
    let scope = given(&["both.m=1", "both.m.a=2"]);
    let state = scope.enter(State::fresh()).unwrap();
    let (m, a) = (intern("both.m").unwrap(), intern("both.m.a").unwrap());
    let read = |state: &State| (state.value::<i64>(m).unwrap(), state.value::<i64>(a).unwrap());
    assert_eq!(read(&state), (Some(1), Some(2)));
    assert_eq!(read(&again(&saved(&state))), (Some(1), Some(2)));
}

#[test]
fn an_object_that_no_file_can_hold_is_named_in_a_comment() {
    let mut scope = Scope::builder();
    scope.set("object.model", Value::Host(hyperparameter::value::Host::new(vec![1u8])), &argument(1)).unwrap();
    let state = scope.build().enter(State::fresh()).unwrap();
    state.value::<Value>(intern("object.model").unwrap()).unwrap();
    let text = saved(&state);
    assert!(text.lines().any(|line| line.starts_with("# object.model cannot be written: a ")), "{text}");
    again(&text);
}

#[test]
fn overrides_from_outside_that_nothing_read_are_named_with_near_names() {
    let mut scope = Scope::builder();
    scope.text("idle.lr=1", &argument(2)).unwrap();
    scope.text("idle.warmpu=2", &Source::Env("HP_IDLE__WARMPU".into())).unwrap();
    scope.set("idle.code", 3i64, &Source::here()).unwrap();
    let scope = scope.build();
    let state = scope.enter(State::fresh()).unwrap();
    state.value::<f64>(intern("idle.lr").unwrap()).unwrap();
    state.value::<f64>(intern("idle.warmup").unwrap()).unwrap();
    let said: Vec<String> = unused(&state, scope.entries()).iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["nothing read 'idle.warmpu' (environment variable HP_IDLE__WARMPU); did you mean 'idle.warmup'?"]
    );
}

#[test]
fn a_map_of_a_file_that_was_read_as_a_whole_was_read() {
    let text = "[whole.opt]\nlr = 1\nwd = 2\n[whole.idle]\nx = 1\n";
    let scope = Config::builder().text("a.toml", Format::Toml, text).load().unwrap().scope().unwrap();
    let state = scope.enter(State::fresh()).unwrap();
    state.value::<Value>(intern("whole.opt").unwrap()).unwrap();
    let said: Vec<_> = unused(&state, scope.entries()).iter().map(|unused| unused.key.name()).collect();
    assert_eq!(said, ["whole.idle.x"]);
}
