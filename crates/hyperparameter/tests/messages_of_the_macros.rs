//! What a macro says at compile time: each message stands on the exact token, with a line of help. The files beside the
//! programs hold the messages; `TRYBUILD=overwrite` writes them anew.
//!
//! Only what the macros themselves say is compared, which no version of the compiler words in another way.

#![cfg(feature = "macros")]
#![cfg(not(miri))]

#[test]
fn a_wrong_line_is_explained_where_it_is_wrong() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

#[test]
fn every_message_has_a_place_and_a_help() {
    let mut messages = 0;
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ui")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "stderr") {
            let text = std::fs::read_to_string(&path).unwrap();
            for message in text.split("\n\n").filter(|message| message.starts_with("error")) {
                assert!(
                    message.contains("\n       help: ") && message.contains("--> tests/ui/"),
                    "{path:?}: {message}"
                );
                messages += 1;
            }
        }
    }
    assert!(messages >= 25, "{messages} messages");
}
