//! Files, the environment and the command line, one over the other: `cargo run --example layered_config -- model.lr=1`.
#![allow(clippy::print_stdout)]

use hyperparameter::config::{Config, Format};
use hyperparameter::{ParamScope, explain, get_param, with_params};

const BASE: &str = "
[model]
lr = 0.1
width = 64
hidden = '${.width}'
";

fn main() -> Result<(), hyperparameter::error::Error> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let config = Config::builder()
        // A program names files: `.file("base.toml")`.
        .text("base.toml", Format::Toml, BASE)
        .text("fast.yaml", Format::Yaml, "model:\n  width: 16\n")
        // `EXAMPLE_MODEL__LR=0.5`
        .env("EXAMPLE")
        .cli(&words)
        .load()?;
    with_params! {
        params ParamScope::try_from(&config)?;
        println!("lr {} width {} hidden {}", get_param!(model.lr, 0.0), get_param!(model.width, 0), get_param!(model.hidden, 0));
        for key in ["model.lr", "model.width"] {
            println!("{}", explain(key)?);
        }
    }
    Ok(())
}
