//! The attachments' statements, and those that read what holders hold.

use base::ids::PolicyId;

use super::{Attached, Entity, Holder, Usage};
use crate::{
    db::{Row, Value, selects},
    door::Read,
    error::Result,
    groups::sql::ALL_OF_ONE,
    policies,
};

/// How many rows of a list without end are read at a time.
const PAGE: i64 = 10_000;

selects! {
    /// The policies of a holder, the account's own with what they are.
    OF_HOLDER: scoped "SELECT a.policy_id, a.attached_us, p.id, p.account_id, p.name, p.path, p.description, p.tags, p.default_version, p.last_version, p.created_us, p.updated_us FROM attachment a LEFT JOIN policy p ON p.account_id = a.account_id AND p.id = a.policy_id WHERE a.account_id = $1 AND a.holder_kind = $2 AND a.holder_id = $3 ORDER BY a.policy_id LIMIT $4";
    /// The ids of them.
    IDS_OF_HOLDER: scoped "SELECT policy_id FROM attachment WHERE account_id = $1 AND holder_kind = $2 AND holder_id = $3 ORDER BY policy_id LIMIT $4";
    /// How many they are.
    COUNT_OF_HOLDER: scoped "SELECT count(*) FROM attachment WHERE account_id = $1 AND holder_kind = $2 AND holder_id = $3";
    /// How many hold a policy.
    COUNT_OF_POLICY: scoped "SELECT count(*) FROM attachment WHERE account_id = $1 AND policy_id = $2";
    /// The same, up to a number.
    COUNT_UP_TO: scoped "SELECT count(*) FROM (SELECT 1 AS held FROM attachment WHERE account_id = $1 AND policy_id = $2 LIMIT $3) found";
    /// Who they are, behind a holder.
    HOLDERS: scoped "SELECT holder_kind, holder_id FROM attachment WHERE account_id = $1 AND policy_id = $2 AND (holder_kind, holder_id) > ($3, $4) ORDER BY holder_kind, holder_id LIMIT $5";
    /// The same, up to a kind, with their names and since when.
    ENTITIES: scoped "SELECT a.holder_kind, a.holder_id, coalesce(u.name, g.name, r.name), coalesce(u.path, g.path, r.path), a.attached_us FROM attachment a \
         LEFT JOIN iam_user u ON a.holder_kind = 'user' AND u.account_id = a.account_id AND u.id = a.holder_id \
         LEFT JOIN iam_group g ON a.holder_kind = 'group' AND g.account_id = a.account_id AND g.id = a.holder_id \
         LEFT JOIN iam_role r ON a.holder_kind = 'role' AND r.account_id = a.account_id AND r.id = a.holder_id \
         WHERE a.account_id = $1 AND a.policy_id = $2 AND (a.holder_kind, a.holder_id) > ($3, $4) AND a.holder_kind <= $5 ORDER BY a.holder_kind, a.holder_id LIMIT $6";
    /// The same of those whose boundary it is.
    BOUNDED: scoped "SELECT b.holder_kind, b.holder_id, coalesce(u.name, r.name), coalesce(u.path, r.path), b.set_us FROM boundary b \
         LEFT JOIN iam_user u ON b.holder_kind = 'user' AND u.account_id = b.account_id AND u.id = b.holder_id \
         LEFT JOIN iam_role r ON b.holder_kind = 'role' AND r.account_id = b.account_id AND r.id = b.holder_id \
         WHERE b.account_id = $1 AND b.policy_id = $2 AND (b.holder_kind, b.holder_id) > ($3, $4) AND b.holder_kind <= $5 ORDER BY b.holder_kind, b.holder_id LIMIT $6";
    /// What as many holders of one kind as [`crate::feed::NAMED`] hold: attached policies (1), boundaries (2),
    /// documents of their own (3), and the moment (4) and the event (5) before which their sessions do not count.
    GRANTS: scoped "SELECT holder_id, CAST(1 AS BIGINT) AS part, policy_id, '' AS name_key, '' AS name, '' AS flavour, '' AS document FROM attachment WHERE account_id = $1 AND holder_kind = $66 AND holder_id IN (\
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, \
         $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, \
         $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65) \
         UNION ALL SELECT holder_id, CAST(2 AS BIGINT), policy_id, '', '', '', '' FROM boundary WHERE account_id = $1 AND holder_kind = $66 AND holder_id IN (\
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, \
         $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, \
         $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65) \
         UNION ALL SELECT holder_id, CAST(3 AS BIGINT), CAST(0 AS BIGINT), name_key, name, flavour, document FROM inline_policy WHERE account_id = $1 AND holder_kind = $66 AND holder_id IN (\
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, \
         $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, \
         $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65) \
         UNION ALL SELECT holder_id, CAST(4 AS BIGINT), before_us, '', '', '', '' FROM session_mark WHERE account_id = $1 AND holder_kind = $66 AND holder_id IN (\
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, \
         $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, \
         $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65) \
         UNION ALL SELECT holder_id, CAST(5 AS BIGINT), before_event, '', '', '', '' FROM session_mark WHERE account_id = $1 AND holder_kind = $66 AND holder_id IN (\
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, \
         $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, \
         $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65) \
         ORDER BY 1, 2, 3, 4 LIMIT $67";
    /// The same of one.
    GRANTS_OF_ONE: scoped "SELECT holder_id, CAST(1 AS BIGINT) AS part, policy_id, '' AS name_key, '' AS name, '' AS flavour, '' AS document FROM attachment WHERE account_id = $1 AND holder_kind = $2 AND holder_id = $3 \
         UNION ALL SELECT holder_id, CAST(2 AS BIGINT), policy_id, '', '', '', '' FROM boundary WHERE account_id = $1 AND holder_kind = $2 AND holder_id = $3 \
         UNION ALL SELECT holder_id, CAST(3 AS BIGINT), CAST(0 AS BIGINT), name_key, name, flavour, document FROM inline_policy WHERE account_id = $1 AND holder_kind = $2 AND holder_id = $3 \
         UNION ALL SELECT holder_id, CAST(4 AS BIGINT), before_us, '', '', '', '' FROM session_mark WHERE account_id = $1 AND holder_kind = $2 AND holder_id = $3 \
         UNION ALL SELECT holder_id, CAST(5 AS BIGINT), before_event, '', '', '', '' FROM session_mark WHERE account_id = $1 AND holder_kind = $2 AND holder_id = $3 \
         ORDER BY 1, 2, 3, 4 LIMIT $4";
    /// Attachments: loading the snapshot is for all accounts.
    ATTACHED_OF_ALL: global "SELECT holder_kind, holder_id, policy_id FROM attachment WHERE (holder_kind, holder_id, policy_id) > ($1, $2, $3) ORDER BY holder_kind, holder_id, policy_id LIMIT $4";
    /// Boundaries: loading the snapshot is for all accounts.
    BOUNDARIES_OF_ALL: global "SELECT holder_kind, holder_id, policy_id FROM boundary WHERE (holder_kind, holder_id) > ($1, $2) ORDER BY holder_kind, holder_id LIMIT $3";
    /// Moments and events before which sessions do not count: loading the snapshot is for all accounts.
    MARKS_OF_ALL: global "SELECT holder_kind, holder_id, before_us, before_event FROM session_mark WHERE (holder_kind, holder_id) > ($1, $2) ORDER BY holder_kind, holder_id LIMIT $3";
    /// Documents of their own: loading the snapshot is for all accounts.
    INLINE_OF_ALL: global "SELECT holder_kind, holder_id, name_key, name, flavour, document FROM inline_policy WHERE (holder_kind, holder_id, name_key) > ($1, $2, $3) ORDER BY holder_kind, holder_id, name_key LIMIT $4";
}

