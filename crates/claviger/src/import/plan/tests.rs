use policy::grammar::Flavour;

use super::{
    super::{Details, Document, Grants, Group, Policy, PolicyName, Role, User},
    *,
};

const READ: &str = r#"{"Statement":[{"Effect":"Allow","Action":"bos:GetObject","Resource":"*"}]}"#;
const WRITE: &str = r#"{"Statement":[{"Effect":"Allow","Action":"bos:PutObject","Resource":"*"}]}"#;
const TRUST: &str =
    r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"crn:iam::111111111111:root"},"Action":"sts:AssumeRole"}]}"#;

fn document(text: &str) -> Document {
    Document { text: text.to_owned(), flavour: Flavour::Native }
}

fn user(name: &str) -> User {
    User { name: name.to_owned(), enabled: true, details: Some(Details::default()), ..User::default() }
}

fn custom(name: &str) -> PolicyName {
    PolicyName { system: false, name: name.to_owned() }
}

fn system(name: &str) -> PolicyName {
    PolicyName { system: true, name: name.to_owned() }
}

fn policy(name: &str, text: &str) -> Policy {
    let name = name.to_owned();
    Policy { name, description: String::new(), path: None, tags: None, document: document(text) }
}

fn group(name: &str, members: &[&str]) -> Group {
    let members = members.iter().map(|&member| member.to_owned()).collect();
    Group { name: name.to_owned(), members, ..Group::default() }
}

fn attached(policies: &[PolicyName]) -> Grants {
    Grants { attached: policies.to_vec(), ..Grants::default() }
}

/// Each step in a line, with its calls.
fn told(plan: &Plan) -> Vec<String> {
    let step = |step: &Step| {
        let reason = if step.reason.is_empty() { String::new() } else { format!(" ({})", step.reason) };
        format!("{} {}: {}{reason}", step.what, step.name, step.verdict.word())
    };
    plan.steps.iter().map(step).collect()
}

fn compared(there: &Account, here: &Account) -> Plan {
    Plan::new(there, here, &["AdministratorAccess".to_owned()], &Rewriting::default())
}

#[test]
fn what_is_not_here_is_made_and_what_is_here_stays() {
    let there = Account {
        users: vec![
            user("alice"),
            user("Bob"),
            user("no good name"),
            User { remarks: "x".to_owned(), ..user("carol") },
        ],
        groups: vec![group("crew", &["alice", "bob", "no good name"])],
        policies: vec![policy("readers", READ), policy("writers", WRITE), policy("broken", "{}")],
        left: vec![("role", "r".to_owned(), "why".to_owned())],
        ..Account::default()
    };
    let here = Account {
        users: vec![user("bob"), user("carol")],
        groups: vec![group("crew", &["bob"])],
        policies: vec![policy("readers", READ), policy("writers", READ)],
        ..Account::default()
    };
    let plan = compared(&there, &here);
    let told = told(&plan);
    assert!(told[7].starts_with("policy broken: cannot (line 1, column 1: "), "{told:#?}");
    let wanted = [
        "user alice: create",
        "user Bob: exists",
        "user no good name: cannot (the name may hold only ASCII letters and digits, Han characters and any of `- _ . @ \
         + = ,`)",
        "user carol: differs (other remarks here)",
        "group crew: exists",
        "policy readers: exists",
        "policy writers: differs (other document here)",
        &told[7],
        "membership alice in crew: create",
        "membership bob in crew: exists",
        "membership no good name in crew: cannot (the user cannot be brought)",
        "role r: cannot (why)",
    ];
    assert_eq!(told, wanted);
    assert_eq!(Verdict::ALL.map(|verdict| plan.count(verdict)), [2, 4, 2, 4]);
}

/// Nobody gets here what they have not there.
#[test]
fn grants_that_would_give_more_are_left_out() {
    let bounded = Grants { boundary: Some(custom("writers")), ..attached(&[system("administratoraccess")]) };
    let there = Account {
        users: vec![
            User { grants: attached(&[custom("writers"), custom("readers"), system("Unheard")]), ..user("alice") },
            User { grants: bounded, ..user("bob") },
        ],
        groups: vec![group("crew", &["alice"])],
        policies: vec![policy("readers", READ), policy("writers", WRITE)],
        ..Account::default()
    };
    let here = Account {
        groups: vec![Group { grants: attached(&[system("AdministratorAccess")]), ..group("crew", &[]) }],
        policies: vec![policy("writers", READ)],
        ..Account::default()
    };
    let wanted = [
        "user alice: create",
        "user bob: create",
        "group crew: exists",
        "policy readers: create",
        "policy writers: differs (other document here)",
        "attachment user alice: writers: cannot (policy `writers` is another here)",
        "attachment user alice: readers: create",
        "attachment user alice: Unheard: cannot (there is no system policy `Unheard` here)",
        "boundary user bob: writers: cannot (policy `writers` is another here)",
        "attachment user bob: administratoraccess: cannot (its boundary cannot be the same here)",
        "membership alice in crew: create (the group has more here: AdministratorAccess)",
    ];
    assert_eq!(told(&compared(&there, &here)), wanted);
}

