//! What every kind of model keeps.

use super::samples::made;
use super::*;
use crate::base::{Kind as FieldKind, Stage, field, text::find as find_text};
use crate::plan::apply;
use crate::table::{Column, Table};

#[test]
fn the_registry_is_alphabetic_and_every_form_has_its_texts() {
    assert!(MODELS.windows(2).all(|pair| pair[0].id < pair[1].id));
    for kind in MODELS {
        let owner = format!("model.{}", kind.id);
        let mut ids = vec![owner.clone(), format!("{owner}.help")];
        for field in (kind.fields)() {
            ids.push(format!("{owner}.{}", field.id));
            ids.push(format!("{owner}.{}.help", field.id));
            if let FieldKind::Choice(choices) = &field.kind {
                ids.extend(choices.iter().map(|choice| format!("{owner}.{}={choice}", field.id)));
            }
            assert!(field.check(&field.default, Stage::Learn, &owner).is_none(), "{owner}.{}", field.id);
        }
        assert_eq!(ids.iter().filter(|id| find_text(id).is_none()).collect::<Vec<_>>(), Vec::<&String>::new());
    }
}

#[test]
fn every_model_answers_within_bounds_and_survives_a_file() {
    for kind in MODELS {
        for &task in kind.tasks {
            let set = made(task, 80, 4, 1);
            let fit = || (kind.start)(&field::defaults(&(kind.fields)()), set.clone()).expect("it starts").finish().expect("a model");
            let model = fit();
            assert_eq!(model, fit(), "{} twice", kind.id);
            let file = serde_json::to_string(&model).expect("it is written");
            let model: Model = serde_json::from_str(&file).expect("it is read");
            assert_eq!(model, fit(), "{} from a file", kind.id);
            let column = |place: usize| Column::number(&set.columns[place], set.x.column(place).to_vec());
            let table = apply(&model.ops, Table::new((0..4).map(column).collect())).expect("it fits");
            let answer: Vec<&[f64]> = set.outputs.iter().map(|name| table.column(name).expect(name).numbers().expect(name)).collect();
            assert!(answer.iter().copied().flatten().all(|value| value.is_finite()), "{}", kind.id);
            let is_share = |value: f64| (0.0..=1.0).contains(&value);
            match task {
                Task::Regression => {}
                Task::Binary => assert!(answer[0].iter().all(|&p| is_share(p)), "{}", kind.id),
                Task::Multiclass => {
                    for row in 0..80 {
                        let sum: f64 = answer.iter().map(|column| column[row]).sum();
                        assert!(answer.iter().all(|column| is_share(column[row])) && (sum - 1.0).abs() < 1e-6, "{}", kind.id);
                    }
                }
            }
            let expected = model.importance.as_ref().map_or(4, Vec::len);
            assert_eq!(expected, 4, "{}: an importance for each column", kind.id);
        }
    }
}
