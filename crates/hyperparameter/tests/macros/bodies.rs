//! The body of a block runs where it stands.

use hyperparameter::{get_param, with_params};

fn x() -> i32 {
    get_param!(bodies.x, 0)
}

#[test]
fn return_leaves_the_function_and_the_scope() {
    fn early(leave: bool) -> i32 {
        with_params! {
            @set bodies.x = 1;
            if leave {
                return x();
            }
        }
        x()
    }
    assert_eq!((early(true), early(false), x()), (1, 0, 0));
}

#[test]
fn break_continue_and_labels_leave_the_scope() {
    let mut seen = Vec::new();
    'outer: for n in 0..4 {
        for _ in 0..2 {
            with_params! {
                @set bodies.x = n;
                seen.push(x());
                if n == 1 {
                    continue 'outer;
                }
                if n == 2 {
                    break 'outer;
                }
            }
            assert_eq!(x(), 0);
        }
    }
    assert_eq!((seen, x()), (vec![0, 0, 1, 2], 0));
}

#[test]
fn the_question_mark_leaves_the_scope() {
    fn parse(text: &str) -> Result<i32, std::num::ParseIntError> {
        with_params! { @set bodies.x = 3; Ok(text.parse::<i32>()? + x()) }
    }
    assert_eq!(parse("1"), Ok(4));
    assert!(parse("one").is_err());
    assert_eq!(x(), 0);
}

#[test]
fn a_block_has_a_value_in_every_position() {
    let doubled = 2 * with_params! { @set bodies.x = 4; x() };
    let chosen = if with_params! { @get flag = bodies.flag or true; flag } { 1 } else { 2 };
    let list = [with_params! { 1 }, with_params! { @get y = bodies.y or 2; y }];
    let unit = with_params! {};
    assert_eq!((doubled, chosen, list, unit), (8, 1, [1, 2], ()));
}

#[test]
#[allow(non_snake_case, reason = "names as the macro has them")]
fn names_of_the_user_are_the_users() {
    // What the macro itself might call its own.
    let (value, text, scope, site, SITE, CALL_SITE, __scope_1, __text_1) = (1, 2, 3, 4, 5, 6, 7, 8);
    let got = with_params! {
        @set bodies.x = value;
        @get text_of = bodies.name or "text";
        @get n = bodies.n or value + text + scope + site + SITE + CALL_SITE + __scope_1 + __text_1;
        @get m = bodies.m or_else || SITE + CALL_SITE;
        (text_of.len(), n, m)
    };
    assert_eq!(got, (4, 36, 11));
    mod hyperparameter {
        pub(super) fn get() -> i32 {
            1
        }
    }
    assert_eq!(hyperparameter::get(), with_params! { @get x = bodies.one or 1; x });
}

#[test]
fn blocks_stand_in_closures_and_closures_in_blocks() {
    let read = |extra: i32| with_params! { @get x = bodies.x or 1; x + extra };
    let all = with_params! {
        @set bodies.x = 2;
        [1, 2].map(|n| with_params! { @get x = bodies.x or 0; x * n + read(0) })
    };
    assert_eq!(all, [4, 6]);
}

struct Layer<const N: usize>;

impl<const N: usize> Layer<N> {
    const SCALE: i32 = 2;

    fn size(&self) -> i32
    where
        Self: Sized,
    {
        with_params! { @get size = bodies.size or Self::SCALE * i32::try_from(N).unwrap(); size }
    }
}

#[test]
fn blocks_stand_in_methods_generic_functions_and_const_generics() {
    fn read<T: hyperparameter::FromParam + Copy>(default: T) -> T {
        with_params! { @get x: T = bodies.generic or default; x }
    }
    fn array<const N: usize>() -> [i32; N] {
        with_params! { @get fill = bodies.fill or 7; [fill; N] }
    }
    assert_eq!(Layer::<4>.size(), 8);
    with_params! { @set bodies.generic = 3; assert_eq!((read(1i32), read(0.5f64)), (3, 3.0)); }
    assert_eq!(array::<2>(), [7, 7]);
}

macro_rules! layer {
    ($name:ident, $key:literal, $default:expr, $wanted:ty) => {
        fn $name() -> $wanted {
            with_params! { @get x: $wanted = $key or $default; x }
        }
    };
}
layer!(units, "bodies.layer.units", 1 + 1, u32);

macro_rules! read {
    ($($segment:ident).+, $default:expr) => {
        get_param!($($segment).+, $default)
    };
}

macro_rules! body {
    ($($body:tt)*) => {
        with_params! { @set bodies.x = 5; $($body)* }
    };
}

#[test]
fn blocks_stand_in_other_macros() {
    assert_eq!(units(), 2);
    assert_eq!(read!(bodies.in_macro, 2 + 3), 5);
    with_params! { @set bodies.layer.units = 9; assert_eq!(units(), 9) }
    let y = 1;
    assert_eq!(body! { @get x = bodies.x or 0; x + y }, 6);
}

#[test]
fn other_macros_stand_in_blocks() {
    macro_rules! at {
        (@get $x:expr) => {
            $x + 1
        };
    }
    let made = with_params! {
        @set bodies.x = 1;
        let sum = at!(@get x());
        macro_rules! inner {
            (@set) => {
                3
            };
        }
        match sum {
            whole @ 1..=3 => whole + inner!(@set),
            other => other,
        }
    };
    assert_eq!(made, 5);
}

#[test]
fn statements_without_semicolons_come_before_lines() {
    let flag = true;
    with_params! {
        if flag {}
        @set bodies.x = 1;
        match flag {
            true => {}
            false => {}
        }
        @get x = bodies.x or 0;
        for _ in 0..1 {}
        set bodies.x = 2;
        struct Local {
            x: i32,
        }
        @get y = bodies.x or 0;
        assert_eq!(Local { x }.x + y, 3);
    }
}

#[test]
fn a_scope_opens_after_what_stands_before_it() {
    with_params! {
        let before = x();
        @set bodies.x = 1;
        assert_eq!((before, x()), (0, 1));
    }
}
