//! One store of scoped, named parameters: declare a parameter where it is used, override it from outside, read it at nearly
//! the cost of a variable, and ask where its value came from.
//!
//! ```
//! use hyperparameter::{ParamScope, auto_param, get_param, with_params};
//!
//! #[auto_param("train")]
//! fn train(
//!     steps: u32,
//!     /// The learning rate.
//!     #[default(0.1)]
//!     lr: f64,
//! ) -> f64 {
//!     // In place: the key, and the default beside it.
//!     f64::from(steps) * lr * get_param!(train.scale, 1.0)
//! }
//!
//! assert_eq!(train(10), 1.0);
//! with_params! {
//!     @set train.lr = 0.5;
//!     assert_eq!(train(10), 5.0);
//!
//!     // Text from outside is converted to what is asked for.
//!     @params ParamScope::from(["train.scale=1e1"]);
//!     assert_eq!(train(10), 50.0);
//! }
//! assert_eq!(train(10), 1.0);
//! ```
//!
//! # Where to look
//!
//! - Reading: [`with_params!`] with `@get`, [`get_param!`], [`auto_param`]; by a computed name [`get`], [`require`] and [`Params`].
//! - Setting: `@set` in [`with_params!`], [`set_param!`], [`set`]; for a while: [`ParamScope`].
//! - Types: [`FromParam`] and [`IntoParam`], which can be derived; [`value`] for what a parameter can be, and how one kind
//!   becomes another.
//! - Threads and tasks: [`frozen`], [`capture`], [`FutureExt`].
//! - Programs: [`Parser`] and [`cli`] for the command line, [`config`] for files and the environment.
//! - Asking: [`explain`], [`report`].
//! - Errors: [`error::Error`], whose [`ErrorKind`] has the same names in every language.
//!
//! A glob import brings no name that is usual elsewhere: the error and its result stand in [`error`], the value in [`value`].
//!
//! # Cookbook
//!
//! ## A library declares parameters
//!
//! It sets nothing and needs nothing from its caller. A program that links it lists its parameters in `--help`, whether it
//! calls the functions or not. A doc comment says what a parameter is for:
//!
//! ```
//! use hyperparameter::{auto_param, with_params};
//!
//! #[auto_param("retry")]
//! pub fn attempts(
//!     /// How often it is tried.
//!     #[default(3)]
//!     most: u32,
//! ) -> u32 {
//!     most
//! }
//!
//! pub fn pause() -> std::time::Duration {
//!     with_params! {
//!         /// How long it waits after a failure: `500ms`, `1m30s`.
//!         @get pause: std::time::Duration = retry.pause or std::time::Duration::from_secs(1);
//!         pause
//!     }
//! }
//! # assert_eq!((attempts(), pause().as_secs()), (3, 1));
//! ```
//!
//! Settings that belong together are a struct. Its fields are keys of their own, so each can be overridden alone:
//!
//! ```
//! use hyperparameter::{FromParam, ParamScope, get_param};
//!
//! #[derive(Debug, PartialEq, FromParam)]
//! struct Optimizer {
//!     #[param(default = 1e-3)]
//!     lr: f64,
//!     #[param(default = Kind::Adam)]
//!     kind: Kind,
//! }
//!
//! #[derive(Debug, PartialEq, FromParam)]
//! enum Kind {
//!     Adam,
//!     Sgd,
//! }
//!
//! let scope = ParamScope::from(["guide.opt.kind=sgd"]);
//! let optimizer = scope.with(|| get_param!(guide.opt: Optimizer));
//! assert_eq!(optimizer, Optimizer { lr: 1e-3, kind: Kind::Sgd });
//! ```
//!
//! ## A program with a command line
//!
//! Clap's derive, with all its attributes, and parameters beside it. [`cli::ParamArgs`] brings `-D key=value`, `-C file`, `--pin`,
//! `--list-params` and `--explain-param`; a `define: Vec<String>` of the program's own is checked as well. A misspelt key or a
//! value of the wrong type is a message and the exit status 2, before `main` goes on:
//!
#![cfg_attr(all(feature = "clap", feature = "macros"), doc = "```")]
#![cfg_attr(not(all(feature = "clap", feature = "macros")), doc = "```ignore")]
//! use hyperparameter::cli::ParamArgs;
//! use hyperparameter::{Parser, get_param, with_params};
//!
//! #[derive(Parser)]
//! struct Args {
//!     #[command(flatten)]
//!     params: ParamArgs,
//! }
//!
//! # let words = ["program", "-D", "guide.width=3"];
//! # let args = Args::try_parse_from(words).unwrap();
//! # /*
//! let args = Args::parse();
//! # */
//! with_params! {
//!     params &args.params;
//!     assert_eq!(get_param!(guide.width, 8), 3);
//! }
//! // Or for every thread, until the program ends:
//! args.params.freeze();
//! # let width = std::thread::spawn(|| get_param!(guide.width, 8)).join().unwrap();
//! # assert_eq!(width, 3);
//! let refused = Args::try_parse_from(["program", "-D", "guide.width=wide"]).err().unwrap();
//! assert_eq!(refused.exit_code(), 2);
//! ```
//!
//! ## Configuration files
//!
//! Files, the environment and the command line are layers: the later goes over the earlier, and every value keeps its place.
//!
#![cfg_attr(feature = "config", doc = "```")]
#![cfg_attr(not(feature = "config"), doc = "```ignore")]
//! use hyperparameter::config::{Config, Format};
//! use hyperparameter::{ParamScope, get};
//!
//! # fn main() -> Result<(), hyperparameter::error::Error> {
//! let config = Config::builder()
//!     .text("base.toml", Format::Toml, "[guide_file]\nlr = 0.1\nsteps = 10")
//!     .env("GUIDE")
//!     .cli(["guide_file.lr=0.5"])
//!     .load()?;
//! ParamScope::from(&config).with(|| {
//!     assert_eq!(get("guide_file.lr", 0.0), 0.5);
//!     assert_eq!(get("guide_file.steps", 0), 10);
//! });
//! # Ok(())
//! # }
//! ```
//!
//! ## Threads and async
//!
//! A new thread starts from the frozen snapshot and sees nothing of its creator's scopes; [`capture`] carries them there. A
//! future keeps its scope through every poll, on whichever thread that is:
//!
//! ```
//! use hyperparameter::{FutureExt, ParamScope, capture, get};
//!
//! let scope = ParamScope::from(["guide.size=4"]);
//! let captured = scope.with(capture);
//! let size = std::thread::spawn(move || ParamScope::from(captured).with(|| get("guide.size", 1)));
//! assert_eq!(size.join().unwrap(), 4);
//!
//! let task = async { get("guide.size", 1) }.with_params(&scope);
//! # let mut task = std::pin::pin!(task);
//! # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
//! # assert_eq!(std::future::Future::poll(task.as_mut(), &mut context), std::task::Poll::Ready(4));
//! ```
//!
//! ## Tests
//!
//! A scope ends with its guard, so tests that run at once do not see each other. [`ParamScope::empty`] hides what the environment
//! of the test set, and a strict scope makes a value that does not convert an error instead of a warning:
//!
//! ```
//! use hyperparameter::{ErrorKind, ParamScope, require};
//!
//! let error = ParamScope::empty().strict(true).text("guide.lr=fast").unwrap().with(|| require::<f64>("guide.lr"));
//! assert_eq!(error.unwrap_err().kind(), ErrorKind::Conversion);
//! ```

