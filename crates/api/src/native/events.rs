//! The account's audit trail.

use base::timestamp::Timestamp;
use iam::{
    action::Action,
    audit::{ActionPattern, Filter, ListEvents, Listed, Order, Outcome, Text},
};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, NUMBER_MAX, Schema, number, one_of, text, time},
    endpoint::{Gives, Noun, get},
    error::Fault,
    response::Answer,
};

pub(super) static EVENTS: Noun = Noun {
    name: "audit",
    about: "What was done in the account, by whom, and what was refused.",
    endpoints: &[get("/api/v1/audit/events", "listEvents")
        .asks(Action::ListEvents)
        .about(
            "Lists events. What one call looks through is bounded: a page may hold fewer than `limit`, or none, and \
             have a next one",
        )
        .query(&[ACTION, PRINCIPAL, OUTCOME, RESOURCE, FROM, TO, ORDER])
        .gives(Gives::Page(&EVENT))
        .runs(|call| Box::pin(list(call)))],
};

const ACTION: Field = text("action", "Only this action, as `iam:CreateUser`; `*` at the end stands for any rest.")
    .length(1, 128)
    .example("iam:Create*");
const PRINCIPAL: Field = number("principal", "Only deeds of the principal with this id.", 1, NUMBER_MAX);
const OUTCOME: Field = one_of("outcome", "Only those that ended so.", &["success", "denied", "refused", "lost"]);
const RESOURCE: Field =
    text("resource", "Only those about something with this text in its name.").length(1, 256).example("user/alice");
const FROM: Field = time("from", "Only from this moment on.");
const TO: Field = time("to", "Only up to this moment.");
const ORDER: Field = one_of("order", "The newest first, unless it is said otherwise.", &["newest", "oldest"]);

static EVENT: Schema = Schema {
    name: "Event",
    about: "An event as it is stored: `hash` is the SHA-256 of the hash before it and `body`.",
    fields: &[
        number("seq", "Its number in the account's chain, from 1.", 1, NUMBER_MAX).required(),
        text("hash", "Its hash, in hexadecimal digits.")
            .length(64, 64)
            .example("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
            .required(),
        time("time", "When it was, to the second.").required(),
        text("body", "What it says: a JSON object as text.").length(2, usize::MAX).example("{}").required(),
    ],
};

/// An event on the wire.
#[derive(Serialize)]
struct EventModel<'a> {
    seq: u64,
    hash: &'a str,
    time: String,
    body: &'a str,
}

impl<'a> From<&'a Listed> for EventModel<'a> {
    fn from(event: &'a Listed) -> Self {
        Self { seq: event.seq, hash: &event.hash, time: event.time.to_seconds(), body: &event.body }
    }
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let moment = |field: &Field| {
        let text = call.parameter(field.name);
        let read = |text| Timestamp::parse_seconds(text).ok_or_else(|| Fault::invalid("it is not a moment"));
        text.map(read).transpose()
    };
    let outcome = |word: &str| match word {
        "denied" => Outcome::Denied,
        "refused" => Outcome::Refused,
        "lost" => Outcome::Lost,
        _ => Outcome::Success,
    };
    let filter = Filter {
        action: call.parameter(ACTION.name).map(ActionPattern::parse).transpose()?,
        principal: call.parameter(PRINCIPAL.name).and_then(|number| number.parse().ok()),
        outcome: call.parameter(OUTCOME.name).map(outcome),
        resource: call.parameter(RESOURCE.name).map(Text::parse).transpose()?,
        from: moment(&FROM)?,
        to: moment(&TO)?,
        ..Filter::default()
    };
    let order = if call.parameter(ORDER.name) == Some("oldest") { Order::Oldest } else { Order::Newest };
    let list = ListEvents { filter, order, after: call.after(|key| key.parse().ok())?, size: call.size()? };
    let page = call.ask(list).await?;
    let events: Vec<EventModel<'_>> = page.items.iter().map(EventModel::from).collect();
    call.page(&events, page.next)
}
