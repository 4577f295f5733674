//! Random programs of scope operations read as a naive model says (see `naive_model`).

mod naive_model;

use naive_model::{KEYS, Op, Write, agree};
use proptest::prelude::*;

fn write() -> impl Strategy<Value = Write> {
    prop_oneof![
        8 => (0..KEYS.len(), any::<i64>()).prop_map(|(k, v)| Write::Number(k, v)),
        1 => prop::collection::vec(any::<i64>(), 0..4).prop_map(Write::List),
        1 => any::<i64>().prop_map(Write::Dictionary),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    let key = 0..KEYS.len();
    prop_oneof![
        5 => prop::collection::vec(write(), 0..12).prop_map(Op::Enter),
        1 => Just(Op::EnterEmpty),
        8 => write().prop_map(Op::Set),
        2 => key.clone().prop_map(Op::Delete),
        1 => Just(Op::Clear),
        4 => (0..6usize).prop_map(Op::Leave),
        1 => Just(Op::Capture),
        1 => (0..4usize).prop_map(Op::EnterCapture),
        1 => Just(Op::Freeze),
        1 => prop::collection::vec((key, any::<i64>()), 1..3).prop_map(Op::Pin),
        1 => Just(Op::Unpin),
        2 => Just(Op::BeginCall),
        2 => Just(Op::EndCall),
        2 => Just(Op::ReadOften),
    ]
}

proptest! {
    #[test]
    fn any_program_reads_as_the_model_says(ops in prop::collection::vec(op(), 1..60)) {
        prop_assert!(agree(&ops), "the store and the model differ, see above");
    }
}

/// What the fuzz target found, and what it thought worth keeping: each input is a program.
#[test]
fn the_programs_that_fuzzing_kept_read_as_the_model_says() {
    for program in fixtures("programs") {
        let ops = naive_model::program(&program);
        assert!(agree(&ops), "{ops:?}");
    }
}

fn fixtures(target: &str) -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzzed").join(target);
    let files = std::fs::read_dir(folder).into_iter().flatten();
    files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}
