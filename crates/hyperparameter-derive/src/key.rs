//! Keys as they stand in source: bare segments, or a string literal.