/// A namesake that is somebody else gets nothing; a policy that is only called otherwise is the same.
#[test]
fn namesakes_get_nothing() {
    let there = Account {
        users: vec![
            User { grants: attached(&[custom("readers")]), remarks: "x".to_owned(), ..user("alice") },
            user("bob"),
        ],
        groups: vec![Group { grants: attached(&[custom("readers")]), ..group("crew", &["alice", "bob"]) }],
        policies: vec![Policy { description: "old".to_owned(), ..policy("readers", READ) }],
        ..Account::default()
    };
    let here = Account { users: vec![user("alice")], policies: vec![policy("readers", READ)], ..Account::default() };
    let wanted = [
        "user alice: differs (other remarks here)",
        "user bob: create",
        "group crew: create",
        "policy readers: differs (other description here)",
        "attachment user alice: readers: cannot (the user is another here)",
        "attachment group crew: readers: create",
        "membership alice in crew: cannot (the user is another here)",
        "membership bob in crew: create",
    ];
    assert_eq!(told(&compared(&there, &here)), wanted);
}

/// What a step must not go before is known to it.
#[test]
fn steps_know_what_they_need() {
    let grants = Grants {
        boundary: Some(system("AdministratorAccess")),
        inline: vec![("own".to_owned(), document(READ))],
        ..attached(&[custom("readers")])
    };
    let there = Account {
        users: vec![User { enabled: false, grants, ..user("alice") }],
        policies: vec![policy("readers", READ)],
        ..Account::default()
    };
    let plan = compared(&there, &Account::default());
    let needs: Vec<String> = plan
        .steps
        .iter()
        .map(|step| {
            let needs: Vec<String> = step.needs.iter().map(|(what, name)| format!("{what} {name}")).collect();
            format!("{}: {} calls, {}", step.what, step.calls.len(), needs.join(", "))
        })
        .collect();
    let wanted = [
        "user: 2 calls, ",
        "policy: 1 calls, ",
        "boundary: 1 calls, user alice",
        "inline: 1 calls, user alice, boundary user alice: administratoraccess",
        "attachment: 1 calls, user alice, boundary user alice: administratoraccess, policy readers",
    ];
    assert_eq!(needs, wanted);
}

#[test]
fn roles_come_behind_those_whom_they_trust() {
    let role = |name: &str, trust: &str| Role {
        name: name.to_owned(),
        description: String::new(),
        path: "/".to_owned(),
        tags: BTreeMap::new(),
        max_session_s: 3_600,
        trust: document(&TRUST.replace("root", trust)),
        grants: Grants::default(),
    };
    let roles = vec![role("first", "role/second"), role("second", "role/third"), role("third", "root")];
    let there = Account { id: Some("111111111111".to_owned()), roles, ..Account::default() };
    let between = |allowed| Rewriting { from: there.id.clone(), to: "222222222222".to_owned(), allowed };
    let plan = Plan::new(&there, &Account::default(), &[], &between(true));
    assert_eq!(told(&plan), ["role third: create", "role second: create", "role first: create"]);
    let refused = told(&Plan::new(&there, &Account::default(), &[], &between(false)));
    let wanted = "role third: cannot (trust document: it names account 111111111111, which is another here: \
                  `--rewrite-account`)";
    assert_eq!(refused[0], wanted);
    let here = Account { roles: vec![role("third", "root")], ..Account::default() };
    assert_eq!(told(&Plan::new(&there, &here, &[], &Rewriting::default()))[0], "role third: exists");
}

#[test]
fn who_needs_new_secrets_is_told() {
    let secrets = Secrets { password: true, access_keys: 2, api_keys: 0 };
    let there = Account {
        users: vec![User { secrets, ..user("alice") }, User { secrets, ..user("no good name") }, user("bob")],
        ..Account::default()
    };
    assert_eq!(compared(&there, &Account::default()).secrets, [("alice".to_owned(), secrets)]);
}
