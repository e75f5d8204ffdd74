//! Projects on this device, in IndexedDB: one record a project, the bytes of each table once, results beside them.

use atelier::base::{Problem, Stage, text};
use atelier::recipe::{Edit, Recipe};
use idb::{Database, DatabaseEvent, Factory, KeyRange, ObjectStoreParams, Query, Transaction, TransactionMode, TransactionResult};
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use wasm_bindgen::prelude::*;

const NAME: &str = "atelier";
const VERSION: u32 = 1;
/// Project records as JSON text, by id.
const PROJECTS: &str = "projects";
/// Bytes in a value.
const PIECE: usize = 32 << 20;
/// The bytes of tables, by SHA-256.
const TABLES: &str = "tables";
/// What was computed for a project, by its id and a [`Beside`].
const RESULTS: &str = "results";

/// What is kept beside a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// The packed training.
    Training,
    /// The search for better parameters, as JSON.
    Search,
    /// When the tasks of that search began and ended, as JSON.
    Spans,
    /// What the search is worth, as JSON.
    Nested,
    /// The search over models and preparation, as JSON.
    Race,
    /// What came of the sealed rows, as JSON.
    Sealed,
    /// The fits of a training that has not come to its end, packed.
    Fits,
}

impl Beside {
    const ALL: [Self; 7] = [Self::Training, Self::Search, Self::Spans, Self::Nested, Self::Race, Self::Sealed, Self::Fits];

    fn key(self, id: &str) -> String {
        match self {
            Self::Training => id.to_owned(),
            Self::Search => format!("{id}.search"),
            Self::Spans => format!("{id}.spans"),
            Self::Nested => format!("{id}.nested"),
            Self::Race => format!("{id}.race"),
            Self::Sealed => format!("{id}.sealed"),
            Self::Fits => format!("{id}.fits"),
        }
    }
}

/// A project as it is kept: the study and its history. Rows are kept apart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Project {
    /// A random id.
    pub id: String,
    /// When it was last changed, in milliseconds since 1970.
    pub changed: f64,
    /// The study.
    pub recipe: Recipe,
    /// Edits that undo takes back, the last one last; each is the inverse.
    pub past: Vec<Edit>,
    /// Edits that redo brings back, the next one last.
    pub future: Vec<Edit>,
    /// How often the sealed rows were opened.
    pub opened: u32,
}

impl Project {
    /// Reads a record. The recipe in it is read as any recipe is: of a newer version not at all, of an older one as what it
    /// has become.
    pub fn read(record: &str) -> Result<Self, Problem> {
        let broken = |error| Problem::new(Stage::Data, "open.broken_record").with("reason", error);
        let mut record: Map<String, Value> = serde_json::from_str(record).map_err(broken)?;
        let recipe = Recipe::from_json(&record.remove("recipe").unwrap_or_default().to_string())?;
        let rest: Self = serde_json::from_value(Value::Object(record)).map_err(broken)?;
        Ok(Self { recipe, ..rest })
    }
}

/// A project of this device that this build cannot open.
#[derive(Clone, Debug, PartialEq)]
pub struct Unread {
    /// Its id.
    pub id: String,
    /// Its title, where that can be read.
    pub title: String,
    /// Why it cannot be opened.
    pub problem: Problem,
    /// Its record as it stands.
    pub record: String,
}

impl Unread {
    fn new(id: String, record: String, problem: Problem) -> Self {
        let title = plain(&record)["recipe"]["title"].as_str().unwrap_or(&id).to_owned();
        Self { id, title, problem, record }
    }
}

/// A record as JSON of any form.
fn plain(record: &str) -> Value {
    serde_json::from_str(record).unwrap_or_default()
}

/// The SHA-256 of the tables that a record names, whatever build wrote it.
pub fn tables_of(record: &str) -> Vec<String> {
    let record = plain(record);
    let sources = record["recipe"]["sources"].as_array().into_iter().flatten();
    sources.filter_map(|source| source["sha256"].as_str()).map(str::to_owned).collect()
}

/// The open database.
pub struct Storage(Database);

impl Storage {
    /// Opens the database, making it on the first visit.
    pub async fn open() -> Result<Self, String> {
        let factory = Factory::new().map_err(say)?;
        let mut request = factory.open(NAME, Some(VERSION)).map_err(say)?;
        request.on_upgrade_needed(|event| {
            if let Ok(database) = event.database() {
                for store in [PROJECTS, TABLES, RESULTS] {
                    let _ = database.create_object_store(store, ObjectStoreParams::new());
                }
            }
        });
        Ok(Self(request.await.map_err(say)?))
    }

