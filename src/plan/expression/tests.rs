//! Formulas on a small table, mistakes and where they point, and thousands of made and spoilt formulas.

use super::*;
use crate::num::Rng;
use crate::table::Strings;

fn table() -> Table {
    Table::new(vec![
        Column::number("x", vec![1.0, -2.5, f64::NAN, 4.0]),
        Column::number("y", vec![0.0, 2.0, 3.0, f64::NAN]),
        Column::number("hours per week", vec![40.0, 0.0, 10.0, 99.0]),
        Column::category("sex", Strings::from_texts([Some("male"), Some("female"), None, Some(" Male ")])),
        Column::text("name", Strings::from_texts([Some("Ann"), Some("Bo"), Some("Zoë"), None])),
        // 2024-02-29T13:30, 1969-12-31, missing, 2024-03-01.
        Column::date("day", vec![1_709_213_400_000_000, -86_400_000_000, Column::NO_DATE, 1_709_251_200_000_000]),
    ])
}

fn evaluate(formula: &str) -> Result<Column, Problem> {
    let table = table();
    Formula::of_table(formula, &table)?.evaluate(&table, "new")
}

/// The values of the four rows, "-" where missing.
fn shown(formula: &str) -> String {
    let column = evaluate(formula).unwrap_or_else(|problem| panic!("{formula}: {problem}"));
    (0..4).map(|row| column.display(row).unwrap_or("-".into())).collect::<Vec<_>>().join("|")
}

#[test]
fn formulas_and_their_values() {
    let cases = [
        // Numbers: precedence, signs, missing parts.
        ("1 + 2 * 3", "7|7|7|7"),
        ("(1 + 2) * 3", "9|9|9|9"),
        ("-2 ^ 2", "-4|-4|-4|-4"),
        ("2 ^ -1", "0.5|0.5|0.5|0.5"),
        ("2 ^ 3 ^ 2", "512|512|512|512"),
        ("10 - 2 - 3", "5|5|5|5"),
        ("7 % 3 + -7 % 3", "3|3|3|3"),
        ("x + 1", "2|-1.5|-|5"),
        ("x / y", "-|-1.25|-|-"),
        ("1 / 0", "-|-|-|-"),
        ("x * 0", "0|0|-|0"),
        ("`hours per week` / 40", "1|0|0.25|2.475"),
        (".5 + 1. + 2e-1", "1.7|1.7|1.7|1.7"),
        // Functions of numbers; what has no value is missing.
        ("log(x)", "0|-|-|1.3862943611198906"),
        ("sqrt(x)", "1|-|-|2"),
        ("log1p(y) > 1", "0|1|1|-"),
        ("exp(710)", "-|-|-|-"),
        ("round(2.5) + round(-2.5)", "0|0|0|0"),
        ("round(1234.5678, 2)", "1234.57|1234.57|1234.57|1234.57"),
        ("round(1234.5678, -2)", "1200|1200|1200|1200"),
        ("abs(x)", "1|2.5|-|4"),
        ("floor(x) * 10 + ceil(x)", "11|-32|-|44"),
        ("min(x, y, 3)", "0|-2.5|-|-"),
        ("max(x, 0)", "1|0|-|4"),
        ("clip(x, -1, 2)", "1|-1|-|2"),
        ("log10(100) + log2(8)", "5|5|5|5"),
        ("sin(0) + cos(0)", "1|1|1|1"),
        // Tests: missing is neither yes nor no, unless the other side decides.
        ("x > 0", "1|0|-|1"),
        ("x = 1 or y = 2", "1|1|-|-"),
        ("x > 0 and y > 2", "0|0|-|-"),
        ("not x > 0", "0|1|-|0"),
        ("x <> 4", "1|1|-|0"),
        ("is_missing(x) and not is_missing(y)", "0|0|1|0"),
        ("(x > 0) = (y > 0)", "0|0|-|-"),
        ("yes and no", "0|0|0|0"),
        ("number(x > 0) + 1", "2|1|-|2"),
        ("one_of(x, 4, 1)", "1|0|-|1"),
        ("one_of(sex, \"male\", \"x\")", "1|0|-|0"),
        // Choices.
        ("if(x > 0, \"up\", \"down\")", "up|down|-|up"),
        ("if(x < 0, missing, x)", "1|-|-|4"),
        ("IF(is_missing(x), 0, X0)", ""),
        ("coalesce(x, y, 7)", "1|-2.5|3|4"),
        ("coalesce(missing, sex, 'none')", "male|female|none| Male "),
        ("if(sex = \"male\", sex, name)", "male|Bo|-|-"),
        ("if(x > 0, day, missing)", "2024-02-29T13:30:00|-|-|2024-03-01"),
        // Texts.
        ("length(name)", "3|2|3|-"),
        ("upper(trim(sex))", "MALE|FEMALE|-|MALE"),
        ("lower(name)", "ann|bo|zoë|-"),
        ("contains(sex, \"ale\")", "1|1|-|1"),
        ("starts_with(name, \"Zo\")", "0|0|1|-"),
        ("ends_with(name, sex)", "0|0|-|-"),
        ("replace(sex, \"male\", \"M\")", "M|feM|-| Male "),
        ("replace(name, \"\", \"-\")", "Ann|Bo|Zoë|-"),
        ("concat(name, \" \", x, \" \", x > 0)", "Ann 1 yes|Bo -2.5 no|-|-"),
        ("concat(\"a\"\"b\", 'c''d')", "a\"bc'd|a\"bc'd|a\"bc'd|a\"bc'd"),
        ("number(\" 12.5 \") + number(\"1e1\")", "22.5|22.5|22.5|22.5"),
        ("number(\"inf\")", "-|-|-|-"),
        ("number(\" 12.51e66666\")", "-|-|-|-"),
        ("text(day)", "2024-02-29T13:30:00|1969-12-31|-|2024-03-01"),
        ("sex < name", "0|0|-|-"),
        // Dates.
        ("year(day) * 100 + month(day)", "202402|196912|-|202403"),
        ("day(day) + hour(day) / 100", "29.13|31|-|1"),
        ("weekday(day)", "3|2|-|4"),
        ("days_between(\"2024-02-28\", day)", "1.5625|-19782|-|2"),
        ("day >= \"2024-02-29\"", "1|0|-|1"),
        ("date(\"2024-02-29 13:30\") = day", "1|0|-|0"),
        ("date(name)", "-|-|-|-"),
    ];
    for (formula, expected) in cases {
        if expected.is_empty() {
            assert!(evaluate(formula).is_err(), "{formula}");
        } else {
            assert_eq!(shown(formula), expected, "{formula}");
        }
    }
}

