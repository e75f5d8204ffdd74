//! Projects on this device, in IndexedDB: one record a project, the bytes of each table once, results beside them.

use atelier::recipe::{Edit, Recipe};
use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, Query, TransactionMode};
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

const NAME: &str = "atelier";
const VERSION: u32 = 1;
/// Project records as JSON text, by id.
const PROJECTS: &str = "projects";
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

    async fn put(&self, store: &str, key: &str, value: &JsValue) -> Result<(), String> {
        let transaction = self.0.transaction(&[store], TransactionMode::ReadWrite).map_err(say)?;
        let object = transaction.object_store(store).map_err(say)?;
        object.put(value, Some(&JsValue::from_str(key))).map_err(say)?.await.map_err(say)?;
        // Saved means: the transaction is complete.
        transaction.commit().map_err(say)?.await.map_err(say)?;
        Ok(())
    }

    async fn get(&self, store: &str, key: &str) -> Result<Option<JsValue>, String> {
        let transaction = self.0.transaction(&[store], TransactionMode::ReadOnly).map_err(say)?;
        let object = transaction.object_store(store).map_err(say)?;
        object.get(Query::Key(JsValue::from_str(key))).map_err(say)?.await.map_err(say)
    }

    async fn delete(&self, store: &str, key: &str) -> Result<(), String> {
        let transaction = self.0.transaction(&[store], TransactionMode::ReadWrite).map_err(say)?;
        let object = transaction.object_store(store).map_err(say)?;
        object.delete(Query::Key(JsValue::from_str(key))).map_err(say)?.await.map_err(say)?;
        transaction.commit().map_err(say)?.await.map_err(say)?;
        Ok(())
    }

    /// Keeps a project's record.
    pub async fn put_project(&self, project: &Project) -> Result<(), String> {
        let text = serde_json::to_string(project).map_err(say)?;
        self.put(PROJECTS, &project.id, &JsValue::from_str(&text)).await
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
            self.put(TABLES, sha256, &Uint8Array::from(bytes)).await?;
        }
        Ok(())
    }

    /// A table's bytes.
    pub async fn table(&self, sha256: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.get(TABLES, sha256).await?.and_then(|value| value.dyn_into::<Uint8Array>().ok()).map(|bytes| bytes.to_vec()))
    }

    /// Keeps a project's results.
    pub async fn put_results(&self, id: &str, bytes: &[u8]) -> Result<(), String> {
        self.put(RESULTS, id, &Uint8Array::from(bytes)).await
    }

    /// A project's results.
    pub async fn results(&self, id: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.get(RESULTS, id).await?.and_then(|value| value.dyn_into::<Uint8Array>().ok()).map(|bytes| bytes.to_vec()))
    }

    /// Deletes a project, and the tables that no other project has.
    pub async fn delete_project(&self, id: &str) -> Result<(), String> {
        let projects = self.projects().await?;
        self.delete(PROJECTS, id).await?;
        self.delete(RESULTS, id).await?;
        let digests = |own: bool| {
            projects
                .iter()
                .filter(move |project| (project.id == id) == own)
                .flat_map(|project| &project.recipe.sources)
                .map(|source| &source.sha256)
        };
        for sha256 in digests(true) {
            if !digests(false).any(|other| other == sha256) {
                self.delete(TABLES, sha256).await?;
            }
        }
        Ok(())
    }

    /// Deletes everything that Atelier keeps in the database. The storage is of no use afterwards.
    pub async fn wipe(&self) -> Result<(), String> {
        let stores = [PROJECTS, TABLES, RESULTS];
        let transaction = self.0.transaction(&stores, TransactionMode::ReadWrite).map_err(say)?;
        for store in stores {
            transaction.object_store(store).map_err(say)?.clear().map_err(say)?.await.map_err(say)?;
        }
        transaction.commit().map_err(say)?.await.map_err(say)?;
        self.0.close();
        // The empty database goes too, as soon as no other tab has it open; that is not waited for.
        let _ = Factory::new().map_err(say)?.delete(NAME);
        Ok(())
    }
}

fn say(error: impl std::fmt::Display) -> String {
    error.to_string()
}
