//! What a program with clap's derive and parameters prints, and how it ends.

use std::process::{Command, Output};

fn run(program: &str, words: &[&str]) -> Output {
    // Cargo builds the examples before the tests, into the folder beside theirs.
    let tests = std::env::current_exe().unwrap();
    let folder = tests.parent().and_then(|deps| deps.parent()).unwrap().join("examples");
    let mut command = Command::new(folder.join(format!("{program}{}", std::env::consts::EXE_SUFFIX)));
    command.env_remove("RUST_BACKTRACE").args(words).output().unwrap()
}

fn out(program: &str, words: &[&str]) -> String {
    let output = run(program, words);
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{words:?}: {err}");
    assert_eq!(err, "", "{words:?}");
    out
}

/// The message of a command line that is wrong.
fn refused(program: &str, words: &[&str]) -> String {
    let output = run(program, words);
    assert_eq!(output.status.code(), Some(2), "{words:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "", "{words:?}");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("error: ") && text.contains("--help"), "{text}");
    text
}

const DEFINE: &str = "define";
const FLATTENED: &str = "flattened";
const COMMANDS: &str = "commands";

#[test]
fn defaults_are_used_where_nothing_is_defined() {
    assert_eq!(out(DEFINE, &[]), "0 1\nadam 0.1\n");
}

#[test]
fn definitions_are_in_force_and_know_where_they_came_from() {
    let words = ["--times", "2", "-D", "example.a=5", "-Dtrain.lr=1e-3", "--define=train.optimizer=sgd"];
    assert_eq!(out(DEFINE, &words), "5 1\n5 1\nsgd 0.001\ncommand line -D (4th argument)\n");
}

#[test]
fn help_lists_the_parameters_of_the_program_and_of_what_is_linked_into_it() {
    let help = out(DEFINE, &["--help"]);
    for line in [
        "  example.a: int = 0\n",
        "  train.lr: f64 = 0.1\n          The learning rate.\n          [tests/rust/program/examples/define.rs:",
        "  train.optimizer: &str = \"adam\"\n",
        "  library.decay: f64 = 0.99\n          How much is forgotten.\n          [tests/rust/library/src/lib.rs:",
        "  library.name: String = \"none\"\n          The name of the library's thing\n",
        "  library.fit.patience: u32 = 5\n          Steps without progress before it stops.\n",
        "--times <TIMES>",
    ] {
        assert!(help.contains(line), "no {line:?} in\n{help}");
    }
}

#[test]
fn short_help_says_where_the_parameters_are_listed() {
    let help = out(DEFINE, &["-h"]);
    assert!(help.contains("Parameters are listed by --help.") && !help.contains("train.lr"), "{help}");
}

#[test]
fn attributes_of_clap_keep_working() {
    assert_eq!(out(DEFINE, &["--version"]), format!("hyperparameter-test-program {}\n", env!("CARGO_PKG_VERSION")));
    let help = out(FLATTENED, &["--help"]);
    assert!(help.starts_with("Trains\n") && help.contains("Written by hand.") && help.contains("Train it"), "{help}");
}

#[test]
fn a_misspelt_parameter_is_refused_with_the_near_name() {
    let text = refused(DEFINE, &["-D", "train.lrr=1"]);
    let message = "no parameter 'train.lrr' (command line -D (2nd argument)); did you mean 'train.lr'?";
    assert!(text.contains(message), "{text}");
}

#[test]
fn a_value_of_the_wrong_type_is_refused_before_the_program_goes_on() {
    let text = refused(DEFINE, &["-Dtrain.lr=fast"]);
    assert!(text.contains("parameter 'train.lr': \"fast\" does not convert to f64 ('fast' is not a number)"), "{text}");
    assert!(text.contains("it was set by command line -D (1st argument)"), "{text}");
    assert!(text.contains("give a f64, such as 0.1") || text.contains("give an f64, such as 0.1"), "{text}");
}

#[test]
fn a_definition_without_an_equals_sign_or_with_a_bad_key_is_refused() {
    assert!(refused(DEFINE, &["-D", "train.lr"]).contains("-D needs KEY=VALUE, not 'train.lr' (2nd argument)"));
    assert!(refused(DEFINE, &["-D", "train..lr=1"]).contains("invalid key 'train..lr'"));
}

#[test]
fn a_parameter_that_nobody_declares_is_let_through_where_it_is_like_none() {
    assert_eq!(out(DEFINE, &["-D", "elsewhere.depth=3"]), "0 1\nadam 0.1\n");
}

#[test]
fn flattened_arguments_come_with_options_of_their_own() {
    let words = ["-D", "model.lr=0.5", "--seed=9", "--number", "4", "train", "--speed", "fast"];
    let text = "lr=0.5 seed=9 number=4 Train { speed: Fast }\nthread: (10, 0.5)\nset: 9\n";
    assert_eq!(out(FLATTENED, &words), text);
}

#[test]
fn a_file_is_read_and_the_command_line_goes_over_it() {
    let folder = std::env::temp_dir().join(format!("hyperparameter-program-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("model.toml");
    std::fs::write(&file, "[model]\nlr = 0.25\nsteps = 3\n").unwrap();
    let path = file.to_str().unwrap();
    let text = out(FLATTENED, &["-C", path, "-D", "model.steps=4", "nothing"]);
    assert_eq!(text, "lr=0.25 seed=7 number=2 Nothing\nthread: (4, 0.25)\nset: 9\n");
    std::fs::write(&file, "[model]\nlr = \"fast\"\n").unwrap();
    let text = refused(FLATTENED, &["-C", path, "nothing"]);
    assert!(text.contains("model.toml:2:6") && text.contains("does not convert"), "{text}");
    std::fs::write(&file, "[model\n").unwrap();
    assert!(refused(FLATTENED, &["-C", path, "nothing"]).contains("model.toml:1:"));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_pin_goes_over_what_the_program_sets() {
    let text = out(FLATTENED, &["--pin", "model.lr=0.5", "nothing"]);
    assert_eq!(text, "lr=0.5 seed=7 number=2 Nothing\nthread: (10, 0.5)\nset: 0.5\n");
}

#[test]
fn a_definition_may_pin_and_delete() {
    let text = out(FLATTENED, &["-D", "!model.lr=0.5", "-D", "model.steps=3", "-D", "~model.steps", "nothing"]);
    assert_eq!(text, "lr=0.5 seed=7 number=2 Nothing\nthread: (10, 0.5)\nset: 0.5\n");
}

#[test]
fn every_mistake_is_said_at_once() {
    let text = refused(FLATTENED, &["-D", "model.lrr=1", "-D", "model.steps=few", "nothing"]);
    assert!(text.contains("'model.lrr'") && text.contains("\"few\" does not convert to u32"), "{text}");
}

#[test]
fn the_parameters_are_listed_where_the_program_lacks_arguments() {
    let text = out(FLATTENED, &["--list-params", "-D", "model.lr=0.5"]);
    assert!(text.contains("  model.lr: float = 0.1\n          The learning rate\n"), "{text}");
    assert!(text.contains("  model.lr = \"0.5\"  (command line -D (3rd argument))"), "{text}");
}

#[test]
fn a_parameter_is_explained() {
    let text = out(FLATTENED, &["--explain-param", "model.lr", "-D", "model.lr=0.5", "nothing"]);
    assert!(text.starts_with("model.lr = \"0.5\"  (command line -D (4th argument))\n  default 0.1"), "{text}");
    let text = refused(FLATTENED, &["--explain-param", "model.lrr", "nothing"]);
    assert!(text.contains("no parameter 'model.lrr'; did you mean 'model.lr'?"), "{text}");
}

#[test]
fn a_function_checks_the_value_of_an_argument() {
    assert!(refused(FLATTENED, &["--number", "3", "nothing"]).contains("3 is odd"));
}

#[test]
fn definitions_of_a_variant_are_checked_and_those_that_opt_out_are_not() {
    assert_eq!(out(COMMANDS, &["run", "-D", "commands.width=3"]), "3\n");
    assert!(refused(COMMANDS, &["run", "-D", "commands.widht=3"]).contains("'commands.width'"));
    assert_eq!(out(COMMANDS, &["pass", "--define", "anything"]), "[\"anything\"]\n");
}

#[test]
fn an_unknown_type_is_checked_at_the_read() {
    let output = run(COMMANDS, &["run", "-D", "commands.width=wide"]);
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("does not convert"), "strict about the command line");
}