#[test]
fn mistakes_point_at_their_character() {
    let deep = format!("{}1{}", "(".repeat(70), ")".repeat(70));
    let row = format!("1{}", "+x".repeat(250));
    let long = format!("1{}", " ".repeat(2000));
    let cases = [
        ("", 0, "formula.empty"),
        ("   ", 0, "formula.empty"),
        ("1 +", 3, "formula.end"),
        ("(1", 2, "formula.end"),
        ("1 2", 2, "formula.expected"),
        ("* 2", 0, "formula.expected"),
        ("min(1,,2)", 6, "formula.expected"),
        ("if(x > 0, 1, 2", 14, "formula.end"),
        ("x + or", 4, "formula.expected"),
        ("1.2.3", 0, "formula.number"),
        ("x + 1e999", 4, "formula.number"),
        ("x # 2", 2, "formula.character"),
        ("\"é\" = \"open", 6, "formula.open_text"),
        ("'open", 0, "formula.open_text"),
        ("x + `open", 4, "formula.open_name"),
        ("1 < x < 3", 6, "formula.chain"),
        ("é + 1", 0, "formula.unknown_column"),
        ("x + male", 4, "formula.unknown_column"),
        ("nam = \"a\"", 0, "formula.unknown_column_near"),
        ("foo(x)", 0, "formula.unknown_function"),
        ("1 + lgo(x)", 4, "formula.unknown_function"),
        ("1 + llog(x)", 4, "formula.unknown_function_near"),
        ("log(x, 2)", 0, "formula.arguments"),
        ("round()", 0, "formula.arguments"),
        ("1 + sex", 4, "formula.needs_number_not_text"),
        ("log(x > 1)", 6, "formula.needs_number_not_test"),
        ("not x", 4, "formula.needs_test"),
        ("if(x, 1, 2)", 3, "formula.needs_test"),
        ("year(sex)", 5, "formula.needs_date"),
        ("length(x)", 7, "formula.needs_other"),
        ("number(day)", 7, "formula.needs_other"),
        ("x = sex", 4, "formula.mixed"),
        ("if(x > 0, 1, \"a\")", 13, "formula.mixed"),
        ("(x > 0) < (y > 0)", 8, "formula.no_order"),
        ("day > \"yesterday\"", 6, "formula.not_a_date"),
        ("missing", 0, "formula.missing_alone"),
        ("coalesce(missing, missing)", 9, "formula.missing_alone"),
        (deep.as_str(), 64, "formula.too_deep"),
        (row.as_str(), 399, "formula.too_long_row"),
        (long.as_str(), 2000, "formula.too_long"),
    ];
    for (formula, at, id) in cases {
        let problem = evaluate(formula).expect_err(formula);
        assert_eq!((problem.message.id.as_str(), &problem.place), (id, &Place::Character(at)), "{formula}: {problem}");
        assert!(!problem.to_string().contains(['{', '}']) && crate::base::text::find(id).is_some(), "{formula}: {problem}");
    }
}

