//! Documents as people write them, and how to spoil them.

use policy::{document::Purpose, grammar::Flavour};

use crate::dice::Dice;

const I: Purpose = Purpose::Identity;
const R: Purpose = Purpose::Resource;
const T: Purpose = Purpose::Trust;

pub(crate) const CORPUS: &[(Flavour, Purpose, &str)] = &[
    // AWS IAM user guide: an identity's policy with variables, a boundary, a bucket's policy, trust documents.
    (
        Flavour::Aws,
        I,
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"List","Action":["bos:ListObjects"],"Effect":"Allow","Resource":["arn:aws:bos:::mybucket"],"Condition":{"StringLike":{"bos:prefix":["${aws:username}/*"]}}},{"Action":["bos:GetObject","bos:PutObject"],"Effect":"Allow","Resource":["arn:aws:bos:::mybucket/${aws:username}/*"]}]}"#,
    ),
    (
        Flavour::Aws,
        I,
        r#"{"Version":"2012-10-17","Id":"deny","Statement":{"Sid":"","Effect":"Deny","NotAction":["iam:CreateAccessKey","sts:GetSessionToken"],"NotResource":"arn:aws:iam::*:user/a","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":false},"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]},"NumericLessThanEquals":{"aws:MultiFactorAuthAge":3600},"Null":{"aws:TokenIssueTime":true}}}}"#,
    ),
    (
        Flavour::Aws,
        R,
        r#"{"Version":"2008-10-17","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:root","arn:aws:iam::123456789012:user/dev/alice"],"Service":"s3.amazonaws.com"},"Action":"bos:GetObject","Resource":"arn:aws:bos:::b/*"},{"Sid":"b","Effect":"Deny","NotPrincipal":{"AWS":"123456789012"},"Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]},"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}}]}"#,
    ),
    (
        Flavour::Aws,
        T,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/idp"},"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}},{"Effect":"Allow","Principal":{"AWS":"arn:aws:sts::123456789012:assumed-role/r/s"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#,
    ),
    // Volcengine: system policies, a single statement, a trust document.
    (
        Flavour::Volcengine,
        I,
        r#"{"Statement":[{"Effect":"Allow","Action":["iam:*AccessKey*"],"Resource":["trn:iam::*:user/${volc:UserName}"]}]}"#,
    ),
    (
        Flavour::Volcengine,
        I,
        r#"{"Statement":{"Effect":"Deny","Action":"ecs:*","Condition":{"StringEqualsIfExists":{"volc:ResourceTag/env":["prod","ＰＲＯＤ"]}}}}"#,
    ),
    (
        Flavour::Volcengine,
        T,
        r#"{"Statement":[{"Effect":"Allow","Principal":{"IAM":["trn:iam::2100000001:root"],"Service":["ecs"]},"Action":["sts:AssumeRole"]}]}"#,
    ),
    // CDNetworks: the API's list and the console's document.
    (Flavour::Cdnetworks, I, r#"[{"effect":"allow","action":["wos:Get*","cdn:*"],"resource":["*"]}]"#),
    (
        Flavour::Cdnetworks,
        I,
        r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":["wos:Put*"],"Resource":["wsc:wos:cn:123456789012:bucket/*"]}]}"#,
    ),
    // Native: every spelling.
    (
        Flavour::Native,
        I,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":["crn:bos:bj:*:b/*","arn:aws:s3:::b","trn:tos:::b","wsc:wos:::b"],"Condition":{"ForAnyValue:ArnLikeIfExists":{"volc:SourceTrn":"trn:*:*:*:${*}/?"},"BinaryEquals":{"shop:key":"AAE="}}}]}"#,
    ),
    (
        Flavour::Native,
        R,
        r#"{"Statement":{"Effect":"Allow","Principal":{"Claviger":["crn:iam::123456789012:group/g","AIDAABCDEFGHIJKLMNOPQ"],"Federated":["accounts.google.com"]},"Action":["fc:Invoke*","fc:??"],"Resource":"*"}}"#,
    ),
    // Baidu: a policy, one with conditions, a bucket's list, trust documents.
    (
        Flavour::Acl,
        I,
        r#"{"accessControlList":[{"service":"bce:bos","region":"bj","effect":"Allow","resource":["mybucket/*","mybucket"],"permission":["READ","LIST"]},{"eid":"x","service":"iam","region":"*","effect":"Deny","resource":["*"],"permission":["*"]}]}"#,
    ),
    (
        Flavour::Acl,
        I,
        r#"{"id":"tag","version":"v2","accessControlList":[{"service":"*","region":"*","effect":"Allow","notResource":["a?b"],"permission":["OPERATE"],"condition":[{"ipAddress":["10.0.0.1-10.0.0.9","::1"],"currentTime":{"dateLessThan":"2026-01-01T00:00:00Z","dateGreaterThan":"2025-01-01T00:00:00Z"}},{"referer":{"stringLike":["http://*"],"stringEquals":"x"},"secureTransport":true,"resourceTag":{"Team":["a"]}}]}]}"#,
    ),
    (
        Flavour::Acl,
        R,
        r#"{"accessControlList":[{"service":"bos","region":"*","effect":"Allow","resource":["b/*"],"permission":["READ"],"grantee":[{"id":"*"},{"id":"0123456789abcdef0123456789abcdef","user":["u"]}]}]}"#,
    ),
    (
        Flavour::Acl,
        T,
        r#"{"version":"v1","accessControlList":[{"service":"bce:iam","region":"*","permission":["AssumeRole"],"grantee":[{"id":"ACCOUNT_ID"}],"effect":"Allow"},{"service":"bce:iam","region":"*","permission":["AssumeRole"],"grantee":[{"id":"ACCOUNT_ID","saml-provider":"idp"}],"effect":"Allow","condition":{"saml:iss":"x"}}]}"#,
    ),
];

/// What spoils a document most.
const PIECES: [&str; 30] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "null",
    "true",
    "-1e9",
    "[]",
    "{}",
    "\"*\"",
    "${",
    "${*}",
    "\\u0000",
    "\\ud800",
    "?*?*?*",
    "\"Effect\":\"Deny\",",
    "\"NotAction\":\"*\",",
    "\"permission\":[\"READ\"],",
    "\"Condition\":{},",
    "IfExists",
    "ForAllValues:",
    "arn:aws:",
    "trn:",
    "aws:",
    "volc:",
    "𝄞",
    "é",
];

/// A text with one to three faults.
pub(crate) fn spoiled(text: &str, dice: &mut Dice) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=dice.below(5) / 2 {
        let place = dice.below(chars.len().max(1)).min(chars.len());
        let end = (place + 1 + dice.below(12)).min(chars.len());
        match dice.below(8) {
            0 => drop(chars.drain(place..end)),
            1 => chars.truncate(if dice.one_in(4) { place } else { chars.len() }),
            2 => drop(chars.splice(place..place, dice.pick(&PIECES).chars())),
            3 => drop(chars.splice(place..end, dice.pick(&PIECES).chars())),
            4 => {
                let copied: Vec<char> = chars[place..end].to_vec();
                let times = 1 + dice.below(3);
                drop(chars.splice(place..place, copied.repeat(times)));
            }
            _ => replace_word(&mut chars, dice),
        }
    }
    chars.into_iter().collect()
}

/// Puts one string of the text in place of another: what stays is well-formed.
fn replace_word(chars: &mut Vec<char>, dice: &mut Dice) {
    let quotes: Vec<usize> = (0..chars.len()).filter(|&place| chars[place] == '"').collect();
    let words = quotes.len() / 2;
    if words == 0 {
        return;
    }
    let mut word = || {
        let at = 2 * dice.below(words);
        quotes[at] + 1..quotes[at + 1]
    };
    let (from, to) = (word(), word());
    let text = chars[from].to_vec();
    drop(chars.splice(to, text));
}
