//! Reading tables.

use super::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a file is read, where that is not found out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReadOptions {
    /// Kinds of columns, by name.
    pub kinds: BTreeMap<String, Kind>,
}
