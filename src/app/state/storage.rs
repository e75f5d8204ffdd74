//! Projects on this device, in IndexedDB: one record a project, the bytes of each table once, results beside them.

use atelier::base::text;
use atelier::recipe::{Edit, Recipe};
use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, Query, Transaction, TransactionMode, TransactionResult};
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

const NAME: &str = "atelier";
const VERSION: u32 = 1;
/// Project records as JSON text, by id.
const PROJECTS: &str = "projects";
/// Bytes in a value.
const PIECE: usize = 32 << 20;
/// The bytes of tables, by SHA-256.
const TABLES: &str = "tables";
/// Packed results, by project id.
const RESULTS: &str = "results";

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

    async fn delete(&self, store: &str, keys: impl IntoIterator<Item = String>) -> Result<(), String> {
        let transaction = self.0.transaction(&[store], TransactionMode::ReadWrite).map_err(say)?;
        let object = transaction.object_store(store).map_err(say)?;
        for key in keys {
            object.delete(Query::Key(JsValue::from_str(&key))).map_err(say)?;
        }
        complete(transaction).await
    }

    /// Writes bytes in pieces, since browsers limit the size of a value (133 MB in Chromium): their number under the key,
    /// each piece under the key and its place.
    async fn put_bytes(&self, store: &str, key: &str, bytes: &[u8]) -> Result<(), String> {
        let pieces = bytes.chunks(PIECE);
        let count = (key.to_owned(), JsValue::from_f64(pieces.len() as f64));
        let pieces = pieces.enumerate().map(|(place, piece)| (piece_of(key, place), Uint8Array::from(piece).into()));
        self.put(store, std::iter::once(count).chain(pieces)).await
    }

    async fn get_bytes(&self, store: &str, key: &str) -> Result<Option<Vec<u8>>, String> {
        let Some(count) = self.pieces(store, key).await? else { return Ok(None) };
        let mut bytes = Vec::new();
        for place in 0..count {
            let piece = self.get(store, &piece_of(key, place)).await?.and_then(|value| value.dyn_into::<Uint8Array>().ok());
            // Whoever deletes pieces leaves none; what is there of the rest is of no use.
            let Some(piece) = piece else { return Ok(None) };
            let start = bytes.len();
            bytes.resize(start + piece.length() as usize, 0);
            piece.copy_to(&mut bytes[start..]);
        }
        Ok(Some(bytes))
    }

    async fn delete_bytes(&self, store: &str, key: &str) -> Result<(), String> {
        let count = self.pieces(store, key).await?.unwrap_or(0);
        self.delete(store, std::iter::once(key.to_owned()).chain((0..count).map(|place| piece_of(key, place)))).await
    }

    async fn pieces(&self, store: &str, key: &str) -> Result<Option<usize>, String> {
        Ok(self.get(store, key).await?.and_then(|value| value.as_f64()).map(|count| count as usize))
    }

    /// Keeps a project's record.
    pub async fn put_project(&self, project: &Project) -> Result<(), String> {
        let text = serde_json::to_string(project).map_err(say)?;
        self.put(PROJECTS, [(project.id.clone(), JsValue::from_str(&text))]).await
    }

    /// Every project, the last changed first. A record that cannot be read is passed over and stays.
    pub async fn projects(&self) -> Result<Vec<Project>, String> {
        let transaction = self.0.transaction(&[PROJECTS], TransactionMode::ReadOnly).map_err(say)?;
        let object = transaction.object_store(PROJECTS).map_err(say)?;
        let records = object.get_all(None, None).map_err(say)?.await.map_err(say)?;
        let mut projects: Vec<Project> =
            records.iter().filter_map(JsValue::as_string).filter_map(|text| serde_json::from_str(&text).ok()).collect();
        projects.sort_by(|a, b| b.changed.total_cmp(&a.changed));
        Ok(projects)
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

    /// Keeps a project's results.
    pub async fn put_results(&self, id: &str, bytes: &[u8]) -> Result<(), String> {
        // Fewer pieces than before would leave some behind.
        self.delete_bytes(RESULTS, id).await?;
        self.put_bytes(RESULTS, id, bytes).await
    }

    /// A project's results.
    pub async fn results(&self, id: &str) -> Result<Option<Vec<u8>>, String> {
        self.get_bytes(RESULTS, id).await
    }

    /// Deletes a project, and the tables that no other project has.
    pub async fn delete_project(&self, id: &str) -> Result<(), String> {
        let projects = self.projects().await?;
        self.delete(PROJECTS, [id.to_owned()]).await?;
        self.delete_bytes(RESULTS, id).await?;
        let digests = |own: bool| {
            projects
                .iter()
                .filter(move |project| (project.id == id) == own)
                .flat_map(|project| &project.recipe.sources)
                .map(|source| &source.sha256)
        };
        for sha256 in digests(true) {
            if !digests(false).any(|other| other == sha256) {
                self.delete_bytes(TABLES, sha256).await?;
            }
        }
        Ok(())
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

fn piece_of(key: &str, place: usize) -> String {
    format!("{key}/{place}")
}

fn say(error: impl std::fmt::Display) -> String {
    error.to_string()
}
