//! A sweep over learning rates on all cores: `cargo run --example rayon_sweep --features rayon`.

#![allow(clippy::print_stdout, reason = "a program")]

use hyperparameter::{ParallelIteratorExt, ParamScope, get_param, with_params};
use rayon::prelude::*;

/// The loss of a model that knows nothing of threads: it reads its parameters.
fn loss() -> f64 {
    let (lr, target) = (get_param!(sweep.lr, 0.1f64), get_param!(sweep.target, 0.25));
    (lr - target).abs() + get_param!(sweep.noise, 0.0)
}

fn main() {
    let best = with_params! {
        // Every trial, on whatever thread, has these.
        @set sweep.target = 0.3;
        @set sweep.noise = 0.01;

        (1..=20)
            .into_par_iter()
            .in_current_params()
            .map(|step| {
                let lr = f64::from(step) * 0.05;
                // And one of its own.
                with_params! { @set sweep.lr = lr; (lr, loss()) }
            })
            .min_by(|a, b| a.1.total_cmp(&b.1))
    };
    if let Some((lr, loss)) = best {
        println!("the best learning rate is {lr:.2}, with a loss of {loss:.2}");
    }
    println!("outside the sweep: {:.2}", ParamScope::new().with(loss));
}
