use base::timestamp::Timestamp;

use super::*;
use crate::{
    document::{Condition, Quantifier},
    request::Value,
    testing::{Has, Keys, condition},
};

fn holds(condition: &Condition, keys: &Keys) -> bool {
    Check::new(condition, true).holds(keys)
}

/// Whether `operator` with `values` holds for a key that has `value`.
fn one(operator: Operator, value: impl Into<Has>, values: &[&str]) -> bool {
    holds(&condition(operator, "k", values), &Keys::default().with("k", value))
}

fn operators(kind: ValueType) -> impl Iterator<Item = Operator> {
    Operator::ALL.iter().copied().filter(move |operator| operator.value_type() == kind)
}

/// For each operator a value of a policy, a value of a request that fits it, and one that does not.
fn samples(operator: Operator) -> (&'static str, &'static str, &'static str) {
    match operator.value_type() {
        ValueType::Text => ("b", "b", "c"),
        ValueType::Bool => ("true", "true", "false"),
        ValueType::Binary => ("YQ==", "YQ==", "Yg=="),
        ValueType::Address => ("10.0.0.0/8", "10.1.2.3", "11.1.2.3"),
        ValueType::Arn => ("arn:aws:s3:::b*", "arn:aws:s3:::bucket", "arn:aws:s3:::a"),
        ValueType::Null => ("false", "x", "x"),
        ValueType::Number | ValueType::Date => match operator {
            Operator::NumericLessThan | Operator::DateLessThan => ("5", "4", "5"),
            Operator::NumericGreaterThan | Operator::DateGreaterThan => ("5", "6", "5"),
            Operator::NumericGreaterThanEquals | Operator::DateGreaterThanEquals => ("5", "5", "4"),
            // Equal fits `…LessThanEquals` and the plain ones, and more does not.
            _ => ("5", "5", "6"),
        },
    }
}

fn all_but_null() -> impl Iterator<Item = Operator> {
    Operator::ALL.iter().copied().filter(|operator| *operator != Operator::Null)
}

#[test]
fn names_are_exact_and_come_back() {
    for operator in Operator::ALL {
        assert_eq!(Operator::from_name(operator.name()), Some(*operator));
        assert_eq!(operator.name(), format!("{operator:?}"));
        assert_eq!(Operator::from_name(&operator.name().to_lowercase()), None);
        assert_eq!(operator.is_negated(), operator.name().contains("Not"), "{operator:?}");
    }
    assert_eq!(Operator::ALL.len(), 27);
}

/// SEC-089: what each operator says of an absent key, by quantifier and `IfExists`.
#[test]
fn sec_089_absent_keys() {
    for operator in all_but_null() {
        let negated = operator.is_negated();
        for (quantifier, if_exists, expected) in [
            (Quantifier::None, false, negated),
            (Quantifier::None, true, true),
            (Quantifier::All, false, true),
            (Quantifier::All, true, true),
            (Quantifier::Any, false, false),
            (Quantifier::Any, true, true),
        ] {
            for keys in [Keys::default(), Keys::default().with("k", [])] {
                let condition = Condition { quantifier, if_exists, ..condition(operator, "k", &[samples(operator).0]) };
                assert_eq!(holds(&condition, &keys), expected, "{operator:?} {quantifier:?} {if_exists}");
            }
        }
    }
}

/// SEC-089: what each operator says of one value, alone or as a list of one, by any quantifier.
#[test]
fn sec_089_one_value() {
    for operator in all_but_null() {
        let (listed, fits, other) = samples(operator);
        for (value, fitting) in [(fits, true), (other, false)] {
            for quantifier in [Quantifier::None, Quantifier::All, Quantifier::Any] {
                for keys in [Keys::default().with("k", value), Keys::default().with("k", [value])] {
                    let condition = Condition { quantifier, ..condition(operator, "k", &[listed]) };
                    let expected = fitting != operator.is_negated();
                    assert_eq!(holds(&condition, &keys), expected, "{operator:?} {quantifier:?} {value}");
                    let condition = Condition { if_exists: true, ..condition };
                    assert_eq!(holds(&condition, &keys), expected, "{operator:?} {quantifier:?} {value} IfExists");
                }
            }
        }
        assert_eq!(one(operator, fits, &[]), operator.is_negated(), "{operator:?} without values");
    }
}

