//! Rule S5 for Rust functions: a call is itself a scope.

use std::future::Future;
use std::mem::ManuallyDrop;

use crate::future::InParams;
use crate::param_scope::{ParamScope, Start};
use crate::scope::{Call, current};

/// A running call: when it ends, what it wrote and what it left open is gone.
#[derive(Debug)]
#[must_use = "the call ends when this is dropped"]
pub struct InCall(Running);

#[derive(Debug)]
enum Running {
    Here {
        mark: u64,
        call: ManuallyDrop<Call>,
    },
    #[cfg(feature = "host")]
    #[allow(dead_code, reason = "it ends when this is dropped")]
    Hosted(crate::host::guest::HostCall),
}

impl InCall {
    /// Begins a call.
    ///
    /// # Panics
    /// Where the store is a host's that cannot be used.
    #[inline]
    #[track_caller]
    pub fn begin() -> Self {
        #[cfg(feature = "host")]
        if let Some(table) = crate::host::guest::usable() {
            return Self(Running::Hosted(crate::host::guest::HostCall::begin(table)));
        }
        let mark = Call::mark();
        Self(Running::Here { mark, call: ManuallyDrop::new(Call::resume(mark)) })
    }
}

impl Drop for InCall {
    #[inline]
    fn drop(&mut self) {
        match &mut self.0 {
            Running::Here { mark, call } => {
                // SAFETY: dropped here only.
                unsafe { ManuallyDrop::drop(call) };
                if current::borrowed().serial() > *mark {
                    leave_after(*mark);
                }
            }
            #[cfg(feature = "host")]
            Running::Hosted(_) => {}
        }
    }
}

/// Leaves every scope of this thread that was opened after the mark.
#[cold]
fn leave_after(mark: u64) {
    current::update(|state| state.leave_after(mark));
}

/// The future of an `async fn` with parameters: it has the scope of its call, and keeps its own while it is suspended (S8).
///
/// # Panics
/// Where the store is a host's that cannot be used.
#[track_caller]
pub fn call_future<R, F: Future<Output = R>>(future: F) -> InParams<F> {
    match ParamScope::starting(Start::Call).seen_here() {
        Ok(seen) => InParams::new(future, seen),
        Err(error) => panic!("{error}"),
    }
}