#[test]
fn the_hint_names_what_was_probably_meant() {
    let problem = evaluate("hours_per_week + 1").expect_err("an unknown column");
    assert_eq!(problem.hint().map(|hint| hint.to_string()).as_deref(), Some("Did you mean `hours per week`? Texts stand in \"quotes\"."));
}

#[test]
fn the_list_of_functions_is_alphabetic_and_explained() {
    assert!(FUNCTIONS.is_sorted_by_key(|function| function.name));
    for function in FUNCTIONS {
        assert_eq!(function.call.name(), function.name);
        assert!(!function.help().starts_with("formula."), "{} has no help", function.name);
        assert!(find(&function.name.to_uppercase()).is_some());
    }
    let signature = |name| find(name).map(Function::signature).unwrap_or_default();
    assert_eq!(signature("clip"), "clip(x, low, high)");
    assert_eq!(signature("round"), "round(x[, digits])");
    assert_eq!(signature("min"), "min(x, y, ...)");
}

#[test]
fn names_are_quoted_where_they_must_be() {
    for (name, quoted) in [
        ("age", "age"),
        ("a.b_1", "a.b_1"),
        ("hours per week", "`hours per week`"),
        ("not", "`not`"),
        ("a`b", "`a``b`"),
        ("", "``"),
        ("1a", "`1a`"),
    ] {
        assert_eq!(quote(name), quoted);
        let table = Table::new(vec![Column::number(name, vec![7.0])]);
        let formula = Formula::of_table(&format!("{quoted} + 1"), &table).expect(name);
        assert_eq!(formula.columns(), [name]);
        assert_eq!(formula.evaluate(&table, "new").expect(name).numbers(), Some([8.0].as_slice()));
    }
}

#[test]
fn parts_without_columns_are_computed_once() {
    let formula = Formula::of_table("x + log(exp(1)) * 2", &table()).expect("a formula");
    let What::Call(Call::Add, parts) = &formula.root().what else { panic!("{formula:?}") };
    assert_eq!(parts[1].what, What::Constant(Value::Number(2.0)));
    assert_eq!((formula.columns(), formula.kind()), (vec!["x"], Kind::Number));
}

#[test]
fn a_table_without_rows_gives_a_column_without_rows() {
    let empty = table().take(&[]);
    for formula in ["1", "x + 1", "if(x > 0, sex, \"a\")", "day", "concat(sex, name)", "coalesce(sex, missing)"] {
        let column = Formula::of_table(formula, &empty).expect(formula).evaluate(&empty, "new").expect(formula);
        assert_eq!(column.len(), 0, "{formula}");
    }
}

#[test]
fn long_texts_are_missing_and_much_text_is_refused() {
    let grow = |inner: &str| format!("replace({inner}, \"a\", \"{}\")", "a".repeat(200));
    let cell = "a".repeat(150);
    let once = evaluate(&format!("length({})", grow(&format!("\"{cell}\"")))).expect("30,000 characters fit");
    assert_eq!(once.display(0).as_deref(), Some("30000"));
    let twice = evaluate(&format!("length({})", grow(&grow(&format!("\"{cell}\""))))).expect("it runs");
    assert_eq!(twice.missing(), 4);
    // A long text of a column stays as it is where nothing changes it.
    let long = "b".repeat(100_000);
    let table = Table::new(vec![Column::text("t", Strings::from_texts([Some(long.as_str())]))]);
    let kept = Formula::of_table("coalesce(t, \"\")", &table).and_then(|formula| formula.evaluate(&table, "new")).expect("it runs");
    assert_eq!(kept.display(0), Some(long));
}

