//! The vocabulary. What cannot be read is apart, because it shall be rarer than the rest.

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const OTHER_ACCOUNT: &str = "210987654321";

pub(crate) const ACTIONS: [&str; 22] = [
    "bos:GetObject",
    "bos:GetObject",
    "bos:GetObject",
    "bos:PutObject",
    "bos:PutObject",
    "bos:DeleteObject",
    "bos:ListObjects",
    "bos:ListBuckets",
    "bos:PutObjectAcl",
    "bos:GetBucketAcl",
    "bos:PutBucketAcl",
    "bos:Unheard",
    "bos:READ",
    "bos:LIST",
    "bos:WRITE",
    "bos:MODIFY",
    "bos:OPERATE",
    "bos:FULL_CONTROL",
    "shop:GetOrder",
    "shop:LIST",
    "bcc:StopInstance",
    "BOS:getobject",
];

pub(crate) const REGIONS: [&str; 4] = ["bj", "bj", "gz", ""];

pub(crate) const PATHS: [&str; 11] = [
    "home/alice/x",
    "home/alice/x",
    "home/alice/y/z",
    "home/bob/x",
    "home/a*/x",
    "home/al?ce/x",
    "home/Alice/x",
    "home",
    "ops",
    "b:c/d",
    "home/${aws:username}/x",
];

/// Paths with variables; in documents without variables they are text.
pub(crate) const VARIABLE_PATHS: [&str; 12] = [
    "home/${aws:username}/*",
    "home/${aws:username}/x",
    "home/${volc:UserName}*",
    "home/${claviger:USERNAME, 'alice'}/*",
    "home/${aws:PrincipalTag/team}/?",
    "home/${aws:PrincipalTag/Team, 'alice'}/*",
    "home/${aws:PrincipalTag/gone}*",
    "home/${aws:PrincipalTag/gone, 'bob'}/x",
    "home/a${*}/x",
    "home/al${?}ce/*",
    "home/${$}{aws:username}/x",
    "${bos:prefix}",
];

pub(crate) const TEXTS: [&str; 24] = [
    "alice",
    "alice",
    "alice",
    "bob",
    "bob",
    "Alice",
    "ops",
    "ops",
    "dev",
    "a*",
    "al?ce",
    "*",
    "home/alice/x",
    "",
    "ΣΑΣ",
    "σας",
    "σασ",
    "STRASSE",
    "straße",
    "İx",
    "ix",
    "\u{212a}",
    "k",
    "${aws:username}",
];

/// Values with variables for text.
pub(crate) const VARIABLE_TEXTS: [&str; 15] = [
    "${aws:username}",
    "${aws:username}",
    "${volc:UserName}",
    "${AWS:USERNAME, 'alice'}",
    "${claviger:PrincipalTag/team}",
    "${aws:principaltag/Team, 'ops'}",
    "${aws:PrincipalTag/gone}",
    "${aws:PrincipalTag/gone, 'dev'}",
    "${bos:prefix}",
    "${aws:username}*",
    "home/${aws:username}/x",
    "${*}",
    "a${*}",
    "al${?}ce",
    "${$}{aws:username}",
];

pub(crate) const NUMBERS: [&str; 20] = [
    "0",
    "-0",
    "0.0",
    "1",
    "+1",
    "1.0",
    "01",
    "1.5",
    "01.50",
    "-1",
    "-1.0",
    "-1.5",
    "-2",
    "10",
    "10",
    "9",
    "9007199254740993",
    "9007199254740992",
    "0.3",
    "0.30000000000000000001",
];
pub(crate) const NO_NUMBERS: [&str; 7] = ["one", "", "1e3", "0x1", "1,5", "--1", "1.2.3"];

pub(crate) const DATES: [&str; 20] = [
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "2026-01-01T08:00:00+08:00",
    "2025-12-31T19:00:00-05:00",
    "1767225600",
    "2026-01-01T00:00:00.0Z",
    "2026-01-01T00:00:00.5Z",
    "2026-01-01T00:00:00.500000Z",
    "2026-01-01T00:00:00.000001Z",
    "2026-01-01T00:00:00.1234561Z",
    "2026-01-01T00:00:00.1234563Z",
    "2026-01-01T01:00:00.123456+01:00",
    "2026-06-01T12:30:00Z",
    "2025-01-01",
    "1735689600",
    "2024-02-29",
    "2024-02-29T23:59:59Z",
    "2024-03-01",
    "1970-01-01",
    "0",
];
pub(crate) const NO_DATES: [&str; 7] =
    ["soon", "", "2026-02-30", "2025-02-29", "2026-13-01", "2026-1-1", "2026-01-01T25:00:00Z"];

