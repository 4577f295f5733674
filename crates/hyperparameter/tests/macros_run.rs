//! The macros, as programs use them.

#![cfg(feature = "macros")]

use hyperparameter::{ParamScope, with_params};

fn foo() -> i32 {
    with_params! { @get x = foo.x or 1i32; x }
}

#[test]
fn a_default_holds_outside_every_scope_and_a_set_inside_its_block() {
    assert_eq!(foo(), 1);
    let inside = with_params! { @set foo.x = 2i32; foo() };
    assert_eq!(inside, 2);
    with_params! {
        @set foo.x = 2i32;
        assert_eq!(std::thread::spawn(foo).join().unwrap(), 1);
    }
}
