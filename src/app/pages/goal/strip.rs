//! Where the rows go in each fold, as strips: asked for anew whenever the rows are divided otherwise.

use crate::parts::Chart;
use crate::state::Studio;
use atelier::judge::FoldMap;
use atelier::report::scenes;
use atelier::run::Ask;
use leptos::prelude::*;

/// The picture; nothing while the rows cannot be divided.
#[component]
pub fn FoldsStrip() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let found = RwSignal::new(None::<FoldMap>);
    let asked = StoredValue::new(0_u64);
    // The look tells that rows are divided otherwise, after the recipe was taken.
    let wanted = Memo::new(move |_| {
        let split = studio.look.with(|look| look.as_ref().and_then(|look| look.split.clone()))?;
        Some((split, studio.recipe.with(|recipe| recipe.setup_digest())))
    });
    Effect::new(move |_| {
        asked.update_value(|asked| *asked += 1);
        let number = asked.get_value();
        if wanted.get().is_none() {
            return found.set(None);
        }
        let recipe = Box::new(studio.recipe.get_untracked());
        leptos::task::spawn_local(async move {
            let map = studio.ask::<FoldMap>(Ask::Folds(recipe), &[]).await.ok();
            // A late answer belongs to another split; the page may have been left meanwhile.
            if asked.try_get_value() == Some(number) {
                let _ = found.try_set(map);
            }
        });
    });
    let scene =
        Signal::derive(move || found.with(|map| map.as_ref().map(scenes::folds)).unwrap_or_else(|| scenes::folds(&FoldMap::default())));
    move || found.with(Option::is_some).then(|| view! { <Chart scene=scene/> })
}
