//! Parallel iterators have the parameters of their creator, on every thread of the pool.

use std::collections::HashSet;
use std::sync::Mutex;

use hyperparameter::{ParallelIteratorExt, get_param, with_params};
use rayon::prelude::*;

fn x() -> i64 {
    get_param!(rayon_iterators.x, 0)
}

#[test]
fn what_follows_in_the_chain_sees_the_scope_on_every_thread() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let threads = Mutex::new(HashSet::new());
    let (seen, plain): (Vec<i64>, Vec<i64>) = with_params! {
        @set rayon_iterators.x = 5;
        let range = (0..1000).into_par_iter().in_current_params();
        let plain = pool.install(|| (0..1000).into_par_iter().map(|_| x()).collect());
        let seen = pool.install(|| {
            range.map(|_| { let _ = threads.lock().unwrap().insert(std::thread::current().id()); x() }).collect()
        });
        (seen, plain)
    };
    assert_eq!(seen, [5; 1000]);
    assert!(plain.contains(&0));
    assert!(!threads.lock().unwrap().is_empty());
    assert!(pool.install(|| (0..100).into_par_iter().all(|_| x() == 0)), "a pool's threads keep nothing");
}

#[test]
fn indexed_and_unindexed_chains_work() {
    with_params! {
        @set rayon_iterators.x = 2;
        let indexed: Vec<_> = vec![0i64, 1, 2, 3, 4].into_par_iter().enumerate().in_current_params().map(|(at, n)| (at, n * x())).collect();
        assert_eq!(indexed, [(0, 0), (1, 2), (2, 4), (3, 6), (4, 8)]);
        let filtered: i64 = (0..100i64).into_par_iter().filter(|n| n % 2 == 0).in_current_params().map(|_| x()).sum();
        assert_eq!(filtered, 100);
        let reduced = (0..100i64).into_par_iter().in_current_params().map(|_| x()).reduce(|| 0, |a, b| a + b);
        assert_eq!(reduced, 200);
        let found = (0..100i64).into_par_iter().in_current_params().find_first(|n| *n == x());
        assert_eq!(found, Some(2));
        assert_eq!((0..10).into_par_iter().in_current_params().opt_len(), Some(10));
    }
}

#[test]
fn a_panic_in_the_pool_leaves_its_threads_as_they_were() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        with_params! {
            @set rayon_iterators.x = 9;
            let range = (0..100).into_par_iter().in_current_params();
            pool.install(|| range.for_each(|n| assert!(n != 50, "in the pool")));
        }
    }));
    assert!(panicked.is_err());
    assert!(pool.broadcast(|_| x()).iter().all(|seen| *seen == 0));
}
