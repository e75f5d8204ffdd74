//! A host as small as can be: one session and pool workers, driven to the end of a request in one thread.

use atelier::base::Problem;
use atelier::recipe::{Recipe, Source};
use atelier::run::{Ask, Engine, Request, Task, Tell};
use atelier::table::read::Summary;
use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::VecDeque;
use std::io::Read;

/// A session with its pool.
pub struct Host {
    session: Engine,
    pool: Vec<Engine>,
    next: u64,
}

impl Host {
    /// A host with so many pool workers.
    pub fn new(workers: usize) -> Self {
        Self { session: Engine::new(), pool: (0..workers).map(|_| Engine::new()).collect(), next: 1 }
    }

    /// Asks and drives everything until the answer is there.
    pub fn ask_bytes(&mut self, ask: Ask, body: Vec<u8>) -> Result<(Value, Vec<u8>), Problem> {
        let id = self.next;
        self.next += 1;
        self.session.ask(Request { id, ask }, body);
        let mut tasks: VecDeque<(Task, Vec<u8>)> = VecDeque::new();
        loop {
            for (reply, body) in self.session.replies().into_iter().filter(|(reply, _)| reply.id == id) {
                match reply.tell {
                    Tell::Progress(..) => {}
                    Tell::Drop(dropped) => tasks.retain(|(task, _)| !dropped.contains(&task.index)),
                    Tell::Tasks(new) => tasks.extend(new.into_iter().map(|task| (task, body.clone()))),
                    Tell::Done(value) => return Ok((value, body)),
                    Tell::Failed(problem) => return Err(problem),
                }
            }
            // The last tasks first, on every worker in turn: neither order nor place may matter.
            if let Some((task, body)) = tasks.pop_back() {
                self.run(id, task, body);
            } else {
                assert!(self.session.is_busy() || self.session.advance(), "the session waits for nothing");
                self.session.advance();
            }
        }
    }

    /// The answer of a question as the type that the question names.
    pub fn ask<T: DeserializeOwned>(&mut self, ask: Ask, body: Vec<u8>) -> Result<T, Problem> {
        let (value, _) = self.ask_bytes(ask, body)?;
        Ok(serde_json::from_value(value).expect("the type that the question names"))
    }

    /// The tasks that a request gives out at once, and a pool worker that holds the table which they need.
    pub fn tasks(&mut self, ask: Ask) -> (Vec<Task>, Engine) {
        let id = self.next;
        self.next += 1;
        self.session.ask(Request { id, ask }, Vec::new());
        let tasks = self.session.replies().into_iter().find_map(|(reply, _)| match reply.tell {
            Tell::Tasks(tasks) => Some(tasks),
            _ => None,
        });
        let table = one(&mut self.session, Ask::Table, Vec::new()).expect("the table").1;
        let mut worker = Engine::new();
        one(&mut worker, Ask::Hold, table).expect("held");
        (tasks.expect("tasks"), worker)
    }

    fn run(&mut self, study: u64, task: Task, body: Vec<u8>) {
        let index = task.index;
        let place = (index as usize) % self.pool.len();
        let table = one(&mut self.session, Ask::Table, Vec::new()).expect("the table").1;
        let worker = &mut self.pool[place];
        one(worker, Ask::Hold, table).expect("held");
        let result = match one(worker, Ask::Task(Box::new(task)), body) {
            Ok((_, bytes)) => (Ask::TaskDone { study, index }, bytes),
            Err(problem) => (Ask::TaskFailed { study, index, problem }, Vec::new()),
        };
        let id = self.next;
        self.next += 1;
        self.session.ask(Request { id, ask: result.0 }, result.1);
    }

    /// Reads a file of `tests/data` or `public/samples` and gives a recipe for a target of it.
    pub fn study(&mut self, path: &str, target: &str) -> Recipe {
        let mut recipe = Recipe::new();
        recipe.sources = vec![self.read(path).0];
        let recipe = Box::new(recipe);
        self.ask::<Recipe>(Ask::Begin { recipe, target: target.to_owned() }, Vec::new()).expect("a recipe")
    }

    /// Reads a file as a source.
    pub fn read(&mut self, path: &str) -> (Source, Summary) {
        let bytes = bytes(path);
        let file = path.rsplit('/').next().unwrap_or(path).to_owned();
        let name = file.split('.').next().unwrap_or(&file).to_owned();
        let source = Source { name, file, bytes: bytes.len() as u64, ..Source::default() };
        let summary: Summary = self.ask(Ask::Read(Box::new(source.clone())), bytes).expect("a summary");
        (Source { sha256: summary.sha256.clone(), ..source }, summary)
    }
}

/// The bytes of a file of `tests/data` or `public/samples`.
pub fn bytes(path: &str) -> Vec<u8> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(root.join(path)).expect("a file");
    GzDecoder::new(file).read_to_end(&mut bytes).expect("a file that unpacks");
    bytes
}

/// A question on its own engine until it is answered; replies of other requests are passed over.
pub fn one(engine: &mut Engine, ask: Ask, body: Vec<u8>) -> Result<(Value, Vec<u8>), Problem> {
    const ID: u64 = u64::MAX;
    engine.ask(Request { id: ID, ask }, body);
    loop {
        for (reply, body) in engine.replies() {
            match reply.tell {
                Tell::Done(value) if reply.id == ID => return Ok((value, body)),
                Tell::Failed(problem) if reply.id == ID => return Err(problem),
                _ => {}
            }
        }
        engine.advance();
    }
}
