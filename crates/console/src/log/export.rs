//! The log as a file: sent while it is read, so that its length does not matter.

use std::sync::Arc;

use edge::{Body, Parts};
use iam::{
    Iam,
    audit::{Filter, ListEvents, Listed, Order},
    caller::Caller,
    error::Result,
    page::PageSize,
};

use super::{event::Event, filter::Chosen};
use crate::{
    csv, reply,
    visit::{Answer, Visit},
};

/// What stands above the columns: words for programs, the same in every language.
const COLUMNS: [&str; 10] =
    ["number", "time", "principal", "credential", "action", "resource", "outcome", "code", "source", "request_id"];

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// A line for each event, with the columns that people look at.
    Csv,
    /// Each event as it is stored, with its number and hash: enough to verify the chain.
    JsonLines,
}

/// Sends all events that are chosen. The first page is read before anything is answered: who may not is told so.
pub(crate) async fn export(visit: &Visit) -> Answer {
    let format = if visit.query.get("format") == "json" { Format::JsonLines } else { Format::Csv };
    let filter = Chosen::of(visit).filter(visit).await?;
    let (iam, caller) = (Arc::clone(&visit.iam), visit.caller()?);
    let first = page(&iam, &caller, &filter, None).await?;
    let (parts, body) = Body::in_parts();
    let source = Source { iam, caller, filter };
    tokio::spawn(source.send(parts, format, first));
    let (kind, name) = match format {
        Format::Csv => ("text/csv;charset=UTF-8", "operation-log.csv"),
        Format::JsonLines => ("application/x-ndjson", "operation-log.jsonl"),
    };
    Ok(reply::download_of(kind, name, body))
}

struct Source {
    iam: Arc<Iam>,
    caller: Caller,
    filter: Filter,
}

type Events = (Vec<Listed>, Option<u64>);

/// Each page goes through the door by itself: whoever is signed out in the midst of it gets no more.
async fn page(iam: &Iam, caller: &Caller, filter: &Filter, after: Option<u64>) -> Result<Events> {
    let list = ListEvents { filter: filter.clone(), order: Order::Newest, after, size: PageSize::MAX };
    let page = iam.query(caller.clone(), list).await?;
    Ok((page.items, page.next))
}

impl Source {
    async fn send(self, parts: Parts, format: Format, first: Events) {
        let (mut events, mut next) = first;
        let mut text = String::new();
        if format == Format::Csv {
            csv::line(&mut text, COLUMNS);
        }
        loop {
            events.drain(..).for_each(|event| write(&mut text, format, event));
            if !parts.send(std::mem::take(&mut text)).await {
                return;
            }
            let Some(after) = next else { return };
            match page(&self.iam, &self.caller, &self.filter, Some(after)).await {
                Ok(more) => (events, next) = more,
                Err(error) => {
                    tracing::warn!(error = %error, "an export was broken off");
                    return parts.break_off().await;
                }
            }
        }
    }
}

fn write(text: &mut String, format: Format, listed: Listed) {
    if format == Format::JsonLines {
        let line = serde_json::json!({ "seq": listed.seq, "hash": listed.hash, "body": listed.body });
        text.push_str(&line.to_string());
        text.push('\n');
        return;
    }
    let event = Event::from(listed);
    let (number, time, resources) = (event.seq.to_string(), event.time.to_milliseconds(), event.resources.join(" "));
    let credential = if event.who.key.is_empty() { event.who.credential } else { &event.who.key };
    let values = [
        number.as_str(),
        &time,
        event.who.called(),
        credential,
        &event.action,
        &resources,
        &event.outcome,
        &event.code,
        &event.source,
        &event.request_id,
    ];
    csv::line(text, values);
}
