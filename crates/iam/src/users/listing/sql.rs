//! The listing's statements.

use base::ids::UserId;

use super::{Filter, KeyFilter, Order, Place, SignInFilter};
use crate::{
    db::{Row, Select, Value, selects, statements},
    door::Read,
    error::{Error, Result},
    feed,
    page::PageSize,
};

/// A page of the listing: from where, behind what, by which text, in which order. Every other filter is a range, so that
/// one statement does for all; what is not filtered by has the widest. The text comes first, for it lets the fewest through.
macro_rules! page {
    ($from:expr, $behind:literal, $text:literal, $order:literal) => {
        concat!(
            "SELECT l.user_id, l.name_key, l.active_us, l.signed_in_us, l.login, l.keys_on, l.keys_off FROM ",
            $from,
            " WHERE l.account_id = $1 AND ",
            $text,
            " AND ",
            $behind,
            " AND l.enabled BETWEEN $5 AND $6 AND l.login BETWEEN $7 AND $8 AND l.keys_on BETWEEN $9 AND $10 \
             AND l.keys_off BETWEEN $11 AND $12 AND l.signed_in_us <= $13 ORDER BY ",
            $order,
            " LIMIT $14"
        )
    };
}

/// Along an index that is in the order and has all that is filtered by, but the text.
macro_rules! walk {
    ($behind:literal, $order:literal) => {
        page!("user_listing l", $behind, "CAST($4 AS TEXT) IS NOT NULL", $order)
    };
}

/// All of an account; what is found is sorted where the order is no index's.
macro_rules! scan {
    ($behind:literal, $order:literal) => {
        page!("user_listing l", $behind, "l.search_text LIKE $4 {{escape}}", $order)
    };
}

/// The first that are behind a place in an order, as many as `$15`: where a text is in many, a page of it is among them.
macro_rules! near {
    ($behind:literal, $order:literal) => {
        page!(
            concat!(
                "(SELECT l.account_id, l.user_id, l.name_key, l.search_text, l.enabled, l.login, l.keys_on, l.keys_off, \
                 l.active_us, l.signed_in_us FROM user_listing l WHERE l.account_id = $1 AND ",
                $behind,
                " ORDER BY ",
                $order,
                " LIMIT $15) l"
            ),
            $behind,
            "l.search_text LIKE $4 {{escape}}",
            $order
        )
    };
}

/// All of a group. The limit is more than a group can have: it keeps both databases from looking for what is filtered
/// first, and for the group's members among that.
macro_rules! members {
    ($behind:literal, $order:literal) => {
        page!(
            "(SELECT x.account_id, x.user_id, x.name_key, x.search_text, x.enabled, x.login, x.keys_on, x.keys_off, \
             x.active_us, x.signed_in_us FROM group_member m JOIN user_listing x ON x.account_id = m.account_id \
             AND x.user_id = m.user_id WHERE m.account_id = $1 AND m.group_id = $15 LIMIT 1000000) l",
            $behind,
            "l.search_text LIKE $4 {{escape}}",
            $order
        )
    };
}

// Where a scan sorts, its order is hidden from the index, which would otherwise be gone along for the order's sake.
selects! {
    /// By name.
    NAME: scoped walk!("(l.name_key, l.user_id) > ($2, $3)", "l.name_key, l.user_id");
    /// By name, with a text, among the first.
    NAME_NEAR: scoped near!("(l.name_key, l.user_id) > ($2, $3)", "l.name_key, l.user_id");
    /// By name, with a text.
    NAME_SEARCH: scoped scan!("(l.name_key || '', l.user_id) > ($2, $3)", "l.name_key || '', l.user_id");
    /// By name, of a group.
    NAME_MEMBERS: scoped members!("(l.name_key, l.user_id) > ($2, $3)", "l.name_key, l.user_id");
    /// By creation.
    OLDEST: scoped scan!("l.user_id > $2 AND l.user_id > $3", "l.user_id");
    /// By creation, of a group.
    OLDEST_MEMBERS: scoped members!("l.user_id > $2 AND l.user_id > $3", "l.user_id");
    /// By creation, the last first.
    NEWEST: scoped scan!("l.user_id < $2 AND l.user_id < $3", "l.user_id DESC");
    /// By creation, the last first, of a group.
    NEWEST_MEMBERS: scoped members!("l.user_id < $2 AND l.user_id < $3", "l.user_id DESC");
    /// By activity, the last first.
    ACTIVE: scoped walk!("(l.active_us, l.user_id) < ($2, $3)", "l.active_us DESC, l.user_id DESC");
    /// By activity, the last first, with a text, among the first.
    ACTIVE_NEAR: scoped near!("(l.active_us, l.user_id) < ($2, $3)", "l.active_us DESC, l.user_id DESC");
    /// By activity, the last first, with a text.
    ACTIVE_SEARCH: scoped scan!("(l.active_us + 0, l.user_id) < ($2, $3)", "l.active_us + 0 DESC, l.user_id DESC");
    /// By activity, the last first, of a group.
    ACTIVE_MEMBERS: scoped members!("(l.active_us, l.user_id) < ($2, $3)", "l.active_us DESC, l.user_id DESC");
    /// By activity, the last one last.
    IDLE: scoped walk!("(l.active_us, l.user_id) > ($2, $3)", "l.active_us, l.user_id");
    /// By activity, the last one last, with a text, among the first.
    IDLE_NEAR: scoped near!("(l.active_us, l.user_id) > ($2, $3)", "l.active_us, l.user_id");
    /// By activity, the last one last, with a text.
    IDLE_SEARCH: scoped scan!("(l.active_us + 0, l.user_id) > ($2, $3)", "l.active_us + 0, l.user_id");
    /// By activity, the last one last, of a group.
    IDLE_MEMBERS: scoped members!("(l.active_us, l.user_id) > ($2, $3)", "l.active_us, l.user_id");
    /// As many users as [`feed::NAMED`].
    USERS: scoped "SELECT id, name, path, display_name, remarks, mobile, email, tags, enabled, created_us, updated_us FROM iam_user WHERE account_id = $1 AND id IN (\
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, \
         $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, \
         $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65) ORDER BY id LIMIT 64";
}

