//! The top bar: the problem in one sentence, the save mark, undo and redo, share, theme, explanations.

use crate::parts::{Button, Icon, Menu};
use crate::state::{Studio, View, files, studio::Saved};
use atelier::base::{Message, Stage, text};
use atelier::recipe;
use leptos::prelude::*;

/// The bar.
#[component]
pub fn Top() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let is_open = Memo::new(move |_| studio.project.with(Option::is_some));
    view! {
        <header class="top">
            <a class="brand" href="#data/open" aria-label="Atelier">
                <svg viewBox="0 0 18 18" aria-hidden="true"><path class="roof" d="M2 15 9 3l7 12"></path><path class="beam" d="M5.5 11.5h7"></path></svg>
                <span>"Atelier"</span>
            </a>
            <Sentence/>
            <span class="push"></span>
            <Show when=move || is_open.get()>
                <SaveMark/>
                <HistoryButton redo=false/>
                <HistoryButton redo=true/>
                <span class="wide"><Share/></span>
            </Show>
            <Button icon="theme" kind="quiet" name=Signal::derive(move || text(&format!("page.theme.{}", match view.theme.get().as_str() { "" => "system".to_owned(), other => other.to_owned() }))) on_click=move || view.turn_theme()/>
            <span class="wide">
                <Button icon="panel" kind="quiet" name=text("page.explanations") pressed=view.explain on_click=move || view.explain.update(|open| *open = !*open)/>
            </span>
        </header>
    }
}

/// What is predicted from what, in one sentence, on every page.
#[component]
fn Sentence() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let parts = Memo::new(move |_| {
        studio
            .project
            .with(Option::is_some)
            .then(|| studio.recipe.with(|recipe| (recipe.title.clone(), recipe.goal.target.clone(), crate::pages::input_count(studio))))
    });
    move || {
        match parts.get() {
        None => view! { <p class="sentence">{text("page.no_table")}</p> }.into_any(),
        Some((title, None, _)) => view! { <p class="sentence"><b class="proj"><bdi>{title}</bdi></b><span class="sep">"/"</span><a href="#goal">{text("page.choose_target")}</a></p> }.into_any(),
        Some((title, Some(target), inputs)) => view! {
            <p class="sentence"><b class="proj"><bdi>{title}</bdi></b><span class="sep">"/"</span>{text("page.predict")}" "<b><bdi>{target}</bdi></b>" "
                {Message::new("page.from_columns").with("count", inputs).to_string()}</p>
        }.into_any(),
    }
    }
}

/// Whether everything is written on this device; said only when it is.
#[component]
fn SaveMark() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let state = move || match studio.saved.get() {
        _ if studio.elsewhere.get() => "tab",
        Saved::Nothing => "nothing",
        Saved::Pending => "pending",
        Saved::At(_) => "saved",
        Saved::TabOnly => "tab",
        Saved::Refused(_) => "refused",
    };
    let words = move || match studio.saved.get() {
        _ if studio.elsewhere.get() => text("page.elsewhere.mark"),
        Saved::Nothing => String::new(),
        Saved::Pending => text("page.saving"),
        Saved::At(time) => Message::new("page.saved").with("time", time).to_string(),
        Saved::TabOnly => text("page.tab_only"),
        Saved::Refused(reason) => Message::new("page.not_saved").with("reason", reason).to_string(),
    };
    view! {
        <span class="saved" role="status" data-state=state title=words>
            {move || match state() { "saved" => Some(view! { <Icon name="tick"/> }), "refused" => Some(view! { <Icon name="alert"/> }), _ => None }}
            <span>{words}</span>
        </span>
    }
}

#[component]
fn HistoryButton(redo: bool) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let next = Memo::new(move |_| {
        studio.project.with(|project| {
            let edits = project.as_ref().map(|project| if redo { &project.future } else { &project.past })?;
            edits.last().map(atelier::recipe::Edit::id)
        })
    });
    let name = Signal::derive(move || match next.get() {
        Some(id) => Message::new(if redo { "page.redo" } else { "page.undo" }).with("edit", text(&format!("edit.{id}"))).to_string(),
        None => text(if redo { "page.nothing_to_redo" } else { "page.nothing_to_undo" }),
    });
    view! {
        <Button icon=if redo { "redo" } else { "undo" } kind="quiet" name=name disabled=Signal::derive(move || next.get().is_none())
            on_click=move || if redo { studio.redo() } else { studio.undo() }/>
    }
}

/// The recipe as a link or a file, the project as a file. A link never holds a row.
#[component]
fn Share() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let copy_link = Callback::new(move |()| {
        let link = recipe::to_link(&studio.recipe.get_untracked());
        let location = window().location();
        let address = format!("{}{}#recipe={link}", location.origin().unwrap_or_default(), location.pathname().unwrap_or_default());
        let length = address.len();
        let promise = window().navigator().clipboard().write_text(&address);
        leptos::task::spawn_local(async move {
            let copied = wasm_bindgen_futures::JsFuture::from(promise).await.is_ok();
            view.say(Message::new(if copied { "page.link_copied" } else { "page.link_refused" }).with("length", length).to_string());
        });
    });
    let save_recipe = Callback::new(move |()| {
        let recipe = studio.recipe.get_untracked();
        let _ = files::download(&format!("{}.recipe.json", recipe.title), "application/json", recipe.to_json().as_bytes());
    });
    let save_project = Callback::new(move |()| crate::pages::data::save_project_file(studio));
    let items = Signal::derive(move || {
        vec![(text("page.copy_link"), copy_link), (text("page.save_recipe"), save_recipe), (text("page.save_project"), save_project)]
    });
    let _ = Stage::Data;
    view! { <Menu label=text("page.share_name") icon="share" text=text("page.share") items=items/> }
}
