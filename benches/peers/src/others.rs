//! What a program without parameters would use: a configuration that is asked by path, a shared value, a cell.

use std::cell::Cell;
use std::fmt::Write as _;
use std::sync::LazyLock;

use arc_swap::ArcSwap;
use config::{Config, FileFormat};
use figment::Figment;
use figment::providers::{Format, Toml};

/// One configuration in both crates.
pub(crate) struct Files {
    config: Config,
    figment: Figment,
}

impl Files {
    pub(crate) fn with_keys(count: usize) -> Self {
        let text = (0..count).fold(String::new(), |mut text, at| {
            let _ = writeln!(text, "[bench.k{at}]\nsize = {at}");
            text
        });
        let config = Config::builder().add_source(config::File::from_str(&text, FileFormat::Toml)).build();
        let files = Self { config: config.expect("valid"), figment: Figment::from(Toml::string(&text)) };
        assert_eq!((files.config_hit(), files.config_miss()), (5, 1));
        assert_eq!((files.figment_hit(), files.figment_miss()), (5, 1));
        files
    }

    pub(crate) fn config_hit(&self) -> i64 {
        self.config.get("bench.k5.size").unwrap_or(1)
    }

    pub(crate) fn config_miss(&self) -> i64 {
        self.config.get("bench.absent.size").unwrap_or(1)
    }

    pub(crate) fn figment_hit(&self) -> i64 {
        self.figment.extract_inner("bench.k5.size").unwrap_or(1)
    }

    pub(crate) fn figment_miss(&self) -> i64 {
        self.figment.extract_inner("bench.absent.size").unwrap_or(1)
    }
}

pub(crate) fn arc_swap() -> i64 {
    static VALUE: LazyLock<ArcSwap<i64>> = LazyLock::new(|| ArcSwap::from_pointee(5));
    **VALUE.load()
}

pub(crate) fn thread_local() -> i64 {
    thread_local! {
        static CELL: Cell<i64> = const { Cell::new(5) };
    }
    CELL.get()
}
