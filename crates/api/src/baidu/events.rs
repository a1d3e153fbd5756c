//! The audit trail, as the service's Cloud Trail (BCT) shows it: newest first.
//!
//! The fields of filters are those of its data types (cloud.baidu.com/doc/BCT/s/jkdsj8w1d, 2024-01-08), the members of
//! events those of its SDK for Go (`services/bct`). What our events do not tell is an empty text.

use base::{json::Value, timestamp::Timestamp};
use iam::{
    action::ACTIONS,
    audit::{ActionPattern, Filter, ListEvents, Listed, Order, Text},
    page::PageSize,
};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{
    Call, Pending,
    error::Fault,
    response::{Answer, hex_id},
};
use crate::members::Object;

/// How many filters a query may have: more than there are fields.
const FILTERS_MAX: usize = 16;

/// An event on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventModel {
    event_type: &'static str,
    event_source: String,
    event_name: String,
    event_time_in_milliseconds: i64,
    event_time: String,
    user_ip_address: String,
    user_agent: String,
    region_id: &'static str,
    request_id: String,
    order_id: &'static str,
    api_version: &'static str,
    description: &'static str,
    error_code: String,
    error_message: &'static str,
    success: bool,
    user_identity: IdentityModel,
    resources: Vec<ResourceModel>,
    origin_request_parameters: Option<()>,
    origin_response: Option<()>,
}

/// Who did it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IdentityModel {
    iam_domain_id: String,
    iam_user_id: String,
    role_id: String,
    login_user_id: String,
    user_display_name: String,
    organization_id: &'static str,
    organization_master_id: &'static str,
    accesskey: String,
    api_key: String,
    security_token: &'static str,
}

/// What it was done to.
#[derive(Serialize)]
struct ResourceModel {
    #[serde(rename = "resourceType")]
    kind: String,
    #[serde(rename = "resourceId")]
    id: String,
    #[serde(rename = "resourceName")]
    name: String,
}

impl From<&Listed> for EventModel {
    fn from(event: &Listed) -> Self {
        let body: Json = serde_json::from_str(&event.body).unwrap_or_default();
        let text = |name: &str| member(&body, name);
        let action = text("action");
        let (source, name) = action.split_once(':').unwrap_or_default();
        let resources = body.get("resources").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        Self {
            event_type: "ApiCall",
            event_source: source.to_owned(),
            event_name: name.to_owned(),
            event_time_in_milliseconds: event.time.millis(),
            event_time: event.time.to_seconds(),
            user_ip_address: text("source"),
            user_agent: text("agent"),
            region_id: "",
            request_id: text("request_id"),
            order_id: "",
            api_version: "v1",
            description: "",
            error_code: text("code"),
            error_message: "",
            success: text("outcome") == "success",
            user_identity: IdentityModel::from(body.get("principal").unwrap_or(&Json::Null)),
            resources: resources.iter().filter_map(Json::as_str).map(ResourceModel::from).collect(),
            origin_request_parameters: None,
            origin_response: None,
        }
    }
}

impl From<&Json> for IdentityModel {
    fn from(principal: &Json) -> Self {
        let text = |name: &str| member(principal, name);
        let kind = text("type");
        let id = principal.get("id").and_then(Json::as_u64).map(hex_id).unwrap_or_default();
        let (role, user) = if kind == "role" { (id, String::new()) } else { (String::new(), id) };
        let name = text("name");
        let session = principal.get("session").unwrap_or(&Json::Null);
        Self {
            iam_domain_id: text("account"),
            iam_user_id: user.clone(),
            role_id: role,
            login_user_id: user,
            // Root, operators and nodes have no name of their own.
            user_display_name: if name.is_empty() { kind } else { name },
            organization_id: "",
            organization_master_id: "",
            accesskey: if session.is_null() { text("access_key") } else { member(session, "access_key") },
            api_key: text("api_key"),
            security_token: "",
        }
    }
}

impl From<&str> for ResourceModel {
    fn from(path: &str) -> Self {
        let (kind, rest) = path.split_once('/').unwrap_or((path, ""));
        Self {
            kind: kind.to_owned(),
            id: path.to_owned(),
            name: rest.rsplit('/').next().unwrap_or_default().to_owned(),
        }
    }
}

fn member(object: &Json, name: &str) -> String {
    object.get(name).and_then(Json::as_str).unwrap_or_default().to_owned()
}

/// `POST /v1/events/query_v2`, and `POST /v1/events/query`, which we answer alike.
pub(super) fn query(call: Call) -> Pending {
    Box::pin(async move {
        let query = asked(&call)?;
        let page_size = call.body.required_number("pageSize")?;
        let page = call.iam.query(call.caller, query).await?;
        let data: Vec<EventModel> = page.items.iter().map(EventModel::from).collect();
        // A page may hold fewer than were asked for, even none, and not be the last.
        Ok(Answer::ok(&json!({
            "pageSize": page_size,
            "data": data,
            "nextMarker": page.next.map(|seq| seq.to_string()).unwrap_or_default(),
            "truncated": page.next.is_some(),
        })))
    })
}