#![deny(missing_docs)]
#![cfg_attr(not(all(feature = "macros", feature = "clap", feature = "config")), allow(rustdoc::broken_intra_doc_links))]

pub mod cli;
#[cfg(feature = "config")]
pub mod config;
pub mod error;
#[cfg(feature = "host-table")]
pub mod host;
pub mod key;
pub mod report;
pub mod scope;
pub mod suggest;
#[cfg(feature = "tokio")]
pub mod task;
pub mod value;

#[doc(hidden)]
pub mod __private;
mod future;
#[cfg(feature = "rayon")]
mod parallel;
mod param_scope;
mod params;
#[cfg(feature = "clap")]
mod program;
mod seen;
#[cfg(feature = "serde")]
mod serde;
mod typed;
mod view;

pub use error::ErrorKind;
pub use future::{FutureExt, InParams};
pub use key::Key;
#[cfg(feature = "rayon")]
pub use parallel::{InParamsParallel, ParallelIteratorExt};
pub use param_scope::{IntoScope, ParamScope};
pub use params::{get, read_key, require, set};
pub use scope::current::Guard;
pub use scope::{Entry, Scope, Source, State};
pub use seen::{Captured, capture, frozen};
pub use typed::{FromParam, IntoParam};
pub use value::Item;
pub use view::{Iter, Params, explain};

#[cfg(all(feature = "macros", feature = "clap"))]
pub use hyperparameter_derive::Parser;
/// Parameters in a function's signature: arguments with a `#[default(…)]` leave it, and scopes set them.
///
/// `#[auto_param("train")]` names the namespace, `#[auto_param]` takes the function's name. A doc comment on an argument says
/// what it is for; a default is an expression, which may use the arguments before it, and is evaluated only when needed. A
/// parameter is any [`FromParam`] type, or a `&str`. A call is itself a scope: what it writes, and what it leaves open, is gone when
/// it returns. An `async fn` has the parameters of its call.
///
/// ```
/// use hyperparameter::{ParamScope, auto_param};
///
/// struct Model {
///     width: u32,
/// }
///
/// impl Model {
///     #[auto_param("auto_param_example")]
///     fn new(#[default(8)] width: u32) -> Self {
///         Self { width }
///     }
/// }
///
/// assert_eq!(Model::new().width, 8);
/// assert_eq!(ParamScope::from(["auto_param_example.width=16"]).with(Model::new).width, 16);
/// ```
///
/// A trait fixes the arguments of its methods, so in a trait's impl the attribute is an error, whose text says so:
///
/// ```compile_fail,E0438
/// # use hyperparameter::auto_param;
/// trait Train {
///     fn train(&self) -> f64;
/// }
///
/// impl Train for () {
///     #[auto_param("train")]
///     fn train(&self, #[default(0.1)] lr: f64) -> f64 {
///         lr
///     }
/// }
/// ```
#[cfg(feature = "macros")]
pub use hyperparameter_derive::auto_param;
#[cfg(feature = "macros")]
pub use hyperparameter_derive::{FromParam, IntoParam, get_param, set_param, with_params};

#[cfg(feature = "clap")]
#[doc(no_inline)]
pub use ::clap;
/// The trait of programs that parse their command line: clap's own. The derive of this name stands beside it.
#[cfg(feature = "clap")]
pub use traits::*;

/// Clap exports its derive under the name of its trait. From here both come by a glob, and the derive above goes first.
#[cfg(feature = "clap")]
mod traits {
    pub use ::clap::Parser;
}

/// The crate's README runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
