//! Tasks of tokio that see the parameters of their creator (rule T1). A plain `tokio::spawn` sees the frozen snapshot.

use std::future::Future;

use tokio::task::JoinHandle;

use crate::future::FutureExt;
use crate::seen::Seen;

/// As `tokio::spawn`, with the parameters that are visible here and now.
///
/// # Panics
/// Outside a runtime of tokio.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use hyperparameter::{FutureExt, get_param, task};
///
/// let seen = async { task::spawn(async { get_param!(spawn_example.lr, 0.1) }).await };
/// assert_eq!(seen.with_params(["spawn_example.lr=0.5"]).await.unwrap(), 0.5);
/// # });
/// ```
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(future.in_current_params())
}

/// As `tokio::task::spawn_local`, with the parameters that are visible here and now.
///
/// # Panics
/// Outside a `LocalSet` of tokio.
///
/// ```
/// # let set = tokio::task::LocalSet::new();
/// # set.block_on(&tokio::runtime::Builder::new_current_thread().build().unwrap(), async {
/// use hyperparameter::{FutureExt, get_param, task};
///
/// let seen = async { task::spawn_local(async { get_param!(local_example.lr, 0.1) }).await };
/// assert_eq!(seen.with_params(["local_example.lr=0.5"]).await.unwrap(), 0.5);
/// # });
/// ```
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    tokio::task::spawn_local(future.in_current_params())
}

/// As `tokio::task::spawn_blocking`, with the parameters that are visible here and now.
///
/// # Panics
/// Outside a runtime of tokio.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use hyperparameter::{FutureExt, get_param, task};
///
/// let seen = async { task::spawn_blocking(|| get_param!(blocking_example.lr, 0.1)).await };
/// assert_eq!(seen.with_params(["blocking_example.lr=0.5"]).await.unwrap(), 0.5);
/// # });
/// ```
#[track_caller]
pub fn spawn_blocking<R: Send + 'static>(function: impl FnOnce() -> R + Send + 'static) -> JoinHandle<R> {
    let seen = Seen::current();
    tokio::task::spawn_blocking(move || {
        let _installed = seen.install();
        function()
    })
}
