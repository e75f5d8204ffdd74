//! Icons: one stroke width, one box of 16 units, drawn in the colour of the text. Never the only carrier of a meaning.

use leptos::prelude::*;

/// Shapes by name.
const SHAPES: &[(&str, &str)] = &[
    ("alert", "M8 2.5 14 13H2zM8 6.5v3M8 11.3v.01"),
    ("chart", "M2.5 13.5h11M4.5 13V8M8 13V3.5M11.5 13V6"),
    ("close", "m4 4 8 8M12 4l-8 8"),
    ("dash", "M4 8h8"),
    ("down", "m4 6 4 4 4-4"),
    ("file", "M4 2h5l3 3v9H4zM9 2v3h3"),
    ("grip", "M6 4v.01M10 4v.01M6 8v.01M10 8v.01M6 12v.01M10 12v.01"),
    ("info", "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 7.5v3M8 5.3v.01"),
    ("left", "m10 4-4 4 4 4"),
    ("more", "M4 8v.01M8 8v.01M12 8v.01"),
    ("panel", "M2.5 3h11v10h-11zM10 3v10"),
    ("pause", "M5.5 3.5v9M10.5 3.5v9"),
    ("play", "M5 3.5v9l7.5-4.5z"),
    ("pen", "M3 13h2.5l7-7L10 3.5l-7 7zM8.5 5 11 7.5"),
    ("plus", "M8 3.5v9M3.5 8h9"),
    ("redo", "m10 4 3 3-3 3M12.5 7H6a3 3 0 0 0 0 6h3"),
    ("right", "m6 4 4 4-4 4"),
    ("save", "M8 2.5v7M5 7l3 3 3-3M3 13h10"),
    ("share", "M8 10V2.5M5.5 5 8 2.5 10.5 5M3.5 8.5v5h9v-5"),
    ("shield", "M8 2 3.5 3.5v4c0 3 2 5 4.5 6.5 2.5-1.5 4.5-3.5 4.5-6.5v-4z"),
    ("step", "M4 3.5v9l6-4.5zM12 3.5v9"),
    ("stop", "M4 4h8v8H4z"),
    ("table", "M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 3.5v9"),
    ("seal", "M4 7h8v6.5H4zM5.5 7V5a2.5 2.5 0 0 1 5 0v2"),
    ("theme", "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11"),
    ("tick", "m3.5 8.5 3 3 6-7"),
    ("trash", "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.7 9h5.600l.7-9"),
    ("up", "m4 10 4-4 4 4"),
    ("undo", "M6 4 3 7l3 3M3.5 7H10a3 3 0 0 1 0 6H7"),
];

/// An icon by name; hidden from those who listen, because a word stands beside it or in the label.
#[component]
pub fn Icon(
    /// The name of the shape.
    name: &'static str,
) -> impl IntoView {
    let shape = SHAPES.iter().find(|(known, _)| *known == name).map_or("", |(_, shape)| shape);
    view! { <svg class="ico" viewBox="0 0 16 16" aria-hidden="true"><path d=shape></path></svg> }
}

/// The state of a stage: the mark differs in shape, not only in colour.
#[component]
pub fn StateMark(
    /// `todo`, `done`, `busy`, `stale` or `problem`.
    #[prop(into)]
    state: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <svg class="state" viewBox="0 0 14 14" role="img" data-mark=state aria-label=move || atelier::base::text(&format!("page.state.{}", state.get()))>
            {move || match state.get() {
                "done" => view! { <circle cx="7" cy="7" r="5.7" class="good"></circle><path d="m4.5 7.2 1.8 1.8 3.2-3.8" class="on"></path> }.into_any(),
                "busy" => view! { <circle cx="7" cy="7" r="5" class="track"></circle><path d="M7 2a5 5 0 1 1-5 5" class="arc"></path> }.into_any(),
                "stale" => view! { <circle cx="7" cy="7" r="5" class="broken"></circle><circle cx="7" cy="7" r="1.6" class="warn"></circle> }.into_any(),
                "problem" => view! { <path d="M7 1 13 12.5H1z" class="bad"></path><path d="M7 5v3.5M7 10.4v.01" class="on"></path> }.into_any(),
                _ => view! { <circle cx="7" cy="7" r="5" class="ring"></circle> }.into_any(),
            }}
        </svg>
    }
}
