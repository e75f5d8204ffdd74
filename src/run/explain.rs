//! Explanations of the chosen model: what it leans on, for all rows and for one, with the rows' own values and a reading
//! in plain words.

use super::session::Session;
use super::subject::{Subject, SubjectJob, Which};
use super::work::{Answer, Begun};
use crate::base::{Message, Params, Problem, Stage, Task};
use crate::chart::format::figure;
use crate::explain::shap::{Scale, Shap};
use crate::explain::{self, Explanation, Setting, permutation::Permutation};
use crate::learn::Target;
use crate::num::Rng;
use crate::recipe::{Recipe, digest_of};
use crate::table::{Kind, Origin};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is to be explained.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The method: an id of [`explain::METHODS`].
    pub method: String,
    /// Its parameters; what is left out is taken from the recipe, otherwise from the form.
    #[serde(default)]
    pub params: Params,
    /// Which output: the class by its place, or 0.
    #[serde(default)]
    pub output: usize,
    /// Rows of the file to explain one by one; where there are none, the method draws some.
    #[serde(default)]
    pub rows: Vec<Origin>,
}

/// An explanation with all that is needed to read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explained {
    /// The kind of model.
    pub model: String,
    /// What is explained, as in "probability that survived is 1".
    pub outcome: Message,
    /// Whether the figures are probabilities, from 0 to 1.
    pub probability: bool,
    /// The columns that the model reads, in order.
    pub columns: Vec<String>,
    /// Their kinds.
    pub kinds: Vec<Kind>,
    /// The figures.
    pub explanation: Explanation,
    /// The rows explained one by one, in the order of the explanation.
    pub rows: Vec<ShownRow>,
    /// What the figures say, in sentences.
    pub readings: Vec<Message>,
}

/// A row for the eye.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownRow {
    /// The row of the file, from 0.
    pub origin: Origin,
    /// Its values, in the order of the columns; nothing where missing.
    pub values: Vec<Option<String>>,
    /// Its true answer.
    pub truth: String,
    /// What the fold that did not learn from it says: the probability of the class, or the number.
    pub answer: Option<f64>,
    /// Why it was picked: the text is `explain.pick.<why>`. Empty for rows that were asked for.
    pub why: String,
}

/// Rows that are worth a look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picks {
    /// The columns that the model reads, in order.
    pub columns: Vec<String>,
    /// The rows, each with the reason why it was picked.
    pub rows: Vec<ShownRow>,
    /// What the answers are, as in "probability that survived is 1".
    pub outcome: Message,
    /// The classes, by place; empty for numbers.
    pub classes: Vec<String>,
}

/// The most predictions for Shapley values over all rows, where the number of rows is left to the engine.
const PREDICTIONS: usize = 2_000_000;

