//! How tables are read, what repeats in them, and what joins come to before they are made.

use crate::host::{Host, bytes};
use atelier::base::Severity;
use atelier::recipe::{Join, Recipe};
use atelier::run::{Ask, Cells, DuplicateRows, JoinCounts, Look};
use atelier::table::join::How;
use atelier::table::read::{Quote, Summary};

const FLIGHTS: &str = "tests/data/nyc_flights.csv.gz";
const AIRLINES: &str = "public/samples/nyc_airlines.csv.gz";
const PLANES: &str = "public/samples/nyc_planes.csv.gz";

/// A study of the first file with the others as sources that are not joined yet.
fn recipe(host: &mut Host, paths: &[&str]) -> Recipe {
    Recipe { sources: paths.iter().map(|path| host.read(path).0).collect(), ..Recipe::new() }
}

fn counts(host: &mut Host, recipe: &Recipe, place: usize, join: &Join) -> JoinCounts {
    let ask = Ask::JoinCounts { recipe: Box::new(recipe.clone()), place, join: join.clone() };
    host.ask(ask, Vec::new()).expect("counts")
}

fn pairs(keys: &[(&str, &str)]) -> Vec<(String, String)> {
    keys.iter().map(|(left, right)| ((*left).to_owned(), (*right).to_owned())).collect()
}

fn look(host: &mut Host, recipe: &Recipe) -> Look {
    host.ask(Ask::Look(Box::new(recipe.clone())), Vec::new()).expect("a look")
}

#[test]
fn the_counts_before_a_join_are_those_of_the_join() {
    let mut host = Host::new(1);
    let mut recipe = recipe(&mut host, &[FLIGHTS, AIRLINES, PLANES]);
    for (place, (source, key)) in [("nyc_airlines", "carrier"), ("nyc_planes", "tailnum")].into_iter().enumerate() {
        let asked = Join { source: source.to_owned(), keys: Vec::new(), how: How::Left };
        let before = counts(&mut host, &recipe, place, &asked);
        assert_eq!(before.keys, pairs(&[(key, key)]), "the code, and not the year that only has the same name");
        for how in How::ALL {
            let join = Join { keys: before.keys.clone(), how, ..asked.clone() };
            let before = counts(&mut host, &recipe, place, &join);
            let (outline, counted) = (before.outline.expect("it fits"), before.counts.expect("counts"));
            let mut with = recipe.clone();
            with.joins.push(join);
            let after = look(&mut host, &with);
            assert_eq!(after.rows as u64, counted.rows.of(how), "{how:?}");
            assert_eq!((after.rows as u64, after.schema.columns.len()), (outline.rows, outline.columns), "{how:?}");
            let report = after.joins.last().expect("a join");
            assert_eq!((&report.counts, &report.renamed), (&counted, &outline.renamed), "{how:?}");
            let notes =
                after.problems.iter().filter(|problem| problem.message.id.starts_with("join.") && problem.message.id != "join.unused");
            let said: Vec<_> = notes.map(|problem| &problem.message).filter(|message| message.args["source"] == source).collect();
            assert_eq!(said, before.problems.iter().map(|problem| &problem.message).collect::<Vec<_>>(), "{how:?}");
        }
        recipe.joins.push(Join { keys: before.keys, ..asked });
    }
    // Not every plane is listed: every flight stays, with gaps.
    let planes = counts(&mut host, &recipe, 1, &recipe.joins[1].clone());
    let counted = planes.counts.expect("counts");
    assert_eq!(counted.left.rows, 42_097);
    assert!(counted.left.unmatched > 1000 && counted.left.matched > 30_000 && counted.right.repeated_keys == 0);
    assert_eq!(counted.left.unmatched_examples.len(), 5);
    let outline = planes.outline.expect("it fits");
    assert_eq!(outline.renamed, pairs(&[("year", "year_nyc_planes")]));
    assert!(outline.added.contains(&"manufacturer".to_owned()));
    assert!(planes.alike.contains(&("year".to_owned(), "year".to_owned())));
    // The columns that the first join brought are there for the second.
    assert!(planes.left.iter().any(|(name, _)| name == "name"));
}

