//! A call, authenticated and routed, with all that it brought checked against its description.

use std::fmt::Display;

use base::json::{self, Kind as Json, Limits, Member, Value};
use bytes::Bytes;
use iam::{
    door::{Operation, Query as Question},
    once::{Once, Outcome, Terms},
    page::PageSize,
};
use serde::Serialize;

use super::{
    Asker,
    describe::{self, Field, Schema},
    endpoint::Endpoint,
    error::Fault,
    page,
    response::{Answer, Items},
    terms::Wanted,
};
use crate::paths::Query;

/// A call, ready for its handler.
pub(super) struct Call {
    /// Who asks.
    pub(super) asker: Asker,
    /// Its row.
    pub(super) endpoint: &'static Endpoint,
    /// What stood in the path's `{name}`s, decoded once, in order.
    pub(super) names: Vec<String>,
    pub(super) query: Query,
    /// The body's members.
    pub(super) body: Body,
    /// On what terms it is to change something.
    pub(super) wanted: Wanted,
}

impl Call {
    /// What stood in the path's `{name}` number `place`.
    pub(super) fn name(&self, place: usize) -> Result<String, Fault> {
        self.names.get(place).cloned().ok_or_else(Fault::no_such_path)
    }

    /// A parameter of the query that the call's row describes.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        debug_assert!(self.endpoint.parameters().any(|field| field.name == name), "`{name}` is not described");
        self.query.get(name)
    }

    /// A parameter that is `true`.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.parameter(name) == Some("true")
    }

    /// Behind which entry of the list the page begins, by what `read` makes of the entry's key.
    ///
    /// Errors: the cursor is none of this list.
    pub(super) fn after<K>(&self, read: impl FnOnce(&str) -> Option<K>) -> Result<Option<K>, Fault> {
        let Some(cursor) = self.parameter(page::CURSOR) else { return Ok(None) };
        let key = page::key(self.endpoint.id, cursor).and_then(|key| read(&key));
        key.map(Some).ok_or_else(|| Fault::invalid("`cursor` is not one that this list gave"))
    }

    /// The same for a list whose entries are told apart by numbers.
    pub(super) fn after_id<K, E>(&self, id: impl FnOnce(u64) -> Result<K, E>) -> Result<Option<K>, Fault> {
        self.after(|key| id(key.parse().ok()?).ok())
    }

    /// How many entries the page is to have.
    pub(super) fn size(&self) -> Result<PageSize, Fault> {
        let limit = self.parameter(page::LIMIT).and_then(|limit| limit.parse().ok());
        Ok(PageSize::new(limit.unwrap_or(page::LIMIT_DEFAULT))?)
    }

    /// A page: what it shows, and the key behind which the next begins.
    pub(super) fn page(&self, items: &[impl Serialize], next: Option<impl Display>) -> Result<Answer, Fault> {
        let next_cursor = next.map(|key| page::cursor(self.endpoint.id, &key.to_string()));
        Answer::ok(&Items { items, next_cursor })
    }

    /// Runs a query.
    pub(super) async fn ask<Q: Question>(&self, query: Q) -> Result<Q::Output, Fault> {
        Ok(self.asker.iam.query(self.asker.caller(), query).await?)
    }

    /// Runs an operation on the call's terms; there is nothing to say of it.
    pub(super) async fn carry_out<O: Operation>(&self, operation: O) -> Result<Answer, Fault> {
        self.change(operation, |_| Ok(Answer::empty())).await
    }

    /// Runs an operation on the call's terms, and answers with what `tell` makes of its output; where the call was
    /// done before, with the same again.
    pub(super) async fn change<O: Operation>(
        &self,
        operation: O,
        tell: impl Fn(&O::Output) -> Result<Answer, Fault> + Clone + Send + 'static,
    ) -> Result<Answer, Fault> {
        let (Wanted { version, once }, secret, keep) = (&self.wanted, self.endpoint.secret, tell.clone());
        let keep = move |output: &O::Output| {
            let answer = if secret { None } else { Some(keep(output).map_err(Fault::into_error)?) };
            Ok(answer.filter(|answer| !answer.secret).map(|answer| answer.to_kept()))
        };
        let once = once.as_ref().map(|once| {
            let request: Vec<&[u8]> = once.request.iter().map(Bytes::as_ref).collect();
            Once::new(&once.key, &request, Box::new(keep))
        });
        let terms = Terms { expected: *version, once };
        match self.asker.iam.change_on(self.asker.caller(), operation, terms).await? {
            Outcome::Done(output) => tell(&output),
            Outcome::Again(kept) => Answer::from_kept(&kept),
        }
    }
}

