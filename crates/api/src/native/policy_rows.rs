//! Documents as rows that people fill in: what the visual builder of the console shows, for everybody.

use base::json::{Kind as Json, Value};
use policy::{
    builder::{self, Actions, Chosen, Condition, Model, Row, Wrong},
    by_tag::{self, ByTag, Grant, Tag},
    catalogue::Level,
    document::Effect,
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, Kind, Schema, TEXT, flag, list, object, one_of, text},
    error::Fault,
    response::Answer,
    values::DOCUMENT,
};

const LEVELS: &[&str] = &["read", "list", "write", "manage"];
const SERVICE: Field =
    text("service", "The service whose actions they are; where it is not said, everything in all services.")
        .example("bos");
const OF_LEVELS: Field =
    list("levels", "All of these levels.", &Kind::Text(super::describe::Text { one_of: LEVELS, ..TEXT }));
const NAMED: Field = list("actions", "These, by name, or by pattern with `*` and `?`.", &Kind::Text(TEXT));

/// A row on the wire.
pub(super) static ROW: Schema = Schema {
    name: "Row",
    about: "A statement. Of a service it is about `levels`, about `actions`, or else about all.",
    fields: &[
        text("id", "What its author calls it.").example("read"),
        one_of("effect", "Whether it allows or denies.", &["allow", "deny"]).required(),
        SERVICE,
        OF_LEVELS,
        NAMED,
        list("resources", "To what it is done; to everything, where there are none.", &Kind::Text(TEXT)),
        list("conditions", "When; all of them must hold.", &Kind::Object(&CONDITION)),
    ],
};

static CONDITION: Schema = Schema {
    name: "RowCondition",
    about: "A condition.",
    fields: &[
        text("operator", "How key and values are compared, as documents write it.").example("StringLike").required(),
        text("key", "The key.").example("claviger:SourceIp").required(),
        list("values", "The values: one that fits is enough.", &Kind::Text(TEXT)).required(),
    ],
};

/// What a document is made from.
pub(super) static ROWS: Schema = Schema {
    name: "Rows",
    about: "A document's rows, or what a policy by tag allows: one of `rows` and `by_tag`.",
    fields: &[
        text("id", "The document's own `Id`.").example("deploy"),
        list("rows", "The rows.", &Kind::Object(&ROW)),
        object("by_tag", "What is allowed to be done to whatever bears some tags.", &BY_TAG),
    ],
};

static BY_TAG: Schema = Schema {
    name: "ByTag",
    about: "What is allowed to be done to whatever bears some tags.",
    fields: &[
        list("grants", "What is allowed.", &Kind::Object(&GRANT)).required(),
        list("tags", "What a resource must bear: all of these.", &Kind::Object(&TAG)).required(),
        flag("lists", "Whether it is also allowed to see which resources there are, whatever they bear."),
    ],
};

static GRANT: Schema = Schema {
    name: "TagGrant",
    about: "Some actions of a service: of `levels`, or `actions` by name, or else all.",
    fields: &[SERVICE.required(), OF_LEVELS, NAMED],
};

static TAG: Schema = Schema {
    name: "TagWanted",
    about: "A tag that a resource must bear.",
    fields: &[
        text("key", "Its key.").example("stage").required(),
        list("values", "Its values: one that fits is enough.", &Kind::Text(TEXT)).required(),
    ],
};

pub(super) static BUILT: Schema =
    Schema { name: "BuiltPolicy", about: "A document made from rows.", fields: &[DOCUMENT.required()] };

#[derive(Serialize)]
struct Built {
    document: String,
}

/// Makes a document.
pub(super) fn build(call: &Call) -> Result<Answer, Fault> {
    let catalogue = &call.asker.snapshot.system.catalogue;
    let model = match (call.body.get("rows"), call.body.get("by_tag")) {
        (Some(rows), None) => Model { id: None, rows: each(rows, row)? },
        (None, Some(by_tag)) => by_tag::model(&read_by_tag(by_tag)?, catalogue),
        _ => return Err(Fault::invalid("one of `rows` and `by_tag` must be there")),
    };
    let model = Model { id: call.body.text("id").map(str::to_owned), ..model };
    let document = builder::document(&model, catalogue).map_err(|wrong| Fault::invalid(said(&wrong)))?;
    Answer::ok(&Built { document })
}

/// All that is wrong, in one line.
fn said(wrong: &[Wrong]) -> String {
    let one = |wrong: &Wrong| {
        let place = wrong
            .row
            .map_or_else(|| "the document".to_owned(), |row| format!("row {}, {}", row + 1, wrong.part.word()));
        format!("{place}: {wrong}")
    };
    wrong.iter().map(one).collect::<Vec<_>>().join(". ")
}