    /// Writes values, all of them or none.
    async fn put(&self, store: &str, values: impl IntoIterator<Item = (String, JsValue)>) -> Result<(), String> {
        let transaction = self.0.transaction(&[store], TransactionMode::ReadWrite).map_err(say)?;
        let object = transaction.object_store(store).map_err(say)?;
        for (key, value) in values {
            object.put(&value, Some(&JsValue::from_str(&key))).map_err(say)?;
        }
        complete(transaction).await
    }

    async fn get(&self, store: &str, key: &str) -> Result<Option<JsValue>, String> {
        let transaction = self.0.transaction(&[store], TransactionMode::ReadOnly).map_err(say)?;
        let object = transaction.object_store(store).map_err(say)?;
        object.get(Query::Key(JsValue::from_str(key))).map_err(say)?.await.map_err(say)
    }

    /// Writes bytes in pieces, since browsers limit the size of a value (133 MB in Chromium): their number under the key,
    /// each piece under the key and its place. What was there goes with it, or stays whole where the browser refuses.
    async fn put_bytes(&self, store: &str, key: &str, bytes: &[u8]) -> Result<(), String> {
        let transaction = self.0.transaction(&[store], TransactionMode::ReadWrite).map_err(say)?;
        let object = transaction.object_store(store).map_err(say)?;
        object.delete(pieces_of(key)?).map_err(say)?;
        let pieces = bytes.chunks(PIECE);
        object.put(&JsValue::from_f64(pieces.len() as f64), Some(&JsValue::from_str(key))).map_err(say)?;
        for (place, piece) in pieces.enumerate() {
            object.put(&Uint8Array::from(piece), Some(&JsValue::from_str(&piece_of(key, place)))).map_err(say)?;
        }
        complete(transaction).await
    }

    async fn get_bytes(&self, store: &str, key: &str) -> Result<Option<Vec<u8>>, String> {
        let Some(count) = self.get(store, key).await?.and_then(|value| value.as_f64()) else { return Ok(None) };
        let mut bytes = Vec::new();
        for place in 0..count as usize {
            let piece = self.get(store, &piece_of(key, place)).await?.and_then(|value| value.dyn_into::<Uint8Array>().ok());
            // Whoever deletes pieces leaves none; what is there of the rest is of no use.
            let Some(piece) = piece else { return Ok(None) };
            let start = bytes.len();
            bytes.resize(start + piece.length() as usize, 0);
            piece.copy_to(&mut bytes[start..]);
        }
        Ok(Some(bytes))
    }

    async fn delete_bytes(&self, store: &str, keys: impl IntoIterator<Item = String>) -> Result<(), String> {
        let transaction = self.0.transaction(&[store], TransactionMode::ReadWrite).map_err(say)?;
        let object = transaction.object_store(store).map_err(say)?;
        for key in keys {
            object.delete(pieces_of(&key)?).map_err(say)?;
            object.delete(Query::Key(JsValue::from_str(&key))).map_err(say)?;
        }
        complete(transaction).await
    }

    /// Keeps a project's record.
    pub async fn put_project(&self, project: &Project) -> Result<(), String> {
        let text = serde_json::to_string(project).map_err(say)?;
        self.put(PROJECTS, [(project.id.clone(), JsValue::from_str(&text))]).await
    }

    /// Every record by its id.
    async fn records(&self) -> Result<Vec<(String, String)>, String> {
        let transaction = self.0.transaction(&[PROJECTS], TransactionMode::ReadOnly).map_err(say)?;
        let object = transaction.object_store(PROJECTS).map_err(say)?;
        // Both are asked before one is waited for, so that both are of one moment.
        let ids = object.get_all_keys(None, None).map_err(say)?.into_future();
        let records = object.get_all(None, None).map_err(say)?.into_future();
        let (ids, records) = (ids.await.map_err(say)?, records.await.map_err(say)?);
        let word = |value: JsValue| value.as_string().unwrap_or_default();
        Ok(ids.into_iter().map(word).zip(records.into_iter().map(word)).collect())
    }

