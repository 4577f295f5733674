//! `#[auto_param]`: arguments with a default are parameters (rules P3 and S5, as Rust has them).
#![cfg(feature = "macros")]

use std::fmt::Display;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use hyperparameter::{ParamScope, auto_param, get, set};

fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

async fn pause() {
    let mut done = false;
    std::future::poll_fn(|_| if std::mem::replace(&mut done, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// Trains.
#[auto_param("fd.train")]
fn train(
    data: &[f64],
    /// The learning rate.
    #[default(0.1)]
    lr: f64,
    #[default(data.len())] steps: usize,
    #[default("adam")] name: &str,
) -> String {
    format!("{} {lr} {steps} {name}", data.len())
}

#[test]
fn arguments_with_a_default_leave_the_signature() {
    assert_eq!(train(&[1.0, 2.0]), "2 0.1 2 adam");
}

#[test]
fn scopes_set_them() {
    let scope = ParamScope::new().text("fd.train.lr=1e-3").unwrap().set("fd.train.name", "sgd").unwrap();
    let _guard = scope.set("fd.train.steps", 7).unwrap().enter().unwrap();
    assert_eq!(train(&[]), "0 0.001 7 sgd");
}

#[auto_param]
fn fd_bare(#[default(1)] x: i32) -> i32 {
    x
}

#[test]
fn a_bare_attribute_takes_the_name_of_the_function() {
    let _guard = ParamScope::new().set("fd_bare.x", 5).unwrap().enter().unwrap();
    assert_eq!(fd_bare(), 5);
}

struct Model {
    width: u32,
}

impl Model {
    #[auto_param("fd.model")]
    pub(crate) fn new(#[default(8)] width: u32) -> Self {
        Self { width }
    }

    #[auto_param("fd.model")]
    fn scaled(&self, #[default(2)] r#type: u32) -> u32 {
        self.width * r#type
    }

    #[auto_param("fd.model")]
    async fn later<'a>(&'a self, label: &'a str, #[default(3)] times: u32) -> &'a str {
        pause().await;
        if times == 3 { label } else { "other" }
    }
}

#[test]
fn methods_have_parameters() {
    let model = Model::new();
    assert_eq!((model.width, model.scaled()), (8, 16));
    let _guard = ParamScope::new().set("fd.model.type", 3).unwrap().enter().unwrap();
    assert_eq!(model.scaled(), 24);
}

#[test]
fn async_methods_have_parameters_and_keep_their_lifetimes() {
    assert_eq!(run(Model::new().later("label")), "label");
}

#[auto_param("fd.generic")]
fn generic<T, const N: usize>(
    show: impl Fn(T) -> String,
    #[default(T::default())] value: T,
    #[default([0; N])] list: [i64; N],
) -> (String, usize)
where
    T: Display + Default + hyperparameter::FromParam,
{
    (show(value), list.len())
}

#[test]
fn generic_functions_have_parameters() {
    assert_eq!(generic::<i64, 2>(|value| value.to_string()), ("0".to_owned(), 2));
    let _guard = ParamScope::new().text("fd.generic.value=7").unwrap().enter().unwrap();
    assert_eq!(generic::<i64, 0>(|value| value.to_string()).0, "7");
}

#[auto_param("fd.writes")]
fn writes(#[default(0)] x: i32) -> i32 {
    set("fd.writes.x", 1).unwrap();
    std::mem::forget(ParamScope::new().set("fd.writes.y", 2).unwrap().enter().unwrap());
    x + get("fd.writes.x", 0) + get("fd.writes.y", 0)
}

#[test]
fn what_a_call_writes_and_leaves_open_is_gone_when_it_returns() {
    assert_eq!(writes(), 3);
    assert_eq!((get("fd.writes.x", 0), get("fd.writes.y", 0)), (0, 0));
}

#[auto_param("fd.fails")]
fn fails(#[default(0)] x: i32) -> Result<i32, String> {
    set("fd.fails.z", 1).unwrap();
    let () = Err(format!("failed at {x}"))?;
    Ok(x)
}

#[test]
fn an_early_return_ends_the_call_too() {
    assert_eq!(fails(), Err("failed at 0".to_owned()));
    assert_eq!(get("fd.fails.z", 0), 0);
}

#[test]
fn a_panic_ends_the_call_too() {
    #[auto_param("fd.panics")]
    fn panics(#[default(0)] x: i32) {
        set("fd.panics.z", 1).unwrap();
        assert_ne!(x, 0);
    }
    assert!(std::panic::catch_unwind(panics).is_err());
    assert_eq!(get("fd.panics.z", 0), 0);
}

#[auto_param("fd.task")]
async fn task(#[default(0)] x: i32) -> Result<(i32, i32), String> {
    set("fd.task.y", 1).unwrap();
    pause().await;
    Ok((x, get("fd.task.y", 0)))
}

#[test]
fn an_async_function_has_the_parameters_of_its_call() {
    let future = {
        let _guard = ParamScope::new().set("fd.task.x", 4).unwrap().enter().unwrap();
        task()
    };
    assert_eq!(run(future), Ok((4, 1)));
}

#[test]
fn an_async_function_keeps_what_it_wrote_from_others_while_it_is_suspended() {
    let mut first = Box::pin(task());
    let mut context = Context::from_waker(Waker::noop());
    assert!(first.as_mut().poll(&mut context).is_pending());
    assert_eq!(get("fd.task.y", 0), 0);
    assert_eq!(run(first), Ok((0, 1)));
}

#[auto_param("fd.send")]
async fn send(#[default(1)] x: u8) -> u8 {
    pause().await;
    x
}

#[test]
fn the_future_of_an_async_function_can_be_sent() {
    let future = send();
    assert_eq!(std::thread::spawn(move || run(future)).join().unwrap(), 1);
}

#[auto_param("fd.shown")]
async fn shown(#[default(1)] x: u8) -> impl Display {
    x
}

#[test]
fn an_async_function_may_return_an_impl_trait() {
    assert_eq!(run(shown()).to_string(), "1");
}

#[test]
fn parameters_are_declared_before_any_call() {
    let site = hyperparameter::__private::sites().find(|site| site.key == "fd.train.lr").unwrap();
    assert_eq!((site.type_text, site.default_text, site.help), ("f64", "0.1", "The learning rate."));
    assert!(site.file.ends_with("functions_declare_parameters.rs"));
    assert!(site.check.unwrap()(&"x".into()).is_err());
}
