//! Feature `watch`: the frozen snapshot follows its files. One test: the snapshot belongs to the process.
#![cfg(feature = "watch")]

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use hyperparameter::config::{Config, watch};
use hyperparameter::error::Result;
use hyperparameter::{ParamScope, get, set};

fn write(path: &Path, text: &str) {
    // As editors do: a new file in the place of the old one.
    let new = path.with_extension("new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(&new, path).unwrap();
}

fn told(outcomes: &Receiver<Result<()>>) -> Result<()> {
    outcomes.recv_timeout(Duration::from_secs(20)).expect("nothing was told")
}

fn lr() -> f64 {
    std::thread::spawn(|| get("watched.lr", 0.0)).join().unwrap()
}

#[test]
fn a_file_that_changes_is_published_and_one_that_is_wrong_leaves_the_last_good_values() {
    let folder = std::env::temp_dir().join(format!("hyperparameter-watch-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (file, base) = (folder.join("main.toml"), folder.join("base.toml"));
    std::fs::write(&base, "[watched]\nbase = 1\n").unwrap();
    std::fs::write(&file, "include = 'base.toml'\n[watched]\nlr = 0.1\nonce = 5\n").unwrap();
    std::thread::spawn(|| {
        set("watched.lr", 9.0).unwrap();
        set("watched.once", 7i64).unwrap();
        hyperparameter::frozen();
    })
    .join()
    .unwrap();

    let (sender, outcomes) = channel();
    let path = file.to_str().unwrap().to_owned();
    let watched =
        watch(move || Config::builder().file(path.as_str()), move |outcome| sender.send(outcome).unwrap()).unwrap();
    assert_eq!((lr(), get("watched.base", 0i64), get("watched.once", 0i64)), (0.1, 1, 5));

    write(&file, "include = 'base.toml'\n[watched]\nlr = 0.2\n");
    told(&outcomes).unwrap();
    assert_eq!(lr(), 0.2);
    assert_eq!(get("watched.once", 0i64), 7, "a key that is gone falls back to what was frozen before");

    // Inside a scope one block of work never sees two versions.
    {
        let _scope = ParamScope::new().set("watched.inner", 1i64).unwrap().enter().unwrap();
        assert_eq!(get("watched.lr", 0.0), 0.2);
        write(&file, "include = 'base.toml'\n[watched]\nlr = 0.3\n");
        told(&outcomes).unwrap();
        assert_eq!((get("watched.lr", 0.0), lr()), (0.2, 0.3));
    }
    assert_eq!(get("watched.lr", 0.0), 0.3);

    write(&file, "[watched]\nlr = = 1\n");
    let error = told(&outcomes).unwrap_err();
    assert_eq!(error.line(), Some(2), "{error}");
    assert_eq!((lr(), get("watched.base", 0i64)), (0.3, 1), "the last good values stay");

    // What others freeze meanwhile is not lost.
    std::thread::spawn(|| {
        set("watched.other", 4i64).unwrap();
        hyperparameter::frozen();
    })
    .join()
    .unwrap();
    write(&file, "include = 'base.toml'\n[watched]\nlr = 0.4\n");
    told(&outcomes).unwrap();
    assert_eq!((lr(), get("watched.other", 0i64)), (0.4, 4));

    // A file that is included is watched too, written in place.
    std::fs::write(&base, "[watched]\nbase = 2\n").unwrap();
    told(&outcomes).unwrap();
    assert_eq!(get("watched.base", 0i64), 2);

    // What is written with the same content, and other files of the folder, are no news.
    std::fs::write(folder.join("other.txt"), "x").unwrap();
    write(&file, "include = 'base.toml'\n[watched]\nlr = 0.4\n");
    assert!(outcomes.recv_timeout(Duration::from_millis(500)).is_err());

    drop(watched);
    write(&file, "[watched]\nlr = 0.5\n");
    assert!(outcomes.recv_timeout(Duration::from_millis(500)).is_err());
    assert_eq!(lr(), 0.4, "what was published last stays");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_first_load_that_fails_is_the_error_of_the_call() {
    let error = watch(|| Config::builder().file("/nowhere/at/all.toml"), |_| {}).unwrap_err();
    assert!(error.to_string().contains("/nowhere/at/all.toml"), "{error}");
}
