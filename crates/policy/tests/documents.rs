//! Documents by the thousand: what is printed reads the same, in another grammar it means the same, and nothing that
//! comes as a document makes the readers stumble. The seed of a failure is printed.

#![cfg(test)]

#[path = "documents/corpus.rs"]
mod corpus;
#[path = "documents/dice.rs"]
mod dice;
#[path = "documents/meaning.rs"]
mod meaning;
#[path = "documents/trees.rs"]
mod trees;

use std::time::{Duration, Instant};

use policy::{
    builder,
    catalogue::Catalogue,
    describe::describe,
    diagnose::{self, Diagnostic, Severity, What},
    document::{Document, Purpose},
    format,
    grammar::{self, Flavour, Problem, parse, print, strict},
    lint::lint,
    simulate,
};

use self::{corpus::CORPUS, dice::Dice};

const PURPOSES: [Purpose; 3] = [Purpose::Identity, Purpose::Resource, Purpose::Trust];

/// Prints a tree, reads it and gives what was read, with the text.
fn again(document: &Document, flavour: Flavour, purpose: Purpose) -> (Document, String) {
    let text =
        print(document, flavour, &Catalogue::built_in()).unwrap_or_else(|error| panic!("{error}: {document:#?}"));
    let read = parse(&text, flavour, purpose).unwrap_or_else(|error| panic!("{error}: {text}"));
    (read, text)
}

#[test]
fn what_people_write_is_printed_and_reads_the_same() {
    for &(flavour, purpose, text) in CORPUS {
        let document = parse(text, flavour, purpose).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(strict(&document), Ok(()), "{text}");
        let (read, printed) = again(&document, flavour, purpose);
        assert_eq!(read, document, "{printed}");
        assert_eq!(again(&read, flavour, purpose).1, printed);
    }
}

#[test]
fn random_trees_read_as_they_were_printed() {
    for seed in 0..10_000 {
        let mut dice = Dice::new(seed);
        let flavour = dice.pick(&Flavour::ALL);
        let purpose = dice.pick(&PURPOSES);
        let tree = trees::tree(&mut dice, flavour, purpose);
        let (read, text) = again(&tree, flavour, purpose);
        assert_eq!(read, tree, "seed {seed}\n{text}");
    }
}

/// What one grammar says the other says too, or it is not printed.
#[test]
fn in_another_flavour_a_document_means_the_same() {
    let catalogue = Catalogue::built_in();
    let mut printed = 0;
    let mut seen = [0; 3];
    for seed in 0..8_000 {
        let mut dice = Dice::new(seed);
        let flavour = dice.pick(&Flavour::ALL);
        let tree = trees::tree(&mut dice, flavour, Purpose::Identity);
        let other = dice.pick(&Flavour::ALL);
        let Ok(text) = print(&tree, other, &catalogue) else { continue };
        let read = match parse(&text, other, Purpose::Identity) {
            Ok(read) => read,
            Err(error) if matches!(error.problem, Problem::TooMany { what: "bytes", .. }) => continue,
            Err(error) => panic!("seed {seed}: {error}\n{text}"),
        };
        printed += usize::from(other != flavour);
        for _ in 0..8 {
            let question = meaning::Question::random(&mut dice);
            let (here, there) = (question.decide(&tree, &catalogue), question.decide(&read, &catalogue));
            assert_eq!(here, there, "seed {seed} {question:?}\n{tree:#?}\n{text}");
            seen[here as usize] += 1;
        }
    }
    println!("{printed} printed in another flavour; decisions {seen:?}");
    assert!(printed > 1_000 && seen.iter().all(|count| *count > 500), "{printed} {seen:?}");
}

#[test]
fn system_policies_are_printed_in_every_flavour() {
    let catalogue = Catalogue::built_in();
    let mut dice = Dice::new(1);
    for policy in catalogue.system_policies() {
        for flavour in Flavour::ALL {
            let printed = print(&policy.document, flavour, &catalogue);
            if flavour == Flavour::Acl && policy.name.ends_with("SelfManageAccess") {
                assert!(printed.is_err(), "there are no variables in acl");
                continue;
            }
            let text = printed.unwrap_or_else(|error| panic!("{}: {error}", policy.name));
            let read = parse(&text, flavour, Purpose::Identity).unwrap_or_else(|error| panic!("{error}\n{text}"));
            for _ in 0..50 {
                let question = meaning::Question::random(&mut dice);
                assert_eq!(question.decide(&read, &catalogue), question.decide(&policy.document, &catalogue), "{text}");
            }
        }
    }
}

/// SEC-006, SEC-152: whatever comes, the answer is a tree or an error, and soon.
#[test]
fn sec_152_nothing_makes_the_grammars_stumble() {
    let catalogue = Catalogue::built_in();
    let started = Instant::now();
    let mut read = 0;
    for seed in 0..40_000 {
        let mut dice = Dice::new(seed);
        let (flavour, purpose, text) = dice.pick(CORPUS);
        let text = corpus::spoiled(text, &mut dice);
        let flavour = if dice.one_in(4) { dice.pick(&Flavour::ALL) } else { flavour };
        let Ok(document) = parse(&text, flavour, purpose) else { continue };
        read += 1;
        let _ = (strict(&document), lint(&document, &catalogue));
        let sentences = describe(&document, &catalogue);
        assert!(sentences.iter().all(|sentence| sentence.to_string().ends_with('.')), "seed {seed}");
        assert_eq!(sentences.len(), document.statements.len());
        for other in [flavour, dice.pick(&Flavour::ALL)] {
            if let Ok(printed) = print(&document, other, &catalogue) {
                // Where it is longer than a document may be, it is not read again.
                let Ok(again) = parse(&printed, other, purpose) else { continue };
                assert_eq!(print(&again, other, &catalogue).as_ref(), Ok(&printed), "seed {seed}\n{text}");
            }
        }
    }
    println!("{read} of 40000 were read");
    assert!(read > 2_000, "{read}");
    // It takes seconds; this is for what would never end.
    assert!(started.elapsed() < Duration::from_mins(3));
}