/// SEC-089: what each operator says of several values.
#[test]
fn sec_089_several_values() {
    for operator in all_but_null() {
        let (listed, fits, other) = samples(operator);
        for (values, all_fit, any_fits) in
            [([fits, fits], true, true), ([fits, other], false, true), ([other, other], false, false)]
        {
            let keys = Keys::default().with("k", values);
            let with = |quantifier| holds(&Condition { quantifier, ..condition(operator, "k", &[listed]) }, &keys);
            let (all, any) = if operator.is_negated() { (!any_fits, !all_fit) } else { (all_fit, any_fits) };
            assert!(!with(Quantifier::None), "{operator:?} {values:?}");
            assert_eq!(with(Quantifier::All), all, "ForAllValues:{operator:?} {values:?}");
            assert_eq!(with(Quantifier::Any), any, "ForAnyValue:{operator:?} {values:?}");
        }
    }
}

#[test]
fn sec_089_null() {
    let absent = Keys::default();
    let cases = [absent.clone().with("k", []), absent];
    let present =
        [Keys::default().with("k", "x"), Keys::default().with("k", ""), Keys::default().with("k", ["x", "y"])];
    for (values, when_absent, when_present) in [
        (&["true"][..], true, false),
        (&["false"], false, true),
        (&["true", "false"], true, true),
        (&[], false, false),
        (&["yes", "True"], false, false),
    ] {
        for quantifier in [Quantifier::None, Quantifier::All, Quantifier::Any] {
            let condition = Condition { quantifier, if_exists: true, ..condition(Operator::Null, "k", values) };
            assert!(cases.iter().all(|keys| holds(&condition, keys) == when_absent), "{values:?}");
            assert!(present.iter().all(|keys| holds(&condition, keys) == when_present), "{values:?}");
        }
    }
}

/// SEC-089: what cannot be read never helps, negated or not, on either side.
#[test]
fn sec_089_values_that_cannot_be_read() {
    let typed = |operator: &Operator| operator.value_type() != ValueType::Text;
    for operator in all_but_null().filter(typed) {
        let (listed, fits, other) = samples(operator);
        assert!(!one(operator, "!", &[listed]), "{operator:?} of an unreadable value");
        assert!(!one(operator, "!", &[]) || operator.value_type() == ValueType::Binary, "{operator:?} of nothing");
        assert!(!one(operator, other, &["!"]) && !one(operator, fits, &["!"]), "{operator:?} by an unreadable value");
        assert_eq!(one(operator, fits, &["!", listed]), !operator.is_negated(), "{operator:?} by half of them");
        assert!(!one(operator, other, &["!", listed]), "{operator:?} by half of them");
        assert_eq!(
            holds(&condition(operator, "k", &["!"]), &Keys::default()),
            operator.is_negated(),
            "{operator:?} absent"
        );
        let each = Condition { quantifier: Quantifier::All, ..condition(operator, "k", &[listed]) };
        let fine = if operator.is_negated() { other } else { fits };
        assert!(!holds(&each, &Keys::default().with("k", [fine, "!"])), "{operator:?} of half of them");
        let some = Condition { quantifier: Quantifier::Any, ..each };
        assert!(holds(&some, &Keys::default().with("k", [fine, "!"])), "{operator:?} of half of them");
    }
}

/// SEC-086: a value with a variable that has none equals nothing.
#[test]
fn sec_086_variables_without_value() {
    for operator in operators(ValueType::Text) {
        assert_eq!(one(operator, "b", &["${x}"]), operator.is_negated(), "{operator:?}");
        assert_eq!(one(operator, "", &["${x}"]), operator.is_negated(), "{operator:?}");
        assert_eq!(one(operator, "b", &["${x}", "b"]), !operator.is_negated(), "{operator:?}");
        assert_eq!(one(operator, "b", &["${x, 'b'}"]), !operator.is_negated(), "{operator:?}");
    }
    for operator in operators(ValueType::Arn) {
        let value = "arn:aws:s3:::a";
        assert_eq!(one(operator, value, &["arn:aws:s3:::${x}"]), operator.is_negated(), "{operator:?}");
        assert_eq!(one(operator, value, &["arn:aws:s3:::${x, 'a'}"]), !operator.is_negated(), "{operator:?}");
    }
    let keys = Keys::default().with("k", "TRUE").with("x", "True").with("y", "yes");
    let is = |value| holds(&condition(Operator::Bool, "k", &[value]), &keys);
    assert!(is("${x}") && is("${z, 'true'}") && !is("${y}") && !is("${z}") && !is("${z, 'yes'}"));
}

#[test]
fn variables_are_text_where_a_document_has_none() {
    let plain = Check::new(&condition(Operator::StringLike, "k", &["${x}?"]), false);
    assert!(plain.holds(&Keys::default().with("k", "${x}!")) && !plain.holds(&Keys::default().with("k", "y!")));
}