pub(crate) const ADDRESSES: [&str; 12] = [
    "10.0.0.1",
    "10.0.0.1",
    "10.0.0.2",
    "10.1.2.3",
    "192.0.2.7",
    "::ffff:10.0.0.1",
    "::ffff:192.0.2.7",
    "2001:db8::1",
    "2001:DB8:0::1",
    "2001:db8:1::1",
    "::1",
    "::fffe:0:1",
];
pub(crate) const NETWORKS: [&str; 17] = [
    "10.0.0.0/8",
    "10.0.0.9/8",
    "10.0.0.0/31",
    "10.0.0.1/32",
    "128.0.0.0/1",
    "0.0.0.0/0",
    "9.9.9.9/0",
    "::/0",
    "::1/0",
    "2001:db8::/32",
    "2001:db8::ff/48",
    "2001:db8::1/128",
    "::ffff:10.0.0.0/104",
    "::ffff:0:0/96",
    "::ffff:0:0/95",
    "::ffff:10.0.0.0/90",
    "::ffff:10.0.0.1/128",
];
/// Ranges are acl's; elsewhere they cannot be read.
pub(crate) const RANGES: [&str; 6] = [
    "10.0.0.0-10.0.0.9",
    "10.0.0.1-10.0.0.1",
    "0.0.0.0-255.255.255.255",
    "2001:db8::-2001:db8::ff",
    "::-ffff::",
    "::ffff:10.0.0.1-::ffff:10.0.0.9",
];
pub(crate) const NO_ADDRESSES: [&str; 5] = ["home", "", "10.0.0", "10.0.0.256", "2001:db8::1::1"];
pub(crate) const NO_NETWORKS: [&str; 5] = ["home", "10.0.0.0/33", "2001:db8::/129", "10.0.0.1/x", "10.0.0/8"];

pub(crate) const ARNS: [&str; 8] = [
    "arn:aws:iam::123456789012:user/alice",
    "arn:aws:iam::123456789012:user/alice",
    "arn:aws:iam::123456789012:user/bob",
    "arn:aws-cn:iam::123456789012:user/alice",
    "arn:aws:iam::123456789012:role/deploy",
    "arn:aws:sns:bj:123456789012:a:b",
    "trn:iam::123456789012:user/alice",
    "crn:iam::123456789012:user/alice",
];
pub(crate) const ARN_PATTERNS: [&str; 16] = [
    "*",
    "arn:*:iam::*:user/*",
    "arn:aws:iam::*:user/a*",
    "arn:aws:iam::*:user/al?ce",
    "arn:aws*:iam::123456789012:*",
    "arn:aws:*:*:*:*",
    "arn:aws:*:*:a:b",
    "arn:aws:sns:bj:*:a*",
    "crn:iam::*:user/*",
    "trn:iam::*:user/*",
    "wsc:iam::*:user/*",
    "arn:aws:iam::123456789012:user/${aws:username}",
    "crn:iam::*:user/${aws:PrincipalTag/team}",
    "arn:aws:iam::123456789012:user/${aws:PrincipalTag/gone}",
    "arn:aws:iam::*:user/${aws:PrincipalTag/gone, 'alice'}",
    "arn:aws:iam::123456789012:user/a${*}",
];
pub(crate) const NO_ARNS: [&str; 4] = ["alice", "", "arn:aws:iam", "arn:aws:iam::user/alice"];

pub(crate) const BOOLS: [&str; 5] = ["true", "false", "true", "TRUE", "False"];
pub(crate) const NO_BOOLS: [&str; 4] = ["1", "yes", "", "truee"];

pub(crate) const BINARIES: [&str; 5] = ["YWJj", "YWJj", "YWI=", "YQ==", "AAECAw=="];
pub(crate) const NO_BINARIES: [&str; 3] = ["!!!!", "YW*j", "===="];
