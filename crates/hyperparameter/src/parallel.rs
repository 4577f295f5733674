//! Parallel iterators of rayon that see the parameters of their creator (rule T1). A pool's own threads see the frozen
//! snapshot.

use rayon::iter::ParallelIterator;
use rayon::iter::plumbing::{Consumer, Folder, Reducer, UnindexedConsumer};

use crate::seen::Seen;

/// Binds parallel iterators to parameters.
///
/// ```
/// use hyperparameter::{ParallelIteratorExt, get_param, with_params};
/// use rayon::prelude::*;
///
/// let scaled: Vec<i64> = with_params! {
///     @set parallel_example.factor = 3;
///     (0..4).into_par_iter().in_current_params().map(|n| n * get_param!(parallel_example.factor, 1i64)).collect()
/// };
/// assert_eq!(scaled, [0, 3, 6, 9]);
/// ```
pub trait ParallelIteratorExt: ParallelIterator {
    /// What follows in the chain runs with what is visible here and now, on whatever thread of the pool. `enumerate`,
    /// `zip` and others that need indices stand before it: they would take the items from outside.
    fn in_current_params(self) -> InParamsParallel<Self> {
        InParamsParallel { base: self, state: Seen::current() }
    }
}

impl<I: ParallelIterator> ParallelIteratorExt for I {}

/// A parallel iterator with parameters: see [`ParallelIteratorExt`].
#[derive(Clone, Debug)]
#[must_use = "iterators do nothing unless they are consumed"]
pub struct InParamsParallel<I> {
    base: I,
    state: Seen,
}

impl<I: ParallelIterator> ParallelIterator for InParamsParallel<I> {
    type Item = I::Item;

    fn drive_unindexed<C: UnindexedConsumer<I::Item>>(self, consumer: C) -> C::Result {
        self.base.drive_unindexed(InParams { base: consumer, state: self.state })
    }

    fn opt_len(&self) -> Option<usize> {
        self.base.opt_len()
    }
}

/// A part of rayon's plumbing that runs in a state.
#[derive(Debug)]
struct InParams<B> {
    base: B,
    state: Seen,
}

impl<T, C: Consumer<T>> Consumer<T> for InParams<C> {
    type Folder = InParams<C::Folder>;
    type Reducer = InParams<C::Reducer>;
    type Result = C::Result;

    fn split_at(self, index: usize) -> (Self, Self, Self::Reducer) {
        let (left, right, reducer) = self.base.split_at(index);
        let (first, second) = (self.state.clone(), self.state.clone());
        (
            Self { base: left, state: first },
            Self { base: right, state: second },
            InParams { base: reducer, state: self.state },
        )
    }

    fn into_folder(self) -> Self::Folder {
        InParams { base: self.base.into_folder(), state: self.state }
    }

    fn full(&self) -> bool {
        self.base.full()
    }
}

impl<T, C: UnindexedConsumer<T>> UnindexedConsumer<T> for InParams<C> {
    fn split_off_left(&self) -> Self {
        Self { base: self.base.split_off_left(), state: self.state.clone() }
    }

    fn to_reducer(&self) -> Self::Reducer {
        InParams { base: self.base.to_reducer(), state: self.state.clone() }
    }
}

impl<T, F: Folder<T>> Folder<T> for InParams<F> {
    type Result = F::Result;

    fn consume(self, item: T) -> Self {
        let _installed = self.state.clone().install();
        Self { base: self.base.consume(item), state: self.state }
    }

    /// The state is installed once for many items.
    fn consume_iter<I: IntoIterator<Item = T>>(self, items: I) -> Self {
        let _installed = self.state.clone().install();
        Self { base: self.base.consume_iter(items), state: self.state }
    }

    fn complete(self) -> F::Result {
        let _installed = self.state.install();
        self.base.complete()
    }

    fn full(&self) -> bool {
        self.base.full()
    }
}

impl<R, B: Reducer<R>> Reducer<R> for InParams<B> {
    fn reduce(self, left: R, right: R) -> R {
        let _installed = self.state.install();
        self.base.reduce(left, right)
    }
}
