//! Rule S5 for Rust functions: a call is itself a scope.

use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::scope::{Call, Outside, State, current};

/// A running call: when it ends, what it wrote and what it left open is gone.
#[derive(Debug)]
#[must_use = "the call ends when this is dropped"]
pub struct InCall {
    mark: u64,
    call: ManuallyDrop<Call>,
}

impl InCall {
    /// Begins a call.
    #[inline]
    pub fn begin() -> Self {
        let mark = Call::mark();
        Self { mark, call: ManuallyDrop::new(Call::resume(mark)) }
    }
}

impl Drop for InCall {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: dropped here only.
        unsafe { ManuallyDrop::drop(&mut self.call) };
        if current::borrowed().serial() > self.mark {
            leave_after(self.mark);
        }
    }
}

/// Leaves every scope of this thread that was opened after the mark.
#[cold]
fn leave_after(mark: u64) {
    current::update(|mut state| {
        while state.serial() > mark {
            let (left, was_open) = state.clone().leave(state.serial());
            if !was_open {
                break;
            }
            state = left;
        }
        state
    });
}

/// The future of an `async fn` with parameters: it has the scope of its call, and keeps its own while it is suspended (S8).
#[derive(Debug)]
pub struct CallFuture<F> {
    /// `None` while it is polled.
    state: Option<State>,
    future: F,
}

/// What the body makes, run in the scope of this call.
pub fn call_future<R, F: Future<Output = R>>(future: F) -> CallFuture<F> {
    CallFuture { state: Some(current::get().enter_call()), future }
}

impl<F: Future> Future for CallFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: `future` is not moved, and `state` is not pinned.
        let (state, future) = unsafe {
            let this = self.get_unchecked_mut();
            (&mut this.state, Pin::new_unchecked(&mut this.future))
        };
        let inside = Inside::enter(state);
        let polled = future.poll(context);
        drop(inside);
        polled
    }
}

/// The state of a future on this thread for one poll; the thread's own is put back after it, also on a panic.
struct Inside<'a> {
    outer: Option<State>,
    own: &'a mut Option<State>,
    _outside: Outside,
}

impl<'a> Inside<'a> {
    fn enter(own: &'a mut Option<State>) -> Self {
        let state = own.take().unwrap_or_else(State::fresh);
        Self { outer: Some(current::replace(state)), own, _outside: Outside::begin() }
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        if let Some(outer) = self.outer.take() {
            *self.own = Some(current::replace(outer));
        }
    }
}
