//! Tasks of tokio have the parameters of their creator, and nobody else's.

use hyperparameter::{FutureExt, get_param, set_param, task, with_params};

async fn x() -> i64 {
    tokio::task::yield_now().await;
    get_param!(tokio_tasks.x, 0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spawned_task_sees_the_scope_in_which_it_was_spawned() {
    let (plain, bound, blocking) = with_params! {
        @set tokio_tasks.x = 1;
        (tokio::spawn(x()), task::spawn(x()), task::spawn_blocking(|| get_param!(tokio_tasks.x, 0)))
    };
    assert_eq!((plain.await.unwrap(), bound.await.unwrap(), blocking.await.unwrap()), (0, 1, 1));
}

#[tokio::test(flavor = "current_thread")]
async fn tasks_of_one_thread_do_not_see_each_other() {
    let tasks = (1..=20).map(|n| {
        task::spawn(
            async move {
                for _ in 0..5 {
                    assert_eq!(x().await, n);
                }
                set_param!(tokio_tasks.x, n + 100);
                tokio::task::yield_now().await;
                x().await
            }
            .with_params([format!("tokio_tasks.x={n}")]),
        )
    });
    for (n, task) in (1..).zip(tasks.collect::<Vec<_>>()) {
        assert_eq!(task.await.unwrap(), n + 100);
    }
    assert_eq!(x().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_task_leaves_its_thread_as_it_was() {
    for _ in 0..20 {
        let task = task::spawn(
            async {
                loop {
                    tokio::task::yield_now().await;
                }
            }
            .with_params(["tokio_tasks.x=7"]),
        );
        tokio::task::yield_now().await;
        task.abort();
        let _: Result<(), _> = task.await;
        assert_eq!(tokio::spawn(x()).await.unwrap(), 0);
    }
}

#[test]
fn a_local_task_sees_the_scope_in_which_it_was_spawned() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let seen = tokio::task::LocalSet::new().block_on(&runtime, async {
        let task = with_params! { @set tokio_tasks.x = 2; task::spawn_local(x()) };
        task.await.unwrap()
    });
    assert_eq!(seen, 2);
}
