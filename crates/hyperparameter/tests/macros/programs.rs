//! The programs of the documentation, as they stand there.

use hyperparameter::*;

#[rustfmt::skip]
fn foo() -> i32 { with_params! { @get x = foo.x or 1i32; x } }

#[test]
fn a_read_outside_every_scope_gives_its_default() {
    assert_eq!(foo(), 1);
}

#[test]
#[rustfmt::skip]
fn a_set_is_seen_by_what_is_called_in_its_block_and_by_no_other_thread() {
    let seen = with_params! { @set foo.x = 2i32; foo() };
    assert_eq!(seen, 2);
    with_params! { @set foo.x = 2i32; assert_eq!(std::thread::spawn(foo).join().unwrap(), 1); }
    assert_eq!(foo(), 1);
}

#[test]
#[rustfmt::skip]
fn nested_blocks_are_each_undone_at_their_end() {
    let y = || get_param!(foo.y, 0);
    with_params! { @set foo.x = 1; with_params! { @set foo.y = 2 /* no semicolon */ } assert_eq!((foo(), y()), (1, 0)) }
    with_params! { @set foo.x = 3; with_params! { @set foo.y = 2; assert_eq!((foo(), y()), (3, 2)) } }
    assert_eq!((foo(), y()), (1, 0));
}

#[test]
fn a_string_default_is_a_borrowed_string() {
    with_params! {
        @get x = foo.x or "default value";
        let _: &str = x;
        assert_eq!(x, "default value");
    }
}

struct Args {
    define: Vec<String>,
}

#[test]
#[rustfmt::skip]
fn pairs_from_a_command_line_are_entered_with_the_older_spelling() {
    let args = Args { define: vec!["example.a=3".into()] };
    let printed;
    with_params! { params ParamScope::from(&args.define); with_params! { @get a = example.a or 0; @get b = example.b or 1; printed = format!("{a} {b}"); } }
    assert_eq!(printed, "3 1");
}
