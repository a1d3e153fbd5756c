//! What vendors write before the name of a global condition key.

use crate::key::Spelling;

/// All of them, each with its colon.
pub(crate) const PREFIXES: &[&str] = &["aws:", "volc:", "claviger:"];

/// The spelling of entities that goes with the prefix of a key, as its document wrote it.
pub(crate) fn spelling(key: &str) -> Spelling {
    let prefixed = |prefix: &str| key.get(..prefix.len()).is_some_and(|found| found.eq_ignore_ascii_case(prefix));
    match () {
        () if prefixed("aws:") => Spelling::Arn,
        () if prefixed("volc:") => Spelling::Trn,
        () => Spelling::Crn,
    }
}
