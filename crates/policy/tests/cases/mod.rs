//! Random cases: one seed, one case, the same on every machine.
//!
//! The vocabulary is small and policies are made from the request that they will judge, so that they often match and
//! often miss by little. Where the written rules leave a question open, no case asks it.

#![cfg(test)]

mod acl;
mod conditions;
mod dice;
mod faults;
mod keys;
mod requests;
mod statements;
mod words;

use dice::Dice;
use requests::Asked;
use serde_json::{Value, json};

/// The case of a seed.
pub(crate) fn case(seed: u64) -> Value {
    let mut dice = Dice::new(seed);
    let asked = requests::asked(&mut dice);
    // Now and then nothing but a condition decides, so that what is said of values shows in the decision.
    let alone = dice.chance(30);
    let mut identity = if alone {
        vec![if dice.chance(25) {
            acl::condition_only(&mut dice, &asked)
        } else {
            statements::condition_only(&mut dice, &asked)
        }]
    } else {
        documents(&mut dice, &asked, &[0, 1, 1, 1, 1, 2, 2, 2, 3, 4])
    };
    let boundary = if !alone && dice.chance(30) { document(&mut dice, &asked, 18) } else { Value::Null };
    let mut session =
        if !alone && dice.chance(30) { documents(&mut dice, &asked, &[0, 1, 1, 1, 2, 2, 3]) } else { Vec::new() };
    let mut request = asked.request();
    if dice.chance(3) {
        faults::spoil(&mut dice, &mut identity, &mut request);
    }
    identity.iter_mut().chain(&mut session).for_each(|document| sometimes_as_text(&mut dice, document));
    json!({
        "id": seed,
        "policies": { "identity": identity, "boundary": boundary, "session": in_some_form(&mut dice, session) },
        "request": request,
    })
}

fn documents(dice: &mut Dice, asked: &Asked, counts: &[usize]) -> Vec<Value> {
    let count = dice.pick(counts);
    (0..count).map(|_| document(dice, asked, 22)).collect()
}

/// A document of any grammar; `denies` is how many of a hundred statements deny.
fn document(dice: &mut Dice, asked: &Asked, denies: u64) -> Value {
    match dice.below(10) {
        0..3 => acl::document(dice, asked, denies),
        3 => statements::bare(dice, asked, denies),
        _ => statements::native(dice, asked, denies),
    }
}

fn sometimes_as_text(dice: &mut Dice, document: &mut Value) {
    if dice.chance(12) {
        *document = Value::String(document.to_string());
    }
}

/// Session policies: none as null or as an empty list; one by itself, unless it is a list of statements.
fn in_some_form(dice: &mut Dice, documents: Vec<Value>) -> Value {
    match documents.as_slice() {
        [] if dice.chance(90) => Value::Null,
        [one] if !one.is_array() && dice.chance(70) => one.clone(),
        _ => Value::Array(documents),
    }
}
