//! What the derives refuse.

use hyperparameter::FromParam;

#[derive(FromParam)]
struct Unknown {
    #[param(defualt = 1)]
    x: i32,
}

#[derive(FromParam)]
#[param(renameall = "kebab-case")]
struct UnknownAbove {
    x: i32,
}

#[derive(FromParam)]
#[param(rename_all = "Kebab")]
struct NoCase {
    x: i32,
}

#[derive(FromParam)]
struct BadName {
    #[param(rename = "a b")]
    x: i32,
}

#[derive(FromParam)]
struct TwoSegments {
    #[param(rename = "a.b")]
    x: i32,
}

#[derive(FromParam)]
struct Twice {
    x: i32,
    #[param(rename = "x")]
    y: i32,
}

#[derive(FromParam)]
#[param(tag = "kind")]
struct Tagged {
    x: i32,
}

#[derive(FromParam)]
struct Flat {
    #[param(flatten, rename = "y")]
    x: i32,
}

#[derive(FromParam)]
struct Nothing;

#[derive(FromParam)]
union Both {
    x: i32,
    y: f32,
}

#[derive(FromParam)]
enum Empty {}

#[derive(FromParam)]
enum Same {
    #[param(rename = "a")]
    First,
    #[param(rename = "a")]
    Second,
}

#[derive(FromParam)]
enum Several {
    Pair(i32, i32),
}

#[derive(FromParam)]
enum DefaultWithFields {
    #[param(default)]
    One(i32),
}

fn main() {}
