//! What a configuration may cost (A.4): every limit is an error that names itself.

/// The limits of one load. Each is far above what a person writes, and below what would hold up a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most bytes of one file.
    pub file_size: usize,
    /// How deep lists and maps may be nested, the root not counted. More than 300 count as 300: each level is a level of this
    /// program's own stack.
    pub depth: usize,
    /// The most files of one load, those that are included counted as often as they are read.
    pub files: usize,
    /// The most values that YAML aliases may make beyond those that are written.
    pub aliases: usize,
    /// The most references of one chain (`a: ${b}`, `b: ${c}`, …).
    pub chain: usize,
    /// The most values that references may make beyond those that are written.
    pub references: usize,
    /// The most bytes of text that references may make.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_size: 256 << 20,
            depth: 100,
            files: 1_000,
            aliases: 100_000,
            chain: 100,
            references: 100_000,
            text: 16 << 20,
        }
    }
}

impl Limits {
    /// These limits, as far as a program can keep to them.
    pub(super) fn kept(self) -> Self {
        Self { depth: self.depth.min(DEEPEST), ..self }
    }
}

/// How deep lists and maps, and references and what they name, may go together.
pub(super) const DEEPEST: usize = 300;
