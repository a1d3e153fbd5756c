//! The acl grammar: an entry becomes a statement.

use super::actions::Actions;
use super::conditions::{self, Condition};
use super::documents::Statement;
use super::patterns::{self, Special};
use super::resources::{Parts, Pattern, Resources};
use super::{json, statements};
use serde_json::{Map, Value};

/// Reads `{"id", "version", "accessControlList"}`.
pub(crate) fn read(document: &Map<String, Value>) -> Result<Vec<Statement>, String> {
    json::only(document, &["id", "version", "accessControlList"])?;
    for name in ["id", "version"] {
        document.get(name).map(json::text).transpose()?;
    }
    let entries = json::list(document.get("accessControlList").ok_or("no entries")?)?;
    if entries.is_empty() {
        return Err("no entries".to_owned());
    }
    entries.iter().map(|entry| read_entry(json::object(entry)?)).collect()
}

fn read_entry(entry: &Map<String, Value>) -> Result<Statement, String> {
    json::only(entry, &["eid", "service", "region", "resource", "permission", "effect", "condition"])?;
    entry.get("eid").map(json::text).transpose()?;
    let required = |name: &str| entry.get(name).ok_or_else(|| format!("`{name}` is missing"));
    let service = json::text(required("service")?)?;
    let service = service.strip_prefix("bce:").unwrap_or(service);
    let region = json::text(required("region")?)?;
    let region = if region == "global" { "*" } else { region };
    let paths = json::texts(&Value::Array(json::list(required("resource")?)?.clone()))?;
    let permissions = json::texts(&Value::Array(json::list(required("permission")?)?.clone()))?;
    Ok(Statement {
        allow: statements::read_effect(entry.get("effect"))?,
        actions: Actions::Acl { service: service.to_owned(), permissions },
        resources: Resources::These(
            paths.iter().map(|path| read_resource(service, region, path)).collect::<Result<_, _>>()?,
        ),
        conditions: match entry.get("condition") {
            None => Vec::new(),
            Some(Value::Array(list)) => {
                let mut all = Vec::new();
                for one in list {
                    all.extend(read_condition(json::object(one)?)?);
                }
                all
            }
            Some(one) => read_condition(json::object(one)?)?,
        },
    })
}

fn read_resource(service: &str, region: &str, path: &str) -> Result<Pattern, String> {
    if region == "*" && path == "*" {
        return Ok(Pattern::Everything);
    }
    let stars_only = Special { run: true, one: false, variables: false };
    Ok(Pattern::Parts(Parts {
        partition: None,
        service: patterns::read(service, stars_only)?,
        region: patterns::read(region, stars_only)?,
        account: None,
        path: patterns::read(path, stars_only)?,
    }))
}

fn read_condition(condition: &Map<String, Value>) -> Result<Vec<Condition>, String> {
    let mut list = Vec::new();
    for (name, value) in condition {
        match name.as_str() {
            "ipAddress" => list.push(on("IpAddress", "aws:SourceIp", values(value)?)?),
            "notIpAddress" => list.push(on("NotIpAddress", "aws:SourceIp", values(value)?)?),
            "currentTime" => {
                for (operator, time) in json::object(value)? {
                    let operator = match operator.as_str() {
                        "dateLessThan" => "DateLessThan",
                        "dateLessThanEquals" => "DateLessThanEquals",
                        "dateGreaterThan" => "DateGreaterThan",
                        "dateGreaterThanEquals" => "DateGreaterThanEquals",
                        other => return Err(format!("unknown member `{other}`")),
                    };
                    list.push(on(operator, "aws:CurrentTime", vec![json::text(time)?.to_owned()])?);
                }
            }
            "referer" | "userAgent" => {
                let key = if name == "referer" { "aws:referer" } else { "aws:UserAgent" };
                for (operator, texts) in json::object(value)? {
                    let operator = match operator.as_str() {
                        "stringLike" => "StringLike",
                        "stringEquals" => "StringEquals",
                        other => return Err(format!("unknown member `{other}`")),
                    };
                    list.push(on(operator, key, values(texts)?)?);
                }
            }
            "secureTransport" => {
                let wanted = value.as_bool().ok_or("`secureTransport` is not a boolean")?;
                list.push(on("Bool", "aws:SecureTransport", vec![wanted.to_string()])?);
            }
            "vpcId" => list.push(on("StringEquals", "vpcid", values(value)?)?),
            "tag" | "resourceTag" => {
                for (tag, texts) in json::object(value)? {
                    list.push(on("StringEquals", &format!("aws:ResourceTag/{tag}"), values(texts)?)?);
                }
            }
            key if key.starts_with("saml:") || key == "eduPersonPrincipalName" => {
                list.push(on("StringEquals", key, values(value)?)?);
            }
            other => return Err(format!("unknown member `{other}`")),
        }
    }
    Ok(list)
}

fn on(operator: &str, key: &str, values: Vec<String>) -> Result<Condition, String> {
    let operator = conditions::read_operator(operator)?;
    Ok(Condition { operator, key: key.to_owned(), values, variables: false, ranges: true })
}

/// A text or a list of texts, which may be empty.
fn values(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::Array(list) => list.iter().map(|one| json::text(one).map(str::to_owned)).collect(),
        one => Ok(vec![json::text(one)?.to_owned()]),
    }
}
