//! Projects on this device: continue, rename, copy, delete.

use super::project;
use crate::parts::{Button, Dialog, Menu, Panel};
use crate::state::{
    Studio, View,
    storage::{Project, Unread},
};
use atelier::base::{Message, text};
use atelier::recipe::Edit;
use leptos::prelude::*;

/// The list.
#[component]
pub fn Recent() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let (projects, unread) = (studio.projects, studio.unread);
    // By id and title.
    let (renamed, deleted) = (RwSignal::new(None::<(String, String)>), RwSignal::new(None::<(String, String)>));
    let (renaming, deleting) = (RwSignal::new(false), RwSignal::new(false));
    // What was saved since the list was last read, here or in another tab.
    leptos::task::spawn_local(project::refresh(studio));
    let delete_item = move |id: String, title: String| {
        let ask = Callback::new(move |()| {
            deleted.set(Some((id.clone(), title.clone())));
            deleting.set(true);
        });
        (text("open.delete"), ask)
    };
    let items = move |project: &Project| {
        let (id, title) = (project.id.clone(), project.recipe.title.clone());
        let (copied, named) = (id.clone(), (id.clone(), title.clone()));
        vec![
            (
                text("open.rename"),
                Callback::new(move |()| {
                    renamed.set(Some(named.clone()));
                    renaming.set(true);
                }),
            ),
            (text("open.duplicate"), Callback::new(move |()| project::duplicate(studio, copied.clone()))),
            delete_item(id, title),
        ]
    };
    let unread_items = move |unread: &Unread| {
        let saved = unread.clone();
        vec![
            (text("open.save_unread"), Callback::new(move |()| project::save_unread_file(studio, saved.clone()))),
            delete_item(unread.id.clone(), unread.title.clone()),
        ]
    };
    let title_of = |named: RwSignal<Option<(String, String)>>| named.with(|named| named.clone().unwrap_or_default().1);
    let title = Signal::derive(move || title_of(renamed));
    let rename = Callback::new(move |title: String| {
        if let Some((id, before)) = renamed.get_untracked() {
            project::rename(studio, id, before, title);
        }
    });
    let delete = move || {
        deleting.set(false);
        if let Some((id, title)) = deleted.get_untracked() {
            project::delete(studio, view, id, title);
        }
    };
    let asked = Signal::derive(move || Message::new("open.delete.title").with("title", title_of(deleted)).to_string());
    view! {
        <Panel title=text("open.recent") flush=true>
            <ul class="recent">
                <For each=move || projects.get() key=|project| (project.id.clone(), project.changed as u64, project.recipe.title.clone()) let:project>
                    {
                        let about = match &project.recipe.goal.target {
                            Some(target) => Message::new("open.predicts").with("target", target).to_string(),
                            None => text("open.no_target"),
                        };
                        let date = js_sys::Date::new(&project.changed.into());
                        let when = String::from(date.to_locale_string("default", &wasm_bindgen::JsValue::UNDEFINED));
                        let project = StoredValue::new(project);
                        let title = project.with_value(|project| project.recipe.title.clone());
                        let items = Signal::derive(move || project.with_value(items));
                        let resume = move || project::resume(studio, view, project.with_value(|project| project.id.clone()));
                        view! {
                            <li>
                                <div><b><bdi>{title.clone()}</bdi></b><p class="muted small">{about}", "{when}</p></div>
                                <Button label=text("open.continue") name=Message::new("open.continue_name").with("title", &title).to_string() on_click=resume/>
                                <Menu label=Message::new("open.more").with("title", &title).to_string() items=items/>
                            </li>
                        }
                    }
                </For>
                <For each=move || unread.get() key=|unread| (unread.id.clone(), unread.record.clone()) let:unread>
                    {
                        let (title, reason) = (unread.title.clone(), unread.problem.clone());
                        let hint = reason.hint().map(|hint| hint.to_string()).unwrap_or_default();
                        let unread = StoredValue::new(unread);
                        let items = Signal::derive(move || unread.with_value(unread_items));
                        view! {
                            <li>
                                <div><b><bdi>{title.clone()}</bdi></b><p class="wrong">{reason.message.to_string()}" "{hint}</p></div>
                                <Menu label=Message::new("open.more").with("title", &title).to_string() items=items/>
                            </li>
                        }
                    }
                </For>
            </ul>
            <Show when=move || projects.with(Vec::is_empty) && unread.with(Vec::is_empty)><p class="muted small pad">{text("open.nothing_yet")}</p></Show>
        </Panel>
        <RenameDialog open=renaming title=title on_title=rename/>
        <Dialog title=asked open=deleting>
            <p>{text("open.delete.what")}</p>
            <div class="foot"><Button label=text("open.delete.keep") on_click=move || deleting.set(false)/><Button kind="main" label=text("open.delete.do") on_click=delete/></div>
        </Dialog>
    }
}

/// A title, to be changed.
#[component]
fn RenameDialog(open: RwSignal<bool>, title: Signal<String>, on_title: Callback<String>) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    let keep = move || {
        let typed = input.get_untracked().map(|input| input.value()).unwrap_or_default();
        let typed = typed.trim();
        if !typed.is_empty() {
            on_title.run(typed.to_owned());
            open.set(false);
        }
    };
    view! {
        <Dialog title=text("open.rename.title") open=open>
            <label class="field"><span>{text("open.rename.field")}</span>
                <input class="box" type="text" maxlength="120" autofocus node_ref=input prop:value=title.get_untracked() on:keydown=move |event| if event.key() == "Enter" { event.prevent_default(); keep(); }/></label>
            <div class="foot"><Button label=text("page.cancel") on_click=move || open.set(false)/><Button kind="main" label=text("open.rename") on_click=keep/></div>
        </Dialog>
    }
}

/// The dialog in which the title of the open project is changed; an edit, so that it can be undone.
#[component]
pub fn RenameOpen(open: RwSignal<bool>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let title = Signal::derive(move || studio.recipe.with(|recipe| recipe.title.clone()));
    let rename = Callback::new(move |title: String| studio.edit(Edit::SetTitle(title)));
    view! { <RenameDialog open=open title=title on_title=rename/> }
}
