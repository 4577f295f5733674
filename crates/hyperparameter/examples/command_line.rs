//! A program with clap's derive and parameters: `cargo run --example command_line -- --list-params`.
#![allow(clippy::print_stdout)]

use std::path::PathBuf;

use hyperparameter::cli::ParamArgs;
use hyperparameter::{Parser, auto_param, with_params};

/// Trains a model
#[derive(Parser)]
struct Args {
    /// Where the data is
    #[arg(long, default_value = "data")]
    data: PathBuf,

    #[command(flatten)]
    params: ParamArgs,
}

#[auto_param("train")]
fn train(
    args: &Args,
    /// The learning rate.
    #[default(0.1)]
    lr: f64,
    #[default(100)] steps: u32,
) {
    println!("{steps} steps over {} at lr {lr}", args.data.display());
}

fn main() {
    let args = Args::parse();
    with_params! {
        params &args.params;
        train(&args);
    }
}
