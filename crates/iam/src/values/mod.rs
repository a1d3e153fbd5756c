//! Legal values that several nouns share. Each is a type that only parsing makes, so that a value which is
//! there is a value that is right.

mod address;
mod path;
mod plain;
mod tags;

pub(crate) use self::plain::{check as check_plain, check_text};
pub use self::{
    address::{Email, Mobile},
    path::{EntityPath, PathPrefix},
    plain::{DisplayName, EntityName, Remarks},
    tags::Tags,
};
