//! Futures that have parameters of their own (rules T1, S8): a scope is installed for each poll and removed after it.

use std::borrow::Borrow;
use std::fmt;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::param_scope::IntoScope;
use crate::scope::Source;
use crate::seen::{Installed, Seen};

/// Binds futures to parameters.
///
/// A guard that is held across an `.await` would show its scope to every other task of its thread. What is bound to a
/// future is seen by the future alone, on whatever thread it is polled; what the future itself enters and writes stays
/// with it from poll to poll.
///
/// ```
/// use hyperparameter::{FutureExt, ParamScope, get_param};
///
/// async fn step() -> f64 {
///     get_param!(future_example.lr, 0.1)
/// }
///
/// # fn block_on<F: Future>(future: F) -> F::Output {
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     match std::pin::pin!(future).poll(&mut context) {
/// #         std::task::Poll::Ready(output) => output,
/// #         std::task::Poll::Pending => unreachable!(),
/// #     }
/// # }
/// # block_on(async {
/// assert_eq!(step().with_params(["future_example.lr=0.5"]).await, 0.5);
/// assert_eq!(step().await, 0.1);
///
/// let scope = ParamScope::new().set("future_example.lr", 0.2)?;
/// let bound = scope.with(|| step().in_current_params());
/// assert_eq!(bound.await, 0.2);
/// # Ok::<(), hyperparameter::error::Error>(())
/// # }).unwrap();
/// ```
///
/// In a block of `with_params!` that opens a scope an `.await` is a compile error. One that a macro hides is caught where
/// the future is to move between threads, since a guard does not:
///
/// ```compile_fail
/// # fn spawn(_: impl Future + Send) {}
/// # macro_rules! wait { ($future:expr) => { $future.await } }
/// # async fn step() {}
/// use hyperparameter::with_params;
/// spawn(async { with_params! { @set hidden_example.lr = 0.5; wait!(step()) } });
/// ```
///
/// A block that only reads holds no guard:
///
/// ```
/// # fn spawn(_: impl Future + Send) {}
/// # macro_rules! wait { ($future:expr) => { $future.await } }
/// # async fn step() {}
/// use hyperparameter::with_params;
/// spawn(async { with_params! { @get lr = hidden_example.lr or 0.5; let _ = lr; wait!(step()) } });
/// ```
pub trait FutureExt: Future + Sized {
    /// This future in a scope, entered here and now on top of what is visible: what the scope is made of is evaluated
    /// once.
    ///
    /// # Panics
    /// Where the scope cannot be entered: text that is no pair, an invalid key, an index out of range.
    #[track_caller]
    fn with_params<S: IntoScope>(self, scope: S) -> InParams<Self> {
        let entered = scope.into_scope(&Source::here()).and_then(|scope| scope.borrow().seen_here());
        match entered {
            Ok(seen) => InParams::new(self, seen),
            Err(error) => panic!("{error}"),
        }
    }

    /// This future with what is visible here and now.
    #[track_caller]
    fn in_current_params(self) -> InParams<Self> {
        InParams::new(self, Seen::current())
    }
}

impl<F: Future> FutureExt for F {}

/// A future with parameters of its own: see [`FutureExt`].
#[must_use = "a future does nothing unless it is polled"]
pub struct InParams<F> {
    /// What the future sees, when it is not being polled.
    seen: Option<Seen>,
    future: ManuallyDrop<F>,
}

impl<F> InParams<F> {
    pub(crate) fn new(future: F, seen: Seen) -> Self {
        Self { seen: Some(seen), future: ManuallyDrop::new(future) }
    }
}

impl<F> fmt::Debug for InParams<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InParams").finish_non_exhaustive()
    }
}

/// A future's state on this thread, for as long as this lives; what it has become is given back, by a panic as well.
struct Polled<'a> {
    place: &'a mut Option<Seen>,
    installed: Option<Installed>,
}

impl<'a> Polled<'a> {
    fn new(place: &'a mut Option<Seen>) -> Self {
        let installed = place.take().map(Seen::install);
        Self { place, installed }
    }
}

impl Drop for Polled<'_> {
    fn drop(&mut self) {
        *self.place = self.installed.take().and_then(Installed::end);
    }
}

impl<F: Future> Future for InParams<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the future is pinned with this: it is never moved out, and dropped where it stands.
        let (seen, future) = unsafe {
            let this = self.get_unchecked_mut();
            (&mut this.seen, Pin::new_unchecked(&mut *this.future))
        };
        let _polled = Polled::new(seen);
        future.poll(context)
    }
}

impl<F> Drop for InParams<F> {
    fn drop(&mut self) {
        // What the future holds may read parameters when it goes: it finds its own.
        let _polled = Polled::new(&mut self.seen);
        // SAFETY: it is dropped here and nowhere else, and not used again.
        unsafe { ManuallyDrop::drop(&mut self.future) };
    }
}
