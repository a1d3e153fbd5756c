//! What the simulation reads from the store behind the door's back: independent of the code under test.

use std::collections::BTreeMap;

use base::ids::AccountId;
use rusqlite::{Connection, Params, Result, Row, types::ValueRef};
use serde_json::Value as Json;

use super::{
    credentials::ApiKey,
    documents::Doc,
    model::{Account, Group, Holder, Key, Model, Policy, Role, User},
    rotation::Masters,
};
use crate::master_keys::wrapping::version_of;

/// An account's head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) revision: i64,
    pub(super) seq: i64,
    pub(super) hash: Vec<u8>,
}

/// An event of an account's chain.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) account: AccountId,
    pub(super) seq: i64,
    pub(super) hash: Vec<u8>,
    pub(super) text: String,
    pub(super) body: Json,
}

fn rows<T, C: FromIterator<T>>(
    look: &Connection,
    text: &str,
    parameters: impl Params,
    read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<C> {
    look.prepare_cached(text)?.query_map(parameters, read)?.collect()
}

/// An id: never negative.
fn number(row: &Row<'_>, place: usize) -> Result<u64> {
    let number: i64 = row.get(place)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(place, number))
}

fn account(row: &Row<'_>, place: usize) -> Result<AccountId> {
    AccountId::new(number(row, place)?).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(place, -1))
}

fn unfit(what: String) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(what.into())
}

/// A holder, in two columns from `place` on.
fn holder(row: &Row<'_>, place: usize) -> Result<Holder> {
    let (kind, id) = (row.get::<_, String>(place)?, number(row, place + 1)?);
    match kind.as_str() {
        "user" => Ok(Holder::User(id)),
        "group" => Ok(Holder::Group(id)),
        "role" => Ok(Holder::Role(id)),
        other => Err(unfit(format!("a holder is a {other}"))),
    }
}

fn document(row: &Row<'_>, place: usize) -> Result<Doc> {
    let text: String = row.get(place)?;
    Doc::read(&text).ok_or_else(|| unfit(format!("nobody wrote {text}")))
}

/// Policies with their versions.
fn policies(look: &Connection) -> Result<BTreeMap<u64, Policy>> {
    let text = "SELECT id, account_id, name, default_version, last_version FROM policy";
    let mut policies: BTreeMap<u64, Policy> = rows(look, text, [], |row| {
        let (name, default, last) = (row.get(2)?, row.get(3)?, row.get(4)?);
        Ok((number(row, 0)?, Policy { account: account(row, 1)?, name, versions: BTreeMap::new(), default, last }))
    })?;
    let versions: Vec<(u64, u32, Doc)> =
        rows(look, "SELECT policy_id, version, document FROM policy_version", [], |row| {
            Ok((number(row, 0)?, row.get(1)?, document(row, 2)?))
        })?;
    for (policy, version, doc) in versions {
        let of = policies.get_mut(&policy).ok_or_else(|| unfit(format!("a version of no policy: {policy}")))?;
        of.versions.insert(version, doc);
    }
    Ok(policies)
}

/// Roles, each with the one user whom it trusts.
fn roles(look: &Connection) -> Result<BTreeMap<u64, Role>> {
    rows(look, "SELECT id, account_id, name, trust_principals, trust_document FROM iam_role", [], |row| {
        let principals: Json = serde_json::from_str(&row.get::<_, String>(3)?).unwrap_or_default();
        let trusted = principals["entities"][0]["id"].as_u64();
        let trusted = trusted.ok_or_else(|| unfit(format!("a role trusts nobody: {principals}")))?;
        let document: String = row.get(4)?;
        let spelled = document.split_once(":user/").and_then(|(_, rest)| Some(rest.split_once('"')?.0.to_owned()));
        let spelled = spelled.ok_or_else(|| unfit(format!("a role trusts nobody: {document}")))?;
        Ok((number(row, 0)?, Role { account: account(row, 1)?, name: row.get(2)?, trusted, spelled }))
    })
}

