//! The page: shell, stages, state. It shows what the engine computes and holds no logic of its own.

mod pages;
mod parts;
mod shell;
mod state;

use leptos::prelude::*;

fn main() {
    console_error_panic_hook::set_once();
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
    mount_to_body(shell::Shell);
}
