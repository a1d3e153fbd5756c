//! `GET /openapi.json`: the documentation of every call, as `OpenAPI` 3.1, written from the table.

use std::sync::LazyLock;

use bytes::Bytes;
use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    describe::{Field, Kind, NUMBER_MAX, Schema, Text},
    endpoint::{Endpoint, Gives},
    error::{CODES, Code, Fault},
    table, terms,
};
use edge::{JSON, Received, Reply, reply};

/// Where it is.
pub(super) const PATH: &str = "/openapi.json";

/// The text, made once.
static TEXT: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(document().to_string()));

/// It is open to everybody.
pub(super) fn answer(received: &Received) -> Result<Reply, Fault> {
    if received.method != "GET" {
        return Err(Fault::method_not_allowed(&["GET"]));
    }
    Ok(reply(StatusCode::OK, JSON, TEXT.clone()))
}

/// The whole document.
fn document() -> Value {
    let mut paths = Map::new();
    for noun in table::NOUNS {
        for endpoint in noun.endpoints {
            let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
            put(path, &endpoint.method.word().to_ascii_lowercase(), operation(endpoint, noun.name));
        }
    }
    let tags = table::NOUNS.iter().map(|noun| json!({ "name": noun.name, "description": noun.about }));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Claviger",
            "version": "1",
            "summary": "Identity and access management",
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "The server that gives this document." }],
        "security": [{ "sigv4": [] }, { "bearer": [] }],
        "tags": tags.collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "securitySchemes": {
                "sigv4": {
                    "type": "apiKey", "in": "header", "name": "Authorization",
                    "x-amazon-apigateway-authtype": "awsSigv4",
                    "description": "AWS Signature Version 4 for the service `claviger`, in any region. It must cover the \
                        body, `host`, `content-type`, every `x-amz-…` header, `if-match` and `idempotency-key`. What \
                        only reads may be presigned.",
                },
                "bearer": {
                    "type": "http", "scheme": "bearer",
                    "description": "An API key, or a bearer token from `getBearerToken`.",
                },
            },
            "parameters": {
                "IfMatch": {
                    "name": "If-Match", "in": "header", "schema": { "type": "string" },
                    "description": "The `ETag` of what is to be changed, or `*`. Where it was changed since, nothing is done.",
                    "example": "\"65e3b1a5c2a40\"",
                },
                "IdempotencyKey": {
                    "name": "Idempotency-Key", "in": "header",
                    "schema": { "type": "string", "minLength": 1, "maxLength": terms::KEY_MAX, "pattern": "^[!-~]+$" },
                    "description": "With the same key, the same request is done once in 24 hours; its answer comes again.",
                    "example": "0d2f3c1e-8f1b-4c52-9a37-5a2f5d1f7c11",
                },
            },
            "headers": {
                "ETag": { "schema": { "type": "string" }, "description": "The version, for `If-Match`." },
                "IdempotentReplayed": {
                    "schema": { "type": "string", "enum": ["true"] },
                    "description": "The request was done before, and this is its answer again.",
                },
                "RetryAfter": { "schema": { "type": "integer" }, "description": "Seconds to wait." },
            },
            "responses": responses(),
            "schemas": schemas(),
        },
    })
}

const ABOUT: &str = "Claviger's own API. JSON in and out, members in snake_case, times as `2026-11-24T11:00:00Z`; a \
    member without a value is absent. Unknown members and parameters are refused. Each operation names in \
    `x-claviger-action` the permission that it asks for.";

/// Puts a member into an object.
fn put(object: &mut Value, name: &str, member: Value) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), member);
    }
}

/// One call.
fn operation(endpoint: &Endpoint, tag: &str) -> Value {
    let mut operation = json!({
        "operationId": endpoint.id,
        "summary": endpoint.summary,
        "tags": [tag],
        "parameters": parameters(endpoint),
        "responses": answers(endpoint),
    });
    if let Some(action) = endpoint.action {
        let row = action.row();
        let level = format!("{:?}", row.level).to_lowercase();
        put(&mut operation, "x-claviger-action", json!({ "name": row.name, "level": level }));
    }
    if let Some(body) = endpoint.body {
        let required = body.fields.iter().any(|field| field.required);
        let content = content(&reference(body), &example(body));
        put(&mut operation, "requestBody", json!({ "required": required, "content": content }));
    }
    operation
}

fn parameters(endpoint: &Endpoint) -> Vec<Value> {
    let in_path = endpoint.names().map(
        |name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } }),
    );
    let in_query = endpoint.parameters().map(|field| {
        json!({
            "name": field.name, "in": "query", "required": field.required, "description": field.about,
            "schema": kind(&field.kind), "example": value(field),
        })
    });
    let mut all: Vec<Value> = in_path.chain(in_query).collect();
    if endpoint.takes_version() {
        all.push(json!({ "$ref": "#/components/parameters/IfMatch" }));
    }
    if endpoint.is_idempotent() {
        all.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
    }
    all
}