statements! {
    /// Writes a user's row anew from what the tables of state have.
    RELIST: "INSERT INTO user_listing (account_id, user_id, name_key, search_text, enabled, login, keys_on, keys_off, active_us, signed_in_us)
     SELECT u.account_id, u.id, u.name_key, u.search_text, CASE WHEN u.enabled THEN 1 ELSE 0 END,
     CASE WHEN p.user_id IS NULL THEN 0 WHEN NOT p.enabled THEN 1 WHEN p.must_reset THEN 3 ELSE 2 END,
     (SELECT count(*) FROM access_key k WHERE k.account_id = u.account_id AND k.owner_id = u.id AND k.enabled),
     (SELECT count(*) FROM access_key k WHERE k.account_id = u.account_id AND k.owner_id = u.id AND NOT k.enabled), 0, 0
     FROM iam_user u LEFT JOIN login_profile p ON p.user_id = u.id WHERE u.account_id = $1 AND u.id = $2
     ON CONFLICT (account_id, user_id) DO UPDATE SET name_key = excluded.name_key, search_text = excluded.search_text,
     enabled = excluded.enabled, login = excluded.login, keys_on = excluded.keys_on, keys_off = excluded.keys_off";
    /// Remembers that the owner of an access key was active, where that was not known to within a minute.
    ACTIVE_BY_ACCESS_KEY: "UPDATE user_listing SET active_us = CAST($2 AS BIGINT) WHERE active_us < CAST($2 AS BIGINT) - 60000000
     AND (account_id, user_id) IN (SELECT account_id, owner_id FROM access_key WHERE id = $1)";
    /// The same of the owner of an API key.
    ACTIVE_BY_API_KEY: "UPDATE user_listing SET active_us = CAST($2 AS BIGINT) WHERE active_us < CAST($2 AS BIGINT) - 60000000
     AND (account_id, user_id) IN (SELECT account_id, owner_id FROM api_key WHERE id = $1)";
    /// Remembers that a user signed in.
    SIGNED_IN: "UPDATE user_listing SET active_us = $3, signed_in_us = $3 WHERE account_id = $1 AND user_id = $2";
}

/// What the listing tells of a user.
pub(super) struct Listed {
    pub(super) user: UserId,
    pub(super) name_key: String,
    pub(super) active_us: i64,
    pub(super) signed_in_us: i64,
    pub(super) login: u64,
    pub(super) keys_on: u64,
    pub(super) keys_off: u64,
}

impl Listed {
    fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            user: row.user(0)?,
            name_key: row.text(1)?,
            active_us: row.int(2)?,
            signed_in_us: row.int(3)?,
            login: row.number(4)?,
            keys_on: row.number(5)?,
            keys_off: row.number(6)?,
        })
    }

    /// Where a page of this order begins that comes behind it.
    pub(super) fn place(&self, order: Order) -> Place {
        let key = match order {
            Order::Name => self.name_key.clone(),
            Order::Oldest | Order::Newest => self.user.to_string(),
            Order::Active | Order::Idle => self.active_us.to_string(),
        };
        Place { order, key, id: self.user }
    }
}

