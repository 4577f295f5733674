//! What is wrong with a file is said with its place, the line and a caret, and never by a panic.
#![cfg(feature = "config")]

use std::path::PathBuf;

use hyperparameter::config::{Config, Format, Limits};
use hyperparameter::{Error, ErrorKind, Source, State, Value, key};
use proptest::prelude::*;

const FORMATS: [Format; 3] = [Format::Toml, Format::Json, Format::Yaml];

fn loaded(format: Format, bytes: &[u8]) -> Result<Config, Error> {
    Config::builder().reader("in.put", format, bytes).load()
}

fn refused(format: Format, bytes: &[u8]) -> Error {
    let error = loaded(format, bytes).expect_err(&format!("{format}: {:?}", String::from_utf8_lossy(bytes)));
    assert_eq!(error.kind(), ErrorKind::Config);
    error
}

/// A folder that is gone after the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("hyperparameter-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn an_error_shows_its_line_with_a_caret_under_the_column() {
    for (format, text, expected) in [
        (Format::Toml, "a = 1\nb = x\n", "in.put:2:5: "),
        (Format::Json, "{\"a\": 1,\n \"b\": x}", "in.put:2:7: "),
        (Format::Yaml, "a: 1\nb: !x 2\n", "in.put:2:"),
    ] {
        let error = refused(format, text.as_bytes());
        let shown = error.to_string();
        assert!(shown.starts_with(expected), "{format}: {shown}");
        let lines: Vec<&str> = shown.lines().collect();
        let (line, caret) = (lines[lines.len() - 2], lines[lines.len() - 1]);
        assert!(line.starts_with("2 | "), "{format}: {shown}");
        let column = error.column().unwrap() as usize;
        assert_eq!(caret.find('^'), Some("2 | ".len() + column - 1), "{format}: {shown}");
    }
}

#[test]
fn lines_that_end_as_on_windows_are_lines() {
    for (format, text) in [
        (Format::Toml, "a = 1\r\n\r\n[b]\r\nc = \"x\"\r\n"),
        (Format::Json, "{\r\n\"a\": 1,\r\n\"b\": {\"c\": \"x\"}\r\n}\r\n"),
        (Format::Yaml, "a: 1\r\nb:\r\n  c: x\r\n"),
    ] {
        let config = loaded(format, text.as_bytes()).unwrap();
        assert_eq!(
            config.value(),
            Value::map([("a", 1.into()), ("b", Value::map([("c", Value::str("x"))]))]),
            "{format}"
        );
    }
    for (format, text) in [
        (Format::Toml, "a = 1\r\nb = x\r\n"),
        (Format::Json, "{\"a\": 1,\r\n\"b\": x}"),
        (Format::Yaml, "a: 1\r\nb: @x\r\n"),
    ] {
        let error = refused(format, text.as_bytes());
        assert_eq!(error.line(), Some(2), "{format}: {error}");
        assert!(!error.to_string().contains('\r'), "{format}: {error}");
    }
}

#[test]
fn a_byte_order_mark_is_skipped_and_counts_in_no_column() {
    for (format, text) in
        [(Format::Toml, "\u{feff}a = 1"), (Format::Json, "\u{feff}{\"a\": 1}"), (Format::Yaml, "\u{feff}a: 1")]
    {
        assert_eq!(loaded(format, text.as_bytes()).unwrap().value(), Value::map([("a", 1.into())]), "{format}");
    }
    assert_eq!(refused(Format::Toml, "\u{feff}a = x".as_bytes()).column(), Some(5));
    assert_eq!(refused(Format::Json, "\u{feff}{\"a\": x}".as_bytes()).column(), Some(7));
}

#[test]
fn text_in_another_encoding_is_refused_with_the_place_and_what_to_do() {
    for format in FORMATS {
        let latin = refused(format, b"a = 1\nb = \"caf\xe9\"\n");
        assert_eq!((latin.line(), latin.column()), (Some(2), Some(9)), "{format}: {latin}");
        assert!(latin.to_string().contains("UTF-8"), "{latin}");
        let (little, big) = (refused(format, b"\xff\xfea\0=\x001\0"), refused(format, b"\xfe\xff\0a\0=\x001"));
        for error in [little, big] {
            assert!(error.to_string().contains("UTF-16"), "{format}: {error}");
            assert!(error.to_string().contains("save it as UTF-8"), "{format}: {error}");
        }
    }
}

