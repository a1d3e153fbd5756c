use super::*;
use crate::{
    catalogue::Catalogue,
    condition::Operator,
    document::{Document, Statement},
    evaluate::{Decision, Layers, decide},
    request::{Asker, AskerKind, Request, ResourceName},
    testing::{
        Keys, Random, allow, compile, condition, deny, document,
        world::{random_document, random_keys},
    },
};

const ALICE: &str = "crn:iam::1:user/dev/alice";

/// All actions of the services that give power.
fn guarded(catalogue: &Catalogue) -> Vec<ActionName<'_>> {
    let of_power = catalogue.actions().filter(|(service, _)| ["iam", "sts"].contains(&service.name.as_str()));
    let name =
        |(service, action): (&'_ crate::catalogue::service::Service, &'_ crate::catalogue::service::ActionEntry)| {
            let text: &'static str = format!("{}:{}", service.name, action.name).leak();
            catalogue.action(text).unwrap()
        };
    of_power.map(name).collect()
}

/// What somebody holds, as documents.
#[derive(Debug, Default, Clone)]
struct Holding {
    identity: Vec<Document>,
    boundary: Option<Document>,
    session: Option<Vec<Document>>,
}

impl Holding {
    fn of(statements: impl IntoIterator<Item = Statement>) -> Self {
        Self { identity: vec![document(statements)], ..Self::default() }
    }

