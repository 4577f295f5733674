//! A library that declares parameters.

use hyperparameter::{auto_param, get_param, with_params};

/// Used by the program.
#[must_use]
pub fn version() -> u32 {
    1
}

/// Called by nobody: its parameters are listed all the same.
#[must_use]
pub fn never_called() -> f64 {
    with_params! {
        /// How much is forgotten.
        @get decay: f64 = library.decay or 0.99;
        decay
    }
}

/// Called by nobody.
#[must_use]
pub fn nor_this() -> String {
    get_param!(library.name: String, "none", "The name of the library's thing")
}

/// Called by nobody.
#[auto_param("library.fit")]
pub fn fit(
    /// Steps without progress before it stops.
    #[default(5)]
    patience: u32,
) -> u32 {
    patience
}
