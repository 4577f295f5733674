use hyperparameter::{get_param, set_param, with_params};

fn main() {
    with_params! { @get x: i32 = a.b-c or 1; }
    with_params! { @set a.b-c = 1; }
    with_params! { @get x: i32 = "a b" or 1; }
    with_params! { @get x: i32 = "a..b" or 1; }
    with_params! { @set "a=b" = 1; }
    with_params! { @get x: i32 = "" or 1; }
    with_params! { @get x: i32 = a..b or 1; }
    with_params! { @get x: i32 = a::b or 1; }
    with_params! { @get x: i32 = layers[0] or 1; }
    with_params! { @get x: i32 = a.b() or 1; }
    with_params! { @get x: i32 = 3d.size or 1; }
    with_params! { @get x: i32 = b"a.b" or 1; }
    with_params! { @get x: i32 = "a"."b" or 1; }
    with_params! { @del a.b-c; }
    let _: i32 = get_param!(a.b-c, 1);
    let _: i32 = get_param!("+a", 1);
    set_param!("a.", 1);
}
