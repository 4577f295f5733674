//! What `#[auto_param]` refuses.

use hyperparameter::auto_param;

#[auto_param("train..x")]
fn bad_namespace(#[default(1)] _x: i32) {}

#[auto_param(train)]
fn namespace_is_no_string(#[default(1)] _x: i32) {}

#[auto_param]
fn nothing_to_set(_x: i32) {}

#[auto_param]
fn no_default(#[default] _x: i32) {}

#[auto_param]
fn default_by_equals(#[default = 1] _x: i32) {}

#[auto_param]
fn two_defaults(
    #[default(1)]
    #[default(2)]
    _x: i32,
) {
}

#[auto_param]
fn pattern(#[default((1, 2))] (_a, _b): (i32, i32)) {}

#[auto_param]
fn some_impl(#[default(1)] _x: impl Into<f64>) {}

#[auto_param]
fn reference(#[default(&1)] _x: &i32) {}

#[auto_param]
fn lives_for_ever(#[default("a")] _x: &'static str) {}

#[auto_param]
const fn known_when_compiled(#[default(1)] _x: i32) {}

#[auto_param]
struct NoFunction;

trait Trains {
    #[auto_param]
    fn train(&self, #[default(1)] _x: i32);
}

fn main() {}
