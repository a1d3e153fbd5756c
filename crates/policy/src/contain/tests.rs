use super::*;
use crate::{
    catalogue::Catalogue,
    condition::Operator,
    document::{Document, Statement},
    evaluate::{Decision, Layers, decide},
    request::{Asker, AskerKind},
    testing::{
        Random, allow, compile, condition, deny, document,
        world::{random_document, random_keys, random_request, random_statement},
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
#[derive(Default, Clone)]
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
        allow(&["iam:DeleteUser"], &["crn:iam::2:user/dev/alice"]),
        allow(&["iam:DeleteUser"], &["crn:iam::1:user/${aws:username}"]),
        allow(&["iam:DeleteUser"], &[ALICE, "crn:iam::1:user/ops/bob"]),
        allow(&["iam:DeleteUser"], &[ALICE]).not(false, true, false),
        allow(&["bos:*"], &[ALICE]).not(true, false, false),
        allow(&["sts:AssumeRole"], &["crn:iam::1:role/r"]),
        allow(&["iam/*"], &["iam/*/user/dev/alice"]),
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
    // Spellings of one thing that are not the same.
    let by_arn = Holding::of([allow(&["iam:*"], &["arn:aws:iam::1:*"])]);
    assert!(by_arn.contains(allow(&["iam:*"], &["arn:aws:iam::1:user/a"])));
    assert!(!by_arn.contains(allow(&["iam:*"], &["crn:iam::1:user/a"])));
    assert!(!by_arn.contains(allow(&["iam:*"], &["trn:iam::1:user/a"])));
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

#[test]
fn power_over_oneself_is_left_out_of_account_where_asked() {
    let catalogue = Catalogue::built_in();
    let nothing = Held { identity: &[], boundary: Boundary::None, session: None };
    let own = Own { username: "alice", path: "user/dev/alice" };
    let is_left_out = |resources: &[&str]| {
        let granted = compile(&document([allow(&["iam:*"], resources)]));
        assert_eq!(excess(&granted, &nothing, &guarded(&catalogue), None), Some(0));
        excess(&granted, &nothing, &guarded(&catalogue), Some(own)).is_none()
    };
    assert!(is_left_out(&[ALICE]) && is_left_out(&["crn:iam::1:user/dev/${aws:username}"]));
    assert!(is_left_out(&[ALICE, "arn:aws:iam::*:user/dev/alice", "iam/*/user/dev/alice"]));
    for more in [
        "*",
        "crn:iam::1:user/dev/*",
        "crn:iam::1:user/dev/alic?",
        "crn:iam::1:user/dev/alice*",
        "crn:iam::1:user/${aws:username}",
        "crn:iam::1:user/dev/${aws:PrincipalTag/x, 'alice'}",
        "crn:iam::1:user/dev/bob",
        "crn:*:*:*:user/dev/alice",
        "crn:sts::1:user/dev/alice",
    ] {
        assert!(!is_left_out(&[more]) && !is_left_out(&[ALICE, more]), "{more}");
    }
}

/// SEC-094: whatever is called contained is: where the granted document allows, the holder may already.
#[test]
fn sec_094_containment_is_sound() {
    let catalogue = Catalogue::built_in();
    let guarded = guarded(&catalogue);
    let mut random = Random(94);
    let (mut contained, mut shown) = (0, 0);
    while contained < 1_000 {
        let mut some = |most: usize| (0..=random.below(most)).map(|_| random_document(&mut random)).collect::<Vec<_>>();
        let mut holding = Holding { identity: some(2), ..Holding::default() };
        holding.boundary = random.once_in(5).then(|| random_document(&mut random));
        holding.session = random.once_in(5).then(|| vec![random_document(&mut random)]);
        // Holders of much are those of whom something is contained.
        if random.once_in(2) {
            holding
                .identity
                .push(document([allow(&["iam:*", "sts:*"], &["crn:iam:*:1:*"]), allow(&["iam:*"], &["*"])]));
        }
        let mut statement = random_statement(&mut random);
        statement.effect = Effect::Allow;
        let granted = compile(&document([statement.clone()]));
        if !guarded.iter().any(|action| granted.statements()[0].actions.contain(&AskedAction::new(*action))) {
            continue;
        }
        holding.with(|held| {
            if excess(&granted, held, &guarded, None).is_some() {
                return;
            }
            contained += 1;
            for _ in 0..40 {
                let mut request = random_request(&mut random);
                if random.once_in(2) {
                    request.action = random.pick(&guarded);
                }
                let keys = random_keys(&mut random);
                let may = |identity: &[&Compiled], boundary, session| {
                    let layers = Layers {
                        asker: &Asker { account: "1", kind: AskerKind::User(7), groups: &[] },
                        same_account: true,
                        identity: identity.iter().copied(),
                        boundary,
                        session,
                        resource: None,
                    };
                    decide(&layers, &request, &keys) == Decision::Allow
                };
                let is_guarded = guarded.contains(&request.action);
                if is_guarded && may(&[&granted], Boundary::None, None) {
                    shown += 1;
                    assert!(
                        may(held.identity, held.boundary, held.session),
                        "{request:?} {keys:?} {statement:#?} {:#?} {:#?} {:#?}",
                        holding.identity,
                        holding.boundary,
                        holding.session
                    );
                }
            }
        });
    }
    assert!(shown > 1_000, "{shown}");
}
