//! Accounts: the unit of isolation. Each has one root user, who may do everything in it.

mod ops;
mod root_keys;
mod root_login;
pub(crate) mod sql;
mod values;

pub use self::{
    ops::{Account, Create, Created, GetSummary, List, Occasion, SetAlias},
    root_keys::{CreateRootKey, DeleteRootKey, ListRootKeys},
    root_login::{NewRootLogin, RootLogin, SetRootLogin},
    values::{Alias, Summary},
};
pub(crate) use self::{
    ops::{make, refuse_second},
    root_login::{ROOT_LOGINS, check_password, names_of_root, put},
};
use crate::db::table::{Column, Kind, Table, Touches};

/// The table of accounts.
pub(crate) static ACCOUNTS: Table = Table {
    name: "account",
    key: &[],
    columns: &[
        Column { name: "root_id", kind: Kind::Int },
        Column { name: "alias", kind: Kind::Text },
        Column { name: "data_key", kind: Kind::Digest },
        Column { name: "created_us", kind: Kind::Int },
    ],
    touches: Touches::Nobody,
};