#[test]
fn a_nul_or_another_control_character_is_refused_and_shown_by_its_escape() {
    for (format, text) in [
        (Format::Toml, "a = \"x\0y\""),
        (Format::Json, "{\"a\": \"x\0y\"}"),
        (Format::Toml, "a\u{1} = 1"),
        (Format::Json, "{\u{2}}"),
    ] {
        let error = refused(format, text.as_bytes());
        assert_eq!(error.line(), Some(1), "{error}");
        assert!(!error.to_string().contains(['\0', '\u{1}', '\u{2}']), "{error:?}");
    }
    // YAML's parser decides about control characters; whatever it says, none reaches the terminal.
    if let Err(error) = loaded(Format::Yaml, b"a: \"x\0y\": z") {
        assert!(!error.to_string().contains('\0'), "{error:?}");
    }
}

#[test]
fn an_empty_file_is_an_empty_configuration_where_the_format_allows_it() {
    for text in ["", "\n", "  \n", "\u{feff}", "# nothing\n"] {
        for format in [Format::Toml, Format::Yaml] {
            assert_eq!(loaded(format, text.as_bytes()).unwrap().value(), Value::map::<&str>([]), "{format} {text:?}");
        }
    }
    let error = refused(Format::Json, b"");
    assert!(error.to_string().contains("is written {}"), "{error}");
}

#[test]
fn a_file_that_is_missing_or_a_folder_or_has_no_format_says_so_with_its_name() {
    let folder = Folder::new("missing");
    folder.file("train.toml", "a = 1");
    let error = Config::load(folder.path("trian.toml")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("trian.toml'"), "{error}");
    assert!(error.to_string().contains("did you mean 'train.toml'?"), "{error}");
    let error = Config::load(folder.path("nowhere/base.toml")).unwrap_err();
    assert!(error.to_string().contains("nowhere"), "{error}");
    std::fs::create_dir(folder.path("sub.toml")).unwrap();
    let error = Config::load(folder.path("sub.toml")).unwrap_err();
    assert!(error.to_string().contains("is a folder"), "{error}");
    let error = Config::load(folder.file("config.ini", "a = 1")).unwrap_err();
    assert!(error.to_string().contains("toml, json or yaml"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_says_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("unreadable");
    let path = folder.file("secret.toml", "a = 1");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Root may read everything.
    if let Err(error) = Config::load(&path) {
        assert!(error.to_string().contains("secret.toml"), "{error}");
        assert!(error.to_string().to_lowercase().contains("permission"), "{error}");
    }
}

#[test]
fn a_file_that_is_too_large_says_how_large_it_may_be() {
    let mut limits = Limits::default();
    limits.file_size = 10;
    for format in FORMATS {
        let error = Config::builder().limits(limits).text("large", format, "a".repeat(11)).load().unwrap_err();
        assert!(error.to_string().contains("more than 10 bytes"), "{error}");
        let error =
            Config::builder().limits(limits).reader("large", format, "a".repeat(99).as_bytes()).load().unwrap_err();
        assert!(error.to_string().contains("more than 10 bytes"), "{error}");
    }
    let folder = Folder::new("large");
    let error = Config::builder().limits(limits).file(folder.file("large.toml", "a".repeat(99))).load().unwrap_err();
    assert!(error.to_string().contains("more than 10 bytes"), "{error}");
}

#[test]
fn more_files_than_the_limit_says_how_many_it_is() {
    let mut limits = Limits::default();
    limits.files = 3;
    let folder = Folder::new("many");
    for name in ["a", "b", "c", "d"] {
        folder.file(&format!("{name}.toml"), "x = 1");
    }
    let main = folder.file("main.toml", "include = '?.toml'");
    assert!(Config::builder().limits(limits).file(main).load().unwrap_err().to_string().contains("more than 3 files"));
}

#[test]
fn a_limit_of_depth_beyond_what_the_stack_has_is_kept_to_what_it_has() {
    let mut limits = Limits::default();
    limits.depth = usize::MAX;
    for (format, start, unit) in
        [(Format::Toml, "a = ", "["), (Format::Json, "{\"a\":", "["), (Format::Yaml, "a: ", "[")]
    {
        let text = format!("{start}{}", unit.repeat(100_000));
        let error = Config::builder().limits(limits).text("deep", format, text).load().unwrap_err();
        assert!(error.to_string().contains("nested more than"), "{format}: {error}");
    }
}

#[test]
fn a_key_of_more_than_65535_bytes_is_refused_with_its_place_and_cut_in_the_message() {
    for (format, text) in [
        (Format::Toml, format!("{} = 1", "k".repeat(70_000))),
        (Format::Json, format!("{{\"{}\": 1}}", "k".repeat(70_000))),
        (Format::Yaml, format!("? {}\n: 1", "k".repeat(70_000))),
        (Format::Toml, format!("[{0}]\n{0} = 1", "k".repeat(40_000))),
    ] {
        let error = refused(format, text.as_bytes());
        assert!(error.line().is_some(), "{format}: {error:.300}");
        assert!(error.to_string().len() < 1_000, "{format}: {} bytes", error.to_string().len());
    }
}

#[test]
fn an_alias_bomb_is_refused_where_it_goes_too_far() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        text += &format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(", "));
    }
    let error = refused(Format::Yaml, text.as_bytes());
    assert!(error.to_string().contains("aliases make more than"), "{error}");
    assert!(error.line().is_some_and(|line| line > 2), "{error}");
}

