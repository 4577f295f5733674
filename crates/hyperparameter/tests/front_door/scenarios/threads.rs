use std::thread;

use hyperparameter::{ParamScope, capture, get, set, with_params};

use crate::stored;

#[test]
fn a_thread_sees_nothing_of_its_creator_but_what_a_capture_brings() {
    assert_eq!(stored("fd_thread.a"), None);
    with_params! {
        @set fd_thread.a = 1;
        let captured = ParamScope::from(capture());
        let prepared = ParamScope::capture().set("fd_thread.b", 2).unwrap();
        let seen = move || {
            let bare = get("fd_thread.a", 0);
            let inside = captured.with(|| (get("fd_thread.a", 0), get("fd_thread.b", 0)));
            let both = prepared.with(|| (get("fd_thread.a", 0), get("fd_thread.b", 0)));
            (bare, inside, both, stored("fd_thread.a"))
        };
        assert_eq!(thread::spawn(seen).join().unwrap(), (0, (1, 0), (1, 2), None));
    }
}

#[test]
fn what_a_thread_writes_in_a_capture_does_not_leak_back() {
    assert_eq!(stored("fd_leak.a"), None);
    with_params! {
        @set fd_leak.a = 1;
        let captured = capture();
        thread::spawn(move || with_params! { @params captured; set("fd_leak.a", 2).unwrap(); }).join().unwrap();
        assert_eq!(get("fd_leak.a", 0), 1);
    }
}

#[cfg(feature = "rayon")]
#[test]
fn iterators_of_rayon_have_the_parameters_of_their_creator() {
    use hyperparameter::ParallelIteratorExt;
    use rayon::prelude::*;
    assert_eq!(stored("fd_rayon.n"), None);
    let seen = || (0..100).into_par_iter().in_current_params().map(|_| get("fd_rayon.n", 0_u64)).sum::<u64>();
    assert_eq!(ParamScope::new().set("fd_rayon.n", 3).unwrap().with(seen), 300);
    let outside: u64 = (0..100).into_par_iter().map(|_| get("fd_rayon.n", 0_u64)).sum();
    assert_eq!((outside, stored("fd_rayon.n")), (0, None));
}

#[cfg(feature = "tokio")]
#[test]
fn tasks_of_tokio_have_the_parameters_of_their_creator() {
    use hyperparameter::{FutureExt, task};
    assert_eq!(stored("fd_tokio.n"), None);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let work = async {
        let spawned = task::spawn(async {
            tokio::task::yield_now().await;
            get("fd_tokio.n", 0)
        });
        let blocking = task::spawn_blocking(|| get("fd_tokio.n", 0));
        let bare = tokio::spawn(async { get("fd_tokio.n", 0) });
        (spawned.await.unwrap(), blocking.await.unwrap(), bare.await.unwrap())
    };
    assert_eq!(runtime.block_on(work.with_params(["fd_tokio.n=4"])), (4, 4, 0));
}