fn each<T>(list: &Value, read: impl Fn(&Value) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
    let Json::Array(elements) = &list.kind else { return Err(undescribed()) };
    elements.iter().map(read).collect()
}

fn undescribed() -> Fault {
    Fault::internal("a body is not as it is described")
}

fn own(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

fn required(value: &Value, name: &str) -> Result<String, Fault> {
    own(value, name).ok_or_else(undescribed)
}

fn listed(value: &Value, name: &str) -> Result<Option<Vec<String>>, Fault> {
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(undescribed);
    value.get(name).map(|list| each(list, text)).transpose()
}

fn row(value: &Value) -> Result<Row, Fault> {
    let chosen = chosen(value)?;
    let actions = match (own(value, SERVICE.name), chosen) {
        (Some(service), chosen) => Actions::Of(service, chosen),
        (None, Chosen::All) => Actions::Everything,
        (None, _) => return Err(Fault::invalid("`levels` and `actions` are those of a `service`")),
    };
    Ok(Row {
        id: own(value, "id"),
        effect: if required(value, "effect")? == "allow" { Effect::Allow } else { Effect::Deny },
        actions,
        resources: listed(value, "resources")?.unwrap_or_default(),
        conditions: value.get("conditions").map(|list| each(list, condition)).transpose()?.unwrap_or_default(),
    })
}

fn chosen(value: &Value) -> Result<Chosen, Fault> {
    match (listed(value, OF_LEVELS.name)?, listed(value, NAMED.name)?) {
        (None, None) => Ok(Chosen::All),
        (None, Some(names)) => Ok(Chosen::Named(names)),
        (Some(levels), None) => {
            let level = |word: &String| {
                let all = [Level::Read, Level::List, Level::Write, Level::Manage].into_iter();
                all.clone().find(|level| level.word() == word).ok_or_else(undescribed)
            };
            Ok(Chosen::Levels(levels.iter().map(level).collect::<Result<_, _>>()?))
        }
        (Some(_), Some(_)) => Err(Fault::invalid("one of `levels` and `actions` may be there")),
    }
}

fn condition(value: &Value) -> Result<Condition, Fault> {
    let (operator, key) = (required(value, "operator")?, required(value, "key")?);
    let values = listed(value, "values")?.unwrap_or_default();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let named = Condition::named(&operator, &key, &values);
    named.ok_or_else(|| Fault::invalid(format!("there is no condition operator `{}`", base::text::shown(&operator))))
}

fn read_by_tag(value: &Value) -> Result<ByTag, Fault> {
    let grants = value.get("grants").ok_or_else(undescribed)?;
    let tags = value.get("tags").ok_or_else(undescribed)?;
    let grant = |value: &Value| Ok(Grant { service: required(value, SERVICE.name)?, chosen: chosen(value)? });
    let tag =
        |value: &Value| Ok(Tag { key: required(value, "key")?, values: listed(value, "values")?.unwrap_or_default() });
    let lists = value.get("lists").and_then(Value::as_bool).unwrap_or(false);
    Ok(ByTag { grants: each(grants, grant)?, tags: each(tags, tag)?, lists })
}

/// A row, as it is told.
#[derive(Serialize)]
pub(super) struct RowModel {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    levels: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actions: Option<Vec<String>>,
    resources: Vec<String>,
    conditions: Vec<ConditionModel>,
}

#[derive(Serialize)]
struct ConditionModel {
    operator: String,
    key: String,
    values: Vec<String>,
}

impl From<Row> for RowModel {
    fn from(row: Row) -> Self {
        let (service, chosen) = match row.actions {
            Actions::Everything => (None, Chosen::All),
            Actions::Of(service, chosen) => (Some(service), chosen),
        };
        let (levels, actions) = match chosen {
            Chosen::All => (None, None),
            Chosen::Levels(levels) => (Some(levels.into_iter().map(Level::word).collect()), None),
            Chosen::Named(names) => (None, Some(names)),
        };
        let condition = |condition: Condition| ConditionModel {
            operator: condition.operator_name(),
            key: condition.key,
            values: condition.values,
        };
        Self {
            id: row.id,
            effect: if row.effect == Effect::Allow { "allow" } else { "deny" },
            service,
            levels,
            actions,
            resources: row.resources,
            conditions: row.conditions.into_iter().map(condition).collect(),
        }
    }
}
