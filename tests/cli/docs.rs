//! The manual of the command line: every example in it is run, in its order and in one folder, and must print what stands
//! there. `ATELIER_BLESS=1` writes what is printed into the manual.

use super::{command, commands as all_commands, err, folder, out, root};
use std::fs;
use std::path::Path;
use std::process::Command;

/// What an example prints: standard output, then standard error, then how it ended where that was not well.
fn printed(line: &str, folder: &Path) -> String {
    // An example may show the first lines only.
    let (line, most) = match line.split_once(" | head -n ") {
        Some((line, most)) => (line, most.trim().parse().expect("a number of lines")),
        None => (line, usize::MAX),
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    let (program, args) = words.split_first().expect("a command");
    let mut process = match *program {
        "atelier" => command(args),
        "ls" => Command::new("ls"),
        other => panic!("an example runs {other}"),
    };
    if *program == "ls" {
        process.args(args).env("LC_ALL", "C");
    }
    let output = process.current_dir(folder).output().expect("it runs");
    let mut text: String = out(&output).replace("\r\n", "\n").lines().take(most).map(|line| format!("{line}\n")).collect();
    text += &err(&output);
    match output.status.code() {
        Some(0) => text,
        Some(code) => format!("{text}(ends with {code})\n"),
        None => format!("{text}(is ended)\n"),
    }
}

#[test]
fn every_example_of_the_manual_prints_what_stands_there() {
    let folder = folder("docs");
    fs::copy(root("public/samples/penguins.csv.gz"), folder.join("penguins.csv.gz")).expect("a copy");
    let path = root("docs/command-line.md");
    let text = fs::read_to_string(&path).expect("the manual");
    let mut made = String::new();
    let mut rest = text.as_str();
    let mut commands = Vec::new();
    while let Some((before, behind)) = rest.split_once("```console\n") {
        let (block, after) = behind.split_once("```\n").expect("a block that ends");
        made += &format!("{before}```console\n");
        for line in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
            commands.push(line.split_whitespace().nth(1).unwrap_or_default().to_owned());
            made += &format!("$ {line}\n{}", printed(line, &folder));
        }
        made += "```\n";
        rest = after;
    }
    made += rest;
    if std::env::var_os("ATELIER_BLESS").is_some() {
        fs::write(&path, &made).expect("written");
    } else {
        let differs = made.lines().zip(text.lines()).find(|(made, known)| made != known);
        assert!(made == text, "docs/command-line.md is not what is printed (ATELIER_BLESS=1 writes it anew); first: {differs:#?}");
    }
    // Every command has its example.
    for name in all_commands() {
        assert!(commands.contains(&name), "no example of {name}");
    }
}
