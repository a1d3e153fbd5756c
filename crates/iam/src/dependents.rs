//! What hangs on a thing, when the thing is deleted.

/// What happens to what hangs on a thing that is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependents {
    /// Nothing is deleted while something hangs on it.
    Refuse,
    /// It goes as well.
    Remove,
}
