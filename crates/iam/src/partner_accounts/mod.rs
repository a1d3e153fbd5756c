//! Partner accounts: records that a partner keeps here of the customers it looks after. They mean nothing to the product
//! itself: no user comes of one, and no power.

mod ops;
pub(crate) mod sql;

use base::timestamp::Timestamp;

pub use self::ops::{Get, List, Put};
use crate::{
    db::table::{Column, Kind, Table, Touches},
    error::{Error, Result},
    values::check_plain,
};

/// The table of partner accounts.
pub(crate) static PARTNER_ACCOUNTS: Table = Table {
    name: "partner_account",
    key: &[Column { name: "user_id", kind: Kind::Text }],
    columns: &[
        Column { name: "reference", kind: Kind::Text },
        Column { name: "name", kind: Kind::Text },
        Column { name: "email", kind: Kind::Text },
        Column { name: "mobile", kind: Kind::Text },
        Column { name: "kind", kind: Kind::Text },
        Column { name: "company", kind: Kind::Text },
        Column { name: "created_us", kind: Kind::Int },
    ],
    touches: Touches::Nobody,
};

/// A record. But for the first, each text may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// By what the partner knows the customer: unique in the account.
    pub user_id: String,
    /// By what the partner knows the customer's account.
    pub reference: String,
    /// The customer's name.
    pub name: String,
    /// An e-mail address, which is not looked at.
    pub email: String,
    /// A mobile number, which is not looked at.
    pub mobile: String,
    /// What kind of account it is.
    pub kind: String,
    /// The customer's company.
    pub company: String,
}

impl Record {
    /// The most characters of each text.
    pub const TEXT_MAX: usize = 255;

    /// Errors: `Invalid` where it has no id, where its id could not stand in a path, or where a text is too long or has
    /// control or invisible characters.
    fn check(&self) -> Result<()> {
        if matches!(self.user_id.as_str(), "" | "." | "..") || self.user_id.contains(['/', '\\']) {
            return Err(Error::invalid("user id", "must not be empty, and must not hold a slash or a backslash"));
        }
        let texts = [
            ("user id", &self.user_id),
            ("account id", &self.reference),
            ("name", &self.name),
            ("e-mail address", &self.email),
            ("mobile number", &self.mobile),
            ("account type", &self.kind),
            ("company", &self.company),
        ];
        texts.into_iter().try_for_each(|(field, text)| check_plain(field, text, Self::TEXT_MAX))
    }
}

/// A record that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerAccount {
    /// What it says.
    pub record: Record,
    /// When it was made.
    pub created: Timestamp,
}