#[test]
fn work_is_limited() {
    let rows = 140_000;
    let texts: Vec<String> = (0..rows).map(|row| format!("{row:0>1000}")).collect();
    let table = Table::new(vec![Column::text("t", Strings::from_texts(texts.iter().map(|text| Some(text.as_str()))))]);
    let formula = Formula::of_table("concat(t, \"x\")", &table).expect("a formula");
    assert_eq!(formula.evaluate(&table, "new").expect_err("140 MB of text").message.id, "formula.too_much");
}

#[test]
fn the_deepest_formulas_fit_a_small_stack() {
    let nested = |open: &str, close: &str| format!("{}x{}", open.repeat(62), close.repeat(62));
    let deepest = [
        nested("(", ")"),
        nested("-", ""),
        nested("abs(", ")"),
        nested("if(yes,", ",1)"),
        format!("{}x{}", "1+(".repeat(31), ")".repeat(31)),
        nested("2^", ""),
        format!("x{}", "+x".repeat(199)),
    ];
    // A worker of the page has a megabyte; this asks for a quarter of it, without optimisation.
    let run = move || deepest.iter().for_each(|formula| drop(evaluate(formula).expect(formula)));
    std::thread::Builder::new().stack_size(256 << 10).spawn(run).expect("a thread").join().expect("no overflow");
}

/// A formula of a kind, made at random; `depth` levels at most.
fn made(rng: &mut Rng, kind: Type, depth: usize) -> String {
    let pick = |rng: &mut Rng, from: &[&str]| from[rng.below(from.len())].to_owned();
    if depth == 0 || rng.below(5) == 0 {
        return match kind {
            Type::Number => pick(rng, &["x", "y", "`hours per week`", "0", "1", "2.5", "-3", "1e300", "1e-300"]),
            Type::Text => pick(rng, &["sex", "name", "\"male\"", "''", "\"12\"", "lower(name)"]),
            Type::Date => pick(rng, &["day", "date(\"2024-02-29\")", "date(sex)"]),
            Type::YesNo => pick(rng, &["yes", "no", "is_missing(x)", "is_missing(day)", "(sex = \"male\")"]),
        };
    }
    let part = |rng: &mut Rng, kind| made(rng, kind, depth - 1);
    let any = [Type::Number, Type::Text, Type::Date, Type::YesNo];
    match (kind, rng.below(4)) {
        (_, 0) => format!("if({}, {}, {})", part(rng, Type::YesNo), part(rng, kind), part(rng, kind)),
        (_, 1) if rng.below(3) == 0 => format!("coalesce({}, {})", part(rng, kind), part(rng, kind)),
        (Type::Number, 1) => {
            let name = pick(rng, &["abs", "sqrt", "log", "log1p", "exp", "round", "floor", "-", "sin"]);
            format!("{name}({})", part(rng, Type::Number))
        }
        (Type::Number, 2) if rng.below(2) == 0 => {
            let of =
                [("length", Type::Text), ("year", Type::Date), ("weekday", Type::Date), ("number", Type::YesNo), ("number", Type::Text)];
            let (name, kind) = of[rng.below(of.len())];
            format!("{name}({})", part(rng, kind))
        }
        (Type::Number, 2) => format!("{}({}, {})", pick(rng, &["min", "max"]), part(rng, Type::Number), part(rng, Type::Number)),
        (Type::Number, _) => {
            let sign = pick(rng, &["+", "-", "*", "/", "%", "^"]);
            format!("({} {sign} {})", part(rng, Type::Number), part(rng, Type::Number))
        }
        (Type::Text, 1) => format!("{}({})", pick(rng, &["lower", "upper", "trim"]), part(rng, Type::Text)),
        (Type::Text, 2) => {
            let kind = any[rng.below(4)];
            format!("concat({}, {})", part(rng, Type::Text), part(rng, kind))
        }
        (Type::Text, _) => format!("replace({}, {}, {})", part(rng, Type::Text), part(rng, Type::Text), part(rng, Type::Text)),
        (Type::Date, _) => format!("date({})", part(rng, Type::Text)),
        (Type::YesNo, 1) => format!("not ({})", part(rng, Type::YesNo)),
        (Type::YesNo, 2) => {
            format!("({} {} {})", part(rng, Type::YesNo), pick(rng, &["and", "or", "="]), part(rng, Type::YesNo))
        }
        (Type::YesNo, _) => {
            let kind = any[rng.below(3)];
            let sign = pick(rng, &["=", "!=", "<", ">="]);
            format!("({} {sign} {})", part(rng, kind), part(rng, kind))
        }
    }
}

