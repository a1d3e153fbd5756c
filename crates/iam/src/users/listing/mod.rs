//! Users as a list shows them: what each may sign in by, when it was last active, in an order and by a filter.
//!
//! An account may have a hundred thousand users, and a filter may be about any of this. So what a list is searched,
//! filtered and sorted by stands together in one narrow row a user, written anew by the door ([`concerns`]) whenever the
//! user, its profile or a key of it changes. The rows are the core's own bookkeeping: all of it follows from the tables
//! of state, and from when keys were used.

mod ops;
pub(crate) mod sql;

use std::fmt;

use base::{ids::UserId, timestamp::Timestamp};

pub use self::ops::ListRows;
use super::User;
use crate::{db::table::Table, page::Search};

/// A user in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// The user.
    pub user: User,
    /// How it may sign in to the console.
    pub sign_in: SignIn,
    /// How many access keys it has that may be used.
    pub active_keys: u64,
    /// How many it has that are switched off.
    pub inactive_keys: u64,
    /// The names of the first groups that it is in, at most [`UserRow::GROUPS_MAX`].
    pub groups: Vec<String>,
    /// In how many groups it is.
    pub group_count: usize,
    /// When it last signed in or used a key; a minute behind at most. `None` for never.
    pub last_active: Option<Timestamp>,
    /// When it last signed in to the console. `None` for never.
    pub last_signed_in: Option<Timestamp>,
    /// Whether it administers the account.
    pub administrator: bool,
    /// Whether it may not sign in now, because of failures.
    pub lock: Option<Lock>,
}

/// For how long somebody may not sign in, because of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Until then.
    Until(Timestamp),
    /// Until somebody sets another password.
    ForGood,
}

impl UserRow {
    /// How many groups are named.
    pub const GROUPS_MAX: usize = 3;
}

/// How somebody may sign in to the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SignIn {
    /// Not at all: there is no login profile.
    None,
    /// It has a profile that is switched off.
    Off,
    /// It may.
    On,
    /// It may, and must set another password then.
    MustReset,
}

impl SignIn {
    /// As the listing's rows have it.
    fn from_column(number: u64) -> Self {
        match number {
            0 => Self::None,
            1 => Self::Off,
            2 => Self::On,
            _ => Self::MustReset,
        }
    }
}

/// Which users a list shows; by default all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those with this text in name, display name, mobile number or e-mail address.
    pub search: Option<Search>,
    /// Those that are switched on, or off.
    pub enabled: Option<bool>,
    /// Those that may sign in so.
    pub sign_in: Option<SignInFilter>,
    /// Those with access keys in this state.
    pub keys: Option<KeyFilter>,
    /// The members of the group of this name.
    pub group: Option<String>,
}

/// How users may sign in that a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignInFilter {
    /// Not at all.
    None,
    /// By a profile that is switched off.
    Off,
    /// They may; some must set another password then.
    On,
    /// They may, and must set another password then.
    MustReset,
    /// They may, and never did.
    Never,
}

/// Which access keys users have that a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyFilter {
    /// None.
    None,
    /// One or more that may be used.
    Active,
    /// Some, and all are switched off.
    Inactive,
}

/// In which order a list shows users.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// By their names.
    #[default]
    Name,
    /// Those made first come first.
    Oldest,
    /// Those made last come first.
    Newest,
    /// Those active last come first.
    Active,
    /// Those that were not active for longest come first, and those that never were before them.
    Idle,
}

impl Order {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Name, Self::Oldest, Self::Newest, Self::Active, Self::Idle];

    /// Its name on wires and in commands.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Oldest => "oldest",
            Self::Newest => "newest",
            Self::Active => "active",
            Self::Idle => "idle",
        }
    }

    /// The order of that name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.word() == word)
    }
}

/// Behind which user of a list a page begins, in the order of that list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    order: Order,
    key: String,
    id: UserId,
}

impl Place {
    /// A place that was printed. `None` for a text that is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (order, rest) = text.split_once(' ')?;
        let (id, key) = rest.split_once(' ')?;
        let id = UserId::new(id.parse().ok()?).ok()?;
        Some(Self { order: Order::from_word(order)?, key: key.to_owned(), id })
    }

    /// Whether it is a place in lists of that order.
    pub fn is_of(&self, order: Order) -> bool {
        self.order == order
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.order.word(), self.id, self.key)
    }
}

/// The column of `table` that names the user whose row in the listing must be written anew with a row of it.
pub(crate) fn concerns(table: &Table) -> Option<&'static str> {
    match table.name {
        "iam_user" => Some("id"),
        "login_profile" => Some("user_id"),
        "access_key" => Some("owner_id"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_text() {
        let place = Place { order: Order::Idle, key: "a b 张".to_owned(), id: UserId::new(7).unwrap() };
        assert_eq!(Place::parse(&place.to_string()), Some(place));
        assert!(["7", "name x y", "size 7 y", "name 7"].iter().all(|text| Place::parse(text).is_none()));
    }
}
