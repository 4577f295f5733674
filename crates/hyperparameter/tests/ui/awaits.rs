use hyperparameter::{ParamScope, with_params};

async fn step() {}

async fn opens_by_set() {
    with_params! {
        @set a.b = 1;
        step().await;
    }
}

async fn opens_by_params() {
    with_params! {
        step().await;
        @params ParamScope::new();
        if true {
            println!("{:?}", step().await);
        }
    }
}

async fn later_lines() {
    with_params! {
        @empty;
        @get x: i32 = a.b or { step().await; 1 };
        @set a.b = { step().await; 1 };
        let _ = async { step().await };
    }
}

fn main() {}
