//! The rows that may be looked at: their profile, columns and pairs of it closely, the rows themselves.

use crate::host::{Host, bytes};
use atelier::base::Figure;
use atelier::profile::{ColumnProfile, Drawn, LevelTarget, Measure, PairView, Profile, SegmentQuestion, findings};
use atelier::recipe::{Recipe, Source, is_settled, remedy};
use atelier::run::{Ask, Cells, Engine, Reply, Request, Tell, ToldSegments};

const TITANIC: &str = "public/samples/titanic.csv.gz";

#[test]
fn sealed_rows_are_not_looked_at() {
    let mut host = Host::new(1);
    let (source, _) = host.read(TITANIC);
    let mut recipe = Recipe::new();
    recipe.sources = vec![source];
    let all: Profile = host.ask(Ask::Profile(Box::new(recipe)), Vec::new()).expect("a profile");
    assert_eq!((all.rows, all.target.is_some()), (1309, false));
    let recipe = host.study(TITANIC, "survived");
    let seen: Profile = host.ask(Ask::Profile(Box::new(recipe.clone())), Vec::new()).expect("a profile");
    assert_eq!(seen.rows, 1309 - 262);
    assert!(seen.alerts.iter().any(|alert| alert.id == "leak" || alert.id == "leak_pure"), "boat tells who survived");
    let again: Profile = host.ask(Ask::Profile(Box::new(recipe)), Vec::new()).expect("known");
    assert_eq!(seen, again);
}

#[test]
fn columns_and_pairs_closely_are_of_the_same_rows() {
    let mut host = Host::new(1);
    let recipe = Box::new(host.study(TITANIC, "survived"));
    let profile: Profile = host.ask(Ask::Profile(recipe.clone()), Vec::new()).expect("a profile");
    let age: ColumnProfile = host.ask(Ask::Column { recipe: recipe.clone(), column: "age".into() }, Vec::new()).expect("a column");
    assert_eq!(Some(&age), profile.column("age"));
    let mut pair = |a: &str, b: &str| -> PairView {
        let ask = Ask::Pair { recipe: recipe.clone(), a: a.into(), b: b.into() };
        host.ask(ask, Vec::new()).expect("a pair")
    };
    // Each picture suits the kinds, and its figures are those of the map of all pairs.
    for (a, b, is_right) in [
        ("age", "fare", (|drawn| matches!(drawn, Drawn::Points { scatter, .. } if scatter.colour.is_some())) as fn(&Drawn) -> bool),
        ("age", "sex", |drawn| matches!(drawn, Drawn::Boxes { number, by, .. } if number == "age" && by == "sex")),
        ("survived", "age", |drawn| matches!(drawn, Drawn::Boxes { by, .. } if by == "survived")),
        ("sex", "embarked", |drawn| matches!(drawn, Drawn::Counts(table) if table.rows == ["female", "male"])),
        ("pclass", "sex", |drawn| matches!(drawn, Drawn::Counts(table) if table.rows == ["1", "2", "3"])),
    ] {
        let view = pair(a, b);
        assert!(is_right(&view.drawn), "{a}, {b}: {:?}", view.drawn);
        let known = profile.pair(a, b).expect("the pair is in the map");
        assert_eq!(view.n, known.n, "{a}, {b}");
        match (view.of.expect("a figure"), &known.of) {
            (Measure::Numbers(got), Measure::Numbers(want)) => assert_eq!(&got, want, "{a}, {b}"),
            (Measure::Categories(got), Measure::Categories(want)) => assert_eq!(got.chi_square, want.chi_square, "{a}, {b}"),
            (Measure::Mixed { eta: got }, Measure::Mixed { eta: want }) => assert_eq!(&got, want, "{a}, {b}"),
            (got, want) => panic!("{a}, {b}: {got:?} {want:?}"),
        }
    }
    let refused = host.ask::<PairView>(Ask::Pair { recipe, a: "age".into(), b: "gone".into() }, Vec::new()).expect_err("no such column");
    assert_eq!(refused.message.id, "explore.no_column");
}

#[test]
fn rows_in_sight_are_the_open_ones_with_their_numbers() {
    let mut host = Host::new(1);
    let recipe = Box::new(host.study(TITANIC, "survived"));
    let mut seen =
        |first: usize, count: usize| -> Cells { host.ask(Ask::Seen { recipe: recipe.clone(), first, count }, Vec::new()).expect("rows") };
    let mut numbers = Vec::new();
    for first in (0..1047).step_by(400) {
        let cells = seen(first, 400);
        assert_eq!((cells.first, cells.rows.len()), (first, cells.numbers.len()));
        // The first column counts the passengers, so that a row can be told by it.
        for (row, number) in cells.rows.iter().zip(&cells.numbers) {
            assert_eq!(row[0].as_deref(), Some(number.to_string().as_str()));
        }
        numbers.extend(cells.numbers);
    }
    assert_eq!(numbers.len(), 1309 - 262);
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(seen(1040, 400).rows.len(), 7);
    assert_eq!(seen(5000, 400).rows.len(), 0);
    let recipe = Recipe { goal: atelier::judge::Goal::default(), ..(*recipe).clone() };
    let all: Cells = host.ask(Ask::Seen { recipe: Box::new(recipe), first: 0, count: 5 }, Vec::new()).expect("rows");
    assert_eq!(all.numbers, [1, 2, 3, 4, 5], "without a goal nothing is sealed");
}