/// Explains the chosen model: an [`Explained`]. Permutation importance scores the rows that one fold did not learn
/// from, with this fold's fit; the other methods ask the final fit about training rows.
///
/// # Errors
/// A recipe that is not trained, a method that does not exist, a row that is held out or not there.
pub fn explain(session: &mut Session, recipe: &Recipe, question: Question) -> Result<Begun, Problem> {
    let unknown = || Problem::new(Stage::Explain, "explain.no_method").with("method", &question.method);
    let method = explain::find(&question.method).ok_or_else(unknown)?;
    let which = if question.method == "permutation" { Which::Unseen } else { Which::Final };
    let subject = Arc::new(Subject::new(session, recipe, which)?);
    // Settings of other methods, and which class a report explains, are nothing to this answer.
    let params = params(recipe, &question, subject.columns().len());
    let key = digest_of(&("explain", session.training_key(recipe)?, recipe.chosen, &params, &recipe.judge, &question));
    if let Some(known) = session.known(&key) {
        return Ok(Begun::Now(Answer { value: known, body: Vec::new() }));
    }
    let (rows, train, columns) = (subject.rows(), subject.train(), subject.columns());
    let chosen = question.rows.iter().map(|&origin| place(&subject, origin)).collect::<Result<Vec<usize>, Problem>>()?;
    let setting = Setting {
        rows: &rows,
        train: &train,
        columns: &columns,
        task: subject.task(),
        output: question.output,
        chosen: &chosen,
        seed: recipe.stream("explain", 0),
    };
    let work = (method.start)(&params, &setting)?;
    let job = SubjectJob::new(work, subject.clone());
    let (target, model) = (recipe.goal.target.clone().unwrap_or_default(), recipe.candidate()?.model.clone());
    Begun::job(job, move |explanation, session| {
        let log_odds = matches!(&explanation, Explanation::Shap(Shap { scale: Scale::LogOdds, .. }));
        let outcome = outcome(&subject, &target, question.output, log_odds);
        let rows = origins(&explanation).into_iter().filter_map(|origin| shown(&subject, origin, question.output, "")).collect();
        let mut explained = Explained {
            model,
            probability: subject.task() != Task::Regression && !log_odds,
            columns: subject.columns(),
            kinds: subject.setup.inputs.columns().iter().map(|column| column.kind).collect(),
            readings: Vec::new(),
            outcome,
            explanation,
            rows,
        };
        explained.readings = readings(&explained);
        let answer = Answer::json(&explained);
        session.know(key, answer.value.clone());
        Ok(answer)
    })
}

/// What the recipe says about a method, under what the question says.
fn params(recipe: &Recipe, question: &Question, columns: usize) -> Params {
    let mut params = recipe.explain.methods.get(&question.method).cloned().unwrap_or_default();
    params.extend(question.params.clone());
    let mut usual = |name: &str, value: usize| {
        params.entry(name.to_owned()).or_insert_with(|| value.into());
    };
    match question.method.as_str() {
        "permutation" => usual("repeats", recipe.explain.repeats),
        "shap" => {
            let sets = if columns <= 12 { 1 << columns } else { 1000 };
            let fit = PREDICTIONS / (sets * recipe.explain.background.max(1));
            usual("background", recipe.explain.background);
            usual("rows", recipe.explain.rows.min(fit.max(20)));
        }
        _ => {}
    }
    params
}

/// The place of a row of the file among the subject's rows.
fn place(subject: &Subject, origin: Origin) -> Result<usize, Problem> {
    let origins = subject.setup.inputs.origins();
    if let Some(place) = subject.positions.iter().position(|&row| origins[row] == origin) {
        return Ok(place);
    }
    let sealed = subject.setup.held_out.iter().any(|&row| origins[row] == origin);
    let id = if sealed { "explain.sealed_row" } else { "explain.absent_row" };
    Err(Problem::new(Stage::Explain, id).with("row", u64::from(origin) + 1))
}

/// What is explained, in words.
fn outcome(subject: &Subject, target: &str, output: usize, log_odds: bool) -> Message {
    let class = match subject.task() {
        Task::Regression => return Message::new("explain.outcome.value").with("target", target),
        Task::Binary => subject.setup.classes.last(),
        Task::Multiclass => subject.setup.classes.get(output),
    };
    let id = if log_odds { "explain.outcome.log_odds" } else { "explain.outcome.probability" };
    Message::new(id).with("target", target).with("class", class.map(String::as_str).unwrap_or_default())
}

/// The rows that an explanation explains one by one.
fn origins(explanation: &Explanation) -> Vec<Origin> {
    match explanation {
        Explanation::Shap(shap) => shap.rows.iter().map(|row| row.origin).collect(),
        Explanation::Lime(lime) => lime.rows.iter().map(|row| row.origin).collect(),
        Explanation::Dependence(_) | Explanation::Permutation(_) => Vec::new(),
    }
}