/// The members of a body that is as its schema describes it.
pub(super) struct Body {
    value: Option<Value>,
    schema: Option<&'static Schema>,
}

impl Body {
    /// Reads a body. One without a byte is an object without a member.
    ///
    /// Errors: it is none where one is wanted, it is one where none is, it is not JSON, or not as it is described.
    pub(super) fn read(bytes: &[u8], schema: Option<&'static Schema>) -> Result<Self, Fault> {
        let Some(described) = schema else {
            let none = Self { value: None, schema };
            return if bytes.is_empty() { Ok(none) } else { Err(Fault::invalid("this call takes no body")) };
        };
        let bytes = if bytes.is_empty() { b"{}" } else { bytes };
        let value = json::parse(bytes, Limits::API)
            .map_err(|error| Fault::invalid(format!("the body cannot be read: {error}")))?;
        describe::check(described, &value).map_err(|misfit| Fault::invalid(misfit.to_string()))?;
        Ok(Self { value: Some(value), schema })
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// A text that the schema requires.
    pub(super) fn required_text(&self, name: &str) -> Result<&str, Fault> {
        self.text(name).ok_or_else(|| missing(name))
    }

    /// A text that may be `null`: absent, nothing, or the text.
    #[expect(clippy::option_option, reason = "absent, nothing and a text are three things to whoever changes a thing")]
    pub(super) fn text_or_null(&self, name: &str) -> Option<Option<&str>> {
        self.get(name).map(Value::as_str)
    }

    /// A flag.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.get(name).and_then(Value::as_bool)
    }

    /// A flag that the schema requires.
    pub(super) fn required_flag(&self, name: &str) -> Result<bool, Fault> {
        self.flag(name).ok_or_else(|| missing(name))
    }

    /// A whole number.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.get(name).and_then(Value::as_i64).and_then(|number| u64::try_from(number).ok())
    }

    /// A whole number that the schema requires.
    pub(super) fn required_number(&self, name: &str) -> Result<u64, Fault> {
        self.number(name).ok_or_else(|| missing(name))
    }

    /// An object of texts: names and values.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<(String, String)>> {
        let Json::Object(members) = &self.get(name)?.kind else { return None };
        let pair = |member: &Member| Some((member.name.clone(), member.value.as_str()?.to_owned()));
        members.iter().map(pair).collect()
    }

    /// A list of texts.
    pub(super) fn list(&self, name: &str) -> Option<Vec<&str>> {
        let Json::Array(elements) = &self.get(name)?.kind else { return None };
        elements.iter().map(Value::as_str).collect()
    }

    /// A member that is read by itself.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let described = || self.schema.is_some_and(|schema| schema.fields.iter().any(|field| field.name == name));
        debug_assert!(described(), "`{name}` is not described");
        self.value.as_ref()?.get(name)
    }
}

fn missing(name: &str) -> Fault {
    Fault::invalid(format!("`{name}` is missing"))
}

/// That each parameter of the query is described, and is as it is described.
pub(super) fn check_query(endpoint: &Endpoint, query: &Query) -> Result<(), Fault> {
    for (name, value) in query.iter() {
        let field = endpoint.parameters().find(|field: &&Field| field.name == name);
        let field = field.ok_or_else(|| {
            Fault::invalid(format!("this call takes no parameter `{}` in its query", base::text::shown(name)))
        })?;
        describe::check_parameter(&field.kind, value).map_err(|rule| Fault::invalid(format!("`{name}` {rule}")))?;
    }
    match endpoint.parameters().find(|field| field.required && query.get(field.name).is_none()) {
        Some(field) => Err(missing(field.name)),
        None => Ok(()),
    }
}