/// Master keys, and what they wrap. The first has a row only when the store does without it.
fn masters(look: &Connection) -> Result<Masters> {
    let text = "SELECT version, used_from_us IS NOT NULL, dropped_us IS NOT NULL FROM master_key";
    let rows_of: BTreeMap<u32, (bool, bool)> =
        rows(look, text, [], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
    let mut masters = Masters::default();
    masters.known.extend(rows_of);
    masters.wraps = rows(look, "SELECT account_id, data_key FROM account", [], |row| {
        let wrapped: Vec<u8> = row.get(1)?;
        let version = version_of(&wrapped).map_err(|error| unfit(error.to_string()))?;
        Ok((account(row, 0)?, version.number()))
    })?;
    Ok(masters)
}

/// All tables of state.
pub(super) fn model(look: &Connection) -> Result<Model> {
    Ok(Model {
        accounts: rows(look, "SELECT account_id, root_id, alias FROM account", [], |row| {
            Ok((account(row, 0)?, Account { root: number(row, 1)?, alias: row.get(2)? }))
        })?,
        users: rows(look, "SELECT id, account_id, name, remarks, enabled FROM iam_user", [], |row| {
            let (name, remarks, enabled) = (row.get(2)?, row.get(3)?, row.get(4)?);
            Ok((number(row, 0)?, User { account: account(row, 1)?, name, remarks, enabled }))
        })?,
        keys: rows(look, "SELECT id, account_id, owner_id, enabled FROM access_key", [], |row| {
            Ok((row.get(0)?, Key { account: account(row, 1)?, owner: number(row, 2)?, enabled: row.get(3)? }))
        })?,
        groups: rows(look, "SELECT id, account_id, name FROM iam_group", [], |row| {
            Ok((number(row, 0)?, Group { account: account(row, 1)?, name: row.get(2)? }))
        })?,
        members: rows(look, "SELECT group_id, user_id FROM group_member", [], |row| {
            Ok((number(row, 0)?, number(row, 1)?))
        })?,
        profiles: rows(look, "SELECT user_id, enabled FROM login_profile", [], |row| {
            Ok((number(row, 0)?, row.get(1)?))
        })?,
        quotas: rows(look, "SELECT account_id, quota, most FROM quota", [], |row| {
            Ok(((account(row, 0)?, row.get(1)?), number(row, 2)?))
        })?,
        policies: policies(look)?,
        roles: roles(look)?,
        attached: rows(look, "SELECT holder_kind, holder_id, policy_id FROM attachment", [], |row| {
            Ok((holder(row, 0)?, number(row, 2)?))
        })?,
        inline: rows(look, "SELECT holder_kind, holder_id, name, document FROM inline_policy", [], |row| {
            Ok(((holder(row, 0)?, row.get(2)?), document(row, 3)?))
        })?,
        boundaries: rows(look, "SELECT holder_id, policy_id FROM boundary", [], |row| {
            Ok((number(row, 0)?, number(row, 1)?))
        })?,
        api_keys: rows(look, "SELECT id, account_id, owner_id, enabled, document FROM api_key", [], |row| {
            let limited = row.get_ref(4)? != ValueRef::Null;
            let document = if limited { Some(document(row, 4)?) } else { None };
            let (owner, enabled) = (number(row, 2)?, row.get(3)?);
            Ok((row.get(0)?, ApiKey { account: account(row, 1)?, owner, enabled, document }))
        })?,
        marks: rows(look, "SELECT holder_kind, holder_id, before_event FROM session_mark", [], |row| {
            Ok((holder(row, 0)?, number(row, 2)?))
        })?,
        masters: masters(look)?,
        sessions: BTreeMap::new(),
        now_us: 0,
    })
}

/// All heads.
pub(super) fn heads(look: &Connection) -> Result<BTreeMap<AccountId, Head>> {
    rows(look, "SELECT account_id, revision, audit_seq, audit_hash FROM account_head", [], |row| {
        Ok((account(row, 0)?, Head { revision: row.get(1)?, seq: row.get(2)?, hash: row.get(3)? }))
    })
}

/// The events of an account behind a number.
pub(super) fn events(look: &Connection, of: AccountId, after: i64) -> Result<Vec<Event>> {
    let text = "SELECT account_id, seq, hash, body FROM audit_event WHERE account_id = ?1 AND seq > ?2 ORDER BY seq";
    rows(look, text, (of.number().cast_signed(), after), |row| {
        let text: String = row.get(3)?;
        let body = serde_json::from_str(&text).unwrap_or_default();
        Ok(Event { account: account(row, 0)?, seq: row.get(1)?, hash: row.get(2)?, text, body })
    })
}

/// Of each account: how many events there are, and the first and the last number.
pub(super) fn chains(look: &Connection) -> Result<BTreeMap<AccountId, (i64, i64, i64)>> {
    let text = "SELECT account_id, count(*), min(seq), max(seq) FROM audit_event GROUP BY account_id";
    rows(look, text, [], |row| Ok((account(row, 0)?, (row.get(1)?, row.get(2)?, row.get(3)?))))
}

/// What is kept beside the rows and does not fit them: each line is one fault.
pub(super) fn faults(look: &Connection) -> Result<Vec<String>> {
    const FAULTS: [&str; 11] = [
        "SELECT 'a tally: ' || t.account_id || ' ' || t.noun || ' ' || t.count FROM tally t WHERE t.count <> CASE t.noun
             WHEN 'user' THEN (SELECT count(*) FROM iam_user u WHERE u.account_id = t.account_id)
             WHEN 'group' THEN (SELECT count(*) FROM iam_group g WHERE g.account_id = t.account_id)
             WHEN 'policy' THEN (SELECT count(*) FROM policy p WHERE p.account_id = t.account_id)
             WHEN 'role' THEN (SELECT count(*) FROM iam_role r WHERE r.account_id = t.account_id)
             ELSE -1 END",
        "SELECT 'no tally for ' || noun || ' ' || id FROM
             (SELECT 'user' AS noun, id, account_id FROM iam_user UNION ALL SELECT 'group', id, account_id FROM iam_group
             UNION ALL SELECT 'policy', id, account_id FROM policy UNION ALL SELECT 'role', id, account_id FROM iam_role) e
             WHERE NOT EXISTS (SELECT 1 FROM tally t WHERE t.account_id = e.account_id AND t.noun = e.noun)",
        "SELECT 'a policy of nobody or without policy: ' || holder_kind || ' ' || holder_id FROM
             (SELECT account_id, holder_kind, holder_id, policy_id FROM attachment
             UNION ALL SELECT account_id, holder_kind, holder_id, policy_id FROM boundary
             UNION ALL SELECT account_id, holder_kind, holder_id, 1 FROM inline_policy) h
             WHERE NOT EXISTS (SELECT 1 FROM iam_user e WHERE h.holder_kind = 'user' AND e.id = h.holder_id AND e.account_id = h.account_id)
             AND NOT EXISTS (SELECT 1 FROM iam_group e WHERE h.holder_kind = 'group' AND e.id = h.holder_id AND e.account_id = h.account_id)
             AND NOT EXISTS (SELECT 1 FROM iam_role e WHERE h.holder_kind = 'role' AND e.id = h.holder_id AND e.account_id = h.account_id)
             OR policy_id > 100000000000 AND NOT EXISTS (SELECT 1 FROM policy p WHERE p.id = h.policy_id AND p.account_id = h.account_id)",
        "SELECT 'nothing is in force of ' || p.name FROM policy p WHERE NOT EXISTS
             (SELECT 1 FROM policy_version v WHERE v.policy_id = p.id AND v.account_id = p.account_id AND v.version = p.default_version)
             OR p.last_version < (SELECT max(version) FROM policy_version v WHERE v.policy_id = p.id)",
        "SELECT 'a name of nobody: ' || n.name_key FROM name n WHERE n.noun <> 'user' OR NOT EXISTS
             (SELECT 1 FROM iam_user u WHERE u.account_id = n.account_id AND u.id = n.entity_id AND u.name_key = n.name_key)",
        "SELECT 'a user without its name: ' || u.name FROM iam_user u WHERE NOT EXISTS
             (SELECT 1 FROM name n WHERE n.account_id = u.account_id AND n.entity_id = u.id AND n.name_key = u.name_key)",
        "SELECT 'a member of nothing: ' || m.group_id || ' ' || m.user_id FROM group_member m WHERE NOT EXISTS
             (SELECT 1 FROM iam_user u WHERE u.id = m.user_id AND u.account_id = m.account_id) OR NOT EXISTS
             (SELECT 1 FROM iam_group g WHERE g.id = m.group_id AND g.account_id = m.account_id)",
        "SELECT 'a key of nobody: ' || k.id FROM access_key k WHERE NOT EXISTS
             (SELECT 1 FROM iam_user u WHERE u.id = k.owner_id AND u.account_id = k.account_id) AND NOT EXISTS
             (SELECT 1 FROM account a WHERE a.root_id = k.owner_id AND a.account_id = k.account_id)",
        "SELECT 'an API key of nobody: ' || k.id FROM api_key k WHERE NOT EXISTS
             (SELECT 1 FROM iam_user u WHERE u.id = k.owner_id AND u.account_id = k.account_id) AND NOT EXISTS
             (SELECT 1 FROM account a WHERE a.root_id = k.owner_id AND a.account_id = k.account_id)",
        "SELECT 'a mark of nobody: ' || m.holder_kind || ' ' || m.holder_id FROM session_mark m WHERE NOT EXISTS
             (SELECT 1 FROM iam_user u WHERE m.holder_kind = 'user' AND u.id = m.holder_id AND u.account_id = m.account_id)
             AND NOT EXISTS (SELECT 1 FROM iam_role r WHERE m.holder_kind = 'role' AND r.id = m.holder_id AND r.account_id = m.account_id)
             AND NOT EXISTS (SELECT 1 FROM account a WHERE m.holder_kind = 'user' AND a.root_id = m.holder_id AND a.account_id = m.account_id)",
        "SELECT 'the feed has a gap in ' || l.shard FROM change_log l JOIN change_head h ON h.shard = l.shard
             GROUP BY l.shard HAVING max(l.seq) <> max(h.seq) OR max(l.seq) - min(l.seq) + 1 <> count(*)",
    ];
    let mut found = Vec::new();
    for text in FAULTS {
        found.append(&mut rows(look, text, [], |row| row.get(0))?);
    }
    Ok(found)
}