/// Columns of a row as they would be written, so that every part of a formula is constant.
fn with_row(formula: &str, table: &Table, row: usize) -> String {
    let mut text = formula.to_owned();
    for column in table.columns() {
        let kind = match column.kind {
            Kind::Number => "if(no, 0, missing)",
            Kind::Date => "date(\"none\")",
            _ => "if(no, \"\", missing)",
        };
        let value = match (column.display(row), column.kind) {
            (None, _) => kind.to_owned(),
            (Some(value), Kind::Number) => format!("({value})"),
            (Some(value), Kind::Date) => format!("date(\"{value}\")"),
            (Some(value), _) => format!("\"{value}\""),
        };
        // Whole words only: a name never stands inside another word of these formulas but in quotes.
        text = text
            .split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_'))
            .map(|word| {
                let end = word.trim_end_matches(|c: char| !(c.is_alphanumeric() || c == '_'));
                if end == column.name { word.replacen(end, &value, 1) } else { word.to_owned() }
            })
            .collect();
        text = text.replace(&format!("`{}`", column.name), &value);
    }
    text
}

#[test]
fn columns_and_constants_come_to_the_same() {
    let table = table();
    let mut rng = Rng::new(5, "formulas", 0);
    let mut compared = 0;
    for round in 0..3000 {
        let kind = [Type::Number, Type::Text, Type::YesNo, Type::Date][round % 4];
        let formula = made(&mut rng, kind, 4);
        let whole = Formula::of_table(&formula, &table).unwrap_or_else(|problem| panic!("{formula}: {problem}"));
        let whole = whole.evaluate(&table, "new").unwrap_or_else(|problem| panic!("{formula}: {problem}"));
        if let Some(numbers) = whole.numbers() {
            assert!(numbers.iter().all(|x| !x.is_infinite()), "{formula}");
        }
        for row in 0..4 {
            let written = with_row(&formula, &table, row);
            if written.chars().count() > MOST_CHARACTERS {
                continue;
            }
            let constant = Formula::of_table(&written, &table).unwrap_or_else(|problem| panic!("{formula}\n{written}: {problem}"));
            assert!(matches!(constant.root().what, What::Constant(_)), "{written}");
            let constant = constant.evaluate(&table, "new").expect("it runs");
            assert_eq!(constant.display(0), whole.display(row), "row {row} of {formula}\n{written}");
            compared += 1;
        }
    }
    assert!(compared > 10_000, "{compared}");
}

#[test]
fn spoilt_formulas_end_in_a_problem_or_a_value() {
    let table = table();
    let pieces = [
        "(", ")", ",", "`", "\"", "'", "é", "0", ".", "e", "^", "-", "not ", "missing", "if(", "x", "\u{0}", "\u{202e}", " ", "day", "<",
        "=",
    ];
    let mut rng = Rng::new(6, "formulas", 0);
    let (mut right, mut wrong) = (0, 0);
    for round in 0..20_000 {
        let formula = made(&mut rng, [Type::Number, Type::Text, Type::YesNo, Type::Date][round % 4], 3);
        let mut characters: Vec<char> = formula.chars().collect();
        for _ in 0..rng.below(4) {
            let at = rng.below(characters.len().max(1)).min(characters.len());
            match rng.below(4) {
                0 if at < characters.len() => drop(characters.remove(at)),
                1 => drop(characters.splice(at..at, pieces[rng.below(pieces.len())].chars())),
                2 => characters.truncate(at),
                _ => {
                    let end = (at + rng.below(12)).min(characters.len());
                    let copy = characters[at..end].to_vec();
                    let to = rng.below(characters.len().max(1)).min(characters.len());
                    drop(characters.splice(to..to, copy));
                }
            }
        }
        let spoilt: String = characters.iter().collect();
        match Formula::of_table(&spoilt, &table).and_then(|formula| formula.evaluate(&table, "new")) {
            Ok(column) => {
                assert_eq!(column.len(), 4);
                right += 1;
            }
            Err(problem) => {
                let Place::Character(at) = problem.place else { panic!("{spoilt}: {problem:?}") };
                assert!(at <= characters.len(), "{spoilt}: {at}");
                assert!(!problem.message.to_string().starts_with("formula."), "{spoilt}: {problem:?}");
                wrong += 1;
            }
        }
    }
    assert!(right > 3000 && wrong > 3000, "{right} {wrong}");
}