#[test]
fn sec_086_text() {
    assert!(one(Operator::StringEquals, "a*", &["a*"]) && !one(Operator::StringEquals, "ab", &["a*"]));
    assert!(one(Operator::StringEquals, "*", &["${*}"]) && !one(Operator::StringLike, "x", &["${*}"]));
    assert!(one(Operator::StringLike, "ab", &["a*"]) && !one(Operator::StringLike, "Ab", &["a*"]));
    assert!(one(Operator::StringNotLike, "Ab", &["a*"]) && !one(Operator::StringNotLike, "ab", &["x", "a?"]));
    assert!(
        one(Operator::StringEqualsIgnoreCase, "ÄB", &["äb"]) && !one(Operator::StringEqualsIgnoreCase, "a", &["a*"])
    );
    let keys = Keys::default().with("k", "a*b").with("username", "*");
    assert!(holds(&condition(Operator::StringLike, "k", &["a${aws:username}b"]), &keys));
    let keys = Keys::default().with("k", "axb").with("username", "*");
    assert!(!holds(&condition(Operator::StringLike, "k", &["a${aws:username}b"]), &keys));
}

#[test]
fn numbers_compare_exactly() {
    let ascending = [
        "-100000000000000000000000000000000",
        "-9223372036854775809",
        "-9223372036854775808",
        "-9223372036854775807.5",
        "-2",
        "-1.50",
        "-1.25",
        "-0.000000000000000000000000000001",
        "0",
        "0.1",
        "0.30000000000000000000000000000000000001",
        "0.30000000000000000000000000000000000002",
        "1",
        "9",
        "10",
        "10.01",
        "9223372036854775806.999999999999",
        "9223372036854775807",
        "9223372036854775807.1",
        "9223372036854775808",
        "18446744073709551615.5",
        "18446744073709551616",
        "100000000000000000000000000000001",
        "100000000000000000000000000000001.1",
    ];
    for (left, a) in ascending.iter().enumerate() {
        for (right, b) in ascending.iter().enumerate() {
            let padded = |text: &str| match text.strip_prefix('-') {
                Some(digits) => format!("-00{digits}"),
                None => format!("+0{text}"),
            };
            for a in [(*a).to_owned(), padded(a)] {
                let keys = Keys::default().with("k", a.clone());
                let is = |operator| holds(&condition(operator, "k", &[b]), &keys);
                assert_eq!(is(Operator::NumericEquals), left == right, "{a} {b}");
                assert_eq!(is(Operator::NumericNotEquals), left != right, "{a} {b}");
                assert_eq!(is(Operator::NumericLessThan), left < right, "{a} {b}");
                assert_eq!(is(Operator::NumericLessThanEquals), left <= right, "{a} {b}");
                assert_eq!(is(Operator::NumericGreaterThan), left > right, "{a} {b}");
                assert_eq!(is(Operator::NumericGreaterThanEquals), left >= right, "{a} {b}");
            }
        }
    }
    assert!(one(Operator::NumericEquals, "-0.00", &["0"]) && one(Operator::NumericEquals, "1.50", &["+01.5"]));
    for number in [i64::MIN, -1, 0, 7, i64::MAX] {
        assert!(one(Operator::NumericEquals, Value::Number(number), &[&format!("{number}.0")]));
        assert!(one(Operator::NumericLessThan, Value::Number(number), &[&format!("{}", i128::from(number) + 1)]));
    }
    for bad in ["", "+", "-", ".", "1.", ".5", "1e3", "0x1", "1_0", " 1", "1 ", "--1", "1.2.3", "१", "NaN", "1,5"] {
        assert_eq!(check_value(Operator::NumericEquals, bad, true), Err(ValueProblem::Number), "{bad}");
        assert!(!one(Operator::NumericNotEquals, bad, &["1"]), "{bad}");
    }
}

