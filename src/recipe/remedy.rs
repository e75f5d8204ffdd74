//! What can be done about an alert: the edit that does it, and whether the study has done it.

use super::{Edit, Recipe};
use crate::base::Severity;
use crate::prepare::{Selector, Step};
use crate::profile::{Alert, Remedy, Suggestion};
use crate::table::Role;

/// The edit that makes a suggestion's change; nothing where there is no table to read otherwise.
pub fn remedy(recipe: &Recipe, suggestion: &Suggestion) -> Option<Edit> {
    let columns = &suggestion.columns;
    Some(match &suggestion.remedy {
        Remedy::Role(role) => {
            let mut goal = recipe.goal.clone();
            goal.roles.extend(columns.iter().map(|name| (name.clone(), *role)));
            Edit::SetGoal(goal)
        }
        Remedy::Step { id, params } => {
            let columns = if columns.is_empty() { Selector::All } else { Selector::Names(columns.clone()) };
            Edit::InsertStep { at: 0, step: Step { id: id.clone(), columns, params: params.clone(), enabled: true } }
        }
        Remedy::ReadAs(kind) => {
            let mut sources = recipe.sources.clone();
            let source = sources.first_mut()?;
            for name in columns {
                source.options.columns.entry(name.clone()).or_default().kind = Some(*kind);
            }
            Edit::SetSources(sources)
        }
        Remedy::ReadAsMissing(marker) => {
            let mut sources = recipe.sources.clone();
            let source = sources.first_mut()?;
            let mut markers = source.options.missing_markers();
            markers.push(marker.clone());
            source.options.missing = Some(markers);
            Edit::SetSources(sources)
        }
    })
}

/// Whether the study has dealt with an alert: none of its columns goes in any more, or one of its suggestions is made.
///
/// A step on all columns is the habit of a first recipe: it answers a note, while a warning wants its column named.
pub fn is_settled(recipe: &Recipe, alert: &Alert) -> bool {
    let goal = &recipe.goal;
    let is_used = |name: &String| goal.is_input(name) || goal.target.as_ref() == Some(name);
    if !alert.columns.is_empty() && !alert.columns.iter().any(is_used) {
        return true;
    }
    alert.suggestions.iter().any(|suggestion| is_made(recipe, suggestion, alert.severity))
}

fn is_made(recipe: &Recipe, suggestion: &Suggestion, severity: Severity) -> bool {
    let columns = &suggestion.columns;
    match &suggestion.remedy {
        Remedy::Role(_) => !columns.is_empty() && columns.iter().all(|name| recipe.goal.role(name) != Role::Input),
        Remedy::Step { id, params } => recipe.prepare.iter().any(|step| {
            let covers = match &step.columns {
                Selector::All => columns.is_empty() || severity == Severity::Note,
                Selector::Names(names) => columns.iter().all(|column| names.contains(column)),
                Selector::Except(names) => severity == Severity::Note && !columns.iter().any(|column| names.contains(column)),
            };
            let agrees = params.iter().all(|(name, value)| step.params.get(name) == Some(value));
            step.enabled && step.id == *id && covers && agrees
        }),
        Remedy::ReadAs(kind) => {
            let read = |name: &String| {
                recipe.sources.iter().any(|source| source.options.columns.get(name).is_some_and(|column| column.kind == Some(*kind)))
            };
            !columns.is_empty() && columns.iter().all(read)
        }
        Remedy::ReadAsMissing(marker) => recipe.sources.iter().any(|source| source.options.missing_markers().contains(marker)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Message, Params};
    use crate::recipe::Source;
    use crate::table::Kind;
    use std::collections::BTreeMap;

    fn alert(severity: Severity, remedies: Vec<Remedy>) -> Alert {
        let suggestion = |remedy| Suggestion { action: "a".into(), columns: vec!["x".into()], remedy };
        Alert {
            id: "missing".into(),
            severity,
            columns: vec!["x".into()],
            numbers: BTreeMap::new(),
            message: Message::new("alert.missing"),
            suggestions: remedies.into_iter().map(suggestion).collect(),
        }
    }

    fn step(id: &str) -> Remedy {
        Remedy::Step { id: id.into(), params: Params::new() }
    }

    fn study() -> Recipe {
        Recipe { sources: vec![Source::default()], ..Recipe::new() }
    }

    #[test]
    fn every_remedy_settles_its_alert_and_undo_opens_it_again() {
        let all = [
            Remedy::Role(Role::KnownLater),
            Remedy::ReadAs(Kind::Date),
            Remedy::ReadAsMissing("-999".into()),
            step("impute"),
            Remedy::Step { id: "impute".into(), params: [("indicator".to_owned(), true.into())].into_iter().collect() },
        ];
        for remedy_of in all {
            let alert = alert(Severity::Warning, vec![remedy_of]);
            let mut recipe = study();
            assert!(!is_settled(&recipe, &alert), "{alert:?}");
            let edit = remedy(&recipe, &alert.suggestions[0]).expect("an edit");
            let inverse = recipe.apply(edit).expect("it applies");
            assert!(is_settled(&recipe, &alert), "{alert:?}");
            recipe.apply(inverse).expect("it is undone");
            assert!(!is_settled(&recipe, &alert), "{alert:?}");
        }
        assert_eq!(remedy(&Recipe::new(), &alert(Severity::Note, vec![Remedy::ReadAs(Kind::Date)]).suggestions[0]), None, "no file");
    }

    #[test]
    fn a_step_on_all_columns_answers_notes_alone() {
        let mut recipe = study();
        recipe.prepare = vec![Step { id: "impute".into(), columns: Selector::All, params: Params::new(), enabled: true }];
        assert!(is_settled(&recipe, &alert(Severity::Note, vec![step("impute")])));
        assert!(!is_settled(&recipe, &alert(Severity::Warning, vec![step("impute")])));
        recipe.prepare[0].enabled = false;
        assert!(!is_settled(&recipe, &alert(Severity::Note, vec![step("impute")])));
    }

    #[test]
    fn columns_that_do_not_go_in_need_nothing_but_the_target_does() {
        let mut recipe = study();
        let open = alert(Severity::Warning, vec![step("impute")]);
        recipe.goal.roles.insert("x".into(), Role::RowId);
        assert!(is_settled(&recipe, &open));
        recipe.goal.roles.clear();
        recipe.goal.target = Some("x".into());
        assert!(!is_settled(&recipe, &open));
    }
}
