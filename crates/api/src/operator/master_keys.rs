//! Master keys, for the operator.

use base::timestamp::Timestamp;
use iam::master_keys::{Add, Drop, List, Listed, Rotate, Version};
use serde_json::{Value, json};

use super::{Answer, Call, error::Fault};

/// `POST /operator/master-keys/list`: what the store knows of each version, and what it wraps.
pub(super) fn list(call: Call) -> Answer {
    Box::pin(async move {
        let listed = call.iam.query(call.request.operator(), List).await?;
        let versions: Vec<Value> = listed.iter().map(version).collect();
        Ok(json!({ "versions": versions }))
    })
}

/// `POST /operator/master-keys/add`: makes the next version; says in which file its line is.
pub(super) fn add(call: Call) -> Answer {
    Box::pin(async move {
        let listed = call.iam.query(call.request.operator(), List).await?;
        let next = listed.last().map_or(Ok(Version::FIRST), |last| last.version.next())?;
        let added = call.iam.change(call.request.operator(), Add::new(next)).await?;
        Ok(json!({
            "version": added.version.number(),
            "made": added.made,
            "file": call.iam.master_key_file().display().to_string(),
        }))
    })
}

/// `POST /operator/master-keys/rotate`: takes the newest into use, and begins to wrap anew what others wrap.
pub(super) fn rotate(call: Call) -> Answer {
    Box::pin(async move {
        let version = call.iam.change(call.request.operator(), Rotate).await?;
        call.iam.wrap_anew();
        Ok(json!({ "version": version.number() }))
    })
}

/// `POST /operator/master-keys/drop`, with `{"version"}`; says from which file its line can be removed.
pub(super) fn drop_one(call: Call) -> Answer {
    Box::pin(async move {
        let version = Version::new(call.body.required_number("version")?).map_err(Fault::from)?;
        call.iam.change(call.request.operator(), Drop { version }).await?;
        Ok(json!({ "file": call.iam.master_key_file().display().to_string() }))
    })
}

fn version(one: &Listed) -> Value {
    let state = match one {
        Listed { current: true, .. } => "current",
        Listed { dropped: Some(_), .. } => "dropped",
        Listed { used_from: None, .. } => "added",
        _ => "old",
    };
    json!({
        "version": one.version.number(),
        "state": state,
        "created": one.created.to_seconds(),
        "used_from": one.used_from.map(Timestamp::to_seconds),
        "dropped": one.dropped.map(Timestamp::to_seconds),
        "data_keys": one.data_keys,
        "instance_keys": one.instance_keys,
        "at_hand": one.at_hand,
    })
}
