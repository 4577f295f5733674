//! What belongs to the whole process: one test at a time.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use hyperparameter::scope::{Pinned, Snapshot, Source, default_strict, set_default_strict, set_strict_outside};
use hyperparameter::{ErrorKind, ParamScope, Params, explain, frozen, get, require, with_params};

use crate::stored;

fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn what_is_frozen_is_seen_by_new_threads_until_a_snapshot_is_put_back() {
    let _alone = alone();
    assert_eq!(stored("fd_frozen.a"), None);
    let before = Snapshot::take();
    let seen = |name: &'static str| thread::spawn(move || get(name, 0)).join().unwrap();
    with_params! {
        @set fd_frozen.a = 1;
        frozen();
        assert_eq!(seen("fd_frozen.a"), 1);
        with_params! {
            @set fd_frozen.b = 2;
            @frozen;
            assert_eq!((seen("fd_frozen.a"), seen("fd_frozen.b")), (1, 2));
        }
    }
    assert!(explain("fd_frozen.a").unwrap().is_set());
    before.put_back();
    assert_eq!((seen("fd_frozen.a"), seen("fd_frozen.b")), (0, 0));
}

#[test]
fn pins_go_before_every_scope_and_are_gone_with_their_handle() {
    let _alone = alone();
    assert_eq!(stored("fd_pin.a"), None);
    let pin = ("fd_pin.a".to_owned(), 1.into(), Source::Argument("--pin".into(), 1));
    let pinned = Pinned::new([pin]).unwrap();
    with_params! {
        @set fd_pin.a = 2;
        assert_eq!(get("fd_pin.a", 0), 1);
        let said = explain("fd_pin.a").unwrap();
        assert!(said.is_pinned() && said.to_string().contains("hides 2"), "{said}");
        assert_eq!(ParamScope::empty().with(|| get("fd_pin.a", 0)), 1);
        drop(pinned);
        assert_eq!(get("fd_pin.a", 0), 2);
    }
}

#[test]
fn the_default_of_strictness_is_the_process_s() {
    let _alone = alone();
    assert_eq!(stored("fd_strict.a"), None);
    assert!(!default_strict());
    set_default_strict(true);
    let strict = (default_strict(), Params::current().is_strict());
    set_default_strict(false);
    assert_eq!(strict, (true, true));
    assert!(!default_strict());
}

#[test]
fn a_program_is_strict_about_values_from_outside_its_code() {
    let _alone = alone();
    assert_eq!(stored("fd_outside.a"), None);
    let config = hyperparameter::config::Config::builder().cli(["fd_outside.a=fast"]).load().unwrap();
    ParamScope::from(&config).with(|| {
        assert!(Params::current().get::<f64>("fd_outside.a").is_ok());
        let former = set_strict_outside(true);
        let error = Params::current().get::<f64>("fd_outside.a").unwrap_err();
        set_strict_outside(former);
        assert_eq!(error.kind(), ErrorKind::Conversion);
    });
    assert_eq!(require::<f64>("fd_outside.a").unwrap_err().kind(), ErrorKind::MissingParameter);
}

#[cfg(feature = "clap")]
#[test]
fn arguments_of_a_command_line_are_published_for_every_thread() {
    use hyperparameter::Parser;
    use hyperparameter::cli::ParamArgs;
    #[derive(Parser)]
    struct Args {
        #[command(flatten)]
        params: ParamArgs,
    }
    let _alone = alone();
    assert_eq!(stored("fd_args.a"), None);
    let before = Snapshot::take();
    let words = ["program", "-D", "+fd_args.a=1", "--pin", "+fd_args.b=2"];
    let args = Args::try_parse_from(words).map_err(|error| error.to_string()).unwrap_or_else(|error| panic!("{error}"));
    with_params! { @set fd_args.here = 3; args.params.freeze(); }
    let seen = thread::spawn(|| ["a", "b", "here"].map(|name| get(&format!("fd_args.{name}"), 0))).join().unwrap();
    set_strict_outside(false);
    before.put_back();
    assert_eq!(seen, [1, 2, 0]);
}
