//! A number that is typed: what is refused stays in sight with what is wrong, until it is mended or the value changes.

use super::form::fresh;
use atelier::base::Message;
use leptos::prelude::*;
use serde_json::Value;

/// A number as typed; a decimal comma is understood. What is no number stays a text, which a field then refuses in words.
pub fn parse(typed: &str, whole: bool) -> Value {
    let typed = typed.trim().replace(',', ".");
    let number = if whole {
        typed.parse::<i64>().map(Value::from).ok()
    } else {
        typed.parse::<f64>().ok().filter(|x| x.is_finite()).map(Value::from)
    };
    number.unwrap_or(Value::String(typed))
}

/// A box for a number without a caption of its own. The complaint stands behind it, to be placed by the row.
#[component]
pub fn NumberBox(
    /// What it is, for those who listen.
    #[prop(into)]
    label: String,
    /// The value.
    #[prop(into)]
    value: Signal<f64>,
    /// What is wrong with a number, if anything.
    #[prop(into)]
    check: Callback<f64, Option<String>>,
    /// Told a number that nothing is wrong with.
    #[prop(into)]
    on_change: Callback<f64>,
) -> impl IntoView {
    let id = fresh();
    let wrong = RwSignal::new(String::new());
    let value = Memo::new(move |_| value.get());
    // By undo the value is another, and the complaint is about none that is there.
    Effect::new(move |_| {
        value.track();
        wrong.set(String::new());
    });
    let name = label.clone();
    let take = move |typed: &str| match parse(typed, false) {
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or_default();
            let found = check.run(number).unwrap_or_default();
            let is_good = found.is_empty();
            wrong.set(found);
            if is_good {
                on_change.run(number);
            }
        }
        typed => {
            let typed = typed.as_str().unwrap_or_default().to_owned();
            wrong.set(Message::new("field.not_a_number").with("field", &name).with("value", typed).to_string());
        }
    };
    let described = {
        let id = id.clone();
        move || (!wrong.with(String::is_empty)).then(|| id.clone())
    };
    view! {
        <input class="box short" type="text" inputmode="decimal" aria-label=label
            aria-invalid=move || (!wrong.with(String::is_empty)).then_some("true") aria-describedby=described
            prop:value=move || value.get().to_string() on:change=move |event| take(&event_target_value(&event))/>
        <Show when=move || !wrong.with(String::is_empty)><p class="wrong" role="alert" id=id.clone()>{wrong}</p></Show>
    }
}
