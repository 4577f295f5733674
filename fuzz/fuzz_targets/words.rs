//! Words after `-D` and references in them: any words are definitions or an error that says which word it is.
#![no_main]

use hyperparameter::cli::{Parameter, WordOption, check, definition};
use hyperparameter::config::{Config, Format};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let words: Vec<&str> = text.split('\n').take(8).collect();
    let definitions: Vec<_> =
        words.iter().zip(1..).filter_map(|(word, at)| definition(WordOption::Define, "-D", word, at).ok()).collect();
    for error in check(&definitions, &[Parameter::new("a.b", "i32"), Parameter::new("a.lr", "Option<f64>")]) {
        assert!(error.to_string().contains("argument)"), "{error}");
    }
    let base = "[a]\nb = 1\nlr = '${.b}'\nl = [1, '${a.b}', {c = '${env:HOME,x}'}]\n";
    let builder = Config::builder().text("base.toml", Format::Toml, base).environment([("HOME", "/root")]);
    let _ = builder.cli(&words).load();
});