/// SEC-006: the same for whole cases.
#[test]
fn sec_152_nothing_makes_the_simulation_stumble() {
    let catalogue = Catalogue::built_in();
    let mut decided = 0;
    for seed in 0..12_000 {
        let mut dice = Dice::new(seed);
        let mut document = || {
            let (_, _, text) = dice.pick(CORPUS);
            if dice.one_in(3) { grammar_text(text) } else { text.to_owned() }
        };
        let line = format!(
            r#"{{"id":{seed},"policies":{{"identity":[{},{}],"boundary":{},"session":null}},"request":{{"principal":"123456789012","action":"bos:GetObject","resource":"crn:bos:::b/k","context":{{"aws:SourceIp":["10.0.0.1"]}}}}}}"#,
            document(),
            document(),
            document(),
        );
        let line = if dice.one_in(2) { corpus::spoiled(&line, &mut dice) } else { line };
        let answer = simulate::answer(&line, &catalogue);
        assert!(grammar::json(&answer).is_ok(), "seed {seed}\n{line}\n{answer}");
        decided += usize::from(answer.contains(r#""decision":"#));
    }
    println!("{decided} of 12000 were decided");
    assert!(decided > 500, "{decided}");
}

/// A document as text within JSON.
fn grammar_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Laid out, a document says what it said.
#[test]
fn a_document_that_is_laid_out_reads_the_same() {
    let mut read = 0;
    for seed in 0..20_000 {
        let mut dice = Dice::new(seed);
        let (flavour, purpose, text) = dice.pick(CORPUS);
        let text = if dice.one_in(4) { text.to_owned() } else { corpus::spoiled(text, &mut dice) };
        let Ok(laid_out) = format::format(&text) else { continue };
        let (before, after) = (parse(&text, flavour, purpose), parse(&laid_out, flavour, purpose));
        match (before, after) {
            (Err(before), Err(after)) => {
                assert_eq!((before.problem, before.hint), (after.problem, after.hint), "seed {seed}");
            }
            (before, after) => assert_eq!(before, after, "seed {seed}\n{text}\n{laid_out}"),
        }
        assert_eq!(format::format(&laid_out).as_ref(), Ok(&laid_out), "seed {seed}");
        read += 1;
    }
    println!("{read} of 20000 were laid out");
    assert!(read > 8_000, "{read}");
}

/// What the builder shows and prints again means the same, and is shown the same.
#[test]
fn what_the_builder_shows_means_the_same() {
    let catalogue = Catalogue::built_in();
    let (mut shown, mut printed) = (0, 0);
    for seed in 0..8_000 {
        let mut dice = Dice::new(seed);
        let tree = trees::tree(&mut dice, Flavour::Native, Purpose::Identity);
        let Ok(model) = builder::model(&tree, &catalogue) else { continue };
        shown += 1;
        // The same keys twice under one operator, and values that are not of their type: both were read and are not saved.
        let Ok(text) = builder::document(&model, &catalogue) else { continue };
        printed += 1;
        let read = parse(&text, Flavour::Native, Purpose::Identity).unwrap();
        assert_eq!(builder::model(&read, &catalogue).as_ref(), Ok(&model), "seed {seed}\n{text}");
        for _ in 0..8 {
            let question = meaning::Question::random(&mut dice);
            let (here, there) = (question.decide(&tree, &catalogue), question.decide(&read, &catalogue));
            assert_eq!(here, there, "seed {seed} {question:?}\n{tree:#?}\n{text}");
        }
    }
    println!("{shown} of 8000 were shown, {printed} printed");
    assert!(shown > 1_500 && printed > 800, "{shown} {printed}");
}

/// Whoever wants all problems is told the same first one as whoever wants the first, and of a document that is read,
/// none.
#[test]
fn all_problems_begin_with_the_first() {
    let catalogue = Catalogue::built_in();
    let (mut several, mut whole) = (0, 0);
    for seed in 0..20_000 {
        let mut dice = Dice::new(seed);
        let (flavour, purpose, text) = dice.pick(CORPUS);
        let text = corpus::spoiled(text, &mut dice);
        let checked = diagnose::check(&text, Some(flavour), purpose, &catalogue);
        for found in &checked.diagnostics {
            assert!(diagnose::CODES.contains(&found.code()), "{found:?}");
            for (name, part) in found.parts() {
                let is_word = !matches!(name, "thing" | "wanted" | "found" | "problem");
                assert!(is_word || diagnose::THINGS.contains(&part.as_str()), "{name} {part}");
            }
        }
        match grammar::parse_new(&text, flavour, purpose) {
            Ok(document) => {
                whole += 1;
                assert!(checked.diagnostics.iter().all(|found| found.severity == Severity::Warning), "seed {seed}");
                assert_eq!(checked.document, Some(document), "seed {seed}\n{text}");
            }
            Err(first) => {
                let has = |found: &Diagnostic| (found.line, found.column) == (first.line, first.column);
                let same = |found: &Diagnostic| matches!(&found.what, What::Refused(told, hint) if *told == first.problem && *hint == first.hint);
                assert!(
                    checked.diagnostics.iter().any(|found| has(found) && same(found)),
                    "seed {seed}\n{text}\n{first}"
                );
                assert_eq!(checked.document, None);
                several += usize::from(checked.diagnostics.len() > 1);
            }
        }
    }
    println!("{several} with several problems, {whole} with none");
    assert!(several > 1_000 && whole > 500, "{several} {whole}");
}
