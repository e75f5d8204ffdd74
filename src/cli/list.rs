//! `list`: everything that a study can name and a report can show, from the engine's own lists.

use crate::failure::Failure;
use crate::output::print;
use crate::show::{TextTable, clean};
use atelier::base::{Field, field::Kind, text, text::find};
use atelier::learn::cluster;
use atelier::table::join::How;
use atelier::{chart, explain, learn, metric, prepare, stress, tune};
use serde_json::{Value, json};

/// List what there is: steps, models, metrics, searches, joins, ways of finding segments, methods of explanation, probes, charts,
/// with their settings.
#[derive(clap::Args)]
pub struct Args {
    /// What to list [default: everything, without settings]
    #[arg(value_enum)]
    what: Option<What>,
    /// Only the entry with this id
    id: Option<String>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Steps,
    Models,
    Metrics,
    Samplers,
    Pruners,
    Joins,
    Clusterers,
    Methods,
    Probes,
    Charts,
}

const ALL: [What; 10] = [
    What::Steps,
    What::Models,
    What::Metrics,
    What::Samplers,
    What::Pruners,
    What::Joins,
    What::Clusterers,
    What::Methods,
    What::Probes,
    What::Charts,
];

/// An entry of a list.
struct Entry {
    id: &'static str,
    /// The prefix of its texts.
    owner: String,
    /// What else there is to say, for people and for programs.
    facts: Vec<(&'static str, Value)>,
    fields: Vec<Field>,
}

impl What {
    fn id(self) -> &'static str {
        match self {
            What::Steps => "steps",
            What::Models => "models",
            What::Metrics => "metrics",
            What::Samplers => "samplers",
            What::Pruners => "pruners",
            What::Joins => "joins",
            What::Clusterers => "clusterers",
            What::Methods => "methods",
            What::Probes => "probes",
            What::Charts => "charts",
        }
    }

    fn entries(self) -> Vec<Entry> {
        let tasks = |tasks: &[atelier::base::Task]| ("tasks", json!(tasks.iter().map(|task| task.id()).collect::<Vec<_>>()));
        match self {
            What::Steps => prepare::STEPS
                .iter()
                .map(|kind| {
                    let accepts: Vec<&str> = kind.accepts.iter().map(|kind| kind.id()).collect();
                    let facts = vec![("family", json!(kind.family)), ("effect", json!(kind.effect())), ("columns", json!(accepts))];
                    Entry { id: kind.id, owner: kind.owner(), facts, fields: (kind.fields)() }
                })
                .collect(),
            What::Models => learn::MODELS
                .iter()
                .map(|kind| Entry {
                    id: kind.id,
                    owner: format!("model.{}", kind.id),
                    facts: vec![tasks(kind.tasks), ("takes_missing", json!(kind.takes_missing))],
                    fields: (kind.fields)(),
                })
                .collect(),
            What::Metrics => metric::METRICS
                .iter()
                .map(|metric| Entry {
                    id: metric.id,
                    owner: format!("metric.{}", metric.id),
                    facts: vec![("better", json!(if metric.higher_is_better { "higher" } else { "lower" })), tasks(metric.tasks)],
                    fields: Vec::new(),
                })
                .collect(),
            What::Samplers => tune::SAMPLERS
                .iter()
                .map(|sampler| Entry { id: sampler.id, owner: sampler.owner(), facts: Vec::new(), fields: (sampler.fields)() })
                .collect(),
            What::Pruners => tune::PRUNERS
                .iter()
                .map(|pruner| Entry { id: pruner.id, owner: pruner.owner(), facts: Vec::new(), fields: (pruner.fields)() })
                .collect(),
            What::Clusterers => cluster::CLUSTERERS
                .iter()
                .map(|clusterer| Entry { id: clusterer.id, owner: clusterer.owner(), facts: Vec::new(), fields: (clusterer.fields)() })
                .collect(),
            What::Methods => explain::METHODS
                .iter()
                .map(|method| Entry { id: method.id, owner: method.owner(), facts: vec![tasks(method.tasks)], fields: (method.fields)() })
                .collect(),
            What::Probes => stress::PROBES
                .iter()
                .map(|probe| Entry { id: probe.id, owner: probe.owner(), facts: Vec::new(), fields: (probe.fields)() })
                .collect(),
            What::Charts => chart::CHARTS
                .iter()
                .map(|chart| Entry {
                    id: chart.id,
                    owner: format!("chart.{}", chart.id),
                    facts: vec![("stage", json!(chart.stage))],
                    fields: Vec::new(),
                })
                .collect(),
            What::Joins => How::ALL
                .iter()
                .map(|how| Entry { id: how.id(), owner: format!("join.how={}", how.id()), facts: Vec::new(), fields: Vec::new() })
                .collect(),
        }
    }
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let lists: Vec<What> = args.what.map_or(ALL.to_vec(), |what| vec![what]);
    let mut entries: Vec<(What, Vec<Entry>)> = lists.into_iter().map(|what| (what, what.entries())).collect();
    if let Some(id) = &args.id {
        for (what, entries) in &mut entries {
            let known = entries.iter().map(|entry| entry.id).collect::<Vec<_>>().join(", ");
            entries.retain(|entry| entry.id == id);
            if entries.is_empty() {
                let problem = atelier::base::Problem::new(atelier::base::Stage::Data, "cli.list.unknown");
                return Err(problem.with("id", id).with("list", what.id()).with("known", known).into());
            }
        }
    }
    if args.json {
        let lists: serde_json::Map<String, Value> =
            entries.iter().map(|(what, entries)| (what.id().to_owned(), entries.iter().map(as_json).collect())).collect();
        return print(&(serde_json::to_string_pretty(&Value::Object(lists)).unwrap_or_default() + "\n"));
    }
    let blocks: Vec<String> = entries.iter().map(|(what, entries)| block(*what, entries, args.what.is_some())).collect();
    print(&blocks.join("\n"))
}

