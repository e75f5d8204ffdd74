//! A decision tree as a drawing: the root on the left, yes above no, as many questions deep as is asked for.

use super::format::{count, digits, figure, percent};
use super::scene::{Axis, Cell, Ink, Key, Mark, Scene, class_inks};
use crate::base::{Message, text};
use crate::judge::{Asks, DEEPEST, NodeFacts, Question, TreeFacts};

/// Rows of text that a box takes, and how much of that is its own.
const ROWS: usize = 2;
const HALF: f64 = 0.86;
/// How much of a column of boxes is box; the rest is for the lines between.
const WIDE: f64 = 0.84;
/// Columns that there is room for at least, so that a small tree has no huge boxes.
const FEWEST: usize = 3;
/// Classes with a colour of their own in the key.
const MOST_KEYS: usize = 7;

/// What a node asks, in words.
pub fn question(question: &Question) -> String {
    let column = |id: &str| Message::new(id).with("column", &question.column);
    let limit = |id: &str, value: f64, prepared: bool| {
        let column = Message::new(if prepared { "chart.tree.prepared" } else { "chart.tree.own" }).with("column", &question.column);
        Message::new(id).with("column", column).with("value", digits(value, 6))
    };
    let message = match &question.asks {
        Asks::AtMost { value, prepared } => limit("chart.tree.at_most", *value, *prepared),
        Asks::Below { value, prepared } => limit("chart.tree.below", *value, *prepared),
        Asks::Among(levels) => {
            let or = Message::new("chart.tree.or").to_string();
            column("chart.tree.is").with("level", levels.join(&format!(" {or} ")))
        }
        Asks::Missing => column("chart.tree.missing"),
        Asks::Outside(low, high) => column("chart.tree.outside").with("low", digits(*low, 6)).with("high", digits(*high, 6)),
    };
    message.to_string()
}

/// What a node answers, in words: the share of the positive class, the largest class with its share, or the mean.
/// `classes` are those of the task by code, of two the second is the positive one; none for numbers.
pub fn answer(value: &[f64], classes: &[String]) -> String {
    let shares = shares(value, classes);
    if shares.is_empty() {
        return value.first().map_or_else(String::new, |mean| figure(*mean));
    }
    let best = (1..shares.len()).fold(0, |best, class| if shares[class] > shares[best] { class } else { best });
    let class = if shares.len() == 2 { 1 } else { best };
    let name = classes.get(class).map_or("", String::as_str);
    Message::new("chart.tree.share").with("share", percent(shares[class])).with("class", name).to_string()
}

/// The share of each class; none of numbers.
fn shares(value: &[f64], classes: &[String]) -> Vec<f64> {
    match (classes.len(), value) {
        (0, _) => Vec::new(),
        (2, [positive]) => vec![1.0 - positive, *positive],
        _ => value.to_vec(),
    }
}

/// A node with its place.
struct Placed<'a> {
    node: &'a NodeFacts,
    /// The place in the list of the facts.
    place: usize,
    /// The middle of its box, in rows from the top.
    middle: f64,
    /// Where it comes from: the place among the placed ones, and whether by yes.
    from: Option<(usize, bool)>,
}

/// The tree down to `depth` questions below the root, at most [`DEEPEST`]. `classes` as in [`answer`].
pub fn tree(facts: &TreeFacts, classes: &[String], depth: usize) -> Scene {
    let depth = depth.clamp(1, DEEPEST);
    let mut placed: Vec<Placed> = Vec::new();
    let mut rows = 0;
    put(facts, 0, depth, None, &mut rows, &mut placed);
    let Some(root) = placed.first() else { return Scene::nothing("tree", "chart.why.no_tree") };
    let all = root.node.rows;
    let columns = placed.iter().map(|placed| placed.node.depth + 1).max().unwrap_or(1).max(FEWEST);
    let mut scene =
        Scene::new("tree", Axis::exact("", 0.0, columns as f64).quiet(), Axis::names("", vec![String::new(); rows * ROWS]).quiet());
    for child in &placed {
        if let Some((parent, yes)) = child.from {
            edge(&mut scene, &placed[parent], child, yes, all);
        }
    }
    let span = span(&placed);
    let inks = class_inks(classes.len(), (classes.len() == 2).then_some(1));
    for node in &placed {
        boxed(&mut scene, node, classes, all, depth);
        bar(&mut scene, node, classes, &inks, span);
    }
    table(&mut scene, &placed, classes, all);
    keys(&mut scene, classes, &inks, span);
    let drawn = placed.len();
    let id = if placed.len() > 1 { "chart.tree.sentence" } else { "chart.tree.one" };
    let mut sentence = Message::new(id).with("leaves", count(facts.leaves)).with("depth", count(facts.depth));
    if let Some(asks) = &root.node.question {
        sentence = sentence.with("question", question(asks));
    }
    scene.description = sentence.with("answer", answer(&root.node.value, classes)).to_string();
    let rest = (root.node.below + 1).saturating_sub(drawn);
    if rest > 0 {
        scene.description += &format!(" {}", Message::new("chart.tree.rest").with("count", count(rest)));
    }
    scene
}

