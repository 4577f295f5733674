use hyperparameter::{get_param, set_param};

fn main() {}

fn all() -> Result<(), hyperparameter::error::Error> {
    let _: i32 = get_param!(a.b 1);
    let _: i32 = get_param!(a.b?, 1);
    let _: i32 = get_param!(a.b, 1, help);
    let _: i32 = get_param!(a.b, 1, "help", 2);
    let _: i32 = get_param!(a.b:);
    let _ = get_param!(a.b: &'static str);
    let _: i32 = get_param!(1.5e3, 1);
    set_param!(a.b);
    set_param!(a.b 1);
    set_param!(a.b, 1, 2);
    Ok(())
}
