//! Tidiness as tests: the order of modules, no page names in the engine, a first sentence for every module, no markup
//! sinks, every text id known, every dependency with its reason and a licence that fits.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a folder, sorted, with its text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the folder opens") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    found.sort();
    found.into_iter().map(|path| (path.clone(), fs::read_to_string(path).expect("a text"))).collect()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// The modules in the order of the map at the head of `src/lib.rs`.
fn order() -> Vec<String> {
    let text = fs::read_to_string(root().join("src/lib.rs")).expect("the map");
    text.lines().filter_map(|line| line.strip_prefix("//! - [`")?.split_once("`]").map(|(name, _)| name.to_owned())).collect()
}

#[test]
fn the_map_lists_every_module() {
    let text = fs::read_to_string(root().join("src/lib.rs")).expect("the map");
    let declared: BTreeSet<&str> = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let order = order();
    let mapped: BTreeSet<&str> = order.iter().map(String::as_str).collect();
    let missing: Vec<&&str> = declared.difference(&mapped).collect();
    assert!(missing.is_empty(), "not on the map of src/lib.rs: {missing:?}");
}

#[test]
fn a_module_uses_only_those_above_it() {
    let order = order();
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let path = shown(&path);
        let Some(place) = order.iter().position(|module| path.starts_with(&format!("src/{module}/"))) else { continue };
        for (number, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for later in &order[place + 1..] {
                if line.contains(&format!("crate::{later}::")) || line.contains(&format!("crate::{later};")) {
                    wrong.push(format!("{path}:{}: uses {later}, which comes later", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_engine_knows_no_page() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let path = shown(&path);
        if ["src/app/", "src/worker/", "src/cli/"].iter().any(|folder| path.starts_with(folder)) || path.ends_with("tests.rs") {
            continue;
        }
        // Tests at the end of a file may print.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for name in ["leptos", "web_sys", "js_sys", "wasm_bindgen", "std::fs", "std::time", "println!", "clap"] {
            if text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(name)) {
                wrong.push(format!("{path}: {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "the engine must not know:\n{}", wrong.join("\n"));
}

#[test]
fn every_file_begins_with_a_sentence() {
    let wrong: Vec<String> = sources("src").iter().filter(|(_, text)| !text.starts_with("//! ")).map(|(path, _)| shown(path)).collect();
    assert!(wrong.is_empty(), "no first sentence: {}", wrong.join(", "));
}

#[test]
fn no_text_becomes_markup_or_code() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        for sink in [
            "inner_html",
            "set_inner_html",
            "outer_html",
            "insert_adjacent_html",
            "js_sys::eval",
            "Function::new_with_args",
            "document().write",
        ] {
            if text.contains(sink) {
                wrong.push(format!("{}: {sink}", shown(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_text_id_in_the_source_has_a_text() {
    // Ids written as a literal argument of the functions that take one.
    let calls = ["text(\"", "Message::new(\"", "Problem::new(Stage::", "Problem::note(Stage::", "Problem::warning(Stage::"];
    let mut missing = BTreeSet::new();
    for (path, text) in sources("src").into_iter().filter(|(path, _)| !path.ends_with("tests.rs")) {
        for call in calls {
            for (start, _) in text.match_indices(call) {
                let before = text[..start].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.')
                    && !call.starts_with("Problem")
                    && !call.starts_with("Message")
                {
                    continue;
                }
                let rest = &text[start + call.len()..];
                let rest = if call.starts_with("Problem") {
                    match rest.split_once(", \"") {
                        Some((stage, rest)) if stage.len() < 12 => rest,
                        _ => continue,
                    }
                } else {
                    rest
                };
                let Some((id, _)) = rest.split_once('"') else { continue };
                let plain = id.contains('.') && id.chars().all(|c| c.is_ascii_alphanumeric() || "._=".contains(c));
                if plain && atelier::base::text::find(id).is_none() {
                    missing.insert(format!("{id} ({})", shown(&path)));
                }
            }
        }
    }
    assert!(missing.is_empty(), "no text for:\n{}", missing.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_error_says_what_to_do() {
    // What is wrong says what would be right, or nobody who uses the program can cause it.
    let alone = [
        "data.over",
        "field.out_of_range",
        "formula.arguments",
        "formula.end",
        "formula.expected",
        "formula.kind_changed",
        "formula.unknown_function",
        "learn.bad_weights",
        "learn.no_fold",
        "learn.unequal_lengths",
        "recipe.no_such_place",
        "run.unreadable",
        "select.no_forest",
        "tune.bad_trials",
    ];
    let mut silent = BTreeSet::new();
    for (path, text) in sources("src").into_iter().filter(|(path, _)| !path.ends_with("tests.rs")) {
        for (start, call) in text.match_indices("Problem::new(Stage::") {
            let Some((stage, rest)) = text[start + call.len()..].split_once(", \"") else { continue };
            let Some((id, _)) = rest.split_once('"').filter(|_| stage.chars().all(char::is_alphanumeric)) else { continue };
            let known = atelier::base::text::find(id).is_some();
            if known && atelier::base::text::find(&format!("{id}.hint")).is_none() && !alone.contains(&id) {
                silent.insert(format!("{id} ({})", shown(&path)));
            }
        }
    }
    assert!(silent.is_empty(), "no hint for:\n{}", silent.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn no_text_stands_twice() {
    let mut seen = BTreeSet::new();
    let mut twice = Vec::new();
    for entry in fs::read_dir(root().join("src/base/messages/en")).expect("the messages") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a text");
        for id in
            text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = ")).map(|(id, _)| id.trim().to_owned())
        {
            if !seen.insert(id.clone()) {
                twice.push(id);
            }
        }
    }
    assert!(twice.is_empty(), "{}", twice.join(", "));
}

#[test]
fn every_dependency_has_its_reason() {
    let text = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    let mut in_dependencies = false;
    let mut bare = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            in_dependencies = line.contains("dependencies]");
        } else if in_dependencies
            && line.contains(" = ")
            && !line.starts_with(' ')
            && !line.starts_with('#')
            && !line.contains(" # ")
            && !line.ends_with('[')
        {
            bare.push(line.to_owned());
        }
    }
    assert!(bare.is_empty(), "no reason for:\n{}", bare.join("\n"));
}

#[test]
fn every_licence_in_the_tree_fits() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1", "--all-features"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let allowed = [
        "MIT",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Zlib",
        "Unlicense",
        "CC0-1.0",
        "Unicode-3.0",
        "BSL-1.0",
        "0BSD",
        "MIT-0",
        "Apache-2.0 WITH LLVM-exception",
    ];
    let packages = tree["packages"].as_array().expect("packages");
    let unfit: Vec<String> = packages
        .iter()
        .filter(|package| {
            let licence = package["license"].as_str().unwrap_or("").replace('/', " OR ");
            // Each AND part needs one allowed alternative.
            !licence
                .split(" AND ")
                .all(|part| part.trim_matches(['(', ')']).split(" OR ").any(|one| allowed.contains(&one.trim_matches(['(', ')', ' ']))))
        })
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect();
    assert!(packages.len() > 30 && unfit.is_empty(), "{}", unfit.join("\n"));
    let foreign: Vec<&serde_json::Value> = packages
        .iter()
        .map(|package| &package["source"])
        .filter(|source| source.as_str().is_some_and(|source| !source.starts_with("registry+")))
        .collect();
    assert!(foreign.is_empty(), "not from the registry: {foreign:?}");
}

#[test]
fn no_page_style_stands_inline() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src/app") {
        for (number, line) in text.lines().enumerate() {
            if line.contains(" style=") {
                wrong.push(format!("{}:{}", shown(&path), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "the policy forbids style attributes: {}", wrong.join(", "));
}
