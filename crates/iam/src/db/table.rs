//! Tables that hold the product's state, described once.
//!
//! A noun describes its table; inserting, updating and deleting rows is written from that
//! description, here and nowhere else. [`crate::door::Write`] offers these three as the only
//! way to change state, and enters each changed field in the audit event, so that replaying
//! the events rebuilds every table.

use super::{Sql, Value};

/// What a column holds, and how the audit trail shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole number, a time, an id.
    Int,
    /// A flag.
    Bool,
    /// Text.
    Text,
    /// A secret or a document, as bytes: the trail holds its SHA-256.
    Digest,
}

/// A column.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// A table of state. Each has a column `account_id`, which is not listed.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: &'static str,
    /// The columns that, with the account, tell rows apart. They never change.
    pub(crate) key: &'static [Column],
    /// The other columns.
    pub(crate) columns: &'static [Column],
    /// Whose power hangs on its rows.
    pub(crate) touches: Touches,
}

/// Whose power hangs on a table's rows. The door looks at everybody whose rows a change touched, so no operation can
/// forget to say whom it is about (SEC-094, SEC-095).
#[derive(Debug)]
pub(crate) enum Touches {
    /// Nobody's: neither who may do what nor who gets in depends on it.
    Nobody,
    /// What those may do, or get in by, whom the columns name.
    Power {
        /// Whom.
        whom: Whom,
        /// Columns that nothing hangs on, when an update changes no others.
        harmless: &'static [&'static str],
    },
}

