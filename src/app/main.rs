//! The page.

mod state;

use leptos::prelude::*;

fn main() {
    console_error_panic_hook::set_once();
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
    mount_to_body(Shell);
}

#[component]
fn Shell() -> impl IntoView {
    let (news, set_news) = signal(String::from("no worker yet"));
    leptos::task::spawn_local(async move {
        match state::link::Code::load().await {
            Err(error) => set_news.set(format!("{error:?}")),
            Ok(code) => match state::link::Link::start(&code, move |text| set_news.set(text)) {
                Ok(link) => std::mem::forget(link),
                Err(error) => set_news.set(format!("{error:?}")),
            },
        }
    });
    view! {
        <div class="app">
            <header class="top"><a class="brand" href="#">"Atelier"</a><p class="sentence">"No table yet"</p></header>
            <main class="page"><div class="head"><h1>"Open a table"</h1><p>"Rows stay in this tab."</p></div><p id="news">{news}</p>
            <div class="progress"><i style:--value="40"></i></div></main>
        </div>
    }
}
