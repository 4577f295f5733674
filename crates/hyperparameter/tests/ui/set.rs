use hyperparameter::with_params;

fn main() {
    with_params! { @set a.b 1; }
    with_params! { @set a.b = ; }
    with_params! { @set; }
    with_params! {
        @set a.b = 1;
        @set a.c = 2;
        @set a.b = 3;
    }
    with_params! { @del; }
    with_params! { @del a.b a.c; }
}