#[test]
fn a_join_that_cannot_be_made_says_why_and_the_session_goes_on() {
    let mut host = Host::new(1);
    let recipe = recipe(&mut host, &[FLIGHTS, PLANES]);
    let join = |keys: &[(&str, &str)]| Join { source: "nyc_planes".to_owned(), keys: pairs(keys), how: How::Inner };
    let kinds = counts(&mut host, &recipe, 0, &join(&[("time_hour", "tailnum")]));
    assert_eq!((kinds.problems[0].message.id.as_str(), kinds.counts), ("join.kinds", None));
    let gone = counts(&mut host, &recipe, 0, &join(&[("tailnum", "nowhere")]));
    assert_eq!(gone.problems[0].message.id, "join.key_gone");
    let nothing = counts(&mut host, &recipe, 0, &join(&[("dest", "model")]));
    assert_eq!((nothing.problems[0].message.id.as_str(), nothing.counts.expect("counts").rows.inner), ("join.nothing_matches", 0));
    let many = counts(&mut host, &recipe, 0, &join(&[("month", "engines")]));
    assert!(many.outline.is_none(), "{:?}", many.outline);
    assert_eq!((many.problems[0].message.id.as_str(), many.problems[0].severity), ("join.too_many_cells", Severity::Error));
    let ask = |source: &str| Ask::JoinCounts {
        recipe: Box::new(recipe.clone()),
        place: 0,
        join: Join { source: source.to_owned(), ..join(&[]) },
    };
    for source in ["nowhere", "nyc_flights"] {
        assert_eq!(host.ask_bytes(ask(source), Vec::new()).expect_err("refused").message.id, "join.source_gone");
    }
    // The recipe with such a join is told apart, and taken back the study is there again.
    let mut wrong = recipe.clone();
    wrong.joins.push(join(&[("time_hour", "tailnum")]));
    let found = look(&mut host, &wrong);
    assert_eq!((found.rows, found.problems[0].message.id.as_str()), (0, "join.kinds"));
    assert_eq!(look(&mut host, &recipe).rows, 42_097);
}

#[test]
fn equal_rows_are_listed_and_dropped_by_the_step() {
    let mut host = Host::new(1);
    let text = "a,b\n1,x\n2,y\n1,x\n3,z\n1,x\n2,y\n,\n,\n4,x\n";
    let source = atelier::recipe::Source { name: "t".to_owned(), file: "t.csv".to_owned(), ..Default::default() };
    let summary: Summary = host.ask(Ask::Read(Box::new(source.clone())), text.as_bytes().to_vec()).expect("read");
    let mut recipe = Recipe { sources: vec![source.read_as(&summary)], ..Recipe::new() };
    let found: DuplicateRows = host.ask(Ask::Duplicates(Box::new(recipe.clone())), Vec::new()).expect("found");
    assert_eq!((found.rows, found.repeated, found.groups), (9, 4, 3));
    assert_eq!(found.columns, ["a", "b"]);
    let sets: Vec<(usize, &[usize])> = found.shown.iter().map(|set| (set.count, set.rows.as_slice())).collect();
    assert_eq!(sets, [(3, [1, 3, 5].as_slice()), (2, &[2, 6]), (2, &[7, 8])], "the largest first");
    assert_eq!(found.shown[0].cells, [Some("1".to_owned()), Some("x".to_owned())]);
    assert_eq!(found.shown[2].cells, [None, None]);
    let again: DuplicateRows = host.ask(Ask::Duplicates(Box::new(recipe.clone())), Vec::new()).expect("known");
    assert_eq!(again, found);
    recipe.goal.target = Some("b".to_owned());
    recipe.prepare.push(atelier::prepare::Step {
        id: "drop_duplicates".to_owned(),
        columns: atelier::prepare::Selector::All,
        params: Default::default(),
        enabled: true,
    });
    recipe.split.held_out = 0.0;
    recipe.split.folds = 2;
    recipe.split.scheme = atelier::table::split::Scheme::Plain;
    let rows = look(&mut host, &recipe).split.expect("rows").training;
    // Of the rows that stay one has no answer.
    assert_eq!(rows, found.rows - found.repeated - 1);
}

#[test]
fn another_way_of_reading_is_kept_beside_the_first() {
    let mut host = Host::new(1);
    let (source, first) = host.read(PLANES);
    let mut other = source.clone();
    other.options.quote = Some(Quote::None);
    let ask = |source: &atelier::recipe::Source| Ask::Summary(Box::new(source.clone()));
    assert_eq!(host.ask_bytes(ask(&other), Vec::new()).expect_err("not read so").message.id, "run.no_table");
    let read: Summary = host.ask(Ask::Read(Box::new(other.clone())), bytes(PLANES)).expect("read");
    assert!(read.quote.given && !first.quote.given);
    assert_eq!(host.ask::<Summary>(ask(&source), Vec::new()).expect("kept"), first);
    assert_eq!(host.ask::<Summary>(ask(&other), Vec::new()).expect("kept"), read);
    // A study of many tables keeps all of them, however many others are read in between.
    let mut study = recipe(&mut host, &[FLIGHTS, AIRLINES, PLANES]);
    let titanic = bytes("public/samples/titanic.csv.gz");
    assert!(look(&mut host, &study).unread.is_empty());
    for rows in 1..20 {
        let mut one = study.sources[1].clone();
        one.options.rows = Some(rows);
        host.ask_bytes(Ask::Read(Box::new(one)), titanic.clone()).expect("read");
    }
    assert!(look(&mut host, &study).unread.is_empty());
    let first: Cells = host.ask(Ask::Cells { first: 0, count: 1 }, Vec::new()).expect("cells");
    assert_eq!(first.rows[0].len(), 19);
    study.sources[1].options.rows = Some(1);
    assert_eq!(look(&mut host, &study).unread, ["nyc_airlines"], "that reading is gone or was of another file");
}
