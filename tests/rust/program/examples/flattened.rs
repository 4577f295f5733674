//! A program without a `define` of its own, with subcommands, generic and flattened arguments.

use std::fmt::Debug;
use std::path::PathBuf;

use hyperparameter::cli::ParamArgs;
use hyperparameter::{Parser, clap, get_param, with_params};

fn even(text: &str) -> Result<u32, String> {
    let number: u32 = text.parse().map_err(|error| format!("{error}"))?;
    if number % 2 == 0 { Ok(number) } else { Err(format!("{number} is odd")) }
}

#[derive(Clone, Debug, clap::Args)]
struct Output {
    /// Where to write
    #[arg(long)]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Speed {
    Slow,
    Fast,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Train it
    Train {
        #[arg(long, value_enum, default_value_t = Speed::Slow)]
        speed: Speed,
    },
    /// Show it
    Show(Output),
    #[command(name = "nothing")]
    Nothing,
}

#[derive(Debug, Parser)]
#[command(name = "flattened", about = "Trains", after_help = "Written by hand.")]
struct Args<More: clap::Args + Debug> {
    #[command(flatten)]
    params: ParamArgs,
    #[command(flatten)]
    more: More,
    /// An even number
    #[arg(long, value_parser = even, default_value = "2")]
    number: u32,
    #[command(subcommand)]
    command: Command,
}

fn main() {
    // In a function of its own, and local to it.
    #[derive(Debug, Parser)]
    struct Seed {
        #[arg(long, default_value_t = 7)]
        seed: u64,
    }

    let args = Args::<Seed>::parse();
    with_params! {
        params &args.params;
        let lr = get_param!(model.lr, 0.1, "The learning rate");
        println!("lr={lr} seed={} number={} {:?}", args.more.seed, args.number, args.command);
    }
    args.params.freeze();
    let elsewhere = std::thread::spawn(|| {
        with_params! {
            @get steps: u32 = model.steps or 10;
            @get lr = model.lr or 0.1;
            (steps, lr)
        }
    });
    println!("thread: {:?}", elsewhere.join().unwrap());
    with_params! {
        @set model.lr = 9.0;
        println!("set: {}", get_param!(model.lr, 0.1));
    }
}
