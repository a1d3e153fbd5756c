//! Lists: whole, or page after page.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Call, Client};

/// The longest page that a server gives.
const PAGE_MAX: usize = 1_000;

impl Client {
    /// A list that comes whole.
    pub(crate) fn whole(&self, call: &Call) -> Result<Vec<Value>> {
        items(&mut self.ask(call)?)
    }

    /// Calls `work` for each page of a list, until there are no more, or there were as many things as are wanted.
    pub(crate) fn pages(
        &self,
        call: &Call,
        limit: Option<usize>,
        mut work: impl FnMut(Vec<Value>) -> Result<()>,
    ) -> Result<()> {
        let (mut seen, mut cursor) = (0, None);
        loop {
            let wanted = limit.map_or(PAGE_MAX, |limit| PAGE_MAX.min(limit - seen));
            if wanted == 0 {
                return Ok(());
            }
            let page = call.clone().with("limit", &wanted.to_string()).with_some("cursor", cursor.as_deref());
            let mut answer = self.ask(&page)?;
            cursor = answer.get("next_cursor").and_then(Value::as_str).map(str::to_owned);
            let mut page = items(&mut answer)?;
            page.truncate(wanted);
            seen += page.len();
            work(page)?;
            if cursor.is_none() {
                return Ok(());
            }
        }
    }
}

/// The things of a list's answer.
fn items(answer: &mut Value) -> Result<Vec<Value>> {
    match answer.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) => Ok(items),
        _ => None.context("the answer has no `items`"),
    }
}