/// A row of the subject for the eye.
fn shown(subject: &Subject, origin: Origin, output: usize, why: &str) -> Option<ShownRow> {
    let setup = &subject.setup;
    let row = *subject.positions.iter().find(|&&row| setup.inputs.origins()[row] == origin)?;
    let judged = subject.judged();
    let answer = judged.as_ref().and_then(|judged| {
        let place = judged.rows.iter().position(|&other| other == row)?;
        judged.answer.get((place, output)).copied()
    });
    let truth = match &setup.target {
        Target::Classes { codes, .. } => setup.classes.get(codes[row] as usize).cloned().unwrap_or_default(),
        Target::Values(values) => figure(values[row]),
    };
    Some(ShownRow {
        origin,
        values: setup.inputs.columns().iter().map(|column| column.display(row)).collect(),
        truth,
        answer,
        why: why.to_owned(),
    })
}

/// Rows that are worth a look: the surest, the wrongest, the least certain, and some by chance. They are found by what
/// the folds said that did not learn from them.
///
/// # Errors
/// A recipe that is not trained, an output that is not there.
pub fn picks(session: &mut Session, recipe: &Recipe, output: usize) -> Result<Picks, Problem> {
    let subject = Subject::new(session, recipe, Which::Final)?;
    let judged = subject.judged().ok_or_else(|| Problem::new(Stage::Judge, "judge.candidate_failed"))?;
    if output >= judged.answer.ncols() {
        let problem = Problem::new(Stage::Explain, "explain.no_output");
        return Err(problem.with("output", output).with("count", judged.answer.ncols()));
    }
    let answers: Vec<f64> = judged.answer.column(output).to_vec();
    // The place of the largest among the rows that count; the first among equals.
    let most = |of: &dyn Fn(usize) -> Option<f64>| {
        let mut best: Option<(f64, usize)> = None;
        for place in 0..answers.len() {
            if let Some(value) = of(place).filter(|value| !value.is_nan())
                && best.is_none_or(|(most, _)| value > most)
            {
                best = Some((value, place));
            }
        }
        best.map(|(_, place)| place)
    };
    let mut found: Vec<(&str, Option<usize>)> = match &judged.target {
        Target::Classes { codes, .. } => {
            let class = if subject.task() == Task::Binary { 1 } else { output as u32 };
            let threshold = if subject.task() == Task::Binary { subject.threshold } else { 0.5 };
            vec![
                ("surely_right", most(&|row| (codes[row] == class).then_some(answers[row]))),
                ("surely_not", most(&|row| (codes[row] != class).then_some(-answers[row]))),
                ("wrongly", most(&|row| (codes[row] != class).then_some(answers[row]))),
                ("overlooked", most(&|row| (codes[row] == class).then_some(-answers[row]))),
                ("undecided", most(&|row| Some(-(answers[row] - threshold).abs()))),
            ]
        }
        Target::Values(values) => vec![
            ("highest", most(&|row| Some(answers[row]))),
            ("lowest", most(&|row| Some(-answers[row]))),
            ("too_high", most(&|row| Some(answers[row] - values[row]))),
            ("too_low", most(&|row| Some(values[row] - answers[row]))),
        ],
    };
    let mut rng = Rng::new(recipe.stream("explain", 1), "picks", 0);
    let drawn = rng.sample(answers.len(), answers.len().min(5));
    found.extend(drawn.into_iter().map(|place| ("by_chance", Some(place))));
    let mut rows: Vec<ShownRow> = Vec::new();
    for (why, place) in found {
        let origin = place.map(|place| subject.setup.inputs.origins()[judged.rows[place]]);
        if let Some(origin) = origin.filter(|origin| rows.iter().all(|row| row.origin != *origin)) {
            rows.extend(shown(&subject, origin, output, why));
        }
    }
    let target = recipe.goal.target.clone().unwrap_or_default();
    Ok(Picks {
        columns: subject.columns(),
        rows,
        outcome: outcome(&subject, &target, output, false),
        classes: subject.setup.classes.clone(),
    })
}