#[test]
fn a_leak_is_dealt_with_by_one_edit() {
    let mut host = Host::new(1);
    let mut recipe = host.study(TITANIC, "survived");
    let profile: Profile = host.ask(Ask::Profile(Box::new(recipe.clone())), Vec::new()).expect("a profile");
    let open = |recipe: &Recipe| findings(profile.alerts.iter().filter(|alert| !is_settled(recipe, alert)));
    let first = open(&recipe).into_iter().next().expect("a finding");
    assert_eq!((first.id.as_str(), first.columns.join(" ").as_str()), ("leak", "boat body"));
    let inverse = recipe.apply(remedy(&recipe, &first.suggestions[0]).expect("an edit")).expect("it applies");
    assert!(open(&recipe).iter().all(|finding| finding.id != "leak" && finding.columns != ["boat", "body"]));
    recipe.apply(inverse).expect("undone");
    assert_eq!(open(&recipe)[0], first);
}

#[test]
fn a_gap_tells_the_target_where_it_is_and_where_it_is_not() {
    let mut host = Host::new(1);
    let recipe = host.study(TITANIC, "survived");
    let profile: Profile = host.ask(Ask::Profile(Box::new(recipe)), Vec::new()).expect("a profile");
    let boat = profile.columns.iter().position(|column| column.name == "boat").expect("boat");
    let test = profile.missing.tests.iter().find(|test| test.column == boat).expect("boat has gaps");
    let share = |target: &LevelTarget| match target {
        LevelTarget::Shares(shares) => (shares.iter().map(|share| share.count).sum::<usize>(), shares[1].share.clone()),
        LevelTarget::Mean(_) => (0, Figure::undefined("no_rows")),
    };
    let ((gone, without), (known, with)) = (share(&test.gone), share(&test.known));
    assert_eq!((gone, known), (profile.columns[boat].missing, profile.columns[boat].count));
    assert!(without.value().expect("a share") < 0.05 && with.value().expect("a share") > 0.95, "{without:?} {with:?}");
}

#[test]
fn segments_are_of_the_open_rows_and_know_no_target() {
    let mut host = Host::new(1);
    let recipe = Box::new(host.study(TITANIC, "survived"));
    let question = SegmentQuestion { columns: ["age", "fare", "pclass", "sex"].map(str::to_owned).to_vec(), ..SegmentQuestion::default() };
    let mut ask = |question: SegmentQuestion| -> ToldSegments {
        host.ask(Ask::Segments { recipe: recipe.clone(), question }, Vec::new()).expect("segments")
    };
    let told = ask(question.clone());
    assert_eq!((told.found.rows, told.found.columns.len(), told.words.len()), (1309 - 262, 4, told.found.segments.len()));
    assert_eq!(told.found.segments.iter().map(|segment| segment.rows).sum::<usize>(), told.found.rows);
    assert!(told.found.segments.iter().all(|segment| matches!(&segment.target, Some(LevelTarget::Shares(shares)) if shares.len() == 2)));
    assert_eq!(ask(question.clone()), told);
    // Naming the target changes nothing: it does not count.
    let with_target = SegmentQuestion { columns: [question.columns.clone(), vec!["survived".to_owned()]].concat(), ..question };
    assert_eq!(ask(with_target).found.segments, told.found.segments);
    // Where none is named, the inputs of the study count, but what names the rows.
    let usual = ask(SegmentQuestion { method: "agglomerative".to_owned(), ..SegmentQuestion::default() });
    assert!(
        usual.found.columns.contains(&"age".to_owned()) && !usual.found.columns.contains(&"survived".to_owned()),
        "{:?}",
        usual.found.columns
    );
}

#[test]
fn segments_on_their_way_can_be_stopped() {
    let mut host = Host::new(1);
    let source = host.read(TITANIC).0;
    let mut recipe = Recipe::new();
    recipe.sources = vec![source.clone()];
    let mut engine = Engine::new();
    engine.ask(Request { id: 1, ask: Ask::Read(Box::new(Source { sha256: String::new(), ..source })) }, bytes(TITANIC));
    while engine.advance() {}
    engine.replies();
    let question = SegmentQuestion::default();
    engine.ask(Request { id: 2, ask: Ask::Segments { recipe: Box::new(recipe), question } }, Vec::new());
    for _ in 0..5 {
        assert!(engine.advance());
    }
    engine.ask(Request { id: 3, ask: Ask::Cancel(2) }, Vec::new());
    let told: Vec<Reply> = engine.replies().into_iter().map(|(reply, _)| reply).filter(|reply| reply.id == 2).collect();
    assert!(matches!(told.last().map(|reply| &reply.tell), Some(Tell::Failed(problem)) if problem.message.id == "run.cancelled"));
    assert!(told.iter().any(|reply| matches!(reply.tell, Tell::Progress(..))) && !engine.is_busy());
}