    /// Every project, the last changed first, and those that this build cannot open.
    pub async fn projects(&self) -> Result<(Vec<Project>, Vec<Unread>), String> {
        let (mut projects, mut unread) = (Vec::new(), Vec::new());
        for (id, record) in self.records().await? {
            match Project::read(&record) {
                Ok(project) => projects.push(project),
                Err(problem) => unread.push(Unread::new(id, record, problem)),
            }
        }
        projects.sort_by(|a, b| b.changed.total_cmp(&a.changed));
        Ok((projects, unread))
    }

    /// A project as it was last written; nothing where there is none of that id.
    pub async fn project(&self, id: &str) -> Result<Option<Project>, Problem> {
        let refused = |reason| Problem::new(Stage::Data, "page.storage_refused").with("reason", reason);
        let record = self.get(PROJECTS, id).await.map_err(refused)?;
        record.map(|record| Project::read(&record.as_string().unwrap_or_default())).transpose()
    }

    /// Keeps a table's bytes; they are the same for the same digest, so they are written once.
    pub async fn put_table(&self, sha256: &str, bytes: &[u8]) -> Result<(), String> {
        if self.get(TABLES, sha256).await?.is_none() {
            self.put_bytes(TABLES, sha256, bytes).await?;
        }
        Ok(())
    }

    /// A table's bytes.
    pub async fn table(&self, sha256: &str) -> Result<Option<Vec<u8>>, String> {
        self.get_bytes(TABLES, sha256).await
    }

    /// Keeps what was computed for a project.
    pub async fn put_beside(&self, id: &str, what: Beside, bytes: &[u8]) -> Result<(), String> {
        self.put_bytes(RESULTS, &what.key(id), bytes).await
    }

    /// What was computed for a project.
    pub async fn beside(&self, id: &str, what: Beside) -> Result<Option<Vec<u8>>, String> {
        self.get_bytes(RESULTS, &what.key(id)).await
    }

    /// Keeps for one project what was computed for another.
    pub async fn copy_beside(&self, from: &str, to: &str) -> Result<(), String> {
        for what in Beside::ALL {
            if let Some(bytes) = self.beside(from, what).await? {
                self.put_beside(to, what, &bytes).await?;
            }
        }
        Ok(())
    }

    /// Deletes a project, and the tables that no other project has.
    pub async fn delete_project(&self, id: &str) -> Result<(), String> {
        let (own, others): (Vec<_>, Vec<_>) = self.records().await?.into_iter().partition(|(other, _)| other == id);
        self.delete_bytes(PROJECTS, [id.to_owned()]).await?;
        self.delete_bytes(RESULTS, Beside::ALL.map(|what| what.key(id))).await?;
        // Projects that this build cannot open keep their tables too.
        let named = |records: &[(String, String)]| records.iter().flat_map(|(_, record)| tables_of(record)).collect::<BTreeSet<_>>();
        let (own, others) = (named(&own), named(&others));
        self.delete_bytes(TABLES, own.difference(&others).cloned()).await
    }

    /// Deletes everything that Atelier keeps in the database. The storage is of no use afterwards.
    pub async fn wipe(&self) -> Result<(), String> {
        let stores = [PROJECTS, TABLES, RESULTS];
        let transaction = self.0.transaction(&stores, TransactionMode::ReadWrite).map_err(say)?;
        for store in stores {
            transaction.object_store(store).map_err(say)?.clear().map_err(say)?;
        }
        complete(transaction).await?;
        self.0.close();
        // The empty database goes too, as soon as no other tab has it open; that is not waited for.
        let _ = Factory::new().map_err(say)?.delete(NAME);
        Ok(())
    }
}

/// Waits until a transaction is over. Saved means that it is complete; a browser that has no room aborts it.
async fn complete(transaction: Transaction) -> Result<(), String> {
    match transaction.commit().map_err(say)?.await.map_err(say)? {
        TransactionResult::Committed => Ok(()),
        TransactionResult::Aborted => Err(text("page.storage_aborted")),
    }
}

/// The keys of all pieces of a key: those that begin with it and a slash, which `0` follows.
fn pieces_of(key: &str) -> Result<KeyRange, String> {
    let bound = |end: char| JsValue::from_str(&format!("{key}{end}"));
    KeyRange::bound(&bound('/'), &bound('0'), None, Some(true)).map_err(say)
}

fn piece_of(key: &str, place: usize) -> String {
    format!("{key}/{place}")
}

fn say(error: impl std::fmt::Display) -> String {
    error.to_string()
}
