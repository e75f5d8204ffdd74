//! A chart: the picture on a canvas, the same numbers as a table, and its items by pointer and keyboard.

use super::Menu;
use crate::state::{View, files};
use atelier::base::text;
use atelier::chart::{self, Layout, Medium, Scene, Theme, theme};
use leptos::prelude::*;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// A picture of a scene, as wide as its place.
#[component]
pub fn Chart(
    /// What is drawn.
    #[prop(into)]
    scene: Signal<Scene>,
    /// Its height in pixels; 0 for what suits the scene at its width.
    #[prop(optional)]
    height: u32,
    /// Whether it can be saved and shown as numbers; a small picture beside a name need not.
    #[prop(default = true)]
    tools: bool,
    /// Told the key of the item that was clicked, or entered by keyboard.
    #[prop(into, optional)]
    on_pick: Option<Callback<usize>>,
    /// Told the values where a drag of the mouse began and where it is, again and again. Pens and fingers scroll the page: what it
    /// does needs another control beside the chart, which the keyboard needs too.
    #[prop(into, optional)]
    on_drag: Option<Callback<[[f64; 2]; 2]>>,
) -> impl IntoView {
    // Made once, however many things here read it.
    let scene = Memo::new(move |_| scene.get());
    let view = expect_context::<View>();
    let canvas = NodeRef::<leptos::html::Canvas>::new();
    let width = watch_width(canvas);
    let palette = Memo::new(move |_| (view.is_dark(), view.is_contrast()));
    let layout = Memo::new(move |_| {
        scene.with(|scene| {
            let width = width.get().max(80);
            Layout::new(scene, width, if height > 0 { height } else { scene.natural_height(width) })
        })
    });
    Effect::new(move |_| {
        let (palette, layout) = (palette.get(), layout.get());
        if let Some(canvas) = canvas.get() {
            paint(&canvas, &layout, theme_of(palette));
        }
    });
    let current = RwSignal::new(None::<usize>);
    Effect::new(move |_| {
        scene.track();
        current.set(None);
    });
    let (numbers, set_numbers) = signal(false);
    let words = Memo::new(move |_| scene.with(|scene| format!("{}. {}", scene.title, scene.description)));
    let label = move || {
        let index = current.get()?;
        scene.with(|scene| scene.items.get(index).map(|item| item.label.clone()))
    };
    let placed = move || {
        let index = current.get()?;
        layout.with(|layout| layout.items.iter().find(|item| item.index == index).cloned())
    };
    let at = move |event: &web_sys::MouseEvent| {
        layout.with_untracked(|layout| layout.nearest(f64::from(event.offset_x()), f64::from(event.offset_y())))
    };
    let from = RwSignal::new(None::<[f64; 2]>);
    let values = move |event: &web_sys::PointerEvent| {
        layout.with_untracked(|layout| layout.values(f64::from(event.offset_x()), f64::from(event.offset_y())))
    };
    let grab = move |event: web_sys::PointerEvent| {
        if on_drag.is_some() && event.button() == 0 && event.pointer_type() == "mouse" {
            from.set(values(&event));
            if let Some(canvas) = canvas.get_untracked() {
                // Without it a drag ends at the edge of the chart.
                let _ = canvas.set_pointer_capture(event.pointer_id());
            }
        }
    };
    let drag = move |event: web_sys::PointerEvent| {
        // It was let go where nobody saw it.
        if event.type_() == "pointermove" && event.buttons() == 0 {
            return from.set(None);
        }
        if let (Some(on_drag), Some(from), Some(to)) = (on_drag, from.get_untracked(), values(&event)) {
            on_drag.run([from, to]);
        }
    };
    let pick = move || {
        if let (Some(on_pick), Some(index)) = (on_pick, current.get_untracked())
            && let Some(key) = scene.with_untracked(|scene| scene.items.get(index).map(|item| item.key))
        {
            on_pick.run(key);
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let count = scene.with_untracked(|scene| scene.items.len());
        let now = current.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => Some(now.map_or(0, |now| (now + 1).min(count.saturating_sub(1)))),
            "ArrowLeft" | "ArrowUp" => Some(now.map_or(0, |now| now.saturating_sub(1))),
            "Home" => Some(0),
            "End" => Some(count.saturating_sub(1)),
            "Escape" => None,
            "Enter" | " " => {
                event.prevent_default();
                return pick();
            }
            _ => return,
        };
        event.prevent_default();
        current.set(next.filter(|next| *next < count));
    };
    let can_focus = move || scene.with(|scene| if scene.items.is_empty() { "-1" } else { "0" });
    let items = Signal::derive(move || {
        let name = scene.with(|scene| if scene.title.is_empty() { scene.chart.clone() } else { scene.title.clone() });
        let (svg_name, png_name, csv_name) = (format!("{name}.svg"), format!("{name}.png"), format!("{name}.csv"));
        vec![
            (
                text(if numbers.get() { "chart.hide_numbers" } else { "chart.show_numbers" }),
                Callback::new(move |()| set_numbers.update(|on| *on = !*on)),
            ),
            (
                text("chart.save_svg"),
                Callback::new(move |()| {
                    let (width, height) = layout.with_untracked(|layout| (layout.width, layout.height));
                    let picture =
                        scene.with_untracked(|scene| chart::svg_titled(scene, theme_of(palette.get_untracked()), width, height + 22));
                    let _ = files::download(&svg_name, "image/svg+xml", picture.as_bytes());
                }),
            ),
            (
                text("chart.save_png"),
                Callback::new(move |()| {
                    if let Some(bytes) = canvas.get_untracked().and_then(|canvas| png(&canvas)) {
                        let _ = files::download(&png_name, "image/png", &bytes);
                    }
                }),
            ),
            (
                text("chart.save_csv"),
                Callback::new(move |()| {
                    let table = scene.with_untracked(|scene| scene.table.csv());
                    let _ = files::download(&csv_name, "text/csv", table.as_bytes());
                }),
            ),
        ]
    });
    let menu_name =
        Memo::new(move |_| atelier::base::Message::new("chart.menu").with("title", scene.with(|scene| scene.title.clone())).to_string());
    view! {
        <div class="chart" data-chart=move || scene.with(|scene| scene.chart.clone())>
            <canvas node_ref=canvas role="img" aria-label=words tabindex=can_focus style:height=move || format!("{}px", layout.with(|layout| layout.height))
                on:mousemove=move |event| current.set(at(&event)) on:mouseleave=move |_| current.set(None) on:blur=move |_| current.set(None)
                on:click=move |event| { current.set(at(&event)); pick(); } on:keydown=on_key
                on:pointerdown=grab on:pointermove=drag on:pointerup=move |event| { drag(event); from.set(None); } on:pointercancel=move |_| from.set(None)></canvas>
            {move || placed().map(|item| {
                let bounds = item.bounds;
                view! { <i class="mark" style:left=format!("{}px", bounds.left - 2.0) style:top=format!("{}px", bounds.top - 2.0) style:width=format!("{}px", bounds.width() + 4.0) style:height=format!("{}px", bounds.height() + 4.0)></i> }
            })}
            {move || placed().zip(label()).map(|(item, label)| {
                let right = item.x > f64::from(layout.with(|layout| layout.width)) * 0.6;
                let (left, edge) = if right { ("auto".to_owned(), format!("calc(100% - {}px)", item.x - 8.0)) } else { (format!("{}px", item.x + 12.0), "auto".to_owned()) };
                view! { <div class="tip" style:left=left style:right=edge style:top=format!("{}px", item.y + 8.0)><bdi>{label}</bdi></div> }
            })}
            <p class="hide" role="status">{move || label()}</p>
            {tools.then(|| view! { <div class="tools"><Menu label=menu_name.get_untracked() items=items/></div> })}
            <Show when=move || numbers.get()>
                <div class="numbers" role="region" tabindex="0" aria-label=move || scene.with(|scene| scene.title.clone())>
                    <table>
                        <thead><tr>{move || scene.with(|scene| scene.table.columns.clone()).into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view()}</tr></thead>
                        <tbody>{move || scene.with(|scene| scene.table.rows.clone()).into_iter().take(500).map(|row| view! {
                            <tr>{row.into_iter().map(|cell| view! { <td class=if matches!(cell, chart::table::Cell::Number(_)) { "num" } else { "" }><bdi>{cell.shown()}</bdi></td> }).collect_view()}</tr>
                        }).collect_view()}</tbody>
                    </table>
                </div>
            </Show>
        </div>
    }
}

