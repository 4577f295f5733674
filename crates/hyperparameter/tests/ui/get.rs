#![allow(unreachable_code)]

use hyperparameter::with_params;

fn main() {
    with_params! { @get x = a.b 1; }
    with_params! { @get x = a.b || 1; }
    with_params! { @get x = a.b or; }
    with_params! { @get x = a.b or_else; }
    with_params! { @get x: i32 = a.b? or 1; }
    with_params! { @get x: i32; }
    with_params! { @get a.b or 1; }
    with_params! { @get; }
    with_params! { @get type = a.b or 1; }
    with_params! { @get x: = a.b or 1; }
    with_params! { @get x: &'static str = a.b or "s"; }
    with_params! { @get x: i32 = ; }
}
