//! What goes out: texts on standard output, files that are whole or not there at all.

use crate::failure::Failure;
use atelier::base::{Problem, Stage};
use atelier::recipe::Recipe;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Where a command writes.
#[derive(clap::Args, Debug, Default)]
pub struct OutArgs {
    /// The file to write; standard output where left out
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace the file where it is there already
    #[arg(long)]
    pub force: bool,
}

/// Where a command writes the study that it made better; nowhere where no file is named.
#[derive(clap::Args, Debug, Default)]
pub struct StudyArgs {
    /// Write the study with what came out best into this file
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file where it is there already
    #[arg(long)]
    force: bool,
}

impl StudyArgs {
    /// Whether a study is asked for. Refuses a file that is there already, before anything long begins.
    pub fn is_wanted(&self) -> Result<bool, Failure> {
        self.out.iter().try_for_each(|path| refuse_existing(path, self.force))?;
        Ok(self.out.is_some())
    }

    /// Writes the study; says whether it went to standard output, where nothing else may stand.
    pub fn write(&self, recipe: &Recipe) -> Result<bool, Failure> {
        let out = OutArgs { out: self.out.clone(), force: self.force };
        out.write(|out| out.write_all(recipe.to_json().as_bytes()))?;
        Ok(self.out.as_deref() == Some(Path::new("-")))
    }
}

impl OutArgs {
    /// Writes to the file, or to standard output.
    pub fn write<T>(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> Result<T, Failure> {
        match self.out.as_deref().filter(|path| *path != Path::new("-")) {
            Some(path) => file(path, self.force, write),
            None => {
                let mut out = BufWriter::new(io::stdout().lock());
                let done = write(&mut out)?;
                out.flush()?;
                Ok(done)
            }
        }
    }
}

/// Writes a text to standard output.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Writes a text to standard error; what cannot be told there is not told.
pub fn tell(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Refuses a file that is there already.
pub fn refuse_existing(path: &Path, force: bool) -> Result<(), Failure> {
    if !force && path.exists() {
        return Err(Problem::new(Stage::Data, "cli.exists").with("file", path.display()).into());
    }
    Ok(())
}

/// Writes a file beside its place and moves it there when it is whole. Nothing is replaced without `force`.
pub fn file<T>(path: &Path, force: bool, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> Result<T, Failure> {
    refuse_existing(path, force)?;
    let problem = |error: io::Error| Problem::new(Stage::Data, "cli.unwritable_file").with("file", path.display()).with("reason", error);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let part = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    parts().push(part.clone());
    let written = File::create(&part).and_then(|file| {
        let mut out = BufWriter::new(file);
        let done = write(&mut out)?;
        out.flush()?;
        fs::rename(&part, path)?;
        Ok(done)
    });
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    parts().retain(|other| *other != part);
    written.map_err(|error| problem(error).into())
}

/// Files that are being written beside their places.
static PARTS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn parts() -> MutexGuard<'static, Vec<PathBuf>> {
    PARTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets Ctrl-C, and being told to end, take the files away that are not whole yet.
pub fn clean_up_when_interrupted() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    // Without it a signal ends the command too, and leaves such a file behind: no reason not to start.
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            // Locked to the end, so that no file is begun or moved meanwhile.
            let parts = parts();
            for part in parts.iter() {
                let _ = fs::remove_file(part);
            }
            // As shells say it of a command that a signal ended.
            std::process::exit(128 + signal);
        }
    });
}