/// Those of a page, and one more where there is one. `group` stands for the filter's.
pub(super) fn page(
    tx: &Read<'_>,
    (filter, group): (&Filter, Option<base::ids::GroupId>),
    order: Order,
    after: Option<&Place>,
    size: PageSize,
) -> Result<Vec<Listed>> {
    let mut parameters = behind(order, after);
    parameters.extend(filter.parameters());
    parameters.push(size.probe().into());
    let listed = |select, parameters: &[Value]| tx.rows(select, parameters)?.iter().map(Listed::of).collect();
    if let Some(near) = near(order).filter(|_| filter.search.is_some() && group.is_none()) {
        parameters.push(NEAR.into());
        let first: Vec<Listed> = listed(near, &parameters)?;
        // Enough of them: those are the page, whatever comes behind.
        if i64::try_from(first.len()).map_err(Error::internal)? >= size.probe() {
            return Ok(first);
        }
        parameters.pop();
    }
    parameters.extend(group.map(Value::from));
    listed(select(order, filter, group.is_some()), &parameters)
}

/// How many a search looks at in their order before it looks at all: a text that one in a dozen users has fills a page
/// from these, and for one that is rarer they cost little.
const NEAR: i64 = if cfg!(test) { 3 } else { 1_000 };

/// How the first are looked at in an order. By creation they come first anyway.
const fn near(order: Order) -> Option<&'static Select> {
    match order {
        Order::Name => Some(&NAME_NEAR),
        Order::Active => Some(&ACTIVE_NEAR),
        Order::Idle => Some(&IDLE_NEAR),
        Order::Oldest | Order::Newest => None,
    }
}

fn select(order: Order, filter: &Filter, of_group: bool) -> &'static Select {
    match (order, of_group, filter.search.is_some()) {
        (Order::Name, true, _) => &NAME_MEMBERS,
        (Order::Name, false, true) => &NAME_SEARCH,
        (Order::Name, false, false) => &NAME,
        (Order::Oldest, true, _) => &OLDEST_MEMBERS,
        (Order::Oldest, false, _) => &OLDEST,
        (Order::Newest, true, _) => &NEWEST_MEMBERS,
        (Order::Newest, false, _) => &NEWEST,
        (Order::Active, true, _) => &ACTIVE_MEMBERS,
        (Order::Active, false, true) => &ACTIVE_SEARCH,
        (Order::Active, false, false) => &ACTIVE,
        (Order::Idle, true, _) => &IDLE_MEMBERS,
        (Order::Idle, false, true) => &IDLE_SEARCH,
        (Order::Idle, false, false) => &IDLE,
    }
}

/// The key and the id behind which a page begins.
fn behind(order: Order, after: Option<&Place>) -> Vec<Value> {
    let number = |key: &str, none: i64| Value::from(key.parse::<i64>().unwrap_or(none));
    match (order, after) {
        (Order::Name, None) => vec!["".into(), 0i64.into()],
        (Order::Name, Some(place)) => vec![place.key.as_str().into(), place.id.into()],
        (Order::Oldest, None) => vec![0i64.into(), 0i64.into()],
        (Order::Idle, None) => vec![(-1i64).into(), 0i64.into()],
        (Order::Newest | Order::Active, None) => vec![i64::MAX.into(), i64::MAX.into()],
        (Order::Oldest | Order::Idle, Some(place)) => vec![number(&place.key, i64::MAX), place.id.into()],
        (Order::Newest | Order::Active, Some(place)) => vec![number(&place.key, -1), place.id.into()],
    }
}

impl Filter {
    /// A pattern, and the ranges of the columns.
    fn parameters(&self) -> Vec<Value> {
        const ANY: (i64, i64) = (0, i64::MAX);
        let enabled = self.enabled.map_or(ANY, |on| (i64::from(on), i64::from(on)));
        let login = match self.sign_in {
            None => ANY,
            Some(SignInFilter::None) => (0, 0),
            Some(SignInFilter::Off) => (1, 1),
            Some(SignInFilter::On | SignInFilter::Never) => (2, 3),
            Some(SignInFilter::MustReset) => (3, 3),
        };
        let (on, off) = match self.keys {
            None => (ANY, ANY),
            Some(KeyFilter::None) => ((0, 0), (0, 0)),
            Some(KeyFilter::Active) => ((1, i64::MAX), ANY),
            Some(KeyFilter::Inactive) => ((0, 0), (1, i64::MAX)),
        };
        let signed_in = if self.sign_in == Some(SignInFilter::Never) { 0 } else { i64::MAX };
        let pattern = self.search.as_ref().map_or_else(|| "%".to_owned(), crate::page::Search::pattern);
        let ranges = [enabled, login, on, off].into_iter().flat_map(|(least, most)| [least.into(), most.into()]);
        std::iter::once(pattern.into()).chain(ranges).chain([signed_in.into()]).collect()
    }
}

/// The users of these ids, in no order.
pub(super) fn users(tx: &Read<'_>, ids: &[UserId]) -> Result<Vec<super::User>> {
    let mut users = Vec::with_capacity(ids.len());
    for ids in ids.chunks(feed::NAMED) {
        let named = feed::named(tx.account(), ids);
        let rows = tx.rows(&USERS, named.get(1..).unwrap_or_default())?;
        for row in &rows {
            users.push(crate::users::sql::user(row)?);
        }
    }
    Ok(users)
}