fn as_json(entry: &Entry) -> Value {
    let mut value = json!({"id": entry.id, "label": text(&entry.owner), "help": find(&format!("{}.help", entry.owner))});
    for (name, fact) in &entry.facts {
        value[*name] = fact.clone();
    }
    value["fields"] = fields_json(&entry.fields, &entry.owner);
    value
}

fn fields_json(fields: &[Field], owner: &str) -> Value {
    let field = |field: &Field| {
        let owner = format!("{owner}.{}", field.id);
        let mut value = json!({
            "id": field.id,
            "label": text(&owner),
            "help": find(&format!("{owner}.help")),
            "default": field.default,
        });
        if !field.unit.is_empty() {
            value["unit"] = field.unit.into();
        }
        if let Some((other, values)) = field.when {
            value["when"] = json!({"field": other, "is": values});
        }
        let (kind, more) = match &field.kind {
            Kind::Number { min, max, log } => ("number", json!({"min": min, "max": max, "log": log})),
            Kind::Integer { min, max } => ("integer", json!({"min": min, "max": max})),
            Kind::Choice(choices) => ("choice", json!({"choices": choices})),
            Kind::Flag => ("flag", json!({})),
            Kind::Text(most) => ("text", json!({"max_length": most})),
            Kind::Expression => ("expression", json!({})),
            Kind::Column => ("column", json!({})),
            Kind::Columns => ("columns", json!({})),
            Kind::Models { max, weighted } => ("models", json!({"max": max, "weighted": weighted})),
            Kind::List { of, max } => ("list", json!({"max": max, "fields": fields_json(&of(), &owner)})),
        };
        value["kind"] = kind.into();
        if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
            value.extend(more);
        }
        value
    };
    fields.iter().map(field).collect()
}

/// A list for people; with settings where it is the only one.
fn block(what: What, entries: &[Entry], with_fields: bool) -> String {
    let mut out = format!("{}\n", text(&format!("cli.list.{}", what.id())));
    let mut table = TextTable::default();
    for entry in entries {
        let facts =
            entry.facts.iter().map(|(name, value)| fact(name, value)).filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join("; ");
        table.row([entry.id.to_owned(), text(&entry.owner), facts]);
        if with_fields {
            for (depth, field, owner) in flat(&entry.fields, &entry.owner, 1) {
                let indent = "  ".repeat(depth);
                table.row([format!("{indent}{}", field.id), format!("{indent}{}", text(&format!("{owner}.{}", field.id))), range(&field)]);
            }
        }
    }
    out += &clean(&table.lines());
    out
}

fn fact(name: &str, value: &Value) -> String {
    match value {
        Value::Bool(true) => text(&format!("cli.list.{name}")),
        Value::Bool(false) => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// Fields with those of their lists behind them.
fn flat(fields: &[Field], owner: &str, depth: usize) -> Vec<(usize, Field, String)> {
    let mut all = Vec::new();
    for field in fields {
        all.push((depth, field.clone(), owner.to_owned()));
        if let Kind::List { of, .. } = &field.kind {
            all.extend(flat(&of(), &format!("{owner}.{}", field.id), depth + 1));
        }
    }
    all
}

/// What a field takes, and its default.
fn range(field: &Field) -> String {
    let range = match &field.kind {
        Kind::Number { min, max, .. } => format!("{min} .. {max}"),
        Kind::Integer { min, max } => format!("{min} .. {max}"),
        Kind::Choice(choices) => choices.join(" | "),
        Kind::Flag => "true | false".to_owned(),
        Kind::Text(_) => text("cli.list.text"),
        Kind::Expression => text("cli.list.formula"),
        Kind::Column => text("cli.list.column"),
        Kind::Columns => text("cli.list.columns"),
        Kind::List { .. } => text("cli.list.groups"),
        Kind::Models { .. } => text("cli.list.own_models"),
    };
    match (&field.kind, &field.default) {
        (Kind::List { .. } | Kind::Columns | Kind::Models { .. }, _) => range,
        (_, Value::String(default)) if default.is_empty() => range,
        (_, Value::String(default)) => format!("{default} ({range})"),
        (_, default) => format!("{default} ({range})"),
    }
}