fn theme_of((dark, contrast): (bool, bool)) -> &'static Theme {
    match (dark, contrast) {
        (false, false) => &theme::LIGHT,
        (true, false) => &theme::DARK,
        (false, true) => &theme::CONTRAST_LIGHT,
        (true, true) => &theme::CONTRAST_DARK,
    }
}

/// The width of the canvas in CSS pixels, as it changes.
fn watch_width(canvas: NodeRef<leptos::html::Canvas>) -> ReadSignal<u32> {
    let (width, set_width) = signal(0);
    Effect::new(move |_| {
        let Some(element) = canvas.get() else { return };
        let own = element.clone();
        let measure = move || {
            let now = own.client_width().max(0) as u32;
            if width.try_get_untracked().is_some_and(|before| before != now && now > 0) {
                set_width.set(now);
            }
        };
        measure();
        let on_resize = Closure::<dyn FnMut()>::new(measure);
        if let Ok(observer) = web_sys::ResizeObserver::new(on_resize.as_ref().unchecked_ref()) {
            observer.observe(&element);
            // The closure lives as long as the chart.
            let keep = StoredValue::new_local((observer, on_resize));
            on_cleanup(move || keep.with_value(|(observer, _)| observer.disconnect()));
        }
    });
    width
}

fn paint(canvas: &HtmlCanvasElement, layout: &Layout, theme: &Theme) {
    let ratio = window().device_pixel_ratio();
    let ratio = if ratio > 2.0 { ratio } else { 2.0 };
    canvas.set_width((f64::from(layout.width) * ratio) as u32);
    canvas.set_height((f64::from(layout.height) * ratio) as u32);
    if let Some(context) = canvas.get_context("2d").ok().flatten().and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok()) {
        context.set_line_join("round");
    }
    if let Some(mut backend) = CanvasBackend::with_canvas_object(canvas.clone()) {
        // Only a canvas that is gone refuses, and then there is nothing to show.
        let _ = chart::draw(layout, &mut backend, theme, Medium::canvas(ratio));
    }
}

/// The picture as PNG.
fn png(canvas: &HtmlCanvasElement) -> Option<Vec<u8>> {
    use base64::Engine;
    let address = canvas.to_data_url().ok()?;
    base64::engine::general_purpose::STANDARD.decode(address.strip_prefix("data:image/png;base64,")?).ok()
}