/// The policies of a holder, those included that are gone.
pub(super) fn of_holder(tx: &Read<'_>, holder: Holder) -> Result<Vec<Attached>> {
    let rows = tx.rows(&OF_HOLDER, &[holder.kind().into(), holder.number().into(), ALL_OF_ONE.into()])?;
    let attached = rows.iter().map(|row| {
        let id = row.policy(0)?;
        let policy = match row.value(2)? {
            Value::Null => policies::of_system_or_gone(tx, id)?,
            _ => policies::sql::policy(row, 2)?,
        };
        Ok(Attached { policy, attached: row.timestamp(1)? })
    });
    attached.collect()
}

/// The ids of them.
pub(super) fn ids_of_holder(tx: &Read<'_>, holder: Holder) -> Result<Vec<PolicyId>> {
    let rows = tx.rows(&IDS_OF_HOLDER, &[holder.kind().into(), holder.number().into(), ALL_OF_ONE.into()])?;
    rows.iter().map(|row| row.policy(0)).collect()
}

/// How many they are.
pub(crate) fn count_of_holder(tx: &Read<'_>, holder: Holder) -> Result<u64> {
    let rows = tx.rows(&COUNT_OF_HOLDER, &[holder.kind().into(), holder.number().into()])?;
    rows.first().map_or(Ok(0), |row| row.number(0))
}

/// How many hold a policy.
pub(crate) fn count_of_policy(tx: &Read<'_>, policy: PolicyId) -> Result<u64> {
    tx.rows(&COUNT_OF_POLICY, &[policy.into()])?.first().map_or(Ok(0), |row| row.number(0))
}

/// The same, but at most `most`.
pub(crate) fn count_up_to(tx: &Read<'_>, policy: PolicyId, most: u64) -> Result<u64> {
    tx.rows(&COUNT_UP_TO, &[policy.into(), most.into()])?.first().map_or(Ok(0), |row| row.number(0))
}

/// Who they are.
pub(crate) fn holders_of(tx: &Read<'_>, policy: PolicyId) -> Result<Vec<Holder>> {
    let mut holders = Vec::new();
    loop {
        let (kind, number) = holders.last().map_or(("", 0), |last: &Holder| (last.kind(), last.number()));
        let rows = tx.rows(&HOLDERS, &[policy.into(), kind.into(), number.into(), PAGE.into()])?;
        if rows.is_empty() {
            return Ok(holders);
        }
        for row in &rows {
            holders.push(holder(row)?);
        }
    }
}

/// Those who use a policy so, from behind a kind and a number up to a kind.
pub(super) fn entities(
    tx: &Read<'_>,
    policy: PolicyId,
    usage: Usage,
    bounds: (&str, u64, &str),
    most: i64,
) -> Result<Vec<Entity>> {
    let select = match usage {
        Usage::Attached => &ENTITIES,
        Usage::Boundary => &BOUNDED,
    };
    let (kind, number, last_kind) = bounds;
    let rows = tx.rows(select, &[policy.into(), kind.into(), number.into(), last_kind.into(), most.into()])?;
    let entity = |row: &Row| {
        Ok(Entity { usage, holder: holder(row)?, name: row.text(2)?, path: row.text(3)?, since: row.timestamp(4)? })
    };
    rows.iter().map(entity).collect()
}

/// The holder in the first two columns.
pub(super) fn holder(row: &Row) -> Result<Holder> {
    Holder::from_columns(&row.text(0)?, row.number(1)?)
}
