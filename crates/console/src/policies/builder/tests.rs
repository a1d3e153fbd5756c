use policy::builder::read;

use super::*;

/// What a browser sends of what a page shows.
fn sent(view: &RowView) -> Vec<(String, String)> {
    let draft = &view.draft;
    let mut fields = vec![
        (view.field("id"), draft.id.clone()),
        (view.field("effect"), if draft.denies { "deny" } else { "allow" }.to_owned()),
        (view.field("service"), draft.service.clone()),
        (view.field("was"), draft.service.clone()),
        (view.field("which"), view.which().to_owned()),
        (view.field("more"), draft.more.clone()),
        (view.field("conditions"), view.conditions.len().to_string()),
    ];
    fields.extend(view.levels.iter().filter(|level| level.2).map(|level| (view.field("level"), level.0.to_owned())));
    fields.extend(
        view.actions.iter().filter(|action| action.on).map(|action| (view.field("action"), action.name.clone())),
    );
    fields.extend(draft.resources.iter().map(|resource| (view.field("resource"), resource.clone())));
    for (place, condition) in view.conditions.iter().enumerate() {
        let field = |name: &str| view.field(&format!("c{place}-{name}"));
        let chosen = |options: &[(String, String, bool)]| options.iter().find(|option| option.2).unwrap().0.clone();
        fields.push((field("key"), chosen(&condition.keys)));
        fields.push((field("was"), condition.draft.key.clone()));
        fields.push((field("tag"), condition.draft.tag.clone()));
        fields.push((field("operator"), chosen(&condition.operators)));
        fields.push((field("values"), condition.draft.values.clone()));
        fields.push((field("quantifier"), condition.quantifier().to_owned()));
        if condition.draft.if_exists {
            fields.push((field("absent"), "on".to_owned()));
        }
    }
    fields
}

fn walked(draft: &Draft, catalogue: &Catalogue) -> Draft {
    let shown = rows::Shown { lang: Lang::En, catalogue, open: true };
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.append_pair("rows", &draft.rows.len().to_string()).append_pair("id", &draft.id);
    for (place, row) in draft.rows.iter().enumerate() {
        text.extend_pairs(sent(&row.view(place, &[], &shown)));
    }
    Draft::read(&Form::parse(text.finish().as_bytes()), catalogue)
}

const DOCUMENTS: &[&str] = &[
    r#"{"Version":"2012-10-17","Id":"own","Statement":[
        {"Sid":"a","Effect":"Allow","Action":["bos:GetObject","bos:Put*","bos:Fly"],"Resource":["crn:bos:*:*:a/*","crn:bos:::b"],
         "Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","::1"]},"Null":{"aws:PrincipalTag/Team":"false"},
           "ForAllValues:StringLikeIfExists":{"claviger:TagKeys":["a,b","c"]},"NumericLessThan":{"bos:max-keys":"10"}}},
        {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#,
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"shop:*","Resource":"*",
        "Condition":{"StringEquals":{"claviger:ResourceTag/a/b":"${claviger:PrincipalTag/a}"}}}}"#,
];

#[test]
fn a_document_goes_through_the_form_and_stays_what_it_is() {
    let catalogue = Catalogue::built_in();
    for text in DOCUMENTS {
        let model = read(text, None, &catalogue).unwrap();
        assert_eq!(Draft::of(&model).model(), model);
        assert_eq!(walked(&Draft::of(&model), &catalogue).model(), model);
    }
}

#[test]
fn levels_go_through_the_form() {
    let catalogue = Catalogue::built_in();
    let draft = Draft::begin(&catalogue);
    assert_eq!(walked(&draft, &catalogue).model(), draft.model());
    assert!(draft.document(&catalogue).unwrap().contains("bos:GetObject"));
}

#[test]
fn buttons_add_and_take_away() {
    let catalogue = Catalogue::built_in();
    let mut draft = Draft::begin(&catalogue);
    for button in ["row", "resource-1-object", "resource-0-", "condition-1", "condition-1", "uncondition-1-0"] {
        assert!(draft.press(button, &catalogue), "{button}");
    }
    assert_eq!(draft.rows[1].resources, ["crn:bos:*:*:*/*"]);
    assert_eq!(draft.rows[0].resources, ["crn:bos:*:*:*"]);
    assert_eq!(draft.rows[1].conditions.len(), 1);
    assert!(draft.rows[1].is_unfinished() && !draft.rows[0].is_unfinished());
    assert!(draft.press("unresource-1-0", &catalogue) && draft.press("unrow-0", &catalogue));
    for button in ["unrow-7", "unresource-0-0", "uncondition-0-9", "save", "", "row-0-x"] {
        assert!(!draft.press(button, &catalogue), "{button}");
    }
    assert_eq!(draft.rows.len(), 1);
}