/// Places a node and those below it: leaves one below the other, others in the middle of theirs.
fn put<'a>(
    facts: &'a TreeFacts,
    place: usize,
    depth: usize,
    from: Option<(usize, bool)>,
    rows: &mut usize,
    placed: &mut Vec<Placed<'a>>,
) -> Option<f64> {
    let node = facts.nodes.get(place)?;
    let own = placed.len();
    placed.push(Placed { node, place, middle: 0.0, from });
    // Only a list that fits together is walked: those below a node stand behind it.
    let next = node.next.filter(|next| node.question.is_some() && node.depth < depth && next.iter().all(|&next| next > place));
    let sides = next.map(|[yes, no]| {
        let yes = put(facts, yes, depth, Some((own, true)), rows, placed);
        let no = put(facts, no, depth, Some((own, false)), rows, placed);
        (yes, no)
    });
    let middle = match sides {
        Some((Some(yes), Some(no))) => (yes + no) / 2.0,
        _ => {
            *rows += 1;
            ((*rows - 1) * ROWS) as f64 + 0.5
        }
    };
    placed[own].middle = middle;
    Some(middle)
}

/// The share of rows that a node has.
fn part(node: &NodeFacts, all: f64) -> f64 {
    let share = node.rows / all;
    if (0.0..=1.0).contains(&share) { share } else { 0.0 }
}

/// The line to a node, as thick as it has rows, with the answer that leads there.
fn edge(scene: &mut Scene, parent: &Placed, child: &Placed, yes: bool, all: f64) {
    let (from, to) = (parent.node.depth as f64 + WIDE, child.node.depth as f64);
    let turn = from + (to - from) / 2.0;
    let points = vec![[from, parent.middle], [turn, parent.middle], [turn, child.middle], [to, child.middle]];
    scene.mark(Mark::Line {
        points,
        ink: Ink::Edge,
        width: 1.0 + 6.0 * part(child.node, all),
        alpha: 0.45,
        dash: false,
        label: String::new(),
    });
    let middle = parent.middle + if yes { -0.7 } else { 0.7 };
    let text = text(if yes { "chart.tree.yes" } else { "chart.tree.no" });
    let (from, to) = ([from + 0.015, middle - 0.35], [to, middle + 0.35]);
    scene.mark(Mark::Within { from, to, text, ink: Ink::Muted, strong: false, halo: true });
}

/// The box of a node with its two lines, and what is said of it.
fn boxed(scene: &mut Scene, placed: &Placed, classes: &[String], all: f64, depth: usize) {
    let Placed { node, middle, .. } = placed;
    let (left, right) = (node.depth as f64, node.depth as f64 + WIDE);
    let (top, bottom) = (middle - HALF, middle + HALF);
    scene.mark(Mark::Rect { from: [left, top], to: [right, bottom], ink: Ink::Grid, alpha: 1.0, gap: 0.0 });
    let is_cut = node.below > 0 && (node.next.is_none() || node.depth >= depth);
    let (answered, share) = (answer(&node.value, classes), percent(part(node, all)));
    let (first, second, strong) = match &node.question {
        Some(asks) if !is_cut => {
            // What a share of two classes is of, the key says.
            let short = if classes.len() == 2 { percent(shares(&node.value, classes).pop().unwrap_or(f64::NAN)) } else { answered };
            (question(asks), Message::new("chart.tree.both").with("answer", short).with("share", share), false)
        }
        Some(_) => (answered, Message::new("chart.tree.cut").with("count", count(node.below)).with("share", share), true),
        None => (answered, Message::new("chart.tree.rows").with("share", share), true),
    };
    let line = |from: f64, to: f64, text: String, ink: Ink, strong: bool| Mark::Within {
        from: [left + 0.04 * WIDE, middle + from],
        to: [right - 0.02 * WIDE, middle + to],
        text,
        ink,
        strong,
        halo: false,
    };
    scene.mark(line(-0.8, -0.1, first, Ink::Text, strong));
    scene.mark(line(-0.15, 0.55, second.to_string(), Ink::Muted, false));
    if is_cut {
        scene.mark(Mark::reference(vec![[right, *middle], [right + (1.0 - WIDE) * 0.8, *middle]]));
    }
}