#[test]
fn dates_compare_to_the_microsecond() {
    let same = |left, right| one(Operator::DateEquals, left, &[right]) && !one(Operator::DateNotEquals, left, &[right]);
    for (left, right) in [
        ("2026-01-01", "2026-01-01T00:00:00Z"),
        ("2026-01-01", "1767225600"),
        ("2026-01-01T08:00:00+08:00", "2026-01-01"),
        ("2025-12-31T18:30:00-05:30", "2026-01-01"),
        ("2026-01-01T00:00:00.000000Z", "2026-01-01"),
        ("2026-01-01T00:00:00.1234567Z", "1767225600.123456"),
        ("2026-01-01T00:00:00.5+00:00", "1767225600.50"),
        ("1969-12-31T23:59:59.5Z", "-0.5"),
        ("2024-02-29T12:00:00Z", "1709208000"),
        ("1970-01-01", "0"),
    ] {
        assert!(same(left, right) && same(right, left), "{left} {right}");
    }
    assert!(one(Operator::DateLessThan, "2026-01-01T00:00:00.000001Z", &["2026-01-01T00:00:00.000002Z"]));
    let moment = Value::Moment(Timestamp::parse_seconds("2026-01-01T00:00:00Z").unwrap());
    assert!(one(Operator::DateEquals, moment.clone(), &["2026-01-01"]));
    assert!(one(Operator::DateGreaterThan, moment, &["2025-12-31T23:59:59.999999Z"]));
    assert!(one(Operator::DateEquals, Value::Number(1_767_225_600), &["2026-01-01"]));
    assert!(!one(Operator::DateNotEquals, Value::Number(i64::MAX), &["2026-01-01"]));
    for bad in [
        "",
        "2026-1-1",
        "2026-02-29",
        "2026-13-01",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00Z",
        "2026-01-01 00:00:00Z",
        "2026-01-01t00:00:00z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00+8:00",
        "2026-01-01T00:00:00+0800",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+08:60",
        "2026-01-01T00:00:00Zx",
        "2026-01-01T",
        "2026-01-01Z",
        "9223372036855",
        "é026-01-01",
    ] {
        let problem = check_value(Operator::DateEquals, bad, true).err();
        // The longest is a number, and a moment that nothing can hold.
        assert_eq!(problem, Some(ValueProblem::Date), "{bad}");
    }
}

/// SEC-089: an IPv4 address that is mapped into IPv6 is the IPv4 address.
#[test]
fn sec_089_addresses() {
    let within = |address: &str, range: &str| {
        let typed = Value::Address(address.parse().unwrap());
        let is = one(Operator::IpAddress, address.to_owned(), &[range]);
        assert_eq!(is, one(Operator::IpAddress, typed.clone(), &[range]), "{address} {range}");
        assert_eq!(!is, one(Operator::NotIpAddress, address.to_owned(), &[range]), "{address} {range}");
        assert_eq!(!is, one(Operator::NotIpAddress, typed, &[range]), "{address} {range}");
        is
    };
    for (address, range) in [
        ("10.1.2.3", "10.1.2.3"),
        ("10.1.2.3", "10.0.0.0/8"),
        ("10.1.2.3", "10.9.9.9/8"),
        ("10.1.2.3", "0.0.0.0/0"),
        ("10.1.2.3", "10.1.2.3/32"),
        ("::ffff:10.1.2.3", "10.0.0.0/8"),
        ("10.1.2.3", "::ffff:10.0.0.0/104"),
        ("10.1.2.3", "::ffff:0.0.0.0/96"),
        ("10.1.2.3", "::ffff:10.1.2.3"),
        ("2001:db8::1", "2001:DB8::/32"),
        ("2001:db8::1", "::/0"),
        ("2001:db8::1", "2001:db8::1/128"),
    ] {
        assert!(within(address, range), "{address} {range}");
    }
    for (address, range) in [
        ("11.1.2.3", "10.0.0.0/8"),
        ("10.1.2.3", "::/0"),
        ("10.1.2.3", "::ffff:0.0.0.0/95"),
        ("::ffff:10.1.2.3", "::/0"),
        ("::10.1.2.3", "0.0.0.0/0"),
        ("2001:db8::1", "0.0.0.0/0"),
    ] {
        assert!(!within(address, range), "{address} {range}");
    }
    for bad in [
        "",
        "10.0.0.0/33",
        "::/129",
        "10.0.0.0/+8",
        "10.0.0.0/",
        "10.0.0.0/0008",
        "10.0.0/8",
        "010.0.0.1",
        "10.0.0.1-10.0.0.9",
        "10.0.0.1 ",
        "fe80::1%eth0",
        "*",
    ] {
        assert_eq!(check_value(Operator::IpAddress, bad, true), Err(ValueProblem::Address), "{bad}");
        assert!(!one(Operator::NotIpAddress, bad, &["10.0.0.0/8"]), "{bad}");
    }
    assert!(!one(Operator::NotIpAddress, "11.0.0.0/8", &["10.0.0.0/8"]), "a request has an address, not a range");
}

