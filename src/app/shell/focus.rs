//! The focus stays near where it was: a control that goes away while it has the focus leaves it to the one that then stands in
//! its place. A browser would leave it to nobody, and who works by keyboard or hears the page would not know where they are.

use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlElement};

/// What takes part in the order of tabs.
const CONTROLS: &str = ":is(a[href], button, input, select, textarea, summary, [tabindex]):not([tabindex='-1'], :disabled)";

/// Neighbours that are remembered on either side.
const NEIGHBOURS: usize = 20;

/// Where the focus is.
struct Place {
    element: Element,
    /// Each element around it up to the page, how many controls of it come before, and how many it has.
    around: Vec<(Element, usize, usize)>,
    /// The controls of the page next to it, the nearest first, of two as near the one behind it.
    near: Vec<HtmlElement>,
}

fn controls(of: &Element) -> Vec<HtmlElement> {
    let Ok(found) = of.query_selector_all(CONTROLS) else { return Vec::new() };
    let control = |at| found.item(at).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    // What is not drawn cannot have the focus.
    (0..found.length()).filter_map(control).filter(|control| control.offset_width() > 0).collect()
}

fn place_of(element: Element) -> Option<Place> {
    let main = element.closest("main").ok()??;
    let mut around = Vec::new();
    let mut next = element.parent_element();
    while let Some(parent) = next.filter(|parent| *parent != main) {
        let all = controls(&parent);
        let before = all.iter().position(|control| **control == element)?;
        next = parent.parent_element();
        around.push((parent, before, all.len()));
    }
    let all = controls(&main);
    let at = all.iter().position(|control| **control == element)?;
    let beside = (1..=NEIGHBOURS).flat_map(|by| [all.get(at + by), at.checked_sub(by).and_then(|before| all.get(before))]);
    let near = beside.flatten().cloned().collect();
    Some(Place { element, around, near })
}

/// What takes the focus of a control that is gone: what stands in its place, where one control took that of another; else what is
/// left next to it.
fn heir(lost: &Place) -> Option<HtmlElement> {
    let (around, before, count) = lost.around.iter().find(|(around, ..)| around.is_connected())?;
    let now = controls(around);
    if now.len() == *count {
        return now.into_iter().nth(*before);
    }
    lost.near.iter().find(|control| control.is_connected() && control.offset_width() > 0).cloned()
}

fn mend(lost: &Place) {
    let Some(heir) = heir(lost) else { return super::focus_page() };
    // What was looked at stays in sight.
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = heir.focus_with_options(&options);
}

/// Watches over the focus as long as the page is open.
pub fn keep() {
    let place: Rc<RefCell<Option<Place>>> = Rc::default();
    let held = place.clone();
    let is_lost = || document().active_element().is_none_or(|element| element.tag_name() == "BODY");
    window_event_listener(leptos::ev::focusin, move |event| {
        let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        *held.borrow_mut() = element.and_then(place_of);
    });
    // Who clicks elsewhere, where nothing takes the focus, has left the place.
    let left = place.clone();
    window_event_listener(leptos::ev::pointerdown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let _ = left.borrow_mut().take_if(|place| !place.element.contains(target.as_ref()));
    });
    let on_change = Closure::<dyn FnMut()>::new(move || {
        if !is_lost() {
            return;
        }
        // Taken out first: the new focus is told before this ends.
        let lost = place.borrow_mut().take_if(|place| !place.element.is_connected());
        if let Some(lost) = lost {
            mend(&lost);
        }
    });
    let (Ok(observer), Some(body)) = (web_sys::MutationObserver::new(on_change.as_ref().unchecked_ref()), document().body()) else {
        return;
    };
    let options = web_sys::MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    let _ = observer.observe_with_options(&body, &options);
    on_change.forget();
}