/// An amount of the outcome: points of a probability, or a number.
fn amount(explained: &Explained, value: f64) -> String {
    match explained.probability {
        true => Message::new("explain.points").with("points", format!("{:.1}", 100.0 * value)).to_string(),
        false => figure(value),
    }
}

/// How many columns are put into words.
const SAID: usize = 3;

/// What the figures say, in sentences.
fn readings(explained: &Explained) -> Vec<Message> {
    match &explained.explanation {
        Explanation::Shap(shap) if shap.rows.len() == 1 => of_row(explained, shap),
        Explanation::Shap(shap) => shap
            .swarm
            .iter()
            .take(1)
            .map(|swarm| {
                Message::new("explain.reading.moves")
                    .with("column", &swarm.column)
                    .with("outcome", &explained.outcome)
                    .with("amount", amount(explained, swarm.mean_absolute))
                    .with("rows", shap.rows.len())
            })
            .collect(),
        Explanation::Permutation(permutation) => of_importance(permutation),
        Explanation::Lime(lime) => lime
            .rows
            .iter()
            .filter(|row| row.unstable || row.poor_fit)
            .take(1)
            .map(|row| Message::new(if row.unstable { "explain.reading.unstable" } else { "explain.reading.poor_fit" }))
            .collect(),
        Explanation::Dependence(_) => Vec::new(),
    }
}

fn of_row(explained: &Explained, shap: &Shap) -> Vec<Message> {
    let Some((row, shown)) = shap.rows.first().zip(explained.rows.first()) else { return Vec::new() };
    let whole = |value: f64| if explained.probability { format!("{:.1}%", 100.0 * value) } else { figure(value) };
    let mut said = vec![
        Message::new("explain.reading.base")
            .with("outcome", &explained.outcome)
            .with("base", whole(row.base))
            .with("prediction", whole(row.prediction)),
    ];
    let mut order: Vec<usize> = (0..row.values.len()).filter(|&place| row.values[place] != 0.0).collect();
    order.sort_by(|&a, &b| row.values[b].abs().total_cmp(&row.values[a].abs()));
    for &place in order.iter().take(SAID) {
        let value = row.values[place];
        let known = shown.values.get(place).and_then(Clone::clone);
        let id = match (known.is_some(), value > 0.0) {
            (true, true) => "explain.reading.raises",
            (true, false) => "explain.reading.lowers",
            (false, true) => "explain.reading.missing_raises",
            (false, false) => "explain.reading.missing_lowers",
        };
        said.push(
            Message::new(id)
                .with("column", shap.columns.get(place).map(String::as_str).unwrap_or_default())
                .with("value", known.unwrap_or_default())
                .with("outcome", &explained.outcome)
                .with("amount", amount(explained, value.abs())),
        );
    }
    said
}

fn of_importance(permutation: &Permutation) -> Vec<Message> {
    let metric = crate::base::text(&format!("metric.{}", permutation.metric));
    let mut said = Vec::new();
    if let Some((base, first, mean)) = permutation
        .columns
        .first()
        .filter(|first| !first.useless)
        .and_then(|first| Some((permutation.base.value()?, first, first.mean.value()?)))
    {
        let after = if permutation.greater_is_better { base - mean } else { base + mean };
        said.push(
            Message::new("explain.reading.importance")
                .with("column", &first.group.name)
                .with("metric", metric)
                .with("base", figure(base))
                .with("after", figure(after)),
        );
    }
    let useless: Vec<&str> = permutation.columns.iter().filter(|column| column.useless).map(|column| column.group.name.as_str()).collect();
    if !useless.is_empty() {
        let names = useless.iter().take(8).copied().collect::<Vec<_>>().join(", ");
        said.push(Message::new("explain.reading.useless").with("count", useless.len()).with("columns", names));
    }
    said
}
