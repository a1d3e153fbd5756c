//! Actions of statements.

use super::ActionRow;

pub(super) const ROWS: &[ActionRow] = &[
    ("every action", r#""Action":"*""#, "bos:GetObject", true),
    ("every action", r#""Action":"*:*""#, "bos:GetObject", true),
    ("exact", r#""Action":"bos:GetObject""#, "bos:GetObject", true),
    ("without case", r#""Action":"BOS:getobject""#, "bos:GetObject", true),
    ("without case, in the request", r#""Action":"bos:GetObject""#, "Bos:GETOBJECT", true),
    ("the whole name", r#""Action":"bos:Get""#, "bos:GetObject", false),
    ("another service", r#""Action":"shop:*""#, "bos:GetObject", false),
    ("`*` at the end", r#""Action":"bos:get*""#, "bos:GetObject", true),
    ("`*` for nothing", r#""Action":"bos:GetObject*""#, "bos:GetObject", true),
    ("`*` in the middle", r#""Action":"bos:Get*Acl""#, "bos:GetObjectAcl", true),
    ("`*` at the start", r#""Action":"bos:*Acl""#, "bos:GetObject", false),
    ("`?` is one", r#""Action":"bos:?etObject""#, "bos:GetObject", true),
    ("`?` is not none", r#""Action":"bos:GetObject?""#, "bos:GetObject", false),
    ("one of several", r#""Action":["shop:*","bos:GetObject"]"#, "bos:GetObject", true),
    ("all but: it is named", r#""NotAction":["shop:*","bos:Get*"]"#, "bos:GetObject", false),
    ("all but: it is not named", r#""NotAction":["shop:*","bos:Put*"]"#, "bos:GetObject", true),
    ("all but everything", r#""NotAction":"*""#, "bos:GetObject", false),
    ("names need not be known", r#""Action":"bos:Unheard""#, "bos:Unheard", true),
    ("words are plain names in statements", r#""Action":"bos:READ""#, "bos:GetObject", false),
];