/// A text of each format with all that it has.
const GOOD: [&str; 3] = [
    "a = 1\n[b.c]\nd = [1, 2.5, 'x', {e = true}]\nf = \"\"\"\nlong \\u00e9\"\"\"\n[[g]]\nh = 0x1f\n[[g]]\ni.j = -inf # end\nk = '${b.c.d.0}'\n",
    "{\"a\": 1, // c\n \"b\": {\"c\": [1, 2.5, \"x\\u00e9\", {\"e\": true}]}, \"g\": [{\"h\": null}, {\"i.j\": -Infinity}], \"k\": \"${b.c.0}\"}",
    "a: 1\nb: &x\n  c: [1, 2.5, 'x', {e: true}]\n  f: |\n    long\n  g:\n  - h: 0x1f\n  - ? i\n    : -.inf # end\nk: \"${b.c.0}\\n\"\nl: *x\n",
];

fn survives(format: Format, bytes: &[u8]) {
    match loaded(format, bytes) {
        Ok(config) => {
            let state = config.scope().and_then(|scope| scope.enter(State::fresh()));
            if let Ok(state) = state {
                for entry in config.entries() {
                    state.value::<Value>(key::intern(&entry.key).unwrap()).unwrap();
                }
            }
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Config, "{error}");
            assert!(error.to_string().len() < 4_000);
            assert!(!error.to_string().chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')), "{error:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        FORMATS.into_iter().for_each(|format| survives(format, &bytes));
    }

    #[test]
    fn random_text_never_panics(text in "[\\PC\n\t\r]{0,120}") {
        FORMATS.into_iter().for_each(|format| survives(format, text.as_bytes()));
    }

    #[test]
    fn mutations_of_a_good_file_never_panic(
        which in 0..3_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..5_u8, any::<u8>()), 1..6),
    ) {
        let mut bytes = GOOD[which].as_bytes().to_vec();
        for (at, kind, byte) in changes {
            if bytes.is_empty() { break; }
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b"[]{}()\"':,=.\n#&*-?|>!%@`$\\ \t\0"[byte as usize % 29]),
                3 => { let end = (at + byte as usize % 20).min(bytes.len()); let piece = bytes[at..end].to_vec(); bytes.splice(at..at, piece); }
                _ => bytes.truncate(at),
            }
        }
        survives(FORMATS[which], &bytes);
    }

    #[test]
    fn random_references_never_panic(text in prop::collection::vec(prop::sample::select(vec![
        "${", "}", "\\", "$", "{", ".", "..", "a", "b", "l", "0", "env:", "HOME", ",", "null", "x y", "é", "${a}", "${.b}", "${l.0}",
    ]), 0..12).prop_map(|parts| parts.concat()), word in "[a-z.${}]{0,8}") {
        let config = Config::builder()
            .text("in.json", Format::Json, format!("{{\"a\": {text:?}, \"b\": 1, \"l\": [{word:?}, 2]}}"))
            .environment([("HOME", "h")])
            .define(format!("c={text}"), Source::Argument("-D".into(), 1))
            .load();
        if let Err(error) = config {
            prop_assert_eq!(error.kind(), ErrorKind::Config);
        }
    }
}

#[test]
fn the_good_texts_of_these_tests_are_good() {
    for (format, text) in FORMATS.into_iter().zip(GOOD) {
        loaded(format, text.as_bytes()).unwrap_or_else(|error| panic!("{format}: {error}"));
    }
}
