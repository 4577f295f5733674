//! The public crate of the same name, as its own documentation uses it.

use std::hint::black_box;

use public::*;

fn prepared(count: usize) -> ParamScope {
    let mut scope = ParamScope::default();
    for at in 0..count {
        scope.put(format!("bench.k{at}.size"), at as i64);
    }
    scope
}

pub(crate) fn with_keys(count: usize, run: impl FnOnce()) {
    let mut scope = prepared(count);
    scope.enter();
    assert_eq!((hit(), miss()), (5, 1));
    run();
    scope.exit();
}

pub(crate) fn under(depth: usize, run: impl FnOnce()) {
    let mut outermost = prepared(6);
    outermost.enter();
    let mut inner: Vec<ParamScope> = (1..depth)
        .map(|at| {
            let mut scope = ParamScope::default();
            scope.put(format!("bench.under.k{at}"), 1i64);
            scope
        })
        .collect();
    inner.iter_mut().for_each(ParamScope::enter);
    assert_eq!(hit(), 5);
    run();
    inner.iter_mut().rev().for_each(ParamScope::exit);
    outermost.exit();
}

#[inline(always)]
pub(crate) fn hit() -> i64 {
    get_param!(bench.k5.size, 1i64)
}

#[inline(always)]
pub(crate) fn miss() -> i64 {
    get_param!(bench.absent.size, 1i64)
}

pub(crate) fn with_texts(run: impl FnOnce()) {
    let mut scope = ParamScope::from(&vec!["bench.text=10".to_owned(), "bench.name=adam".to_owned()]);
    scope.enter();
    assert_eq!((&*string(), text()), ("adam", 10));
    run();
    scope.exit();
}

pub(crate) fn string() -> String {
    get_param!(bench.name, "sgd".to_string())
}

#[inline(always)]
pub(crate) fn text() -> i64 {
    get_param!(bench.text, 1i64)
}

pub(crate) fn block_of_1(n: i64) {
    with_params! {
        set bench.k1.size = n;
        black_box(());
    }
}

pub(crate) fn block_of_8(n: i64) {
    with_params! {
        set bench.k1.size = n;
        set bench.k2.size = n;
        set bench.k3.size = n;
        set bench.k4.size = n;
        set bench.k5.size = n;
        set bench.k6.size = n;
        set bench.k7.size = n;
        set bench.k8.size = n;
        black_box(());
    }
}

pub(crate) struct Prepared(ParamScope);

impl Prepared {
    pub(crate) fn new(count: usize) -> Self {
        Self(prepared(count))
    }

    pub(crate) fn enter_and_leave(&mut self) {
        self.0.enter();
        self.0.exit();
    }
}