/// What a call asks for. Errors: another account's events, what cannot be read.
fn asked(call: &Call) -> Result<ListEvents, Fault> {
    let own = call.caller.account().to_string();
    if call.body.text("domainId")?.is_some_and(|domain| !domain.is_empty() && domain != own) {
        return Err(Fault::of_another_account());
    }
    let moment = |name| {
        let text = call.body.required_text(name)?;
        let fault = || Fault::inappropriate_json(format!("`{name}` must be a moment, as `2026-01-31T12:00:00Z`"));
        Timestamp::parse_rfc3339(text).ok_or_else(fault)
    };
    let (from, to) = (moment("startTime")?, moment("endTime")?);
    let marker = call.body.text("nextMarker")?.filter(|marker| !marker.is_empty());
    let after = marker.map(|marker| marker.parse().map_err(|_| Fault::inappropriate_json("`nextMarker` is not ours")));
    let filter = Wanted::read(call.body.list("filters")?)?.filter()?;
    let filter = filter.map_or_else(Filter::nothing, |filter| Filter { from: Some(from), to: Some(to), ..filter });
    let size = PageSize::new(call.body.required_number("pageSize")?)?;
    Ok(ListEvents { filter, order: Order::Newest, after: after.transpose()?, size })
}

/// The values of a query's filters.
#[derive(Default)]
struct Wanted<'v> {
    user: Option<&'v str>,
    source: Option<&'v str>,
    name: Option<&'v str>,
    method: Option<&'v str>,
    resource_type: Option<&'v str>,
    resource_name: Option<&'v str>,
    access_key: Option<&'v str>,
    request_id: Option<&'v str>,
    address: Option<&'v str>,
}

impl<'v> Wanted<'v> {
    /// Reads them. Errors: a field that is not known or comes twice.
    fn read(filters: &'v [Value]) -> Result<Self, Fault> {
        if filters.len() > FILTERS_MAX {
            return Err(Fault::inappropriate_json(format!("`filters` may have at most {FILTERS_MAX}")));
        }
        let mut wanted = Self::default();
        for filter in filters {
            let filter = Object::of(filter, "filters", &["field", "value"])?;
            let (field, value) = (filter.required_text("field")?, filter.required_text("value")?);
            let place = match field {
                // Whose events they are is told by the signature.
                "currentUser" => continue,
                "iamUserId" => &mut wanted.user,
                "eventSource" => &mut wanted.source,
                "eventName" => &mut wanted.name,
                "operationMethod" => &mut wanted.method,
                "resourceType" => &mut wanted.resource_type,
                "resourceName" => &mut wanted.resource_name,
                "accessKey" => &mut wanted.access_key,
                "requestId" => &mut wanted.request_id,
                "userIpAddress" => &mut wanted.address,
                _ => return Err(Fault::inappropriate_json("`filters` has a field that is not known")),
            };
            if place.replace(value).is_some() {
                return Err(Fault::inappropriate_json(format!("`filters` has `{field}` twice")));
            }
        }
        Ok(wanted)
    }

    /// The core's filter, or `None` where no event can fit.
    fn filter(&self) -> Result<Option<Filter>, Fault> {
        // The console is not recorded apart: every deed comes by the API.
        let by_api = self.method.is_none_or(|method| method.eq_ignore_ascii_case("api"));
        let principal = self.user.map(|id| u64::from_str_radix(id, 16)).transpose();
        let action = match (self.source, self.name) {
            (None, None) => None,
            (Some(source), None) => Some(format!("{source}:*")),
            (source, Some(name)) => match full_name(source, name) {
                Some(full) => Some(full.to_owned()),
                None => return Ok(None),
            },
        };
        let (Ok(principal), true) = (principal, by_api) else { return Ok(None) };
        let text = |value: Option<&str>| value.map(Text::parse).transpose();
        let kind = self.resource_type.map(str::to_ascii_lowercase);
        Ok(Some(Filter {
            action: action.as_deref().map(ActionPattern::parse).transpose()?,
            principal,
            resource: text(self.resource_name)?,
            resource_kind: text(kind.as_deref())?,
            access_key: text(self.access_key)?,
            request_id: text(self.request_id)?,
            source: text(self.address)?,
            ..Filter::default()
        }))
    }
}

/// The full name of an action, by its name in a service.
fn full_name(service: Option<&str>, name: &str) -> Option<&'static str> {
    let named = |full: &str| {
        full.split_once(':').is_some_and(|(of, short)| short == name && service.is_none_or(|service| service == of))
    };
    ACTIONS.iter().map(|row| row.name).find(|full| named(full))
}
