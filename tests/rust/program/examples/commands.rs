//! The command line itself is an enum, with definitions in a variant; another field opts out of their check.

use hyperparameter::{ParamScope, Parser, get_param};

#[derive(Debug, Parser)]
enum Cli {
    /// Checked
    Run {
        #[arg(short = 'D', long = "define", value_name = "KEY=VALUE")]
        set: Vec<String>,
    },
    /// Not checked
    Pass {
        #[arg(long)]
        #[params(skip)]
        define: Vec<String>,
    },
}

fn main() {
    match Cli::parse() {
        Cli::Run { set } => {
            let width = ParamScope::from(&set).with(|| get_param!(commands.width, 8));
            println!("{width}");
        }
        Cli::Pass { define } => println!("{define:?}"),
    }
}