    fn with<T>(&self, then: impl FnOnce(&Held<'_>) -> T) -> T {
        let compile_all = |documents: &[Document]| documents.iter().map(compile).collect::<Vec<_>>();
        let (identity, boundary) = (compile_all(&self.identity), self.boundary.as_ref().map(compile));
        let session = self.session.as_deref().map(compile_all);
        let session: Option<Vec<_>> = session.as_ref().map(|documents| documents.iter().collect());
        then(&Held {
            identity: &identity.iter().collect::<Vec<_>>(),
            boundary: boundary.as_ref().map_or(Boundary::None, Boundary::Document),
            session: session.as_deref(),
            account: Some("1"),
        })
    }

    fn excess(&self, granted: impl IntoIterator<Item = Statement>) -> Option<usize> {
        let catalogue = Catalogue::built_in();
        self.with(|held| excess(&compile(&document(granted)), held, &guarded(&catalogue), None))
    }

    fn contains(&self, granted: Statement) -> bool {
        self.excess([granted]).is_none()
    }

    fn is_unlimited(&self) -> bool {
        self.with(is_unlimited)
    }
}

#[test]
fn sec_094_what_lies_inside_one_allow_may_be_granted() {
    let held = Holding::of([allow(&["iam:*User"], &["crn:iam::1:user/dev/*"]), allow(&["iam/READ"], &["*"])]);
    for granted in [
        allow(&["iam:GetUser", "iam:DeleteUser"], &[ALICE]),
        allow(&["iam:CreateUser"], &["crn:iam::1:user/dev/a*", "crn:iam::1:user/dev/?"]),
        allow(&["iam:DeleteUser"], &["crn:iam::1:user/dev/${aws:username}"]),
        allow(&["iam:GetUser"], &["*"]),
        allow(&["iam:List*"], &["*"]),
        allow(&["bos:*", "s3:*"], &["*"]),
        allow(&["iam/READ"], &["iam/*/user/*"]),
        deny(&["*"], &["*"]),
    ] {
        assert!(held.contains(granted.clone()), "{granted:#?}");
    }
    for granted in [
        allow(&["*"], &["*"]),
        allow(&["iam:*"], &[ALICE]),
        allow(&["iam:DeleteUser"], &["*"]),
        allow(&["iam:DeleteUser"], &["crn:iam::1:user/*"]),
        allow(&["iam:DeleteUser"], &["crn:iam::1:user/${aws:username}"]),
        allow(&["iam:DeleteUser"], &[ALICE, "crn:iam::1:user/ops/bob"]),
        allow(&["iam:DeleteUser"], &[ALICE]).not(false, true, false),
        allow(&["bos:*"], &[ALICE]).not(true, false, false),
        allow(&["sts:AssumeRole"], &["crn:iam::1:role/r"]),
        allow(&["iam/*"], &["iam/*/user/dev/alice"]),
        allow(&["iam:DeleteUser"], &["crn:iam::1:user/d*"]),
        allow(&["*"], &["*"]).when(condition(Operator::Null, "x", &["true"])),
    ] {
        assert!(!held.contains(granted.clone()), "{granted:#?}");
    }
    let fine = allow(&["iam:GetUser"], &["*"]);
    assert_eq!(held.excess([fine.clone(), deny(&["*"], &["*"]), allow(&["*"], &["*"]), fine]), Some(2));
}

#[test]
fn sec_094_what_may_not_hold_does_not_count() {
    let granted = allow(&["iam:DeleteUser"], &[ALICE]);
    let holds = |statement: Statement| Holding::of([statement]).contains(granted.clone());
    assert!(holds(allow(&["iam:DeleteUser"], &["crn:iam::1:*"])));
    assert!(holds(allow(&["iam:GetUser"], &["crn:iam::1:*"]).not(true, false, false)));
    assert!(!holds(allow(&["iam:*"], &["*"]).when(condition(Operator::Null, "x", &["true"]))));
    assert!(!holds(allow(&["iam:*"], &["crn:iam::1:user/ops/*"]).not(false, true, false)));
    assert!(!holds(allow(&["iam:*"], &["crn:iam::1:user/${aws:PrincipalTag/team}/*"])));
    // Two that only together are enough.
    let halves =
        [allow(&["iam:DeleteUser"], &["crn:iam::1:user/a*"]), allow(&["iam:DeleteUser"], &["crn:iam::1:user/?*"])];
    assert!(!Holding::of(halves).contains(allow(&["iam:DeleteUser"], &["crn:iam::1:user/*"])));
    assert!(!Holding::of([allow(&["iam:*"], &["crn:*:*:*:*"])]).contains(allow(&["iam:*"], &["*"])));
}

#[test]
fn sec_094_no_deny_may_touch_it() {
    let granted = allow(&["iam:DeleteUser"], &["crn:iam::1:user/dev/*"]);
    let all = allow(&["*"], &["*"]);
    let holds = |denied: Statement| Holding::of([all.clone(), denied]).contains(granted.clone());
    for far in [
        deny(&["iam:GetUser"], &["*"]),
        deny(&["iam:DeleteUser"], &["crn:iam::1:user/ops/*"]),
        deny(&["iam:DeleteUser"], &["crn:iam::1:user/??"]),
        deny(&["iam:DeleteUser"], &["crn:iam::1:user/dev/*", "crn:bos:::x"]).not(false, true, false),
        deny(&["iam:DeleteUser"], &["*"]).not(true, false, false),
    ] {
        assert!(holds(far.clone()), "{far:#?}");
    }
    for near in [
        deny(&["iam:*"], &["*"]),
        deny(&["iam:DeleteUser"], &[ALICE]),
        deny(&["iam:DeleteUser"], &["trn:iam::*:*/alice"]),
        deny(&["iam:DeleteUser"], &["crn:iam::1:user/${aws:PrincipalTag/team}"]),
        deny(&["iam:DeleteUser"], &["crn:iam::1:user/dev/a*"]).not(false, true, false),
        deny(&["iam:DeleteUser"], &["crn:iam::1:user/${x}*", "crn:iam::1:${x}user/dev/*"]).not(false, true, false),
        deny(&["iam:GetUser"], &["*"]).not(true, false, false),
        deny(&["*"], &[ALICE]).when(condition(Operator::Null, "x", &["true"])),
    ] {
        assert!(!holds(near.clone()), "{near:#?}");
    }
}

#[test]
fn sec_094_boundary_and_session_must_hold_it_too() {
    let granted = || allow(&["iam:DeleteUser"], &[ALICE]);
    let (all, users) = (document([allow(&["*"], &["*"])]), document([allow(&["iam:*User"], &["crn:iam::1:user/*"])]));
    let (other, denies) = (document([allow(&["bos:*"], &["*"])]), document([deny(&["iam:Delete*"], &["*"])]));
    let of = |boundary: Option<&Document>, session: Option<&[&Document]>| {
        let session = session.map(|list| list.iter().map(|&document| document.clone()).collect());
        Holding { identity: vec![all.clone()], boundary: boundary.cloned(), session }.contains(granted())
    };
    assert!(of(None, None) && of(Some(&users), None) && of(None, Some(&[&users])) && of(Some(&all), Some(&[&users])));
    assert!(of(None, Some(&[&other, &users])));
    assert!(!of(Some(&other), None) && !of(None, Some(&[&other])) && !of(None, Some(&[])));
    assert!(!of(Some(&denies), None) && !of(None, Some(&[&users, &denies])));
    Holding::of([allow(&["*"], &["*"])]).with(|held| {
        let held = Held { boundary: Boundary::Missing, ..*held };
        let catalogue = Catalogue::built_in();
        let excess = |statement| excess(&compile(&document([statement])), &held, &guarded(&catalogue), None);
        assert_eq!((excess(granted()), excess(allow(&["bos:*"], &["*"]))), (Some(0), None));
        assert!(!is_unlimited(&held));
    });
}

#[test]
fn who_is_unlimited_holds_all_and_nothing_limits_it() {
    let all = || allow(&["*"], &["*"]);
    assert!(Holding::of([all()]).is_unlimited());
    assert!(Holding::of([allow(&["bos:*"], &["*"]), all()]).is_unlimited());
    assert!(Holding::of([allow(&["*/FULL_CONTROL"], &["*/*/*"])]).is_unlimited());
    for other in [
        allow(&["iam:*", "sts:*"], &["*"]),
        allow(&["*"], &["crn:*:*:*:*"]),
        allow(&["*"], &["iam/bj/*"]),
        all().not(true, false, false),
        all().not(false, true, false),
        all().when(condition(Operator::Null, "x", &["true"])),
        deny(&["*"], &["*"]),
    ] {
        assert!(!Holding::of([other.clone()]).is_unlimited(), "{other:#?}");
    }
    assert!(!Holding::of([all(), deny(&["bos:GetObject"], &["crn:bos:::x"])]).is_unlimited());
    assert!(!Holding { boundary: Some(document([all()])), ..Holding::of([all()]) }.is_unlimited());
    assert!(!Holding { session: Some(vec![document([all()])]), ..Holding::of([all()]) }.is_unlimited());
    assert!(!Holding::default().is_unlimited());
}

/// The door asks with an open partition, about its own account, without a region, and about `iam` or `sts`.
#[test]
fn sec_094_spellings_of_what_is_asked_are_one() {
    let held = |pattern: &str| Holding::of([allow(&["iam:*"], &[pattern])]);
    let spellings = [
        "arn:aws:iam::1:user/a*",
        "crn:iam::1:user/a*",
        "trn:iam:*:*:user/a*",
        "arn:*:iam::?:user/a*",
        "iam/*/user/a*",
    ];
    for holds in spellings {
        for granted in spellings.into_iter().chain(["crn:*:*:*:user/a", "crn:*am::*:user/a"]) {
            let is_one_service = !granted.starts_with("crn:*:");
            assert_eq!(held(holds).contains(allow(&["iam:*"], &[granted])), is_one_service, "{granted} in {holds}");
        }
    }
    assert!(held("crn:*:*:*:user/a*").contains(allow(&["iam:*"], &["crn:*:*:*:user/a"])));
    for never in ["crn:iam::2:user/a*", "crn:iam:bj:1:user/a*", "crn:iam:?*:1:user/a*", "iam/bj/user/a*", "crn:s3::1:*"]
    {
        assert!(!held(never).contains(allow(&["iam:*"], &[ALICE])), "{never}");
        assert!(held("crn:iam::1:user/b").contains(allow(&["iam:*"], &[never])), "{never} is no power");
        let all = || allow(&["*"], &["*"]);
        let denies = |pattern: &str| Holding::of([all(), deny(&["*"], &[pattern])]).contains(all());
        let denies_others = Holding::of([all(), deny(&["*"], &[never]).not(false, true, false)]);
        assert!(!denies("crn:iam::1:x") && !denies_others.contains(allow(&["iam:*"], &[ALICE])), "{never}");
        let far = Holding::of([all(), deny(&["*"], &[never])]);
        assert!(far.contains(allow(&["iam:*"], &["crn:*:*:*:*"])), "{never} touches nothing");
    }
    // `*` stays everything, and what is nothing but another service's is nothing.
    assert!(!held("crn:iam::1:*").contains(allow(&["*"], &["*"])));
    assert!(Holding::default().contains(allow(&["*"], &["crn:bos:::b/*", "arn:aws:s3:::b", "bos/*/b"])));
    assert!(!Holding::default().contains(allow(&["*"], &["crn:bos:::b/*", "crn:?am:::*:x", "crn:iam::1:x"])));
    assert!(!Holding::default().contains(allow(&["*"], &["crn:bos:::b/*"]).not(false, true, false)));
}

#[test]
fn where_the_account_is_unknown_every_one_may_be_it() {
    let catalogue = Catalogue::built_in();
    let contains = |held: &[Statement], granted: &str| {
        Holding::of(held.iter().cloned()).with(|held| {
            let held = Held { account: None, ..*held };
            excess(&compile(&document([allow(&["iam:*"], &[granted])])), &held, &guarded(&catalogue), None).is_none()
        })
    };
    let everywhere = allow(&["iam:*"], &["crn:iam::*:*"]);
    assert!(contains(std::slice::from_ref(&everywhere), "crn:iam::2:user/a"));
    assert!(!contains(&[allow(&["iam:*"], &["crn:iam::2:*"])], "crn:iam::2:user/a"));
    assert!(!contains(&[everywhere, deny(&["iam:*"], &["crn:iam::1:*"])], "crn:iam::2:user/a"));
}

#[test]
fn power_over_oneself_is_left_out_of_account_where_asked() {
    let catalogue = Catalogue::built_in();
    let nothing = Held { identity: &[], boundary: Boundary::None, session: None, account: Some("1") };
    let own = Own { username: "alice" };
    let is_left_out = |resources: &[&str]| {
        let granted = compile(&document([allow(&["iam:*"], resources)]));
        assert_eq!(excess(&granted, &nothing, &guarded(&catalogue), None), Some(0));
        excess(&granted, &nothing, &guarded(&catalogue), Some(own)).is_none()
    };
    for own in [
        ALICE,
        "crn:iam::1:user/dev/${aws:username}",
        "arn:aws:iam::*:user/dev/alice",
        "iam/*/user/dev/alice",
        // No other user of the account is called so.
        "crn:iam::1:user/alice",
        "crn:iam::1:user/${claviger:UserName}",
        "crn:iam::1:user/*/${claviger:UserName}",
        "crn:iam::1:user/*/alice",
        "crn:iam::1:user/d?v/*/${x}/alice",
        "crn:iam::1:user/*/ali${username, 'x'}/${aws:username}",
    ] {
        assert!(is_left_out(&[own]) && is_left_out(&[ALICE, own]), "{own}");
    }
    for more in [
        "*",
        "crn:iam::1:user/dev/*",
        "crn:iam::1:user/dev/alic?",
        "crn:iam::1:user/dev/alice*",
        "crn:iam::1:user/*alice",
        "crn:iam::1:user/*${aws:username}",
        "crn:iam::1:user/*/x${aws:username}",
        "crn:iam::1:user/*/${aws:username}x",
        "crn:iam::1:user/*/${aws:username}${x}",
        "crn:iam::1:user*/alice",
        "crn:iam::1:*/alice",
        "crn:iam::1:group/alice",
        "crn:iam::1:user/dev/${aws:PrincipalTag/x, 'alice'}",
        "crn:iam::1:user/dev/bob",
        "crn:*:*:*:user/dev/alice",
        "crn:sts::1:user/dev/alice",
    ] {
        assert!(!is_left_out(&[more]) && !is_left_out(&[ALICE, more]), "{more}");
    }
    let system = catalogue.system_policies().iter().find(|policy| policy.name == "AccessKeySelfManageAccess");
    assert_eq!(excess(&compile(&system.unwrap().document), &nothing, &guarded(&catalogue), Some(own)), None);
}

/// How many steps it takes to find out whether each of ten `granted` lies inside ten `held`, and whether all do.
fn steps(held: &Document, granted: &Document) -> (usize, bool) {
    let catalogue = Catalogue::built_in();
    let (held, granted) = (compile(held), compile(granted));
    let guarded = guarded(&catalogue);
    let measure = Measure::new(&[&held; 10], Boundary::None, None, Some("1"), &guarded);
    let all = (0..10).all(|_| measure.excess(&granted, None).is_none());
    (measure.work.spent(), all)
}

/// However much there is to compare, it is no more work than is allowed, and what people write is far less.
#[test]
fn sec_094_work_is_bounded() {
    let patterns = |count: usize, pattern: &dyn Fn(usize) -> String| {
        let texts: Vec<_> = (0..count).map(pattern).collect();
        texts
            .chunks(100)
            .map(|texts| texts.iter().map(String::as_str).collect::<Vec<_>>())
            .map(|texts| allow(&["iam:*User"], &texts))
            .collect::<Vec<_>>()
    };
    let held = document(patterns(100, &|team| format!("crn:iam::1:user/teams/{team}/*")));
    let granted = document(patterns(100, &|team| format!("crn:iam::1:user/teams/{team}/build-*")));
    let (few, all) = steps(&held, &granted);
    assert!(all && few < 1_500_000, "{few}");
    // Ten documents of ten kilobytes against ten, with what is hard: to lay, to tell apart, to ask about.
    let hard = |end: char| document(patterns(300, &|_| format!("crn:iam::1:{}{end}*", "*a".repeat(9))));
    let long =
        |length: usize, end: &str| document(patterns(1, &|_| format!("crn:iam::1:*{}{end}*", "a".repeat(length))));
    let actions = document(vec![allow(&["iam:*e*r*e*z"; 100], &["crn:iam::1:*"]); 7]);
    for (held, granted) in [
        (long(4_000, "b"), long(9_000, "")),
        (actions.clone(), actions.clone()),
        (actions, document(patterns(1, &|_| ALICE.to_owned()))),
    ] {
        let (most, all) = steps(&held, &granted);
        assert!(!all && most == 10_000_000, "{most}");
    }
    assert!(steps(&hard('b'), &hard('c')).0 <= 10_000_000);
}

#[test]
fn sec_094_what_is_not_looked_at_is_not_contained() {
    let catalogue = Catalogue::built_in();
    let (guarded, all) = (guarded(&catalogue), compile(&document([allow(&["*"], &["*"])])));
    let measure = Measure::new(&[&all], Boundary::None, None, Some("1"), &guarded);
    let granted = compile(&document([deny(&["*"], &["*"]), allow(&["iam:*"], &[ALICE])]));
    assert_eq!(measure.excess(&granted, None), None);
    assert_eq!(measure.work.spend(usize::MAX), Err(Spent));
    assert_eq!(measure.excess(&granted, None), Some(1));
    let denied = compile(&document([deny(&["*"], &["*"])]));
    assert_eq!(measure.excess(&denied, None), None);
}

/// Resources that guarded actions are done to, and patterns that fit some of them or nothing that is asked about.
const PATHS: &[&str] = &["user/a", "user/ab", "user/d/a", "user/d/ab", "user/d/b", "user/*", "group/a", "account"];
const PATTERNS: &[&str] = &[
    "crn:iam::1:*",
    "crn:iam::1:user/*",
    "arn:aws:iam::*:user/a*",
    "arn:*:iam:*:?:user/a?",
    "trn:i*m::1:user/*/a",
    "crn:iam::1:user/${aws:username}",
    "crn:iam::1:user/*/${aws:username}",
    "crn:?t?::1:user/*",
    "crn:*:*:*:user/*b",
    "crn:iam:bj:1:*",
    "crn:iam::2:*",
    "iam/*/user/d/*",
    "*/bj/*",
    "crn:bos:::*",
    "wsc:iam::1:group/*",
];

fn random_of_power(random: &mut Random) -> Document {
    let mut document = random_document(random);
    for statement in &mut document.statements {
        if !random.once_in(3) {
            let patterns: Vec<_> = (0..=random.below(2)).map(|_| random.pick(PATTERNS)).collect();
            statement.resources.items = allow(&[], &patterns).resources.items;
        }
    }
    document
}

fn random_holding(random: &mut Random) -> Holding {
    let mut some = |most: usize| (0..=random.below(most)).map(|_| random_of_power(random)).collect::<Vec<_>>();
    let mut holding = Holding { identity: some(2), ..Holding::default() };
    holding.boundary = random.once_in(5).then(|| random_of_power(random));
    holding.session = random.once_in(5).then(|| vec![random_of_power(random)]);
    // Holders of much are those of whom something is contained.
    if random.once_in(2) {
        holding.identity.push(document([allow(&["iam:*", "sts:*"], &["crn:iam:*:1:*"]), allow(&["iam:*"], &["*"])]));
    }
    holding
}

/// SEC-094: whatever is called contained is: where the granted document allows, as the door asks, the holder may
/// already, whatever the circumstances of both; or it is about who was granted it, where that is left out of account.
#[test]
fn sec_094_containment_is_sound() {
    let catalogue = Catalogue::built_in();
    let guarded = guarded(&catalogue);
    let mut random = Random(94);
    let (mut cases, mut contained, mut shown, mut left_out) = (0, 0, 0, 0);
    while cases < 20_000 {
        let mut statement = random_of_power(&mut random).statements.remove(0);
        statement.effect = Effect::Allow;
        let granted = compile(&document([statement.clone()]));
        if !guarded.iter().any(|action| granted.statements()[0].actions.contain(&AskedAction::new(*action))) {
            continue;
        }
        cases += 1;
        let username = random.pick(&["a", "ab"]);
        let own = random.once_in(2).then_some(Own { username });
        let holding = random_holding(&mut random);
        holding.with(|held| {
            if excess(&granted, held, &guarded, own).is_some() {
                return;
            }
            contained += 1;
            for _ in 0..20 {
                let path = random.pick(PATHS);
                let action = random.pick(&guarded);
                let resource = ResourceName::Named { partition: None, service: "iam", region: "", account: "1", path };
                let request = Request { action, resource };
                let mut keys = [random_keys(&mut random), random_keys(&mut random)];
                keys[0].0.retain(|(key, _)| *key != "username");
                keys[0] = keys[0].clone().with("username", username);
                let may = |identity: &[&Compiled], boundary, session, keys: &Keys| {
                    let layers = Layers {
                        asker: &Asker { account: "1", kind: AskerKind::User(7), groups: &[] },
                        same_account: true,
                        identity: identity.iter().copied(),
                        boundary,
                        session,
                        resource: None,
                    };
                    decide(&layers, &request, keys) == Decision::Allow
                };
                if !may(&[&granted], Boundary::None, None, &keys[0]) {
                    continue;
                }
                shown += 1;
                if may(held.identity, held.boundary, held.session, &keys[1]) {
                    continue;
                }
                let is_own = own.is_some() && path.starts_with("user/") && path.rsplit('/').next() == Some(username);
                left_out += usize::from(is_own);
                assert!(is_own, "{request:?} {own:?} {keys:?} {statement:#?} {holding:#?}");
            }
        });
    }
    assert!(contained > 2_000 && shown > 5_000 && left_out > 50, "{contained} {shown} {left_out}");
}
