//! The explaining panel: what, why, how it is computed, what to look for.

use crate::parts::Button;
use crate::state::View;
use atelier::base::text;
use leptos::prelude::*;

/// The panel for the page that is open; its texts are `side.<stage>.<what|why|how|look>`, for a part of a page with its own
/// words `side.<stage>.<part>.<what|why|how|look>`.
#[component]
pub fn Side() -> impl IntoView {
    let view = expect_context::<View>();
    let stage = Memo::new(move |_| view.route.get().stage);
    let words = move |about: &str| {
        view.route.with(|route| {
            let own = atelier::base::text::find(&format!("side.{}.{}.{about}", route.stage.id(), route.part));
            own.or_else(|| atelier::base::text::find(&format!("side.{}.{about}", route.stage.id())))
        })
    };
    view! {
        <aside class="side" aria-label=text("page.explanation") data-open=move || view.explain.get().to_string()>
            <header>
                <h2>{move || text(&format!("stage.{}", stage.get().id()))}</h2><span class="push"></span>
                <Button icon="down" kind="quiet" name=Signal::derive(move || text(if view.explain.get() { "page.fold" } else { "page.unfold" })) on_click=move || view.explain.update(|open| *open = !*open)/>
            </header>
            <dl>
                {move || ["what", "why", "how", "look"].into_iter().filter_map(|part| {
                    let words = words(part)?;
                    let lines: Vec<&str> = words.split(" | ").collect();
                    let body = if lines.len() > 1 {
                        view! { <ul>{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul> }.into_any()
                    } else {
                        view! { {words} }.into_any()
                    };
                    Some(view! { <dt>{text(&format!("side.{part}"))}</dt><dd>{body}</dd> })
                }).collect_view()}
            </dl>
        </aside>
    }
}
