//! What holds for any input of any loader.

use hyperparameter::ErrorKind;
use hyperparameter::config::{Config, Format, dump};

pub(crate) fn check(format: Format, bytes: &[u8]) {
    let config = match Config::builder().environment([("HOME", "/root")]).reader("in", format, bytes).load() {
        Ok(config) => config,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Config, "{error}");
            assert!(error.to_string().len() < 4_000);
            return;
        }
    };
    let value = config.value();
    // Laid out now and then only: its keys stay for the life of the process.
    if bytes.len() < 64 {
        config.scope().expect("what loads can be laid out");
    }
    for other in [Format::Toml, Format::Json, Format::Yaml] {
        let text = dump(&value, other).unwrap_or_else(|error| panic!("{format} to {other}: {error}"));
        let again = Config::builder().text("again", other, text.as_str()).load();
        let again = again.unwrap_or_else(|error| panic!("{format} to {other}: {error}\n{text}"));
        assert_eq!(again.value(), value, "{format} to {other}\n{text}");
    }
}
