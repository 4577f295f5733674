use hyperparameter::with_params;

fn main() {
    with_params! { @gett x = a.b or 1; }
    with_params! { @freeze; }
    with_params! { @unknown; }
    with_params! { @1; }
    with_params! { @params; }
    with_params! { @empty a; }
    with_params! { @frozen(); }
    with_params! {
        @get x = a.b or 1
        @get y = a.c or 1;
    }
    with_params! {
        if true {
            @set a.b = 1;
        }
    }
    with_params! {
        let f = |n: i32| { @get x = a.b or 1; n };
    }
    with_params! {
        let x = 1 @set a.b = 1;
    }
}
