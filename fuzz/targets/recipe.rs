//! Any text as a recipe, as JSON and as a link: it is refused in words, or is written as it was read, comes back from its
//! link, is checked, and is looked at beside a table.
#![no_main]

use atelier::base::{Problem, text::find};
use atelier::recipe::{Recipe, check_form, from_link, to_link};
use atelier::run::{Held, TrainStudy, begin, look};
use atelier::table::{Column, Strings, Table};
use flate2::{Compression, write::DeflateEncoder};
use libfuzzer_sys::fuzz_target;
use std::io::Write;

fn table() -> Table {
    let texts =
        |values: [&'static str; 4]| Strings::from_texts((0..24).map(move |row| Some(values[row % 4]).filter(|text| !text.is_empty())));
    let numbers =
        |scale: f64| (0..24).map(move |row| if row == 5 { f64::NAN } else { f64::from(row * 7 % 11) * scale }).collect::<Vec<f64>>();
    Table::new(vec![
        Column::category("species", texts(["Adelie", "Gentoo", "Adelie", "Chinstrap"])),
        Column::category("island", texts(["Dream", "Biscoe", "", "Torgersen"])),
        Column::number("bill_length_mm", numbers(1.5)),
        Column::number("bill_depth_mm", numbers(1e300)),
        Column::number("flipper_length_mm", numbers(1e-310)),
        Column::number("body_mass_g", numbers(0.0)),
        Column::category("sex", texts(["male", "female", "", "male"])),
        Column::number("year", numbers(1.0)),
        Column::date("day", (0..24).map(|row| row * 86_400_000_000_000).collect()),
    ])
}

fn told(problem: &Problem) {
    assert!(find(&problem.message.id).is_some(), "no text for {problem:?}");
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    if let Err(problem) = from_link(&text) {
        told(&problem);
    }
    // What a link may unpack to, packed as links are.
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(data).and_then(|()| packed.flush()).expect("memory takes it");

    let recipe = match Recipe::from_json(&text) {
        Ok(recipe) => recipe,
        Err(problem) => return told(&problem),
    };
    let json = recipe.to_json();
    let again = Recipe::from_json(&json).expect("it reads what it writes");
    assert_eq!(again.to_json(), json);
    assert_eq!(from_link(&to_link(&recipe)).map(|recipe| recipe.to_json()), Ok(json));
    check_form(&recipe).iter().for_each(told);

    let mut held = Held::new(table());
    let looked = look(&mut held, &recipe);
    looked.problems.iter().for_each(told);
    let has_error = looked.problems.iter().any(|problem| problem.severity == atelier::base::Severity::Error);
    if !has_error && let Err(problem) = TrainStudy::new(&mut held, &recipe) {
        told(&problem);
    }
    if let Err(problem) = begin(&held, &recipe, recipe.goal.target.as_deref().unwrap_or("species")) {
        told(&problem);
    }
});