/// The answers of a call, by status.
fn answers(endpoint: &Endpoint) -> Value {
    let status = endpoint.gives.status();
    let mut success = json!({ "description": status.canonical_reason().unwrap_or_default() });
    if let Some(body) = body(endpoint.gives) {
        put(&mut success, "content", body);
    }
    let mut headers = Map::new();
    if endpoint.tells_version() {
        headers.insert("ETag".to_owned(), json!({ "$ref": "#/components/headers/ETag" }));
    }
    if endpoint.is_idempotent() && !endpoint.secret {
        headers.insert("Idempotent-Replayed".to_owned(), json!({ "$ref": "#/components/headers/IdempotentReplayed" }));
    }
    if !headers.is_empty() {
        put(&mut success, "headers", headers.into());
    }
    let mut answers = Map::new();
    answers.insert(status.as_str().to_owned(), success);
    for status in statuses().filter(|status| endpoint.may_answer(*status)) {
        let reference = format!("#/components/responses/{}", response_name(status));
        answers.insert(status.as_str().to_owned(), json!({ "$ref": reference }));
    }
    answers.insert("default".to_owned(), json!({ "$ref": "#/components/responses/Refused" }));
    answers.into()
}

impl Endpoint {
    /// Whether an error of that status can come of it.
    fn may_answer(&self, status: StatusCode) -> bool {
        match status {
            // Whoever knows the path from here does not meet it.
            StatusCode::METHOD_NOT_ALLOWED => false,
            StatusCode::NOT_FOUND => self.names().next().is_some() || self.body.is_some(),
            StatusCode::CONFLICT => self.is_idempotent(),
            StatusCode::PRECONDITION_FAILED => self.takes_version(),
            StatusCode::PAYLOAD_TOO_LARGE => self.body.is_some(),
            _ => true,
        }
    }
}

/// The statuses of errors, each once.
fn statuses() -> impl Iterator<Item = StatusCode> {
    let mut statuses: Vec<StatusCode> = CODES.iter().map(|code| code.status()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses.into_iter()
}

fn response_name(status: StatusCode) -> String {
    status.canonical_reason().unwrap_or_default().replace([' ', '-', '\''], "")
}

/// Errors by status.
fn responses() -> Value {
    let each = statuses().filter(|status| *status != StatusCode::METHOD_NOT_ALLOWED).map(|status| {
        let codes: Vec<Code> = CODES.iter().copied().filter(|code| code.status() == status).collect();
        let lines: Vec<String> = codes.iter().map(|code| format!("- `{}`: {}", code.word(), code.about())).collect();
        let examples: Map<String, Value> =
            codes.iter().map(|code| (code.word().to_owned(), error_example(*code))).collect();
        let mut response = json!({
            "description": lines.join("\n"),
            "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/Error" }, "examples": examples },
            },
        });
        if status == StatusCode::SERVICE_UNAVAILABLE {
            put(&mut response, "headers", json!({ "Retry-After": { "$ref": "#/components/headers/RetryAfter" } }));
        }
        (response_name(status), response)
    });
    let refused = json!({
        "description": "Refused before it was looked at: the URL or the headers are too long, or the body came too late.",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } },
    });
    each.chain([("Refused".to_owned(), refused)]).collect::<Map<_, _>>().into()
}

fn error_example(code: Code) -> Value {
    json!({ "value": { "code": code.word(), "message": "…", "requestId": "4d6f1a5e-6c1f-4b7e-a1d2-0f1e2d3c4b5a" } })
}

/// The content of a success.
fn body(gives: Gives) -> Option<Value> {
    let items = |schema, more: Value| {
        let mut properties = json!({ "items": { "type": "array", "items": reference(schema) } });
        let mut shown = json!({ "items": [example(schema)] });
        if let Some(description) = more.as_str() {
            put(&mut properties, "next_cursor", json!({ "type": "string", "description": description }));
            put(&mut shown, "next_cursor", json!("MSBsaXN0VXNlcnMgNDUxOTgyMjMwMDkzODI0MQ"));
        }
        let list = json!({
            "type": "object", "properties": properties, "required": ["items"], "additionalProperties": false,
        });
        content(&list, &shown)
    };
    match gives {
        Gives::Nothing => None,
        Gives::Object(schema) | Gives::Created(schema) => Some(content(&reference(schema), &example(schema))),
        Gives::List(schema) => Some(items(schema, Value::Null)),
        Gives::Page(schema) => Some(items(schema, json!("Where the next page begins; absent on the last."))),
    }
}

