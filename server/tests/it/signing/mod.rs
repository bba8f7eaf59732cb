//! Tokens and the keys they are signed with, seen from outside: by another library, by other pages, by an operator.
mod commands;
mod published;

use serde_json::Value;

/// The members of each published key.
pub fn published_keys(set: &str) -> Vec<Value> {
    let set: Value = serde_json::from_str(set).unwrap();
    set["keys"].as_array().unwrap().clone()
}
