//! What is looked at: the route in the hash, the theme, the side panel, messages for the live region.

use atelier::base::Stage;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

/// What stands in front of a recipe in an address.
pub const LINK: &str = "#recipe=";

/// Where the page is: a stage and a part of it, as in `#prepare/3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The stage.
    pub stage: Stage,
    /// What stands behind the slash; empty where there is nothing.
    pub part: String,
}

impl Route {
    fn of(hash: &str) -> Self {
        let path = hash.trim_start_matches('#');
        let (stage, part) = path.split_once('/').unwrap_or((path, ""));
        let stage = Stage::ALL.into_iter().find(|known| known.id() == stage).unwrap_or(Stage::Data);
        Self { stage, part: part.to_owned() }
    }
}

fn path(stage: Stage, part: &str) -> String {
    if part.is_empty() { stage.id().to_owned() } else { format!("{}/{part}", stage.id()) }
}

/// The store of what is looked at.
#[derive(Clone, Copy)]
pub struct View {
    /// Where the page is.
    pub route: RwSignal<Route>,
    /// "light", "dark", "contrast", or "" for the system's.
    pub theme: RwSignal<String>,
    /// Counts changes of the theme, the system's too, so that charts draw again.
    pub palette: RwSignal<u32>,
    /// Whether the explaining panel is open.
    pub explain: RwSignal<bool>,
    /// What the live region says.
    pub spoken: RwSignal<String>,
}

impl View {
    /// Follows the address and the system's theme.
    pub fn new() -> Self {
        let hash = || window().location().hash().unwrap_or_default();
        let theme = document().document_element().and_then(|root| root.get_attribute("data-theme")).unwrap_or_default();
        let is_wide = || window().inner_width().ok().and_then(|width| width.as_f64()).is_none_or(|width| width >= 1180.0);
        let view = Self {
            route: RwSignal::new(Route::of(&hash())),
            theme: RwSignal::new(theme),
            palette: RwSignal::new(0),
            explain: RwSignal::new(is_wide()),
            spoken: RwSignal::new(String::new()),
        };
        let on_hash = Closure::<dyn FnMut()>::new(move || {
            // A recipe in the address is taken by the shell, which then goes to where its table is opened.
            if !hash().starts_with(LINK) {
                view.route.set(Route::of(&hash()));
            }
        });
        window().set_onhashchange(Some(on_hash.as_ref().unchecked_ref()));
        on_hash.forget();
        // Where there is little room the explanation covers the page: it is folded until it is asked for.
        if let Ok(Some(list)) = window().match_media("(max-width: 759px)") {
            let on_change = Closure::<dyn FnMut()>::new(move || view.explain.set(is_wide()));
            list.set_onchange(Some(on_change.as_ref().unchecked_ref()));
            on_change.forget();
            std::mem::forget(list);
        }
        for query in ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"] {
            if let Ok(Some(list)) = window().match_media(query) {
                let on_change = Closure::<dyn FnMut()>::new(move || view.palette.update(|count| *count += 1));
                list.set_onchange(Some(on_change.as_ref().unchecked_ref()));
                on_change.forget();
                std::mem::forget(list);
            }
        }
        view
    }

    /// Goes to a stage, or a part of it.
    pub fn go(&self, stage: Stage, part: &str) {
        let _ = window().location().set_hash(&path(stage, part));
    }

    /// The same in the place of where the page is: going back passes it over.
    pub fn go_instead(&self, stage: Stage, part: &str) {
        let _ = window().location().replace(&format!("#{}", path(stage, part)));
    }

    /// The next theme: the system's, light, dark, high contrast.
    pub fn turn_theme(&self) {
        let next = match self.theme.get_untracked().as_str() {
            "" => "light",
            "light" => "dark",
            "dark" => "contrast",
            _ => "",
        };
        if let Some(root) = document().document_element() {
            let _ = if next.is_empty() { root.remove_attribute("data-theme") } else { root.set_attribute("data-theme", next) };
        }
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = if next.is_empty() { storage.remove_item("atelier.theme") } else { storage.set_item("atelier.theme", next) };
        }
        self.theme.set(next.to_owned());
        self.palette.update(|count| *count += 1);
    }

    /// Whether the ground is dark now.
    pub fn is_dark(&self) -> bool {
        self.palette.track();
        let system = window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|list| list.matches());
        match self.theme.get().as_str() {
            "dark" => true,
            "light" => false,
            _ => system,
        }
    }

    /// Whether high contrast is asked for.
    pub fn is_contrast(&self) -> bool {
        self.palette.track();
        let system = window().match_media("(prefers-contrast: more)").ok().flatten().is_some_and(|list| list.matches());
        match self.theme.get().as_str() {
            "contrast" => true,
            "" => system,
            _ => false,
        }
    }

    /// Says something once, politely, to those who listen.
    pub fn say(&self, text: impl Into<String>) {
        self.spoken.set(text.into());
    }
}