fn content(schema: &Value, example: &Value) -> Value {
    json!({ "application/json": { "schema": schema, "example": example } })
}

fn reference(schema: &Schema) -> Value {
    json!({ "$ref": format!("#/components/schemas/{}", schema.name) })
}

/// Every schema that a call speaks of, and the error's.
fn schemas() -> Value {
    let mut all = Map::new();
    all.insert("Error".to_owned(), error());
    for endpoint in table::endpoints() {
        let given = match endpoint.gives {
            Gives::Nothing => None,
            Gives::Object(schema) | Gives::Created(schema) | Gives::List(schema) | Gives::Page(schema) => Some(schema),
        };
        for schema in endpoint.body.into_iter().chain(given) {
            gather(schema, &mut all);
        }
    }
    all.into()
}

/// A schema and those inside it.
fn gather(schema: &'static Schema, all: &mut Map<String, Value>) {
    if all.contains_key(schema.name) {
        return;
    }
    let properties = schema.fields.iter().map(|field| (field.name.to_owned(), property(field)));
    let required: Vec<&str> = schema.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let object = json!({
        "type": "object",
        "description": schema.about,
        "properties": properties.collect::<Map<_, _>>(),
        "required": required,
        "additionalProperties": false,
    });
    all.insert(schema.name.to_owned(), object);
    for field in schema.fields {
        let mut kind = &field.kind;
        while let Kind::List(of) = kind {
            kind = of;
        }
        if let Kind::Object(inner) = kind {
            gather(inner, all);
        }
    }
}

fn error() -> Value {
    let codes: Vec<&str> = CODES.iter().map(|code| code.word()).collect();
    json!({
        "type": "object",
        "description": "What every error looks like.",
        "properties": {
            "code": { "type": "string", "enum": codes },
            "message": { "type": "string", "description": "For people. It may change." },
            "requestId": { "type": "string", "description": "As in `x-request-id`: leads to the request in the log." },
        },
        "required": ["code", "message", "requestId"],
        "additionalProperties": false,
    })
}

/// A member, as JSON Schema has it.
fn property(field: &Field) -> Value {
    let schema = kind(&field.kind);
    let mut property = if field.nullable { json!({ "anyOf": [schema, { "type": "null" }] }) } else { schema };
    put(&mut property, "description", json!(field.about));
    put(&mut property, "examples", json!([value(field)]));
    property
}

fn kind(kind: &Kind) -> Value {
    match kind {
        Kind::Text(text) => text_schema(text),
        Kind::Integer(least, most) => {
            json!({ "type": "integer", "format": "int64", "minimum": least, "maximum": most })
        }
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Texts => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Kind::List(of) => json!({ "type": "array", "items": self::kind(of) }),
        Kind::Object(schema) => reference(schema),
        Kind::Any => json!({}),
    }
}

fn text_schema(text: &Text) -> Value {
    let mut schema = json!({ "type": "string" });
    if text.time {
        put(&mut schema, "format", json!("date-time"));
    }
    if text.least > 0 {
        put(&mut schema, "minLength", json!(text.least));
    }
    if text.most < usize::MAX {
        put(&mut schema, "maxLength", json!(text.most));
    }
    if let Some(pattern) = text.pattern {
        put(&mut schema, "pattern", json!(pattern));
    }
    if !text.one_of.is_empty() {
        put(&mut schema, "enum", json!(text.one_of));
    }
    schema
}

/// An object as it might be.
pub(super) fn example(schema: &Schema) -> Value {
    schema.fields.iter().map(|field| (field.name.to_owned(), value(field))).collect::<Map<_, _>>().into()
}

/// A member as it might be.
pub(super) fn value(field: &Field) -> Value {
    value_of(&field.kind, field.example)
}

fn value_of(kind: &Kind, example: Option<&str>) -> Value {
    match kind {
        Kind::Text(text) if text.time => json!(example.unwrap_or("2026-11-24T11:00:00Z")),
        Kind::Text(text) => json!(example.or(text.one_of.first().copied()).unwrap_or_default()),
        Kind::Integer(least, NUMBER_MAX) => example.and_then(|text| text.parse().ok()).unwrap_or(*least).into(),
        Kind::Integer(_, most) => example.and_then(|text| text.parse().ok()).unwrap_or(*most).into(),
        Kind::Flag => json!(example != Some("false")),
        Kind::Texts => json!({ "team": "build" }),
        Kind::List(of) => json!([value_of(of, example)]),
        Kind::Object(schema) => self::example(schema),
        Kind::Any => example.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| json!({})),
    }
}

#[cfg(test)]
pub(super) fn text() -> Bytes {
    TEXT.clone()
}