/// Whose power, by the columns that hold it.
#[derive(Debug)]
pub(crate) enum Whom {
    /// A user's.
    User(&'static str),
    /// A group's: its members'.
    Group(&'static str),
    /// A role's: that of whoever may assume it.
    Role(&'static str),
    /// A holder's: the columns with its kind and its number.
    Holder(&'static str, &'static str),
    /// Everybody's who holds the policy.
    Policy(&'static str),
    /// That of every user there is or will be.
    Everybody,
}

impl Whom {
    /// Whether a row's key alone tells.
    pub(crate) fn is_in_key(&self, table: &Table) -> bool {
        let in_key = |name: &str| table.key.iter().any(|column| column.name == name);
        match self {
            Self::User(name) | Self::Group(name) | Self::Role(name) | Self::Policy(name) => in_key(name),
            Self::Holder(kind, number) => in_key(kind) && in_key(number),
            Self::Everybody => true,
        }
    }
}

impl Table {
    /// All columns but the account, key first.
    pub(crate) fn all_columns(&self) -> impl Iterator<Item = &'static Column> + use<> {
        self.key.iter().chain(self.columns)
    }

    /// The columns' names in the order of [`Table::all_columns`], comma separated.
    fn column_list(&self) -> String {
        self.all_columns().map(|column| column.name).collect::<Vec<_>>().join(", ")
    }

    /// ` AND key1 = $n AND …` from parameter `first` on.
    fn key_condition(&self, first: usize) -> String {
        let conditions = self.key.iter().enumerate();
        conditions
            .fold(String::new(), |text, (place, column)| format!("{text} AND {} = ${}", column.name, first + place))
    }

    /// Inserts a row, account first, then all columns; changes nothing where one is in the way.
    pub(crate) fn insert(&self) -> Sql {
        let count = self.all_columns().count();
        let columns = self.all_columns().fold(String::from("account_id"), |list, column| list + ", " + column.name);
        let parameters = (2..=count + 1).fold(String::from("$1"), |list, number| format!("{list}, ${number}"));
        Sql::generated(format!("INSERT INTO {} ({columns}) VALUES ({parameters}) ON CONFLICT DO NOTHING", self.name))
    }

    /// Selects all columns of one row by account and key.
    pub(crate) fn select_one(&self) -> Sql {
        let (list, name) = (self.column_list(), self.name);
        Sql::generated(format!("SELECT {list} FROM {name} WHERE account_id = $1{}", self.key_condition(2)))
    }

    /// Selects a page of all rows of an account in key order: `after` says whether to begin behind a key
    /// (parameters 2 …). The last parameter is the page's size.
    pub(crate) fn select_page(&self, after: bool) -> Sql {
        let (list, name) = (self.column_list(), self.name);
        let key = self.key.iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
        let bounds = (0..self.key.len()).map(|place| format!("${}", place + 2)).collect::<Vec<_>>().join(", ");
        let behind = if after && !self.key.is_empty() { format!(" AND ({key}) > ({bounds})") } else { String::new() };
        let order = if self.key.is_empty() { String::new() } else { format!(" ORDER BY {key}") };
        let limit = if behind.is_empty() { 2 } else { self.key.len() + 2 };
        Sql::generated(format!("SELECT {list} FROM {name} WHERE account_id = $1{behind}{order} LIMIT ${limit}"))
    }

    /// Sets `columns` of one row: account, key, then the new values.
    pub(crate) fn update(&self, columns: &[&'static str]) -> Sql {
        let first = self.key.len() + 2;
        let settings = columns.iter().enumerate();
        let settings: Vec<String> = settings.map(|(place, name)| format!("{name} = ${}", first + place)).collect();
        let (name, settings, condition) = (self.name, settings.join(", "), self.key_condition(2));
        Sql::generated(format!("UPDATE {name} SET {settings} WHERE account_id = $1{condition}"))
    }

    /// Deletes one row by account and key.
    pub(crate) fn delete(&self) -> Sql {
        Sql::generated(format!("DELETE FROM {} WHERE account_id = $1{}", self.name, self.key_condition(2)))
    }

    /// The place of a column in the order of [`Table::all_columns`], and what it holds.
    pub(crate) fn column(&self, name: &str) -> Option<(usize, Kind)> {
        self.all_columns().enumerate().find(|(_, column)| column.name == name).map(|(place, c)| (place, c.kind))
    }

    /// Whether `row` has the columns of this table and values of their kinds (or NULL).
    pub(crate) fn fits(&self, row: &[Value]) -> bool {
        row.len() == self.all_columns().count()
            && row.iter().zip(self.all_columns()).all(|(value, column)| {
                matches!(
                    (value, column.kind),
                    (Value::Null, _)
                        | (Value::Int(_), Kind::Int | Kind::Bool)
                        | (Value::Bool(_), Kind::Bool)
                        | (Value::Text(_), Kind::Text | Kind::Digest)
                        | (Value::Bytes(_), Kind::Digest)
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static MEMBER: Table = Table {
        name: "member",
        key: &[Column { name: "group_id", kind: Kind::Int }, Column { name: "user_id", kind: Kind::Int }],
        columns: &[Column { name: "added_us", kind: Kind::Int }],
        touches: Touches::Nobody,
    };

    #[test]
    fn statements_are_bound_to_account_and_key() {
        let text = |sql: Sql| sql.text.into_owned();
        assert_eq!(
            text(MEMBER.insert()),
            "INSERT INTO member (account_id, group_id, user_id, added_us) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
        );
        assert_eq!(
            text(MEMBER.update(&["added_us"])),
            "UPDATE member SET added_us = $4 WHERE account_id = $1 AND group_id = $2 AND user_id = $3"
        );
        assert_eq!(
            text(MEMBER.delete()),
            "DELETE FROM member WHERE account_id = $1 AND group_id = $2 AND user_id = $3"
        );
        assert_eq!(
            text(MEMBER.select_page(true)),
            "SELECT group_id, user_id, added_us FROM member WHERE account_id = $1 AND (group_id, user_id) > ($2, $3) \
             ORDER BY group_id, user_id LIMIT $4"
        );
        assert_eq!(
            text(MEMBER.select_page(false)),
            "SELECT group_id, user_id, added_us FROM member WHERE account_id = $1 ORDER BY group_id, user_id LIMIT $2"
        );
    }
}
