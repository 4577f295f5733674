//! The program of the README: a `define` of its own.

use hyperparameter::*;
use hyperparameter_derive::Parser;

/// Shows two parameters.
#[derive(Parser, Debug)]
#[command(version)]
struct Args {
    /// Set a parameter
    #[arg(short = 'D', long)]
    define: Vec<String>,

    /// How many times
    #[arg(long, default_value_t = Self::TIMES)]
    times: usize,
}

impl Args {
    const TIMES: usize = 1;
}

#[auto_param("train")]
fn train(
    /// The learning rate.
    #[default(0.1)]
    lr: f64,
    #[default("adam")] optimizer: &str,
) -> String {
    format!("{optimizer} {lr}")
}

fn main() {
    let args = Args::parse();
    assert_eq!(hyperparameter_test_library::version(), 1);
    with_params! {
        params ParamScope::from(&args.define);

        with_params! {
            @get a = example.a or 0;
            @get b = example.b or 1;
            for _ in 0..args.times {
                println!("{a} {b}");
            }
        }
        println!("{}", train());
        let explained = explain("example.a").unwrap();
        if explained.value().is_some() {
            println!("{}", explained.source());
        }
    }
}