#[test]
fn arns_compare_part_by_part() {
    let bucket = "arn:aws:s3:eu:1:b/k:l";
    for fits in [
        "*",
        bucket,
        "arn:aws:s3:*:*:b/*",
        "arn:*:s?:eu:?:b/k:l",
        "arn:aws:s3:eu:1:*",
        "crn:s3:eu:1:b/k:l",
        "arn:aws:s3:eu:1:b/${x, 'k:l'}",
    ] {
        assert!(one(Operator::ArnEquals, bucket, &[fits]) && one(Operator::ArnLike, bucket, &[fits]), "{fits}");
        assert!(!one(Operator::ArnNotEquals, bucket, &[fits]) && !one(Operator::ArnNotLike, bucket, &[fits]), "{fits}");
    }
    for other in [
        "arn:aws:s3:*",
        "arn:aws:s3:*:*",
        "arn:aws:s3:*:b/*",
        "arn:aws:S3:eu:1:*",
        "trn:s3:eu:1:*",
        "arn:aws:s3::1:*",
        "arn:aws:*:b/k:l",
        "**",
        "a*",
        "",
        "${x, '*'}",
    ] {
        assert!(!one(Operator::ArnLike, bucket, &[other]), "{other}");
        let is_readable = check_value(Operator::ArnLike, other, true).is_ok();
        assert_eq!(one(Operator::ArnNotLike, bucket, &[other]), is_readable, "{other}");
    }
    for bad in ["*", "bucket", "arn:aws:s3:::", "Arn:aws:s3:::b"] {
        let reads = bad.ends_with(':');
        assert_eq!(one(Operator::ArnLike, bad, &["*"]), reads, "{bad}");
        assert_eq!(one(Operator::ArnNotLike, bad, &[bucket]), reads, "{bad}");
    }
    // A scheme of its own is a partition, which only `*` or an open one reaches beside itself.
    assert!(one(Operator::ArnLike, "trn:iam::1:user/a", &["trn:iam::1:user/*"]));
    assert!(one(Operator::ArnLike, "crn:iam::1:user/a", &["trn:iam::1:user/*"]));
    assert!(one(Operator::ArnLike, "trn:iam::1:user/a", &["arn:*:iam::1:user/*"]));
    assert!(!one(Operator::ArnLike, "trn:iam::1:user/a", &["wsc:iam::1:user/*"]));
}

#[test]
fn truth_in_any_case_and_bytes_in_base64() {
    assert!(one(Operator::Bool, "TRUE", &["True"]) && one(Operator::Bool, Value::Flag(false), &["FALSE"]));
    assert!(!one(Operator::Bool, "1", &["true"]) && !one(Operator::Bool, Value::Number(1), &["true"]));
    assert!(one(Operator::BinaryEquals, "AAE=", &["AAE="]) && !one(Operator::BinaryEquals, "AAE=", &["AAF="]));
    assert!(!one(Operator::BinaryEquals, "AAE", &["AAE"]) && !one(Operator::BinaryEquals, "AAF=", &["AAF="]));
}

#[test]
fn values_are_checked_by_their_type() {
    for operator in Operator::ALL.iter().copied() {
        let (listed, fits, other) = samples(operator);
        for value in [listed, fits, other] {
            let good = value != "x";
            assert_eq!(check_value(operator, value, true).is_ok(), good, "{operator:?} {value}");
        }
    }
    let problem = |operator, value| check_value(operator, value, true).unwrap_err();
    let malformed = |at| ValueProblem::Variable(VariableProblem::Malformed { at });
    assert_eq!(problem(Operator::StringLike, "a${"), malformed(1));
    assert_eq!(problem(Operator::Bool, "${"), malformed(0));
    assert_eq!(problem(Operator::Bool, "maybe"), ValueProblem::Bool);
    assert_eq!(problem(Operator::Null, "True"), ValueProblem::Bool);
    assert_eq!(problem(Operator::ArnLike, "arn:aws:s3:::a${"), malformed(14));
    assert_eq!(problem(Operator::ArnLike, "${aws:PrincipalArn}"), ValueProblem::Arn);
    assert_eq!(problem(Operator::BinaryEquals, "YQ"), ValueProblem::Base64);
    assert_eq!(problem(Operator::NumericEquals, "${x}"), ValueProblem::Number);
    assert_eq!(check_value(Operator::StringLike, "a${", false), Ok(()));
    assert_eq!(check_value(Operator::Bool, "${x}", true), Ok(()));
    assert_eq!(check_value(Operator::Bool, "${x}", false), Err(ValueProblem::Bool));
}
