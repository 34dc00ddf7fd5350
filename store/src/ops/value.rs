//! Single records as they are in lines, for other files that hold them.

use postil_model::Change;
use serde_json::Value;

use super::json::ChangeV1;

/// A record as the `changes` of a line hold it.
pub(crate) fn value_from_change(change: &Change) -> serde_json::Result<Value> {
    serde_json::to_value(ChangeV1::from(change))
}

/// The record that [`value_from_change`] wrote. Fields that are not known are passed over.
pub(crate) fn change_from_value(value: Value) -> serde_json::Result<Change> {
    serde_json::from_value::<ChangeV1>(value).map(Change::from)
}
