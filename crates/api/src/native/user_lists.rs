//! Lists of users: searched, filtered and sorted.

use iam::{
    page::Search,
    users::{Filter, KeyFilter, ListRows, Lock, Order, Place, SignIn, SignInFilter, UserRow},
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, Kind, NUMBER_MAX, Schema, TEXT, flag, list as list_of, number, one_of, text, time},
    error::Fault,
    response::Answer,
    users::{CREATED, DISPLAY_NAME, ENABLED, ID, UPDATED, UserModel},
    values::{EMAIL, MOBILE, NAME, PATH, REMARKS, TAGS},
};

/// What a list may be asked for.
pub(super) const PARAMETERS: &[Field] = &[
    text("search", "Only those with this text in name, display name, mobile number or e-mail address, in any case.")
        .length(1, 128)
        .example("zhang"),
    one_of("status", "Only those that are switched on, or off.", &["enabled", "disabled"]),
    one_of(
        "sign_in",
        "Only those that may sign in so: not at all, by a profile that is switched off, they may, they may and must set \
         another password, they may and never did.",
        &["none", "off", "on", "must_reset", "never"],
    ),
    one_of(
        "keys",
        "Only those with such access keys: none, one or more that may be used, some that are all switched off.",
        &["none", "active", "inactive"],
    ),
    text("group", "Only those in the group of this name.").length(1, 128).example("developers"),
    one_of(
        "sort",
        "In which order: by name, those made first first (the default), those made last first, those active last first, \
         those active last last. A cursor is good for the order in which it was given.",
        &["name", "oldest", "newest", "active", "idle"],
    ),
    flag("details", "Whether to tell how each may sign in, its keys, groups and activity."),
];

/// A user in a list.
pub(super) static USER_ROW: Schema = Schema {
    name: "UserRow",
    about: "A user in a list. What follows `updated_at` is there with `details`.",
    fields: &[
        ID,
        NAME.required(),
        PATH.required(),
        DISPLAY_NAME.required(),
        REMARKS.required(),
        MOBILE,
        EMAIL,
        TAGS.required(),
        ENABLED.required(),
        CREATED,
        UPDATED,
        one_of("sign_in", "How it may sign in to the console.", &["none", "off", "on", "must_reset"]),
        count("active_keys", "How many access keys it has that may be used."),
        count("inactive_keys", "How many it has that are switched off."),
        list_of("groups", "The first three groups that it is in.", &GROUP),
        count("group_count", "In how many groups it is."),
        flag("administrator", "Whether it administers the account."),
        time("last_active_at", "When it last signed in or used a key; absent for never."),
        time("last_signed_in_at", "When it last signed in to the console; absent for never."),
        flag("locked", "Whether it may not sign in now, because of failures."),
        time("locked_until", "Until when; absent where it takes another password."),
    ],
};

static GROUP: Kind = Kind::Text(TEXT);

const fn count(name: &'static str, about: &'static str) -> Field {
    number(name, about, 0, NUMBER_MAX).example("1")
}

/// A user in a list, on the wire.
#[derive(Serialize)]
struct RowModel {
    #[serde(flatten)]
    user: UserModel,
    #[serde(flatten)]
    details: Option<DetailsModel>,
}

#[derive(Serialize)]
struct DetailsModel {
    sign_in: &'static str,
    active_keys: u64,
    inactive_keys: u64,
    groups: Vec<String>,
    group_count: usize,
    administrator: bool,
    locked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_active_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_signed_in_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locked_until: Option<String>,
}

impl From<&UserRow> for DetailsModel {
    fn from(row: &UserRow) -> Self {
        let sign_in = match row.sign_in {
            SignIn::None => "none",
            SignIn::Off => "off",
            SignIn::On => "on",
            SignIn::MustReset => "must_reset",
        };
        Self {
            sign_in,
            active_keys: row.active_keys,
            inactive_keys: row.inactive_keys,
            groups: row.groups.clone(),
            group_count: row.group_count,
            administrator: row.administrator,
            last_active_at: row.last_active.map(base::timestamp::Timestamp::to_seconds),
            last_signed_in_at: row.last_signed_in.map(base::timestamp::Timestamp::to_seconds),
            locked: row.lock.is_some(),
            locked_until: match row.lock {
                Some(Lock::Until(until)) => Some(until.to_seconds()),
                Some(Lock::ForGood) | None => None,
            },
        }
    }
}

pub(super) async fn list(call: Call) -> Result<Answer, Fault> {
    let order = call.parameter("sort").and_then(Order::from_word).unwrap_or(Order::Oldest);
    let (filter, details) = (filter(&call)?, call.is_set("details"));
    let rows = ListRows { filter, order, after: call.after(Place::parse)?, size: call.size()? };
    let page = call.ask(rows).await?;
    let model = |row: &UserRow| RowModel {
        user: UserModel::from(&row.user),
        details: details.then(|| DetailsModel::from(row)),
    };
    let rows: Vec<RowModel> = page.items.iter().map(model).collect();
    call.page(&rows, page.next)
}

fn filter(call: &Call) -> Result<Filter, Fault> {
    Ok(Filter {
        search: call.parameter("search").map(Search::parse).transpose()?,
        enabled: call.parameter("status").map(|status| status == "enabled"),
        sign_in: call.parameter("sign_in").map(|how| match how {
            "none" => SignInFilter::None,
            "off" => SignInFilter::Off,
            "must_reset" => SignInFilter::MustReset,
            "never" => SignInFilter::Never,
            _ => SignInFilter::On,
        }),
        keys: call.parameter("keys").map(|keys| match keys {
            "none" => KeyFilter::None,
            "inactive" => KeyFilter::Inactive,
            _ => KeyFilter::Active,
        }),
        group: call.parameter("group").map(str::to_owned),
    })
}
