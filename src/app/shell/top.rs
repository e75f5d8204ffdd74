//! The top bar: the problem in one sentence, the save mark, undo and redo, share, theme, explanations.

use crate::parts::{Button, Dialog, Icon, Menu};
use crate::state::{Studio, View, files, studio::Saved, view::LINK};
use atelier::base::{Message, text};
use atelier::recipe;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The bar.
#[component]
pub fn Top() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let is_open = Memo::new(move |_| studio.project.with(Option::is_some));
    let by_hand = ByHand { open: RwSignal::new(false), address: RwSignal::new(String::new()) };
    let share = Signal::derive(move || share_items(studio, view, by_hand));
    let explain = Callback::new(move |()| view.explain.update(|open| *open = !*open));
    // Where there is little room, one menu holds what else has its own place.
    let all = Signal::derive(move || {
        let share = if is_open.get() { share.get() } else { Vec::new() };
        share.into_iter().chain([(text("page.explanations"), explain)]).collect::<Vec<_>>()
    });
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
                <span class="wide"><Menu label=text("page.share_name") icon="share" text=text("page.share") items=share/></span>
            </Show>
            <Button icon="theme" kind="quiet" name=Signal::derive(move || text(&format!("page.theme.{}", match view.theme.get().as_str() { "" => "system".to_owned(), other => other.to_owned() }))) on_click=move || view.turn_theme()/>
            <span class="wide">
                <Button icon="panel" kind="quiet" name=text("page.explanations") pressed=view.explain on_click=move || explain.run(())/>
            </span>
            <span class="narrow"><Menu label=text("page.more") items=all/></span>
        </header>
        <LinkByHand by_hand/>
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

/// A link that the browser does not let the page copy.
#[derive(Clone, Copy)]
struct ByHand {
    open: RwSignal<bool>,
    address: RwSignal<String>,
}

/// The recipe as a link or a file, the project as a file. A link never holds a row.
fn share_items(studio: Studio, view: View, by_hand: ByHand) -> Vec<(String, Callback<()>)> {
    let copy_link = move |()| {
        let link = recipe::to_link(&studio.recipe.get_untracked());
        let location = window().location();
        let (origin, path) = (location.origin().unwrap_or_default(), location.pathname().unwrap_or_default());
        let address = format!("{origin}{path}{}{link}", LINK);
        // To be asked for while the click is being dealt with.
        let promise = clipboard().map(|clipboard| clipboard.write_text(&address));
        leptos::task::spawn_local(async move {
            let copied = match promise {
                Some(promise) => wasm_bindgen_futures::JsFuture::from(promise).await.is_ok(),
                None => false,
            };
            if copied {
                view.say(Message::new("page.link_copied").with("length", address.len()).to_string());
            } else {
                by_hand.address.set(address);
                by_hand.open.set(true);
            }
        });
    };
    let save_recipe = move |()| {
        let recipe = studio.recipe.get_untracked();
        let _ = files::download(&format!("{}.recipe.json", recipe.title), "application/json", recipe.to_json().as_bytes());
    };
    let save_project = move |()| crate::pages::data::save_project_file(studio);
    vec![
        (text("page.copy_link"), Callback::new(copy_link)),
        (text("page.save_recipe"), Callback::new(save_recipe)),
        (text("page.save_project"), Callback::new(save_project)),
    ]
}

/// The clipboard; a page that came by plain http has none.
fn clipboard() -> Option<web_sys::Clipboard> {
    let found = js_sys::Reflect::get(&window().navigator(), &"clipboard".into()).ok()?;
    (!found.is_undefined() && !found.is_null()).then(|| found.unchecked_into())
}

/// The address of a link, selected, to be copied by hand.
#[component]
fn LinkByHand(by_hand: ByHand) -> impl IntoView {
    let field = NodeRef::<leptos::html::Input>::new();
    let select = move || {
        if let Some(field) = field.get_untracked() {
            field.select();
        }
    };
    // The field has its text a moment after it has the focus.
    Effect::new(move |_| {
        if by_hand.open.get() {
            request_animation_frame(select);
        }
    });
    view! {
        <Dialog title=text("page.link_by_hand") open=by_hand.open>
            <p>{text("page.link_by_hand.how")}</p>
            <label class="field"><span>{text("page.link_by_hand.field")}</span>
                <input class="box mono" type="text" readonly autofocus node_ref=field prop:value=by_hand.address on:focus=move |_| select()/></label>
        </Dialog>
    }
}
