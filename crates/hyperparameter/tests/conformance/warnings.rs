//! Listens to what the library warns of (rule V5), on the thread that is warned.

use std::cell::RefCell;

use log::{LevelFilter, Log, Metadata, Record};
use serde_json::Value as Json;

use crate::{Ran, differs, list, text};

thread_local! {
    static HEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

struct Ear;

impl Log for Ear {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &Record<'_>) {
        let said =
            format!("{}{}", if record.level() == log::Level::Warn { "" } else { "not as a warning: " }, record.args());
        assert_eq!(record.target(), "hyperparameter", "{said}");
        HEARD.with_borrow_mut(|heard| heard.push(said));
    }
    fn flush(&self) {}
}

/// From now on warnings are kept for [`take`].
pub(crate) fn listen() {
    log::set_logger(&Ear).expect("nobody else listens in this test");
    log::set_max_level(LevelFilter::Trace);
}

/// What this thread was warned of since it was last asked.
pub(crate) fn take() -> Vec<String> {
    HEARD.take()
}

/// Whether these warnings are those that a step `warns` of: in number, and each has the key, the type and the words.
pub(crate) fn check(heard: &[String], step: &Json) -> Ran {
    let expected = list(step, "warns");
    let fits = |heard: &String, expected: &Json| {
        heard.contains(&format!("'{}'", text(expected, "key")))
            && heard.contains(text(expected, "wanted"))
            && list(expected, "mentions").iter().all(|word| heard.contains(word.as_str().unwrap()))
    };
    if heard.len() == expected.len() && heard.iter().zip(expected).all(|(heard, expected)| fits(heard, expected)) {
        return Ok(());
    }
    differs(format!("{step:.300}: warned of {heard:?}"))
}
