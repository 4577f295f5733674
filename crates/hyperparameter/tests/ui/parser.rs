//! What `#[derive(Parser)]` refuses beside what clap does.

use hyperparameter::Parser;

#[derive(Parser)]
struct Args {
    #[arg(long)]
    #[params(skipp)]
    define: Vec<String>,
}

#[derive(Parser)]
union Both {
    x: i32,
}

fn main() {}
