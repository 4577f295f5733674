//! Parameters in a program of one file: `cargo run --example minimal -- train.lr=0.5 model.layers=[64,32]`.

#![allow(clippy::print_stdout, reason = "a program")]

use hyperparameter::{ParamScope, explain, with_params};

/// Reads its parameters where it uses them; nothing is handed through.
fn train() -> f64 {
    with_params! {
        /// Learning rate.
        @get lr = train.lr or 0.1;
        /// How often the data is seen.
        @get epochs = train.epochs or 10;
        @get name = train.optimizer.type or "adam";
        println!("training by {name} for {epochs} epochs with a learning rate of {lr}");
        lr * f64::from(epochs)
    }
}

fn main() -> Result<(), hyperparameter::error::Error> {
    // Outside every scope the defaults hold.
    let plain = train();

    let define: Vec<String> = std::env::args().skip(1).collect();
    with_params! {
        @params ParamScope::try_from(&define)?;
        let overridden = train();
        println!("{plain} by the defaults, {overridden} as you want it");

        with_params! {
            @set train.epochs = 1;
            println!("a trial run: {}", train());
        }
        println!("{}", explain("train.lr")?);
    }
    Ok(())
}