/// The shares of the classes along the foot of a box; of numbers how high the answer is among those of the drawn nodes.
fn bar(scene: &mut Scene, placed: &Placed, classes: &[String], inks: &[Ink], (low, high): (f64, f64)) {
    let Placed { node, middle, .. } = placed;
    let left = node.depth as f64;
    let mut piece = |from: f64, to: f64, ink: Ink| {
        let inside = |share: f64| if share > 1.0 { 1.0 } else { share };
        let (from, to) = ([left + WIDE * inside(from), middle + 0.62], [left + WIDE * inside(to), middle + HALF]);
        if to[0] > from[0] {
            scene.mark(Mark::Rect { from, to, ink, alpha: 1.0, gap: 0.0 });
        }
    };
    let shares = shares(&node.value, classes);
    let mut done = 0.0;
    // The positive class of two begins, so that its bars can be compared.
    let order: Vec<usize> = if shares.len() == 2 { vec![1, 0] } else { (0..shares.len()).collect() };
    for class in order {
        let share = if shares[class] > 0.0 { shares[class] } else { 0.0 };
        piece(done, done + share, inks.get(class).copied().unwrap_or(Ink::Rest));
        done += share;
    }
    if let (true, Some(value)) = (classes.is_empty() && high > low, node.value.first()) {
        piece(0.0, (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0), Ink::Cat(0));
    }
}

/// The lowest and the highest answer of numbers.
fn span(placed: &[Placed]) -> (f64, f64) {
    let values = placed.iter().filter_map(|placed| placed.node.value.first()).copied().filter(|value| value.is_finite());
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (if x < low { x } else { low }, if x > high { x } else { high }))
}

/// The items of keyboard and pointer and the rows of the table, in the order of the list.
fn table(scene: &mut Scene, placed: &[Placed], classes: &[String], all: f64) {
    scene.columns(&["chart.tree.where", "chart.tree.asks", "chart.column.share", "chart.tree.below_it"]);
    let several = classes.iter().map(|class| Message::new("chart.tree.of").with("class", class).to_string());
    let answers = if classes.is_empty() { vec![text("chart.tree.answer")] } else { several.collect() };
    scene.table.columns.extend(answers);
    for node in placed {
        let facts = node.node;
        let asks = facts.question.as_ref().map(question);
        let came = node.from.and_then(|(parent, yes)| {
            let asked = placed.get(parent)?.node.question.as_ref().map(question)?;
            let id = if yes { "chart.tree.came_yes" } else { "chart.tree.came_no" };
            Some(Message::new(id).with("question", asked).to_string())
        });
        let came = came.unwrap_or_else(|| text("chart.tree.root"));
        let id = if asks.is_some() { "chart.tree.item_asks" } else { "chart.tree.item" };
        let label = Message::new(id)
            .with("came", &came)
            .with("answer", answer(&facts.value, classes))
            .with("share", percent(part(facts, all)))
            .with("question", asks.clone().unwrap_or_default());
        let left = facts.depth as f64;
        scene.span([left, node.middle - HALF], [left + WIDE, node.middle + HALF], node.place, label.to_string());
        let mut cells: Vec<Cell> = vec![came.into(), asks.map_or(Cell::None, Cell::Text), part(facts, all).into(), facts.below.into()];
        let values = if classes.is_empty() { facts.value.clone() } else { shares(&facts.value, classes) };
        cells.extend(values.into_iter().map(Cell::from));
        cells.resize(4 + classes.len().max(1), Cell::None);
        scene.row(cells);
    }
}

/// The colours of the classes, or what the bar of a number means; and which way is which.
fn keys(scene: &mut Scene, classes: &[String], inks: &[Ink], (low, high): (f64, f64)) {
    let fill = |(class, ink): (&String, &Ink)| Key::Fill { ink: *ink, name: class.clone() };
    scene.keys.extend(classes.iter().zip(inks).take(MOST_KEYS).map(fill));
    if classes.is_empty() && high > low {
        let name = Message::new("chart.tree.bar").with("low", figure(low)).with("high", figure(high)).to_string();
        scene.keys.push(Key::Fill { ink: Ink::Cat(0), name });
    }
    scene.keys.push(Key::Note { name: text("chart.tree.ways") });
}
