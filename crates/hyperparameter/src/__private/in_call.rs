//! Rule S5 for Rust functions: a call is itself a scope.

use std::future::Future;
use std::mem::ManuallyDrop;

use crate::future::InParams;
use crate::scope::{Call, current};

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
pub fn call_future<R, F: Future<Output = R>>(future: F) -> InParams<F> {
    InParams::new(future, current::get().enter_call())
}
