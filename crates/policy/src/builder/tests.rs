use super::*;
use crate::catalogue::Catalogue;
use crate::testing::Random;

fn wrongs(model: &Model) -> Vec<(Option<usize>, Part, String)> {
    let wrong = document(model, &Catalogue::built_in()).unwrap_err();
    wrong.iter().map(|wrong| (wrong.row, wrong.part, wrong.problem.to_string())).collect()
}

fn shown(statement: &str) -> Result<Vec<Row>, Unshown> {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#);
    read(&text, None, &Catalogue::built_in()).map(|model| model.rows)
}

fn own(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn named(names: &[&str]) -> Chosen {
    Chosen::Named(own(names))
}

/// A model in the form that reading gives.
fn random_model(random: &mut Random, catalogue: &Catalogue) -> Model {
    let row = |place: usize, random: &mut Random| {
        let service = random.pick(&["bos", "iam", "fc", "shop"]);
        let chosen = match random.below(4) {
            0 => Chosen::All,
            1 if service != "shop" => {
                random.pick(&[Chosen::Levels(vec![Level::Read]), Chosen::Levels(vec![Level::List, Level::Write])])
            }
            2 => named(&["Get*", "?x"]),
            _ => named(&["Fly", random.pick(&["Walk", "GetObject", "Swim*"])]),
        };
        let actions = if random.once_in(8) { Actions::Everything } else { Actions::Of(service.to_owned(), chosen) };
        let all = ["crn:bos:*:*:b/*", "arn:aws:s3:::b", "trn:tos:::${volc:UserName}", "wsc:x:::y"];
        let resources = all.iter().filter(|_| random.once_in(3)).map(|&text| text.to_owned()).collect();
        let mut conditions = Vec::new();
        for operator in [Operator::StringLike, Operator::IpAddress, Operator::Null] {
            for key in ["aws:SourceIp", "bos:prefix"].iter().filter(|_| random.once_in(4)) {
                let values = match operator {
                    Operator::Null => own(&["true"]),
                    Operator::IpAddress => own(&["10.0.0.0/8", "::1"]),
                    _ => own(&["${aws:username}/*"]),
                };
                conditions.push(Condition {
                    operator,
                    quantifier: Quantifier::None,
                    if_exists: false,
                    key: (*key).to_owned(),
                    values,
                });
            }
        }
        if let Some(first) = conditions.first_mut().filter(|first| first.operator != Operator::Null) {
            first.quantifier = random.pick(&[Quantifier::None, Quantifier::Any, Quantifier::All]);
            first.if_exists = random.once_in(2);
        }
        // Those with one operator stand together.
        conditions.dedup_by(|next, before| next.operator == before.operator && next.if_exists != before.if_exists);
        conditions.dedup_by(|next, before| next.operator == before.operator && next.quantifier != before.quantifier);
        let effect = random.pick(&[Effect::Allow, Effect::Deny]);
        let id = random.once_in(2).then(|| format!("s{place}"));
        Row { id, effect, actions, resources, conditions }
    };
    let count = 1 + random.below(4);
    let rows = (0..count).map(|place| row(place, random)).collect();
    let model = Model { id: random.once_in(4).then(|| "policy".to_owned()), rows };
    assert!(document(&model, catalogue).is_ok(), "{model:#?} {:?}", document(&model, catalogue));
    model
}

#[test]
fn a_model_reads_as_it_was_written() {
    let catalogue = Catalogue::built_in();
    for seed in 0..2_000 {
        let model = random_model(&mut Random(seed), &catalogue);
        let text = document(&model, &catalogue).unwrap();
        assert_eq!(read(&text, Some(Flavour::Native), &catalogue), Ok(model), "seed {seed}\n{text}");
    }
}

#[test]
fn operators_are_called_as_documents_call_them() {
    for name in ["StringLike", "ForAnyValue:StringLikeIfExists", "ForAllValues:Bool", "Null"] {
        assert_eq!(Condition::named(name, "k", &[]).unwrap().operator_name(), name);
    }
    for name in ["", "StringLikes", "NullIfExists", "ForAnyValue:"] {
        assert_eq!(Condition::named(name, "k", &[]), None, "{name}");
    }
}

#[test]
fn levels_beyond_a_statement_are_one_row_again() {
    let actions = (0..250).map(|number| format!("Get{number} = {{ level = \"read\", about = \"x\" }}\n"));
    let actions: String = actions.chain(["Put = { level = \"write\", about = \"x\" }\n".to_owned()]).collect();
    let file = format!("service = \"big\"\ntitle = \"Big\"\nabout = \"x\"\n[actions]\n{actions}");
    let catalogue = Catalogue::with([("big.toml", file.as_str())]).unwrap();
    let mut row = Row::new(Effect::Allow, "big", Chosen::Levels(vec![Level::Read]));
    row.id = Some("all".to_owned());
    let model = Model { id: None, rows: vec![row.clone(), Row { id: Some("b".to_owned()), ..row }] };
    let text = document(&model, &catalogue).unwrap();
    assert_eq!(text.matches("\"Effect\"").count(), 6);
    assert_eq!(read(&text, None, &catalogue), Ok(model));
}

#[test]
fn what_people_wrote_is_shown() {
    let several = r#"[{"Sid":"a","Effect":"Allow","Action":["BOS:getobject","iam:*","bos:Put*","iam:GetUser","bos:GetObject"],"Resource":["crn:bos:::b","*"]}]"#;
    let bos = Row { id: Some("a".to_owned()), ..Row::new(Effect::Allow, "bos", named(&["GetObject", "Put*"])) };
    assert_eq!(shown(several), Ok(vec![bos, Row::new(Effect::Allow, "iam", Chosen::All)]));
    let everything =
        r#"{"Effect":"Deny","Action":["bos:*","*"],"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":false}}}"#;
    let rows = shown(everything).unwrap();
    assert_eq!(rows[0].actions, Actions::Everything);
    assert_eq!(rows[0].conditions, [Condition::new(Operator::Bool, "aws:SecureTransport", &["false"])]);
}

#[test]
fn what_cannot_be_shown_says_why() {
    let obstacle = |statement: &str| match shown(statement) {
        Err(Unshown::Statement { statement, obstacle }) => (statement, obstacle.word()),
        other => panic!("{other:?}"),
    };
    let plain = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let second = |statement: &str| obstacle(&format!("[{plain},{statement}]"));
    assert_eq!(second(r#"{"Effect":"Allow","NotAction":"*","Resource":"*"}"#), (2, "not_action"));
    assert_eq!(second(r#"{"Effect":"Allow","Action":"*","NotResource":"crn:a:::b"}"#), (2, "not_resource"));
    let catalogue = Catalogue::built_in();
    let older = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"crn:a:::${b}"}}"#;
    assert_eq!(
        read(older, None, &catalogue).unwrap_err().to_string(),
        "statement 1 holds a `${` that its version takes literally"
    );
    let acl = r#"{"accessControlList":[]}"#;
    assert_eq!(read(acl, None, &catalogue), Err(Unshown::Flavour(Flavour::Acl)));
    assert!(matches!(shown("[]"), Err(Unshown::Refused(_))));
    for policy in catalogue.system_policies() {
        let _ = model(&policy.document, &catalogue);
    }
}

#[test]
fn all_that_is_wrong_is_told_by_row_and_part() {
    assert_eq!(wrongs(&Model::default()), [(None, Part::Whole, "`Statement` is empty".to_owned())]);
    let many = Model { id: None, rows: vec![Row::new(Effect::Allow, "bos", Chosen::All); 101] };
    assert_eq!(wrongs(&many), [(None, Part::Whole, "more than 100 statements".to_owned())]);
    let good = Row { id: Some("a".to_owned()), ..Row::new(Effect::Allow, "bos", Chosen::All) };
    let bad = Row::new(Effect::Allow, "b*s", named(&["x", "y:z"])).on("bucket").on("*").when(Condition::new(
        Operator::NumericEquals,
        "k",
        &["x"],
    ));
    let bad = Row { id: Some("a".to_owned()), ..bad };
    let none = Row::new(Effect::Deny, "unheard", Chosen::Levels(vec![Level::Read]));
    let found = wrongs(&Model { id: None, rows: vec![good, bad, none] });
    let places: Vec<_> = found.iter().map(|(row, part, _)| (row.unwrap(), *part)).collect();
    let wanted = [
        (1, Part::Actions),
        (1, Part::Actions),
        (1, Part::Resources),
        (1, Part::Conditions),
        (1, Part::Id),
        (2, Part::Actions),
    ];
    assert_eq!(places, wanted, "{found:?}");
    assert_eq!(found[2].2, "`bucket` is not a resource");
}
